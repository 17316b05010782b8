/** Drives `fake_rank` (test/support/fake_rank.cpp) and records what the addon's callbacks say. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type RankLink, type RankListener, type RingMessage, loadAddon } from '../../../native/addon/addon';

const program = process.env['ALLRANKS_FAKE_RANK'] ?? join(__dirname, '..', '..', '..', 'build', 'test', 'fake_rank');

/** A value that tests wait for: resolves as soon as `condition` holds, checked at every change. */
class Watch {
  private waiting: { condition: () => boolean; resolve: () => void }[] = [];

  until(condition: () => boolean): Promise<void> {
    if (condition()) return Promise.resolve();
    return new Promise((resolve) => this.waiting.push({ condition, resolve }));
  }

  changed(): void {
    const ready = this.waiting.filter((entry) => entry.condition());
    this.waiting = this.waiting.filter((entry) => !ready.includes(entry));
    for (const entry of ready) entry.resolve();
  }
}

export class FakeRank {
  readonly lines: string[] = [];
  readonly process: ChildProcessWithoutNullStreams;
  private readonly watch = new Watch();

  constructor(path: string, ...options: string[]) {
    this.process = spawn(program, [path, ...options]);
    this.process.stderr.pipe(process.stderr);
    // A rank that dies by command takes its input with it; what matters is seen at its output and by the addon.
    this.process.stdin.on('error', (error) => this.lines.push(`stdin ${error.message}`));
    createInterface({ input: this.process.stdout }).on('line', (line) => {
      this.lines.push(line);
      this.watch.changed();
    });
  }

  tell(...commands: string[]): void {
    this.process.stdin.write(commands.map((command) => `${command}\n`).join(''));
  }

  /** Resolves with the first line of its output that begins with `start`. */
  async said(start: string): Promise<string> {
    const find = () => this.lines.find((line) => line.startsWith(start));
    await this.watch.until(() => find() !== undefined);
    return find() ?? '';
  }

  async done(...commands: string[]): Promise<void> {
    this.tell(...commands);
    for (const command of commands) await this.said(`ok ${command}`);
  }

  async ended(): Promise<void> {
    if (this.process.exitCode === null && this.process.signalCode === null) await once(this.process, 'exit');
  }
}

export class Bridge {
  readonly folder = mkdtempSync(join(tmpdir(), 'allranks-addon-'));
  readonly path = join(this.folder, 'ranks.sock');
  readonly links: RankLink[] = [];
  readonly messages: RingMessage[] = [];
  readonly batches: RingMessage[][] = [];
  readonly gone: string[] = [];
  readonly refused: string[] = [];
  readonly probed: RankLink[] = [];
  /** Called within the `messages` and `rank` callbacks, after recording. */
  onMessages: (link: RankLink, messages: RingMessage[]) => void = () => undefined;
  onRank: (link: RankLink) => void = () => undefined;
  readonly listener: RankListener;
  private readonly watch = new Watch();
  private readonly ranks: FakeRank[] = [];

  constructor(options?: { helloTimeoutMs?: number }) {
    this.listener = loadAddon().listen(
      this.path,
      {
        rank: (link) => {
          this.links.push(link);
          this.watch.changed();
          this.onRank(link);
        },
        messages: (link, messages) => {
          this.batches.push(messages);
          for (const message of messages) this.messages.push(message);
          this.watch.changed();
          this.onMessages(link, messages);
        },
        gone: (_link, reason) => {
          this.gone.push(reason);
          this.watch.changed();
        },
        probed: (link) => {
          this.probed.push(link);
          this.watch.changed();
        },
        refused: (reason) => {
          this.refused.push(reason);
          this.watch.changed();
        },
      },
      options,
    );
  }

  start(...options: string[]): FakeRank {
    const rank = new FakeRank(this.path, ...options);
    this.ranks.push(rank);
    return rank;
  }

  /** Starts a fake rank and waits for its registration. */
  async connect(...options: string[]): Promise<{ rank: FakeRank; link: RankLink }> {
    const before = this.links.length;
    const rank = this.start(...options);
    await this.until(() => this.links.length > before);
    return { rank, link: this.links[before] as RankLink };
  }

  until(condition: () => boolean): Promise<void> {
    return this.watch.until(condition);
  }

  text(): string {
    return Buffer.concat(this.messages.filter((message) => message.kind === 1).map((message) => message.payload)).toString('utf8');
  }

  async close(): Promise<void> {
    for (const link of this.links) link.close();
    this.listener.close();
    for (const rank of this.ranks) {
      rank.process.kill('SIGKILL');
      await rank.ended();
    }
    rmSync(this.folder, { recursive: true });
  }
}
