/**
 * Files as they are now, also where another machine makes, changes and removes them: network file systems believe for seconds, some for a
 * minute, what they knew before, unless they are asked in one of the ways below. No call here blocks the event loop.
 */
import { link, open, stat, statfs, type FileHandle } from 'node:fs/promises';
import { constants } from 'node:fs';
import { dirname } from 'node:path';

/** Asks the file system for size and times of an open file: `Addon.refresh`. */
export type Refresh = (fd: number) => Promise<void>;

export const NFS_MAGIC = 0x6969;
/** FUSE, CIFS, SMB 2 and 3. */
const DOUBTING_MAGICS = [0x65735546, 0xff534d42, 0xfe534d42];
/** Kinds of file systems, by folder. */
const types = new Map<string, number>();

/** What identifies a file and its content; empty when there is none. */
export async function identity(path: string, refresh: Refresh): Promise<string> {
  try {
    const file = await openNow(path);
    if (file === null) return '';
    try {
      await refresh(file.fd);
      return named(await file.stat({ bigint: true }));
    } finally {
      await file.close();
    }
  } catch (error) {
    if (isAbsent(error)) return '';
    // Not ours to read: known by what `stat` says.
    if (codeOf(error) === 'EACCES') return named(await stat(path, { bigint: true }));
    throw error;
  }
}

/** All of a text file. Without the refreshing, a file that has grown elsewhere would be cut at the size it had before. */
export async function readNow(path: string, refresh: Refresh): Promise<string> {
  const file = await openNow(path);
  if (file === null) throw Object.assign(new Error(`no such file: ${path}`), { code: 'ENOENT' });
  try {
    await refresh(file.fd);
    return await file.readFile('utf8');
  } finally {
    await file.close();
  }
}

/** Null: there is no such file. A file that is known is asked for at the server by `open`, not by `stat`. */
async function openNow(path: string): Promise<FileHandle | null> {
  const found = await openKnown(path);
  if (found) return found;
  if (!(await askForName(path))) return null;
  return openKnown(path);
}

async function openKnown(path: string): Promise<FileHandle | null> {
  try {
    return await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    if (isAbsent(error)) return null;
    throw error;
  }
}

/** Makes the file system doubt that there is no such name. False: it is certain. */
async function askForName(path: string): Promise<boolean> {
  const folder = dirname(path);
  try {
    const type = types.get(folder) ?? (await statfs(folder)).type;
    types.set(folder, type);
    if (type === NFS_MAGIC) {
      // NFS looks whether a folder has changed when it is opened, and forgets what it believed to be absent when it has.
      await (await open(folder, constants.O_RDONLY | constants.O_DIRECTORY)).close();
      return true;
    }
    // Others believe for a while that a name is absent, but look anew before they make one. A folder can have no second link, so nothing is
    // ever made: the answer is that the name is taken, or that folders cannot be linked.
    if (DOUBTING_MAGICS.includes(type)) await link(folder, path);
  } catch (error) {
    return codeOf(error) === 'EEXIST';
  }
  return false;
}

function named({ ino, mtimeNs, ctimeNs, size }: { ino: bigint; mtimeNs: bigint; ctimeNs: bigint; size: bigint }): string {
  return `${ino}-${mtimeNs}-${ctimeNs}-${size}`;
}

/** ESTALE: it was known, and is gone. */
function isAbsent(error: unknown): boolean {
  return codeOf(error) === 'ENOENT' || codeOf(error) === 'ESTALE';
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}
