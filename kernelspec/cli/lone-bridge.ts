/**
 * `allranks bridge`: starts a bridge for a run that was not started by `allranks run`. Called by rank 0 of the library when
 * a flag file asks for a notebook; not shown in the help. The bridge goes on by itself and ends with the job.
 */
import { join } from 'node:path';
import { BridgeProcess } from '../run/bridge-process';
import { removeJob } from '../run/clean-up';
import { makeJobFiles } from '../run/job-files';
import { warn } from '../run/program';
import { DEFAULT_MAX_PAUSE_S } from '../run/run-options';
import { Failure } from './failure';

export interface LoneBridgeOptions {
  /** Wanted name of the job. */
  job: string;
  /** Process of rank 0. */
  pid: string;
}

/** The library waits 20 s for the answer. */
const READY_MS = 15_000;

/** Starts the bridge and prints the path of the ranks' socket when it is there. Throws Failure when it does not come. */
export async function loneBridgeCommand(options: LoneBridgeOptions): Promise<number> {
  const supervisorPid = Number(options.pid);
  if (!Number.isInteger(supervisorPid) || supervisorPid < 1) throw new Failure(`--pid needs the number of a process, not ${JSON.stringify(options.pid)}`, 2);
  const dist = join(__dirname, '..', '..');
  const files = makeJobFiles({
    wantedName: options.job,
    program: options.job,
    supervisorPid,
    onDetach: 'resume',
    maxPauseS: DEFAULT_MAX_PAUSE_S,
    attachCommand: [process.execPath, join(dist, 'kernelspec', 'cli', 'main.js'), 'attach'],
    env: process.env,
    removeRuntimeDir: true,
  });
  const bridge = new BridgeProcess({
    command: [process.execPath, join(dist, 'bridge', 'server', 'main.js'), '--config', files.configPath],
    logPath: files.logPath,
    ranksSocket: files.ranksSocket,
    warn,
  });
  bridge.start();
  const ready = await bridge.whenReady(READY_MS);
  bridge.close();
  if (!ready) {
    bridge.terminate();
    removeJob(files.id, files.runtimeDir, process.env);
    throw new Failure(`the bridge did not come up within ${READY_MS / 1000} s`);
  }
  process.stdout.write(`${files.ranksSocket}\n`);
  return 0;
}
