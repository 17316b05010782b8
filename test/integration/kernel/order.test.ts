/** What runs in which order: queues, aborts, interrupts, input, several clients. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { KernelClient, KernelProcess, Message } from '../../support/kernel-client';
import { whenFiles, within } from '../../support/wait';
import { startMockKernel } from './support/start';

let kernel: KernelProcess;
let client: KernelClient;

beforeEach(async () => {
  kernel = await startMockKernel();
  client = await kernel.readyClient();
});

afterEach(() => kernel.stop());

const types = (messages: Message[]): string[] => messages.map((message) => (message.header.msg_type === 'status' ? message.content['execution_state'] : message.header.msg_type));
const started = (id: string) => (message: Message) => message.header.msg_type === 'execute_input' && message.parent['msg_id'] === id;

test('questions and control are answered while a cell runs, each in its own bracket', async () => {
  const cell = await client.execute([['wait']]);
  await client.onIopub(started(cell));
  for (const type of ['kernel_info_request', 'complete_request', 'inspect_request', 'is_complete_request', 'history_request', 'comm_info_request']) {
    const { reply, iopub } = await client.ask('shell', type, { code: 'a', cursor_pos: 1 });
    expect(reply.content['status']).not.toBe('error');
    expect(types(iopub)).toEqual(['busy', 'idle']);
  }
  await client.ask('control', 'kernel_info_request');
  await client.ask('control', 'interrupt_request');
  expect((await client.reply('shell', cell)).content['ename']).toBe('KeyboardInterrupt');
});

test('an interrupt does not wait for a question on its channel', async () => {
  const cell = await client.execute([['wait']]);
  await client.onIopub(started(cell));
  const usage = await client.send('control', 'usage_request', {});
  expect((await client.ask('control', 'interrupt_request')).reply.content['status']).toBe('ok');
  expect((await client.reply('shell', cell)).content['ename']).toBe('KeyboardInterrupt');
  expect((await client.reply('control', usage)).content).toMatchObject({ status: 'ok', ranks: [] });
  expect(types(await client.iopubOf(usage))).toEqual(['busy', 'idle']);
});

test('500 pipelined cells run in order, none overlaps another', async () => {
  const ids = await Promise.all(Array.from({ length: 500 }, () => client.execute('["turns",1]')));
  const counts: number[] = [];
  for (const id of ids) counts.push((await client.reply('shell', id)).content['execution_count']);
  expect(counts).toEqual(Array.from({ length: 500 }, (_, i) => i + 1));
  await client.iopubOf(ids.at(-1) ?? '');
  const parents = client.iopubLog.map((message) => message.parent['msg_id']).filter((id) => typeof id === 'string' && ids.includes(id));
  expect(parents.filter((id, i) => id !== parents[i - 1])).toEqual(ids.slice(0, -1));
});

test('an error aborts the execute requests that were sent, and nothing else; later ones run', async () => {
  const gate = await client.execute([['wait']]);
  await client.onIopub(started(gate));
  const second = await client.execute('["turns",0]');
  const comm = await client.send('shell', 'comm_open', { comm_id: 'c', target_name: 't', data: {} });
  const third = await client.execute('["turns",0]');
  // Answered on shell, so the kernel has received all that was sent before.
  await client.ask('shell', 'kernel_info_request');
  await client.ask('control', 'interrupt_request');
  expect((await client.reply('shell', gate)).content['status']).toBe('error');
  for (const id of [second, third]) {
    expect((await client.reply('shell', id)).content).toMatchObject({ status: 'aborted' });
    expect(types(await client.iopubOf(id))).toEqual(['busy', 'idle']);
  }
  expect(types(await client.iopubOf(comm))).toEqual(['busy', 'stream', 'idle']);
  expect((await client.run('["turns",0]')).reply.content['status']).toBe('ok');
});

test('requests that still lie in the socket when the cell fails are aborted too', async () => {
  const blocked = await client.execute([['gate'], ['block', 300], ['error', 'E', '']]);
  // The block holds back all that has not left yet, so it begins once busy is here.
  await client.onIopub((message) => message.content['execution_state'] === 'busy' && message.parent['msg_id'] === blocked);
  kernel.child.kill('SIGUSR2');
  const ids = await Promise.all([1, 2, 3].map(() => client.execute('["turns",0]')));
  expect((await client.reply('shell', blocked)).content['status']).toBe('error');
  for (const id of ids) expect((await client.reply('shell', id)).content['status']).toBe('aborted');
});

test.each([
  ['stop_on_error false', { stop_on_error: false }],
  ['silent', { silent: true }],
])('a failing cell with %s aborts nothing', async (_, options) => {
  const failing = await client.execute([['turns', 3], ['error', 'E', '']], options);
  const next = await client.execute('["turns",0]');
  expect((await client.reply('shell', failing)).content['status']).toBe('error');
  expect((await client.reply('shell', next)).content['status']).toBe('ok');
});

test('an interrupt without a cell is a no-op', async () => {
  expect((await client.ask('control', 'interrupt_request')).reply.content).toEqual({ status: 'ok' });
  expect((await client.run('["turns",0]')).reply.content['status']).toBe('ok');
});

test('SIGINT interrupts the cell, not the kernel', async () => {
  const cell = await client.execute([['wait']]);
  await client.onIopub(started(cell));
  kernel.child.kill('SIGINT');
  expect((await client.reply('shell', cell)).content['ename']).toBe('KeyboardInterrupt');
  expect((await client.run('["turns",0]')).reply.content['status']).toBe('ok');
});

test('input is asked of the client that sent the cell, after the text before it', async () => {
  const other = await kernel.readyClient();
  const cell = await client.execute([['stream', 'stdout', 'name: '], ['input', 'who? ', true]]);
  const question = await client.nextInput();
  expect(question.header.msg_type).toBe('input_request');
  expect(question.content).toEqual({ prompt: 'who? ', password: true });
  expect(question.parent['msg_id']).toBe(cell);
  await client.onIopub((message) => message.content['text'] === 'name: ');
  // Another client has not been asked.
  await other.send('stdin', 'input_reply', { value: 'wrong' });
  await other.ask('shell', 'kernel_info_request');
  await client.send('stdin', 'input_reply', { value: 'Ada' }, { parent: question.header });
  await client.reply('shell', cell);
  const iopub = await client.iopubOf(cell);
  expect(iopub.find((message) => message.header.msg_type === 'stream')?.content['text']).toBe('got Ada');
});

test('an answer that came too early is not taken for the next question', async () => {
  await client.send('stdin', 'input_reply', { value: 'stale' });
  await client.ask('shell', 'kernel_info_request');
  const cell = await client.execute([['input', '', false]]);
  await client.nextInput();
  await client.send('stdin', 'input_reply', { value: 'fresh' });
  await client.reply('shell', cell);
  expect((await client.iopubOf(cell)).find((message) => message.header.msg_type === 'stream')?.content['text']).toBe('got fresh');
});

test('without allow_stdin a cell that asks fails as Python users know it', async () => {
  const { reply } = await client.run([['input', '', false]], { allow_stdin: false });
  expect(reply.content).toMatchObject({ status: 'error', ename: 'StdinNotImplementedError' });
});

test('an interrupt breaks a wait for input, and the next question works', async () => {
  const cell = await client.execute([['input', '', false]]);
  const first = await client.nextInput();
  await client.ask('control', 'interrupt_request');
  expect((await client.reply('shell', cell)).content).toMatchObject({ status: 'error', evalue: 'interrupted' });
  const next = await client.execute([['input', '', false]]);
  await client.nextInput();
  await client.send('stdin', 'input_reply', { value: 'old' }, { parent: first.header });
  await client.send('stdin', 'input_reply', { value: 'new' });
  await client.reply('shell', next);
  expect((await client.iopubOf(next)).find((message) => message.header.msg_type === 'stream')?.content['text']).toBe('got new');
});

test('every subscriber is welcomed first, on its topic, also the second to the same topic', async () => {
  const second = kernel.client();
  await second.ready();
  const topical = kernel.client({ topics: ['stream.'] });
  const welcome = await topical.onIopub(() => true);
  expect(welcome.header.msg_type).toBe('iopub_welcome');
  expect(welcome.content).toEqual({ subscription: 'stream.' });
  expect(welcome.parent).toEqual({});
  expect(welcome.prefix.map(String)).toEqual(['stream.']);
  expect((await client.onIopub((message) => message.header.msg_type === 'iopub_welcome')).content).toEqual({ subscription: '' });
});

test('a client that connects again under its old identity is heard', async () => {
  const first = kernel.client({ identity: 'same' });
  await first.ready();
  await first.ask('shell', 'kernel_info_request');
  const second = kernel.client({ identity: 'same' });
  await second.ready();
  expect((await second.run('["turns",0]')).reply.content['status']).toBe('ok');
});

test('heartbeat answers while the event loop is blocked', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'beat-'));
  const end = join(folder, 'end');
  try {
    const cell = await client.execute([['blockUntil', end]]);
    await whenFiles([folder], () => (existsSync(`${end}.begun`) ? true : undefined), 10_000, 'the block');
    // The block lasts until these have been echoed.
    for (let i = 0; i < 5; i += 1) expect(await within(client.beat(String(i)), 10_000, `echo ${i}`)).toBe(String(i));
    expect(client.waiting('shell')).toEqual([]);
    writeFileSync(end, '');
    expect((await client.reply('shell', cell)).content['status']).toBe('ok');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
