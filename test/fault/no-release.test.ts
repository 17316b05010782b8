/**
 * No false release: ranks that wait for a message under way, or for one that computes, are let be. Over TCP, where a message
 * needs the progress of both sides and may arrive long after its sender has left the cell.
 *
 * ALLRANKS_TEST_ROUNDS and ALLRANKS_TEST_COMPUTE_S make the two long ones longer, ALLRANKS_TEST_SEED others.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Random } from './chaos/random';
import { Job, reporting } from '../support/job';
import { traceback, type Notebook } from '../support/notebook';
import { rankCounts } from '../support/places';

const rounds = Number(process.env['ALLRANKS_TEST_ROUNDS'] ?? 40);
const computeS = Number(process.env['ALLRANKS_TEST_COMPUTE_S'] ?? 3);
const seed = Number(process.env['ALLRANKS_TEST_SEED'] ?? 1);

/** No shared memory: Open MPI by its own components, MPICH by UCX. */
const overTcp = {
  OMPI_MCA_pml: 'ob1',
  OMPI_MCA_btl: 'tcp,self',
  OMPI_MCA_btl_tcp_if_include: 'lo',
  UCX_TLS: 'tcp,self',
  UCX_NET_DEVICES: 'lo',
  UCX_LOG_LEVEL: 'error',
};

const prelude = `
import os, time
import allranks
import numpy as np
from mpi4py import MPI
comm, rank, size = allranks.comm, allranks.rank, allranks.size

def connections():
    "Number of TCP connections of this rank."
    mine = set()
    for number in os.listdir('/proc/self/fd'):
        try: mine.add(os.readlink(f'/proc/self/fd/{number}'))
        except OSError: pass
    lines = [line.split() for name in ('tcp', 'tcp6') for line in open('/proc/net/' + name)]
    return sum(f'socket:[{fields[9]}]' in mine for fields in lines if fields[3] == '01')
`;

describe.each(rankCounts(2, 4))('%i ranks whose messages go over TCP', (ranks) => {
  let job: Job;
  let notebook: Notebook;
  const check = reporting(() => job);

  beforeAll(async () => {
    job = await Job.start({ ranks, program: 'kelvin_helmholtz', args: ['--size', '32x32'], run: ['--pause-at', 'start'], env: overTcp });
    notebook = await job.attach();
    await notebook.ok(prelude);
    // All with all, so that the connections are there.
    await notebook.ok('comm.alltoall([bytes(100_000)] * size)[0][:0]');
    expect(await notebook.value<number>('comm.allreduce(connections(), op=MPI.MIN)')).toBeGreaterThan(0);
  }, 60_000);

  afterAll(() => job?.stop());

  function releases(): number {
    return readFileSync(join(job.sandbox.folder, 'job', 'journal.jsonl'), 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('{"kind":"release"')).length;
  }

  check(
    `a message sent before its sender raised arrives, ${rounds} times (seed ${seed})`,
    async () => {
      const random = new Random(seed + ranks);
      // Every rank of a cell has its part: one of each pair sends and leaves, the other receives.
      const pairs = ranks / 2;
      for (let round = 0; round < rounds; round += pairs) {
        const order = random.shuffled(Array.from({ length: ranks }, (_, rank) => rank));
        const messages = Array.from({ length: pairs }, (_, pair) => ({
          from: order[2 * pair]!,
          to: order[2 * pair + 1]!,
          // Sent at once, and by agreement with the receiver, in part after the sender has left.
          bytes: [8, 4096, 100_000, 3_000_000][random.integer(0, 3)]!,
          late: random.next() * 0.02,
          value: (round + pair) % 251,
        }));
        const cell = await notebook.run(
          messages
            .map(
              ({ from, to, bytes, late, value }) =>
                `if rank == ${from}:\n    request = comm.Isend(np.full(${bytes}, ${value}, np.uint8), ${to}, ${round % 1000})\n    raise ValueError('after')\n` +
                `if rank == ${to}:\n    data = np.empty(${bytes}, np.uint8)\n    time.sleep(${late.toFixed(4)})\n    comm.Recv(data, ${from}, ${round % 1000})\n    print('got', int(data.min()), int(data.max()))`,
            )
            .join('\n'),
        );
        const got = [...cell.stdout.matchAll(/got (\d+) (\d+)/g)].map(([, least, most]) => `${least} ${most}`);
        expect([round, cell.content['ename'], got.sort()]).toEqual([
          round,
          'ValueError',
          messages.map(({ value }) => `${value} ${value}`).sort(),
        ]);
        expect(traceback(cell)).not.toContain('RankDeparted');
      }
      expect(releases()).toBe(0);
    },
    60_000 + rounds * 1_000,
  );

  check('32 MiB of a rank that has finished arrive', async () => {
    const cell = await notebook.ok(
      'data = np.zeros(4 << 20)\nif rank == 0:\n    data[:] = 3\n    request = comm.Isend(data, size - 1)\nelif rank == size - 1:\n    time.sleep(0.5)\n    comm.Recv(data, 0)\n    print(int(data.sum()))',
    );
    expect(cell.stdout).toContain(String(3 * 4 * 2 ** 20));
    expect(releases()).toBe(0);
  });

  check(
    `ranks wait ${computeS} s for one that computes`,
    async () => {
      const cell = await notebook.ok(
        `end = time.monotonic() + ${computeS}\nif rank == 1:\n    while time.monotonic() < end: sum(range(1000))\ncomm.allreduce(1)`,
        {},
        30_000 + computeS * 1_000,
      );
      expect(cell.result).toBe(String(ranks));
      expect(releases()).toBe(0);
    },
    60_000 + computeS * 2_000,
  );

  check('ranks that look for a message in loops of Iprobe, Improbe and Test are let be', async () => {
    const cell = await notebook.ok(
      [
        'end = time.monotonic() + 1.5',
        'if rank == 0:',
        '    while time.monotonic() < end: comm.Iprobe(source=1)',
        "    comm.send('a', 1)",
        '    while not (message := comm.improbe(source=1)): pass',
        '    word = message.recv()',
        'elif rank == 1:',
        '    request = comm.irecv(source=0)',
        '    while not (found := request.test())[0]: pass',
        "    comm.send(found[1] + 'b', 0)",
        'word = comm.bcast(word if rank == 0 else None)',
        'word',
      ].join('\n'),
    );
    expect(cell.result).toBe("'ab'");
    expect(releases()).toBe(0);
  });

  check('messages of persistent requests arrive, started again in cell after cell, also when one side has finished', async () => {
    await notebook.ok(
      [
        'to, back = (rank + 1) % size, (rank - 1) % size',
        'parcel, got, one = np.empty(1 << 18), np.empty(1 << 18), np.empty(1)',
        'ring = [comm.Send_init(parcel, to, 1), comm.Recv_init(got, back, 1)]',
        'last = comm.Recv_init(one, size - 1, 2) if rank == 0 else comm.Send_init(one, 0, 2) if rank == size - 1 else None',
      ].join('\n'),
    );
    for (let round = 0; round < 10; round += 1) {
      const cell = await notebook.ok(
        [
          `parcel[:], one[0] = rank + ${round}, ${round}`,
          'MPI.Prequest.Startall(ring)',
          // Tested by hand, waited for together, waited for one by one: all of them count.
          ['while not MPI.Request.Testall(ring): pass', 'MPI.Request.Waitall(ring)', 'left = 2\nwhile left: left -= len(MPI.Request.Waitsome(ring) or [])', 'MPI.Request.Waitany(ring); MPI.Request.Waitall(ring)'][round % 4],
          `assert got.min() == got.max() == back + ${round}`,
          // The sender leaves while its receiver is yet to come.
          'if rank == size - 1: last.Start()',
          `if rank == 0:\n    time.sleep(${round % 2 ? '0.3' : '0'}); last.Start(); last.Wait()\n    print(int(one[0]))`,
          `if rank == size - 1: ${round % 2 ? 'pass' : 'last.Wait()'}`,
        ].join('\n'),
      );
      expect(cell.stdout).toBe(`${round}\n`);
      if (round % 2) await notebook.ok('if rank == size - 1: last.Wait()');
    }
    expect(releases()).toBe(0);
    // Now they are waited for in vain, and so is what is left of them afterwards.
    const gone = await notebook.run("if rank == size - 1: raise KeyError('gone')\nif rank == 0:\n    last.Start()\n    last.Wait()");
    expect(traceback(gone)).toMatch(/RankDeparted: .*rank \d+ left this cell with KeyError.*; rank 0 was in MPI_Wait from rank \d+, cell line 4/);
    const dead = await notebook.run('if rank in (0, size - 1): last.Start()');
    expect(traceback(dead)).toContain('this request belongs to a cell that was ended in the middle of MPI calls and is dead');
    expect((await notebook.ok('comm.allreduce(1)')).result).toBe(String(ranks));
  });

  check(
    'what can never come is released here too: in derived communicators, of those ranks alone that wait for it',
    async () => {
      await notebook.ok('half = comm.Split(rank % 2, rank)\nmirror = comm.Create(comm.Get_group())');
      const raised = await notebook.run("if rank == size - 1: raise KeyError('gone')\nmirror.Barrier()");
      expect(traceback(raised)).toMatch(
        new RegExp(`RankDeparted: rank ${ranks - 1} left this cell with KeyError; ranks? [\\d-]+ (was|were) in MPI_Barrier, cell line 2`),
      );
      // The ranks of one half are done with each other; those of the other half do not match.
      const diverged = await notebook.run(
        'if rank % 2 == 0:\n    half.Barrier()\nelif rank == 1:\n    half.recv(source=half.size - 1)\nelse:\n    half.Barrier()',
      );
      expect(diverged.content).toMatchObject({ status: 'error', ename: 'RankDeparted' });
      expect(traceback(diverged)).not.toMatch(/rank 0 in/);
      for (const [first, second] of [
        ['Barrier()', 'Split(0, rank)'],
        ['Barrier(); comm.Barrier()', 'Split(0, rank)'],
        ['Dup()', 'Split(0, rank)'],
      ]) {
        const cell = await notebook.run(`if rank == 0:\n    comm.${first}\nelse:\n    comm.${second}`);
        expect([first, second, cell.content['status']]).toEqual([first, second, 'error']);
        expect((await notebook.ok('comm.allreduce(1)')).result).toBe(String(ranks));
      }
      // What becomes of these is the MPI's affair: they may even end. If not, they are released.
      for (const second of ['Allreduce(np.ones(1), np.empty(1))', 'allgather(rank)']) {
        await notebook.run(`if rank == 0:\n    comm.Barrier()\nelse:\n    comm.${second}`);
        expect((await notebook.ok('comm.allreduce(1)')).result).toBe(String(ranks));
      }
      const split = await notebook.run('if rank == 0:\n    comm.Barrier()\nelse:\n    comm.Split(0, rank)');
      expect(split.content).toMatchObject({ status: 'error', ename: 'RankDeparted' });
      expect(split.content['evalue']).toMatch(/rank 0 in MPI_Barrier \(cell line 2\), ranks? [\d-]+ in MPI_Comm_split \(cell line 4\)/);
      expect((await notebook.ok('comm.allreduce(1), half.allreduce(1), mirror.allreduce(1)')).result).toMatch(
        new RegExp(`^\\(${ranks}, ${ranks / 2}, ${ranks}\\)`),
      );
    },
    90_000,
  );
});
