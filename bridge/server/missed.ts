/**
 * `%live missed` and `%live replay N`: the outputs of cells that went on while nobody watched, shown again under the cell that asks.
 *
 * Complete: what memory has let go is read from the journal. A cell that still runs is followed to its end. Two events make a cell
 * count as missed: its kernel has left (a restart, the end of Jupyter's server), or its kernel hears from another session of a front
 * end (a page that was reloaded), before the cell was over. Cells that
 * ended after the last that was heard of their own session are shown too, but not offered.
 */
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { StringDecoder } from 'node:string_decoder';
import type { Output } from '../protocol/messages';
import type { Client, Execution, Watcher } from './execution';
import { JOURNAL_NAME, type Journal, type JournalLine } from './journal';

export interface MissedHost {
  /** All that are remembered, oldest first. */
  executions(): Iterable<Execution>;
  readonly journal: Journal;
  step(): number;
  emit(execution: Execution, output: Output): void;
  /** A cell whose code goes to the ranks. */
  runsPython(execution: Execution): boolean;
}

export class Missed {
  /** Notebooks that know of what they have missed. */
  private readonly offered = new Set<string>();
  /** When a cell of a session has come last, Date.now(). */
  private readonly heard = new Map<string, number>();

  constructor(private readonly host: MissedHost) {}

  /** A client hears from another session of its front end: cells of other sessions that are not over are missed. */
  session(client: Client, session: string): void {
    for (const execution of this.host.executions()) {
      if (execution.owner !== client || execution.session === session || execution.missed !== null) continue;
      // A page that is gone for some seconds before it is back: what ended meanwhile nobody has seen, and nobody can tell from
      // outside when it went.
      if (!execution.verdict) this.note(execution, 'session');
      else if (execution.settledAt >= (this.heard.get(execution.session) ?? 0)) this.note(execution, 'perhaps');
    }
  }

  /** The client of an execution has gone. */
  disowned(execution: Execution): void {
    if (!execution.verdict) this.note(execution, 'kernel');
  }

  /** A cell has come: its session is there. */
  arrived(execution: Execution): void {
    if (this.heard.size >= 1000) this.heard.clear();
    this.heard.set(execution.session, Date.now());
  }

  private note(execution: Execution, by: 'kernel' | 'session' | 'perhaps'): void {
    if (execution.state === 'ahead' || execution.request.silent || !this.host.runsPython(execution)) return;
    execution.missed = by;
    this.host.journal.add('missed', this.host.step(), { id: execution.id, by });
  }

  /** Cells that the notebook of `asking` has missed, oldest first. */
  private of(asking: Execution): Execution[] {
    return [...this.host.executions()].filter((execution) => {
      if (execution.missed === null || execution === asking || execution.notebook !== asking.notebook) return false;
      return execution.missed === 'kernel' || execution.session !== asking.session;
    });
  }

  /** Tells a notebook once, when another kernel or session of it goes on, that there is something to see. */
  offer(execution: Execution): void {
    if (execution.notebook === '' || execution.request.silent) return;
    const who = `${execution.notebook}\0${execution.session}\0${execution.owner?.name ?? ''}`;
    if (this.offered.has(who)) return;
    const missed = this.of(execution).filter((cell) => cell.missed !== 'perhaps');
    if (missed.length === 0) return;
    this.offered.add(who);
    const which = `${missed.length === 1 ? 'cell' : 'cells'} ${missed.map(({ count }) => count).join(', ')}`;
    execution.emitPassing({
      kind: 'display',
      data: { 'text/plain': `[${which} of this notebook went on without it: %live missed shows what was printed]` },
      metadata: {},
    });
  }

  /** Shows what the notebook of `into` has missed, or (`count`) the latest cell of that number; then `done` with what is to be said. */
  showAgain(into: Execution, count: number | null, done: (sentence: string) => void): void {
    if (count === null) {
      const missed = this.of(into);
      return missed.length === 0 ? done('nothing was missed\n') : void showMissed(this.host, into, missed, () => done(''));
    }
    const cell = [...this.host.executions()].findLast(
      (one) => one.count === count && one !== into && !one.request.silent && this.host.runsPython(one),
    );
    if (!cell) return done(`cell ${count} is not known here any more: allranks export makes a notebook of all cells\n`);
    void showMissed(this.host, into, [cell], () => done(''));
  }
}

/** Shows `cells` under `into`, one after the other, then calls `done`. Ends early when `into` has its verdict. */
async function showMissed(host: MissedHost, into: Execution, cells: readonly Execution[], done: () => void): Promise<void> {
  for (const cell of cells) {
    if (into.verdict) return;
    host.emit(into, heading(cell));
    await showCell(host, into, cell);
    if (into.verdict) return;
    if (cell.missed !== null) {
      cell.missed = null;
      host.journal.add('shown', host.step(), { id: cell.id });
    }
  }
  if (!into.verdict) done();
}

/** Outputs so far and, while it runs, those to come. */
async function showCell(host: MissedHost, into: Execution, cell: Execution): Promise<void> {
  const show = (output: Output): void => {
    const shown = again(output);
    if (shown !== null) host.emit(into, shown);
  };
  // From this moment on what comes is collected; everything before it is in memory or in front of the mark in the journal.
  const fresh: Output[] = [];
  let follow = (output: Output): unknown => fresh.push(output);
  let over: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => (over = resolve));
  const watcher: Watcher = { output: (output) => void (into.verdict ? over() : follow(output)), settled: () => over() };
  if (cell.verdict) over();
  else cell.watchers.add(watcher);
  const stop = into.watchEnd(over);
  const before = cell.wholeReplay();
  if (before !== null) {
    for (const output of before) show(output);
  } else {
    const mark = `${into.id}/${cell.id}`;
    host.journal.add('replay', host.step(), { mark });
    await host.journal.flush();
    try {
      const { whole, dropped } = await readOutputs(host.journal, cell.id, mark, async (output) => {
        show(output);
        await into.owner?.roomy?.();
        return into.verdict === null;
      });
      if (dropped > 0) show(note(`${dropped} lines of the journal were left out while the disk was slow: this may not be all`));
      if (!whole) {
        show(
          note(
            'the journal ends here, it is full or could not be written: what follows is the latest that memory has, some of it perhaps once more',
          ),
        );
        for (const output of cell.latestReplay()) show(output);
      }
    } catch (error) {
      // What memory still has is better than nothing, and the reader learns that it is not all.
      const why = error instanceof Error ? error.message : String(error);
      show(note(`the journal cannot be read (${why}): what follows is not complete`));
      for (const output of cell.latestReplay()) show(output);
    }
  }
  for (const output of fresh.splice(0)) show(output);
  follow = show;
  await ended;
  cell.watchers.delete(watcher);
  stop();
  const { verdict } = cell;
  if (into.verdict || verdict?.status !== 'error') return;
  host.emit(into, {
    kind: 'stream',
    name: 'stderr',
    text: `${(verdict.traceback?.length ? verdict.traceback : [`${verdict.ename}: ${verdict.evalue}`]).join('\n')}\n`,
  });
}

function note(sentence: string): Output {
  return { kind: 'stream', name: 'stderr', text: `[${sentence}]\n` };
}

/** As an output of another cell: a result keeps its number in its own cell only, and nothing wipes what stands above. */
function again(output: Output): Output | null {
  if (output.kind === 'result') return { kind: 'display', data: output.data, metadata: output.metadata };
  if (output.kind === 'clear') return null;
  return output;
}

function heading(cell: Execution): Output {
  const first = cell.request.code.trim().split('\n')[0]!.slice(0, 80);
  const { verdict } = cell;
  const state =
    verdict === null
      ? 'still runs, what it prints is shown as it comes'
      : verdict.status === 'ok'
        ? 'is done'
        : `ended with ${verdict.ename ?? verdict.status}`;
  const text = `In [${cell.count}]: ${first}`;
  const escape = (raw: string): string => raw.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
  return {
    kind: 'display',
    data: { 'text/plain': `${text}  (${state})`, 'text/html': `<p><b><code>${escape(text)}</code></b> ${escape(state)}</p>` },
    metadata: { allranks: { replay: cell.id } },
  };
}

/**
 * Reads the outputs of one cell from the journal, up to a mark; `take` says whether to go on.
 * @returns whether the mark was there, or `take` had enough; and how many lines were left out since the cell came.
 */
async function readOutputs(
  journal: Journal,
  id: string,
  mark: string,
  take: (output: Output) => Promise<boolean>,
): Promise<{ whole: boolean; dropped: number }> {
  let came = false;
  let dropped = 0;
  for await (const text of lines(join(journal.folder, JOURNAL_NAME))) {
    const mine = text.includes(id);
    if (!mine && !(came && text.startsWith('{"kind":"dropped"'))) continue;
    came = true;
    let line: JournalLine;
    try {
      line = JSON.parse(text) as JournalLine;
    } catch {
      // Torn when a bridge was killed: the journal's reader counts those when a bridge starts.
      continue;
    }
    if (line.kind === 'dropped') dropped += Number(line['lines']) || 0;
    if (line.kind === 'replay' && line['mark'] === mark) return { whole: true, dropped };
    if (line.kind === 'output' && line['id'] === id && !(await take(line['output'] as Output))) return { whole: true, dropped };
  }
  return { whole: false, dropped };
}

async function* lines(path: string): AsyncGenerator<string> {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024 })) {
    const parts = (rest + decoder.write(chunk as Buffer)).split('\n');
    rest = parts.pop()!;
    yield* parts;
  }
}
