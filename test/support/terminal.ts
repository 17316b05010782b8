/** A program on a real terminal: what is typed into it, what it shows, how it ends. */
import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { defaultToolchain, root } from './places';
import { GrowingText, within } from './wait';

/** The text of what a terminal was sent, without movements of the cursor and colours. */
function shown(sent: string): string {
  return sent.replace(/\x1b\[[0-9;?]*[A-Za-z]/g, '');
}

/** Keys as a terminal sends them. */
export const KEYS = {
  ctrlA: '\x01',
  ctrlC: '\x03',
  ctrlD: '\x04',
  tab: '\t',
  enter: '\r',
  up: '\x1b[A',
  down: '\x1b[B',
  right: '\x1b[C',
  left: '\x1b[D',
  back: '\x7f',
};

export class Terminal {
  readonly screen = new GrowingText();
  readonly ended: Promise<number>;
  /** Up to here the screen has been waited for. */
  private seen = 0;

  private constructor(private readonly child: ChildProcess) {
    child.stdout!.on('data', (data) => this.screen.add(data));
    child.stderr!.on('data', (data) => this.screen.add(data));
    this.ended = new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, signal) => resolve(code ?? (signal ? -1 : 0)));
    });
  }

  /** Starts a command on a terminal of its own; `env` marks it as one of a sandbox, which ends it at the latest. */
  static start(command: readonly string[], options: { cwd: string; env: NodeJS.ProcessEnv }): Terminal {
    const python = defaultToolchain().mpiexec.replace(/mpiexec$/, 'python');
    const child = spawn(python, [join(root, 'test', 'support', 'terminal.py'), '120', '40', ...command], {
      ...options,
      env: { ...options.env, TERM: 'xterm' },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    return new Terminal(child);
  }

  /** Types text as it is. */
  type(text: string): void {
    this.child.stdin!.write(text);
  }

  /** Waits until the screen has shown something that fits after what was waited for before; resolves with the match. */
  async shows(pattern: RegExp, limitMs = 20_000): Promise<RegExpExecArray> {
    const after = new RegExp(pattern.source, `${pattern.flags.replace('g', '')}g`);
    const look = async (): Promise<RegExpExecArray> => {
      for (;;) {
        after.lastIndex = this.seen;
        const found = after.exec(shown(this.screen.text));
        if (found) return found;
        await this.screen.more();
      }
    };
    const found = await within(look(), limitMs, `${pattern} on the terminal`, () => this.report());
    this.seen = found.index + found[0].length;
    return found;
  }

  /** Nothing that has been shown so far counts for `shows` any more; where that is in `text`. */
  passed(): number {
    return (this.seen = this.text.length);
  }

  /** Everything that it has shown. */
  get text(): string {
    return shown(this.screen.text);
  }

  /** The terminal is taken away. */
  hangUp(): void {
    this.child.stdin!.end();
  }

  end(limitMs = 20_000): Promise<number> {
    return within(this.ended, limitMs, 'end of the program on the terminal', () => this.report());
  }

  report(): string {
    return `--- terminal\n${shown(this.screen.text)}\n---`;
  }
}
