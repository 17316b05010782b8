/** Ranks that wait in MPI for ever are released, each with who left and where it was; ranks that would have gone on are not. What a notebook shows. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Job, reporting } from '../support/job';
import { traceback, type Notebook, type SentCell } from '../support/notebook';
import { rankCounts } from '../support/places';

const prelude = `
import os, time
import allranks
import numpy as np
from mpi4py import MPI
comm, rank, size = allranks.comm, allranks.rank, allranks.size

def until(name):
    while not os.path.exists(name):
        time.sleep(0.01)
`;

describe.each(rankCounts(4))('%i ranks that wait in MPI', (ranks) => {
  let job: Job;
  let notebook: Notebook;
  let other: Notebook;
  const check = reporting(() => job);

  beforeAll(async () => {
    job = await Job.start({ ranks, program: 'kelvin_helmholtz', args: ['--size', '32x32'] });
    [notebook, other] = [await job.attach(), await job.attach()];
    await notebook.ok(prelude);
  }, 60_000);

  afterAll(() => job?.stop());

  /** The next cell communicates on all ranks, and the simulation goes on. */
  async function worksOn(): Promise<void> {
    expect((await notebook.ok('comm.allreduce(rank)')).result).toBe('6');
    const step = await notebook.value<number>('allranks.step');
    await notebook.ok('%live pause');
    await notebook.ok('%live step 2');
    expect(await notebook.value<number>('allranks.step')).toBeGreaterThan(step);
    await notebook.ok('%live resume');
  }

  /** Lets ranks go on that wait in \`until(name)\`. */
  function open(name: string): void {
    writeFileSync(join(job.sandbox.cwd, name), '');
  }

  function releases(): number {
    return readFileSync(join(job.sandbox.folder, 'job', 'journal.jsonl'), 'utf8').split('\n').filter((line) => line.startsWith('{"kind":"release"')).length;
  }

  /** Text of the line that the cell shows about its ranks, as soon as it says what is wanted. */
  async function line(cell: SentCell, pattern: RegExp): Promise<string> {
    const message = await cell.message(({ header, content }) => /^(update_)?display_data$/.test(header.msg_type) && pattern.test(String(content['data']['text/plain'])), `a line with ${pattern}`);
    return String(message.content['data']['text/plain']);
  }

  check('for each other in different calls: all are told who waits where', async () => {
    const cell = await notebook.run('if rank == 1:\n    comm.recv(source=0)\nelse:\n    comm.Barrier()');
    expect(cell.content).toMatchObject({ status: 'error', ename: 'RankDeparted' });
    expect(cell.content['evalue']).toMatch(/^the ranks do not match: ranks 0,2-3 in MPI_Barrier \(cell line 4\), rank 1 in MPI_\w*[Pp]robe from rank 0 \(cell line 2\)$/);
    await worksOn();
  });

  check('for ranks that have finished, and for those that %%ranks leaves out', async () => {
    const finished = await notebook.run('if rank > 1:\n    comm.Barrier()');
    expect(finished.content['evalue']).toBe('ranks 0-1 have finished this cell; ranks 2-3 were in MPI_Barrier, cell line 2');
    const left = await notebook.run('%%ranks 0,2\ncomm.Barrier()');
    expect(left.content['evalue']).toBe('ranks 1,3 do not run this cell (%%ranks); ranks 0,2 were in MPI_Barrier, cell line 2');
    await worksOn();
  });

  check('for ranks that raised differently: each error is shown, theirs last', async () => {
    const cell = await notebook.run("if rank == 1: raise ValueError('one')\nif rank == 2: raise KeyError('two')\ncomm.Allreduce(np.ones(1), np.empty(1))");
    expect(cell.content['ename']).toBe('ValueError');
    const text = traceback(cell);
    expect(text).toMatch(/RankDeparted: rank 1 left this cell with ValueError, rank 2 left this cell with KeyError; ranks 0,3 were in MPI_Allreduce, cell line 3/);
    expect(text.indexOf('ValueError: one')).toBeLessThan(text.indexOf('RankDeparted'));
    await worksOn();
  });

  check('for one that computes are not released; a line and `%live ranks` say who waits since when', async () => {
    const before = releases();
    const cell = await notebook.send("if rank == 3: until('computed')\ntotal = np.empty(1); comm.Allreduce(np.ones(1), total)");
    expect(await line(cell, /MPI_Allreduce/)).toMatch(/^ranks 0-2 in MPI_Allreduce for \d+ s \(cell \d+, line 2\), rank 3 computing$/);
    const table = String((await other.ok('%live ranks')).displays[0]!['text/plain']);
    expect(table.match(/in a cell, line 2, in MPI_Allreduce for \d+/g)).toHaveLength(3);
    expect(String((await other.ok('%live status')).displays[0]!['text/plain'])).toContain('MPI guard active');
    open('computed');
    expect((await cell.done()).content['status']).toBe('ok');
    expect((await notebook.ok('int(total[0])')).result).toBe('4');
    expect(releases()).toBe(before);
  });

  check('are not released while one of them looks for messages in a loop, nor while one is stopped', async () => {
    const before = releases();
    const pids = await notebook.value<number[]>('comm.allgather(os.getpid())');
    const cell = await notebook.send("if rank == 2:\n    while not comm.iprobe(source=3):\n        pass\n    comm.recv(source=3)\nif rank == 3:\n    until('sent')\n    comm.send('late', 2)\ncomm.Barrier()");
    await line(cell, /ranks 0-1 in MPI_Barrier/);
    process.kill(pids[1]!, 'SIGSTOP');
    open('sent');
    // Now all ranks wait in the barrier, and one of them does not answer.
    await line(cell, /rank 1 is stopped from outside \(SIGSTOP\)/);
    process.kill(pids[1]!, 'SIGCONT');
    expect((await cell.done()).content['status']).toBe('ok');
    expect(releases()).toBe(before);
    await worksOn();
  });

  check('for one that native code keeps from its interrupt: the line names it', async () => {
    // A mutex that is locked twice: neither signals nor Python's own means end that.
    const cell = await notebook.send(
      [
        'import ctypes, threading',
        "def free():\n    until('free')\n    libc.pthread_mutex_unlock(lock)",
        'if rank == 2:',
        '    libc, lock = ctypes.CDLL(None), ctypes.create_string_buffer(64)',
        '    threading.Thread(target=free).start()',
        '    libc.pthread_mutex_lock(lock)',
        "    print('locked', flush=True)",
        '    libc.pthread_mutex_lock(lock)',
      ].join('\n'),
    );
    await cell.printed('locked');
    await notebook.interrupt();
    expect(await line(cell, /native/)).toMatch(/^3 of 4 ranks done, rank 2: in native code since \d+ s \(cell \d+\)$/);
    open('free');
    expect((await cell.done()).content).toMatchObject({ status: 'error', ename: 'KeyboardInterrupt' });
    await worksOn();
  });

  check('for messages that are on their way are not released: large ones of a rank that has finished, small ones before a raise', async () => {
    const before = releases();
    const big = await notebook.run("if rank == 0:\n    request = comm.Isend(np.ones(4 << 20), 1)\nelif rank == 1:\n    data = np.empty(4 << 20)\n    comm.Recv(data, 0)\n    print('got', int(data.sum()))");
    expect(big.content['status']).toBe('ok');
    expect(big.stdout).toContain(`got ${4 << 20}`);
    for (let round = 0; round < 20; round += 1) {
      const small = await notebook.run("if rank == 1:\n    comm.send('words', 0)\n    raise ValueError('after')\nif rank == 0: print(comm.recv(source=1))");
      expect([small.content['ename'], small.stdout]).toEqual(['ValueError', 'words\n']);
      expect(traceback(small)).not.toContain('RankDeparted');
    }
    expect(releases()).toBe(before);
    await worksOn();
  });
});
