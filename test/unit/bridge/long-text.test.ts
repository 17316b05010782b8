import { encodeFrame, FrameReader, pack } from '../../../bridge/protocol/frames';
import { jsonPieces, LongText, unpackOutput } from '../../../bridge/protocol/long-text';
import { bundleToJson } from '../../../kernel/wire/codec';
import { PlainText } from '../../../kernel/executor';

const base64 = 'iVBO'.repeat(20_000);
const joined = (pieces: readonly (string | Buffer)[]): string => pieces.map(String).join('');
const data = (map: unknown): Record<string, unknown> => (unpackOutput(pack(map)) as { data: Record<string, unknown> }).data;

test('a long text of an output stays bytes from the rank to the frame for the kernel, and is the same text', () => {
  const output = unpackOutput(pack({ kind: 'display', data: { 'image/png': base64 }, metadata: { a: 1 } })) as Record<string, unknown>;
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
  expect(unpackOutput(pack(map))).toEqual(map);
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
