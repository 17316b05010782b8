/**
 * An executor without job: the code of a cell is a list of actions, one a line, each a JSON array. It stands for ranks in
 * tests of the kernel; what it does is what the tests say, in that order.
 *
 *   ["stream", name, text]  ["lines", count]        ["display", data, displayId?]  ["update", data, displayId]
 *   ["result", data]        ["clear", wait]         ["input", prompt, password]    ["wait"]: until interrupted
 *   ["error", ename, evalue] ["refuse", code, text]: rejects  ["late", text]: output after the verdict
 *   ["turns", n]: event-loop turns  ["comm", message]  ["other", name|null]  ["block", ms]: holds the event loop
 *   ["blockUntil", path]: holds the event loop from the moment when `path`.begun is there until `path` is
 *   ["aborted"]: withdrawn  ["gate"]: waits until the test sends SIGUSR2
 */
import { existsSync, writeFileSync } from 'node:fs';
import { setImmediate as turn } from 'node:timers/promises';
import {
  ExecutorError,
  type CellRequest,
  type CellSink,
  type CommMessage,
  type CompleteResult,
  type ExecutionSink,
  type Executor,
  type ExecutorEvent,
  type ExecutorInfo,
  type HistoryEntry,
  type HistoryRequest,
  type InspectResult,
  type IsCompleteResult,
  type Output,
  type RankUsage,
  type Verdict,
} from '../../../../kernel/executor';

type Action = [string, ...unknown[]];

export class MockExecutor implements Executor {
  private count = 0;
  private listener: (event: ExecutorEvent) => void = () => undefined;
  private breakRunning: (() => void) | undefined;
  private readonly comms = new Map<string, { target_name: string }>();
  private readonly entries: HistoryEntry[] = [];
  private holds = 0;
  private opened = 0;
  private readonly usageAsked: ((answer: RankUsage[]) => void)[] = [];
  private openGate: (() => void) | undefined;

  start(): Promise<void> {
    // A signal may come before its gate.
    process.on('SIGUSR2', () => {
      this.opened += 1;
      this.openGate?.();
    });
    return Promise.resolve();
  }

  info(): ExecutorInfo {
    return { banner: 'mock job, 4 ranks', pythonVersion: '3.11.7', debugger: false };
  }

  execute(cell: CellRequest, sink: ExecutionSink): void {
    this.run(cell, sink).then(
      (verdict) => sink.settled(verdict),
      (error: ExecutorError) => sink.failed(error),
    );
  }

  private async run(cell: CellRequest, sink: CellSink): Promise<Verdict> {
    if (cell.storeHistory && cell.code !== '') this.count += 1;
    const executionCount = this.count;
    const verdict = (part: Partial<Verdict> = {}): Verdict => ({
      status: 'ok',
      executionCount,
      userExpressions: Object.fromEntries(Object.entries(cell.userExpressions).map(([name, value]) => [name, { status: 'ok', data: { 'text/plain': value }, metadata: {} }])),
      payload: [],
      metadata: { step: 7, cell: { ...cell, code: undefined } },
      ...part,
    });
    const actions = parse(cell.code);
    if (actions[0]?.[0] === 'refuse') throw new ExecutorError(String(actions[0][1]), String(actions[0][2]));
    if (actions[0]?.[0] === 'aborted') return verdict({ status: 'aborted' });
    sink.accepted(executionCount);
    if (cell.storeHistory && cell.code !== '') this.entries.push([1, this.count, cell.code]);
    for (const action of actions) {
      const end = await this.act(action, cell, sink, executionCount);
      if (end !== undefined) return verdict(end);
    }
    return verdict();
  }

  interrupt(): Promise<void> {
    this.breakRunning?.();
    for (const answer of this.usageAsked.splice(0)) answer([]);
    return Promise.resolve();
  }

  /** Answers after the next interrupt, as a bridge whose answer lies behind outputs that are held. */
  usage(): Promise<RankUsage[]> {
    return new Promise((resolve) => this.usageAsked.push(resolve));
  }

  complete(code: string, cursorPos: number): Promise<CompleteResult> {
    return Promise.resolve({ matches: [code.toUpperCase()], cursorStart: 0, cursorEnd: cursorPos, metadata: {} });
  }

  inspect(code: string, cursorPos: number, detailLevel: 0 | 1): Promise<InspectResult> {
    return Promise.resolve({ found: true, data: { 'text/plain': `${code} ${cursorPos} ${detailLevel}` }, metadata: {} });
  }

  isComplete(code: string): Promise<IsCompleteResult> {
    return Promise.resolve(code.endsWith(':') ? { status: 'incomplete', indent: '    ' } : { status: 'complete', indent: '' });
  }

  history(request: HistoryRequest): Promise<HistoryEntry[]> {
    if (request.access === 'search') return Promise.reject(new ExecutorError('internal', `asked ${JSON.stringify(request)}`));
    return Promise.resolve(request.access === 'tail' ? this.entries.slice(-request.n) : this.entries);
  }

  commInfo(targetName?: string): Promise<Record<string, { target_name: string }>> {
    return Promise.resolve(Object.fromEntries([...this.comms].filter(([, { target_name }]) => targetName === undefined || target_name === targetName)));
  }

  async comm(id: string, message: CommMessage, sink: CellSink): Promise<void> {
    const commId = String(message.content['comm_id']);
    if (message.type === 'comm_open') {
      const target = String(message.content['target_name']);
      if (target === 'none') throw new ExecutorError('refused', 'no such target');
      this.comms.set(commId, { target_name: target });
    }
    if (message.type === 'comm_close') this.comms.delete(commId);
    await turn();
    sink.output({ kind: 'stream', name: 'stdout', text: `${message.type} ${message.buffers.map((buffer) => buffer.length).join()}` });
    if (message.type === 'comm_msg') this.listener({ kind: 'comm', id, message: { ...message, content: { comm_id: commId, data: { echo: message.content['data'] } } } });
  }

  onEvent(listener: (event: ExecutorEvent) => void): void {
    this.listener = listener;
  }

  hold(on: boolean): void {
    if (on) this.holds += 1;
  }

  restart(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    process.stdout.write('closed\n');
    return Promise.resolve();
  }

  /** Carries out one action; a result ends the cell. */
  private async act(action: Action, cell: CellRequest, sink: CellSink, executionCount: number): Promise<Partial<Verdict> | undefined> {
    const [name, a, b] = action;
    const output = (value: Output): void => sink.output(value);
    switch (name) {
      case 'stream':
        output({ kind: 'stream', name: a as 'stdout', text: String(b) });
        return undefined;
      case 'lines':
        for (let i = 0; i < Number(a); i += 1) output({ kind: 'stream', name: 'stdout', text: `${i}\n` });
        return undefined;
      case 'display':
        output({ kind: 'display', data: a as Record<string, unknown>, metadata: {}, ...(typeof b === 'string' ? { displayId: b } : {}) });
        return undefined;
      case 'displays':
        for (let i = 0; i < Number(a); i += 1) {
          output({ kind: 'display', data: { 'text/plain': 'x'.repeat(Number(b)) }, metadata: { i } });
          if (i % 64 === 63) await turn();
        }
        output({ kind: 'stream', name: 'stderr', text: `held ${this.holds > 0}` });
        return undefined;
      case 'strange':
        output({ kind: 'display', data: { 'text/plain': 'a\ud800b', 'application/json': { nan: NaN, big: 12n, bytes: new Uint8Array([1, 2, 3]) } }, metadata: { inf: -Infinity } });
        return undefined;
      case 'update':
        output({ kind: 'update', data: a as Record<string, unknown>, metadata: {}, displayId: String(b) });
        return undefined;
      case 'result':
        output({ kind: 'result', data: a as Record<string, unknown>, metadata: {}, executionCount });
        return undefined;
      case 'clear':
        output({ kind: 'clear', wait: a === true });
        return undefined;
      case 'input':
        return await this.ask(String(a), b === true, sink);
      case 'wait': {
        await new Promise<void>((resolve) => (this.breakRunning = resolve));
        this.breakRunning = undefined;
        return { status: 'error', ename: 'KeyboardInterrupt', evalue: '', traceback: ['KeyboardInterrupt'] };
      }
      case 'gate':
        while (this.opened === 0) await new Promise<void>((resolve) => (this.openGate = resolve));
        this.opened -= 1;
        return undefined;
      case 'forever':
        return await new Promise<never>(() => undefined);
      case 'block': {
        const end = performance.now() + Number(a);
        while (performance.now() < end);
        return undefined;
      }
      case 'blockUntil': {
        const nobody = new Int32Array(new SharedArrayBuffer(4));
        writeFileSync(`${String(a)}.begun`, '');
        // Nothing but this runs on the thread until then.
        while (!existsSync(String(a))) Atomics.wait(nobody, 0, 0, 5);
        return undefined;
      }
      case 'error':
        return { status: 'error', ename: String(a), evalue: String(b), traceback: [`${String(a)}: ${String(b)}`] };
      case 'turns':
        for (let i = 0; i < Number(a); i += 1) await turn();
        return undefined;
      case 'late':
        setTimeout(() => this.listener({ kind: 'lateOutput', id: cell.id, output: { kind: 'stream', name: 'stdout', text: String(a) } }), 20);
        return undefined;
      case 'comm':
        this.listener({ kind: 'comm', id: cell.id, message: a as CommMessage });
        return undefined;
      case 'other':
        setTimeout(() => {
          this.listener({ kind: 'busy', other: 'someone' });
          this.listener({ kind: 'busy', other: null });
        }, 20);
        return undefined;
      default:
    }
  }

  private async ask(prompt: string, password: boolean, sink: CellSink): Promise<Partial<Verdict> | undefined> {
    try {
      const line = await sink.input(prompt, password);
      sink.output({ kind: 'stream', name: 'stdout', text: `got ${line}` });
      return undefined;
    } catch (error) {
      const { name, message } = error as Error;
      return { status: 'error', ename: name, evalue: message, traceback: [message] };
    }
  }
}

function parse(code: string): Action[] {
  const lines = code.split('\n').filter((line) => line.startsWith('['));
  return lines.map((line) => JSON.parse(line) as Action);
}
