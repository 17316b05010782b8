/**
 * Starts the user's program and stays out of its way: inherited stdio, the same process group, signals and exit code passed
 * through. Uses nothing but Node's own modules, so that it works when every other file of ours is broken.
 */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { accessSync, constants, readFileSync, statSync } from 'node:fs';
import { constants as osConstants } from 'node:os';
import { delimiter, join } from 'node:path';

/** How the program ended: exactly one of the two is not null. */
export interface ProgramEnd {
  code: number | null;
  signal: NodeJS.Signals | null;
}

export type Env = Record<string, string | undefined>;

/** Signals that are handed on to the program. SIGKILL and SIGSTOP cannot be; SIGTSTP, SIGCONT keep their default action. */
const FORWARDED: NodeJS.Signals[] = ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2', 'SIGALRM', 'SIGXCPU'];
/** A terminal sends these to the whole foreground process group, so the program has them already. */
const FROM_TERMINAL: ReadonlySet<NodeJS.Signals> = new Set(['SIGINT', 'SIGQUIT']);
const ENDING: ReadonlySet<NodeJS.Signals> = new Set(['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT']);
/** Set by the shell wrapper: SigIgn of /proc/PID/status, hexadecimal, bit n-1 for signal n. */
const IGNORED_VARIABLE = 'ALLRANKS_IGNORED_SIGNALS';

/**
 * Looks for an executable as execvp does.
 * Returns the exit code that a shell would give, 127 (not found) or 126 (not executable), or 0 when it can be started.
 */
export function findProgram(program: string, env: Env = process.env): 0 | 126 | 127 {
  const candidates = program.includes('/') ? [program] : (env['PATH'] ?? '').split(delimiter).map((folder) => join(folder || '.', program));
  let seen = false;
  for (const path of candidates) {
    const status = statSync(path, { throwIfNoEntry: false });
    if (!status) continue;
    seen = true;
    if (status.isDirectory()) continue;
    try {
      accessSync(path, constants.X_OK);
      return 0;
    } catch {
      // Not executable for us; as execvp does, go on with the next folder.
      continue;
    }
  }
  return seen ? 126 : 127;
}

/** True when this process belongs to the foreground process group of its terminal. */
function inForeground(): boolean {
  let stat: string;
  try {
    stat = readFileSync('/proc/self/stat', 'latin1');
  } catch {
    // Without /proc nothing is known of the terminal: hand signals on.
    return false;
  }
  // The command name may hold spaces and parentheses; fields are counted from behind it: state ppid pgrp session tty tpgid.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields[4] !== '0' && fields[2] === fields[5];
}

/** Names of the ending signals that the caller of the wrapper ignores, such as SIGHUP under nohup. */
export function ignoredSignals(env: Env): NodeJS.Signals[] {
  const mask = env[IGNORED_VARIABLE];
  if (!mask || !/^[0-9a-f]{1,32}$/i.test(mask)) return [];
  const bits = BigInt(`0x${mask}`);
  return [...ENDING].filter((name) => ((bits >> BigInt(osConstants.signals[name] - 1)) & 1n) === 1n);
}

/**
 * Takes signals from the moment it is made. Before the program runs, an ending signal is remembered in `ended`; afterwards
 * signals go to the program.
 */
export class SignalPassage {
  /** First ending signal that came before the program was started. */
  ended: NodeJS.Signals | null = null;
  private child: ChildProcess | null = null;
  private waiting: NodeJS.Signals[] = [];
  private readonly ignored: ReadonlySet<NodeJS.Signals>;
  private readonly wakers = new Set<() => void>();

  constructor(env: Env = process.env) {
    this.ignored = new Set(ignoredSignals(env));
    for (const name of FORWARDED) process.on(name, this.take);
  }

  /** Resolves when an ending signal comes before the program runs. */
  whenEnded(): Promise<void> {
    return this.ended ? Promise.resolve() : new Promise((resolve) => this.wakers.add(resolve));
  }

  to(child: ChildProcess): void {
    this.child = child;
    for (const name of this.waiting) child.kill(name);
    this.waiting = [];
  }

  /** Restores the default actions. Idempotent. */
  close(): void {
    for (const name of FORWARDED) process.removeListener(name, this.take);
  }

  private readonly take = (name: NodeJS.Signals): void => {
    if (this.ignored.has(name)) return;
    if (this.child) {
      if (FROM_TERMINAL.has(name) && inForeground()) return;
      this.child.kill(name);
    } else if (ENDING.has(name)) {
      this.ended ??= name;
      for (const wake of this.wakers) wake();
    } else {
      this.waiting.push(name);
    }
  };
}

/**
 * Starts `command` and resolves when it has ended. Rejects when it cannot be started.
 *   env    complete environment of the program.
 *   stdin  'ignore' when the terminal is somebody else's.
 */
export function runProgram(command: readonly string[], env: Env, signals: SignalPassage, stdin: 'inherit' | 'ignore' = 'inherit'): Promise<ProgramEnd> {
  const ignored = ignoredSignals(env);
  const clean = { ...env };
  delete clean[IGNORED_VARIABLE];
  // Node gives children default actions for all signals; only a shell can hand an ignored one on.
  const names = ignored.map((name) => name.slice(3)).join(' ');
  const argv = ignored.length > 0 ? ['/bin/sh', '-c', `trap '' ${names}; exec "$@"`, 'sh', ...command] : [...command];
  return new Promise((resolve, reject) => {
    const child = spawn(argv[0]!, argv.slice(1), { stdio: [stdin, 'inherit', 'inherit'], env: clean });
    child.once('error', reject);
    child.once('spawn', () => signals.to(child));
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
}

/**
 * Ends this process as the program ended: same exit code, or the same signal. Signals that would dump a core of ours give
 * 128 + number instead, as a shell tells it.
 */
export function endLike(end: ProgramEnd): void {
  if (end.signal === null) {
    process.exit(end.code ?? 1);
  }
  const number = osConstants.signals[end.signal];
  const quiet = ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGKILL', 'SIGUSR1', 'SIGUSR2', 'SIGALRM'];
  if (quiet.includes(end.signal)) {
    process.kill(process.pid, end.signal);
    // The signal is delivered at the latest when the event loop turns; should it be blocked, the code tells the same.
    setTimeout(() => process.exit(128 + number), 1000);
    return;
  }
  process.exit(128 + number);
}

/** One warning line; a closed stderr must not cost the job. */
export function warn(message: string): void {
  process.stderr.write(`allranks: ${message}\n`);
}

/** Keeps faults of ours from ending the supervisor, whose end would leave the program without exit code and signals. */
export function surviveOwnFaults(): void {
  let told = false;
  const ignore = (): void => undefined;
  process.stderr.on('error', ignore);
  process.stdout.on('error', ignore);
  process.on('uncaughtException', (error) => {
    if (told) return;
    told = true;
    warn(`internal fault, the program goes on: ${error.message}`);
  });
}
