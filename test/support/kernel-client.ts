/**
 * A Jupyter client on bare ZeroMQ sockets, for tests: writes connection files, starts kernel processes, sends requests,
 * collects everything that belongs to them. It signs and parses by itself, so that it can also send what no client should.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Dealer, Request as Req, Subscriber } from 'zeromq';

export interface ConnectionInfo {
  transport: 'tcp' | 'ipc';
  ip: string;
  shell_port: number;
  control_port: number;
  iopub_port: number;
  stdin_port: number;
  hb_port: number;
  key: string;
  signature_scheme: string;
  kernel_name: string;
  curve_publickey?: string;
  curve_secretkey?: string;
}

export interface Message {
  /** Frames before the delimiter. */
  prefix: Buffer[];
  header: { msg_id: string; msg_type: string; session: string; username: string; date: string; version: string };
  parent: Record<string, unknown>;
  metadata: Record<string, any>;
  content: Record<string, any>;
  buffers: Buffer[];
  signatureFits: boolean;
}

export type Channel = 'shell' | 'control' | 'stdin';

/** Everything that belongs to one request. */
export interface Answer {
  reply: Message | undefined;
  iopub: Message[];
}

const DELIMITER = Buffer.from('<IDS|MSG>');

/** Ports that were free a moment ago, all different. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer();
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

/** Contents of a connection file for the loopback, or for socket files that begin with `ipcPath`. */
export async function connectionInfo(changes: Partial<ConnectionInfo> = {}, ipcPath?: string): Promise<ConnectionInfo> {
  const [shell_port = 0, control_port = 0, iopub_port = 0, stdin_port = 0, hb_port = 0] = ipcPath === undefined ? await freePorts(5) : [1, 2, 3, 4, 5];
  return {
    transport: ipcPath === undefined ? 'tcp' : 'ipc',
    ip: ipcPath ?? '127.0.0.1',
    shell_port,
    control_port,
    iopub_port,
    stdin_port,
    hb_port,
    key: randomUUID(),
    signature_scheme: 'hmac-sha256',
    kernel_name: 'test',
    ...changes,
  };
}

/** One client with sockets of its own. `close` it. */
export class KernelClient {
  readonly session = randomBytes(16).toString('hex');
  /** All that came on iopub and was not yet taken by a waiter, in order. */
  readonly iopubLog: Message[] = [];
  private readonly dealers: Record<Channel, Dealer>;
  private readonly iopub: Subscriber;
  private readonly heartbeat: Req;
  private readonly inbox: Record<Channel, Message[]> = { shell: [], control: [], stdin: [] };
  private waiters: (() => void)[] = [];
  private count = 0;

  constructor(
    readonly info: ConnectionInfo,
    options: { identity?: string; topics?: string[]; read?: boolean; receiveHighWaterMark?: number } = {},
  ) {
    const curve =
      info.curve_publickey === undefined
        ? {}
        : { curveServerKey: info.curve_publickey, curvePublicKey: info.curve_publickey, curveSecretKey: info.curve_secretkey ?? null };
    const common = { linger: 0, reconnectInterval: 20, ...curve };
    const dealer = (): Dealer => new Dealer({ ...common, routingId: options.identity ?? this.session });
    this.dealers = { shell: dealer(), control: dealer(), stdin: dealer() };
    this.iopub = new Subscriber({ ...common, receiveHighWaterMark: options.receiveHighWaterMark ?? 0 });
    this.heartbeat = new Req(common);
    for (const channel of ['shell', 'control', 'stdin'] as const) {
      this.dealers[channel].connect(this.address(channel));
      void this.readDealer(channel);
    }
    this.iopub.connect(this.address('iopub'));
    for (const topic of options.topics ?? ['']) this.iopub.subscribe(topic);
    if (options.read !== false) void this.readIopub();
    this.heartbeat.connect(this.address('hb'));
  }

  /** Starts to read iopub when the client was made with `read: false`. */
  startReading(): void {
    void this.readIopub();
  }

  close(): void {
    for (const socket of [...Object.values(this.dealers), this.iopub, this.heartbeat]) socket.close();
  }

  /** Frames of a message, without identities. */
  encode(msgType: string, content: unknown, part: { header?: object; metadata?: object; parent?: object; buffers?: Buffer[]; key?: string } = {}): { id: string; frames: Buffer[] } {
    this.count += 1;
    const id = `${this.session}_${this.count}`;
    const header = { msg_id: id, msg_type: msgType, session: this.session, username: 'tester', date: new Date().toISOString(), version: '5.4', ...part.header };
    const parts = [header, part.parent ?? {}, part.metadata ?? {}, content].map((value) => Buffer.from(JSON.stringify(value)));
    return { id, frames: [Buffer.from(DELIMITER), Buffer.from(this.signature(parts, part.key)), ...parts, ...(part.buffers ?? [])] };
  }

  /** Sends frames as they are. */
  async sendRaw(channel: Channel, frames: Buffer[]): Promise<void> {
    await this.dealers[channel].send(frames);
  }

  /** Sends a request; returns its id. */
  async send(channel: Channel, msgType: string, content: unknown, part: Parameters<KernelClient['encode']>[2] = {}): Promise<string> {
    const { id, frames } = this.encode(msgType, content, part);
    await this.sendRaw(channel, frames);
    return id;
  }

  /** Sends an execute request; returns its id. */
  execute(code: string | unknown[][], content: object = {}, part: Parameters<KernelClient['encode']>[2] = {}): Promise<string> {
    return this.send('shell', 'execute_request', { code: typeof code === 'string' ? code : code.map((line) => JSON.stringify(line)).join('\n'), ...content }, part);
  }

  /** The reply to a request; removes it from the inbox. */
  reply(channel: Channel, id: string): Promise<Message> {
    return this.take(this.inbox[channel], (message) => message.parent['msg_id'] === id);
  }

  /** Messages of a channel that nobody has taken yet, in order. */
  waiting(channel: Channel): readonly Message[] {
    return this.inbox[channel];
  }

  /** Next message on stdin. */
  nextInput(): Promise<Message> {
    return this.take(this.inbox.stdin, () => true);
  }

  /** First message on iopub that fits; earlier ones stay. */
  onIopub(fits: (message: Message) => boolean): Promise<Message> {
    return this.take(this.iopubLog, fits);
  }

  /** Resolves when the request's idle came: everything on iopub with it as parent, in order; removes it from the log. */
  async iopubOf(id: string): Promise<Message[]> {
    await this.until(() => this.iopubLog.some((message) => message.parent['msg_id'] === id && message.content['execution_state'] === 'idle'));
    const mine = this.iopubLog.filter((message) => message.parent['msg_id'] === id);
    this.iopubLog.splice(0, this.iopubLog.length, ...this.iopubLog.filter((message) => message.parent['msg_id'] !== id));
    return mine;
  }

  /** Sends a request and waits for its reply and its idle. */
  async ask(channel: Channel, msgType: string, content: unknown = {}, part: Parameters<KernelClient['encode']>[2] = {}): Promise<{ reply: Message; iopub: Message[] }> {
    const id = await this.send(channel, msgType, content, part);
    return { reply: await this.reply(channel, id), iopub: await this.iopubOf(id) };
  }

  /** Executes and waits for reply and idle. */
  async run(code: string | unknown[][], content: object = {}, part: Parameters<KernelClient['encode']>[2] = {}): Promise<{ reply: Message; iopub: Message[] }> {
    const id = await this.execute(code, content, part);
    return { reply: await this.reply('shell', id), iopub: await this.iopubOf(id) };
  }

  /** Resolves when the kernel has welcomed this client on iopub. */
  async ready(): Promise<void> {
    await this.onIopub((message) => message.header.msg_type === 'iopub_welcome');
  }

  /** Sends a beat and returns the echo. */
  async beat(text = 'ping'): Promise<string> {
    await this.heartbeat.send(text);
    const [echo] = await this.heartbeat.receive();
    return String(echo);
  }

  private address(channel: Channel | 'iopub' | 'hb'): string {
    const port = this.info[`${channel}_port`];
    return this.info.transport === 'tcp' ? `tcp://${this.info.ip}:${port}` : `ipc://${this.info.ip}-${port}`;
  }

  /** Signature of the four JSON frames. */
  signature(parts: Buffer[], key = this.info.key): string {
    const hmac = createHmac(this.info.signature_scheme.replace('hmac-', ''), key);
    for (const part of parts) hmac.update(part);
    return hmac.digest('hex');
  }

  private async readDealer(channel: Channel): Promise<void> {
    for await (const frames of this.dealers[channel]) this.arrived(this.inbox[channel], frames);
  }

  private async readIopub(): Promise<void> {
    for await (const frames of this.iopub) this.arrived(this.iopubLog, frames);
  }

  private arrived(box: Message[], frames: Buffer[]): void {
    const at = frames.findIndex((frame) => frame.equals(DELIMITER));
    const [signature, ...rest] = frames.slice(at + 1);
    const parts = rest.slice(0, 4);
    const [header, parent, metadata, content] = parts.map((part) => JSON.parse(part.toString()));
    box.push({ prefix: frames.slice(0, at), header, parent, metadata, content, buffers: rest.slice(4), signatureFits: this.signature(parts) === String(signature) });
    for (const wake of this.waiters.splice(0)) wake();
  }

  private async take(box: Message[], fits: (message: Message) => boolean): Promise<Message> {
    await this.until(() => box.some(fits));
    const [message] = box.splice(box.findIndex(fits), 1);
    return message as Message;
  }

  private async until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise<void>((resolve) => this.waiters.push(resolve));
  }
}

/** A kernel process of any make, started on a connection file of its own. */
export class KernelProcess {
  readonly output = { stdout: '', stderr: '' };
  /** Resolves with code or signal when the process has ended and its output is complete. */
  readonly ended: Promise<number | NodeJS.Signals>;
  private readonly clients: KernelClient[] = [];

  private constructor(
    readonly info: ConnectionInfo,
    readonly child: ChildProcess,
    private readonly folder: string,
  ) {
    child.stdout?.on('data', (data) => (this.output.stdout += String(data)));
    child.stderr?.on('data', (data) => (this.output.stderr += String(data)));
    this.ended = new Promise((resolve) => child.once('close', (code, signal) => resolve(code ?? signal ?? 'SIGKILL')));
  }

  /**
   * @param command makes the program's arguments for a connection file; run with the Node that runs the tests.
   * @param info contents of the connection file; default: fresh ports of the loopback.
   */
  static async start(command: (connectionFile: string) => string[], info?: ConnectionInfo, environment: NodeJS.ProcessEnv = process.env): Promise<KernelProcess> {
    const folder = mkdtempSync(join(tmpdir(), 'kernel-'));
    const contents = info ?? (await connectionInfo());
    const file = join(folder, 'connection.json');
    writeFileSync(file, JSON.stringify(contents), { mode: 0o600 });
    return new KernelProcess(contents, spawn(process.execPath, command(file), { stdio: ['ignore', 'pipe', 'pipe'], env: environment }), folder);
  }

  /** A client of this kernel, closed with it. */
  client(options?: ConstructorParameters<typeof KernelClient>[1]): KernelClient {
    const client = new KernelClient(this.info, options);
    this.clients.push(client);
    return client;
  }

  /** A client that the kernel has welcomed and answered. */
  async readyClient(options?: ConstructorParameters<typeof KernelClient>[1]): Promise<KernelClient> {
    const client = this.client(options);
    await client.ready();
    await client.ask('shell', 'kernel_info_request');
    return client;
  }

  /** Ends the process, by force if it still runs. */
  async stop(): Promise<void> {
    for (const client of this.clients) client.close();
    if (this.child.exitCode === null && this.child.signalCode === null) this.child.kill('SIGKILL');
    await this.ended;
    rmSync(this.folder, { recursive: true, force: true });
  }
}
