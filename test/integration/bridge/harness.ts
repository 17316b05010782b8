/** A bridge with fake ranks in this process, and executors on its real Unix socket. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BridgeExecutor } from '../../../bridge/client/executor';
import { CommandKind } from '../../../bridge/protocol/generated';
import { startBridge, type Bridge, type BridgeOptions } from '../../../bridge/server/bridge';
import type { CellRequest, CellSink, ExecutorEvent, Output, Verdict } from '../../../kernel/executor';
import { whenFiles } from '../../support/wait';
import { FakeAddon, type FakeRank, type Program } from '../../support/fake-addon';

export class Harness {
  readonly folder = mkdtempSync(join(tmpdir(), 'allranks-bridge-'));
  readonly warnings: string[] = [];
  addon = new FakeAddon();
  bridge!: Bridge;
  ranks: FakeRank[] = [];
  readonly executors: BridgeExecutor[] = [];

  async start(options: Partial<BridgeOptions> = {}): Promise<Bridge> {
    this.bridge = await startBridge({
      id: 'id1', name: 'sim', runtimeDir: join(this.folder, 'run'), dir: join(this.folder, 'job'), program: 'fake', supervisorPid: process.pid,
      kernelArgv: ['allranks', 'attach', '--job', '{job}', '--connection-file', '{connection_file}'],
      addon: this.addon, jobsFolder: join(this.folder, 'jobs'), jupyterFolder: join(this.folder, 'jupyter'),
      times: { notice: 40, fold: 20, reconnect: 300, settle: 20, grace: 50 },
      warn: (sentence) => this.warnings.push(sentence),
      ...options,
    });
    return this.bridge;
  }

  simulate(size: number, program: Program): FakeRank[] {
    this.ranks = this.addon.start(size, program);
    return this.ranks;
  }

  /** Every rank was sent a `resume`. */
  ranksResumed(): boolean {
    return this.ranks.every((rank) => rank.sentCommands.some((frame) => frame.flags === CommandKind.resume));
  }

  /** The journal holds `text`. */
  async journaled(text: string): Promise<void> {
    const path = join(this.folder, 'job', 'journal.jsonl');
    await whenFiles([join(this.folder, 'job')], () => (readFileSync(path, 'utf8').includes(text) ? true : undefined), 10_000, `journal with ${text}`);
  }

  async kernel(): Promise<Kernel> {
    const executor = new BridgeExecutor({ job: 'sim', jobsFolder: join(this.folder, 'jobs'), unreachableMs: 3000 });
    this.executors.push(executor);
    await executor.start();
    return new Kernel(executor);
  }

  async stop(): Promise<void> {
    for (const executor of this.executors) await executor.close();
    await this.bridge?.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

let serial = 0;

/** One notebook's kernel as far as cells go. */
export class Kernel {
  readonly events: ExecutorEvent[] = [];
  private watchers: (() => void)[] = [];

  constructor(readonly executor: BridgeExecutor) {
    executor.onEvent((event) => {
      this.events.push(event);
      for (const watcher of this.watchers) watcher();
    });
  }

  run(code: string, options: Partial<CellRequest> = {}, input?: CellSink['input']): Running {
    return new Running(this.executor, { id: `cell-${process.pid}-${(serial += 1)}`, code, silent: false, storeHistory: true, userExpressions: {}, allowStdin: false, stopOnError: true, ...options }, input);
  }

  event(ready: (event: ExecutorEvent) => boolean): Promise<ExecutorEvent> {
    return new Promise((resolve) => {
      const look = (): void => {
        const found = this.events.find(ready);
        if (found) resolve(found);
      };
      this.watchers.push(look);
      look();
    });
  }
}

export class Running {
  readonly outputs: Output[] = [];
  count: number | null = null;
  readonly verdict: Promise<Verdict>;
  readonly accepted: Promise<number>;
  private watchers: (() => void)[] = [];

  constructor(executor: BridgeExecutor, readonly cell: CellRequest, input?: CellSink['input']) {
    let accept!: (count: number) => void;
    this.accepted = new Promise((resolve) => (accept = resolve));
    this.verdict = executor.run(cell, {
      accepted: (count) => {
        this.count = count;
        accept(count);
      },
      output: (output) => {
        this.outputs.push(output);
        for (const watcher of this.watchers) watcher();
      },
      input: input ?? (() => Promise.reject(new Error('no input here'))),
    });
  }

  /** All of one stream. */
  text(name: 'stdout' | 'stderr' = 'stdout'): string {
    return this.outputs.map((output) => (output.kind === 'stream' && output.name === name ? output.text : '')).join('');
  }

  output(ready: (output: Output) => boolean): Promise<Output> {
    return new Promise((resolve) => {
      const look = (): void => {
        const found = this.outputs.find(ready);
        if (found) resolve(found);
      };
      this.watchers.push(look);
      look();
    });
  }
}
