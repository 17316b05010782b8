/** What chaos does in one round: each action sends cells or kills processes, and checks at once what the user must see. */
import assert from 'node:assert/strict';
import type { Job } from '../../support/job';
import { traceback, type CellRecord, type Notebook, type SentCell } from '../../support/notebook';
import { within } from '../../support/wait';
import type { Random } from './random';

/** How often each action comes. */
export const WEIGHTS = {
  good: 8,
  slow: 3,
  raises: 5,
  diverges: 3,
  leaves: 3,
  interrupted: 4,
  stubborn: 0.3,
  huge: 1.5,
  someRanks: 3,
  display: 2,
  snapshot: 2,
  abuse: 2,
  steps: 4,
  pause: 2,
  resume: 1,
  idleInterrupt: 1,
  twoNotebooks: 2,
  killsKernel: 1.2,
  killsBridge: 1.2,
  killsBridgeBetween: 0.8,
  killsBridgeInOutput: 0.6,
} as const;

export type ActionName = keyof typeof WEIGHTS;

/** What a run of chaos carries from round to round. */
export interface World {
  readonly job: Job;
  readonly ranks: number;
  readonly random: Random;
  notebook: Notebook;
  /** The simulation stands still. */
  paused: boolean;
  round: number;
  /** Marks that cells have left on every rank. */
  marks: string[];
  /** Called with every finished cell of a notebook. */
  finished(notebook: Notebook, id: string): void;
}

const CELL_MS = 60_000;

async function run(world: World, code: string, limitMs = CELL_MS): Promise<CellRecord> {
  const sent = await world.notebook.send(code);
  const cell = await sent.done(limitMs);
  world.finished(world.notebook, sent.id);
  return cell;
}

async function ok(world: World, code: string): Promise<CellRecord> {
  const cell = await run(world, code);
  assert.equal(cell.content['status'], 'ok', `${code}\n${JSON.stringify(cell.content)}`);
  return cell;
}

function failed(cell: CellRecord, ename: string | RegExp): void {
  assert.equal(cell.content['status'], 'error', JSON.stringify(cell.content));
  assert.match(String(cell.content['ename']), new RegExp(ename));
}

const all = (world: World): number[] => Array.from({ length: world.ranks }, (_, rank) => rank);

/** The first output of a cell; it is not part of the cell's record any more. */
async function firstOutput(sent: SentCell): Promise<string> {
  const message = await sent.message(({ header }) => header.msg_type === 'stream', 'output');
  return String(message.content['text']);
}

/** Starts a cell that marks every rank, and resolves when its first output is there. */
async function marking(world: World, seconds: number): Promise<{ mark: string; first: string; done: () => Promise<CellRecord>; id: string }> {
  const mark = `m${world.round}`;
  const sent = await world.notebook.send(`print('begun', flush=True)\ntime.sleep(${seconds})\nmarks.append('${mark}')\nprint('finished ${mark}')`);
  const first = await firstOutput(sent);
  world.marks.push(mark);
  return { mark, first, done: () => sent.done(CELL_MS), id: sent.id };
}

async function killBridge(world: World): Promise<void> {
  process.kill(await world.job.bridgePid(), 'SIGKILL');
}

export const ACTIONS: Record<ActionName, (world: World) => Promise<void>> = {
  async good(world) {
    const cell = await ok(world, `allranks.comm.allreduce(allranks.rank + ${world.round})`);
    assert.equal(cell.result, String((world.ranks * (world.ranks - 1)) / 2 + world.ranks * world.round));
  },
  async slow(world) {
    const cell = await ok(world, `time.sleep(${world.random.next() * 0.3} * (allranks.rank + 1) / allranks.size)\nprint('slow ${world.round}')`);
    assert.equal(cell.stdout, `slow ${world.round}\n`);
  },
  async raises(world) {
    const ranks = world.random.some(all(world));
    const cell = await run(world, `if allranks.rank in ${JSON.stringify(ranks)}: raise ValueError('chaos ${world.round}')\nprint('fine')`);
    failed(cell, 'ValueError');
    assert.match(traceback(cell), new RegExp(`chaos ${world.round}`));
  },
  async diverges(world) {
    const ranks = world.random.some(all(world).slice(1));
    const call = ['Barrier()', 'allreduce(1)', 'bcast(1)', 'gather(1)', 'allgather(1)'][world.random.integer(0, 4)];
    const cell = await run(world, `if allranks.rank in ${JSON.stringify(ranks)}: raise ValueError('left ${world.round}')\nallranks.comm.${call}\nallranks.comm.Barrier()`);
    failed(cell, 'ValueError|RankDeparted');
    assert.match(traceback(cell), new RegExp(`left ${world.round}`));
  },
  async leaves(world) {
    const rank = world.random.integer(0, world.ranks - 1);
    failed(await run(world, `if allranks.rank != ${rank}: allranks.comm.recv(source=${rank}, tag=${world.round})`), 'RankDeparted');
  },
  async interrupted(world) {
    const code = ['while True: pass', 'time.sleep(3000)', 'threading.Event().wait()'][world.random.integer(0, 2)]!;
    const sent = await world.notebook.send(`print('begun', flush=True)\n${code}`);
    await sent.printed('begun');
    await world.notebook.interrupt();
    failed(await sent.done(CELL_MS), 'KeyboardInterrupt');
    world.finished(world.notebook, sent.id);
  },
  async stubborn(world) {
    const sent = await world.notebook.send(`print('begun', flush=True)\nwhile True:\n    try: time.sleep(0.001)\n    except: continue`);
    await sent.printed('begun');
    await world.notebook.interrupt();
    failed(await sent.done(CELL_MS), 'KeyboardInterrupt');
    world.finished(world.notebook, sent.id);
  },
  async huge(world) {
    const lines = world.random.integer(1_000, 30_000);
    const cell = await ok(world, `for i in range(${lines}): print(i, 'x' * 40)`);
    assert.equal(cell.stdout, Array.from({ length: lines }, (_, i) => `${i} ${'x'.repeat(40)}\n`).join(''));
  },
  async someRanks(world) {
    const ranks = world.random.some(all(world));
    const cell = await ok(world, `%%ranks ${ranks.join(',')}\nprint('some', ${world.round})`);
    assert.match(cell.stdout, new RegExp(`some ${world.round}`));
  },
  async display(world) {
    const size = world.random.integer(1, 2_000_000);
    const cell = await ok(world, `display({'text/plain': 'x' * ${size}}, raw=True)`);
    assert.equal(String(cell.displays[0]?.['text/plain']).length, size);
  },
  async snapshot(world) {
    const forms: [string, RegExp | null][] = [
      ['marks.append("lost")\nprint("inside")', null],
      ['import os\nos._exit(3)', /.*/],
      ['1 / 0', /.*/],
    ];
    const [code, error] = forms[world.random.integer(0, forms.length - 1)]!;
    const cell = await run(world, `%%snapshot\n${code}`);
    if (error) failed(cell, error);
    else assert.match(cell.stdout, /inside/);
  },
  async abuse(world) {
    const forms = ['import sys\nsys.exit(3)', 'raise SystemExit("no")', 'def f(): f()\nf()', 'bytearray(1 << 60)', 'import sys\nsys.stdout = None\nprint(1)\n1 / 0'];
    const cell = await run(world, forms[world.random.integer(0, forms.length - 1)]!);
    assert.equal(cell.content['status'], 'error', JSON.stringify(cell.content));
  },
  async steps(world) {
    const before = await world.notebook.value<number>('allranks.step');
    const steps = world.random.integer(1, 20);
    await ok(world, `%live step ${steps}`);
    const after = await world.notebook.value<number>('allranks.step');
    if (world.paused) assert.equal(after, before + steps);
    else assert.ok(after >= before + steps, `${after} after ${steps} steps from ${before}`);
    world.paused = true;
  },
  async pause(world) {
    await ok(world, '%live pause');
    world.paused = true;
    const step = await world.notebook.value<number>('allranks.step');
    assert.equal(await world.notebook.value<number>('allranks.step'), step);
  },
  async resume(world) {
    await ok(world, '%live resume');
    world.paused = false;
  },
  async idleInterrupt(world) {
    await world.notebook.interrupt();
    await ok(world, 'pass');
  },
  async twoNotebooks(world) {
    const other = await world.job.attach();
    try {
      const mine = await world.notebook.send(`print('mine', ${world.round})`);
      const theirs = await other.send(`print('theirs', ${world.round})`);
      const [a, b] = await Promise.all([mine.done(CELL_MS), theirs.done(CELL_MS)]);
      world.finished(world.notebook, mine.id);
      assert.equal(a.stdout, `mine ${world.round}\n`);
      assert.equal(b.stdout, `theirs ${world.round}\n`);
    } finally {
      await other.close();
    }
  },
  async killsKernel(world) {
    const { mark } = await marking(world, world.random.next() * 0.2);
    world.notebook.kernel.child.kill('SIGKILL');
    await within(world.notebook.kernel.ended, 10_000, 'end of a killed kernel');
    world.notebook = await world.job.attach();
    // The cell may have been over before the kernel was.
    const { stdout } = await ok(world, 'pass');
    if (stdout !== '') assert.match(stdout, new RegExp(`^\\[cell \\d+ went on .*\\]\\nbegun\\nfinished ${mark}\\n\\[end of cell \\d+: ok\\]\\n$`));
  },
  async killsBridge(world) {
    const { mark, first, done, id } = await marking(world, world.random.next() * 0.3);
    await killBridge(world);
    const cell = await done();
    world.finished(world.notebook, id);
    assert.equal(cell.content['status'], 'ok', JSON.stringify(cell.content));
    assert.equal(first + cell.stdout, `begun\nfinished ${mark}\n`);
  },
  async killsBridgeBetween(world) {
    await killBridge(world);
    await ok(world, 'pass');
  },
  async killsBridgeInOutput(world) {
    const sent = await world.notebook.send(`print('begun', flush=True)\nfor i in range(20000): print(i, 'y' * 40)`);
    const first = await firstOutput(sent);
    await killBridge(world);
    const cell = await sent.done(CELL_MS);
    world.finished(world.notebook, sent.id);
    assert.equal(cell.content['status'], 'ok', JSON.stringify(cell.content));
    assert.equal(first + cell.stdout, `begun\n${Array.from({ length: 20000 }, (_, i) => `${i} ${'y'.repeat(40)}\n`).join('')}`);
  },
};
