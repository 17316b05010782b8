/** Removes what a job left behind when its bridge is no longer there to do it. */
import { rmSync } from 'node:fs';
import { hostname } from 'node:os';
import { basename, dirname } from 'node:path';
import { isStale, jobsFolder, jupyterDataFolder, readJobFiles } from '../../bridge/protocol/job-record';
import type { JobRecord } from '../../bridge/protocol/job-record';
import { sweepJobFiles } from '../../bridge/server/job-file';
import { kernelspecFolder, removeKernelspec, sweepKernelspecs } from '../../bridge/server/kernelspec-file';
import type { Env } from './program';

/** Folder of the kernelspec of a live job. */
export function jobKernelspec(name: string, env: Env = process.env): string {
  return kernelspecFolder(name, jupyterDataFolder(env));
}

/** Removes job file and kernelspec of the job `id`, and its runtime folder. Throws when something cannot be removed. */
export function removeJob(id: string, runtimeDir: string, env: Env = process.env): void {
  rmSync(runtimeDir, { recursive: true, force: true });
  for (const { path, record } of readJobFiles(jobsFolder(env))) {
    if (record.id !== id) continue;
    removeKernelspec(record.name, id, jupyterDataFolder(env));
    rmSync(path, { force: true });
  }
}

/**
 * Removes what stale jobs left: their job file, kernelspec, and on this host their runtime folder. Returns their names.
 * Throws when something cannot be removed.
 */
export function sweep(env: Env = process.env): string[] {
  const stale = sweepJobFiles(jobsFolder(env));
  for (const record of stale) {
    const folder = dirname(record.ranksSocket);
    // The path comes from a file: only a folder that carries the job's own id is removed.
    if (record.host === hostname() && record.id.length >= 8 && basename(folder) === record.id) rmSync(folder, { recursive: true, force: true });
  }
  const kernels = sweepKernelspecs(jupyterDataFolder(env), jobsFolder(env));
  return [...new Set([...stale.map((record) => record.name), ...kernels])];
}

/** The first free name among NAME, NAME-2, NAME-3 ... with regard to live jobs. */
export function freeName(name: string, records: readonly JobRecord[]): string {
  const taken = new Set(records.filter((record) => !isStale(record) && record.state !== 'ended' && record.state !== 'lost').map((record) => record.name));
  let number = 2;
  let free = name;
  while (taken.has(free)) free = `${name}-${number++}`;
  return free;
}
