/** An interrupt ends every kind of cell on all ranks, and nothing else: not the next cell, not the simulation. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Job, reporting } from '../support/job';
import type { Notebook, SentCell } from '../support/notebook';
import { defaultToolchain, rankCounts } from '../support/places';
import { within } from '../support/wait';

const begun = 'print("begun", flush=True)\n';

/** Cells that end at once by one interrupt; each prints `begun` when it is on its way. */
const forms: [what: string, code: string][] = [
  ['a Python loop', `${begun}while True: pass`],
  ['a sleep', `${begun}time.sleep(3000)`],
  ['a generator expression', `${begun}sum(i for i in itertools.count())`],
  ['a comprehension', `${begun}[0 for i in itertools.count() if False]`],
  ['a regular expression that goes back for ever', `${begun}re.match("(a+)+$", "a" * 60 + "b")`],
  ['select', `${begun}select.select([], [], [])`],
  ['a lock', `lock = threading.Lock()\nlock.acquire()\n${begun}lock.acquire()`],
  ['an event', `${begun}threading.Event().wait()`],
  ['a queue', `${begun}queue.Queue().get()`],
  [
    'the join of a thread',
    `gate = threading.Event()\nthread = threading.Thread(target=gate.wait, daemon=True)\nthread.start()\n${begun}try:\n    thread.join()\nfinally:\n    gate.set()`,
  ],
  ['a read from a pipe', `${begun}os.read(os.pipe()[0], 1)`],
  ['a subprocess', `${begun}subprocess.run(["sleep", "3000"])`],
  [
    'the wait for a child',
    `import signal\nchild = os.fork()\nif not child:\n    time.sleep(3000)\n${begun}try:\n    os.waitpid(child, 0)\nfinally:\n    os.kill(child, signal.SIGKILL)`,
  ],
  ['a shell command', `${begun}!sleep 3000`],
  ['os.system', `${begun}os.system("sleep 3000")`],
  ['os.system of a shell that ignores the interrupt', `${begun}os.system("trap '' INT; sleep 3000 & wait; sleep 3000")`],
  ['a pipe from a command', `${begun}os.popen("sleep 3000").read()`],
  ['an event loop', `async def long():\n    await asyncio.sleep(3000)\n${begun}asyncio.run(long())`],
  ['an await', `${begun}await asyncio.sleep(3000)`],
];

const script = `
import time
stuck = False
def each_step():
    global stuck
    if stuck:
        stuck = False
        while True: time.sleep(0.01)
`;

/** Cells that evade the first interrupt. */
const stubborn: [what: string, code: string][] = [
  ['a loop that catches every exception', `${begun}while True:\n    try: time.sleep(0.001)\n    except: continue`],
  [
    'a loop in a `finally` in a loop',
    `${begun}while True:\n    try:\n        try:\n            time.sleep(1)\n        finally:\n            while True:\n                try: time.sleep(0.01)\n                except BaseException: continue\n    except BaseException: continue`,
  ],
  [
    'a context manager that suppresses everything',
    `${begun}while True:\n    with contextlib.suppress(BaseException):\n        for i in range(1000): pass`,
  ],
  ['a handler of the cell for SIGINT', `signal.signal(signal.SIGINT, lambda *_: print("not now"))\n${begun}while True: time.sleep(3000)`],
  ['SIGINT ignored', `signal.signal(signal.SIGINT, signal.SIG_IGN)\n${begun}time.sleep(3000)`],
  [
    'SIGINT given back to the system, where it ends a process',
    `signal.signal(signal.SIGINT, signal.SIG_DFL)\n${begun}while True: time.sleep(0.01)`,
  ],
  ['SIGINT blocked', `signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})\n${begun}while True: time.sleep(3000)`],
];

describe.each(rankCounts(2, 4))('interrupts on %i ranks', (ranks) => {
  let job: Job;
  let notebook: Notebook;
  const check = reporting(() => job);

  beforeAll(async () => {
    job = await Job.start({ ranks, args: ['--steps', '0', '--step-us', '200'] });
    notebook = await job.attach();
    await notebook.ok('import time, itertools, re, select, threading, queue, os, subprocess, asyncio, contextlib, signal, sys, allranks');
  }, 60_000);

  afterAll(() => job?.stop());

  /** One interrupt ends the cell on every rank, and the next one works on all of them. */
  async function endsIt(sent: SentCell): Promise<void> {
    await sent.printed('begun');
    await notebook.interrupt();
    const cell = await sent.done(60_000);
    expect(cell.content).toMatchObject({ status: 'error', ename: 'KeyboardInterrupt' });
    expect(cell.reply.metadata['ranks']).toMatchObject({ interrupted: `0-${ranks - 1}` });
    expect((await notebook.ok('allranks.comm.allreduce(1)')).result).toBe(String(ranks));
  }

  for (const [what, code] of forms) {
    check(`an interrupt ends ${what} on every rank, and the next cell runs`, async () => endsIt(await notebook.send(code)));
  }

  check('an interrupt ends a question to the user', async () => {
    const sent = await notebook.send('input("name? ")', { allow_stdin: true });
    await within(notebook.client.nextInput(), 20_000, 'question');
    await notebook.interrupt();
    expect((await sent.done()).content).toMatchObject({ status: 'error', ename: 'KeyboardInterrupt' });
    expect((await notebook.ok('allranks.comm.allreduce(1)')).result).toBe(String(ranks));
  });

  // What the ranks do here differs in nothing: two of them show it.
  for (const [what, code] of ranks === 2 ? stubborn : stubborn.slice(0, 1)) {
    check(`one interrupt ends ${what} after a while`, async () => endsIt(await notebook.send(code)), 90_000);
  }

  check('a cell that cleans up after its interrupt is let to do so', async () => {
    // Where all ranks have met, none is before its `try` any more.
    const code =
      'try:\n    allranks.comm.Barrier()\n    print("begun", flush=True)\n    time.sleep(3000)\nfinally:\n    time.sleep(4.5)\n    cleaned = True';
    const sent = await notebook.send(code);
    await sent.printed('begun');
    await notebook.interrupt();
    expect((await sent.done()).content).toMatchObject({ status: 'error', ename: 'KeyboardInterrupt' });
    expect((await notebook.ok('cleaned')).result).toBe('True');
  });

  check(
    'interrupts around the end of short cells never reach the next cell or the simulation',
    async () => {
      await notebook.ok('counter = 0');
      const rounds = ranks === 2 ? 500 : 100;
      for (let round = 0; round < rounds; round++) {
        const short = await notebook.send(`time.sleep(${((round % 50) * 0.00002).toFixed(5)})`);
        if (round % 3 === 0) await short.message(({ header }) => header.msg_type === 'execute_input', 'execute_input');
        const interrupted = notebook.interrupt();
        const cell = await short.done();
        if (cell.content['status'] === 'error') expect(cell.content['ename']).toBe('KeyboardInterrupt');
        // A cell sent after the answer to the interrupt can never be hit.
        await interrupted;
        await notebook.ok('counter += 1');
      }
      expect((await notebook.ok('allranks.comm.allgather(counter)')).result).toBe(`[${Array(ranks).fill(rounds).join(', ')}]`);
      // The job file follows within seconds.
      await job.recorded(({ state }) => state === 'running' || undefined, 'a run that goes on');
    },
    120_000,
  );
});

describe('interrupts between safe points, on 2 ranks', () => {
  let job: Job;
  let notebook: Notebook;
  const check = reporting(() => job);

  beforeAll(async () => {
    job = await Job.start({
      ranks: 2,
      args: ['--steps', '0', '--step-us', '200', '--call', 'each_step'],
      scripts: { 'step_loop_script.py': script },
    });
    notebook = await job.attach();
  }, 60_000);

  afterAll(() => job?.stop());

  /** The board of every rank says that the function runs. */
  async function untilStuck(watcher: Notebook): Promise<void> {
    while (!JSON.stringify((await watcher.ok('%live status')).displays).includes('in a function')) continue;
  }

  check('an inline function that never returns is ended by `%live interrupt`, and the simulation goes on', async () => {
    await notebook.ok('stuck = True');
    await untilStuck(notebook);
    const told = await notebook.ok('%live interrupt');
    expect(told.stdout).toContain('the inline function each_step on ranks 0-1');
    expect((await notebook.ok('stuck')).result).toBe('False');
    expect(JSON.stringify((await notebook.ok('%live status')).displays)).toContain('KeyboardInterrupt');
    // In a run that goes on, the function may just be called.
    await notebook.ok('%live pause');
    expect((await notebook.ok('%live interrupt')).stdout).toBe('nothing runs that could be interrupted\n');
    await notebook.ok('%live resume');
  });

  check('a second interrupt of `%live step` ends the inline function that keeps it from its end', async () => {
    const watcher = await job.attach();
    await notebook.ok('%live pause');
    await notebook.ok('stuck = True');
    const step = await notebook.send('%live step 5');
    await untilStuck(watcher);
    await notebook.interrupt();
    await notebook.interrupt();
    expect((await step.done()).content).toMatchObject({ status: 'error', ename: 'KeyboardInterrupt' });
    await notebook.ok('%live resume');
    await watcher.close();
  });

  check('the condition of `%live until` is ended by an interrupt', async () => {
    const watcher = await job.attach();
    await notebook.ok('def never():\n    while True: time.sleep(0.01)');
    const until = await notebook.send('%live until never()');
    while (!JSON.stringify((await watcher.ok('%live status')).displays).includes('%live until never')) continue;
    await notebook.interrupt();
    await notebook.interrupt();
    expect((await until.done()).content).toMatchObject({ status: 'error', ename: 'KeyboardInterrupt' });
    await notebook.ok('%live resume');
    expect((await notebook.ok('__import__("allranks").comm.allreduce(1)')).result).toBe('2');
    await watcher.close();
  });
});

describe('a program that was started with SIGINT ignored, on 2 ranks', () => {
  let folder: string;
  let job: Job;
  let notebook: Notebook;
  let pids: number[];
  const check = reporting(() => job);

  beforeAll(async () => {
    // Behind the launcher, which gives its children the usual signals.
    folder = mkdtempSync(join(tmpdir(), 'ar-'));
    const toolchain = defaultToolchain();
    writeFileSync(join(folder, 'step_loop'), `#!/bin/sh\ntrap '' INT\nexec '${join(toolchain.programs, 'step_loop')}' "$@"\n`, {
      mode: 0o700,
    });
    job = await Job.start({ ranks: 2, args: ['--steps', '0', '--step-us', '200'], toolchain: { ...toolchain, programs: folder } });
    notebook = await job.attach();
    await notebook.ok('import os, time, allranks');
    pids = await notebook.value<number[]>('allranks.comm.allgather(os.getpid())');
  }, 60_000);

  afterAll(async () => {
    await job?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Whether each rank ignores SIGINT, as the operating system knows it. */
  function ignored(): boolean[] {
    return pids.map(
      (pid) => (Number.parseInt(/^SigIgn:\s*[0-9a-f]*([0-9a-f])$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]!, 16) & 2) !== 0,
    );
  }

  check('its cells are interrupted all the same, and between them it ignores the signal as before', async () => {
    await notebook.ok('%live pause');
    expect(ignored()).toEqual([true, true]);
    for (const code of [
      'while True: pass',
      'time.sleep(3000)',
      'if allranks.rank == 0: allranks.comm.recv(source=1)\nelse: time.sleep(3000)',
    ]) {
      const sent = await notebook.send(`${begun}${code}`);
      await sent.printed('begun');
      await notebook.interrupt();
      expect((await sent.done(60_000)).content).toMatchObject({ status: 'error', ename: 'KeyboardInterrupt' });
      expect((await notebook.ok('allranks.comm.allreduce(1)')).result).toBe('2');
    }
    // A step is behind all that the cell before it has left to be put back.
    await notebook.ok('%live step');
    expect(ignored()).toEqual([true, true]);
    for (const pid of pids) process.kill(pid, 'SIGINT');
    await notebook.ok('%live step 2');
    expect((await notebook.ok('allranks.comm.allreduce(1)')).result).toBe('2');
  });
});
