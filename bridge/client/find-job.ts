/** Which job a kernel attaches to: by `ALLRANKS_JOB` or a given name, else the only live one. Reads job files only. */
import { isStale, jobsFolder, readJobFiles, type JobRecord } from '../protocol/job-record';
import { BridgeError } from '../protocol/frames';

/** Live jobs of the user, oldest first. */
export function listJobs(folder: string = jobsFolder()): JobRecord[] {
  return readJobFiles(folder)
    .map(({ record }) => record)
    .filter((record) => !isStale(record));
}

/** The job file stands, but none of the processes that would serve it: both were killed, or the machine was started again. */
export function isForsaken(id: string, folder: string = jobsFolder()): boolean {
  return readJobFiles(folder).some(({ record }) => record.id === id && isStale(record));
}

/**
 * Finds one job.
 * @param wanted name or id; default `ALLRANKS_JOB`. Throws a `BridgeError` `no_such_job` that lists what there is.
 */
export function findJob(wanted: string | undefined = process.env['ALLRANKS_JOB'], folder: string = jobsFolder()): JobRecord {
  const live = listJobs(folder);
  const list = live.map((job) => `${job.name} (${job.state}, ${job.size} ranks, step ${job.step}, on ${job.host})`).join('; ');
  if (wanted) {
    const found = live.find((job) => job.name === wanted || job.id === wanted) ?? live.find((job) => job.name === wanted.toLowerCase());
    if (found) return found;
    throw new BridgeError('no_such_job', live.length === 0 ? `there is no live run named ${wanted}, nor any other` : `there is no live run named ${wanted}; live are: ${list}`);
  }
  if (live.length === 1) return live[0]!;
  if (live.length === 0) throw new BridgeError('no_such_job', 'there is no live run: start one with  allranks run -- mpiexec -n 4 ./my_sim');
  throw new BridgeError('no_such_job', `there are ${live.length} live runs, choose one by its own kernel or with ALLRANKS_JOB: ${list}`);
}
