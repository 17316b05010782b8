/** Release of ranks that wait in MPI for ever: the watch over made-up boards and clocks, and its words. */
import type { ProgressSnapshot } from '../../../native/addon/addon';
import { DeadlockWatch, type Sight, type WatchWorld } from '../../../bridge/server/release/deadlock-watch';
import { progressLine, worthTelling, type Inside } from '../../../bridge/server/release/progress-line';
import { callText, leftText, releaseSentences, type Left } from '../../../bridge/server/release/sentences';

type Doing = { activity: ProgressSnapshot['activity']; call?: string; line?: number; from?: number; operations?: number; stopped?: boolean; absent?: boolean };

const waits = (call: string, line = 0, from?: number): Doing => ({ activity: 'waiting', call, line, ...(from === undefined ? {} : { from }) });
const computes: Doing = { activity: 'computing' };
const finished: Doing = { activity: 'finished' };
const departed: Doing = { activity: 'departed' };

/** Ranks whose doing tests set, a clock that tests move, and the watch over them. */
class World implements WatchWorld {
  now = 0;
  readonly probes: { n: number; at: number }[] = [];
  readonly released: { at: number; index: number; sentences: Record<number, string> }[] = [];
  readonly watch: DeadlockWatch;
  /** Reads of all boards. */
  looks = 0;
  cell = 7;
  private timers: { at: number; run: () => void }[] = [];
  private readonly pages = new Map<number, ProgressSnapshot>();
  /** Answers to probes, ms after them. */
  delay = 1;

  constructor(readonly doing: Doing[]) {
    this.watch = new DeadlockWatch(this, 1000);
  }

  nowMs(): number {
    return this.now;
  }

  after(ms: number, run: () => void): () => void {
    const timer = { at: this.now + ms, run };
    this.timers.push(timer);
    return () => (this.timers = this.timers.filter((other) => other !== timer));
  }

  get pending(): number {
    return this.timers.length;
  }

  sights(): Sight[] {
    this.looks += 1;
    return this.doing.map((doing, rank) => ({ rank, present: !doing.absent, out: false, call: doing.call ?? '' }));
  }

  probe(n: number): void {
    this.probes.push({ n, at: this.now });
    this.doing.forEach((doing, rank) => {
      if (doing.stopped || doing.absent) return;
      this.after(this.delay, () => {
        const now = this.doing[rank]!;
        const record = Buffer.from(JSON.stringify({ ...now, at: undefined }));
        const needs: ProgressSnapshot['needs'] = now.from === undefined ? [] : [{ kind: 'receive', peer: now.from, tag: 0 }];
        this.pages.set(rank, { probe: n, cellLine: now.line ?? 0, cell: this.cell, activity: now.activity, call: now.call ?? '', needs, record });
        this.watch.answered(rank);
      });
    });
  }

  progress(rank: number): ProgressSnapshot | null {
    return this.pages.get(rank) ?? null;
  }

  isDeadlock(first: readonly Uint8Array[], second: readonly Uint8Array[]): boolean {
    return this.probes.at(-1)!.at - this.probes.at(-2)!.at >= 100 && first.every((record, i) => Buffer.from(record).equals(second[i]!));
  }

  release(index: number, sentences: ReadonlyMap<number, string>): void {
    this.released.push({ at: this.now, index, sentences: Object.fromEntries(sentences) });
  }

  leftWith(): string {
    return 'KeyError';
  }

  /** Moves the clock; timers run in order. */
  pass(ms: number): void {
    const end = this.now + ms;
    for (;;) {
      const next = this.timers.reduce<{ at: number; run: () => void } | null>((first, timer) => (timer.at <= end && (!first || timer.at < first.at) ? timer : first), null);
      if (!next) break;
      this.timers = this.timers.filter((timer) => timer !== next);
      this.now = Math.max(this.now, next.at);
      next.run();
    }
    this.now = end;
  }

  leave(rank: number, how: Left['how'], why?: string): void {
    this.doing[rank] = how === 'error' ? departed : finished;
    this.watch.leave(7, { rank, how, ...(why ? { why } : {}) });
  }
}

describe('the watch over a cell', () => {
  test('releases the ranks that wait for one that raised, within 200 ms, each with its place', () => {
    const world = new World([waits('MPI_Allreduce', 5), computes, waits('MPI_Barrier', 7)]);
    world.watch.begin(7);
    world.pass(30);
    world.leave(1, 'error', 'ValueError');
    world.pass(200);
    expect(world.released).toEqual([
      {
        at: expect.any(Number),
        index: 7,
        sentences: { 0: 'rank 1 left this cell with ValueError; rank 0 was in MPI_Allreduce, cell line 5', 2: 'rank 1 left this cell with ValueError; rank 2 was in MPI_Barrier, cell line 7' },
      },
    ]);
    expect(world.probes.map(({ n }) => n)).toEqual([1001, 1002]);
  });

  test('calls the roll when ranks wait in calls that never meet and nobody has left', () => {
    const world = new World([waits('MPI_Barrier', 2), waits('MPI_Recv', 4, 0)]);
    world.watch.begin(7);
    world.pass(1000);
    const sentence = 'the ranks do not match: rank 0 in MPI_Barrier (cell line 2), rank 1 in MPI_Recv from rank 0 (cell line 4)';
    expect(world.released[0]!.sentences).toEqual({ 0: sentence, 1: sentence });
  });

  test('asks nobody and releases nobody while one rank computes, however long', () => {
    const world = new World([waits('MPI_Allreduce', 5), computes]);
    world.watch.begin(7);
    world.pass(60_000);
    expect([world.probes, world.released]).toEqual([[], []]);
    // A look at the boards now and then is all that it costs.
    expect(world.looks).toBeLessThan(300);
    world.leave(1, 'finished');
    world.pass(300);
    expect(world.released[0]!.sentences).toEqual({ 0: 'rank 1 has finished this cell; rank 0 was in MPI_Allreduce, cell line 5' });
  });

  test('releases nobody while operations are counted between the snapshots, and asks less and less often', () => {
    const world = new World([waits('MPI_Allreduce'), waits('MPI_Allreduce')]);
    let operations = 0;
    const probe = world.probe.bind(world);
    world.probe = (n) => {
      operations += 1;
      world.doing[0] = { ...waits('MPI_Allreduce'), operations };
      probe(n);
    };
    world.watch.begin(7);
    world.pass(20_000);
    expect(world.released).toEqual([]);
    expect(world.probes.length).toBeLessThan(40);
    const late = world.probes.slice(-3).map(({ at }) => at);
    expect(late[2]! - late[0]!).toBeGreaterThan(1500);
  });

  test('proves nothing of a rank that does not answer, and releases after it does', () => {
    const world = new World([waits('MPI_Allreduce', 5), { ...waits('MPI_Barrier', 6), stopped: true }]);
    world.watch.begin(7);
    world.pass(30_000);
    expect(world.released).toEqual([]);
    expect(world.probes.length).toBeLessThan(20);
    world.doing[1] = waits('MPI_Barrier', 6);
    world.pass(4000);
    expect(world.released).not.toEqual([]);
  });

  test('takes an answer to an earlier probe for none', () => {
    const world = new World([waits('MPI_Allreduce'), waits('MPI_Barrier')]);
    world.delay = 1500;
    world.watch.begin(7);
    world.pass(20_000);
    expect(world.released).toEqual([]);
    world.delay = 900;
    world.pass(10_000);
    expect(world.released).not.toEqual([]);
  });

  test('waits for a rank without connection', () => {
    const world = new World([waits('MPI_Allreduce'), { ...waits('MPI_Barrier'), absent: true }]);
    world.watch.begin(7);
    world.pass(10_000);
    expect(world.probes).toEqual([]);
    world.doing[1] = waits('MPI_Barrier');
    world.pass(1000);
    expect(world.released).toHaveLength(1);
  });

  test('begins anew when a rank leaves between the snapshots, and names both', () => {
    const world = new World([waits('MPI_Allreduce', 1), computes, waits('MPI_Recv', 3, 1)]);
    world.watch.begin(7);
    world.leave(1, 'error', 'ValueError');
    world.pass(60);
    world.leave(2, 'error', 'TypeError');
    world.pass(200);
    expect(world.released.map(({ sentences }) => sentences)).toEqual([{ 0: 'rank 1 left this cell with ValueError, rank 2 left this cell with TypeError; rank 0 was in MPI_Allreduce, cell line 1' }]);
  });

  test('releases again ranks that still wait after a release', () => {
    const world = new World([waits('MPI_Allreduce', 1), departed]);
    world.watch.begin(7);
    world.leave(1, 'error', 'ValueError');
    world.pass(3000);
    expect(world.released.length).toBeGreaterThan(1);
  });

  test('is over with the cell: no release, no timer that goes on', () => {
    const world = new World([waits('MPI_Allreduce', 1), departed]);
    world.watch.begin(7);
    world.leave(1, 'error', 'ValueError');
    world.pass(50);
    world.watch.end(7);
    world.pass(5000);
    expect([world.released, world.pending]).toEqual([[], 0]);
    world.watch.leave(7, { rank: 0, how: 'error' });
    expect(world.pending).toBe(0);
  });

  test('does not take the records of another cell for those of this one', () => {
    const world = new World([waits('MPI_Allreduce', 1), departed]);
    world.cell = 6;
    world.watch.begin(7);
    world.leave(1, 'error', 'ValueError');
    world.pass(5000);
    expect(world.released).toEqual([]);
  });

  test('names an inline function, and the exception that a rank left it by', () => {
    const world = new World([waits('MPI_Allreduce', 12), departed]);
    const index = 4_503_599_627_370_497;
    world.cell = index;
    world.sights = () => [
      { rank: 0, present: true, out: false, call: 'MPI_Allreduce' },
      { rank: 1, present: true, out: true, call: '' },
    ];
    world.watch.begin(index, { name: 'function analyse', line: 'line' });
    world.pass(1000);
    expect(world.released[0]).toMatchObject({ index, sentences: { 0: 'rank 1 left function analyse with KeyError; rank 0 was in MPI_Allreduce, line 12' } });
  });
});

describe('sentences', () => {
  test('fold ranks that left alike and ranks that wait alike', () => {
    const left: Left[] = [
      { rank: 5, how: 'skipped' },
      { rank: 1, how: 'error', why: 'ValueError' },
      { rank: 2, how: 'error', why: 'ValueError' },
      { rank: 4, how: 'finished' },
      { rank: 6, how: 'skipped' },
    ];
    const waiting = [0, 3].map((rank) => ({ rank, call: 'MPI_Allreduce', line: 5 }));
    expect(releaseSentences(left, waiting).get(3)).toBe(
      'ranks 1-2 left this cell with ValueError, rank 4 has finished this cell, ranks 5-6 do not run this cell (%%ranks); ranks 0,3 were in MPI_Allreduce, cell line 5',
    );
  });

  test('stay short however many different errors there are', () => {
    const left = Array.from({ length: 30 }, (_, rank): Left => ({ rank, how: 'error', why: `Error${rank}` }));
    expect(leftText(left, 'this cell')).toMatch(/rank 7 left this cell with Error7 and 22 more$/);
  });

  test('leave out a line that is not known, and name partners where there is one', () => {
    expect(releaseSentences([{ rank: 1, how: 'lost', why: 'killed by SIGKILL' }], [{ rank: 0, call: 'MPI_Bcast', line: 0 }]).get(0)).toBe('rank 1 is lost (killed by SIGKILL); rank 0 was in MPI_Bcast');
    const need = (kind: 'send' | 'receive' | 'collective', peer: number): string => callText({ call: 'MPI_X', needs: [{ kind, peer, tag: 0 }] });
    expect([need('receive', -1), need('receive', 3), need('send', 2), need('collective', -2)]).toEqual(['MPI_X from any rank', 'MPI_X from rank 3', 'MPI_X to rank 2', 'MPI_X']);
  });
});

describe('the line of a cell that lasts', () => {
  const inside = (rank: number, more: Partial<Inside> = {}): Inside => ({ rank, call: '', callSeconds: 0, line: 0, present: true, stopped: false, interruptedSeconds: 0, ...more });

  test('says who is done and what the last one waits in', () => {
    expect(progressLine(3, [inside(2, { call: 'MPI_Allreduce', callSeconds: 12.2, line: 4 })], 7)).toBe('3 of 4 ranks done, rank 2 in MPI_Allreduce for 12 s (cell 7, line 4)');
  });

  test('folds ranks and names every kind of staying', () => {
    const ranks = [0, 1, 2].map((rank) => inside(rank, { call: 'MPI_Recv', callSeconds: 3 + rank, line: 2 }));
    const others = [inside(3), inside(4, { stopped: true }), inside(5, { present: false }), inside(6, { interruptedSeconds: 40 })];
    expect(progressLine(1, [...ranks, ...others], 7)).toBe(
      '1 of 8 ranks done, ranks 0-2 in MPI_Recv for 5 s (cell 7, line 2), rank 3 computing, rank 4 is stopped from outside (SIGSTOP), rank 5 has no connection, rank 6: in native code since 40 s',
    );
    expect(progressLine(2, [inside(1)], 7)).toBe('2 of 3 ranks done, rank 1 computing (cell 7)');
    expect(progressLine(0, [inside(0, { call: 'MPI_Recv', callSeconds: 9 })], 0)).toBe('rank 0 in MPI_Recv for 9 s');
  });

  test('is not shown while all ranks compute or wait briefly', () => {
    expect(worthTelling(0, [inside(0), inside(1, { call: 'MPI_Barrier', callSeconds: 0.5 })])).toBe(false);
    expect(worthTelling(2, [])).toBe(false);
    for (const reason of [{ call: 'MPI_Barrier', callSeconds: 3 }, { stopped: true }, { present: false }, { interruptedSeconds: 5 }]) {
      expect(worthTelling(0, [inside(0), inside(1, reason)])).toBe(true);
    }
    expect(worthTelling(1, [inside(0)])).toBe(true);
  });
});
