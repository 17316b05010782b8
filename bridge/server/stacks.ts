/** `%live stacks`: what every rank does at this moment, in Python and in native code, asked on the control path and folded. */
import { SocketKind } from '../protocol/generated';
import { unpack } from '../protocol/frames';
import { formatRanks } from './rank-set';
import type { Roster } from './roster';
import { textOrEmpty } from './values';

/** Ranks answer within half a second, or say that they cannot; one whose process is stopped says nothing. */
export const STACKS_MS = 2000;
/** Numbers of these requests: apart from those of the service thread. */
const FIRST_NUMBER = 2 ** 40;
/** Requests under way; each stops the simulation of every rank for a moment. */
const MOST_PENDING = 16;

interface Asked {
  answers: Map<number, string>;
  /** Ranks that were asked. */
  ranks: number[];
  done: (text: string) => void;
  timer: NodeJS.Timeout;
}

export class Stacks {
  private next = FIRST_NUMBER;
  private readonly pending = new Map<number, Asked>();

  constructor(private readonly roster: Roster) {}

  /** Asks all ranks that are there; `done` is called exactly once, within `STACKS_MS`, with one text. */
  ask(done: (text: string) => void): void {
    const present = this.roster.present();
    if (present.length === 0) return done('no rank is there\n');
    if (this.pending.size >= MOST_PENDING) return done('too many ask for stacks at once: ask again\n');
    const number = this.next;
    this.next += 1;
    const timer = setTimeout(() => this.finish(number), STACKS_MS);
    this.pending.set(number, { answers: new Map(), ranks: present.map(({ rank }) => rank), done, timer });
    for (const { link } of present) link.send(SocketKind.stacks, 0, number);
  }

  /** A `reply` frame of a rank; false when its number is none of these. */
  reply(number: number, rank: number, payload: Uint8Array): boolean {
    if (number < FIRST_NUMBER) return false;
    const asked = this.pending.get(number);
    if (!asked) return true;
    asked.answers.set(rank, readAnswer(payload));
    if (asked.answers.size === asked.ranks.length) this.finish(number);
    return true;
  }

  /** Answers everything that waits: the job is over. */
  close(): void {
    for (const number of [...this.pending.keys()]) this.finish(number);
  }

  private finish(number: number): void {
    const asked = this.pending.get(number);
    if (!asked) return;
    this.pending.delete(number);
    clearTimeout(asked.timer);
    for (const rank of asked.ranks) if (!asked.answers.has(rank)) asked.answers.set(rank, `does not answer: its process is stopped, gone, or its output is full (no answer within ${STACKS_MS / 1000} s)\n`);
    asked.done(foldStacks(asked.answers));
  }
}

function readAnswer(payload: Uint8Array): string {
  let value: unknown;
  try {
    value = unpack(payload);
  } catch (error) {
    return `sent an answer that cannot be read: ${error instanceof Error ? error.message : String(error)}\n`;
  }
  const map = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>;
  const error = textOrEmpty(map['error']);
  if (error !== '') return `${error}\n`;
  const indent = (text: string): string => text.replace(/^ */gm, '    ').trimEnd();
  const python = textOrEmpty(map['python']);
  return `  Python, innermost first:\n${python.includes('File') ? indent(python) : '    nothing: the simulation computes'}\n  native code, innermost first:\n${indent(textOrEmpty(map['native']))}\n`;
}

/** One text of the stacks of all ranks; ranks that do the same are told once. Pure. */
export function foldStacks(answers: ReadonlyMap<number, string>): string {
  const groups = new Map<string, { text: string; ranks: number[] }>();
  for (const [rank, text] of [...answers].sort((a, b) => a[0] - b[0])) {
    // Where exactly in a function a rank stands, or in which loop of MPI's progress, is no difference that people look for.
    const python = text.slice(0, Math.max(0, text.indexOf('  native code')));
    const key = python.includes('File') ? python : text.replace(/\+0x[0-9a-f]+/g, '');
    const group = groups.get(key);
    if (group) group.ranks.push(rank);
    else groups.set(key, { text, ranks: [rank] });
  }
  return [...groups.values()].map(({ text, ranks }) => `[${ranks.length === 1 ? 'rank' : 'ranks'} ${formatRanks(ranks)}]\n${text}`).join('');
}
