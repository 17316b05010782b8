/** The job file: written by the bridge so that kernels and `allranks list` find the job; removed at its end. */
import { linkSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isStale, jobsFolder, readJobFile, readJobFiles, type JobRecord } from '../protocol/job-record';
import { writeAtomic } from './files';

/** Names become file names and parts of a kernelspec's name. */
export function safeName(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9._-]+/g, '-').replace(/^[-.]+/, '').slice(0, 64) || 'job';
}

/**
 * Takes a name for a job: `name`, or `name-2` and so on while a live job of another id has it.
 * @returns the name taken; its file exists from now on. Throws as fs does when the folder cannot be written.
 */
export function claimName(record: JobRecord, folder: string = jobsFolder()): string {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (let n = 1; n < 1000; n += 1) {
    const name = n === 1 ? record.name : `${record.name}-${n}`;
    const path = join(folder, `${name}.json`);
    // Made complete beside the place and linked into it: two bridges cannot both take the name.
    const temporary = `${path}.${process.pid}.tmp`;
    try {
      writeFileSync(temporary, JSON.stringify({ ...record, name }), { mode: 0o600 });
      for (let attempt = 0; attempt < 2; attempt += 1) {
        try {
          linkSync(temporary, path);
          return name;
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
        }
        const holder = readJobFile(path);
        if (holder?.id === record.id) {
          // Of an earlier bridge of this job. Never absent: a kernel that looks in that moment would take the run for ended.
          renameSync(temporary, path);
          return name;
        }
        if (holder && !isStale(holder)) break;
        rmSync(path, { force: true });
      }
    } finally {
      rmSync(temporary, { force: true });
    }
  }
  throw new Error(`a thousand live jobs are named ${record.name}`);
}

/** Keeps one job file true. */
export class JobFile {
  private last = '';
  private writtenAt = 0;
  private failed: boolean;

  /** `claimed`: false when `claimName` has failed and said so; the file of another live job is left alone then. */
  constructor(
    private readonly path: string,
    private readonly current: () => JobRecord,
    private readonly warn: (sentence: string) => void,
    private readonly claimed = true,
  ) {
    this.failed = !claimed;
  }

  /** Writes the file if something changed or the last heartbeat is older than `heartbeatMs`. Never throws. */
  update(heartbeatMs = 60_000): void {
    const record = this.current();
    const text = JSON.stringify({ ...record, heartbeat: 0 });
    const now = Date.now();
    if (text === this.last && now - this.writtenAt < heartbeatMs) return;
    if (!this.claimed) {
      const holder = readJobFile(this.path);
      if (holder && holder.id !== record.id && !isStale(holder)) return;
    }
    try {
      writeAtomic(this.path, `${JSON.stringify(record)}\n`);
      this.last = text;
      this.writtenAt = now;
      this.failed = false;
    } catch (error) {
      if (!this.failed) this.warn(`the job file in ${dirname(this.path)} cannot be written (${error instanceof Error ? error.message : String(error)}): new kernels may not find the job`);
      this.failed = true;
    }
  }

  /** Removes the file if it is still that of this job. Never throws. */
  remove(): void {
    try {
      if (readJobFile(this.path)?.id === this.current().id) rmSync(this.path, { force: true });
    } catch (error) {
      this.warn(`the job file ${this.path} could not be removed (${error instanceof Error ? error.message : String(error)})`);
    }
  }
}

/** Removes the job files of jobs that are gone. Returns their records. */
export function sweepJobFiles(folder: string = jobsFolder()): JobRecord[] {
  const swept: JobRecord[] = [];
  for (const { path, record } of readJobFiles(folder)) {
    if (!isStale(record)) continue;
    rmSync(path, { force: true });
    swept.push(record);
  }
  return swept;
}
