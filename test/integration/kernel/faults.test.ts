/** Bad messages, slow and stuck readers, encryption, ends clean and unclean. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { curveKeyPair, Dealer, Request as Req, Subscriber, type Socket } from 'zeromq';
import { connectionInfo, KernelClient, KernelProcess, type ConnectionInfo, type Message } from '../../support/kernel-client';
import { within } from '../../support/wait';
import { mockKernel, startMockKernel } from './support/start';

let kernel: KernelProcess | undefined;

afterEach(async () => {
  await kernel?.stop();
  kernel = undefined;
});

async function start(options: object = {}, info?: ConnectionInfo): Promise<[KernelProcess, KernelClient]> {
  kernel = await startMockKernel(options, info);
  return [kernel, await kernel.readyClient()];
}

const started = (id: string) => (message: Message) => message.header.msg_type === 'execute_input' && message.parent['msg_id'] === id;

/** The request of this id left no trace: not one message has it as parent. */
async function expectIgnored(client: KernelClient, id: string): Promise<void> {
  await client.ask('shell', 'kernel_info_request');
  expect(client.iopubLog.filter((message) => message.parent['msg_id'] === id)).toEqual([]);
}

test('messages with wrong, missing or repeated signature are dropped and counted, and the kernel goes on', async () => {
  const [process_, client] = await start();
  const wrongKey = client.encode('execute_request', { code: '' }, { key: 'other' });
  await client.sendRaw('shell', wrongKey.frames);
  await expectIgnored(client, wrongKey.id);

  const unsigned = client.encode('execute_request', { code: '' });
  unsigned.frames[1] = Buffer.alloc(0);
  await client.sendRaw('shell', unsigned.frames);
  await expectIgnored(client, unsigned.id);

  const changed = client.encode('execute_request', { code: 'a' });
  changed.frames[5] = Buffer.from(JSON.stringify({ code: 'b' }));
  await client.sendRaw('shell', changed.frames);
  await expectIgnored(client, changed.id);

  const twice = client.encode('execute_request', { code: '["turns",0]' });
  await client.sendRaw('shell', twice.frames);
  await client.iopubOf(twice.id);
  await client.sendRaw('shell', twice.frames);
  await client.sendRaw('control', twice.frames);
  await client.ask('control', 'kernel_info_request');
  await expectIgnored(client, twice.id);
  expect(process_.output.stderr).toContain('wrong signature (2 of this kind)');
  expect(process_.output.stderr).toContain('received before (2 of this kind)');
  expect(process_.output.stderr).toContain('without signature (1 of this kind)');
});

test('frames of any form do no harm on any socket', async () => {
  const [, client] = await start();
  let seed = 7;
  const random = (below: number): number => (seed = (seed * 48_271) % 2_147_483_647) % below;
  for (let i = 0; i < 2000; i += 1) {
    const { frames } = client.encode('execute_request', { code: '' });
    const kept = frames.filter(() => random(4) > 0);
    const frame = kept[random(kept.length)];
    if (frame !== undefined && frame.length > 0) frame[random(frame.length)] = random(256);
    await client.sendRaw((['shell', 'control', 'stdin'] as const)[i % 3] ?? 'shell', kept.length > 0 ? kept : [Buffer.alloc(0)]);
  }
  expect((await client.run('["turns",0]')).reply.content['status']).toBe('ok');
  for (const [index, text] of [[2, '[]'], [2, '{"msg_id":1}'], [3, '3'], [4, '"x"'], [5, 'null']] as const) {
    const raw = signedWith(client, index, text);
    await client.sendRaw('shell', raw);
  }
  expect((await client.run('["turns",0]')).reply.content['status']).toBe('ok');
});

/** A message that is correctly signed, but has this text for one of its parts. */
function signedWith(client: KernelClient, index: number, text: string): Buffer[] {
  const { frames } = client.encode('execute_request', { code: '' });
  frames[index] = Buffer.from(text);
  frames[1] = Buffer.from(client.signature(frames.slice(2, 6)));
  return frames;
}

test('a client that sends an oversized frame is cut off, others are not', async () => {
  const [process_, client] = await start({ maxFrameBytes: 1_000_000 });
  const big = process_.client();
  await big.ready();
  await big.send('shell', 'execute_request', { code: 'x'.repeat(2_000_000) });
  expect((await client.run('["turns",0]')).reply.content['status']).toBe('ok');
  // Within the limit it is served again, over a new connection.
  expect((await big.run('["turns",0]')).reply.content['status']).toBe('ok');
});

test('a reader that is slow loses nothing: the source is held', async () => {
  const limits = { windowBytes: 4_000_000, windowMessages: 1000, holdBytes: 200_000, releaseBytes: 50_000, stallMs: 20_000 };
  kernel = await startMockKernel({ iopubLimits: limits });
  const client = await kernel.readyClient();
  const slow = kernel.client({ read: false, receiveHighWaterMark: 10 });
  await client.ready();
  const cell = await client.execute([['displays', 5000, 10_000]]);
  await client.onIopub((message) => message.header.msg_type === 'display_data');
  await client.ask('control', 'kernel_info_request', {}).then(({ reply }) => expect(reply.content['status']).toBe('ok'));
  slow.startReading();
  const seen = (await slow.iopubOf(cell)).filter((message) => message.header.msg_type === 'display_data');
  expect(seen.map((message) => (message.content['metadata'] as { i: number }).i)).toEqual(Array.from({ length: 5000 }, (_, i) => i));
  const mine = await client.iopubOf(cell);
  expect(mine.find((message) => message.header.msg_type === 'stream')?.content['text']).toBe('held true');
});

test('a reader that is stuck loses messages alone: the others get all, and the cell ends', async () => {
  const limits = { windowBytes: 2_000_000, windowMessages: 200, holdBytes: 200_000, releaseBytes: 50_000, stallMs: 200 };
  kernel = await startMockKernel({ iopubLimits: limits });
  const client = await kernel.readyClient();
  // Stopped like a suspended process: connected and subscribed, and never reading.
  await stuckReader(kernel);
  await client.ready();
  const { iopub } = await client.run([['displays', 3000, 10_000]]);
  expect(iopub.filter((message) => message.header.msg_type === 'display_data')).toHaveLength(3000);
  expect(kernel.output.stderr).toContain('read nothing from iopub for 200 ms');
});

/** Starts a process that subscribes and then stops itself; it is ended with the kernel. */
async function stuckReader(owner: KernelProcess): Promise<void> {
  const program = `const { Subscriber } = require('zeromq');
    const sub = new Subscriber({ receiveHighWaterMark: 1 });
    sub.connect('tcp://127.0.0.1:${owner.info.iopub_port}'); sub.subscribe('');
    sub.receive().then(() => process.kill(process.pid, 'SIGSTOP'));`;
  const child = spawn(process.execPath, ['-e', program], { stdio: 'ignore', cwd: join(__dirname, '../../..') });
  void owner.ended.then(() => child.kill('SIGKILL'));
  await once(child, 'spawn');
}

/** What became of the first connection of a socket to an endpoint of the kernel. */
async function handshake(socket: Socket, endpoint: string): Promise<'met' | 'refused'> {
  const { events } = socket;
  socket.connect(endpoint);
  for await (const { type } of events) {
    if (type === 'handshake') return 'met';
    if (type === 'disconnect' || type.startsWith('handshake:error')) return 'refused';
  }
  throw new Error(`the socket to ${endpoint} was closed`);
}

describe('with curve keys', () => {
  const keys = curveKeyPair();
  const other = curveKeyPair();
  let info: ConnectionInfo;
  let client: KernelClient;

  beforeEach(async () => {
    info = await connectionInfo({ curve_publickey: keys.publicKey, curve_secretkey: keys.secretKey });
    [, client] = await start({}, info);
  });

  test('an encrypted client is served on all five sockets, an input request and its answer among them', async () => {
    expect((await client.run('["turns",0]')).reply.content['status']).toBe('ok');
    expect(await client.beat()).toBe('ping');
    expect((await client.ask('control', 'kernel_info_request')).reply.content['status']).toBe('ok');
    const cell = await client.execute([['input', 'who? ', false]]);
    const question = await client.nextInput();
    expect(question.content['prompt']).toBe('who? ');
    await client.send('stdin', 'input_reply', { value: 'Ada' }, { parent: question.header });
    expect((await client.reply('shell', cell)).content['status']).toBe('ok');
    expect((await client.iopubOf(cell)).find(({ header }) => header.msg_type === 'stream')?.content['text']).toBe('got Ada');
    expect(kernel!.output.stderr).toBe('');
  });

  test.each(['shell', 'control', 'stdin', 'iopub', 'hb'] as const)('%s meets who has the key, and nobody else', async (channel) => {
    const endpoint = `tcp://127.0.0.1:${info[`${channel}_port`]}`;
    const socket = { shell: Dealer, control: Dealer, stdin: Dealer, iopub: Subscriber, hb: Req }[channel];
    const curves = {
      'no key': {},
      'the key of another kernel': { curveServerKey: other.publicKey, curvePublicKey: other.publicKey, curveSecretKey: other.secretKey },
      // As jupyter_client's heartbeat has it: a pair of its own.
      'the public key': { curveServerKey: keys.publicKey, curvePublicKey: other.publicKey, curveSecretKey: other.secretKey },
    };
    const became: Record<string, string> = {};
    for (const [name, curve] of Object.entries(curves)) {
      const one = new socket({ linger: 0, ...curve });
      if (one instanceof Subscriber) one.subscribe('');
      became[name] = await within(handshake(one, endpoint), 10_000, `an answer of ${channel} to a client with ${name}`);
      one.close();
    }
    expect(became).toEqual({ 'no key': 'refused', 'the key of another kernel': 'refused', 'the public key': 'met' });
  });

  test('what a client without keys sends is not heard, and nothing comes to it', async () => {
    const { curve_publickey: _publicKey, curve_secretkey: _secretKey, ...plainInfo } = info;
    const plain = new KernelClient(plainInfo);
    const id = await plain.execute('["turns",0]');
    await client.run('["turns",0]');
    await expectIgnored(client, id);
    expect(plain.iopubLog).toEqual([]);
    plain.close();
  });
});

test('over ipc the socket files are private and go at the end', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'ipc-'));
  try {
    const [process_, client] = await start({}, await connectionInfo({}, join(folder, 'k')));
    expect((await client.run('["turns",0]')).reply.content['status']).toBe('ok');
    expect(await client.beat()).toBe('ping');
    for (const name of readdirSync(folder)) expect(statSync(join(folder, name)).mode & 0o077).toBe(0);
    await client.ask('control', 'shutdown_request', { restart: false });
    expect(await process_.ended).toBe(0);
    expect(readdirSync(folder)).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test.each([false, true])('shutdown (restart %s) is answered on control, told on iopub, detaches and ends with 0', async (restart) => {
  const [process_, client] = await start();
  const { reply, iopub } = await client.ask('control', 'shutdown_request', { restart });
  expect(reply.content).toEqual({ status: 'ok', restart });
  expect(iopub.map((message) => message.content['execution_state'] ?? message.header.msg_type)).toEqual(['busy', 'shutdown_reply', 'idle']);
  expect(await process_.ended).toBe(0);
  expect(process_.output).toEqual({ stdout: 'closed\n', stderr: '' });
});

test('shutdown while a cell runs and others wait: each gets its reply and its idle', async () => {
  const [process_, client] = await start();
  const running = await client.execute([['forever']]);
  await client.onIopub(started(running));
  const waiting = await client.execute('["turns",0]');
  await client.ask('shell', 'kernel_info_request');
  await client.send('control', 'shutdown_request', { restart: false });
  expect((await client.reply('shell', running)).content).toMatchObject({ status: 'error', ename: 'BridgeLost', evalue: expect.stringContaining('the job lives on') });
  expect((await client.reply('shell', waiting)).content).toMatchObject({ status: 'aborted' });
  await client.iopubOf(running);
  await client.iopubOf(waiting);
  expect(await process_.ended).toBe(0);
});

test.each(['SIGTERM', 'SIGHUP'] as const)('%s detaches and ends with 0', async (signal) => {
  const [process_] = await start();
  process_.child.kill(signal);
  expect(await process_.ended).toBe(0);
  expect(process_.output.stdout).toBe('closed\n');
});

test('the kernel detaches when the Jupyter that started it has gone', async () => {
  const info = await connectionInfo();
  const folder = mkdtempSync(join(tmpdir(), 'parent-'));
  const file = join(folder, 'connection.json');
  writeFileSync(file, JSON.stringify(info));
  const program = `const { spawn } = require('child_process');
    const kernel = spawn(process.execPath, ${JSON.stringify(mockKernel(file))}, { stdio: 'inherit', env: { ...process.env, JPY_PARENT_PID: String(process.pid) } });
    process.stdin.resume();`;
  const parent = spawn(process.execPath, ['-e', program], { stdio: ['pipe', 'pipe', 'pipe'] });
  let printed = '';
  parent.stdout.on('data', (data) => (printed += String(data)));
  const outputClosed = once(parent.stdout, 'end');
  const client = new KernelClient(info);
  try {
    await client.ready();
    parent.kill('SIGKILL');
    // The kernel holds the pipe that it inherited until it ends.
    await outputClosed;
    expect(printed).toBe('closed\n');
  } finally {
    client.close();
    parent.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  }
});

describe('a connection file that cannot be used ends the kernel with one sentence', () => {
  test.each([
    ['not JSON', () => '{', 'is not a JSON object'],
    ['no ip', (info: ConnectionInfo) => ({ ...info, ip: undefined }), '"ip" must be'],
    ['port out of range', (info: ConnectionInfo) => ({ ...info, hb_port: 70_000 }), '"hb_port" must be a port number'],
    ['port of two channels', (info: ConnectionInfo) => ({ ...info, stdin_port: info.shell_port }), 'is the port of another channel too'],
    ['empty key', (info: ConnectionInfo) => ({ ...info, key: '' }), '"key" must not be empty'],
    ['unknown scheme', (info: ConnectionInfo) => ({ ...info, signature_scheme: 'hmac-nothing' }), 'the signature scheme "hmac-nothing" is not known'],
    ['other transport', (info: ConnectionInfo) => ({ ...info, transport: 'udp' }), '"transport" must be'],
    ['half a key pair', (info: ConnectionInfo) => ({ ...info, curve_publickey: 'x' }), 'must both be Z85 keys'],
    ['path too long', (info: ConnectionInfo) => ({ ...info, transport: 'ipc', ip: `/tmp/${'x'.repeat(120)}` }), 'at most 107 are possible'],
  ])('%s', async (_, change, sentence) => {
    const info = await connectionInfo();
    const contents = change(info);
    kernel = await KernelProcess.start((file) => {
      writeFileSync(file, typeof contents === 'string' ? contents : JSON.stringify(contents));
      return mockKernel(file);
    }, info);
    expect(await kernel.ended).toBe(1);
    expect(kernel.output.stderr).toMatch(/^allranks kernel: [^\n]+\n$/);
    expect(kernel.output.stderr).toContain(sentence);
  });

  test('missing file', async () => {
    kernel = await KernelProcess.start((file) => mockKernel(`${file}.missing`));
    expect(await kernel.ended).toBe(1);
    expect(kernel.output.stderr).toMatch(/^allranks kernel: connection file .*cannot be read[^\n]+\n$/);
  });

  test.each(['shell_port', 'hb_port'] as const)('%s in use', async (port) => {
    const info = await connectionInfo();
    const server = createServer().listen(info[port], '127.0.0.1');
    await once(server, 'listening');
    kernel = await startMockKernel({}, info);
    expect(await kernel.ended).toBe(1);
    expect(kernel.output.stderr).toMatch(new RegExp(`^allranks kernel: cannot bind the ${port.replace('_port', '')} socket to tcp://127.0.0.1:${info[port]}: [^\\n]+\\n$`));
    server.close();
  });
});
