/** `allranks attach`: the kernel that Jupyter starts, or how to attach. */
import { Failure } from './failure';
import { liveJobs } from './list';
import type * as Serve from './serve';

export interface AttachOptions {
  /** Jupyter's connection file. */
  connectionFile?: string;
  /** Name or id of the run; else ALLRANKS_JOB, else the only live one. */
  job?: string;
}

/** Serves one notebook, or tells how to attach; resolves with the exit code. */
export async function attachCommand(options: AttachOptions): Promise<number> {
  if (options.connectionFile === undefined) {
    explain(options.job ?? process.env['ALLRANKS_JOB']);
    return 0;
  }
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- ZeroMQ is loaded by this command only
  const { serve } = require('./serve') as typeof Serve;
  return serve(options.connectionFile, options.job ?? process.env['ALLRANKS_JOB']);
}

function explain(job: string | undefined): void {
  const jobs = liveJobs();
  const chosen = job ? jobs.filter((record) => record.name === job || record.id === job) : jobs;
  if (chosen.length === 0) {
    throw new Failure(job ? `no live run is called ${job}; see allranks list` : 'there is no live run to attach to; start one with: allranks run -- mpiexec -n 4 ./my_sim');
  }
  process.stdout.write('In JupyterLab or VS Code choose the kernel by its title; on a terminal:\n');
  for (const record of chosen) process.stdout.write(`  allranks console ${record.name}\n  jupyter console --kernel allranks-${record.name}\n`);
}
