/**
 * Outputs of one cell (or comm message) on their way to iopub. Text of one stream that comes in many pieces leaves in few
 * messages: front ends and Jupyter's server cannot take one message per printed line.
 */
import type { Output } from './executor';
import type { Pace } from './channels/pacer';
import type { Publisher } from './publisher';
import { clean } from './wire/codec';

/** How text is merged and limited. */
export interface StreamPolicy {
  /** Text of this length, UTF-16 units, leaves at once. */
  maxChars: number;
  /** Least time between two messages that only time made leave, ms: the first piece after a pause is not delayed. */
  intervalMs: number;
  /** Changes between stdout and stderr that are kept in order within one interval; beyond, each is merged for itself. */
  changes: number;
  /** Text of one cell that is asked for at most, bytes; undefined: all. */
  maxCellBytes?: number;
  /** What may leave in a window of time; undefined: everything. */
  pace?: Pace;
}

/** Free: what a client on the kernel's own sockets can take. */
const DIRECT: StreamPolicy = { maxChars: 256 * 1024, intervalMs: 20, changes: Infinity };
/**
 * Under a Jupyter server. By default it discards what goes beyond 1,000 messages/s or 1 MB/s of text, each counted over 3 s and on
 * its own clock: a fifth less leaves room for messages that it reads late.
 */
const UNDER_SERVER: StreamPolicy = {
  maxChars: 256 * 1024,
  intervalMs: 50,
  changes: 8,
  maxCellBytes: 2_000_000,
  pace: { windowMs: 3000, messages: 2400, textBytes: 2_400_000 },
};

/** The policy for this process: a Jupyter server sets JPY_SESSION_NAME for the kernels it starts. */
export function streamPolicy(environment: NodeJS.ProcessEnv = process.env): StreamPolicy {
  return environment['JPY_SESSION_NAME'] === undefined ? DIRECT : UNDER_SERVER;
}

interface Run {
  name: 'stdout' | 'stderr';
  pieces: string[];
}

export class CellOutput {
  /** Text that waits, in runs of one stream; the last one grows. */
  private runs: Run[] = [];
  private chars = 0;
  private timer: NodeJS.Timeout | undefined;
  private immediate: NodeJS.Immediate | undefined;
  private lastFlush = 0;

  /** @param parentJson header of the request that the outputs belong to. */
  constructor(
    private readonly publisher: Publisher,
    readonly parentJson: string,
    private readonly silent: boolean,
    private readonly policy: StreamPolicy,
  ) {}

  /** Takes one output; all but text leave at once, after the text before them. */
  output(output: Output): void {
    if (output.kind === 'stream') {
      this.append(output.name, output.text);
      return;
    }
    this.flush();
    const { publisher, parentJson } = this;
    switch (output.kind) {
      case 'display':
      case 'update': {
        const transient = output.displayId === undefined ? {} : { display_id: output.displayId };
        const content = { data: clean(output.data) as Record<string, unknown>, metadata: clean(output.metadata), transient };
        publisher.bundle(output.kind === 'display' ? 'display_data' : 'update_display_data', parentJson, content);
        return;
      }
      case 'result':
        // A silent request has no result, whatever the executor makes of it.
        if (this.silent) return;
        publisher.bundle('execute_result', parentJson, {
          data: clean(output.data) as Record<string, unknown>,
          metadata: clean(output.metadata),
          execution_count: output.executionCount,
        });
        return;
      case 'clear':
        publisher.publish('clear_output', parentJson, { wait: output.wait });
        return;
      default:
        output satisfies never;
    }
  }

  /** Anything that is not an `Output`, in order with the outputs. */
  publish(type: string, content: unknown, metadata?: unknown, buffers?: readonly Uint8Array[]): void {
    this.flush();
    this.publisher.publish(type, this.parentJson, content, metadata, buffers);
  }

  /** Text that was held back leaves now. Must precede the reply. */
  flush(): void {
    this.disarm();
    if (this.chars === 0) return;
    this.lastFlush = performance.now();
    const { runs } = this;
    this.runs = [];
    this.chars = 0;
    for (const { name, pieces } of runs) {
      const text = pieces.length === 1 ? (pieces[0] ?? '') : pieces.join('');
      if (text !== '') this.publisher.stream(name, this.parentJson, text);
    }
  }

  private append(name: 'stdout' | 'stderr', text: string): void {
    if (text === '') return;
    let run = this.runs.at(-1);
    if (run !== undefined && run.name !== name) {
      if (this.policy.changes === Infinity) this.flush();
      run = this.runs.length > this.policy.changes ? this.runs.findLast((other) => other.name === name) : undefined;
    }
    if (run === undefined) this.runs.push((run = { name, pieces: [] }));
    run.pieces.push(text);
    this.chars += text.length;
    if (this.chars >= this.policy.maxChars) this.flushWhole();
    else if (this.timer === undefined && this.immediate === undefined) this.arm();
  }

  /** Like `flush`, but a code point that has only half arrived waits for its other half. */
  private flushWhole(): void {
    const run = this.runs.at(-1);
    const piece = run?.pieces.at(-1) ?? '';
    if (run === undefined || !/[\ud800-\udbff]$/.test(piece)) {
      this.flush();
      return;
    }
    run.pieces[run.pieces.length - 1] = piece.slice(0, -1);
    this.chars -= 1;
    this.flush();
    this.runs.push({ name: run.name, pieces: [piece.slice(-1)] });
    this.chars = 1;
    this.arm();
  }

  private arm(): void {
    const wait = this.lastFlush + this.policy.intervalMs - performance.now();
    const leave = (): void => {
      this.disarm();
      // Half a code point alone waits for the end of the cell; flushing it again and again would be a busy loop.
      if (this.chars > 1 || !/[\ud800-\udbff]/.test(this.runs[0]?.pieces[0] ?? '')) this.flushWhole();
    };
    if (wait <= 0) this.immediate = setImmediate(leave);
    else this.timer = setTimeout(leave, wait);
  }

  private disarm(): void {
    if (this.timer !== undefined) clearTimeout(this.timer);
    if (this.immediate !== undefined) clearImmediate(this.immediate);
    this.timer = undefined;
    this.immediate = undefined;
  }
}

/** The latest cells by id, since outputs may come after a cell has ended; the oldest are forgotten. */
export class CellOutputs {
  private readonly byId = new Map<string, CellOutput>();
  /** Of the latest cell that front ends show. */
  private shown: CellOutput | undefined;

  constructor(
    private readonly publisher: Publisher,
    readonly policy: StreamPolicy,
    private readonly capacity = 1000,
  ) {}

  /** Makes the outputs of a new cell, which front ends show unless it is silent. */
  openCell(id: string, parentJson: string, silent: boolean): CellOutput {
    const outputs = this.open(id, parentJson, silent);
    if (!silent) this.shown = outputs;
    return outputs;
  }

  /** Makes the outputs of a new cell or comm message. */
  open(id: string, parentJson: string, silent: boolean): CellOutput {
    if (this.byId.size >= this.capacity) {
      const [oldestId, oldest] = this.byId.entries().next().value ?? [];
      oldest?.flush();
      if (oldestId !== undefined) this.byId.delete(oldestId);
    }
    const outputs = new CellOutput(this.publisher, parentJson, silent, this.policy);
    this.byId.set(id, outputs);
    return outputs;
  }

  /** Outputs of a cell; of one that is not known (a kernel before this one ran it), outputs without parent. */
  find(id: string | null): CellOutput {
    return this.byId.get(id ?? '') ?? this.byId.get('') ?? this.open('', '{}', false);
  }

  /** Outputs of a cell that this kernel has run, and not too long ago. */
  known(id: string): CellOutput | undefined {
    return this.byId.get(id);
  }

  /** Outputs of the latest cell that is shown, as those of a silent one or of a comm message are not; without parent when there was none. */
  latest(): CellOutput {
    return this.shown ?? this.find(null);
  }

  flush(): void {
    for (const outputs of this.byId.values()) outputs.flush();
    // It may have been forgotten above.
    this.shown?.flush();
  }
}
