/**
 * The kernel that libyt's files announce: a process of ours on the connection file `libyt_kernel_connection.json`, for the provisioner
 * `jupyter_libyt` and for `jupyter console --existing`. The process id is that of the kernel, not of a rank.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { connect, createServer, type AddressInfo, type Server } from 'node:net';
import { processExists } from '../../protocol/job-record';
import { writeAtomic } from '../files';
import { readNow, type Refresh } from './fresh-file';

export interface FileKernelOptions {
  /** Command with `{connection_file}`. */
  argv: readonly string[];
  /** The kernel goes when this process has gone. */
  ownerPid: number;
  connectionFile: string;
  pidFile: string;
  /** The connection file is the user's: it is waited for, used as it is, and left alone. */
  given: boolean;
  warn(sentence: string): void;
  refresh: Refresh;
  /** A front end has shut the kernel down. */
  shutDown(): void;
}

const PORTS = ['shell_port', 'iopub_port', 'stdin_port', 'control_port', 'hb_port'] as const;
/** Between two looks for a file, and before a kernel that has failed is started again. */
const LOOK_MS = 250;
const LONGEST_MS = 5000;
const GONE_MS = 3000;
/** Exit code, by our wish, of a kernel that was told to restart: nobody else is here to start the next one. */
const RESTART = 75;
/** Between two looks at a kernel that is not our child. */
const ADOPTED_MS = 500;
/** A kernel that lived for so long has not failed at its start. */
const HEALTHY_MS = 10_000;

export class FileKernel {
  private child: ChildProcess | null = null;
  /** A kernel that an earlier bridge has started. */
  private adopted = 0;
  private timer: NodeJS.Timeout | null = null;
  private isWanted = false;
  private closed = false;
  /** What we wrote, so that nobody else's file is removed. */
  private written = '';
  private writtenPid = '';
  private told = '';
  private failures = 0;

  constructor(private readonly options: FileKernelOptions) {}

  /** There shall be one: from now on one is started, and started again when it dies, until `unwanted`. */
  wanted(): void {
    this.isWanted = true;
    if (!this.adopt()) this.later(0);
  }

  /** No further one is started; the one that runs stays for its clients. */
  unwanted(): void {
    this.isWanted = false;
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    if (this.alive()) this.watchAdopted();
  }

  /** Ends it and removes its files. Idempotent. */
  async close(): Promise<void> {
    if (this.closed) return;
    this.unwanted();
    this.closed = true;
    if (this.timer) clearTimeout(this.timer);
    const { child } = this;
    if (child && child.exitCode === null && child.signalCode === null) {
      const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), GONE_MS);
      await gone;
      clearTimeout(timer);
    } else if (this.adopted > 0 && processExists(this.adopted)) {
      process.kill(this.adopted, 'SIGTERM');
    }
    this.removeFiles();
  }

  private alive(): boolean {
    return this.child !== null || this.adopted > 0;
  }

  private later(ms: number): void {
    if (this.closed || !this.isWanted || this.timer || this.alive()) return;
    this.timer = setTimeout(() => {
      this.timer = null;
      void this.start();
    }, ms);
  }

  /** Tells each reason once. */
  private warn(sentence: string): void {
    if (sentence === this.told) return;
    this.told = sentence;
    this.options.warn(sentence);
  }

  private async start(): Promise<void> {
    const { connectionFile, given } = this.options;
    try {
      if (given) {
        const there = await this.givenFileIsThere();
        if (this.closed || !this.isWanted || this.timer || this.alive()) return; // a later start goes on
        if (!there) return this.later(LOOK_MS);
      } else if (this.written === '') {
        const text = await makeConnection();
        if (this.closed || !this.isWanted || this.timer || this.alive()) return;
        writeAtomic(connectionFile, text);
        this.written = text;
      }
      this.run();
    } catch (error) {
      this.warn(`${connectionFile} cannot be made (${reason(error)}): no front end can find the run by it; other notebooks can attach`);
      this.later(LONGEST_MS);
    }
  }

  /** Whether the user's file can be read as what it has to be; tells what is missing. */
  private async givenFileIsThere(): Promise<boolean> {
    const { connectionFile } = this.options;
    const wait = 'the run waits for it: mend it, remove the flag file, or attach another notebook and say %live resume';
    let text: string;
    try {
      text = await readNow(connectionFile, this.options.refresh);
    } catch (error) {
      const absent = (error as NodeJS.ErrnoException).code === 'ENOENT';
      this.warn(`the connection file ${connectionFile} ${absent ? 'is not there' : `cannot be read (${reason(error)})`}; ${wait}`);
      return false;
    }
    try {
      const value: unknown = JSON.parse(text);
      if (typeof value === 'object' && value !== null) return true;
    } catch {
      // Told below: half a file is what one sees while it is written.
    }
    this.warn(`the connection file ${connectionFile} is not a JSON object; ${wait}`);
    return false;
  }

  private run(): void {
    const { argv, connectionFile, ownerPid } = this.options;
    const words = argv.map((word) => word.replaceAll('{connection_file}', connectionFile));
    const child = spawn(words[0]!, words.slice(1), {
      stdio: ['ignore', 'ignore', 'pipe'],
      cwd: '/',
      // The kernel looks after this process and goes with it, whatever becomes of the bridge.
      env: {
        ...process.env,
        JPY_PARENT_PID: String(ownerPid),
        JPY_SESSION_NAME: undefined,
        ALLRANKS_RESTART_CODE: String(RESTART),
        ALLRANKS_PID_FILE: this.options.pidFile,
      },
    });
    this.child = child;
    const startedAt = Date.now();
    let last = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (last = (last + text).slice(-2000)));
    let over = false;
    const ended = (code: number | null, why: string): void => {
      if (over) return;
      over = true;
      this.child = null;
      if (this.closed) return;
      this.failures = Date.now() - startedAt > HEALTHY_MS ? 0 : this.failures + 1;
      if (code === RESTART) return this.run();
      if (code === 0) return this.wasShutDown();
      this.removeFiles();
      const { given } = this.options;
      const told = last.trim().split('\n').at(-1) ?? '';
      this.warn(
        `the kernel for ${connectionFile} ended with ${why}${told === '' ? '' : `: ${told}`}; ${given ? 'the run waits: mend the file, remove the flag file, or attach another notebook and say %live resume' : 'it is started again'}`,
      );
      this.later(Math.min(LONGEST_MS, LOOK_MS * 2 ** Math.min(this.failures, 5)));
    };
    child.once('error', (error) => ended(1, error.message));
    child.once('exit', (code, signal) => ended(code, signal ?? `exit code ${code}`));
    void this.announce(child);
  }

  /** Writes the process id when the sockets are there: who sees the file finds a kernel. */
  private async announce(child: ChildProcess): Promise<void> {
    while (this.child === child && !this.closed) {
      if (await this.answers()) {
        if (this.child !== child || this.closed) return;
        this.writtenPid = `${child.pid}\n`;
        try {
          writeAtomic(this.options.pidFile, this.writtenPid);
        } catch (error) {
          this.warn(`${this.options.pidFile} cannot be written (${reason(error)}): jupyter_libyt does not see the kernel`);
        }
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** Whether somebody listens on the heartbeat of the connection file. */
  private answers(): Promise<boolean> {
    let where: { host: string; port: number } | { path: string };
    try {
      const {
        transport,
        ip,
        hb_port: port,
      } = JSON.parse(readFileSync(this.options.connectionFile, 'utf8')) as { transport?: string; ip: string; hb_port: number };
      where = transport === 'ipc' ? { path: `${ip}-${port}` } : { host: ip === '*' || ip === '0.0.0.0' ? '127.0.0.1' : ip, port };
    } catch {
      return Promise.resolve(false); // The kernel says what is wrong with the file.
    }
    return new Promise((resolve) => {
      const socket = connect(where);
      const done = (there: boolean) => (): void => {
        socket.destroy();
        resolve(there);
      };
      socket.once('connect', done(true)).once('error', done(false));
    });
  }

  private wasShutDown(): void {
    this.removeFiles();
    this.written = '';
    this.adopted = 0;
    // The next entry makes a new one.
    this.isWanted = false;
    this.options.shutDown();
  }

  /** A kernel on this file that an earlier bridge has started goes on; it looks for the bridge itself. */
  private adopt(): boolean {
    if (this.alive()) return true;
    try {
      const pid = Number(readFileSync(this.options.pidFile, 'utf8').trim());
      const words = Number.isInteger(pid) && pid > 1 ? readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0') : [];
      if (!words.includes(this.options.connectionFile)) return false;
      this.adopted = pid;
      this.written = this.options.given ? '' : readFileSync(this.options.connectionFile, 'utf8');
      this.writtenPid = readFileSync(this.options.pidFile, 'utf8');
      this.watchAdopted();
      return true;
    } catch {
      // No file, or no such process: there is none.
      return false;
    }
  }

  private watchAdopted(): void {
    if (this.adopted === 0 || this.closed || this.timer) return;
    this.timer = setTimeout(() => {
      this.timer = null;
      if (processExists(this.adopted)) return this.watchAdopted();
      this.adopted = 0;
      // Its exit code is nobody's. One that was shut down has removed its file; one that died or was told to restart has left it, and the
      // next one takes the same connection.
      if (!existsSync(this.options.pidFile)) this.wasShutDown();
      else this.run();
    }, ADOPTED_MS);
  }

  /** Removes what is ours. */
  private removeFiles(): void {
    const remove = (path: string, ours: string): void => {
      try {
        if (ours !== '' && readFileSync(path, 'utf8') === ours) rmSync(path);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') this.warn(`${path} cannot be removed: ${reason(error)}`);
      }
    };
    remove(this.options.pidFile, this.writtenPid);
    this.writtenPid = '';
    if (!this.options.given) remove(this.options.connectionFile, this.written);
    this.written = '';
  }
}

/** Text of a connection file with five free ports of the loopback and a key of its own. */
async function makeConnection(): Promise<string> {
  // All at once, so that they differ.
  const servers = await Promise.all(
    PORTS.map(
      () =>
        new Promise<Server>((resolve, reject) => {
          const server = createServer();
          server.once('error', reject);
          server.listen(0, '127.0.0.1', () => resolve(server));
        }),
    ),
  );
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  const connection = {
    transport: 'tcp',
    ip: '127.0.0.1',
    ...Object.fromEntries(PORTS.map((name, at) => [name, ports[at]])),
    signature_scheme: 'hmac-sha256',
    key: randomBytes(32).toString('hex'),
  };
  return `${JSON.stringify(connection, null, 1)}\n`;
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
