/**
 * Waits for the signal files of yt_run_ReloadScript and does what they ask for, while the run stands there. Files are looked at, not
 * watched: inotify tells nothing of what other machines do on a network file system. No call here blocks the event loop.
 */
import { mkdir, open, rename, rm, statfs, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { BridgeMessage } from '../../protocol/messages';
import type { Client, ExecuteRequest, PerRank } from '../execution';
import { identity, NFS_MAGIC, readNow, type Refresh } from './fresh-file';
import { commandHead, commandsOf, plain, RankTexts, signalFiles } from './reload-file';
import { asFile } from './runner';

export interface ReloadHost {
  execute(client: Client, request: ExecuteRequest, perRank: PerRank): void;
  /** Interrupts a cell that `execute` has begun. */
  interrupt(id: string): void;
  /** `_EXIT` was found and removed. */
  leave(): void;
  warn(sentence: string): void;
  refresh: Refresh;
}

const LOOK_MS = 100;

type Verdict = Extract<BridgeMessage, { t: 'verdict' }>;

export class ReloadWatch {
  private timer: NodeJS.Timeout | null = null;
  private closed = false;
  private readonly files: ReturnType<typeof signalFiles>;
  /** Requests that were answered, by what identifies the file. */
  private readonly answered = new Map<string, number>();
  /** A request whose file could not be removed. */
  private left = '';
  /** The cell that runs, and whether `_EXIT` has interrupted it. */
  private running = { id: '', ended: false };
  private told = '';
  private cached: boolean | null = null;

  /** @param reload path of the request. @param script path of what is run. */
  constructor(
    private readonly reload: string,
    private readonly script: string,
    private readonly host: ReloadHost,
  ) {
    this.files = signalFiles(reload);
    this.later(0);
  }

  /** Stops looking; a script that runs goes on, and its result is still written. Idempotent. */
  close(): void {
    this.closed = true;
    if (this.timer) clearTimeout(this.timer);
  }

  private later(ms: number): void {
    if (this.closed) return;
    this.timer = setTimeout(() => {
      void this.look()
        .catch((error: unknown) => this.warn(`${this.reload}: ${error instanceof Error ? error.message : String(error)}`))
        .then(() => this.later(LOOK_MS));
    }, ms);
  }

  private identity(path: string): Promise<string> {
    return identity(path, this.host.refresh);
  }

  /** One sentence once. */
  private warn(sentence: string): void {
    if (sentence !== this.told) this.host.warn(sentence);
    this.told = sentence;
  }

  private async look(): Promise<void> {
    await this.refresh();
    if ((await this.identity(this.files.exit)) !== '') {
      await rm(this.files.exit, { force: true });
      return this.host.leave();
    }
    const request = await this.identity(this.reload);
    if (request === '') {
      this.left = '';
      return;
    }
    if (request === this.left || this.closed) return;
    const watching = setInterval(() => void this.lookForExit(), LOOK_MS);
    try {
      await this.answer(request);
    } finally {
      clearInterval(watching);
    }
    // One that was made anew meanwhile is the next request.
    if ((await this.identity(this.reload)) !== request) return;
    try {
      await rm(this.reload, { force: true });
    } catch (error) {
      this.left = request;
      this.warn(`${this.reload} cannot be removed (${reason(error)}): make it anew for the next reload`);
    }
  }

  /** `_EXIT` is the way out of a script that does not end, too. */
  private async lookForExit(): Promise<void> {
    try {
      if (this.running.ended || this.running.id === '' || (await this.identity(this.files.exit)) === '') return;
    } catch {
      return; // told by the next look
    }
    this.running.ended = true;
    this.host.interrupt(this.running.id);
  }

  /** On NFS a change of the folder of our own makes the client notice what others have changed there. */
  private async refresh(): Promise<void> {
    this.cached ??= (await statfs(dirname(this.reload))).type === NFS_MAGIC;
    if (!this.cached) return;
    try {
      await (await open(this.files.look, 'w', 0o600)).close();
      await rm(this.files.look, { force: true });
    } catch (error) {
      this.warn(`${dirname(this.reload)} cannot be written (${reason(error)}): requests there are noticed late`);
    }
  }

  private async answer(request: string): Promise<void> {
    const { success, failed, reloading } = this.files;
    const times = this.answered.get(request) ?? 0;
    this.answered.set(request, times + 1);
    const results = { ok: true, text: '' };
    try {
      await mkdir(dirname(reloading), { recursive: true });
      await writeFile(reloading, '');
      // Whoever waits for a result must not find that of the time before.
      await rm(success, { force: true });
      await rm(failed, { force: true });
    } catch (error) {
      this.warn(`the result of ${this.script} cannot be written (${reason(error)}); it is run all the same`);
    }
    let script: string | null = null;
    try {
      script = await readNow(this.script, this.host.refresh);
    } catch (error) {
      results.ok = false;
      results.text =
        (error as NodeJS.ErrnoException).code === 'ENOENT'
          ? `Unable to find file '${this.script}' ... reload failed\n`
          : `Unable to read file '${this.script}': ${reason(error)} ... reload failed\n`;
    }
    if (script !== null) {
      // By what identifies the request: a bridge that is started anew meanwhile finds what it has done, and runs nothing twice.
      const id = `reload-${request}-${times}`;
      await this.run(id, asFile(script.replace(/^\ufeff/, '')), null, results);
      for (const [at, command] of commandsOf(script).entries()) await this.run(`${id}-${at}`, command, command, results);
    }
    try {
      await writeFile(reloading, results.text);
      await rename(reloading, results.ok ? success : failed);
    } catch (error) {
      this.warn(`the result of ${this.script} cannot be written (${reason(error)})`);
    }
  }

  /** Runs one cell of it and adds what it tells. `command`: it is one of libyt's. */
  private async run(id: string, code: string, command: string | null, results: { ok: boolean; text: string }): Promise<void> {
    const perRank = new RankTexts();
    let shown = '';
    const verdict = await new Promise<Verdict>((resolve) => {
      const client: Client = {
        name: `file ${this.script}`,
        observer: true,
        alive: () => true,
        send: (message) => {
          if (message.t === 'verdict') resolve(message);
          else if (message.t === 'output' && message.output.kind === 'stream') shown += message.output.text;
        },
      };
      const request: ExecuteRequest = {
        id,
        code,
        silent: false,
        storeHistory: true,
        userExpressions: {},
        allowStdin: false,
        stopOnError: false,
        place: 'file',
      };
      this.running = { id, ended: false };
      this.host.execute(client, request, perRank);
    });
    this.running = { id: '', ended: false };
    const fine = verdict.status === 'ok';
    results.ok &&= fine;
    if (command !== null) {
      results.text += `${commandHead(command)}${shown}${fine ? '' : `${verdict.evalue ?? verdict.ename ?? ''}\n`}\n`;
    } else if (perRank.complete) {
      results.text += perRank.report();
    } else {
      // It was withdrawn, the run has ended, or an earlier bridge has run it: what is known is the text of all ranks together.
      results.text += `${shown}${fine ? '' : `${plain(verdict.traceback?.join('\n') ?? `${verdict.ename ?? ''}: ${verdict.evalue ?? ''}`)}\n`}`;
    }
  }
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
