import { executeFrame, readCellFrame } from '../../../bridge/client/cell-frames';
import { encodeFrame, FrameReader, pack } from '../../../bridge/protocol/frames';
import { bridgeMessageShape, clientMessageShape, type BridgeMessage } from '../../../bridge/protocol/messages';
import { Execution, type Client } from '../../../bridge/server/execution';
import { decide } from '../../../bridge/server/verdict';
import type { CellRequest } from '../../../kernel/executor';

const cell: CellRequest = { id: 'a-b', code: 'pass', silent: false, storeHistory: true, userExpressions: {}, allowStdin: false, stopOnError: true };

const read = (bytes: Buffer): unknown[] => new FrameReader().push(bytes);

test.each<[string, Partial<CellRequest>]>([
  ['a plain cell', {}],
  ['flags the other way', { silent: true, storeHistory: false, allowStdin: true, stopOnError: false }],
  ['every member', { username: 'u', origin: '{"msg_id":"1"}', cellId: 'c', maxTextBytes: 2_000_000, after: 'x' }],
  ['text outside of ASCII and of the basic plane', { code: 'print("ü😀")', username: 'jürgen', cellId: '' }],
  ['strings of 255 bytes', { code: 'x'.repeat(255) }],
  ['strings of 256 bytes, and of more bytes than characters', { code: 'ü'.repeat(128), origin: 'ä'.repeat(200) }],
  ['long code', { code: 'x = 1\n'.repeat(2000) }],
])('%s reads as the message that the encoder makes', (_, members) => {
  const message = { t: 'execute', ...cell, ...members };
  const frame = executeFrame({ ...cell, ...members });
  expect(read(Buffer.from(frame ?? '', 'latin1'))).toEqual(read(encodeFrame(message)));
  expect(clientMessageShape.fault(message)).toBeNull();
});

test('a lone surrogate becomes the replacement character', () => {
  expect(read(Buffer.from(executeFrame({ ...cell, code: '\ud800' }) ?? '', 'latin1'))).toMatchObject([{ code: '\ufffd' }]);
});

test.each<[string, Partial<CellRequest>]>([
  ['expressions', { userExpressions: { a: '1' } }],
  ['much code', { code: 'x'.repeat(20_000) }],
  ['a text limit beyond four bytes', { maxTextBytes: 2 ** 40 }],
])('a cell with %s is left to the encoder', (_, members) => {
  expect(executeFrame({ ...cell, ...members })).toBeUndefined();
});

const id = 'e763d615-bc25-4c69-9ecc-78693d2f4144';
const metadata = { step: 70_000, time: 0.5, ranks: { ok: '0-3' } };
const verdict = { t: 'verdict', id, status: 'ok', userExpressions: {}, payload: [], metadata, executionCount: 6 };

test.each<[string, object]>([
  ['an accepted cell', { t: 'accepted', id, index: 0, executionCount: 6 }],
  ['numbers of two and three bytes', { t: 'accepted', id, index: 200, executionCount: 40_000 }],
  ['a verdict', verdict],
  ['a verdict with a large count and no metadata', { ...verdict, metadata: {}, executionCount: 300 }],
  ['a verdict whose metadata have a count of their own', { ...verdict, metadata: { executionCount: 3, text: '\u00aeexecutionCount\u0001' } }],
])('%s reads as the message that was sent', (_, message) => {
  expect(readCellFrame(pack(message))).toEqual(message);
  expect(bridgeMessageShape.fault(message)).toBeNull();
});

test('the verdict of an execution that was ok has the bytes that the client knows', () => {
  const sent: BridgeMessage[] = [];
  const client: Client = { name: 'c', observer: false, alive: () => true, send: (message) => void sent.push(message) };
  const execution = new Execution('cell', { ...cell, id }, 6, 'me');
  execution.attach(client, 0);
  execution.settle(decide([0, 1].map((rank) => ({ rank, status: 'ok', step: 3, time: 0.5 }))));
  expect(sent.map((message) => readCellFrame(pack(message)))).toEqual([
    { t: 'accepted', id, index: 0, executionCount: 6 },
    { ...verdict, metadata: { step: 3, time: 0.5, ranks: { ok: '0-1' } } },
  ]);
});

test.each<[string, object]>([
  ['a verdict with an error', { ...verdict, status: 'error', ename: 'E' }],
  ['a verdict with expressions', { ...verdict, userExpressions: { a: {} } }],
  ['a verdict with a payload', { ...verdict, payload: [1] }],
  ['a verdict without count', { ...verdict, executionCount: undefined }],
  ['a verdict whose count is no number', { ...verdict, executionCount: 'x' }],
  ['a verdict whose metadata are no map', { ...verdict, metadata: [] }],
  ['members in another order', { t: 'accepted', id, executionCount: 6, index: 0 }],
  ['numbers of more bytes', { t: 'accepted', id, index: 100_000, executionCount: 6 }],
  ['a negative number', { t: 'accepted', id, index: 0, executionCount: -1 }],
  ['another id', { t: 'accepted', id: 'a', index: 0, executionCount: 6 }],
  ['an output', { t: 'output', id, output: { kind: 'clear', wait: true } }],
  ['nothing', {}],
])('%s is left to the decoder', (_, message) => {
  expect(readCellFrame(pack(message))).toBeUndefined();
});
