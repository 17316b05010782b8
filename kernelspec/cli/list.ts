/** `allranks list`: the live jobs of the user. */
import { isStale, jobsFolder, readJobFiles } from '../../bridge/protocol/job-record';
import type { JobRecord } from '../../bridge/protocol/job-record';
import { sweep } from '../run/clean-up';
import { warn } from '../run/program';
import type { Env } from '../run/program';
import { freshRecords } from './fresh';

/** Removes what stale jobs left, then returns the others, oldest first. */
export function liveJobs(env: Env = process.env): JobRecord[] {
  try {
    sweep(env);
  } catch (error) {
    warn(`files of ended jobs cannot be removed: ${(error as Error).message}`);
  }
  return readJobFiles(jobsFolder(env))
    .map(({ record }) => record)
    .filter((record) => !isStale(record));
}

/** Age in at most two units, such as `2h 5m`. */
export function ageText(ms: number): string {
  const s = Math.max(0, Math.floor(ms / 1000));
  if (s < 60) return `${s}s`;
  if (s < 3600) return `${Math.floor(s / 60)}m ${s % 60}s`;
  if (s < 86400) return `${Math.floor(s / 3600)}h ${Math.floor((s % 3600) / 60)}m`;
  return `${Math.floor(s / 86400)}d ${Math.floor((s % 86400) / 3600)}h`;
}

/** The table that a terminal shows; numbers are aligned to the right. */
export function jobTable(jobs: readonly JobRecord[], now: number = Date.now()): string {
  const head = ['NAME', 'RANKS', 'STEP', 'TIME', 'STATE', 'AGE', 'HOST'];
  const rows = jobs.map((job) => [
    job.name,
    job.size > 0 ? String(job.size) : '-',
    job.size > 0 ? String(job.step) : '-',
    job.size > 0 ? String(Number(job.time.toPrecision(6))) : '-',
    job.state,
    ageText(now - job.startedAt),
    job.host,
  ]);
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]!.length)));
  const right = new Set([1, 2, 3]);
  const line = (row: string[]): string =>
    row
      .map((cell, column) => (right.has(column) ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!)))
      .join('  ')
      .trimEnd();
  return [head, ...rows].map((row) => `${line(row)}\n`).join('');
}

/** Prints the live jobs, as a table or as JSON (an array of job records). */
export async function listCommand(options: { json?: boolean }): Promise<void> {
  const jobs = await freshRecords(liveJobs());
  if (options.json) {
    process.stdout.write(`${JSON.stringify(jobs, null, 2)}\n`);
  } else if (jobs.length === 0) {
    process.stdout.write('no live run; start one with: allranks run -- mpiexec -n 4 ./my_sim\n');
  } else {
    process.stdout.write(jobTable(jobs));
  }
}
