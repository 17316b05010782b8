/**
 * Entry of `allranks run`. Loads the supervisor only when it is needed and starts the program bare when it cannot be
 * loaded (missing packages, a half-written build).
 */
import { join } from 'node:path';
import { endLike, findProgram, runProgram, SignalPassage, surviveOwnFaults, warn } from './program';
import type { ProgramEnd } from './program';
import { parseRun, RUN_HELP, UsageError } from './run-options';
import type { RunOptions } from './run-options';
import type * as Supervisor from './supervisor';

/** Runs `allranks run WORDS...` and ends this process like the program. Does not return before. */
export async function runCommand(words: readonly string[]): Promise<void> {
  let options: RunOptions | null;
  try {
    options = parseRun(words);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    warn(error.message);
    process.exit(2);
  }
  if (!options) {
    process.stdout.write(RUN_HELP);
    return;
  }
  const program = options.command[0]!;
  const found = findProgram(program);
  if (found !== 0) {
    warn(found === 127 ? `${program} was not found; check its path, or PATH` : `${program} is not executable`);
    process.exit(found);
  }
  surviveOwnFaults();
  const signals = new SignalPassage();
  let end: ProgramEnd;
  try {
    end = await start(options, signals);
  } catch (error) {
    warn(`${program} cannot be started: ${(error as Error).message}`);
    process.exit(126);
  }
  signals.close();
  endLike(end);
}

function start(options: RunOptions, signals: SignalPassage): Promise<ProgramEnd> {
  let supervisor: typeof Supervisor;
  try {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded here, so that a failure can be survived
    supervisor = require('./supervisor') as typeof Supervisor;
  } catch (error) {
    warn(`the installation is not complete (${(error as Error).message.split('\n')[0]}); the program starts without notebooks`);
    return runProgram(options.command, process.env, signals);
  }
  const dist = join(__dirname, '..', '..');
  return supervisor.supervise(
    {
      ...options,
      bridgeCommand: [process.execPath, join(dist, 'bridge', 'server', 'main.js')],
      attachCommand: [process.execPath, join(dist, 'kernelspec', 'cli', 'main.js'), 'attach'],
      env: process.env,
    },
    signals,
  );
}
