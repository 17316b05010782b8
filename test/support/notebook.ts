/**
 * A notebook as tests see it: one kernel process of a job and a client of its sockets. Cells have a limit, and what a cell
 * did comes back in one record.
 */
import { KernelProcess, type KernelClient, type Message } from './kernel-client';
import { within } from './wait';

/** What a finished cell left in the notebook. */
export interface CellRecord {
  reply: Message;
  /** The reply's content. */
  content: Record<string, any>;
  /** All of iopub between busy and idle, in order. */
  iopub: Message[];
  stdout: string;
  stderr: string;
  /** `text/plain` of the execute_result. */
  result: string | undefined;
  /** Data of display_data messages, in order. */
  displays: Record<string, any>[];
  error: { ename: string; evalue: string; traceback: string[] } | undefined;
}

/** ANSI colours out of a traceback. */
export function plain(text: string): string {
  return text.replace(/\x1b\[[0-9;]*m/g, '');
}

/** Traceback of a failed cell as one text without colours. */
export function traceback(cell: CellRecord): string {
  return plain((cell.content['traceback'] as string[]).join('\n'));
}

const CELL_LIMIT_MS = 20_000;

/** A cell that has been sent. */
export class SentCell {
  constructor(
    readonly id: string,
    private readonly client: KernelClient,
    private readonly report: () => string,
    readonly code: string,
  ) {}

  /** First iopub message of this cell that fits. It is taken out of the record. */
  message(fits: (message: Message) => boolean, what: string, limitMs = CELL_LIMIT_MS): Promise<Message> {
    const mine = this.client.onIopub((message) => message.parent['msg_id'] === this.id && fits(message));
    return within(mine, limitMs, `${what} of cell ${JSON.stringify(this.code)}`, this.report);
  }

  /** The cell has printed `text` (its own stream message must hold it whole). */
  async printed(text: string): Promise<void> {
    await this.message(
      (message) => message.header.msg_type === 'stream' && String(message.content['text']).includes(text),
      `output ${JSON.stringify(text)}`,
    );
  }

  async done(limitMs = CELL_LIMIT_MS): Promise<CellRecord> {
    const both = Promise.all([this.client.reply('shell', this.id), this.client.iopubOf(this.id)]);
    const [reply, iopub] = await within(both, limitMs, `reply and idle of cell ${JSON.stringify(this.code)}`, this.report);
    const of = (type: string): Message[] => iopub.filter((message) => message.header.msg_type === type);
    const text = (name: string): string =>
      of('stream')
        .filter((message) => message.content['name'] === name)
        .map((message) => String(message.content['text']))
        .join('');
    return {
      reply,
      content: reply.content,
      iopub,
      stdout: text('stdout'),
      stderr: text('stderr'),
      result: of('execute_result')[0]?.content['data']['text/plain'] as string | undefined,
      displays: of('display_data').map((message) => message.content['data'] as Record<string, any>),
      error: of('error')[0]?.content as CellRecord['error'],
    };
  }
}

export class Notebook {
  private constructor(
    readonly kernel: KernelProcess,
    readonly client: KernelClient,
    private readonly report: () => string,
  ) {}

  /** Starts `argv` of a kernelspec and waits for its welcome and its kernel_info. */
  static async open(argv: readonly string[], env: NodeJS.ProcessEnv, report: () => string): Promise<Notebook> {
    if (argv[0] !== process.execPath) throw new Error(`the kernel is started by ${argv[0]}, not by the Node of the tests`);
    const kernel = await KernelProcess.start(
      (file) => argv.slice(1).map((word) => word.replace('{connection_file}', file)),
      undefined,
      env,
    );
    const all = (): string => `${report()}\n--- kernel stdout\n${kernel.output.stdout}\n--- kernel stderr\n${kernel.output.stderr}`;
    try {
      const client = await within(kernel.readyClient(), CELL_LIMIT_MS, 'welcome and kernel_info of the kernel', all);
      return new Notebook(kernel, client, all);
    } catch (error) {
      await kernel.stop();
      throw error;
    }
  }

  async send(code: string, content: object = {}): Promise<SentCell> {
    const id = await this.client.execute(code, content);
    return new SentCell(id, this.client, this.report, code);
  }

  /** Runs a cell to its end, whatever that is. */
  async run(code: string, content: object = {}, limitMs?: number): Promise<CellRecord> {
    return (await this.send(code, content)).done(limitMs);
  }

  /** Runs a cell that must be ok. */
  async ok(code: string, content: object = {}, limitMs?: number): Promise<CellRecord> {
    const cell = await this.run(code, content, limitMs);
    if (cell.content['status'] !== 'ok')
      throw new Error(
        `cell ${JSON.stringify(code)} is ${cell.content['status']}: ${plain((cell.content['traceback'] ?? []).join('\n'))}\n${this.report()}`,
      );
    return cell;
  }

  /** Value of a Python expression on rank 0, by way of JSON; evaluated on all ranks, `allranks` is imported. */
  async value<T>(expression: string): Promise<T> {
    const cell = await this.ok(`import json as _json, allranks\n_text = _json.dumps(${expression})`, {
      silent: false,
      store_history: false,
      user_expressions: { text: '_text' },
    });
    const found = cell.content['user_expressions']['text'];
    if (found.status !== 'ok') throw new Error(`no value of ${expression}: ${JSON.stringify(found)}`);
    // The representation of a str: quotes are Python's.
    const shown = String(found.data['text/plain']);
    return JSON.parse(shown.slice(1, -1).replace(/\\\\/g, '\\').replace(/\\'/g, "'")) as T;
  }

  /** A request other than execute. */
  async ask(
    msgType: string,
    content: object,
    channel: 'shell' | 'control' = 'shell',
    limitMs = CELL_LIMIT_MS,
  ): Promise<Record<string, any>> {
    const { reply } = await within(this.client.ask(channel, msgType, content), limitMs, `reply to ${msgType}`, this.report);
    return reply.content;
  }

  async interrupt(): Promise<void> {
    await this.ask('interrupt_request', {}, 'control');
  }

  async close(): Promise<void> {
    await this.kernel.stop();
  }
}
