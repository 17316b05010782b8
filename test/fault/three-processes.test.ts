/**
 * Kernel, bridge, Jupyter server and supervisor die one by one, ranks and readers stop, sockets vanish: the run goes on, each cell has one answer,
 * and the next notebook finds everything.
 */
import { execFile, execFileSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { Job, reporting } from '../support/job';
import type { Notebook, SentCell } from '../support/notebook';
import { allranksCommand, root } from '../support/places';
import { whenFiles } from '../support/wait';

const PIDS = '__import__("allranks").comm.allgather(__import__("os").getpid())';

/** A passing line in a cell, such as what its ranks do. */
function line(sent: SentCell, pattern: RegExp): Promise<unknown> {
  return sent.message(({ header, content }) => /display/.test(header.msg_type) && pattern.test(String(content['data']?.['text/plain'])), `line ${pattern}`);
}

/** Resident memory of a process, MiB. */
function residentMiB(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) / 1024;
}

describe('around a running job', () => {
  const RANKS = 3;
  let job: Job;
  let notebook: Notebook;
  let pids: number[];
  const check = reporting(() => job);

  beforeAll(async () => {
    job = await Job.start({ ranks: RANKS, args: ['--steps', '0', '--step-us', '500'] });
    notebook = await job.attach();
    await notebook.ok('import allranks, os, time\nmarks = []');
    pids = await notebook.value<number[]>(PIDS);
  }, 60_000);

  afterAll(() => job?.stop());

  /** The ranks are the processes that they were, and their steps go on. */
  async function goesOn(): Promise<void> {
    const before = await notebook.value<number>('allranks.step');
    expect(await notebook.value<number[]>(PIDS)).toEqual(pids);
    expect(await notebook.value<number>('allranks.step')).toBeGreaterThan(before);
  }

  const runtime = async (): Promise<string> => dirname(await job.recorded((record) => record['cellsSocket'] as string, 'a socket'));

  check('a cell whose kernel is killed runs to its end, and the next notebook is shown all of its output', async () => {
    const gate = join(job.sandbox.cwd, 'gate');
    const sent = await notebook.send(`print('first line', flush=True)\nwhile not os.path.exists(${JSON.stringify(gate)}): time.sleep(0.01)\nprint('last line')\nif allranks.rank == 1: print('of rank 1')\n1 / 0`);
    await sent.printed('first line');
    notebook.kernel.child.kill('SIGKILL');
    await notebook.kernel.ended;
    notebook = await job.attach();
    const next = await notebook.send('42');
    execFileSync('touch', [gate]);
    const cell = await next.done();
    expect(cell.result).toBe('42');
    expect(cell.stdout).toMatch(/^\[cell \d+ went on when its kernel had ended; this is its output\]\nfirst line\nlast line\n\[rank 1\] of rank 1\n\[end of cell \d+: error\]\n$/);
    expect(cell.stderr).toContain('ZeroDivisionError');
    // Once.
    expect((await notebook.ok('print(1)')).stdout).toBe('1\n');
    await goesOn();
  });

  check('a second bridge for the same job is refused in one sentence, and the first one serves on', async () => {
    const refused = await promisify(execFile)(process.execPath, [join(root, 'dist', 'bridge', 'server', 'main.js'), '--config', join(await runtime(), 'config.json')], { env: job.sandbox.env, timeout: 20_000 }).catch(
      (error: { code: number; stdout: string }) => error,
    );
    expect(refused).toMatchObject({ code: 1 });
    expect(JSON.parse(String(refused.stdout))).toEqual({ warning: `the bridge cannot start: another bridge (process ${await job.bridgePid()}) serves this job already` });
    await goesOn();
  });

  check('sockets that somebody removes are made again: a rank whose connection breaks and a new notebook find them', async () => {
    const folder = await runtime();
    const sockets = ['ranks.sock', 'cells.sock', 'bridge.pid'].map((name) => join(folder, name));
    const sent = await notebook.send(
      [
        "print('begun', flush=True)",
        'if allranks.rank == 1:',
        '    import ctypes, socket',
        `    while os.path.exists(${JSON.stringify(sockets[0])}): time.sleep(0.01)`,
        "    for fd in map(int, os.listdir('/proc/self/fd')):",
        '        try: peer = socket.socket(fileno=os.dup(fd)).getpeername()',
        '        except OSError: continue',
        "        if str(peer).endswith('ranks.sock'): ctypes.CDLL(None).shutdown(fd, 2)",
        'allranks.comm.allreduce(1)',
      ].join('\n'),
    );
    await sent.printed('begun');
    for (const path of sockets) rmSync(path);
    expect((await sent.done()).result).toBe(String(RANKS));
    await job.printed(/somebody has removed files of this run from .*; they are there again/);
    await whenFiles([folder], () => sockets.every((path) => existsSync(path)) || undefined, 20_000, 'all files');
    const other = await job.attach();
    expect((await other.ok('allranks.comm.allreduce(2)')).result).toBe(String(2 * RANKS));
    await other.close();
    await goesOn();
  });

  check('a bridge killed while a cell has reached some ranks only: it runs once on every rank', async () => {
    // In a pause the ranks that have the cell begin it; the stopped one has a part of it in its socket, which holds less than this.
    await notebook.ok('%live pause');
    process.kill(pids[2]!, 'SIGSTOP');
    const sent = await notebook.send(`marks.append(len('${'x'.repeat(8_000_000)}'))\nif allranks.rank == 0: print('begun', flush=True)\nallranks.comm.allgather(len(marks))`);
    await sent.printed('begun');
    process.kill(await job.bridgePid(), 'SIGKILL');
    process.kill(pids[2]!, 'SIGCONT');
    expect((await sent.done(30_000)).result).toBe('[1, 1, 1]');
    expect((await notebook.ok('allranks.comm.allgather(marks)')).result).toBe('[[8000000], [8000000], [8000000]]');
    await notebook.ok('%live resume');
    await goesOn();
  });

  check('a stopped rank is named in the cell that waits for it, and the cell ends once it goes on', async () => {
    process.kill(pids[1]!, 'SIGSTOP');
    const sent = await notebook.send('allranks.comm.allreduce(1)');
    await line(sent, /waiting for a safe point|rank 1 is stopped from outside \(SIGSTOP\)/);
    process.kill(pids[1]!, 'SIGCONT');
    expect((await sent.done()).result).toBe(String(RANKS));
    await goesOn();
  });

  check('a front end that does not read its messages costs bounded memory, and nobody else notices', async () => {
    const reader = notebook.kernel.client({ read: false, receiveHighWaterMark: 1 });
    const before = { kernel: residentMiB(notebook.kernel.child.pid!), bridge: residentMiB(await job.bridgePid()) };
    const size = 100_000_000;
    const cell = await notebook.ok(`for i in range(100): print('z' * ${size / 100 - 1})`, {}, 60_000);
    expect(cell.stdout.length).toBe(size);
    expect(residentMiB(notebook.kernel.child.pid!) - before.kernel).toBeLessThan(400);
    expect(residentMiB(await job.bridgePid()) - before.bridge).toBeLessThan(400);
    reader.close();
    await goesOn();
  }, 90_000);

  check('a kernel that is stopped while its cell floods is put out after a while; others go on, and it gets the rest when it is back', async () => {
    const other = await job.attach();
    const sent = await notebook.send("print('begun', flush=True)\nfor i in range(24): print('w' * 999_999)\nflooded = True");
    await sent.printed('begun');
    notebook.kernel.child.kill('SIGSTOP');
    expect((await other.run('flooded', {}, 60_000)).result).toBe('True');
    expect(residentMiB(await job.bridgePid())).toBeLessThan(600);
    notebook.kernel.child.kill('SIGCONT');
    expect((await sent.done(30_000)).content['status']).toBe('ok');
    await other.close();
    await goesOn();
  }, 120_000);

  check('a supervisor that is killed takes neither program nor bridge with it; what is left tidies up behind the run', async () => {
    const folder = await runtime();
    process.kill(job.child.pid!, 'SIGKILL');
    await goesOn();
    const other = await job.attach();
    expect((await other.ok('allranks.comm.allreduce(1)')).result).toBe(String(RANKS));
    await other.close();
    await notebook.run('%live stop --yes');
    await whenFiles([job.sandbox.jobs], () => (job.record() === undefined ? true : undefined), 20_000, 'end of the job file');
    expect((await notebook.run('1')).content).toMatchObject({ status: 'error', ename: 'SimulationEnded', evalue: 'the simulation has finished' });
    expect(existsSync(job.kernelspecFile)).toBe(false);
    // What nobody serves any more goes with the next command that looks.
    execFileSync(allranksCommand, ['list'], { env: job.sandbox.env });
    expect([folder, existsSync(join(folder, 'cells.sock'))]).toEqual([folder, false]);
  });
});

test('a rank that lacks a cell and gets no bridge any more leaves the pause with those that wait for it to renew communicators', async () => {
  const job = await Job.start({ ranks: 3, args: ['--steps', '50', '--step-us', '1000'], run: ['--pause-at', 'start'], env: { ALLRANKS_ABANDON_AFTER: '3' } });
  try {
    const notebook = await job.attach();
    await notebook.ok('import allranks');
    const pids = await notebook.value<number[]>(PIDS);
    // Communicators are made anew before the next cell, by all ranks.
    await notebook.run("if allranks.rank == 1: raise ValueError('left')\nallranks.comm.Barrier()");
    process.kill(pids[2]!, 'SIGSTOP');
    const sent = await notebook.send(`# ${'x'.repeat(8_000_000)}\nallranks.comm.allreduce(1)`);
    // The other two hold it and have begun; they wait for the one that is stopped.
    await line(sent, /rank 2 is stopped from outside|waiting/);
    process.kill(job.child.pid!, 'SIGKILL');
    process.kill(await job.bridgePid(), 'SIGKILL');
    process.kill(pids[2]!, 'SIGCONT');
    await job.printed(/the pause ends because the bridge of a rank has been away for too long; the simulation goes on/);
    await job.printed(/step_loop: 50 steps/);
  } finally {
    await job.stop();
  }
}, 90_000);

test('when supervisor and bridge are both killed, the program runs to its end, and a notebook is told what is left', async () => {
  const job = await Job.start({ ranks: 2, args: ['--steps', '600', '--step-us', '10000'] });
  try {
    const notebook = await job.attach();
    await notebook.ok('pass');
    const bridge = await job.bridgePid();
    process.kill(job.child.pid!, 'SIGKILL');
    process.kill(bridge, 'SIGKILL');
    const cell = await notebook.run('1');
    expect(cell.content).toMatchObject({ status: 'error', ename: 'SimulationEnded' });
    expect(cell.content['evalue']).toMatch(/^the bridge of the run and `allranks run` have both been killed: .* the program may still go on$/);
    await job.printed(/step_loop: 600 steps/);
  } finally {
    await job.stop();
  }
}, 90_000);
