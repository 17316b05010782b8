/**
 * The line editor of the console: Node's readline on a terminal, with lines that come faster than they are taken, answers to input(), and
 * text of others that comes while a line is being written.
 */
import { clearLine, createInterface, cursorTo, type Interface } from 'node:readline';
import type { ReadStream, WriteStream } from 'node:tty';

export interface LineEditorEvents {
  /** Completions of the line up to the cursor, and the part of it that they replace. */
  complete(line: string): Promise<[string[], string]>;
  /** Ctrl-C. */
  interrupt(): void;
}

const HISTORY_LINES = 1000;
const ANSWER = Symbol('answer');

/** Node 20 puts several characters that come at once to the end of the line, wherever the cursor is: there it takes them for a paste. */
function insertPastesAtCursor(readline: Interface): void {
  let enabled = true;
  Object.defineProperty(readline, 'isCompletionEnabled', {
    get: () => enabled || readline.cursor < readline.line.length,
    set: (value: boolean) => (enabled = value),
  });
}

export class LineEditor {
  private readonly readline: Interface;
  private readonly lines: string[] = [];
  private waiting: { resolve(line: string | null): void; kind: symbol | null } | null = null;
  /** The terminal shows a prompt, and what is written behind it. */
  private prompting = false;
  private hidden = false;
  /** The line in which the cursor is has text of a cell. */
  midLine = false;
  closed = false;

  /** Takes the terminal over; `history`: newest first. */
  constructor(
    private readonly input: ReadStream,
    private readonly output: WriteStream,
    history: string[],
    private readonly events: LineEditorEvents,
  ) {
    // What is typed at a password prompt is not shown.
    const screen = Object.create(output, {
      write: { value: (...args: Parameters<WriteStream['write']>) => (this.hidden ? true : output.write(...args)) },
    }) as WriteStream;
    this.readline = createInterface({
      input,
      output: screen,
      terminal: true,
      history,
      historySize: HISTORY_LINES,
      removeHistoryDuplicates: true,
      completer: (line: string, done: (error: Error | null, found?: [string[], string]) => void) => {
        this.events.complete(line).then(
          (found) => done(null, found),
          (error: Error) => done(error),
        );
      },
    });
    insertPastesAtCursor(this.readline);
    this.readline.on('line', (line) => this.take(line));
    this.readline.on('SIGINT', () => this.events.interrupt());
    // A stopped supervisor would keep signals and the end of the program from everybody.
    this.readline.on('SIGTSTP', () => undefined);
    this.readline.on('close', () => {
      this.closed = true;
      this.prompting = false;
      this.waiting?.resolve(null);
      this.waiting = null;
    });
  }

  /** The next line, or null at its end (Ctrl-D). `indent` is put in, to be edited, unless lines wait already. */
  line(prompt: string, indent = ''): Promise<string | null> {
    return this.next(prompt, indent, null);
  }

  /** A line that answers a question of a cell; null when it was given up. It does not go into the history. */
  async answer(prompt: string, password: boolean): Promise<string | null> {
    const editor = this.readline as unknown as { history: string[] };
    const before = [...editor.history];
    if (password) {
      this.show(prompt);
      this.midLine = false;
      this.hidden = true;
    }
    try {
      return await this.next(password ? '' : prompt, '', ANSWER);
    } finally {
      if (password) this.output.write('\n');
      this.hidden = false;
      editor.history = before;
    }
  }

  /** Gives up the wait for an answer. */
  cancelAnswer(): void {
    if (this.waiting?.kind !== ANSWER) return;
    this.erase();
    this.waiting.resolve(null);
    this.waiting = null;
    this.prompting = false;
  }

  /** Forgets what is being written, and lines that wait; the wait for a line ends with an empty one. */
  drop(): void {
    this.lines.length = 0;
    this.erase();
    this.output.write('^C\n');
    this.midLine = false;
    this.wake();
  }

  /** Ends the wait for a line, which is then empty. */
  wake(): void {
    this.waiting?.resolve('');
    this.waiting = null;
    this.prompting = false;
  }

  /** Text of a cell or of somebody else; what is being written moves below it. */
  show(text: string): void {
    if (text === '') return;
    if (this.prompting && !this.hidden) {
      cursorTo(this.output, 0);
      clearLine(this.output, 0);
    }
    this.output.write(text);
    this.midLine = !text.endsWith('\n') && !text.endsWith('\r\x1b[K');
    if (!this.prompting || this.hidden) return;
    if (this.midLine) this.output.write('\n');
    this.midLine = false;
    this.readline.prompt(true);
  }

  /** Gives the terminal back. Idempotent. */
  close(): void {
    if (!this.closed) this.readline.close();
    this.input.pause();
  }

  private next(prompt: string, indent: string, kind: symbol | null): Promise<string | null> {
    const [first] = this.lines.splice(0, 1);
    if (first !== undefined) return Promise.resolve(first);
    if (this.closed) return Promise.resolve(null);
    if (this.midLine && kind === null) this.output.write('\n');
    this.midLine = false;
    this.readline.setPrompt(prompt);
    // What was typed while a cell ran is kept.
    this.readline.prompt(true);
    this.prompting = true;
    if (indent !== '' && this.readline.line === '') this.readline.write(indent);
    return new Promise((resolve) => (this.waiting = { resolve, kind }));
  }

  private take(line: string): void {
    this.prompting = false;
    if (!this.waiting) {
      this.lines.push(line);
      return;
    }
    const { waiting } = this;
    this.waiting = null;
    this.readline.setPrompt('');
    waiting.resolve(line);
  }

  private erase(): void {
    this.readline.write(null, { ctrl: true, name: 'e' });
    this.readline.write(null, { ctrl: true, name: 'u' });
  }
}
