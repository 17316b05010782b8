/** What a bridge needs before it starts: a free name, its runtime folder and its configuration. */
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { jobsFolder, readJobFiles } from '../../bridge/protocol/job-record';
import type { JobRecord } from '../../bridge/protocol/job-record';
import { freeName, removeJob, sweep } from './clean-up';
import { warn } from './program';
import type { Env } from './program';
import { sanitizeName } from './program-name';
import type { RunOptions } from './run-options';
import { makeRuntimeFolder } from './runtime-folder';

export interface JobFilesOptions extends Pick<RunOptions, 'dir' | 'onDetach' | 'maxPauseS' | 'pauseAt'> {
  wantedName: string;
  /** Command line or name of the program, for people. */
  program: string;
  /** Process whose end means the end of the job: the supervisor, or rank 0 of a run without one. */
  supervisorPid: number;
  /** argv of a kernel, without connection file and job; the bridge writes the job's name for `{job}`. */
  attachCommand: readonly string[];
  env: Env;
  /** The bridge removes the runtime folder itself at its end: nobody else is there to do it. */
  removeRuntimeDir?: boolean;
}

export interface JobFiles {
  id: string;
  name: string;
  runtimeDir: string;
  configPath: string;
  logPath: string;
  ranksSocket: string;
}

/** Makes them. Throws when the runtime folder cannot be made; then nothing is left behind. */
export function makeJobFiles(options: JobFilesOptions): JobFiles {
  const wanted = sanitizeName(options.wantedName);
  const name = freeName(wanted, knownJobs(options.env));
  if (name !== wanted) warn(`a run named ${wanted} is live; this one is called ${name}`);
  const id = randomBytes(6).toString('hex');
  const runtimeDir = makeRuntimeFolder(id, options.env);
  const configPath = join(runtimeDir, 'config.json');
  const config = {
    id,
    name,
    runtimeDir,
    dir: resolve(options.dir ?? join('allranks', name)),
    host: hostname(),
    program: options.program.slice(0, 1000),
    supervisorPid: options.supervisorPid,
    kernelArgv: [...options.attachCommand, '--job', '{job}', '--connection-file', '{connection_file}'],
    onDetach: options.onDetach,
    maxPauseS: options.maxPauseS,
    ...(options.removeRuntimeDir ? { removeRuntimeDir: true } : {}),
    ...(options.pauseAt === undefined ? {} : { pauseAt: options.pauseAt }),
  };
  try {
    writeFileSync(configPath, JSON.stringify(config), { mode: 0o600 });
  } catch (error) {
    removeJob(id, runtimeDir, options.env);
    throw new Error(`the runtime folder ${runtimeDir} cannot be written (${(error as Error).message}); XDG_RUNTIME_DIR chooses another`, { cause: error });
  }
  return { id, name, runtimeDir, configPath, logPath: join(runtimeDir, 'bridge.log'), ranksSocket: join(runtimeDir, 'ranks.sock') };
}

function knownJobs(env: Env): JobRecord[] {
  try {
    sweep(env);
    return readJobFiles(jobsFolder(env)).map(({ record }) => record);
  } catch (error) {
    warn(`files of earlier jobs cannot be read or removed: ${(error as Error).message}`);
    return [];
  }
}
