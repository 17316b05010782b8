/** `%live status` and `%live ranks`: boards of the ranks as text and as an HTML table, equal ranks folded. Pure. */
import type { BoardSnapshot } from '../../native/addon/addon';
import { RankState } from '../protocol/generated';
import type { JobStatus, Output } from '../protocol/messages';
import { groupTexts } from './fold';
import { formatRanks, nameRanks } from './rank-set';

export interface RankRow {
  rank: number;
  host: string;
  pid: number;
  /** null: gone. */
  board: BoardSnapshot | null;
  note: string;
  /** What the rank says of its MPI guard: "active", "reduced: ..." or nothing. */
  guard: string;
  /** What an active guard does not protect, one line; may be empty. */
  unprotected?: string;
}

const stateNames = Object.fromEntries(Object.entries(RankState).map(([name, value]) => [value, name])) as Record<number, string>;
const stateWords: Record<string, string> = { inCell: 'in a cell', inFunction: 'in a function', settling: 'waits for the other ranks' };

/** What a rank does, in words. `nowNs`: the clock of the boards, to tell for how long it has waited in MPI; 0: not told. */
export function rankState(board: BoardSnapshot | null, nowNs = 0): string {
  if (!board) return 'gone';
  const name = stateNames[board.state] ?? `state ${board.state}`;
  const since = nowNs > 0 && board.mpiSinceNs > 0 ? ` for ${duration(Math.max(0, nowNs - board.mpiSinceNs) / 1e9)}` : '';
  const call = board.mpiCall ? `, in ${board.mpiCall}${since}` : '';
  const line = board.cellLine > 0 && (name === 'inCell' || name === 'inFunction') ? `, line ${board.cellLine}` : '';
  return (stateWords[name] ?? name) + line + call;
}

/** "MPI guard active", or which ranks have it reduced and what is unprotected there; empty when the ranks say nothing of it. */
export function guardText(rows: readonly RankRow[]): string {
  const groups = groupTexts(rows.filter(({ guard }) => guard !== '').map(({ rank, guard }) => [rank, guard] as const));
  if (groups.length === 1 && groups[0]![0].length === rows.length) return `MPI guard ${groups[0]![1]}`;
  return groups.map(([ranks, text]) => `MPI guard on ${nameRanks(ranks)} ${text}`).join('; ');
}

/** Seconds in words: "0.4 ms", "41 s", "3 min". */
export function duration(seconds: number): string {
  if (!Number.isFinite(seconds) || seconds < 0) return 'unknown';
  if (seconds < 1) return `${Number((seconds * 1000).toPrecision(2))} ms`;
  if (seconds < 180) return `${Math.round(seconds)} s`;
  return seconds < 10_800 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
}

function bytes(n: number): string {
  return n >= 1 << 30 ? `${(n / (1 << 30)).toFixed(1)} GiB` : `${Math.round(n / (1 << 20))} MiB`;
}

function escape(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
}

/** A table as a display with both representations. */
function table(title: string, head: readonly string[], rows: readonly string[][]): Output {
  const widths = head.map((name, column) => Math.max(name.length, ...rows.map((row) => row[column]!.length)));
  const line = (cells: readonly string[]): string => cells.map((cell, column) => cell.padEnd(widths[column]!)).join('  ').trimEnd();
  const html = (tag: string, cells: readonly string[]): string => `<tr>${cells.map((cell) => `<${tag} style="text-align:left">${escape(cell)}</${tag}>`).join('')}</tr>`;
  return {
    kind: 'display',
    data: {
      'text/plain': [title, line(head), ...rows.map(line)].join('\n'),
      'text/html': `<p>${escape(title)}</p><table><thead>${html('th', head)}</thead><tbody>${rows.map((row) => html('td', row)).join('')}</tbody></table>`,
    },
    metadata: {},
  };
}

function headline(job: JobStatus): string {
  const why = job.reason ? ` (${job.reason})` : '';
  return `${job.name}: ${job.state}${why}, step ${job.step}, time ${Number(job.time.toPrecision(10))}, ${job.size} ${job.size === 1 ? 'rank' : 'ranks'} on ${job.host}`;
}

/** A cell that runs. */
export interface RunningCell {
  readonly count: number;
  readonly sender: string;
  /** Date.now() of its beginning. */
  readonly since: number;
}

function runningText(cell: RunningCell | null): string {
  return cell ? `cell ${cell.count} of ${cell.sender} runs for ${duration((Date.now() - cell.since) / 1000)}` : '';
}

/** One row for each group of ranks in the same state. */
function rankTable(job: JobStatus, rows: readonly RankRow[], nowNs: number, cell: RunningCell | null): Output {
  const groups = new Map<string, RankRow[]>();
  for (const row of rows) {
    const key = `${rankState(row.board)}\0${row.board?.step ?? ''}\0${row.board?.function ?? ''}\0${row.note}`;
    const group = groups.get(key);
    if (group) group.push(row);
    else groups.set(key, [row]);
  }
  const guard = guardText(rows);
  return table(
    [headline(job), guard, runningText(cell)].filter(Boolean).join('; '),
    ['ranks', 'state', 'step', 'time', 'a step takes', 'memory', 'function', ''],
    [...groups.values()].map((group) => {
      const boards = group.flatMap((row) => (row.board ? [row.board] : []));
      const first = boards[0];
      const most = Math.max(0, ...boards.map((board) => board.residentBytes));
      const sum = boards.reduce((total, board) => total + board.residentBytes, 0);
      const errors = boards.reduce((total, board) => total + board.functionErrors, 0);
      const lost = boards.reduce((total, board) => total + board.lostBytes, 0);
      const notes = [group[0]!.note, lost > 0 ? `${lost} bytes of output dropped while no bridge was there` : ''].filter(Boolean).join('; ');
      return [
        formatRanks(group.map((row) => row.rank)),
        // Ranks of a group entered the call at different times: the longest wait is told.
        rankState(boards.reduce<BoardSnapshot | null>((oldest, board) => (oldest && oldest.mpiSinceNs <= board.mpiSinceNs ? oldest : board), null), nowNs),
        first ? `${first.step}` : '',
        first ? `${Number(first.time.toPrecision(10))}` : '',
        first && first.usualStepNs > 0 ? duration(first.usualStepNs / 1e9) : '',
        sum > 0 ? (group.length > 1 ? `${bytes(sum)}, at most ${bytes(most)}` : bytes(sum)) : '',
        first?.function ? `${first.function}${errors > 0 ? ` (${errors} errors)` : ''}` : errors > 0 ? `${errors} errors` : '',
        notes,
      ];
    }),
  );
}

/** `%live status`: the ranks, and what their MPI guard does not protect. */
export function renderStatus(job: JobStatus, rows: readonly RankRow[], nowNs = 0, cell: RunningCell | null = null): Output {
  const status = rankTable(job, rows, nowNs, cell) as Extract<Output, { kind: 'display' }>;
  // The same everywhere: ranks of one job have one MPI.
  const unprotected = rows.find((row) => row.unprotected)?.unprotected;
  if (unprotected) {
    const line = `The MPI guard does not protect: ${unprotected} (docs/faults.md).`;
    status.data['text/plain'] = `${String(status.data['text/plain'])}\n${line}`;
    status.data['text/html'] = `${String(status.data['text/html'])}<p>${escape(line)}</p>`;
  }
  return status;
}

/** The table of `%live watch`: the ranks, what runs and for how long, and the inline functions. */
export function renderLive(
  job: JobStatus,
  rows: readonly RankRow[],
  nowNs: number,
  functions: ReadonlyMap<string, ReadonlyMap<number, string>>,
  cell: RunningCell | null,
): Extract<Output, { kind: 'display' }> {
  const parts = [rankTable(job, rows, nowNs, null), ...(functions.size > 0 ? [renderFunctions(functions)] : [])] as Extract<Output, { kind: 'display' }>[];
  const first = rows[0]?.board;
  const rate = first && first.usualStepNs > 0 && job.state === 'running' ? `${Number((1e9 / first.usualStepNs).toPrecision(3))} steps/s` : '';
  const line = [rate, runningText(cell)].filter(Boolean).join('; ');
  const join = (type: string, glue: string): string => [...parts.map(({ data }) => String(data[type])), ...(line ? [type === 'text/html' ? `<p>${escape(line)}</p>` : line] : [])].join(glue);
  return { kind: 'display', data: { 'text/plain': join('text/plain', '\n'), 'text/html': join('text/html', '') }, metadata: {} };
}

/** Part of `%live status`: what became of the last call of each inline function, equal ranks folded. */
export function renderFunctions(functions: ReadonlyMap<string, ReadonlyMap<number, string>>): Output {
  const rows: string[][] = [];
  const texts: string[] = [];
  for (const [name, byRank] of functions) {
    for (const [ranks, text] of groupTexts(byRank)) {
      const lines = text.trimEnd().split('\n');
      rows.push([name, formatRanks(ranks), lines.at(-1)!]);
      if (lines.length > 1) texts.push(`${name} on ${nameRanks(ranks)}:\n${text.trimEnd()}`);
    }
  }
  const output = table('inline functions, last call', ['function', 'ranks', 'status'], rows) as Extract<Output, { kind: 'display' }>;
  for (const text of texts) {
    output.data['text/plain'] = `${String(output.data['text/plain'])}\n\n${text}`;
    output.data['text/html'] = `${String(output.data['text/html'])}<pre>${escape(text)}</pre>`;
  }
  return output;
}

/** `%live ranks`: one row for each rank. */
export function renderRanks(job: JobStatus, rows: readonly RankRow[], nowNs = 0): Output {
  return table(
    headline(job),
    ['rank', 'host', 'pid', 'state', 'step', 'memory', 'cpu', ''],
    rows.map(({ rank, host, pid, board, note }) => [
      `${rank}`,
      host,
      `${pid}`,
      rankState(board, nowNs),
      board ? `${board.step}` : '',
      board && board.residentBytes > 0 ? bytes(board.residentBytes) : '',
      board && board.cpuNs > 0 ? duration(board.cpuNs / 1e9) : '',
      note,
    ]),
  );
}

/** Last words: what the ranks did when the job was lost, folded. */
export function lastWords(rows: readonly RankRow[]): string[] {
  const groups = new Map<string, number[]>();
  for (const { rank, board, note } of rows) {
    const text = `${note ? `${note}; ` : ''}last seen ${rankState(board)}${board ? ` at step ${board.step}` : ''}${board?.function ? `, function ${board.function}` : ''}`;
    groups.set(text, [...(groups.get(text) ?? []), rank]);
  }
  return [...groups].sort((a, b) => a[1].length - b[1].length).map(([text, ranks]) => `[${ranks.length === 1 ? 'rank' : 'ranks'} ${formatRanks(ranks)}] ${text}`);
}
