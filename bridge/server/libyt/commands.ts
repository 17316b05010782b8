/** The commands `%libyt`: how a cell of them is read, and the words of every answer. Pure. */

export type LibytAction =
  | { what: 'help' }
  | { what: 'exit' }
  | { what: 'status'; name: string }
  | { what: 'load'; path: string }
  | { what: 'export'; path: string }
  | { what: 'run'; name: string; args: string[] }
  | { what: 'idle'; name: string };

export type ParsedLibyt = { kind: 'libyt'; actions: LibytAction[] } | { kind: 'wrong'; sentence: string };

/** Where a cell was written: what differs between libyt's entry points. */
export type Place = 'notebook' | 'console' | 'file';

interface Usage {
  command: string;
  args: string;
  text: string;
}

const USAGES: readonly Usage[] = [
  { command: 'help', args: '', text: 'this list' },
  { command: 'exit', args: '', text: 'leave the prompt; the simulation goes on' },
  { command: 'load', args: 'FILE', text: 'run a Python file in the namespace of the inline script, on all ranks' },
  { command: 'export', args: 'FILE', text: 'write the cells of this run that went well into a file' },
  { command: 'status', args: '', text: 'functions: what became of them in this round, and whether they run' },
  { command: 'status', args: 'FUNCTION', text: 'one function: its source, and the error of each rank' },
  {
    command: 'run',
    args: 'FUNCTION [ARGUMENT ...]',
    text: 'call it in every round; an argument is a Python expression, such as 3, "two words" or [1, 2]',
  },
  { command: 'idle', args: 'FUNCTION', text: 'do not call it, also when the simulation asks for it' },
];

/** Text of `%libyt help`. */
export function helpText(place: Place): string {
  const rows = USAGES.filter((usage) => usage.command !== 'exit' || place === 'console').map(
    (usage) => [`%libyt ${usage.command} ${usage.args}`.trimEnd(), usage.text] as const,
  );
  const width = Math.max(...rows.map(([head]) => head.length));
  return (
    rows.map(([head, text]) => `${head.padEnd(width)}  ${text}\n`).join('') + 'A cell that begins with %libyt holds %libyt lines only.\n'
  );
}

/** The same for notebooks. */
export function helpMarkdown(): string {
  const rows = USAGES.filter((usage) => usage.command !== 'exit').map(
    (usage) => `| \`${`%libyt ${usage.command} ${usage.args}`.trimEnd().replaceAll('|', '\\|')}\` | ${usage.text} |`,
  );
  return ['| command | what it does |', '|---|---|', ...rows, '', 'A cell that begins with `%libyt` holds `%libyt` lines only.'].join('\n');
}

/** Whether a cell is one of commands; blank lines before them are allowed. */
export function isLibyt(code: string): boolean {
  return /^\s*%libyt(?!\w)/.test(code);
}

/** Reads a cell for which `isLibyt` holds. */
export function parseLibyt(code: string, place: Place): ParsedLibyt {
  const actions: LibytAction[] = [];
  for (const raw of code.split('\n')) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) continue;
    if (!/^%libyt(?!\w)/.test(line)) {
      return {
        kind: 'wrong',
        sentence: `a cell that begins with %libyt holds %libyt lines only: put "${line.slice(0, 60)}" into a cell of its own`,
      };
    }
    const action = parseLine(line, place);
    if (typeof action === 'string') return { kind: 'wrong', sentence: action };
    actions.push(action);
  }
  return { kind: 'libyt', actions };
}

function parseLine(line: string, place: Place): LibytAction | string {
  const words = splitWords(line.slice('%libyt'.length));
  if (typeof words === 'string') return `${line}: ${words}`;
  const [command = 'help', ...rest] = words;
  const usage = (): string => {
    const known = USAGES.filter((entry) => entry.command === command);
    return `Usage: ${known.map((entry) => `%libyt ${entry.command} ${entry.args}`.trimEnd()).join(' or ')} (${known[0]!.text})`;
  };
  switch (command) {
    case 'help':
      return rest.length === 0 ? { what: 'help' } : usage();
    case 'exit':
      if (rest.length > 0) return usage();
      if (place === 'notebook')
        return '"%libyt exit" is not supported in Jupyter, please use frontend UI \'shutdown\' to exit libyt kernel.';
      if (place === 'file') return '"%libyt exit" is not supported in reloading script, please create flagged file to exit.';
      return { what: 'exit' };
    case 'status':
      return rest.length <= 1 ? { what: 'status', name: rest[0] ?? '' } : usage();
    case 'load':
    case 'export':
      return rest.length === 1 ? { what: command, path: unquote(rest[0]!) } : usage();
    case 'run':
      return rest.length >= 1 ? { what: 'run', name: rest[0]!, args: rest.slice(1) } : usage();
    case 'idle':
      return rest.length === 1 ? { what: 'idle', name: rest[0]! } : usage();
    default:
      return `Unknown libyt command : ${line}\n(Type %libyt help for help ...)`;
  }
}

/**
 * Splits at blanks that are neither in quotes nor in brackets; quotes stay, since arguments are Python. Returns a sentence when quotes or
 * brackets do not close.
 */
export function splitWords(text: string): string[] | string {
  const words: string[] = [];
  const open: string[] = [];
  let word = '';
  let quote = '';
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at]!;
    if (quote !== '') {
      word += char;
      if (char === '\\' && at + 1 < text.length) word += text[(at += 1)]!;
      else if (char === quote) quote = '';
    } else if (/\s/.test(char) && open.length === 0) {
      if (word !== '') words.push(word);
      word = '';
    } else {
      word += char;
      if (char === '"' || char === "'") quote = char;
      else if ('([{'.includes(char)) open.push(')]}'['([{'.indexOf(char)]!);
      else if (')]}'.includes(char) && open.pop() !== char) return `a bracket ${char} closes nothing`;
    }
  }
  if (quote !== '') return `a quotation mark ${quote} is not closed`;
  if (open.length > 0) return `a bracket is not closed, ${open.at(-1)!} is missing`;
  if (word !== '') words.push(word);
  return words;
}

/** File names may be in quotes. */
function unquote(word: string): string {
  const quote = word[0];
  if (word.length < 2 || (quote !== '"' && quote !== "'") || word.at(-1) !== quote) return word;
  return word.slice(1, -1).replace(/\\(.)/g, '$1');
}
