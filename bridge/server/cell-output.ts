/**
 * The outputs of one cell over all ranks, folded into one row of outputs. Streams go through `StreamFold`; displays and
 * results of the reference rank are shown as they come, those of the others only where they differ. No clocks, no sockets.
 */
import type { Output } from '../protocol/messages';
import { LongText } from '../protocol/long-text';
import type { OutputEvent } from './carry-over';
import type { PerRank } from './execution';
import { StreamFold, groupTexts, label, type FoldState } from './fold';
import { formatRanks, nameRanks } from './rank-set';

type Shown = Extract<Output, { kind: 'display' | 'result' }>;

/** Displays of other ranks remembered for the comparison at the end; more are counted only. */
const REMEMBERED = 1000;
/** Data of them remembered, characters of JSON. */
const REMEMBERED_BYTES = 16 * 1024 * 1024;

/** Data of a display that the next bridge need not know, characters. */
const CARRIED_BYTES = 256 * 1024;
/** In the place of data that an earlier bridge did not pass on: counts as equal to anything. */
const NOT_CARRIED: Shown['data'] = {};

/** All that a `CellOutput` knows, as plain data; see `CarryOver`. */
export interface OutputState {
  stdout: FoldState;
  stderr: FoldState;
  shown: [number, Carried[]][];
  forgotten: number[];
  resultText: string | null;
}

type Carried = Omit<Shown, 'data'> & { data: Shown['data'] | null };

/** Reads the map of a `publish` frame other than `comm`; null when it is not an output. */
export function readOutput(map: Record<string, unknown>): Output | null {
  const object = (name: string): Record<string, unknown> => (typeof map[name] === 'object' && map[name] !== null ? (map[name] as Record<string, unknown>) : {});
  const displayId = typeof map['display_id'] === 'string' ? map['display_id'] : undefined;
  switch (map['kind']) {
    case 'display':
      return { kind: 'display', data: object('data'), metadata: object('metadata'), ...(displayId === undefined ? {} : { displayId }) };
    case 'update':
      return displayId === undefined ? null : { kind: 'update', data: object('data'), metadata: object('metadata'), displayId };
    case 'result':
      return { kind: 'result', data: object('data'), metadata: object('metadata'), executionCount: Number(map['execution_count'] ?? 0) };
    case 'clear':
      return { kind: 'clear', wait: map['wait'] === true };
    default:
      return null;
  }
}

export class CellOutput {
  readonly reference: number;
  /** While what was shown already is gone through again. */
  private silent = false;
  private readonly streams: Record<'stdout' | 'stderr', StreamFold>;
  /** Displays and results in order of each rank. */
  private readonly shown = new Map<number, Shown[]>();
  private remembered = 0;
  private forgotten = new Set<number>();
  /** Text of the last result, for the history. */
  resultText: string | null = null;

  /**
   * @param ranks ranks that run the cell, at least one. @param explicit the cell names its ranks (`%%ranks`): then rich
   * displays of all of them are shown. @param show takes each output, in order. @param perRank takes the text of each rank besides.
   * @param note takes what happens, from which `restore` makes the same again.
   */
  constructor(
    private readonly ranks: readonly number[],
    private readonly explicit: boolean,
    private readonly show: (output: Output) => void,
    private readonly perRank: PerRank | null = null,
    private readonly note: (event: OutputEvent) => void = () => undefined,
  ) {
    this.reference = Math.min(...ranks);
    this.streams = { stdout: new StreamFold(this.reference, ranks), stderr: new StreamFold(this.reference, ranks) };
  }

  /** Goes on with a cell of an earlier bridge: the text of its streams that is on the page. */
  resume(shown: Record<'stdout' | 'stderr', string>): void {
    for (const name of ['stdout', 'stderr'] as const) this.streams[name].resume(shown[name]);
  }

  state(): OutputState {
    return {
      stdout: this.streams.stdout.state(),
      stderr: this.streams.stderr.state(),
      shown: [...this.shown].map(([rank, list]) => [rank, list.map(carried)]),
      forgotten: [...this.forgotten],
      resultText: this.resultText,
    };
  }

  /** Goes on exactly where an earlier object stood: at `state`, after `events`. What these showed is on the page already. */
  restore(state: OutputState, events: readonly OutputEvent[]): void {
    this.silent = true;
    for (const name of ['stdout', 'stderr'] as const) this.streams[name].restore(state[name]);
    for (const [rank, list] of state.shown) for (const output of list) this.remember(rank, arrived(output));
    this.forgotten = new Set(state.forgotten);
    this.resultText = state.resultText;
    for (const event of events) this.repeat(event);
    this.silent = false;
  }

  private repeat(event: OutputEvent): void {
    switch (event[0]) {
      case 'write':
        return this.stream(event[1], event[2], Buffer.from(event[3]));
      case 'advance':
        this.streams[event[2]].advance(event[1], event[3]);
        return this.takeDifferences(event[2], false);
      case 'publish':
        return this.publish(event[1], arrived(event[2] as Carried));
      case 'finish':
        return this.finishRank(event[1]);
      case 'flush':
        return this.flush();
    }
  }

  private emit(output: Output): void {
    if (!this.silent) this.show(output);
  }

  private tell(event: OutputEvent): void {
    if (!this.silent) this.note(event);
  }

  /** What the next bridge must know of text: nothing but the place of a rank that says the same as the reference. */
  private tellText(rank: number, name: 'stdout' | 'stderr', bytes: Buffer): void {
    const level = rank === this.reference ? null : this.streams[name].level(rank);
    if (level !== null) this.tell(['advance', rank, name, level]);
    // Nobody is compared with a rank that is alone: only a code point may be incomplete.
    else this.tell(['write', rank, name, this.ranks.length === 1 ? bytes.subarray(-3) : bytes]);
  }

  /** Bytes that a rank wrote. */
  stream(rank: number, name: 'stdout' | 'stderr', bytes: Buffer): void {
    this.perRank?.text(rank, name, bytes);
    const fold = this.streams[name];
    const text = fold.write(rank, bytes);
    this.tellText(rank, name, bytes);
    if (text !== '') this.emit({ kind: 'stream', name, text });
    if (fold.waiting) this.takeDifferences(name, false);
  }

  /** An output that a rank published. */
  publish(rank: number, output: Output): void {
    if (output.kind === 'stream') return this.stream(rank, output.name, Buffer.from(output.text));
    if (output.kind !== 'update' && output.kind !== 'clear') this.tell(['publish', rank, carried(output)]);
    if (output.kind === 'update' || output.kind === 'clear') {
      if (rank === this.reference) this.emit(output);
      return;
    }
    if (rank === this.reference) {
      this.remember(rank, output);
      if (output.kind === 'result' && typeof output.data['text/plain'] === 'string') this.resultText = output.data['text/plain'];
      this.emit(output);
    } else if (this.explicit && !isPlain(output)) {
      this.remember(rank, { ...output, data: {} });
      const metadata = { ...output.metadata, allranks: { rank } };
      this.emit({ kind: 'stream', name: 'stdout', text: label([rank], '') });
      this.emit({ kind: 'display', data: output.data, metadata });
    } else {
      this.remember(rank, output);
    }
  }

  /** A rank has its outcome: nothing more comes from it in this cell. */
  finishRank(rank: number): void {
    this.tell(['finish', rank]);
    for (const name of ['stdout', 'stderr'] as const) {
      this.streams[name].finish(rank);
      if (this.streams[name].waiting) this.takeDifferences(name, false);
    }
  }

  /** Shows the differences that wait for slow ranks; called now and then while the cell runs. */
  flush(): void {
    if (!this.streams.stdout.restless && !this.streams.stderr.restless) return;
    this.tell(['flush']);
    this.takeDifferences('stdout', true);
    this.takeDifferences('stderr', true);
  }

  /** All ranks are done. Shows what is left and returns notes for the verdict's metadata. */
  finish(): Record<string, unknown> {
    this.flush();
    const mine = this.shown.get(this.reference) ?? [];
    const plain: [number, string][][] = [];
    const differing = new Set<number>();
    const equal = new Set<number>();
    for (const [rank, list] of [...this.shown].sort((a, b) => a[0] - b[0])) {
      if (rank === this.reference) continue;
      list.forEach((output, at) => {
        const reference = mine[at];
        if (output.data === NOT_CARRIED || reference?.data === NOT_CARRIED) {
          equal.add(rank);
        } else if (isPlain(output)) {
          if (!reference || groupTexts([[0, textOf(reference)], [1, textOf(output)]]).length > 1) (plain[at] ??= []).push([rank, textOf(output)]);
        } else if (this.explicit) {
          equal.add(rank);
        } else if (!reference) {
          this.showOnce(rank, at, output);
        } else if (sameData(reference.data, output.data)) {
          equal.add(rank);
        } else if (typeof output.data['text/plain'] === 'string' && output.kind === 'result' && groupTexts([[0, textOf(reference)], [1, textOf(output)]]).length > 1) {
          (plain[at] ??= []).push([rank, textOf(output)]);
        } else {
          differing.add(rank);
        }
      });
    }
    for (const texts of plain) {
      if (!texts) continue;
      const text = groupTexts(texts)
        .map(([ranks, body]) => (body.includes('\n') ? `[${nameRanks(ranks)}]\n${body}` : label(ranks, body).trimEnd()))
        .join('\n');
      this.emit({ kind: 'display', data: { 'text/plain': text }, metadata: { allranks: { ranks: formatRanks(texts.map(([rank]) => rank)) } } });
    }
    for (const rank of this.forgotten) differing.add(rank);
    const folded: Record<string, unknown> = {};
    if (equal.size > 0) folded['equal'] = formatRanks(equal);
    if (differing.size > 0) {
      folded['hidden'] = formatRanks(differing);
      const count = differing.size;
      this.emit({ kind: 'display', data: { 'text/plain': `${count} ${count === 1 ? 'rank' : 'ranks'} more: %%ranks all` }, metadata: { allranks: { hidden: formatRanks(differing) } } });
    }
    return Object.keys(folded).length > 0 ? { displays: folded } : {};
  }

  /** A display that the reference rank has no counterpart for: shown from the lowest rank that has it. */
  private showOnce(rank: number, at: number, output: Shown): void {
    for (const [other, list] of this.shown) if (other < rank && other !== this.reference && list[at] && !isPlain(list[at])) return;
    this.emit({ kind: 'stream', name: 'stdout', text: label([rank], '') });
    this.emit({ kind: 'display', data: output.data, metadata: { ...output.metadata, allranks: { rank } } });
  }

  private remember(rank: number, output: Shown): void {
    let list = this.shown.get(rank);
    if (!list) this.shown.set(rank, (list = []));
    let size = 0;
    for (const value of Object.values(output.data)) size += typeof value === 'string' ? value.length : value instanceof LongText ? value.bytes.length : 64;
    this.remembered += size;
    if (list.length < REMEMBERED && this.remembered < REMEMBERED_BYTES) list.push(output);
    else if (rank !== this.reference) this.forgotten.add(rank);
  }

  private takeDifferences(name: 'stdout' | 'stderr', all: boolean): void {
    const text = this.streams[name].take(all);
    if (text !== '') this.emit({ kind: 'stream', name, text });
  }
}

/** A display as it is passed on: without data that would take long. */
function carried(output: Shown): Carried {
  let size = 0;
  for (const value of Object.values(output.data)) size += typeof value === 'string' ? value.length : value instanceof LongText ? value.bytes.length : JSON.stringify(value ?? null).length;
  return { ...output, data: output.data === NOT_CARRIED || size > CARRIED_BYTES ? null : output.data };
}

function arrived(output: Carried): Shown {
  return { ...output, data: output.data ?? NOT_CARRIED } as Shown;
}

function isPlain(output: Shown): boolean {
  const types = Object.keys(output.data);
  return types.length === 1 && types[0] === 'text/plain';
}

function sameData(a: Shown['data'], b: Shown['data']): boolean {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => sameValue(a[name], b[name]));
}

function sameValue(a: unknown, b: unknown): boolean {
  if (a instanceof LongText && b instanceof LongText) return a.bytes.equals(b.bytes);
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}

function textOf(output: Shown): string {
  const text = output.data['text/plain'];
  // What a rank whose displays are not shown sends in the place of a bundle without text.
  return typeof text === 'string' ? text : `<${Object.keys(output.data).join(', ')}>`;
}
