/**
 * A prompt in the ranks of a run: each complete input is a cell, like those of notebooks. A client of the bridge; it may leave and come
 * back, and knows nothing of ranks.
 */
import { randomUUID } from 'node:crypto';
import type { ReadStream, WriteStream } from 'node:tty';
import { BridgeExecutor } from '../../bridge/client/executor';
import type { JobStatus } from '../../bridge/protocol/messages';
import { ExecutorError, type Verdict } from '../../kernel/executor';
import { LineEditor } from './line-editor';
import { errorText, outputText } from './render';

export interface ConsoleOptions {
  /** Name or id of the run; default as for kernels. */
  job?: string;
  input: ReadStream;
  output: WriteStream;
  /** A sentence below the banner. */
  hint: string;
}

const HISTORY_CELLS = 500;
/** How long leaving waits for the run to be told. */
const LEAVE_MS = 5000;
const INDENT = '    ';

export class Console {
  private readonly executor: BridgeExecutor;
  private editor: LineEditor | null = null;
  /** Lines of the input that is being written. */
  private lines: string[] = [];
  private running = false;
  private job: JobStatus | null = null;
  private ended = '';
  private leaving = false;
  /** Entry point that was told. */
  private told = '';

  constructor(private readonly options: ConsoleOptions) {
    this.executor = new BridgeExecutor({
      client: 'allranks console',
      place: 'console',
      onJob: (job) => this.jobChanged(job),
      ...(options.job === undefined ? {} : { job: options.job }),
    });
  }

  /** Serves the terminal until the user leaves or the run ends. Rejects with one sentence when there is no such run. */
  async run(): Promise<'left' | 'ended'> {
    await this.executor.start();
    if (!this.job) {
      const why = this.executor.info().banner;
      await this.executor.close();
      throw new Error(why.replace(/^Allranks: not attached\. /, ''));
    }
    this.executor.onEvent((event) => {
      if (event.kind === 'ended') {
        this.ended = [...event.lastWords, event.reason].join('\n');
        this.editor?.wake();
      } else if (event.kind === 'lateOutput') {
        this.editor?.show(outputText(event.output, this.editor.midLine));
      }
    });
    const history = await this.executor.history({ access: 'tail', output: false, raw: true, n: HISTORY_CELLS });
    const lines = history.flatMap(([, , input]) => String(input).split('\n')).filter((line) => line.trim() !== '');
    // A line that came again stands where it came last, as in the console that it was typed at.
    this.editor = new LineEditor(this.options.input, this.options.output, [...new Set(lines.reverse())], {
      complete: (line) => this.complete(line),
      interrupt: () => this.interrupt(),
    });
    this.editor.show(`${this.executor.info().banner}\n${this.options.hint}\n`);
    try {
      await this.serve(this.editor);
    } finally {
      this.editor.close();
    }
    if (this.ended !== '') this.options.output.write(`${this.ended}\n`);
    else if (!this.leaving) await this.leave();
    await this.executor.close();
    return this.ended === '' && !this.leaving ? 'left' : 'ended';
  }

  /** Gives the terminal back and detaches, as if the user had left; the run is told nothing. Idempotent. */
  close(): void {
    this.leaving = true;
    this.editor?.close();
  }

  private async serve(editor: LineEditor): Promise<void> {
    let indent = '';
    while (this.ended === '' && !this.leaving) {
      if (this.lines.length === 0) await this.tellOfEntry(editor);
      const line = await editor.line(this.lines.length === 0 ? '>>> ' : '... ', indent);
      if (line === null) return;
      indent = '';
      // Blanks alone end a block, also those that were put in for it.
      const text = line.trim() === '' ? '' : line;
      if (text === '' && this.lines.length === 0) continue;
      this.lines.push(text);
      const code = this.lines.join('\n');
      if (!isCommand(code)) {
        const { status, indent: next } = await this.executor.isComplete(code);
        if (status === 'incomplete') {
          indent = next;
          continue;
        }
      }
      this.lines = [];
      if (/^\s*%libyt\s+exit\s*$/.test(code)) return;
      await this.execute(editor, code.trimEnd(), true);
    }
  }

  private async execute(editor: LineEditor, code: string, storeHistory: boolean): Promise<void> {
    this.running = true;
    const show = (text: string): void => editor.show(text);
    try {
      const verdict: Verdict = await this.executor.run(
        { id: randomUUID(), code, silent: false, storeHistory, userExpressions: {}, allowStdin: true, stopOnError: false },
        {
          accepted: () => undefined,
          output: (output) => show(outputText(output, editor.midLine)),
          input: async (prompt, password) => {
            const line = await editor.answer(prompt, password);
            if (line === null) throw new ExecutorError('refused', 'no answer was given');
            return line;
          },
        },
      );
      show(errorText(verdict, editor.midLine));
    } catch (error) {
      show(`${error instanceof Error ? error.message : String(error)}\n`);
    } finally {
      this.running = false;
    }
  }

  /** Ctrl-C: ends the cell, or drops what is being written. */
  private interrupt(): void {
    if (!this.running) {
      this.lines = [];
      this.editor?.drop();
      return;
    }
    this.executor.interrupt().catch((error: unknown) => this.editor?.show(`${error instanceof Error ? error.message : String(error)}\n`));
    this.editor?.cancelAnswer();
  }

  private async complete(line: string): Promise<[string[], string]> {
    if (line.trim() === '') return [[line + INDENT], line];
    const code = [...this.lines, line].join('\n');
    const points = [...code];
    const { matches, cursorStart, cursorEnd } = await this.executor.complete(code, points.length);
    const replaced = points.slice(cursorStart, cursorEnd).join('');
    return line.endsWith(replaced) ? [matches, replaced] : [[], line];
  }

  private jobChanged(job: JobStatus): void {
    this.job = job;
    if (!job.entry) this.told = '';
    // At a prompt without a word on it, the board comes at once.
    else if (job.entry === 'interactive' && this.told === '' && !this.running && this.lines.length === 0) this.editor?.wake();
  }

  /** The run has come to libyt's prompt: where, and what its functions did, as libyt shows it there. */
  private async tellOfEntry(editor: LineEditor): Promise<void> {
    if (this.job?.entry !== 'interactive' || this.told !== '') return;
    this.told = this.job.entry;
    editor.show(`The run stands at yt_run_InteractiveMode, step ${this.job.step}. Ctrl-D or %libyt exit lets it go on.\n`);
    await this.execute(editor, '%libyt status', false);
  }

  /** The user has left: a run that stands for this prompt goes on. */
  private async leave(): Promise<void> {
    if (this.job?.entry !== 'interactive') {
      this.options.output.write('\n');
      return;
    }
    const exit = this.executor.run(
      {
        id: randomUUID(),
        code: '%libyt exit',
        silent: true,
        storeHistory: false,
        userExpressions: {},
        allowStdin: false,
        stopOnError: false,
      },
      {
        accepted: () => undefined,
        output: () => undefined,
        input: () => Promise.reject(new ExecutorError('refused', 'the prompt was left')),
      },
    );
    let timer: NodeJS.Timeout | undefined;
    const bound = new Promise<null>((resolve) => (timer = setTimeout(() => resolve(null), LEAVE_MS)));
    const told = await Promise.race([exit.catch((error: unknown) => (error instanceof Error ? error.message : String(error))), bound]);
    clearTimeout(timer);
    const failed =
      told === null ? 'a cell of somebody else runs; the simulation goes on when it has ended' : typeof told === 'string' ? told : '';
    this.options.output.write(failed === '' ? '\nThe simulation goes on.\n' : `\n${failed}\n`);
  }
}

/** `%live` and `%libyt`, which are no Python: one line is all of it. */
function isCommand(code: string): boolean {
  return /^\s*%(live|libyt)(?!\w)/.test(code);
}
