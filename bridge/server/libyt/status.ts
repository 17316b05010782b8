/** What `%libyt status` shows: the answers of all ranks as one table. Pure. */
import type { Output } from '../../protocol/messages';
import { formatRanks, nameRanks } from '../rank-set';
import { groupTexts } from '../fold';
import { textOrEmpty } from '../values';

/** A function on one rank. */
interface Row {
  name: string;
  status: string;
  wanted: string;
  args: string[];
  called: boolean;
  body: string;
  error: string;
}

/** A function on all ranks. */
export interface FunctionStatus {
  name: string;
  /** libyt's words; "idle": not called in this round. */
  status: 'success' | 'failed' | 'idle';
  /** It is called in every round: by the simulation, or because the user has said so. */
  runs: boolean;
  args: string[];
  failed: number[];
  /** Source, by ranks. */
  bodies: [number[], string][];
  errors: [number[], string][];
}

/** Reads what ranks answered: rank and the member `libyt` of its outcome. Odd members count as absent. */
export function foldStatus(answers: readonly (readonly [number, unknown])[]): FunctionStatus[] {
  const all = new Map<string, [number, Row][]>();
  for (const [rank, answer] of answers) {
    const functions = (answer as { functions?: unknown } | null | undefined)?.functions;
    for (const item of Array.isArray(functions) ? (functions as Record<string, unknown>[]) : []) {
      const row: Row = {
        name: textOrEmpty(item['name']),
        status: textOrEmpty(item['status']),
        wanted: textOrEmpty(item['wanted']),
        args: Array.isArray(item['args']) ? item['args'].map(String) : [],
        called: item['called'] === true,
        body: textOrEmpty(item['body']),
        error: textOrEmpty(item['error']),
      };
      all.set(row.name, [...(all.get(row.name) ?? []), [rank, row]]);
    }
  }
  return [...all].map(([name, rows]) => {
    const failed = rows.filter(([, row]) => row.status === 'failed').map(([rank]) => rank);
    const done = rows.every(([, row]) => row.status === 'ok');
    const { wanted, args, called } = rows[0]![1];
    return {
      name,
      status: failed.length > 0 ? 'failed' : done ? 'success' : 'idle',
      runs: wanted === 'run' || (wanted === '' && called),
      args,
      failed,
      bodies: groupTexts(rows.map(([rank, row]) => [rank, row.body] as const)),
      errors: groupTexts(rows.filter(([, row]) => row.error !== '').map(([rank, row]) => [rank, row.error] as const)),
    };
  });
}

/** The table as libyt prints it. */
export function statusText(functions: readonly FunctionStatus[], size: number): string {
  const line = (char: string): string => `${char.repeat(74)}\n`;
  const rows = functions.map((one) => `  * ${one.name.padEnd(43)}${one.status.padEnd(12)}    ${one.runs ? 'V' : 'X'}${notes(one, size)}\n`);
  return `${line('=')}  ${'Inline Function'.padEnd(40)}     ${'Status'.padEnd(12)}   Run/Idle\n${line('-')}${rows.join('')}${line('=')}`;
}

/** What the table tells beyond libyt's: which ranks have failed, and arguments. */
function notes(one: FunctionStatus, size: number): string {
  const ranks = one.failed.length > 0 && one.failed.length < size ? `  (${nameRanks(one.failed)})` : '';
  return `${one.args.length > 0 ? `  ${one.name}(${one.args.join(', ')})` : ''}${ranks}`;
}

const COLORS: Record<FunctionStatus['status'], string> = { success: '#28b463', failed: '#e74c3c', idle: '#2874a6' };

/** The table with both representations. */
export function statusTable(functions: readonly FunctionStatus[], size: number): Output {
  const cell = (tag: string, text: string, style = ''): string => `<${tag} style="text-align:left;${style}">${text}</${tag}>`;
  const rows = functions.map((one) => {
    const word = one.status[0]!.toUpperCase() + one.status.slice(1);
    return `<tr>${cell('td', `<code>${escape(one.name)}</code>`)}${cell('td', word, `font-weight:bold;color:${COLORS[one.status]}`)}${cell('td', `${one.runs ? 'V' : 'X'}${escape(notes(one, size))}`)}</tr>`;
  });
  const html = `<table><thead><tr>${['Inline Function', 'Status', 'Run'].map((head) => cell('th', head)).join('')}</tr></thead><tbody>${rows.join('')}</tbody></table>`;
  return { kind: 'display', data: { 'text/html': html, 'text/plain': statusText(functions, size).trimEnd() }, metadata: {} };
}

/** One function as text. */
export function functionText(one: FunctionStatus): string {
  const parts = [`${one.name} ... ${one.status}\n`];
  for (const [ranks, body] of one.bodies)
    parts.push(`[Function Def${one.bodies.length > 1 ? ` of ${nameRanks(ranks)}` : ''}]\n${indent(body || '(its source is not known)')}\n`);
  if (one.errors.length > 0)
    parts.push(
      '[Error Msg]\n',
      ...one.errors.map(([ranks, error]) => `  [ MPI process ${formatRanks(ranks)} ]\n${indent(error, '    ')}\n`),
    );
  return parts.join('');
}

/** One function for notebooks. */
export function functionDisplay(one: FunctionStatus): Output {
  const fence = (text: string, language = ''): string => {
    const ticks = '`'.repeat(Math.max(3, ...[...text.matchAll(/`+/g)].map(([run]) => run.length + 1)));
    return `${ticks}${language}\n${text.trimEnd()}\n${ticks}`;
  };
  const parts = [`#### \`${one.name}\`: ${one.status}`];
  for (const [ranks, body] of one.bodies) {
    if (one.bodies.length > 1) parts.push(nameRanks(ranks));
    parts.push(fence(body || '# its source is not known', 'python'));
  }
  for (const [ranks, error] of one.errors)
    parts.push(`<details><summary>error on ${nameRanks(ranks)}</summary>\n\n${fence(error)}\n\n</details>`);
  return { kind: 'display', data: { 'text/markdown': parts.join('\n\n'), 'text/plain': functionText(one).trimEnd() }, metadata: {} };
}

function indent(text: string, by = '  '): string {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => `${by}${line}`)
    .join('\n');
}

function escape(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
}
