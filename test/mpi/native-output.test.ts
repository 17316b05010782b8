/**
 * What native code and child processes print while a cell runs: shown under the cell, folded over the ranks, in its order and without
 * loss; and between cells the simulation's own prints are its own.
 */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Job, reporting } from '../support/job';
import type { Notebook } from '../support/notebook';

const SET_UP = [
  'import allranks, ctypes, os, subprocess, sys, time',
  'c = ctypes.CDLL(None)',
  'def printf(text): c.printf(b"%s", text.encode())',
].join('\n');

describe('text of native code and of child processes', () => {
  let job: Job;
  let notebook: Notebook;
  const check = reporting(() => job);

  beforeAll(async () => {
    // The inline function prints through the simulation's own stdout.
    const script = `${SET_UP}\nticks = 0\ndef tick():\n    global ticks\n    ticks += 1\n    if ticks % 100 == 0 and allranks.rank == 0:\n        printf(f'tick {ticks}\\n')\n        c.fflush(None)\n`;
    job = await Job.start({ ranks: 3, args: ['--steps', '0', '--script', 'native', '--call', 'tick'], scripts: { 'native.py': script } });
    notebook = await job.attach();
  }, 60_000);

  afterAll(() => job?.stop());

  check('printf of C comes once where ranks agree, and labelled where they differ', async () => {
    const cell = await notebook.ok("printf('from C\\n')\nprintf(f'rank {allranks.rank} of C\\n')\nos.write(2, b'error of C\\n');");
    expect(cell.stdout).toContain('from C\nrank 0 of C\n');
    for (const rank of [1, 2]) expect(cell.stdout).toContain(`[rank ${rank}] rank ${rank} of C\n`);
    expect(cell.stdout.match(/from C/g)).toHaveLength(1);
    expect(cell.stderr).toBe('error of C\n');
  });

  check('lines of C stand where they were printed among lines of Python', async () => {
    const cell = await notebook.ok("for n in range(50):\n    print('python', n)\n    printf(f'native {n}\\n')");
    expect(cell.stdout).toBe(Array.from({ length: 50 }, (_, n) => `python ${n}\nnative ${n}\n`).join(''));
  });

  check('a line without its end comes with the cell, before a display that follows it', async () => {
    const cell = await notebook.ok("printf('no end of line')\ndisplay({'text/html': '<p>', 'text/plain': 'shown'}, raw=True)\nprintf(' and the rest')");
    const kinds = cell.iopub.map(({ header, content }) => (header.msg_type === 'stream' ? content['text'] : header.msg_type));
    expect(kinds.slice(kinds.indexOf('no end of line'), -1)).toEqual(['no end of line', 'display_data', ' and the rest']);
  });

  check('a line of C is shown while the cell still computes', async () => {
    const cell = await notebook.send("printf('begun in C\\n')\nreleased = False\nwhile not os.path.exists('go'): time.sleep(0.01)\nprint('done')");
    await cell.printed('begun in C');
    writeFileSync(join(job.sandbox.cwd, 'go'), '');
    expect((await cell.done()).stdout).toBe('done\n');
  });

  check('child processes print into the cell', async () => {
    const cell = await notebook.ok(
      "subprocess.run(['sh', '-c', 'echo child; echo its error >&2'])\nsubprocess.run(['echo', 'by stdout'], stdout=sys.stdout)\n" +
        "pid = os.fork()\nif pid == 0:\n    print('forked', flush=True)\n    os._exit(0)\nos.waitpid(pid, 0);",
    );
    expect(cell.stdout).toBe('child\nby stdout\nforked\n');
    expect(cell.stderr).toBe('its error\n');
  });

  check('a child that stays does not hold the cell, and what it prints later is shown under its cell', async () => {
    const first = await notebook.send("child = subprocess.Popen(['sh', '-c', 'read line; echo later; read line; echo latest'], stdin=subprocess.PIPE) if allranks.rank == 0 else None");
    const ended = await first.done();
    expect(ended.content['status']).toBe('ok');
    await notebook.ok("if child: child.stdin.write(b'go\\n'); child.stdin.flush()");
    const late = notebook.client.onIopub(({ header, content }) => header.msg_type === 'stream' && String(content['text']).includes('latest'));
    await notebook.ok("if child: child.stdin.write(b'go\\n'); child.stdin.close(); child.wait()");
    await late;
  });

  check('the simulation prints to its own stream between cells, also right after one', async () => {
    const cell = await notebook.ok("printf('of the cell\\n')\nbefore = ticks\nbefore");
    const next = (Math.floor(Number(cell.result) / 100) + 2) * 100;
    await job.printed(new RegExp(`tick ${next}\\n`));
    const after = await notebook.ok("print('here')");
    expect(after.stdout).toBe('here\n');
    expect(job.output.text).not.toContain('of the cell');
    expect(cell.stdout).toBe('of the cell\n');
  });

  check(
    '40,000 lines of C from each rank come whole and in order, also through a bridge that is killed meanwhile',
    async () => {
      const bridge = await job.bridgePid();
      const code =
        "c.printf(b'begin %d\\n', allranks.rank)\nfor n in range(40): c.printf(b''.join(b'%d %d\\n' % (allranks.rank, n * 1000 + m) for m in range(1000)))";
      const cell = await notebook.send(code);
      await cell.message(({ header }) => header.msg_type === 'stream', 'the first text');
      process.kill(bridge, 'SIGKILL');
      const done = await cell.done(60_000);
      expect(done.content['status']).toBe('ok');
      const next = [0, 0, 0];
      for (const [, rank, number] of done.stdout.matchAll(/(?:^|\] |\n)(\d) (\d+)(?=\n)/g)) {
        const at = Number(rank);
        // The first message was taken out of the record.
        if (next[at] === 0) next[at] = Number(number);
        expect(Number(number)).toBe(next[at]);
        next[at]! += 1;
      }
      expect(next).toEqual([40_000, 40_000, 40_000]);
    },
    90_000,
  );

  check('what Fortran writes is shown under the cell', async () => {
    const source = join(job.sandbox.cwd, 'hello.f90');
    const library = join(job.sandbox.cwd, 'libhello.so');
    writeFileSync(source, "subroutine hello(n) bind(c)\n  use iso_c_binding\n  integer(c_int), value :: n\n  write (*, '(a, i0)') 'from Fortran ', n\nend subroutine\n");
    execFileSync('gfortran', ['-shared', '-fPIC', '-o', library, source], { stdio: 'inherit' });
    const cell = await notebook.ok(`f = ctypes.CDLL(${JSON.stringify(library)})\nf.hello(7)\nprint('python')\nf.hello(8)`);
    expect(cell.stdout).toContain('from Fortran 7\n');
    expect(cell.stdout).toContain('from Fortran 8\n');
    expect(cell.stdout).toContain('python\n');
  });

  check('a character that comes in two pieces is shown whole', async () => {
    const cell = await notebook.ok("os.write(1, b'\\xe2\\x82')\ntime.sleep(0.05)\nos.write(1, b'\\xac!\\n');");
    expect(cell.stdout).toBe('\u20ac!\n');
  });

  // The last one: it ends the job.
  check('what native code had written when its process died is shown', async () => {
    const cell = await notebook.run("if allranks.rank == 1:\n    os.write(1, b'last words of native code\\n')\n    c.raise_ = getattr(c, 'raise')\n    c.raise_(9)\nallranks.comm.Barrier()");
    expect(cell.content).toMatchObject({ status: 'error', ename: 'SimulationEnded' });
    expect(cell.stdout).toContain('last words of native code\n');
  });
});
