/** The kernelspec of a live job, so that every Jupyter of the user offers it: written while the job lives. */
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { jupyterDataFolder, processExists, readJobFile, jobsFolder, STALE_MS } from '../protocol/job-record';
import { writeAtomic } from './files';

const PREFIX = 'allranks-';

export interface KernelspecOptions {
  name: string;
  id: string;
  size: number;
  /** Its ranks can be debugged. */
  debugger: boolean;
  /** Command of the kernel; `{connection_file}` is Jupyter's, `{job}` becomes the job's name. */
  argv: readonly string[];
  bridgePid: number;
  folder?: string;
}

/** Folder of the kernelspec of a job. */
export function kernelspecFolder(name: string, data: string = jupyterDataFolder()): string {
  return join(data, 'kernels', `${PREFIX}${name}`);
}

/** Writes or replaces the kernelspec. Throws as fs does. */
export function writeKernelspec(options: KernelspecOptions): void {
  const spec = {
    argv: options.argv.map((item) => item.replaceAll('{job}', options.name)),
    display_name: `${options.name} — live, ${options.size} ${options.size === 1 ? 'rank' : 'ranks'}`,
    language: 'python',
    interrupt_mode: 'message',
    kernel_protocol_version: '5.5',
    env: { ALLRANKS_JOB: options.name },
    metadata: {
      debugger: options.debugger,
      supported_encryption: ['curve'],
      allranks: { job: options.name, id: options.id, host: hostname(), bridge_pid: options.bridgePid },
    },
  };
  writeAtomic(join(kernelspecFolder(options.name, options.folder), 'kernel.json'), `${JSON.stringify(spec, null, 1)}\n`, 0o600);
}

/** Removes the kernelspec of a job, if it is that of this id. Absent is fine. Throws as fs does otherwise. */
export function removeKernelspec(name: string, id: string, data: string = jupyterDataFolder()): void {
  const folder = kernelspecFolder(name, data);
  if (readTag(folder)?.id === id) rmSync(folder, { recursive: true, force: true });
}

interface Tag {
  job: string;
  id: string;
  host: string;
  bridge_pid: number;
}

/** What we wrote about the job into a kernelspec; null for those that are not ours. */
function readTag(folder: string): Tag | null {
  try {
    const spec = JSON.parse(readFileSync(join(folder, 'kernel.json'), 'utf8')) as { metadata?: { allranks?: Partial<Tag> } };
    const tag = spec.metadata?.allranks;
    return typeof tag?.id === 'string' && typeof tag.job === 'string' ? { job: tag.job, id: tag.id, host: String(tag.host), bridge_pid: Number(tag.bridge_pid) } : null;
  } catch {
    // No kernel.json, or not JSON: not a kernelspec of ours, and not ours to remove.
    return null;
  }
}

/** Removes kernelspecs of jobs that are gone. Returns the names of the jobs. Never removes what we did not write. */
export function sweepKernelspecs(data: string = jupyterDataFolder(), jobs: string = jobsFolder()): string[] {
  let names: string[];
  try {
    names = readdirSync(join(data, 'kernels'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
  const swept: string[] = [];
  for (const entry of names) {
    if (!entry.startsWith(PREFIX)) continue;
    const folder = join(data, 'kernels', entry);
    const tag = readTag(folder);
    if (!tag) continue;
    const record = readJobFile(join(jobs, `${tag.job}.json`));
    const known = record?.id === tag.id && Date.now() - record.heartbeat < STALE_MS;
    const alive = tag.host === hostname() ? processExists(tag.bridge_pid) || (known && processExists(record.supervisorPid)) : known;
    if (alive) continue;
    rmSync(folder, { recursive: true, force: true });
    swept.push(tag.job);
  }
  return swept;
}
