/** The fault ladder inside LAMMPS, on the system's Open MPI: whatever cells do, the next one works on all ranks and the physics is untouched. */
import { Job, reporting } from '../support/job';
import { traceback, type Notebook } from '../support/notebook';
import { lammpsToolchain } from '../support/places';
import { prelude, raiseAndWait, waits, windows } from '../fault/guard/waits';
import { within } from '../support/wait';

const ARGS = ['--steps', '300', '--quiet', '--dump-checksum'];

/** Cells that fail, and what they fail with; after each the next one communicates on all ranks. */
const failures: [what: string, code: string, ename: string, told: RegExp][] = [
  [
    'ranks that wait for each other',
    'if rank == 0:\n    comm.Barrier()\nelse:\n    comm.Recv(np.empty(1), source=0)',
    'RankDeparted',
    /rank 0 in MPI_Barrier \(cell line 2\)/,
  ],
  [
    'collective calls of different communicators',
    'if rank == 0:\n    comm.Split(0)\nelse:\n    derived.Split(0)',
    'Exception',
    /the ranks do not match/,
  ],
  ['sys.exit with a code', 'import sys\nsys.exit(3)', 'SystemExit', /3/],
  ['os._exit', 'import os\nos._exit(1)', 'PermissionError', /os\._exit: /],
  ['os.abort', 'import os\nos.abort()', 'PermissionError', /os\.abort: /],
  ['os.kill of itself', 'import os\nos.kill(os.getpid(), 9)', 'PermissionError', /os\.kill: /],
  ['MPI_Abort', 'comm.Abort()', 'Exception', /MPI_Abort is refused inside a cell: it would end the simulation/],
  ['MPI_Finalize', 'MPI.Finalize()', 'Exception', /MPI_Finalize is refused inside a cell/],
  ["Free of the simulation's communicator", 'comm.Free()', 'Exception', /a communicator of the simulation cannot be freed inside a cell/],
  ['a wrong argument of MPI', 'comm.Send(np.zeros(1), 99)', 'Exception', /MPI_ERR_RANK/],
  ['memory that cannot be had', "b'x' * (1 << 62)", 'MemoryError', /MemoryError/],
  ['a snapshot that crashes', '%%snapshot\nimport ctypes\nctypes.string_at(0)', 'SnapshotEnded', /the snapshot was ended by SIGSEGV/],
  ['a snapshot that exits', '%%snapshot\nimport os\nos._exit(3)', 'SnapshotEnded', /the snapshot ended itself with exit code 3/],
  ['a snapshot that runs too long', '%%snapshot --time 0.2\nwhile True: pass', 'SnapshotEnded', /ran longer than 0\.2 s/],
  ['a snapshot that calls MPI', '%%snapshot\ncomm.Barrier()', 'Exception', /MPI cannot be called in a forked process/],
];

/** Cells that an interrupt ends; each prints `begun` when it is on its way. */
const begun = 'print("begun", flush=True)\n';
const interrupted: [what: string, code: string][] = [
  ['MPI', `${begun}if rank == 0: comm.recv(source=1)\nelse: time.sleep(3000)`],
  ['a Python loop', `${begun}while True: pass`],
  ['a sleep', `${begun}time.sleep(3000)`],
  ['select', `${begun}select.select([], [], [])`],
  ['a subprocess', `${begun}subprocess.run(["sleep", "3000"])`],
  ['os.system', `${begun}os.system("sleep 3000")`],
  ['a loop that catches every exception', `${begun}while True:\n    try: time.sleep(0.001)\n    except: continue`],
  ['a snapshot', `%%snapshot\n${begun}while True: time.sleep(1)`],
];

describe.each([2, 4])('LAMMPS on %i ranks', (ranks) => {
  let job: Job;
  let undisturbed: Job;
  let notebook: Notebook;
  const check = reporting(() => job);

  beforeAll(async () => {
    undisturbed = Job.launch({
      ranks,
      program: 'lammps_host',
      args: [...ARGS, '--without-notebook'],
      toolchain: lammpsToolchain(),
      supervised: false,
    });
    await undisturbed.end(60_000);
    job = await Job.start({
      ranks,
      program: 'lammps_host',
      name: 'melt',
      args: ARGS,
      run: ['--pause-at', 'start'],
      toolchain: lammpsToolchain(),
    });
    notebook = await job.attach();
    await notebook.ok(`${prelude}\nimport os, select, subprocess, time`);
  }, 120_000);

  afterAll(async () => {
    await job?.stop();
    await undisturbed?.stop();
  });

  /** The next cell communicates on all ranks, and LAMMPS takes steps. */
  async function worksOn(): Promise<void> {
    expect((await notebook.ok('comm.allreduce(1), derived.allreduce(1)')).result).toBe(`(${ranks}, ${ranks})`);
    await notebook.ok('%live step 3');
  }

  for (const wait of [...waits, ...windows]) {
    check(`ranks in ${wait.what} are released when rank 1 raises`, async () => {
      await raiseAndWait(notebook, wait);
      await worksOn();
    });
  }

  for (const [what, code, ename, told] of failures) {
    check(`the cell fails, and nothing else: ${what}`, async () => {
      const cell = await notebook.run(code);
      expect(cell.content).toMatchObject({ status: 'error', ename });
      expect(traceback(cell)).toMatch(told);
      await worksOn();
    });
  }

  check('sys.exit() ends the cell', async () => {
    const cell = await notebook.ok('import sys\nsys.exit()\nprint("not reached")');
    expect(cell.stdout).toContain('The cell has ended');
    expect(cell.stdout).not.toContain('not reached');
    await worksOn();
  });

  for (const [what, code] of interrupted) {
    check(
      `an interrupt ends ${what} on every rank`,
      async () => {
        const sent = await notebook.send(code);
        await sent.printed('begun');
        await notebook.interrupt();
        expect((await sent.done(60_000)).content).toMatchObject({ status: 'error', ename: 'KeyboardInterrupt' });
        await worksOn();
      },
      90_000,
    );
  }

  check('an interrupt ends a question to the user', async () => {
    const sent = await notebook.send('input("name? ")', { allow_stdin: true });
    await within(notebook.client.nextInput(), 20_000, 'question');
    await notebook.interrupt();
    expect((await sent.done()).content).toMatchObject({ status: 'error', ename: 'KeyboardInterrupt' });
    await worksOn();
  });

  check('the trajectory is, to the bit, that without us', async () => {
    await notebook.ok('%live resume');
    const sum = /checksum: ([0-9a-f]{16})/;
    const [, found] = await job.printed(sum, 60_000);
    expect(await job.end()).toBe(0);
    expect(found).toBe(sum.exec(undisturbed.output.text)?.[1]);
  });

  check(
    'the death of a rank is told in the running cell and in an idle notebook',
    async () => {
      const dying = await Job.start({
        ranks,
        program: 'lammps_host',
        name: 'melt',
        args: ['--steps', '100000', '--quiet'],
        run: ['--pause-at', 'start'],
        toolchain: lammpsToolchain(),
      });
      try {
        const [busy, idle] = [await dying.attach(), await dying.attach()];
        await idle.ok('1');
        const news = idle.client.onIopub(
          ({ header, content }) => header.msg_type === 'stream' && String(content['text']).includes('last seen'),
        );
        const cell = await busy.run(
          'import ctypes, allranks\nprint("before", flush=True)\nif allranks.rank == 1: ctypes.string_at(24)\nimport time; time.sleep(3000)',
        );
        const reason = /^rank 1 \(process \d+\) crashed with SIGSEGV at address 0x18 /;
        expect(cell.content).toMatchObject({ status: 'error', ename: 'SimulationEnded' });
        expect(cell.content['evalue']).toMatch(reason);
        expect(cell.stdout).toBe('before\n');
        expect(String((await within(news, 20_000, 'the news in an idle notebook', () => dying.report())).content['text'])).toMatch(reason);
        expect((await idle.run('1')).content).toMatchObject({ status: 'error', ename: 'SimulationEnded' });
        expect(await dying.end()).not.toBe(0);
      } finally {
        await dying.stop();
      }
    },
    60_000,
  );
});
