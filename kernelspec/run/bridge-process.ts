/**
 * The bridge as a child process: in a session of its own, so that a terminal's Ctrl-C does not reach it, and started again
 * when it dies. Its output goes to a file and not to a pipe: it must outlive the supervisor.
 */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { closeSync, existsSync, openSync, readSync } from 'node:fs';

export interface BridgeProcessOptions {
  /** Executable and arguments. */
  command: readonly string[];
  logPath: string;
  /** Socket that tells that the bridge takes ranks. */
  ranksSocket: string;
  warn: (message: string) => void;
  /** First pause before a restart, milliseconds; doubled up to 10 s. */
  firstDelayMs?: number;
  /** Pause after many short lives, milliseconds. */
  rareDelayMs?: number;
}

const LONGEST_DELAY_MS = 10_000;
/** Time that makes up for one failure. A bridge that fails for ever takes a small part of a core. */
const MAKES_UP_MS = 10_000;
/** A bridge that lived shorter has done nothing for anybody. */
const SHORT_LIFE_MS = 5000;
/** Short lives in a row, about two minutes, after which restarts become rare. They never end: the reason, such as a full disk, may go away. */
const MANY_SHORT_LIVES = 16;
const LOOK_MS = 20;
const LOG_LOOK_MS = 500;
const LONGEST_LINE = 64 * 1024;

export class BridgeProcess {
  private child: ChildProcess | null = null;
  private startedAt = 0;
  /** Failures that time has not made up for, and when the latest was, ms. */
  private failures = 0;
  private failedAt = 0;
  private shortLives = 0;
  private closing = false;
  private restartTimer: NodeJS.Timeout | null = null;
  private readonly exitWaiters = new Set<() => void>();
  private readonly log: WarningLog;

  constructor(private readonly options: BridgeProcessOptions) {
    this.log = new WarningLog(options.logPath, options.warn);
  }

  /** True while a bridge process runs. */
  get alive(): boolean {
    return this.child !== null;
  }

  get pid(): number | null {
    return this.child?.pid ?? null;
  }

  start(): void {
    this.startedAt = performance.now();
    const [program, ...args] = this.options.command;
    let log: number;
    try {
      log = openSync(this.options.logPath, 'a', 0o600);
    } catch (error) {
      this.ended(`its log cannot be written: ${(error as Error).message}`);
      return;
    }
    let child: ChildProcess;
    try {
      child = spawn(program!, args, { detached: true, stdio: ['ignore', log, log], cwd: '/' });
    } finally {
      closeSync(log);
    }
    this.child = child;
    let over = false;
    const end = (reason: string | null): void => {
      if (over) return;
      over = true;
      this.child = null;
      this.ended(reason);
    };
    child.once('error', (error) => end(`it cannot be started: ${error.message}`));
    // A bridge that ends with 0 did so on purpose, the job being over for it.
    child.once('exit', (code, signal) => end(code === 0 ? null : `it ended with ${signal ?? `exit code ${code}`}`));
    // The supervisor ends with the program, also while the bridge still tells its last clients.
    child.unref();
  }

  /** Resolves true when the bridge's socket is there, false when it is not after `timeoutMs` or the bridge has ended. */
  async whenReady(timeoutMs: number): Promise<boolean> {
    const deadline = Date.now() + timeoutMs;
    // Looking, not watching: inotify is silent on some file systems and has a limit per user.
    while (!existsSync(this.options.ranksSocket)) {
      if (Date.now() >= deadline || (this.child === null && this.restartTimer === null)) return false;
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
    return true;
  }

  /** Resolves true when no bridge process is left, false when it still runs after `timeoutMs`. */
  async whenGone(timeoutMs: number): Promise<boolean> {
    if (this.child === null) return true;
    let wake: () => void = () => undefined;
    const gone = new Promise<void>((resolve) => {
      wake = resolve;
      this.exitWaiters.add(resolve);
    });
    const timer = setTimeout(wake, timeoutMs);
    this.child.ref();
    await gone;
    clearTimeout(timer);
    this.exitWaiters.delete(wake);
    const left = this.child as ChildProcess | null;
    left?.unref();
    return left === null;
  }

  /** No more restarts, and the last warnings are printed. The process itself is left alone. Idempotent. */
  close(): void {
    this.closing = true;
    if (this.restartTimer) clearTimeout(this.restartTimer);
    this.restartTimer = null;
    this.log.close();
  }

  /** Asks the bridge to end. */
  terminate(): void {
    this.child?.kill('SIGTERM');
  }

  private ended(reason: string | null): void {
    for (const wake of this.exitWaiters) wake();
    if (this.closing || reason === null) return;
    this.log.look();
    const { warn, logPath, firstDelayMs = 100, rareDelayMs = 60_000 } = this.options;
    const now = performance.now();
    this.failures = Math.max(0, this.failures - (now - this.failedAt) / MAKES_UP_MS);
    this.failedAt = now;
    this.shortLives = now - this.startedAt < SHORT_LIFE_MS ? this.shortLives + 1 : 0;
    let delay = Math.min(firstDelayMs * 2 ** this.failures, LONGEST_DELAY_MS);
    if (this.shortLives > MANY_SHORT_LIVES) delay = rareDelayMs;
    if (this.shortLives === MANY_SHORT_LIVES + 1) {
      warn(`the bridge fails again and again (${reason}); the program goes on, and it is tried again every ${delay / 1000} s; see ${logPath}`);
    } else if (this.failures === 0) {
      warn(`the bridge has to be started again: ${reason}; the program goes on`);
    }
    this.failures += 1;
    this.restartTimer = setTimeout(() => {
      this.restartTimer = null;
      this.start();
    }, delay);
    this.restartTimer.unref();
  }
}

/** Follows the bridge's log and prints lines of the form `{"warning": "sentence"}`, each sentence once. */
class WarningLog {
  private position = 0;
  private rest = '';
  private readonly told = new Set<string>();
  private readonly timer: NodeJS.Timeout;

  constructor(
    private readonly path: string,
    private readonly warn: (message: string) => void,
  ) {
    this.timer = setInterval(() => this.look(), LOG_LOOK_MS);
    this.timer.unref();
  }

  look(): void {
    let file: number;
    try {
      file = openSync(this.path, 'r');
    } catch {
      // The bridge removes its folder when it ends; then there is nothing more to tell.
      return;
    }
    try {
      const chunk = Buffer.alloc(LONGEST_LINE);
      for (;;) {
        const count = readSync(file, chunk, 0, chunk.length, this.position);
        if (count === 0) return;
        this.position += count;
        this.take(chunk.toString('utf8', 0, count));
      }
    } finally {
      closeSync(file);
    }
  }

  close(): void {
    clearInterval(this.timer);
    this.look();
  }

  private take(text: string): void {
    const lines = (this.rest + text).split('\n');
    this.rest = lines.pop()!.slice(0, LONGEST_LINE);
    for (const line of lines) {
      if (!line.startsWith('{') || !line.includes('"warning"')) continue;
      let value: unknown;
      try {
        value = JSON.parse(line);
      } catch {
        // A torn line of a bridge that was killed while writing; the log keeps it.
        continue;
      }
      const sentence = (value as { warning?: unknown }).warning;
      if (typeof sentence !== 'string' || this.told.has(sentence) || this.told.size >= 100) continue;
      this.told.add(sentence);
      this.warn(sentence);
    }
  }
}
