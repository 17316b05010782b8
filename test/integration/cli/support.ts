/** Runs the command line as a user does, with folders of its own, and a supervisor with a bridge that tests program. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

export const root = resolve(__dirname, '..', '..', '..');
export const wrapper = join(root, 'kernelspec', 'bin', 'allranks');
/** Bound of every wait in these tests, milliseconds. */
const LIMIT_MS = 20_000;

export interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

/** A started command: its output as it grows, and its end. */
export class Running {
  stdout = '';
  stderr = '';
  readonly end: Promise<Ended>;
  private readonly watchers = new Set<() => void>();

  constructor(readonly child: ChildProcess) {
    child.stdout!.setEncoding('utf8').on('data', (text: string) => this.add('stdout', text));
    child.stderr!.setEncoding('utf8').on('data', (text: string) => this.add('stderr', text));
    this.end = new Promise((done, fail) => {
      const timer = setTimeout(() => {
        child.kill('SIGKILL');
        fail(new Error(`no end within ${LIMIT_MS} ms: ${this.stdout}${this.stderr}`));
      }, LIMIT_MS);
      child.once('error', fail);
      child.once('close', (code, signal) => {
        clearTimeout(timer);
        done({ code, signal, stdout: this.stdout, stderr: this.stderr });
      });
    });
    this.end.catch(() => undefined);
  }

  /** Resolves when stdout or stderr holds `text`; rejects when the command ends without it. */
  async printed(text: string): Promise<void> {
    const there = new Promise<void>((done) => {
      const look = (): void => {
        if ((this.stdout + this.stderr).includes(text)) done();
      };
      this.watchers.add(look);
      look();
    });
    const over = this.end.then(() => {
      if (!(this.stdout + this.stderr).includes(text)) throw new Error(`ended without ${text}: ${this.stdout}${this.stderr}`);
    });
    await Promise.race([there, over]);
  }

  private add(name: 'stdout' | 'stderr', text: string): void {
    this[name] += text;
    for (const look of this.watchers) look();
  }
}

/** Folders and environment of one test. */
export class Sandbox {
  readonly folder = realpathSync(mkdtempSync(join(tmpdir(), 'allranks-')));
  readonly env: NodeJS.ProcessEnv;
  private readonly started: ChildProcess[] = [];

  constructor() {
    const runtime = join(this.folder, 'run');
    mkdirSync(runtime, { mode: 0o700 });
    mkdirSync(join(this.folder, 'work'));
    this.env = {
      PATH: process.env['PATH'],
      HOME: this.folder,
      XDG_RUNTIME_DIR: runtime,
      XDG_DATA_HOME: join(this.folder, 'data'),
      JUPYTER_DATA_DIR: join(this.folder, 'jupyter'),
    };
  }

  get work(): string {
    return join(this.folder, 'work');
  }

  /** Writes an executable file and returns its path. */
  script(name: string, text: string): string {
    const path = join(this.folder, name);
    writeFileSync(path, text);
    chmodSync(path, 0o755);
    return path;
  }

  start(argv: readonly string[], env: NodeJS.ProcessEnv = {}): Running {
    const child = spawn(argv[0]!, argv.slice(1), { cwd: this.work, env: { ...this.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    this.started.push(child);
    return new Running(child);
  }

  allranks(words: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> {
    return this.start([wrapper, ...words], env).end;
  }

  /** A supervisor with the bridge `bridge` (an executable, called with `--config FILE`) in place of ours. */
  supervise(bridge: string, words: readonly string[], env: NodeJS.ProcessEnv = {}): Running {
    return this.start([process.execPath, join(__dirname, 'supervise.cjs'), root, bridge, ...words], env);
  }

  /** Ends what still runs and removes the folders. */
  close(): void {
    for (const child of this.started) if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
    rmSync(this.folder, { recursive: true, force: true });
  }
}
