/** Ranks that wait in MPI for one that has left the cell come back, whatever they wait in, and nothing is released that would have ended. */
import { Job, reporting } from '../support/job';
import { traceback, type Notebook } from '../support/notebook';
import { rankCounts } from '../support/places';
import { prelude, raiseAndWait, waits, windows } from './guard/waits';

const STEPS = 3 * (waits.length + 1);
const ARGS = ['--size', '32x32', '--steps', String(STEPS), '--checksum'];

describe.each(rankCounts(2, 4))('the MPI guard on %i ranks', (ranks) => {
  let job: Job;
  let undisturbed: Job;
  let notebook: Notebook;
  const check = reporting(() => job);

  beforeAll(async () => {
    undisturbed = Job.launch({ ranks, program: 'kelvin_helmholtz', args: ARGS, supervised: false });
    job = await Job.start({ ranks, program: 'kelvin_helmholtz', args: ARGS, run: ['--pause-at', 'start'] });
    notebook = await job.attach();
    await notebook.ok(prelude);
  }, 60_000);

  afterAll(async () => {
    await job?.stop();
    await undisturbed?.stop();
  });

  for (const wait of waits) {
    check(`MPI: ranks in ${wait.what} are released when rank 1 raises, and the next cell communicates`, async () => {
      await raiseAndWait(notebook, wait);
      expect((await notebook.ok('comm.allreduce(1), derived.allreduce(1)')).result).toBe(`(${ranks}, ${ranks})`);
      await notebook.ok('%live step 3');
    });
  }

  check('the result is, to the bit, that of an undisturbed run', async () => {
    await notebook.ok('%live resume');
    expect(await job.end()).toBe(0);
    expect(await undisturbed.end()).toBe(0);
    const [sum, expected] = [job, undisturbed].map(({ output }) => /checksum: ([0-9a-f]+)/.exec(output.text)?.[1]);
    expect(expected).toMatch(/^[0-9a-f]{8,}$/);
    expect(sum).toBe(expected);
  });
});

describe('what else cells do with MPI', () => {
  let job: Job;
  let notebook: Notebook;
  const check = reporting(() => job);

  beforeAll(async () => {
    job = await Job.start({ ranks: 2, args: ['--steps', '0', '--step-us', '200'] });
    notebook = await job.attach();
    await notebook.ok('%live pause');
    // The cell that loads mpi4py calls it: its calls are guarded from the first on.
    const first = await notebook.run(
      "import allranks\nif allranks.rank == 1:\n    raise ValueError('early')\nfrom mpi4py import MPI\nMPI.COMM_WORLD.Barrier()",
    );
    expect(traceback(first)).toContain('RankDeparted: rank 1 left this cell with ValueError; rank 0 was in MPI_Barrier, cell line 5');
    await notebook.ok(prelude);
  }, 60_000);

  afterAll(() => job?.stop());

  const works = async (): Promise<void> => {
    expect((await notebook.ok('comm.allreduce(1), derived.allreduce(1)')).result).toBe('(2, 2)');
  };

  for (const wait of windows) {
    check(`MPI: ranks in ${wait.what} are released when rank 1 raises, and the next cell communicates`, async () => {
      await raiseAndWait(notebook, wait);
      await works();
    });
  }

  check('what a released call raises is caught as RankDeparted and as an exception of MPI; later calls fail too, and the cell has failed all the same', async () => {
    const cell = await notebook.run(
      [
        "if rank == 1: raise ValueError('left')",
        'caught = []',
        'try: comm.Barrier()',
        'except allranks.RankDeparted as error: caught += [isinstance(error, MPI.Exception), error.Get_error_class() > 0, str(error)]',
        'try: comm.allreduce(1)',
        "except MPI.Exception as error: caught.append(isinstance(error, allranks.RankDeparted))",
      ].join('\n'),
    );
    expect(cell.content).toMatchObject({ status: 'error', ename: 'ValueError' });
    expect(traceback(cell)).toContain('RankDeparted: rank 1 left this cell with ValueError');
    const shown = (await notebook.ok('%%ranks 0\ncaught')).result;
    expect(shown).toBe("[True,\n True,\n 'rank 1 left this cell with ValueError; rank 0 was in MPI_Barrier, cell line 3',\n True]");
    // Errors of MPI's own stay what they are.
    const own = 'try: comm.send(1, dest=99)\nexcept allranks.RankDeparted: kind = "departed"\nexcept MPI.Exception as error: kind = error.Get_error_class() == MPI.ERR_RANK\nkind';
    expect((await notebook.ok(own)).result).toBe('True');
    await works();
  });

  check('a release in a pause leaves nothing behind for the next cells', async () => {
    for (let round = 0; round < 5; round += 1) {
      const cell = await notebook.run(
        'if rank == 0:\n    comm.send("stray", 1, tag=7)\n    comm.recv(source=1, tag=8)\nelse:\n    raise ValueError("gone")',
      );
      expect(traceback(cell)).toContain('RankDeparted: rank 1 left this cell with ValueError; rank 0 was in ');
      expect((await notebook.ok('comm.Iprobe(source=MPI.ANY_SOURCE, tag=MPI.ANY_TAG)')).result).toBe('False');
      await works();
    }
  });

  check('a cell that hides the release with an except has failed all the same', async () => {
    const code =
      'if rank == 1:\n    raise KeyError("gone")\ntry:\n    comm.Barrier()\nexcept Exception as error:\n    first = str(error)\ntry:\n    comm.allreduce(1)\nexcept Exception as error:\n    second = str(error)';
    const cell = await notebook.run(code);
    expect(traceback(cell)).toContain('RankDeparted: rank 1 left this cell with KeyError; rank 0 was in MPI_Barrier, cell line 4');
    const told = 'rank 1 left this cell with KeyError; rank 0 was in MPI_Barrier, cell line 4';
    expect((await notebook.ok(`rank != 0 or first == second == '${told}'`)).result).toBe('True');
    await works();
  });

  check('ranks that wait for each other are told where each of them was', async () => {
    const cell = await notebook.run('if rank == 0:\n    comm.Barrier()\nelse:\n    comm.Recv(np.empty(1), source=0)');
    expect(cell.content).toMatchObject({ status: 'error', ename: 'RankDeparted' });
    expect(traceback(cell)).toContain('rank 0 in MPI_Barrier (cell line 2), rank 1 in MPI_Recv from rank 0 (cell line 4)');
    await works();
  });

  check('an interrupt ends a call of MPI on every rank', async () => {
    const sent = await notebook.send(
      'print("begun", flush=True)\nif rank == 0:\n    comm.recv(source=1)\nelse:\n    import time\n    time.sleep(3000)',
    );
    await sent.printed('begun');
    await notebook.interrupt();
    expect((await sent.done()).content).toMatchObject({ status: 'error', ename: 'KeyboardInterrupt' });
    await works();
  });

  check('a message that was sent before the sender raised is received', async () => {
    const code =
      'if rank == 1:\n    comm.Send(np.full(4, 7.0), 0)\n    raise ValueError("done")\ngot = np.empty(4)\ncomm.Recv(got, source=1)';
    for (let round = 0; round < 50; round += 1) {
      const cell = await notebook.run(code);
      expect(cell.content).toMatchObject({ ename: 'ValueError', evalue: 'done' });
      expect(traceback(cell)).not.toContain('RankDeparted');
    }
    expect((await notebook.ok('rank == 1 or got.tolist() == [7.0] * 4')).result).toBe('True');
    await works();
  });

  check('a large message of a rank that has finished arrives', async () => {
    const code =
      'big = np.zeros(4 << 20)\nif rank == 1:\n    big[:] = 3\n    request = comm.Isend(big, 0)\nelse:\n    import time\n    time.sleep(1)\n    comm.Recv(big, source=1)\nfloat(big.sum())';
    expect((await notebook.ok(code)).result).toBe(String(3 * 4 * 2 ** 20) + '.0');
    await works();
  });

  check('a loop over Iprobe counts as computing', async () => {
    const code =
      'import time\nbegan = time.monotonic()\nif rank == 0:\n    while time.monotonic() - began < 1.5:\n        comm.Iprobe(source=1)\n    comm.send("late", 1)\nelse:\n    word = comm.recv(source=0)';
    await notebook.ok(code);
    await works();
  });

  // By default each of these would end the job.
  const wrong: [what: string, code: string][] = [
    ['a datatype that cannot be', 'MPI.BYTE.Create_contiguous(-1)'],
    ['a message to a rank that is not there', 'comm.Send(np.zeros(1), 99)'],
    ['one on MPI.COMM_WORLD', 'MPI.COMM_WORLD.Send(np.zeros(1), 99)'],
    ['one on MPI.COMM_SELF', 'MPI.COMM_SELF.Send(np.zeros(1), 5)'],
    ['one on a derived communicator', 'derived.Send(np.zeros(1), 99)'],
    ['a message that is longer than the place for it', 'other = 1 - rank\nrequest = comm.Isend(np.zeros(9), other)\ntry:\n    comm.Recv(np.zeros(1), other)\nfinally:\n    request.Wait()'],
    ['a window, at a rank that is not there', 'window = MPI.Win.Allocate(8, comm=comm)\nwindow.Fence()\ntry:\n    window.Put(np.zeros(1), 99)\nfinally:\n    window.Fence()\n    window.Free()'],
    ['a file that is not there', "MPI.File.Open(comm, '/nowhere/at/all')"],
    ['an error handler that would end the job', 'MPI.COMM_WORLD.Set_errhandler(MPI.ERRORS_ARE_FATAL)'],
  ];
  for (const [what, code] of wrong) {
    check(`an error of MPI is one of the cell: ${what}`, async () => {
      expect((await notebook.run(code)).content).toMatchObject({ status: 'error', ename: 'Exception' });
      await works();
    });
  }

  check('a wait on MPI.COMM_SELF is ended by an interrupt', async () => {
    const sent = await notebook.send('print("begun", flush=True)\nMPI.COMM_SELF.recv(source=0)');
    await sent.printed('begun');
    await notebook.interrupt();
    expect((await sent.done()).content).toMatchObject({ status: 'error', ename: 'KeyboardInterrupt' });
    await works();
  });

  const refused: [what: string, code: string, sentence: string][] = [
    ['MPI_Abort', 'comm.Abort()', 'MPI_Abort is refused inside a cell: it would end the simulation'],
    ['MPI_Finalize', 'MPI.Finalize()', 'MPI_Finalize is refused inside a cell: MPI belongs to the simulation'],
    ['MPI_Init', 'MPI.Init()', 'MPI_Init is refused inside a cell: MPI belongs to the simulation'],
    ['freeing a communicator of the simulation', 'comm.Free()', 'a communicator of the simulation cannot be freed inside a cell'],
    ['disconnecting it', 'comm.Disconnect()', 'a communicator of the simulation cannot be freed inside a cell'],
    [
      'MPI on another thread',
      'import concurrent.futures as futures\nwith futures.ThreadPoolExecutor(1) as pool:\n    pool.submit(comm.Barrier).result()',
      'MPI can be called only on the thread that runs the simulation, not on a thread that a cell has started',
    ],
    [
      'MPI in a forked process',
      'import os\nr, w = os.pipe()\npid = os.fork()\nif pid == 0:\n    try:\n        comm.Barrier()\n    except Exception as error:\n        os.write(w, str(error).encode())\n    os.close(w)\n    os._exit(0)\nos.close(w)\nos.waitpid(pid, 0)\nraise RuntimeError(os.read(r, 1000).decode())',
      'MPI cannot be called in a forked process: it belongs to the rank',
    ],
  ];
  for (const [what, code, sentence] of refused) {
    check(`${what} is refused in one sentence`, async () => {
      const cell = await notebook.run(code);
      expect(cell.content).toMatchObject({ status: 'error' });
      expect(traceback(cell)).toContain(sentence);
      await works();
    });
  }
});

const FUNCTIONS = `
import allranks
todo = []
done = 0

def on_step():
    global done
    done += 1
    what = todo.pop() if todo else ''
    if what == 'raise':
        if allranks.rank == 1:
            raise ValueError('in a step')
        allranks.comm.Barrier()
    if what == 'wrong':
        from mpi4py import MPI
        MPI.BYTE.Create_contiguous(-1)
    if what == 'hide':
        if allranks.rank == 1:
            raise ValueError('in a step')
        try:
            allranks.comm.recv(source=1)
        except Exception:
            pass
`;

describe('inline functions', () => {
  const args = ['--step-us', '200', '--call', 'on_step'];
  const departed = 'RankDeparted: rank 1 left this function with ValueError; rank 0 was in MPI_';

  it.each([true, false])(
    'one that raises on a rank while others wait in MPI is recorded, and the simulation goes on (bridge: %s)',
    async (supervised) => {
      const start = supervised ? '' : "todo.append('raise')\n";
      const job = Job.launch({
        ranks: 2,
        supervised,
        args: [...args, '--steps', supervised ? '0' : '300'],
        scripts: { 'step_loop_script.py': FUNCTIONS + start },
      });
      try {
        if (supervised) {
          await job.live();
          const notebook = await job.attach();
          for (const what of ['raise', 'hide', 'wrong']) await notebook.ok(`todo.append('${what}')\nbefore = done`);
          await job.output.match(/RankDeparted: .*/);
          expect((await notebook.ok('allranks.comm.allreduce(1)')).result).toBe('2');
          await notebook.ok('%live step 3');
          expect((await notebook.ok('done > before and allranks.comm.allreduce(1) == 2')).result).toBe('True');
        } else {
          expect(await job.ended).toBe(0);
        }
        expect(job.output.text).toMatch(/rank 1: the inline function on_step raised at step \d+; the simulation goes on/);
        expect(job.output.text).toContain(departed);
      } finally {
        await job.stop();
      }
    },
    60_000,
  );

  it('called from a cell or from another function it is refused in one sentence; the guard and the next function are as before', async () => {
    const script = `
import ctypes
library = ctypes.CDLL(None)
library.allranks_last_error.restype = ctypes.c_char_p
refused = []
def inner(): refused.append('inner ran')
def nested():
    return [library.yt_run_Function(b'inner'), library.allranks_run_function(b'inner', 0, None) != 0, library.allranks_last_error().decode()]
def on_step():
    if not refused: refused.extend(nested())
`;
    const job = Job.launch({ ranks: 2, args: [...args, '--steps', '0'], scripts: { 'step_loop_script.py': script } });
    try {
      await job.live();
      const notebook = await job.attach();
      await notebook.ok('import allranks');
      expect(await notebook.value('refused')).toEqual([0, true, 'allranks_run_function: called from inside an inline function; it cannot contain a safe point, another inline function or the end of the library']);
      expect(await notebook.value('nested()')).toEqual([0, true, 'allranks_run_function: called from inside a cell; a cell cannot contain a safe point, an inline function or the end of the library']);
      expect((await notebook.ok('allranks.comm.allreduce(1)')).result).toBe('2');
      await notebook.ok('%live step 3');
      expect(await notebook.value('len(refused)')).toBe(3);
    } finally {
      await job.stop();
    }
  }, 60_000);

  it.each([true, false])('called on one rank only it is told, and nobody waits for the others longer than allowed (bridge: %s)', async (supervised) => {
    const script = "calls = 0\ndef on_step():\n    global calls\n    calls += 1\n";
    // A bridge's agreement at safe points knows within a step; without one there is only time.
    const env = { ALLRANKS_ABANDON_AFTER: supervised ? '100000' : '6' };
    const job = Job.launch({ ranks: 2, supervised, args: [...args, '--call-on', '1', '--steps', supervised ? '0' : '20'], env, scripts: { 'step_loop_script.py': script } });
    try {
      if (supervised) {
        await job.live();
        const notebook = await job.attach();
        await notebook.ok('import allranks');
        await job.printed(/ranks have called different numbers of inline functions \(here \d+\); a function must be called by all ranks/);
        await notebook.ok('before = calls');
        await notebook.ok('%live step 3');
        expect((await notebook.ok('%%ranks 1\ncalls >= before + 3')).result).toBe('True');
      } else {
        expect(await job.ended).toBe(0);
        expect(job.output.text).toMatch(/rank 1 has waited 5 s for other ranks to finish the inline function number 1; a function must be called by all ranks\. It waits for 6 s at most/);
        expect(job.output.text).toMatch(/rank 1: other ranks have not finished the same inline function within 6 s/);
      }
    } finally {
      await job.stop();
    }
  }, 60_000);

  it('in normal mode it is an error on all ranks', async () => {
    const job = Job.launch({
      ranks: 2,
      supervised: false,
      args: [...args, '--steps', '300'],
      env: { ALLRANKS_MODE: 'normal' },
      scripts: { 'step_loop_script.py': `${FUNCTIONS}todo.append('raise')\n` },
    });
    try {
      expect(await job.ended).not.toBe(0);
      expect(job.output.text).toMatch(/step_loop: .*on_step raised: /);
      expect(job.output.text).toContain(departed);
    } finally {
      await job.stop();
    }
  }, 60_000);

  it('a script that raises on one rank while others wait in MPI is an error on all ranks', async () => {
    const script = "import allranks\nif allranks.rank == 1:\n    raise ValueError('import')\nallranks.comm.Barrier()\n";
    const job = Job.launch({ ranks: 2, supervised: false, args: ['--steps', '3'], scripts: { 'step_loop_script.py': script } });
    try {
      expect(await job.ended).not.toBe(0);
      expect(job.output.text).toContain('the inline script step_loop_script.py could not be run');
      expect(job.output.text).toContain(departed);
    } finally {
      await job.stop();
    }
  }, 60_000);
});
