/** `%live` and `%%ranks`: what they mean. Pure; the words of every refusal are here. */
import { isLibyt, parseLibyt, type LibytAction, type Place } from './libyt/commands';
import { parseRanks } from './rank-set';

export type LiveAction =
  | { what: 'status' }
  | { what: 'ranks' }
  | { what: 'help' }
  | { what: 'stacks' }
  | { what: 'interrupt' }
  | { what: 'missed' }
  | { what: 'watch' }
  | { what: 'replay'; count: number }
  | { what: 'debug'; rank: number | null }
  | { what: 'pause' }
  | { what: 'resume' }
  | { what: 'step'; steps: number }
  | { what: 'until'; expression: string }
  | { what: 'detach' }
  | { what: 'stop' }
  | { what: 'askStop' }
  | { what: 'reset' };

export const LIVE_HELP = `%live status        state, step, time, step rate and memory of the ranks
%live ranks         one line for each rank
%live stacks        what every rank does now, in Python and in native code
%live watch         the same as a table that is kept up to date, with buttons, where the front end has widgets
%live missed        what cells of this notebook printed while nobody watched: after a reload, a restart
%live replay N      the outputs of cell N again
%live pause         stand still at the next safe point
%live resume        go on
%live step N        run N steps, then stand still
%live until EXPR    run until the Python expression EXPR is true on rank 0 at a safe point
%live interrupt     end the inline function or the cell that runs, also from another notebook
%live debug [RANK]  where the debugger is; moves it to another rank
%live reset         namespace back to what the inline script made
%live detach        leave; the run goes on
%live stop --yes    ask the simulation to end its run
A cell that begins with %live holds %live lines only.
`;

/** A cell as the bridge sees it. `python`: goes to the ranks; `code` without its `%%ranks` line. */
export type ParsedCell =
  | { kind: 'python'; code: string; targets: number[] | null }
  | { kind: 'live'; actions: LiveAction[] }
  | { kind: 'libyt'; actions: LibytAction[] }
  | { kind: 'wrong'; sentence: string };

/** Largest number of steps, so that it is exact in a double and in an i64. */
const MOST_STEPS = Number.MAX_SAFE_INTEGER;

/**
 * Reads the beginning of a cell.
 * @param size number of ranks, for `%%ranks`. @param place where the cell was written, for `%libyt`. Blank lines before the magic are allowed, as in IPython.
 */
export function parseCell(code: string, size: number, place: Place = 'notebook'): ParsedCell {
  const start = /^\s*/.exec(code)![0].length;
  const head = code.startsWith('%', start);
  if (!head) return { kind: 'python', code, targets: null };
  const text = code.slice(start);
  if (/^%%ranks(?![\w])/.test(text)) {
    const end = text.indexOf('\n');
    const ranks = parseRanks(text.slice('%%ranks'.length, end < 0 ? undefined : end), size);
    if (typeof ranks === 'string') return { kind: 'wrong', sentence: ranks };
    // The line stays as a comment: line numbers in tracebacks are those of the cell, and IPython drops empty lines at the start. A cell magic
    // below it must be the first that IPython sees.
    const rest = end < 0 ? '' : text.slice(end);
    const kept = rest === '' || /^\s*%%/.test(rest) ? rest : `#${rest}`;
    const skipped = code.slice(0, start).split('\n').length - 1;
    return { kind: 'python', code: '\n'.repeat(skipped) + kept, targets: ranks };
  }
  if (isLibyt(text)) return parseLibyt(text, place);
  if (!/^%live(?![\w])/.test(text)) return { kind: 'python', code, targets: null };
  const actions: LiveAction[] = [];
  for (const raw of text.split('\n')) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) continue;
    if (!/^%live(?![\w])/.test(line)) {
      return { kind: 'wrong', sentence: `a cell that begins with %live holds %live lines only: put "${line.slice(0, 60)}" into a cell of its own` };
    }
    const action = parseLine(line.slice('%live'.length).trim());
    if (typeof action === 'string') return { kind: 'wrong', sentence: action };
    actions.push(action);
  }
  return { kind: 'live', actions };
}

function parseLine(text: string): LiveAction | string {
  const [word = '', ...rest] = text.split(/\s+/);
  const argument = text.slice(word.length).trim();
  const bare = (action: LiveAction): LiveAction | string => (argument === '' ? action : `%live ${word} takes nothing after it, and got "${argument}"`);
  switch (word) {
    case 'status':
    case 'ranks':
    case 'help':
    case 'stacks':
    case 'interrupt':
    case 'missed':
    case 'watch':
    case 'pause':
    case 'resume':
    case 'detach':
    case 'reset':
      return bare({ what: word });
    case 'step': {
      if (argument === '') return { what: 'step', steps: 1 };
      const steps = Number(argument);
      if (!/^\d+$/.test(argument) || steps < 1 || steps > MOST_STEPS) return `%live step takes a number of steps, 1 or more, and got "${argument}"`;
      return { what: 'step', steps };
    }
    case 'replay': {
      const count = Number(argument);
      return /^\d+$/.test(argument) && count > 0 ? { what: 'replay', count } : `%live replay takes the number of a cell, as in In [7], and got "${argument}"`;
    }
    case 'debug':
      if (argument === '') return { what: 'debug', rank: null };
      return /^\d{1,9}$/.test(argument) ? { what: 'debug', rank: Number(argument) } : `%live debug takes the number of a rank or nothing, and got "${argument}"`;
    case 'until':
      return argument === '' ? '%live until takes a Python expression, for example %live until allranks.time > 2.5' : { what: 'until', expression: argument };
    case 'stop':
      if (argument === '') return { what: 'askStop' };
      return rest.length === 1 && rest[0] === '--yes' ? { what: 'stop' } : `%live stop takes --yes or nothing, and got "${argument}"`;
    case '':
      return { what: 'help' };
    default:
      return `%live has no "${word}": %live help lists what there is`;
  }
}
