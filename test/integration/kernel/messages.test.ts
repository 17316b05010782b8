/** Every kind of message, against a kernel process whose executor is a mock. */
import type { KernelClient, KernelProcess, Message } from '../../support/kernel-client';
import { startMockKernel } from './support/start';

let kernel: KernelProcess;
let client: KernelClient;

beforeAll(async () => {
  kernel = await startMockKernel();
  client = await kernel.readyClient();
});

afterAll(() => kernel.stop());

const types = (messages: Message[]): string[] => messages.map((message) => (message.header.msg_type === 'status' ? message.content['execution_state'] : message.header.msg_type));

test.each(['shell', 'control'] as const)('kernel_info on %s names protocol, language and implementation', async (channel) => {
  const { reply, iopub } = await client.ask(channel, 'kernel_info_request');
  expect(reply.content).toMatchObject({
    status: 'ok',
    protocol_version: '5.5',
    implementation: 'allranks',
    language_info: { name: 'python', version: '3.11.7', file_extension: '.py', mimetype: 'text/x-python' },
    banner: 'mock job, 4 ranks',
    supported_features: [],
  });
  expect(types(iopub)).toEqual(['busy', 'idle']);
});

test('an execute is busy, input, outputs in order, result, idle, under one session and the request as parent', async () => {
  const header = { subshell_id: null, extra: { nested: ['ü', 1.5] } };
  const code = [
    ['stream', 'stdout', 'one '],
    ['stream', 'stdout', 'two'],
    ['stream', 'stderr', 'err'],
    ['display', { 'text/plain': 'd' }, 'id1'],
    ['update', { 'text/plain': 'u' }, 'id1'],
    ['clear', true],
    ['result', { 'text/plain': '42' }],
  ];
  const before = await client.run('["turns",0]');
  const { reply, iopub } = await client.run(code, { user_expressions: { x: '1' } }, { header, metadata: { cellId: 'cell-1' } });
  expect(types(iopub)).toEqual(['busy', 'execute_input', 'stream', 'stream', 'display_data', 'update_display_data', 'clear_output', 'execute_result', 'idle']);
  const count = before.reply.content['execution_count'] + 1;
  const [, input, out, err, display, update, clear, result] = iopub.map((message) => message.content);
  expect(input).toEqual({ code: code.map((line) => JSON.stringify(line)).join('\n'), execution_count: count });
  expect(out).toEqual({ name: 'stdout', text: 'one two' });
  expect(err).toEqual({ name: 'stderr', text: 'err' });
  expect(display).toEqual({ data: { 'text/plain': 'd' }, metadata: {}, transient: { display_id: 'id1' } });
  expect(update).toEqual({ data: { 'text/plain': 'u' }, metadata: {}, transient: { display_id: 'id1' } });
  expect(clear).toEqual({ wait: true });
  expect(result).toEqual({ data: { 'text/plain': '42' }, metadata: {}, execution_count: count });
  expect(reply.content).toMatchObject({ status: 'ok', execution_count: count, payload: [], user_expressions: { x: { data: { 'text/plain': '1' } } } });
  expect(reply.metadata).toMatchObject({ step: 7, cell: { cellId: 'cell-1', username: 'tester', stopOnError: true } });
  const sessions = new Set([...iopub, reply].map((message) => message.header.session));
  expect(sessions.size).toBe(1);
  for (const message of [...iopub, reply]) {
    expect(message.parent).toMatchObject(header);
    expect(message.header.version).toBe('5.5');
    expect(Number.isNaN(Date.parse(message.header.date))).toBe(false);
    expect(message.signatureFits).toBe(true);
  }
  expect(String(iopub[0]?.prefix[0])).toMatch(/^kernel\..*\.status$/);
  expect(String(iopub[2]?.prefix[0])).toBe('stream.stdout');
});

test('a silent cell has neither input nor result nor history', async () => {
  const { reply, iopub } = await client.run([['result', { 'text/plain': '1' }]], { silent: true, store_history: true });
  expect(types(iopub)).toEqual(['busy', 'idle']);
  expect(reply.metadata['cell']).toMatchObject({ silent: true, storeHistory: false });
});

test('store_history false keeps the count and still shows the input', async () => {
  const before = await client.run('["turns",0]');
  const { reply, iopub } = await client.run('["turns",1]', { store_history: false });
  expect(reply.content['execution_count']).toBe(before.reply.content['execution_count']);
  expect(types(iopub)).toEqual(['busy', 'execute_input', 'idle']);
});

test('an error is published once, after the outputs, and repeated in the reply', async () => {
  const { reply, iopub } = await client.run([['stream', 'stdout', 'x'], ['error', 'ValueError', 'no']]);
  expect(types(iopub)).toEqual(['busy', 'execute_input', 'stream', 'error', 'idle']);
  const error = { ename: 'ValueError', evalue: 'no', traceback: ['ValueError: no'] };
  expect(iopub[3]?.content).toEqual(error);
  expect(reply.content).toMatchObject({ status: 'error', ...error, user_expressions: {}, payload: [] });
});

test('a refusal of the executor is an error with its sentence, and the input is still shown', async () => {
  const { reply, iopub } = await client.run([['refuse', 'job_ended', 'the job has ended']]);
  expect(types(iopub)).toEqual(['busy', 'execute_input', 'error', 'idle']);
  expect(reply.content).toMatchObject({ status: 'error', ename: 'SimulationEnded', evalue: 'the job has ended' });
});

test('a cell that never ran is answered as aborted, without an input', async () => {
  const { reply, iopub } = await client.run([['aborted']]);
  expect(reply.content).toMatchObject({ status: 'aborted' });
  expect(types(iopub)).toEqual(['busy', 'idle']);
});

test('values that JSON cannot hold arrive as JSON all the same', async () => {
  const { iopub } = await client.run([['strange']]);
  expect(iopub[2]?.content).toEqual({
    data: { 'text/plain': 'a\ufffdb', 'application/json': { nan: null, big: 12, bytes: 'AQID' } },
    metadata: { inf: null },
    transient: {},
  });
});

test('cursor positions pass as code points, also behind astral characters', async () => {
  const { reply } = await client.ask('shell', 'complete_request', { code: 'a😀b', cursor_pos: 3 });
  expect(reply.content).toEqual({ status: 'ok', matches: ['A😀B'], cursor_start: 0, cursor_end: 3, metadata: {} });
  const end = await client.ask('shell', 'complete_request', { code: '😀😀' });
  expect(end.reply.content['cursor_end']).toBe(2);
  const beyond = await client.ask('shell', 'inspect_request', { code: 'x😀', cursor_pos: 99, detail_level: 1 });
  expect(beyond.reply.content).toEqual({ status: 'ok', found: true, data: { 'text/plain': 'x😀 2 1' }, metadata: {} });
});

test('is_complete carries an indent for incomplete code only', async () => {
  expect((await client.ask('shell', 'is_complete_request', { code: 'if x:' })).reply.content).toEqual({ status: 'incomplete', indent: '    ' });
  expect((await client.ask('shell', 'is_complete_request', { code: 'x' })).reply.content).toEqual({ status: 'complete' });
});

test('history passes the request on and answers errors as errors', async () => {
  await client.run('["turns",0]');
  const tail = await client.ask('shell', 'history_request', { hist_access_type: 'tail', n: 1, output: false, raw: true });
  expect(tail.reply.content['history']).toEqual([[1, expect.any(Number), '["turns",0]']]);
  const search = await client.ask('shell', 'history_request', { hist_access_type: 'search', pattern: '1?2*', n: 3, unique: true, output: false, raw: true });
  expect(search.reply.content).toMatchObject({ status: 'error', ename: 'Internal', evalue: expect.stringContaining('"pattern":"1?2*","n":3,"unique":true') });
  expect(types(search.iopub)).toEqual(['busy', 'idle']);
});

test.each([
  ['execute_request', {}, '"code" must be a string'],
  ['execute_request', { code: '', user_expressions: [1] }, '"user_expressions" must map names to strings'],
  ['complete_request', { code: 'a', cursor_pos: 'x' }, '"cursor_pos" must be an integer'],
  ['history_request', { hist_access_type: 'other' }, '"hist_access_type" must be'],
])('%s with content %j gets an error reply of one sentence', async (type, content, text) => {
  const { reply, iopub } = await client.ask('shell', type, content);
  expect(reply.content).toMatchObject({ status: 'error', ename: 'RequestError', evalue: expect.stringContaining(text) });
  expect(types(iopub)).toEqual(['busy', 'idle']);
});

test('connect_request names the five ports', async () => {
  const { reply } = await client.ask('shell', 'connect_request');
  const { shell_port, iopub_port, stdin_port, hb_port, control_port } = kernel.info;
  expect(reply.content).toMatchObject({ shell_port, iopub_port, stdin_port, hb_port, control_port });
});

test('comms are handed over with buffers, answered on iopub, and listed while open', async () => {
  const open = await client.send('shell', 'comm_open', { comm_id: 'c1', target_name: 't', data: {} }, { buffers: [Buffer.from('abc')] });
  expect(types(await client.iopubOf(open))).toEqual(['busy', 'stream', 'idle']);
  const info = await client.ask('shell', 'comm_info_request', { target_name: 't' });
  expect(info.reply.content).toEqual({ status: 'ok', comms: { c1: { target_name: 't' } } });
  const message = await client.send('shell', 'comm_msg', { comm_id: 'c1', data: { v: 1 } }, { buffers: [Buffer.from('xy'), Buffer.from('z')] });
  const iopub = await client.iopubOf(message);
  expect(types(iopub)).toEqual(['busy', 'stream', 'comm_msg', 'idle']);
  expect(iopub[1]?.content['text']).toBe('comm_msg 2,1');
  expect(iopub[2]?.content).toEqual({ comm_id: 'c1', data: { echo: { v: 1 } } });
  expect(iopub[2]?.buffers.map(String)).toEqual(['xy', 'z']);
  const close = await client.send('shell', 'comm_close', { comm_id: 'c1', data: {} });
  await client.iopubOf(close);
  expect((await client.ask('shell', 'comm_info_request')).reply.content['comms']).toEqual({});
});

test('a comm that nobody takes is closed', async () => {
  const open = await client.send('shell', 'comm_open', { comm_id: 'c2', target_name: 'none', data: {} });
  const iopub = await client.iopubOf(open);
  expect(types(iopub)).toEqual(['busy', 'comm_close', 'idle']);
  expect(iopub[1]?.content).toEqual({ comm_id: 'c2', data: {} });
});

test('output after the verdict keeps its parent', async () => {
  const { reply } = await client.run([['late', 'later']]);
  const late = await client.onIopub((message) => message.header.msg_type === 'stream');
  expect(late.parent['msg_id']).toBe(reply.parent['msg_id']);
  expect(late.content['text']).toBe('later');
});

test("another client's cell shows as busy and idle without parent", async () => {
  await client.run([['other']]);
  const busy = await client.onIopub((message) => message.content['execution_state'] === 'busy');
  const idle = await client.onIopub((message) => message.content['execution_state'] === 'idle');
  expect([busy.parent, idle.parent]).toEqual([{}, {}]);
});

test.each(['shell', 'control'] as const)('an unknown type on %s is busy and idle without reply', async (channel) => {
  const id = await client.send(channel, 'no_such_request', {});
  expect(types(await client.iopubOf(id))).toEqual(['busy', 'idle']);
});

test('a debug request is declined in the form of the debug protocol', async () => {
  const { reply } = await client.ask('control', 'debug_request', { type: 'request', seq: 5, command: 'debugInfo' });
  expect(reply.header.msg_type).toBe('debug_reply');
  expect(reply.content).toMatchObject({ type: 'response', request_seq: 5, command: 'debugInfo', success: false });
});

test('the heartbeat echoes', async () => {
  expect(await client.beat('beat')).toBe('beat');
});

test('100,000 printed lines arrive whole, in order and in few messages, before the reply', async () => {
  const id = await client.execute([['lines', 100_000]]);
  const iopub = await client.iopubOf(id);
  await client.reply('shell', id);
  const streams = iopub.filter((message) => message.header.msg_type === 'stream');
  expect(streams.map((message) => message.content['text']).join('')).toBe(Array.from({ length: 100_000 }, (_, i) => `${i}\n`).join(''));
  expect(streams.length).toBeLessThan(20);
});
