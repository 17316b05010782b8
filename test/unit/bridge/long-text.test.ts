import { encodeFrame, encodeFramePieces, FrameReader, pack, packPieces, roomAround, unpack } from '../../../bridge/protocol/frames';
import { jsonPieces, LongText, unpackOutput } from '../../../bridge/protocol/long-text';
import { bundleToJson } from '../../../kernel/wire/codec';
import { PlainText } from '../../../kernel/executor';

const base64 = 'iVBO'.repeat(20_000);
const isPlain = (text: Uint8Array): boolean => !/[^\x20-\x7f]|["\\]/.test(Buffer.from(text).toString('latin1'));
const joined = (pieces: readonly (string | Buffer)[]): string => pieces.map(String).join('');
const data = (map: unknown): Record<string, unknown> => (unpackOutput(pack(map), isPlain) as { data: Record<string, unknown> }).data;

test('a long text of an output stays bytes from the rank to the frame for the kernel, and is the same text', () => {
  const output = unpackOutput(pack({ kind: 'display', data: { 'image/png': base64 }, metadata: { a: 1 } }), isPlain) as Record<string, unknown>;
  const value = (output['data'] as Record<string, unknown>)['image/png'];
  expect(value).toBeInstanceOf(LongText);
  expect(String(value)).toBe(base64);
  const [back] = new FrameReader().push(encodeFrame({ t: 'output', output })) as [{ output: { data: Record<string, LongText> } }];
  expect(back.output.data['image/png']).toBeInstanceOf(LongText);
  expect(back.output.data['image/png']!.bytes.equals(Buffer.from(base64))).toBe(true);
});

test.each([
  ['a quote', `${base64}"`],
  ['a backslash', `${base64}\\`],
  ['a line end', `${base64}\n`],
  ['NUL', `${base64}\0`],
  ['the last control character', `${base64}\x1f`],
  ['another script', `${base64}é😀`],
])('a long text with %s is a string as ever', (_, text) => expect(data({ data: { 'text/html': text } })).toEqual({ 'text/html': text }));

test('plain text, short texts, metadata and nested values are strings, and bytes are bytes', () => {
  const lengths = [0, 1, 31, 32, 217, 218, 219, 255, 256, 65_535];
  const texts = Object.fromEntries(lengths.map((length) => [`x/${length}`, 'é'.repeat(Math.floor(length / 2)) + 'a'.repeat(length % 2)]));
  const map = { data: { 'text/plain': base64, ...texts, 'application/json': { deep: base64, list: [base64, 1, null, true] } }, metadata: { data: base64 }, transient: base64 };
  expect(unpackOutput(pack(map), isPlain)).toEqual(map);
  for (const length of lengths) {
    // Bytes whose neighbours look like the head of a string.
    const bytes = Buffer.alloc(length, 0xd9);
    const back = data({ data: { before: 'a'.repeat(31), bytes } });
    expect(Buffer.from(back['bytes'] as Uint8Array).equals(bytes)).toBe(true);
  }
});

test('JSON with long texts is that of the strings, for the journal and for the front end', () => {
  const long = { 'image/png': new LongText(Buffer.from(base64)), 'text/plain': '"<picture>"', 'image/jpeg': new LongText(Buffer.from('a'.repeat(70_000))) };
  const strings = { 'image/png': base64, 'text/plain': '"<picture>"', 'image/jpeg': 'a'.repeat(70_000) };
  expect(joined(jsonPieces({ id: 1, output: { data: long } }))).toBe(JSON.stringify({ id: 1, output: { data: strings } }));
  expect(JSON.stringify(long)).toBe(JSON.stringify(strings));
  const plain = Object.fromEntries(Object.entries(long).map(([name, value]) => [name, value instanceof LongText ? new PlainText(value.bytes) : value]));
  expect(String(bundleToJson({ data: plain, metadata: {}, transient: { display_id: 'x' } }))).toBe(JSON.stringify({ data: strings, metadata: {}, transient: { display_id: 'x' } }));
});

test('in pieces it is the same MessagePack, long texts and long binary not copied', () => {
  const text = new LongText(Buffer.from(base64));
  const binary = Buffer.alloc(70_000, 7);
  const view = new Uint8Array(binary.buffer, binary.byteOffset + 10, 66_000);
  const value = { before: 1, text, list: [binary, 'between', text], view, short: Buffer.from('short'), after: 'é' };
  const pieces = packPieces(value);
  expect(Buffer.concat(pieces).equals(pack(value))).toBe(true);
  expect(pieces.filter((piece) => piece === text.bytes)).toHaveLength(2);
  expect(pieces.some((piece) => piece.buffer === binary.buffer)).toBe(true);
  expect(unpack(Buffer.concat(packPieces({ small: [1, 'two'] })))).toEqual({ small: [1, 'two'] });
  expect(Buffer.concat(encodeFramePieces(value)).equals(encodeFrame(value))).toBe(true);
});

test('pieces that could not be made leave nothing behind', () => {
  expect(() => packPieces({ text: new LongText(Buffer.from(base64)), odd: () => 1 })).toThrow();
  expect(Buffer.concat(packPieces({ a: new LongText(Buffer.from(base64)) })).equals(pack({ a: new LongText(Buffer.from(base64)) }))).toBe(true);
});

test('a text that came in memory of its own is made JSON where it is, and one with neighbours in a copy', () => {
  const long = 'iVBO'.repeat(100_000);
  const read = (data: object): PlainText[] => {
    const frame = encodeFrame({ t: 'output', output: { kind: 'display', data, metadata: {} } });
    // A frame before it, in the same chunk.
    const chunk = Buffer.concat([encodeFrame([]), frame]);
    const reader = new FrameReader();
    const messages = [...reader.push(chunk.subarray(0, 50_000)), ...reader.push(chunk.subarray(50_000))] as [unknown, { output: { data: Record<string, LongText> } }];
    return Object.values(messages[1].output.data).map(({ bytes }) => new PlainText(bytes, roomAround(bytes)));
  };
  const [alone] = read({ 'image/png': new LongText(Buffer.from(long)) });
  expect(alone!.room).toBeGreaterThan(1000);
  const content = (data: object, metadata: object = {}): { data: Record<string, unknown>; metadata: object } => ({ data: { 'text/plain': 'p', ...data }, metadata });
  const huge = { note: 'é'.repeat(5000) };
  expect(String(bundleToJson(content({ 'image/png': alone }, huge)))).toBe(JSON.stringify(content({ 'image/png': long }, huge)));
  const made = bundleToJson(content({ 'image/png': alone })) as Buffer;
  expect(made.toString()).toBe(JSON.stringify(content({ 'image/png': long })));
  expect(made.buffer).toBe(alone!.bytes.buffer);
  const [first, second] = read({ 'image/png': new LongText(Buffer.from(long)), 'image/jpeg': new LongText(Buffer.from(long)) });
  expect(String(bundleToJson(content({ 'image/png': first, 'image/jpeg': second })))).toBe(JSON.stringify(content({ 'image/png': long, 'image/jpeg': long })));
  const [short] = read({ 'image/png': new LongText(Buffer.from(base64)) });
  expect(short!.room).toBe(0);
  expect(String(bundleToJson(content({ 'image/png': short })))).toBe(JSON.stringify(content({ 'image/png': base64 })));
});
