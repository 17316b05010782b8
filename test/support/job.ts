/**
 * A live job, started the way a user starts it: `allranks run -- mpiexec -n N program`, in a sandbox of its own. Tests
 * wait for its files and output, attach notebooks by its kernelspec, and get its logs with every failure.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Notebook } from './notebook';
import { allranksCommand, defaultToolchain, launch, type Toolchain } from './places';
import { Sandbox } from './sandbox';
import { GrowingText, whenFiles, within } from './wait';

export interface JobOptions {
  ranks: number;
  /** Arguments of the program; default: step_loop until stopped, a millisecond a step. */
  args?: string[];
  program?: string;
  /** Source of the inline script, by its file name in the working folder. */
  scripts?: Record<string, string>;
  name?: string;
  /** Further options of `allranks run`. */
  run?: string[];
  env?: NodeJS.ProcessEnv;
  toolchain?: Toolchain;
  /** The command of an installation; default: the checkout's. */
  allranks?: string;
  /** False: the program is started without `allranks run`. */
  supervised?: boolean;
  sandbox?: Sandbox;
}

const START_MS = 25_000;

/** Last part of a log: enough to see what happened. */
function tail(text: string, lines = 60): string {
  return text.split('\n').slice(-lines).join('\n');
}

export class Job {
  readonly output = new GrowingText();
  /** Exit code or signal of what was started (`allranks run` or the launcher), when its output is complete. */
  readonly ended: Promise<number | NodeJS.Signals>;
  private readonly notebooks: Notebook[] = [];

  private constructor(
    readonly name: string,
    readonly sandbox: Sandbox,
    readonly child: ChildProcess,
  ) {
    child.stdout!.on('data', (data) => this.output.add(data));
    child.stderr!.on('data', (data) => this.output.add(data));
    this.ended = new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, signal) => resolve(code ?? signal ?? 'SIGKILL'));
    });
  }

  /** Starts the processes and returns at once; `live` waits for the job. */
  static launch(options: JobOptions): Job {
    const sandbox = options.sandbox ?? new Sandbox();
    const toolchain = options.toolchain ?? defaultToolchain();
    const name = options.name ?? 'job';
    for (const [file, source] of Object.entries(options.scripts ?? {})) writeFileSync(join(sandbox.cwd, file), source);
    const program = join(toolchain.programs, options.program ?? 'step_loop');
    if (!existsSync(program)) throw new Error(`${program} is not built; configure the native build with ALLRANKS_TESTS=ON`);
    const command = [...launch(toolchain, options.ranks), program, ...(options.args ?? ['--steps', '0'])];
    const argv =
      options.supervised === false
        ? command
        : [options.allranks ?? allranksCommand, 'run', '--name', name, '--dir', join(sandbox.folder, 'job'), ...(options.run ?? []), '--', ...command];
    const env = { ...sandbox.env, ...(toolchain.python ? { ALLRANKS_PYTHON: toolchain.python } : {}), ...options.env };
    const child = spawn(argv[0]!, argv.slice(1), { cwd: sandbox.cwd, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    return new Job(name, sandbox, child);
  }

  /** Starts a job and waits for its kernelspec. */
  static async start(options: JobOptions): Promise<Job> {
    const job = Job.launch(options);
    try {
      await job.live();
      return job;
    } catch (error) {
      await job.stop();
      throw error;
    }
  }

  get kernelspecFile(): string {
    return join(this.sandbox.kernels, `allranks-${this.name}`, 'kernel.json');
  }

  /** Resolves when the kernelspec of the job stands. */
  async live(): Promise<void> {
    const early = this.ended.then((code) => {
      throw new Error(`the program ended (${code}) before its kernelspec was there\n${this.report()}`);
    });
    const stands = whenFiles(
      [this.sandbox.kernels, dirname(this.kernelspecFile)],
      () => (existsSync(this.kernelspecFile) ? true : undefined),
      START_MS,
      `kernelspec allranks-${this.name}`,
      () => this.report(),
    );
    // The other one may settle later, when nobody waits any more.
    early.catch(() => undefined);
    await Promise.race([stands, early]);
  }

  /** Contents of the job file; undefined while there is none. */
  record(): Record<string, any> | undefined {
    try {
      return JSON.parse(readFileSync(join(this.sandbox.jobs, `${this.name}.json`), 'utf8')) as Record<string, any>;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  }

  /** Waits until the job file says what is wanted. */
  recorded<T>(pick: (record: Record<string, any>) => T | undefined, what: string): Promise<T> {
    const look = (): T | undefined => {
      const record = this.record();
      return record === undefined ? undefined : pick(record);
    };
    return whenFiles([this.sandbox.jobs], look, START_MS, `job file with ${what}`, () => this.report());
  }

  /** A further notebook on this job, by the argv of its kernelspec (or of another one). Closed with the job. */
  async attach(extra: NodeJS.ProcessEnv = {}, kernelspec = this.kernelspecFile): Promise<Notebook> {
    const spec = JSON.parse(readFileSync(kernelspec, 'utf8')) as { argv: string[]; env?: NodeJS.ProcessEnv };
    const notebook = await Notebook.open(spec.argv, { ...this.sandbox.env, ...spec.env, ...extra }, () => this.report());
    this.notebooks.push(notebook);
    return notebook;
  }

  /** Waits for the end of what was started. */
  end(limitMs = 20_000): Promise<number | NodeJS.Signals> {
    return within(this.ended, limitMs, 'end of the job', () => this.report());
  }

  /** Waits for text in the output of the program and of `allranks run`. */
  printed(pattern: RegExp, limitMs = START_MS): Promise<RegExpExecArray> {
    return within(this.output.match(pattern), limitMs, `output ${pattern}`, () => this.report());
  }

  /** Process id of the bridge, from the job file. */
  bridgePid(): Promise<number> {
    return this.recorded((record) => (record['bridgePid'] > 0 ? (record['bridgePid'] as number) : undefined), 'a bridge');
  }

  /** Everything that helps to understand a failure. */
  report(): string {
    const parts = [`--- output of job ${this.name}`, tail(this.output.text)];
    const folder = join(this.sandbox.runtime, 'allranks');
    for (const id of existsSync(folder) ? readdirSync(folder) : []) {
      const log = join(folder, id, 'bridge.log');
      if (existsSync(log)) parts.push(`--- ${log}`, tail(readFileSync(log, 'utf8')));
    }
    const journal = join(this.sandbox.folder, 'job', 'journal.jsonl');
    if (existsSync(journal)) parts.push(`--- ${journal}`, ...tail(readFileSync(journal, 'utf8'), 30).split('\n').map((line) => line.slice(0, 300)));
    parts.push('--- job file', JSON.stringify(this.record()));
    return parts.join('\n');
  }

  /** Ends notebooks and job, by force, and removes the sandbox. Idempotent; never waits for what is stuck. */
  async stop(): Promise<void> {
    await Promise.all(this.notebooks.map((notebook) => notebook.close()));
    this.sandbox.close();
    await within(this.ended, 10_000, 'end of a killed job');
  }
}

/** `test` with the logs of a job added to the message of a failure. */
export function reporting(job: () => Job | undefined): (title: string, body: () => Promise<void>, timeoutMs?: number) => void {
  return (title, body, timeoutMs) =>
    test(
      title,
      async () => {
        try {
          await body();
        } catch (error) {
          if (error instanceof Error && !error.message.includes('--- output of job')) error.message += `\n${job()?.report() ?? 'no job'}`;
          throw error;
        }
      },
      timeoutMs,
    );
}
