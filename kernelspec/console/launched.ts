/**
 * The console on the terminal of `allranks run --console`: there from the start of the run, and again whenever the run comes to libyt's
 * prompt. While nobody is at it, the terminal is as without it: Ctrl-C goes to the program.
 */
import { Connection, findJob } from '../../bridge/client';
import { jobsFolder } from '../../bridge/protocol/job-record';
import { Console } from './console';

const LOOK_MS = 200;

export class LaunchedConsole {
  private current: Console | null = null;
  private watching: Connection | null = null;
  private closed = false;
  private readonly done: Promise<void>;

  /** @param warn takes a sentence for the user; nothing in here throws. */
  constructor(
    private readonly job: string,
    private readonly env: NodeJS.ProcessEnv,
    private readonly warn: (sentence: string) => void,
  ) {
    this.done = this.serve().catch((error: unknown) =>
      warn(`the console has failed: ${error instanceof Error ? error.message : String(error)}`),
    );
  }

  /** The program has ended: gives the terminal back. Idempotent. */
  async close(): Promise<void> {
    this.closed = true;
    this.current?.close();
    await this.watching?.end();
    await this.done;
  }

  private async serve(): Promise<void> {
    let first = true;
    while (!this.closed) {
      const came = await this.cameTo(first ? 'ranks' : 'prompt');
      if (this.closed) return;
      if (!came) continue;
      first = false;
      this.current = new Console({
        job: this.job,
        input: process.stdin,
        output: process.stdout,
        hint: 'Ctrl-D leaves the prompt; the simulation goes on. It comes back when the run stands at yt_run_InteractiveMode.',
      });
      const how = await this.current.run();
      this.current = null;
      if (how === 'ended') return;
    }
  }

  /** Waits until all ranks are there, or for libyt's prompt; false: look again. */
  private async cameTo(what: 'ranks' | 'prompt'): Promise<boolean> {
    let socket: string;
    try {
      socket = findJob(this.job, jobsFolder(this.env)).cellsSocket;
    } catch {
      await pause(); // The bridge has not written its file yet, or is started anew.
      return false;
    }
    return new Promise((resolve) => {
      let lost = false;
      const look = (state: { registered: number; size: number; entry?: string | undefined }): void => {
        if (what === 'ranks' ? state.size > 0 && state.registered === state.size : state.entry === 'interactive') finish(true);
      };
      const finish = (came: boolean): void => {
        const { watching } = this;
        this.watching = null;
        if (came && watching) void watching.end().then(() => resolve(true));
        else void pause().then(() => resolve(false));
      };
      Connection.open(socket, 'allranks run --console', true, {
        message: (message) => {
          if (message.t === 'job' && this.watching) look(message.job);
        },
        closed: () => {
          lost = true;
          if (this.watching) finish(false);
        },
      }).then(
        (connection) => {
          if (lost) return finish(false);
          this.watching = connection;
          if (this.closed) return finish(true);
          look(connection.job);
        },
        () => finish(false),
      );
    });
  }
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, LOOK_MS));
}
