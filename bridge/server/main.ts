/**
 * The bridge as a process: `node main.js --config FILE`. The configuration is JSON; see `BridgeOptions`. Standard output
 * carries one JSON object a line: {"warning": sentence} for the user, {"ready": {...}} once; standard error is the log.
 */
import { readFileSync, rmSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { array, atLeast, boolean, boundedString, number, object, oneOf, optional, string, unknown, type Infer } from '../protocol/shape';
import { startBridge } from './bridge';

export { startBridge } from './bridge';
export type { Bridge, BridgeOptions } from './bridge';

const configShape = object({
  id: boundedString(1, 200),
  name: boundedString(1, 200),
  size: optional(number),
  runtimeDir: boundedString(1, 4096),
  dir: boundedString(1, 4096),
  host: optional(string),
  program: optional(string),
  supervisorPid: optional(number),
  kernelArgv: optional(array(string)),
  onDetach: optional(oneOf(['resume', 'hold'])),
  maxPauseS: optional(atLeast(0)),
  journalBytes: optional(atLeast(1)),
  pauseAt: unknown,
  /** Remove the runtime folder at the end: a bridge without supervisor has nobody else to do it. */
  removeRuntimeDir: optional(boolean),
});
type Config = Infer<typeof configShape>;

/** @throws Error, one sentence that names what does not fit. */
function readConfig(path: string): Config {
  const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
  const fault = configShape.fault(value);
  if (fault !== null) throw new Error(fault === '' ? 'it is not a map' : `"${fault}" is missing or makes no sense`);
  return value as Config;
}

/** Runs until the job has ended or a signal comes; returns the exit code. */
async function main(argv: readonly string[]): Promise<number> {
  const at = argv.indexOf('--config');
  const path = at >= 0 ? argv[at + 1] : undefined;
  if (!path) {
    process.stderr.write('allranks bridge: give the configuration with --config FILE\n');
    return 2;
  }
  const log = (sentence: string): void => void process.stderr.write(`${new Date().toISOString()} ${sentence}\n`);
  const say = (value: unknown): void => void process.stdout.write(`${JSON.stringify(value)}\n`);
  // Whoever reads may be gone long before the job: a broken pipe is no reason to leave it.
  process.stdout.on('error', () => undefined);
  process.stderr.on('error', () => undefined);
  let config: Config;
  try {
    config = readConfig(path);
  } catch (error) {
    say({ warning: `the bridge cannot read its configuration ${path}: ${error instanceof Error ? error.message : String(error)}` });
    return 2;
  }
  try {
    const { size: _size, pauseAt: _pauseAt, removeRuntimeDir, ...options } = config;
    const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as typeof options;
    const bridge = await startBridge({ ...(given as Parameters<typeof startBridge>[0]), log, warn: (warning) => say({ warning }) });
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void bridge.close());
    // The terminal of the run may close; the job goes on.
    process.on('SIGHUP', () => log('SIGHUP is ignored'));
    say({ ready: { name: bridge.name, cellsSocket: bridge.cellsSocket } });
    await bridge.closed;
    if (removeRuntimeDir) rmSync(config.runtimeDir, { recursive: true, force: true });
    return 0;
  } catch (error) {
    const sentence = error instanceof Error ? error.message : String(error);
    log(error instanceof Error ? (error.stack ?? sentence) : sentence);
    say({ warning: `the bridge cannot start: ${sentence}` });
    return 1;
  }
}

/**
 * A bridge does the same few hundred microseconds of work for each cell, and a session seldom has the thousand cells after which V8
 * by itself has optimised all of it: it counts bytes of bytecode for each function, 67,584 of them several times over. With this count
 * the first hundreds of cells cost a third to a half less, and the compiler runs on a thread of its own. Not an argument of the
 * program: a Node that does not know the flag then says so in the log instead of not starting.
 */
const OPTIMISE_AFTER_BYTES = 10_000;

if (require.main === module) {
  setFlagsFromString(`--interrupt-budget=${OPTIMISE_AFTER_BYTES}`);
  void main(process.argv.slice(2)).then((code) => process.exit(code));
}
