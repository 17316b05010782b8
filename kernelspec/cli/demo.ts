/**
 * `npm run demo`: the example simulation on four ranks, and a notebook executed inside it. Everything it writes lies in
 * build/demo, with Jupyter folders of its own, so that nothing of the user's is touched.
 */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { jobsFolder, readJobFiles } from '../../bridge/protocol/job-record';
import { jobKernelspec } from '../run/clean-up';
import { Failure } from './failure';
import { root } from './places';

const RANKS = 4;
const NAME = 'kelvin_helmholtz';
const NOTEBOOK = '01-attach.ipynb';
/** Small enough that two busy cores reach the picture's time in seconds, large enough that it is not over before Jupyter is up. */
const SIZE = '256x256';
const START_MS = 60_000;
const STOP_MS = 20_000;
const LOOK_MS = 50;

const folder = join(root, 'build', 'demo');
const venv = join(root, '.venv', 'bin');

const env: Record<string, string | undefined> = {
  ...process.env,
  PATH: `${venv}:${process.env['PATH'] ?? ''}`,
  XDG_DATA_HOME: join(folder, 'data'),
  JUPYTER_DATA_DIR: join(folder, 'jupyter', 'data'),
  JUPYTER_RUNTIME_DIR: join(folder, 'jupyter', 'runtime'),
  JUPYTER_CONFIG_DIR: join(folder, 'jupyter', 'config'),
  IPYTHONDIR: join(folder, 'ipython'),
};
delete env['ALLRANKS_JOB'];
delete env['JUPYTER_PATH'];

function say(text: string): void {
  process.stdout.write(`demo: ${text}\n`);
}

function ended(child: ChildProcess): Promise<{ code: number | null; signal: string | null }> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
}

async function runProgram(program: string, args: readonly string[]): Promise<number> {
  const { code } = await ended(spawn(program, [...args], { stdio: 'inherit', env, cwd: root }));
  return code ?? 1;
}

class Simulation {
  private readonly child: ChildProcess;
  readonly end: Promise<{ code: number | null; signal: string | null }>;
  over = false;

  constructor(private readonly log: string) {
    const root0 = process.getuid?.() === 0 ? ['--allow-run-as-root'] : [];
    const output = openSync(log, 'a', 0o600);
    this.child = spawn(
      join(root, 'kernelspec', 'bin', 'allranks'),
      ['run', '--name', NAME, '--dir', join(folder, 'job'), '--', join(venv, 'mpiexec'), ...root0, '--oversubscribe', '-n', String(RANKS), join(root, 'build', 'bin', NAME), '--size', SIZE],
      // Simulation and kernel print to a file; only warnings of ours belong on this terminal.
      { stdio: ['ignore', output, output], env, cwd: folder },
    );
    closeSync(output);
    this.end = ended(this.child).finally(() => {
      this.over = true;
    });
    // The end is awaited in several places; without any of them a failed start must not be an unhandled rejection.
    this.end.catch(() => undefined);
  }

  /** Waits until all ranks have registered and Jupyter can see the run. */
  async whenLive(): Promise<void> {
    const deadline = Date.now() + START_MS;
    for (;;) {
      const job = readJobFiles(jobsFolder(env)).find(({ record }) => record.name === NAME)?.record;
      if (job?.size === RANKS && existsSync(join(jobKernelspec(NAME, env), 'kernel.json'))) return;
      if (this.over) throw new Failure(`the simulation ended before a notebook could attach:\n${this.lastLines()}`);
      if (Date.now() > deadline) throw new Failure(`the ranks did not register within ${START_MS / 1000} s:\n${this.lastLines()}`);
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  }

  /** Waits for the end that the notebook asked for; a run that does not end by itself is ended and told as a failure. */
  async whenStopped(): Promise<void> {
    const timer = setTimeout(() => this.terminate(), STOP_MS);
    const { code, signal } = await this.end;
    clearTimeout(timer);
    if (code !== 0) throw new Failure(`the simulation ended with ${signal ?? `exit code ${code}`}:\n${this.lastLines()}`);
  }

  terminate(): void {
    if (!this.over) this.child.kill('SIGTERM');
  }

  private lastLines(): string {
    return existsSync(this.log) ? readFileSync(this.log, 'utf8').split('\n').slice(-15).join('\n') : '';
  }
}

async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

/** Copies the notebook with the run's own kernel as its kernel: JupyterLab then opens it attached, without a question. */
function writeAttachedNotebook(path: string): void {
  const notebook = JSON.parse(readFileSync(join(root, 'notebooks', NOTEBOOK), 'utf8')) as { metadata: Record<string, unknown> };
  const spec = JSON.parse(readFileSync(join(jobKernelspec(NAME, env), 'kernel.json'), 'utf8')) as { display_name: string; language: string };
  notebook.metadata['kernelspec'] = { name: `allranks-${NAME}`, display_name: spec.display_name, language: spec.language };
  writeFileSync(path, JSON.stringify(notebook, null, 1));
}

/** Keeps JupyterLab's news dialog, which asks the network, off the first page that a new user sees. */
function quietLab(): void {
  const settings = join(folder, 'jupyter', 'config', 'labconfig');
  mkdirSync(settings, { recursive: true });
  writeFileSync(join(settings, 'page_config.json'), JSON.stringify({ disabledExtensions: { '@jupyterlab/apputils-extension:announcements': true } }));
}

async function lab(simulation: Simulation): Promise<void> {
  if (!existsSync(join(venv, 'jupyter-lab'))) {
    say('installing JupyterLab into .venv (once, about a minute)');
    if ((await runProgram(join(venv, 'python'), ['-m', 'pip', 'install', '--disable-pip-version-check', '--quiet', 'jupyterlab==4.6.6'])) !== 0) {
      throw new Failure('JupyterLab could not be installed into .venv; check the network');
    }
  }
  const files = join(folder, 'lab');
  mkdirSync(files, { recursive: true });
  writeAttachedNotebook(join(files, NOTEBOOK));
  quietLab();
  const port = await freePort();
  const token = randomBytes(16).toString('hex');
  const args = ['--no-browser', '--ServerApp.ip=127.0.0.1', `--ServerApp.port=${port}`, '--ServerApp.port_retries=0', `--ServerApp.root_dir=${files}`];
  if (process.getuid?.() === 0) args.push('--allow-root');
  const log = openSync(join(folder, 'lab.log'), 'w', 0o600);
  // Before the server is there: what ends us from now on must end it too, also when the terminal is gone and takes no words any more.
  let why: string | undefined;
  const stopped = interrupted();
  void stopped.then((text) => (why = text));
  process.stdout.on('error', () => undefined);
  // The token goes by the environment: arguments can be read by every user of the machine. In a process group of its own: without a terminal it
  // takes a Ctrl-C as the end of its Python, which leaves its kernels behind.
  const server = spawn(join(venv, 'jupyter-lab'), args, { stdio: ['ignore', log, log], env: { ...env, JUPYTER_TOKEN: token }, cwd: files, detached: true });
  closeSync(log);
  const end = ended(server);
  let over = false;
  void end.then(
    () => (over = true),
    () => (over = true),
  );
  try {
    const deadline = Date.now() + START_MS;
    while (why === undefined && !(await answers(port))) {
      if (over || Date.now() > deadline) throw new Failure(`JupyterLab did not start; see ${join(folder, 'lab.log')}`);
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    if (why === undefined) {
      say(`JupyterLab: http://127.0.0.1:${port}/lab/tree/${NOTEBOOK}?token=${token}`);
      say(`its kernel is "${NAME} — live, ${RANKS} ranks"; Ctrl-C here ends JupyterLab and the simulation`);
      const serverEnd = end.then(() => `JupyterLab has ended; see ${join(folder, 'lab.log')}`);
      why = await Promise.race([serverEnd, simulation.end.then(() => 'the simulation has ended'), stopped]);
    }
    say(`${why}; ending JupyterLab and the simulation`);
  } finally {
    // It shuts down its kernels, which takes a moment: who has pressed Ctrl-C finds nothing left running.
    const timer = setTimeout(() => server.kill('SIGKILL'), STOP_MS);
    if (!over) server.kill('SIGTERM');
    await end.catch(() => undefined);
    clearTimeout(timer);
  }
}

async function answers(port: number): Promise<boolean> {
  try {
    return (await fetch(`http://127.0.0.1:${port}/api`, { signal: AbortSignal.timeout(2000) })).ok;
  } catch {
    // Not listening yet; the caller has the deadline.
    return false;
  }
}

/** From here on a signal is an answer, also a second one while everything ends. */
function interrupted(): Promise<string> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve('interrupted'));
  });
}

async function demo(words: readonly string[]): Promise<void> {
  const withLab = words.length === 1 && words[0] === '--lab';
  if (words.length > 0 && !withLab) throw new Failure('npm run demo takes no option but --lab', 2);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  say(`starting ${NAME} on ${RANKS} ranks`);
  const simulation = new Simulation(join(folder, 'simulation.log'));
  try {
    await simulation.whenLive();
    if (withLab) return await lab(simulation);
    const output = join(folder, NOTEBOOK);
    say(`executing notebooks/${NOTEBOOK} inside the simulation, kernel allranks-${NAME}`);
    const code = await runProgram(join(venv, 'python'), [join(root, 'kernelspec', 'demo', 'execute.py'), join(root, 'notebooks', NOTEBOOK), output, `allranks-${NAME}`]);
    if (code !== 0) throw new Failure(`the notebook failed; see ${output} and ${join(folder, 'simulation.log')}`);
    await simulation.whenStopped();
    say('the simulation ended cleanly');
    say(`executed notebook: ${output}`);
  } finally {
    simulation.terminate();
    await simulation.end.catch(() => undefined);
    // npm has given the terminal back by then: this line says that nothing runs behind the prompt.
    if (withLab) say('both have ended');
  }
}

demo(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`allranks demo: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = error instanceof Failure ? error.exitCode : 1;
});
