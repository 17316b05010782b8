/** From the outcomes of all ranks to the verdict of a cell. Pure. */
import { OutcomeStatus } from '../protocol/generated';
import { formatRanks, nameRanks } from './rank-set';
import { normalise } from './fold';

/** What a cell or control did on one rank. `lost`: the rank is gone without an answer. */
export interface Outcome {
  rank: number;
  status: 'ok' | 'error' | 'skipped' | 'withdrawn' | 'interrupted' | 'lost';
  ename?: string;
  evalue?: string;
  traceback?: string[];
  userExpressions?: Record<string, unknown>;
  payload?: unknown[];
  /** Answer to a command of libyt. */
  libyt?: Record<string, unknown>;
  elapsedS?: number;
  step: number;
  time: number;
}

export interface VerdictBody {
  status: 'ok' | 'error' | 'aborted';
  ename?: string;
  evalue?: string;
  traceback?: string[];
  userExpressions: Record<string, unknown>;
  payload: unknown[];
  metadata: Record<string, unknown>;
}

/** Exception of a rank that waited in MPI for one that had left. */
const RELEASED = 'RankDeparted';

/** Different errors shown in full; the others are counted, and all of them are in the metadata. */
const SHOWN_GROUPS = 4;

const statusNames = Object.fromEntries(Object.entries(OutcomeStatus).map(([name, value]) => [value, name])) as Record<number, Outcome['status']>;

/** Reads the payload of an `outcome` frame. Missing or odd members become empty: a bad outcome must still settle. */
export function readOutcome(rank: number, flags: number, body: unknown, step: number, time: number): Outcome {
  const outcome: Outcome = { rank, status: statusNames[flags & 0xff] ?? 'error', step, time };
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return outcome;
  const map = body as Record<string, unknown>;
  if (typeof map['ename'] === 'string') outcome.ename = map['ename'];
  if (typeof map['evalue'] === 'string') outcome.evalue = map['evalue'];
  if (Array.isArray(map['traceback'])) outcome.traceback = map['traceback'].map(String);
  if (typeof map['user_expressions'] === 'object' && map['user_expressions'] !== null) {
    outcome.userExpressions = map['user_expressions'] as Record<string, unknown>;
  }
  if (Array.isArray(map['payload'])) outcome.payload = map['payload'];
  if (typeof map['libyt'] === 'object' && map['libyt'] !== null) outcome.libyt = map['libyt'] as Record<string, unknown>;
  if (typeof map['elapsed_s'] === 'number') outcome.elapsedS = map['elapsed_s'];
  return outcome;
}

interface ErrorGroup {
  ranks: number[];
  ename: string;
  evalue: string;
  traceback: string[];
}

function groupErrors(failed: readonly Outcome[]): ErrorGroup[] {
  const groups = new Map<string, ErrorGroup>();
  for (const outcome of failed) {
    const ename = outcome.ename ?? (outcome.status === 'lost' ? 'RankLost' : outcome.status === 'error' ? 'Error' : 'KeyboardInterrupt');
    const evalue = outcome.evalue ?? '';
    const traceback = outcome.traceback?.length ? outcome.traceback : [`${ename}: ${evalue}`];
    const key = normalise(`${ename}\0${evalue}\0${traceback.join('\n')}`);
    const group = groups.get(key);
    if (group) group.ranks.push(outcome.rank);
    else groups.set(key, { ranks: [outcome.rank], ename, evalue, traceback });
  }
  // What began it first, then ranks that only waited for it. The minority first: the one rank that differs is what a reader of a thousand equal tracebacks looks for.
  const consequence = (group: ErrorGroup): number => (group.ename === RELEASED ? 1 : 0);
  return [...groups.values()].sort((a, b) => consequence(a) - consequence(b) || a.ranks.length - b.ranks.length || a.ranks[0]! - b.ranks[0]!);
}

/** One traceback for many: without headings when every rank failed alike. */
function foldTracebacks(groups: readonly ErrorGroup[], all: readonly Outcome[]): string[] {
  if (groups.length === 1 && groups[0]!.ranks.length === all.filter((o) => o.status !== 'skipped').length) return groups[0]!.traceback;
  const lines: string[] = [];
  for (const group of groups.slice(0, SHOWN_GROUPS)) lines.push(`[${nameRanks(group.ranks)}]`, ...group.traceback);
  const more = groups.slice(SHOWN_GROUPS);
  if (more.length > 0) {
    lines.push(`${more.length} more kinds of errors on ${nameRanks(more.flatMap((group) => group.ranks))}: all are in the reply's metadata`);
  }
  const fine = all.filter((outcome) => outcome.status === 'ok').map((outcome) => outcome.rank);
  if (fine.length > 0) lines.push(`[${nameRanks(fine)}] no error`);
  return lines;
}

/**
 * The verdict over the outcomes of all ranks, in any order. `ok` only if every rank is ok or skipped the cell.
 * `why` names the reason when a cell was withdrawn without anyone asking for it, or ranks were lost.
 */
export function decide(outcomes: readonly Outcome[], why?: { ename: string; evalue: string }): VerdictBody {
  // Nearly all cells.
  if (outcomes.length > 0 && outcomes.every(({ status }) => status === 'ok')) return allOk(outcomes);
  const sorted = [...outcomes].sort((a, b) => a.rank - b.rank);
  const byStatus: Record<string, string> = {};
  for (const status of new Set(sorted.map((outcome) => outcome.status))) {
    byStatus[status] = formatRanks(sorted.filter((outcome) => outcome.status === status).map((outcome) => outcome.rank));
  }
  const leader = sorted.find((outcome) => outcome.status !== 'skipped') ?? sorted[0];
  const metadata: Record<string, unknown> = { step: leader?.step ?? 0, time: leader?.time ?? 0, ranks: byStatus };
  if (leader?.elapsedS !== undefined) metadata['elapsed_s'] = leader.elapsedS;
  const body: VerdictBody = { status: 'ok', userExpressions: leader?.userExpressions ?? {}, payload: leader?.payload ?? [], metadata };
  const named = sorted.map((outcome) =>
    why && (outcome.status === 'withdrawn' || outcome.status === 'lost') && outcome.ename === undefined ? { ...outcome, ...why } : outcome,
  );
  const failed = named.filter((outcome) => outcome.status !== 'ok' && outcome.status !== 'skipped');
  if (failed.length === 0) return body;
  const groups = groupErrors(failed);
  // A rank's own exception says more than that others were released, interrupted or lost because of it.
  const errors = failed.filter((outcome) => outcome.status === 'error');
  const first = errors.find((outcome) => outcome.ename !== RELEASED) ?? errors[0] ?? failed[0]!;
  const shown = groups.find((group) => group.ranks.includes(first.rank))!;
  body.status = 'error';
  body.ename = shown.ename;
  body.evalue = shown.evalue;
  body.traceback = foldTracebacks(groups, named);
  if (groups.length > 1 || failed.length < sorted.length) {
    metadata['errors'] = groups.map((group) => ({ ...group, ranks: formatRanks(group.ranks) }));
  }
  return body;
}

function allOk(outcomes: readonly Outcome[]): VerdictBody {
  const leader = outcomes.reduce((a, b) => (a.rank < b.rank ? a : b));
  const metadata: Record<string, unknown> = { step: leader.step, time: leader.time, ranks: { ok: formatRanks(outcomes.map(({ rank }) => rank)) } };
  if (leader.elapsedS !== undefined) metadata['elapsed_s'] = leader.elapsedS;
  return { status: 'ok', userExpressions: leader.userExpressions ?? {}, payload: leader.payload ?? [], metadata };
}

/** A verdict that no rank gave: refused, withdrawn in the queue, or the job is gone. */
export function refusal(ename: string, evalue: string, metadata: Record<string, unknown> = {}): VerdictBody {
  return { status: 'error', ename, evalue, traceback: [`${ename}: ${evalue}`], userExpressions: {}, payload: [], metadata };
}
