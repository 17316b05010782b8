/** A front end's debugger on a notebook: requests on the control channel, events from iopub. */
import type { Message } from './kernel-client';
import type { Notebook } from './notebook';
import { within } from './wait';

type Map = Record<string, any>;

const LIMIT_MS = 25_000;

export class DebugClient {
  private sequence = 0;
  /** Events that came between busy and idle of a request, whose messages are its own. */
  private readonly events: Message[] = [];

  constructor(
    private readonly notebook: Notebook,
    private readonly report: () => string,
  ) {}

  /** One request; the content of its reply, whatever that says. */
  async ask(command: string, args: object = {}): Promise<Map> {
    this.sequence += 1;
    const content = { type: 'request', seq: this.sequence, command, arguments: args };
    const { reply, iopub } = await within(this.notebook.client.ask('control', 'debug_request', content), LIMIT_MS, `reply to ${command}`, this.report);
    this.events.push(...iopub.filter(({ header }) => header.msg_type === 'debug_event'));
    return reply.content;
  }

  /** The body of a reply that must be a success. */
  async ok(command: string, args: object = {}): Promise<Map> {
    const reply = await this.ask(command, args);
    if (reply['success'] !== true) throw new Error(`${command} failed: ${JSON.stringify(reply)}\n${this.report()}`);
    return reply['body'] as Map;
  }

  /** What JupyterLab sends when the debugger is switched on. */
  async attach(): Promise<void> {
    await this.ok('initialize', { clientID: 'test', adapterID: '', pathFormat: 'path', linesStartAt1: true, columnsStartAt1: true, supportsVariableType: true });
    await this.ok('attach');
  }

  async detach(): Promise<void> {
    await this.ok('disconnect', { restart: false, terminateDebuggee: true });
  }

  /** Sets breakpoints in the code of a cell, by the file name that a front end computes. */
  async breakAt(code: string, ...lines: number[]): Promise<string> {
    const { sourcePath } = await this.ok('dumpCell', { code });
    const { breakpoints } = await this.ok('setBreakpoints', { source: { path: sourcePath }, breakpoints: lines.map((line) => ({ line })), sourceModified: false });
    expect(breakpoints.map((one: Map) => one['verified'])).toEqual(lines.map(() => true));
    await this.ok('configurationDone');
    return sourcePath as string;
  }

  /** The next event of that name. */
  async event(name: string): Promise<Map> {
    const fits = ({ header, content }: Message): boolean => header.msg_type === 'debug_event' && content['event'] === name;
    const known = this.events.findIndex(fits);
    if (known >= 0) return this.events.splice(known, 1)[0]!.content['body'] as Map;
    const message = await within(this.notebook.client.onIopub(fits), LIMIT_MS, `debug event ${name}`, this.report);
    return message.content['body'] as Map;
  }

  /** Waits for a stop; the innermost frame. */
  async stop(): Promise<{ frame: Map; frames: Map[]; reason: string; thread: number }> {
    const { threadId, reason } = await this.event('stopped');
    const { stackFrames } = await this.ok('stackTrace', { threadId });
    return { frame: stackFrames[0], frames: stackFrames, reason, thread: threadId };
  }

  /** Local variables of a frame: name to value. */
  async locals(frame: Map): Promise<Map> {
    const { scopes } = await this.ok('scopes', { frameId: frame['id'] });
    const { variables } = await this.ok('variables', { variablesReference: scopes[0]['variablesReference'] });
    return Object.fromEntries(variables.map((one: Map) => [one['name'], one['value']]));
  }

  async evaluate(expression: string, frame: Map): Promise<string> {
    return (await this.ok('evaluate', { expression, frameId: frame['id'], context: 'watch' }))['result'] as string;
  }
}
