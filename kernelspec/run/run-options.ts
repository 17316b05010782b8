/** Options of `allranks run`, parsed without a package, so that a broken installation can still start the program. */

export interface RunOptions {
  name?: string;
  dir?: string;
  /** Where the simulation pauses by itself: `start`, `end` or a step number. */
  pauseAt?: string;
  /** Longest pause in seconds; 0: no limit. */
  maxPauseS: number;
  onDetach: 'resume' | 'hold';
  /** A prompt on this terminal. */
  console: boolean;
  /** Launcher, program and its arguments; at least one word. */
  command: string[];
}

/** Wrong use of the command line: one sentence, exit code 2. */
export class UsageError extends Error {}

export const DEFAULT_MAX_PAUSE_S = 3600;

export const RUN_HELP = `usage: allranks run [options] -- launcher and program

Starts a simulation with a bridge beside it, so that notebooks can attach. Signals and the exit code of the program are
passed through; when anything of Allranks fails, the program runs all the same.

  --name N               name of the job (default: name of the program)
  --dir D                job folder for journal and long outputs (default: ./allranks/NAME)
  --pause-at WHERE       start, end or a step number: pause there by itself
  --max-pause T          longest pause: seconds, or a number with s, m, h or d (default 1h; 0: no limit)
  --console              a prompt in the ranks on this terminal; the program reads no standard input then
  --on-detach WHAT       resume (default) or hold, when the last notebook leaves a paused simulation
`;

/** Seconds of `90`, `90s`, `30m`, `2h`, `1d`. */
export function parseDuration(text: string): number {
  const match = /^([0-9]+(?:\.[0-9]+)?)([smhd]?)$/.exec(text);
  if (!match) throw new UsageError(`--max-pause needs a time such as 90, 30m or 2h, not ${JSON.stringify(text)}`);
  const unit = { '': 1, s: 1, m: 60, h: 3600, d: 86400 }[match[2] as '' | 's' | 'm' | 'h' | 'd'];
  return Number(match[1]) * unit;
}

/**
 * Parses what stands behind `run`.
 * Throws UsageError; `help` is asked for by null.
 */
export function parseRun(words: readonly string[]): RunOptions | null {
  const options: RunOptions = { maxPauseS: DEFAULT_MAX_PAUSE_S, onDetach: 'resume', console: false, command: [] };
  let at = 0;
  while (at < words.length) {
    const word = words[at]!;
    if (word === '--') {
      at += 1;
      break;
    }
    if (word === '--help' || word === '-h') return null;
    if (!word.startsWith('-')) break;
    if (word === '--console') {
      options.console = true;
      at += 1;
      continue;
    }
    const equals = word.indexOf('=');
    const option = equals < 0 ? word : word.slice(0, equals);
    if (!['--name', '--dir', '--pause-at', '--max-pause', '--on-detach'].includes(option)) {
      throw new UsageError(`unknown option ${option}; options of the launcher stand behind --`);
    }
    const value = equals < 0 ? words[at + 1] : word.slice(equals + 1);
    if (value === undefined || value === '' || value === '--') throw new UsageError(`${option} needs a value`);
    at += equals < 0 ? 2 : 1;
    switch (option) {
      case '--name':
        options.name = value;
        break;
      case '--dir':
        options.dir = value;
        break;
      case '--pause-at':
        if (!/^(start|end|[0-9]{1,18})$/.test(value)) throw new UsageError(`--pause-at needs start, end or a step number, not ${JSON.stringify(value)}`);
        options.pauseAt = value;
        break;
      case '--max-pause':
        options.maxPauseS = parseDuration(value);
        break;
      default:
        if (value !== 'resume' && value !== 'hold') throw new UsageError(`--on-detach needs resume or hold, not ${JSON.stringify(value)}`);
        options.onDetach = value;
    }
  }
  options.command = words.slice(at);
  if (options.command.length === 0) throw new UsageError('no program was given: allranks run [options] -- launcher and program');
  return options;
}
