/**
 * Bridges are killed while cells print: each cell's text, differences between ranks and displays arrive whole, once, and in order. The
 * moments of the kills come from a seed (`ALLRANKS_KILLS_SEED`, and `ALLRANKS_KILLS` for their number).
 */
import { once } from 'node:events';
import { Job, reporting } from '../support/job';
import type { Notebook } from '../support/notebook';
import { Random } from './chaos/random';

const seed = Number(process.env['ALLRANKS_KILLS_SEED'] ?? 1);
// Each death makes the supervisor wait longer with the next bridge.
const kills = Number(process.env['ALLRANKS_KILLS'] ?? 5);

const numbers = (count: number): number[] => Array.from({ length: count }, (_, at) => at);

/** What a cell prints, and what of it must be seen on `ranks` ranks. */
interface Printing {
  title: string;
  code: string;
  stdout(ranks: number): string;
  stderr?: string;
  displays?: number;
}

const PRINTINGS: Printing[] = [
  {
    title: 'short lines in bursts',
    code: 'for i in range(200):\n    for j in range(50): print(i, j)\n    time.sleep(0.002)',
    stdout: () => numbers(200).map((i) => numbers(50).map((j) => `${i} ${j}\n`).join('')).join(''),
  },
  {
    title: 'a flood',
    code: "for i in range(60000): print(i, 'y' * 40)",
    stdout: () => numbers(60_000).map((i) => `${i} ${'y'.repeat(40)}\n`).join(''),
  },
  {
    title: 'lines that differ by rank between equal ones',
    code: "for i in range(400):\n    print('all', i)\n    if i % 40 == 39: print('of rank', allranks.rank, i); allranks.comm.Barrier()\n    time.sleep(0.001)",
    stdout: (ranks) =>
      numbers(400)
        .map((i) => `all ${i}\n${i % 40 === 39 ? numbers(ranks).map((rank) => `${rank > 0 ? `[rank ${rank}] ` : ''}of rank ${rank} ${i}\n`).join('') : ''}`)
        .join(''),
  },
  {
    title: 'pieces of code points on both streams, with displays',
    code: "import sys\nfor i in range(300):\n    sys.stdout.write('é€😀' * 7); sys.stderr.write('ü'); sys.stdout.flush(); sys.stderr.flush()\n    if i % 30 == 0: display({'text/plain': str(i)}, raw=True)\n    time.sleep(0.002)",
    stdout: () => 'é€😀'.repeat(2100),
    stderr: 'ü'.repeat(300),
    displays: 10,
  },
  {
    title: 'texts longer than a part of the ring',
    // Within the 16 MiB that a bridge keeps for clients that come back.
    code: "for i in range(5): print(str(i) * 3_000_000); time.sleep(0.05)",
    stdout: () => numbers(5).map((i) => `${String(i).repeat(3_000_000)}\n`).join(''),
  },
];

/** Lines of `text` in an order that does not depend on when ranks were compared. */
const sorted = (text: string): string[] => text.split('\n').sort();

describe.each([1, 4])('bridges killed while cells of %i ranks print', (ranks) => {
  let job: Job;
  let notebook: Notebook;
  const check = reporting(() => job);

  beforeAll(async () => {
    job = await Job.start({ ranks, args: ['--steps', '0', '--step-us', '500'] });
    notebook = await job.attach();
    await notebook.ok('import allranks, time\nfrom IPython.display import display');
  }, 60_000);

  afterAll(() => job?.stop());

  check(
    `${kills} times (seed ${seed}): nothing is lost, nothing comes twice`,
    async () => {
      const random = new Random(seed + ranks);
      for (let round = 0; round < kills; round += 1) {
        const printing = PRINTINGS[round % PRINTINGS.length]!;
        const sent = await notebook.send(printing.code);
        const first = await sent.message(({ header }) => header.msg_type === 'stream', 'output');
        await once(AbortSignal.timeout(random.integer(1, 400)), 'abort');
        process.kill(await job.bridgePid(), 'SIGKILL');
        const cell = await sent.done(60_000);
        const what = `round ${round}: ${printing.title}`;
        expect([what, cell.content['status'], cell.content['evalue']]).toEqual([what, 'ok', undefined]);
        const name = String(first.content['name']);
        const text = (stream: string): string => (name === stream ? String(first.content['text']) : '') + (stream === 'stdout' ? cell.stdout : cell.stderr);
        const expected = printing.stdout(ranks);
        // Not shown by Jest itself, which would take minutes for a difference.
        const same = sorted(text('stdout')).join('\n') === sorted(expected).join('\n');
        expect([what, same ? 'the same' : firstDifference(text('stdout'), expected)]).toEqual([what, 'the same']);
        const plain = (all: string): string => all.replace(/^\[rank.*\n/gm, '');
        expect([what, plain(text('stdout')) === plain(expected)]).toEqual([what, true]);
        if (printing.stderr !== undefined) expect([what, text('stderr')]).toEqual([what, printing.stderr]);
        expect([what, cell.displays.length]).toEqual([what, printing.displays ?? 0]);
      }
    },
    kills * 60_000,
  );
});

/** Where two texts differ first, for a report. */
function firstDifference(found: string, expected: string): string {
  let at = 0;
  while (at < found.length && found[at] === expected[at]) at += 1;
  const around = (text: string): string => JSON.stringify(text.slice(Math.max(0, at - 60), at + 60));
  return `at ${at} of ${expected.length} (found ${found.length}): ${around(found)} instead of ${around(expected)}`;
}
