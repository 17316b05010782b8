/** Makes the private folder that holds a job's sockets, and refuses one that another user could reach. */
import { chmodSync, lstatSync, mkdirSync, statSync } from 'node:fs';
import { userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { SOCKET_PATH_BYTES } from '../../bridge/protocol/generated';
import { runtimeFolder } from '../../bridge/protocol/job-record';
import type { Env } from './program';

function usable(folder: string): boolean {
  // XDG_RUNTIME_DIR is often set and absent on compute nodes, where no login session made it.
  return statSync(dirname(dirname(folder)), { throwIfNoEntry: false })?.isDirectory() === true && Buffer.byteLength(join(folder, 'ranks.sock')) <= SOCKET_PATH_BYTES;
}

function makePrivate(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const status = lstatSync(folder);
  // Someone may have made the folder under /tmp before us, or a link in its place.
  if (!status.isDirectory() || status.uid !== userInfo().uid) {
    throw new Error(`${folder} belongs to somebody else or is no folder`);
  }
  if ((status.mode & 0o077) !== 0) chmodSync(folder, 0o700);
}

/**
 * Makes the runtime folder (0700) of job `id` and returns its path: below XDG_RUNTIME_DIR when that exists and is short
 * enough for a socket path, else below /tmp. Throws when neither can be made.
 */
export function makeRuntimeFolder(id: string, env: Env = process.env): string {
  const fallback = runtimeFolder(id, { ...env, XDG_RUNTIME_DIR: undefined });
  const preferred = runtimeFolder(id, env);
  const candidates = preferred !== fallback && usable(preferred) ? [preferred, fallback] : [fallback];
  let failure: unknown;
  for (const folder of candidates) {
    try {
      makePrivate(dirname(folder));
      makePrivate(folder);
      return folder;
    } catch (error) {
      failure = error;
    }
  }
  throw failure;
}
