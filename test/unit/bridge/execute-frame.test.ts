import { executeFrame } from '../../../bridge/client/execute-frame';
import { encodeFrame, FrameReader } from '../../../bridge/protocol/frames';
import { clientMessageShape } from '../../../bridge/protocol/messages';
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
