/**
 * `allranks run`: a bridge beside the user's program. Order that matters: signals are taken first, then the bridge is
 * started, then the program; after its end the bridge is told, and what it could not remove is removed.
 * Nothing in here may keep the program from running: each fault of ours becomes one warning.
 */
import { join } from 'node:path';
import { tellBridge } from '../../bridge/client/connection';
import { BridgeProcess } from './bridge-process';
import type * as Launched from '../console/launched';
import { removeJob } from './clean-up';
import { makeJobFiles } from './job-files';
import { runProgram, SignalPassage, warn } from './program';
import type { Env, ProgramEnd } from './program';
import { programName } from './program-name';
import type { RunOptions } from './run-options';

export interface SuperviseOptions extends RunOptions {
  /** Bridge without its `--config FILE`. */
  bridgeCommand: readonly string[];
  /** argv of a kernel, without connection file and job; the bridge writes the job's name for `{job}`. */
  attachCommand: readonly string[];
  env: Env;
  /** First pause before a dead bridge is started again, milliseconds. */
  firstRestartMs?: number;
}

/** The program starts at the latest then, whether the bridge is ready or not. */
const READY_MS = 2000;
/** The bridge may live up to 10 s to tell its clients; the exit code of the program waits for it only this long. */
const GONE_MS = 2000;

interface Job {
  id: string;
  runtimeDir: string;
  bridge: BridgeProcess;
  /** Added to the environment of the program. */
  env: Env;
  /** Environment that tells where the user's files lie. */
  userEnv: Env;
}

/** Runs the program with a bridge beside it. Rejects only when the program itself cannot be started. */
export async function supervise(options: SuperviseOptions, signals: SignalPassage): Promise<ProgramEnd> {
  let job: Job | null = null;
  try {
    job = prepare(options);
    await Promise.race([job.bridge.whenReady(READY_MS), signals.whenEnded()]);
  } catch (error) {
    warn(`${(error as Error).message}; the program starts without notebooks`);
  }
  if (signals.ended) {
    const end: ProgramEnd = { code: null, signal: signals.ended };
    if (job) await finish(job, end);
    return end;
  }
  const prompt = job && options.console ? openConsole(job) : null;
  let end: ProgramEnd;
  try {
    end = await runProgram(options.command, job ? { ...options.env, ...job.env } : options.env, signals, prompt ? 'ignore' : 'inherit');
    await prompt?.close();
  } catch (error) {
    await prompt?.close();
    if (job) await finish(job, { code: 127, signal: null });
    throw error;
  }
  if (job) await finish(job, end);
  return end;
}

/** The prompt of `--console`; null, after one warning, where there cannot be one. */
function openConsole(job: Job): Launched.LaunchedConsole | null {
  if (!process.stdin.isTTY || !process.stdout.isTTY) {
    warn('--console needs a terminal; the program starts without a prompt, `allranks console` opens one from elsewhere');
    return null;
  }
  try {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- what only a prompt needs must not keep a program from starting
    const { LaunchedConsole } = require('../console/launched') as typeof Launched;
    return new LaunchedConsole(job.id, job.userEnv, warn);
  } catch (error) {
    warn(`there is no prompt: ${(error as Error).message}`);
    return null;
  }
}

function prepare(options: SuperviseOptions): Job {
  const files = makeJobFiles({ ...options, wantedName: options.name ?? programName(options.command), program: options.command.join(' '), supervisorPid: process.pid });
  try {
    const bridge = new BridgeProcess({
      command: [...options.bridgeCommand, '--config', files.configPath],
      logPath: files.logPath,
      ranksSocket: files.ranksSocket,
      warn,
      ...(options.firstRestartMs === undefined ? {} : { firstDelayMs: options.firstRestartMs }),
    });
    bridge.start();
    const env: Env = { ALLRANKS_BRIDGE: files.ranksSocket, ALLRANKS_JOB_NAME: files.name, ALLRANKS_MAX_PAUSE: String(options.maxPauseS) };
    if (options.pauseAt !== undefined) env['ALLRANKS_PAUSE_AT'] = options.pauseAt;
    return { id: files.id, runtimeDir: files.runtimeDir, bridge, env, userEnv: options.env };
  } catch (error) {
    removeJob(files.id, files.runtimeDir, options.env);
    throw error;
  }
}

/** Tells the bridge and cleans up behind it. Never rejects; its waits are bounded by those of `tellBridge` and GONE_MS. */
async function finish(job: Job, end: ProgramEnd): Promise<void> {
  try {
    // No restart from here on: a bridge that ends now has done its work.
    job.bridge.close();
    if (job.bridge.alive) {
      try {
        await tellBridge(join(job.runtimeDir, 'cells.sock'), 'supervisor', { t: 'programEnded', code: end.code, signal: end.signal });
      } catch {
        // A bridge that cannot be told would stay for ever; asked to end, it tells its clients itself.
        job.bridge.terminate();
      }
    }
    const gone = await job.bridge.whenGone(GONE_MS);
    job.bridge.close();
    if (gone) removeJob(job.id, job.runtimeDir, job.userEnv);
  } catch (error) {
    warn(`files of the job could not be removed: ${(error as Error).message}`);
  }
}
