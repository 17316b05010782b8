/**
 * Where the files of a job lie and what its job file says: shared by the bridge, which writes it, and everyone who looks
 * for jobs. Locations are told in docs/architecture.md.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { homedir, hostname, userInfo } from 'node:os';
import { join } from 'node:path';
import { number, object, oneOf, optional, string, type Infer } from './shape';
import { JobStates } from './generated';

export const jobRecordShape = object({
  name: string,
  id: string,
  host: string,
  /** Process ids on `host`; 0: none. */
  supervisorPid: number,
  bridgePid: number,
  ranksSocket: string,
  cellsSocket: string,
  dir: string,
  program: string,
  /** 0 while no rank has registered. */
  size: number,
  state: oneOf(JobStates),
  step: number,
  time: number,
  /** Milliseconds since the epoch. */
  startedAt: number,
  heartbeat: number,
  reason: optional(string),
});
export type JobRecord = Infer<typeof jobRecordShape>;

/** A job file whose heartbeat is older than this belongs to a job that is gone, milliseconds. */
export const STALE_MS = 10 * 60 * 1000;

type Env = Record<string, string | undefined>;

/** Folder of all job files of the user. */
export function jobsFolder(env: Env = process.env): string {
  return join(env['XDG_DATA_HOME'] || join(env['HOME'] || homedir(), '.local', 'share'), 'allranks', 'jobs');
}

/** Runtime folder of one job: sockets, lock and log of the bridge. */
export function runtimeFolder(id: string, env: Env = process.env): string {
  const base = env['XDG_RUNTIME_DIR'];
  return base ? join(base, 'allranks', id) : join('/tmp', `allranks-${userInfo().uid}`, id);
}

/** Jupyter's data folder of the user, which holds `kernels/`. */
export function jupyterDataFolder(env: Env = process.env): string {
  return env['JUPYTER_DATA_DIR'] || join(env['HOME'] || homedir(), '.local', 'share', 'jupyter');
}

/** True when the process exists; one that belongs to another user exists too. */
export function processExists(pid: number): boolean {
  if (pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  return !isZombie(pid);
}

/** A process that has ended and waits to be reaped: in containers whose first process does not reap, for ever. */
function isZombie(pid: number): boolean {
  try {
    // "pid (command) state ..."; the command may hold parentheses.
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return stat.slice(stat.lastIndexOf(')') + 2).startsWith('Z');
  } catch {
    // Hidden from us or just gone: the signal's answer counts.
    return false;
  }
}

/** A record is stale when its processes on this host are gone, or, on any host, when its heartbeat is too old. */
export function isStale(record: JobRecord, now: number = Date.now()): boolean {
  if (now - record.heartbeat > STALE_MS) return true;
  return record.host === hostname() && !processExists(record.supervisorPid) && !processExists(record.bridgePid);
}

/** Reads one job file; null when it is absent or not a job file. */
export function readJobFile(path: string): JobRecord | null {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // Job files are replaced atomically, so a torn one is not ours: as good as absent.
    return null;
  }
  return jobRecordShape.fault(value) === null ? (value as JobRecord) : null;
}

/** All job records of the user, stale ones included, oldest first. An absent folder is an empty list. */
export function readJobFiles(folder: string = jobsFolder()): { path: string; record: JobRecord }[] {
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
  const found: { path: string; record: JobRecord }[] = [];
  for (const name of names) {
    if (!name.endsWith('.json')) continue;
    const path = join(folder, name);
    const record = readJobFile(path);
    if (record) found.push({ path, record });
  }
  return found.sort((a, b) => a.record.startedAt - b.record.startedAt);
}
