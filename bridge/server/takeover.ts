/**
 * What a bridge that takes over does with cells of an earlier one, once all ranks are there: those that ranks hold run on, those that
 * no rank has seen wait again, and the others are told that their outcome is not known.
 */
import { unpack } from '../protocol/frames';
import { CommandKind } from '../protocol/generated';
import type { InterruptHost } from './cell-interrupts';
import type { Entry } from './command-log';
import { executionOfPayload, type Execution } from './execution';
import type { LiveAction, ParsedCell } from './live';
import { controlDecided, type LiveHost } from './live-runner';
import type { Restored } from './restore';
import { heldCommands } from './roster';
import { textOrEmpty } from './values';
import { refusal, type Outcome } from './verdict';

/** What taking over needs of the executions. */
export interface TakeoverHost {
  readonly cells: LiveHost & InterruptHost & { interrupt(id: string): void; record(entry: Entry, outcome: Outcome): void };
  /** All that are remembered, by id. */
  readonly executions: Map<string, Execution>;
  /** Those that wait for their turn. */
  readonly queue: Execution[];
  /** The ranks know of this execution count: it is not given again. */
  counted(count: number): void;
  parse(execution: Execution): ParsedCell;
  makeOutput(execution: Execution, targets: number[] | null): void;
  /** Ranks hold it as entry `index`: it has its turn. */
  runs(execution: Execution, index: number): void;
  /** All ranks have answered a cell. */
  decided(execution: Execution, outcomes: Outcome[]): void;
}

export const OUTCOME_LOST = 'the bridge was restarted and knows nothing of this cell; it may have run';

/** All ranks are there for the first time: what an earlier bridge left is taken up. */
export function reconcile(restored: Restored, host: TakeoverHost): void {
  const { cells, queue } = host;
  const ranks = cells.roster.present();
  const held = Math.max(...ranks.map((rank) => Number(rank.link.hello.held)));
  const commands = heldCommands(ranks);
  cells.log.takeOver(held);
  const taken = new Set<string>();
  for (const [index, { kind: flags, payload, holders }] of [...commands].sort((a, b) => a[0] - b[0])) {
    const kind = flags & 0xff;
    const control = restored.controls.get(index);
    const live = control && liveOf(host, control.id);
    const execution = live?.execution ?? executionOf(host, kind, payload);
    const decided = (outcomes: Outcome[]): void => {
      if (live) controlDecided(cells, live.execution, live.actions, control.at, outcomes);
      else if (execution) host.decided(execution, outcomes);
    };
    const entry = cells.log.restore(index, flags, payload, { decided });
    if (execution) {
      taken.add(execution.id);
      host.runs(execution, index);
    }
    for (const rank of ranks) {
      // Done and no longer held: this rank was told the verdict, so its outcome was counted once.
      if (Number(rank.link.hello.done) >= index && !holders.has(rank.rank)) cells.record(entry, { rank: rank.rank, status: 'ok', ...cells.position });
    }
  }
  // Submitted again before the ranks were back, by a client that this bridge's journal knew nothing of: it runs already, once.
  const runs = queue.filter((execution) => taken.has(execution.id));
  const lost = queue.filter(({ unknown }) => unknown);
  for (const execution of [...runs, ...lost]) cells.dequeue(execution);
  for (const execution of lost) cells.settle(execution, refusal('OutcomeLost', OUTCOME_LOST));
  // A line of it has done its work already: it must not be done again.
  for (const { id } of restored.controls.values()) if (!restored.indexOf.has(id)) restored.indexOf.set(id, 0);
  const complete = held <= restored.lastIndex;
  for (const execution of restored.executions) {
    if (execution.verdict || taken.has(execution.id)) continue;
    const index = restored.indexOf.get(execution.id);
    if (index === undefined ? complete : index > held) queue.push(execution);
    else cells.settle(execution, refusal('OutcomeLost', 'the bridge was restarted while this cell ran; it ran, but what became of it is not known'));
  }
  for (const execution of [...restored.executions, ...runs]) {
    if (execution.verdict || !execution.interrupted) continue;
    execution.interrupted = false;
    cells.interrupt(execution.id);
  }
}

/** The execution that an entry held by ranks belongs to. */
function executionOf(host: TakeoverHost, kind: number, payload: Uint8Array): Execution | null {
  if (kind !== CommandKind.cell && kind !== CommandKind.call) return null;
  const map = unpack(payload) as Record<string, unknown>;
  const id = textOrEmpty(map['id']);
  const known = host.executions.get(id);
  const count = Number(map['execution_count'] ?? 0);
  host.counted(count);
  const execution = known ?? executionOfPayload(kind, map, count);
  if (execution.unknown) execution.count = count;
  execution.restored = true;
  execution.unknown = false;
  host.executions.set(id, execution);
  const targets = Array.isArray(map['targets']) ? (map['targets'] as number[]) : null;
  host.makeOutput(execution, targets);
  return execution;
}

/** The `%live` cell of an earlier bridge, if it has not settled. */
function liveOf(host: TakeoverHost, id: string): { execution: Execution; actions: LiveAction[] } | undefined {
  const execution = host.executions.get(id);
  if (!execution || execution.verdict) return undefined;
  const parsed = host.parse(execution);
  if (parsed.kind !== 'live') return undefined;
  host.makeOutput(execution, null);
  return { execution, actions: parsed.actions };
}
