/** `%%snapshot` in a live run: what a user sees of it, that it costs the snapshot only, and that it ends with its rank. */
import { execFileSync } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import { Job, reporting } from '../support/job';
import { traceback, type Notebook } from '../support/notebook';
import { within } from '../support/wait';

const ARGS = ['--size', '32x32', '--steps', '60', '--writable', '--checksum'];
const CHECKSUM = /checksum: ([0-9a-f]+)/;
const UNTOUCHED = 'the simulation and its memory are as they were';

describe('a snapshot in a simulation of 2 ranks', () => {
  let job: Job;
  let undisturbed: Job;
  let notebook: Notebook;
  const check = reporting(() => job);

  beforeAll(async () => {
    undisturbed = Job.launch({ ranks: 2, program: 'kelvin_helmholtz', args: ARGS, supervised: false });
    job = await Job.start({ ranks: 2, program: 'kelvin_helmholtz', args: ARGS, run: ['--pause-at', '3'] });
    notebook = await job.attach();
    await notebook.ok('import allranks\nvalues = [1]');
  }, 60_000);

  afterAll(async () => {
    await job?.stop();
    await undisturbed?.stop();
  });

  /** Both ranks work together, and the run takes a step. */
  async function expectHealth(): Promise<void> {
    expect((await notebook.ok('(allranks.comm.allreduce(1), values)')).result).toBe('(2, [1])');
    await notebook.ok('%live step 1');
  }

  check('gives output, displays and the result like any cell, folded over the ranks, and keeps nothing', async () => {
    const cell = await notebook.ok(
      "%%snapshot\nimport sys\nvalues.append(2)\nprint('same')\nprint('I am', allranks.rank)\nprint('problem', file=sys.stderr)\nvalues",
    );
    expect(cell.stdout).toBe('same\nI am 0\n[rank 1] I am 1\n');
    expect(cell.stderr).toBe('problem\n');
    expect(cell.result).toBe('[1, 2]');
    await expectHealth();
  });

  check('may wreck the state of the simulation, whose result stays', async () => {
    const cell = await notebook.ok(
      "%%snapshot\nfor name in ('density', 'energy'): allranks.arrays[name][...] = -1\nfloat(allranks.arrays['density'].max())",
    );
    expect(cell.result).toBe('-1.0');
    await expectHealth();
  });

  check('shows figures', async () => {
    const cell = await notebook.ok("%%snapshot\nimport matplotlib.pyplot as plt\nplt.imshow(allranks.arrays['density']);");
    expect(cell.displays[0]!['image/png']).toMatch(/^iVBOR/);
    await expectHealth();
  });

  check('tells an error of one rank with its traceback', async () => {
    const cell = await notebook.run("%%snapshot\nif allranks.rank == 1: raise ValueError('only here')");
    expect(cell.content).toMatchObject({ status: 'error', ename: 'ValueError', evalue: 'only here' });
    expect(traceback(cell)).toContain('[rank 1]');
    expect(traceback(cell)).toContain('raise ValueError');
    expect(traceback(cell)).not.toContain('_snapshot.py');
    await expectHealth();
  });

  for (const [what, line, code, ename, evalue] of [
    ['a segmentation fault', '', 'import ctypes\nctypes.string_at(0)', 'SnapshotEnded', `the snapshot was ended by SIGSEGV; ${UNTOUCHED}`],
    [
      'an abort of C code',
      '',
      'import ctypes\nctypes.CDLL(None).abort()',
      'SnapshotEnded',
      `the snapshot was ended by SIGABRT; ${UNTOUCHED}`,
    ],
    [
      'an exit of C code',
      '',
      'import ctypes\nctypes.CDLL(None)._exit(4)',
      'SnapshotEnded',
      `the snapshot ended itself with exit code 4; ${UNTOUCHED}`,
    ],
    ['os._exit', '', 'import os\nos._exit(3)', 'SnapshotEnded', `the snapshot ended itself with exit code 3; ${UNTOUCHED}`],
    [
      'an endless loop',
      '--time 0.2',
      'while True: pass',
      'SnapshotEnded',
      `the snapshot ran longer than 0.2 s (--time) and was ended; ${UNTOUCHED}`,
    ],
    ['too much memory', '--memory 100M', 'held = []\nwhile True: held.append(bytearray(1 << 20))', 'MemoryError', ''],
    [
      'recursion in C code without a limit',
      '',
      'import sys\nsys.setrecursionlimit(10**9)\nclass A:\n    def __repr__(self): return repr(self)\nA()',
      'SnapshotEnded',
      `the snapshot was ended by SIGSEGV; ${UNTOUCHED}`,
    ],
    ['a call of MPI', '', 'allranks.comm.barrier()', 'Exception', 'MPI cannot be called in a forked process: it belongs to the rank'],
    ['a wrong option', '--tiem 3', 'print(1)', 'UsageError', "%%snapshot [--memory SIZE] [--time SECONDS]: there is no option '--tiem'"],
  ] as const) {
    check(`ends alone by ${what}, told in one sentence`, async () => {
      const cell = await notebook.run(`%%snapshot ${line}\n${code}`);
      expect(cell.content).toMatchObject({ status: 'error', ename, evalue });
      await expectHealth();
    });
  }

  check('runs on the ranks that %%ranks names', async () => {
    const cell = await notebook.ok("%%ranks 1\n%%snapshot\nprint('rank', allranks.rank)\nallranks.rank");
    expect(cell.stdout).toContain('rank 1\n');
    expect(cell.stdout).not.toContain('rank 0');
    expect(cell.result).toBe('1');
    await expectHealth();
  });

  check('is ended by an interrupt', async () => {
    const sent = await notebook.send("%%snapshot\nimport time\nprint('runs', flush=True)\nwhile True: time.sleep(1)");
    await sent.printed('runs');
    await notebook.interrupt();
    expect((await sent.done()).content).toMatchObject({ status: 'error', ename: 'KeyboardInterrupt' });
    await expectHealth();
  });

  check('leaves the result of an undisturbed run', async () => {
    await notebook.ok('%live resume');
    expect(await job.end()).toBe(0);
    expect(await undisturbed.end()).toBe(0);
    const sum = CHECKSUM.exec(undisturbed.output.text)?.[1];
    expect(sum).toMatch(/^[0-9a-f]{8,}$/);
    expect(CHECKSUM.exec(job.output.text)?.[1]).toBe(sum);
  });
});

test('a snapshot ends with its rank', async () => {
  const job = await Job.start({ ranks: 2 });
  try {
    const notebook = await job.attach();
    const pipe = join(job.sandbox.cwd, 'life');
    execFileSync('mkfifo', [pipe]);
    const lives = createReadStream(pipe);
    lives.resume();
    const sent = await notebook.send(
      `%%snapshot\nimport os, time, allranks\nif allranks.rank == 0:\n    end = open(${JSON.stringify(pipe)}, 'w')\n    print('pid', os.getppid(), flush=True)\nwhile True: time.sleep(1)`,
    );
    const said = await sent.message((message) => /pid \d+/.test(String(message.content['text'] ?? '')), 'its rank');
    process.kill(Number(/pid (\d+)/.exec(String(said.content['text']))![1]), 'SIGKILL');
    // The child alone held the other end of the pipe.
    await within(once(lives, 'end'), 20_000, 'end of the snapshot', () => job.report());
    expect((await sent.done()).content['status']).toBe('error');
  } finally {
    await job.stop();
  }
}, 60_000);
