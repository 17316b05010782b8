/** `allranks export JOB out.ipynb`: the journal of a run as a notebook. */
import { existsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { exportJob } from '../../bridge/server/export';
import { Failure } from './failure';
import { liveJobs } from './list';

/** Folder of a job: that of a live run of this name, else the folder itself, else ./allranks/NAME of an ended run. */
export function jobFolder(job: string): string {
  const live = liveJobs().find((record) => record.name === job || record.id === job);
  if (live) return live.dir;
  const candidates = [resolve(job), join(process.cwd(), 'allranks', job)];
  const found = candidates.find((folder) => statSync(folder, { throwIfNoEntry: false })?.isDirectory());
  if (!found) throw new Failure(`no live run and no job folder is called ${job}; see allranks list, or give the folder (--dir of the run)`);
  return found;
}

export function exportCommand(job: string, notebook: string, options: { force?: boolean }): void {
  if (!notebook.endsWith('.ipynb')) throw new Failure(`the notebook must end in .ipynb, not ${JSON.stringify(notebook)}`, 2);
  if (existsSync(notebook) && !options.force) throw new Failure(`${notebook} exists; --force replaces it`);
  const { cells } = exportJob(jobFolder(job), notebook);
  process.stdout.write(`${notebook}: ${cells} cell${cells === 1 ? '' : 's'}\n`);
}
