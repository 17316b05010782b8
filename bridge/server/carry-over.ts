/**
 * What a bridge that is killed leaves to the next one, so that no output is lost and none comes twice: a file in the runtime folder that
 * says, in one record at a time, what has been read from the ranks' rings, what became of it, and what of that the journal may not hold
 * yet. A record is with the operating system before the rings are given back and before a client gets what the record tells of. The
 * folder is in memory on most systems, so that a record costs microseconds where the job's folder may be slow. Never throws: when the file
 * cannot be written, a bridge that is killed may lose or repeat the output of its last milliseconds, and that is logged once.
 */
import { closeSync, constants, existsSync, fstatSync, openSync, readFileSync, renameSync, rmSync, writeSync, writevSync } from 'node:fs';
import { packPieces, unpack } from '../protocol/frames';
import { after, MOST_PIECES, type AppendFile } from './append-file';
import type { OutputState } from './cell-output';

/** The file is begun anew when it is longer than this, and than a few times what it then begins with. */
const LEAST_BYTES = 4 * 1024 * 1024;
const GROWTH = 4;

/** Something that happened to the output of a cell, in words of `CellOutput`. */
export type OutputEvent =
  | ['write', number, 'stdout' | 'stderr', Uint8Array]
  | ['advance', number, 'stdout' | 'stderr', number]
  | ['publish', number, unknown]
  | ['finish', number]
  | ['flush'];

export interface Carried {
  /** Where each rank's ring has been read up to; good for that process only. */
  rings: Map<number, { pid: number; position: number }>;
  /** The output of the cell that ran. */
  output: { id: string; state: OutputState; events: OutputEvent[] } | null;
}

/** One record. `state`: the events begin anew with it. */
interface Entry {
  files: [path: string, at: number, bytes: Uint8Array][];
  rings: [rank: number, pid: number, position: number][];
  id: string;
  state: OutputState | null;
  events: OutputEvent[];
}

export class CarryOver {
  private fd = -1;
  private bytes = 0;
  private limit = LEAST_BYTES;
  private readonly rings = new Map<number, { pid: number; position: number }>();
  private readonly fresh = new Map<number, { pid: number; position: number }>();
  private cell: { id: string; state: () => OutputState } | null = null;
  /** Of the bridge before, until the cell goes on here. */
  private inherited: Carried['output'];
  /** The cell has begun since the last record: the next one has its state, and no events. */
  private begun = false;
  private events: OutputEvent[] = [];
  private changed = false;
  private failed = false;

  /**
   * @param path of the file; it is begun anew with the first record. @param files those whose bytes it keeps until they are written.
   * @param before what `takeUp` found.
   */
  constructor(
    private readonly path: string,
    private readonly files: () => Iterable<AppendFile>,
    before: Carried,
    private readonly log: (sentence: string) => void,
  ) {
    this.inherited = before.output;
    for (const [rank, ring] of before.rings) this.rings.set(rank, ring);
  }

  /** Where an earlier bridge has read the ring of this process up to; null when that is not known. */
  position(rank: number, pid: number): number | null {
    const ring = this.rings.get(rank);
    return ring?.pid === pid ? ring.position : null;
  }

  /** What the bridge before knew of the output of cell `id`. */
  outputOf(id: string): Carried['output'] {
    return this.inherited?.id === id ? this.inherited : null;
  }

  /** Everything up to `position` of a rank's ring has been handled. Told with the next record that there is a reason for. */
  read(rank: number, pid: number, position: number): void {
    this.rings.set(rank, { pid, position });
    this.fresh.set(rank, { pid, position });
  }

  /** The output of cell `id` begins, or goes on after it was restored. `state` gives all of it. */
  begin(id: string, state: () => OutputState): void {
    this.cell = { id, state };
    this.inherited = null;
    this.begun = true;
    this.events = [];
  }

  /** The cell has its verdict. */
  end(id: string): void {
    if (this.cell?.id !== id) return;
    this.cell = null;
    this.begun = false;
    this.events = [];
    // Its text needs no room any more.
    if (this.bytes > LEAST_BYTES / 8) this.limit = 0;
  }

  /** Something has happened to the output of cell `id`. */
  note(id: string, event: OutputEvent): void {
    if (this.cell?.id !== id || this.failed) return;
    this.events.push(event);
    // That a rank has finished is no reason by itself: it tells the next bridge again. A cell that prints nothing costs no record.
    if (event[0] !== 'finish') this.changed = true;
  }

  /** The journal has got output: it must be on record before a client gets it. */
  touch(): void {
    this.changed = true;
  }

  /** Writes a record, if there is a reason. To be called before anything leaves this process, and before rings are given back. */
  commit(): void {
    if (!this.changed || this.failed) return;
    this.changed = false;
    try {
      if (this.fd < 0 || this.bytes > this.limit) return this.renew();
      const state = this.begun && this.cell ? this.cell.state() : null;
      const entry: Entry = { files: [], rings: triples(this.fresh), id: this.cell?.id ?? '', state, events: state ? [] : this.events };
      for (const file of this.files()) for (const { at, bytes } of file.takeFresh()) entry.files.push([file.path, at, bytes]);
      this.append(entry);
      this.fresh.clear();
      this.begun = false;
      this.events = [];
    } catch (error) {
      this.fail(error);
    }
  }

  /** Begins the file anew when somebody has removed it. */
  check(): void {
    if (this.fd < 0 || existsSync(this.path)) return;
    this.limit = 0;
    this.touch();
    this.commit();
  }

  /** Removes the file: the job is over, or the bridge ends in order. Idempotent. */
  close(): void {
    this.failed = true;
    try {
      if (this.fd >= 0) closeSync(this.fd);
      for (const path of [this.path, `${this.path}.next`]) rmSync(path, { force: true });
    } catch (error) {
      this.log(`${this.path} could not be removed: ${error instanceof Error ? error.message : String(error)}`);
    }
    this.fd = -1;
  }

  /** Begins the file anew, with all that is still needed. The old one counts until the new one is whole. */
  private renew(): void {
    const { O_WRONLY, O_APPEND, O_CREAT, O_TRUNC, O_NOFOLLOW } = constants;
    const before = this.fd;
    const next = `${this.path}.next`;
    this.fd = openSync(next, O_WRONLY | O_APPEND | O_CREAT | O_TRUNC | O_NOFOLLOW, 0o600);
    this.bytes = 0;
    const { cell, inherited } = this;
    const output = cell ? { id: cell.id, state: cell.state(), events: [] } : (inherited ?? { id: '', state: null, events: [] });
    const entry: Entry = { files: [], rings: triples(this.rings), ...output };
    for (const file of this.files()) for (const { at, bytes } of file.unwritten()) entry.files.push([file.path, at, bytes]);
    this.append(entry);
    renameSync(next, this.path);
    if (before >= 0) closeSync(before);
    this.limit = Math.max(LEAST_BYTES, GROWTH * this.bytes);
    this.fresh.clear();
    this.begun = false;
    this.events = [];
  }

  private append(entry: Entry): void {
    const head = Buffer.allocUnsafe(4);
    let record = [head, ...packPieces(entry)];
    const length = record.reduce((sum, piece) => sum + piece.length, 0);
    head.writeUInt32LE(length - head.length);
    while (record.length > 0) record = after(record, writevSync(this.fd, record.slice(0, MOST_PIECES)));
    this.bytes += length;
  }

  private fail(error: unknown): void {
    this.log(`${this.path} cannot be written (${error instanceof Error ? error.message : String(error)}): should this bridge be killed, output of its last moments may be lost or come twice`);
    this.close();
  }
}

function triples(rings: ReadonlyMap<number, { pid: number; position: number }>): Entry['rings'] {
  return [...rings].map(([rank, { pid, position }]) => [rank, pid, position]);
}

/**
 * Reads what an earlier bridge left, and completes the files that it had not written to their end. To be called before these are opened.
 * @param folder files outside of it are left alone.
 */
export function takeUp(path: string, folder: string, log: (sentence: string) => void): Carried {
  const carried: Carried = { rings: new Map(), output: null };
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') log(`${path} could not be read: ${error instanceof Error ? error.message : String(error)}`);
    return carried;
  }
  const missing = new Map<string, { at: number; bytes: Uint8Array }[]>();
  try {
    for (let at = 0; at + 4 <= bytes.length; ) {
      const end = at + 4 + bytes.readUInt32LE(at);
      // The last record of a bridge that was killed while it wrote: nothing of it had left the process.
      if (end > bytes.length) break;
      const entry = unpack(bytes.subarray(at + 4, end)) as Entry;
      at = end;
      for (const [rank, pid, position] of entry.rings) carried.rings.set(rank, { pid, position });
      for (const [name, place, piece] of entry.files) missing.set(name, [...(missing.get(name) ?? []), { at: place, bytes: piece }]);
      if (entry.state) carried.output = { id: entry.id, state: entry.state, events: [] };
      if (carried.output?.id === entry.id) carried.output.events.push(...entry.events);
    }
    for (const [name, pieces] of missing) if (name.startsWith(`${folder}/`)) complete(name, pieces);
  } catch (error) {
    log(`what an earlier bridge left in ${path} could not be taken up: ${error instanceof Error ? error.message : String(error)}`);
  }
  return carried;
}

/** Appends to a file what it lacks of `pieces`. */
function complete(path: string, pieces: readonly { at: number; bytes: Uint8Array }[]): void {
  const { O_WRONLY, O_APPEND, O_NOFOLLOW, O_CREAT } = constants;
  const fd = openSync(path, O_WRONLY | O_APPEND | O_NOFOLLOW | O_CREAT, 0o600);
  try {
    let { size } = fstatSync(fd);
    for (const { at, bytes } of pieces) {
      // Written already, or behind a piece that is not known here.
      if (at + bytes.length <= size || at > size) continue;
      for (let from = size - at; from < bytes.length; ) {
        const count = writeSync(fd, bytes, from);
        from += count;
        size += count;
      }
    }
  } finally {
    closeSync(fd);
  }
}
