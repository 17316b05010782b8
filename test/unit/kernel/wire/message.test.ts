import { createHmac } from 'node:crypto';
import { ReplayGuard, Signer } from '../../../../kernel/wire/signature';
import { DELIMITER, Session, WireError, type Frame, type WireFault } from '../../../../kernel/wire/message';

const KEY = 'secret';
const session = (): Session => new Session(new Signer('hmac-sha256', KEY));
const bytes = (frames: Frame[]): Buffer[] => frames.map((frame) => Buffer.from(frame));

function request(parts: string[], options: { key?: string; identities?: string[]; buffers?: string[] } = {}): Buffer[] {
  const hmac = createHmac('sha256', options.key ?? KEY);
  for (const part of parts) hmac.update(part);
  return bytes([...(options.identities ?? ['client']), DELIMITER, hmac.digest('hex'), ...parts, ...(options.buffers ?? [])]);
}

const header = (id: string): string => `{"msg_id": "${id}", "msg_type":"execute_request","session":"s","username":"u","odd":[1.0]}`;

function faultOf(frames: Buffer[], receiver = session()): WireFault | undefined {
  try {
    receiver.decode(frames);
    return undefined;
  } catch (error) {
    if (error instanceof WireError) return error.code;
    throw error;
  }
}

test('a message survives encoding and decoding, with text outside of the basic plane and buffers', () => {
  const content = JSON.stringify({ code: 'ü😀' });
  const frames = session().encode(['a', 'b'], 'stream', header('1'), content, '{"m":1}', [Buffer.from('buf')]);
  const decoded = session().decode(bytes(frames));
  expect(decoded.identities.map(String)).toEqual(['a', 'b']);
  expect(decoded.header).toMatchObject({ msg_type: 'stream', version: '5.5', username: 'kernel' });
  expect(decoded).toMatchObject({ content: { code: 'ü😀' }, metadata: { m: 1 }, parentId: '1' });
  expect(decoded.buffers.map(String)).toEqual(['buf']);
});

test('long contents are signed like short ones', () => {
  const content = JSON.stringify({ text: 'ä'.repeat(50_000) });
  expect(session().decode(bytes(session().encode([], 'stream', '{}', content))).content).toEqual({ text: 'ä'.repeat(50_000) });
});

test("the request's header is kept to the letter", () => {
  expect(session().decode(request([header('1'), '{}', '{}', '{}'])).headerJson).toBe(header('1'));
});

test.each<[string, Buffer[], WireFault]>([
  ['another key', request([header('1'), '{}', '{}', '{}'], { key: 'x' }), 'signature'],
  ['no delimiter', request([header('1'), '{}', '{}', '{}']).slice(2), 'malformed'],
  ['too few frames', request([header('1'), '{}', '{}']), 'malformed'],
  ['nothing after the delimiter', bytes([DELIMITER]), 'malformed'],
  ['no frames', [], 'malformed'],
  ['no signature', request([header('1'), '{}', '{}', '{}']).map((frame, i) => (i === 2 ? Buffer.alloc(0) : frame)), 'unsigned'],
  ['signature that is no hex', request([header('1'), '{}', '{}', '{}']).map((frame, i) => (i === 2 ? Buffer.alloc(64, 'z') : frame)), 'signature'],
  ['upper half of the signature only', request([header('1'), '{}', '{}', '{}']).map((frame, i) => (i === 2 ? frame.subarray(0, 32) : frame)), 'signature'],
  ['a header without id', request(['{"msg_type":"x"}', '{}', '{}', '{}']), 'malformed'],
  ['content that is no object', request([header('1'), '{}', '{}', '[]']), 'malformed'],
  ['too many identities', request([header('1'), '{}', '{}', '{}'], { identities: Array.from({ length: 20 }, String) }), 'malformed'],
])('%s is refused', (_, frames, fault) => {
  expect(faultOf(frames)).toBe(fault);
});

test('the same signature is accepted once', () => {
  const receiver = session();
  const frames = request([header('1'), '{}', '{}', '{}']);
  expect(faultOf(frames, receiver)).toBeUndefined();
  expect(faultOf(frames, receiver)).toBe('replayed');
});

test('a message that was refused is not remembered', () => {
  const receiver = session();
  const frames = request([header('1'), '{}', '{}', 'x']);
  expect([faultOf(frames, receiver), faultOf(frames, receiver)]).toEqual(['malformed', 'malformed']);
});

test('the replay guard remembers at least its capacity and at most twice as much', () => {
  const guard = new ReplayGuard(3);
  for (const digest of ['a', 'b', 'c', 'd', 'e', 'f']) expect(guard.accept(digest)).toBe(true);
  expect(['d', 'e', 'f'].map((digest) => guard.accept(digest))).toEqual([false, false, false]);
  expect(guard.accept('g')).toBe(true);
  expect(guard.accept('a')).toBe(true);
});

const HASHES = ['md5', 'sha1', 'sha224', 'sha256', 'sha384', 'sha512', 'sha3-256', 'sha3-512', 'blake2b512', 'blake2s256'];
test.each(HASHES)('hmac-%s is a signature scheme, with keys of any length and messages of any size', (hash) => {
  for (const key of [KEY, 'ü'.repeat(200)]) {
    const signer = new Signer(`hmac-${hash}`, key);
    for (const content of ['d', 'ü😀', 'x'.repeat(4000), 'ä'.repeat(6000), Buffer.from('bytes'), Buffer.alloc(100_000, 'y')]) {
      const expected = createHmac(hash, key).update('abc').update(content).digest('hex');
      expect(signer.sign('a', 'b', 'c', content)).toBe(expected);
      expect(signer.verify(Buffer.from(expected), ['a', 'b', 'c', content].map((part) => Buffer.from(part)))).toBe(expected);
    }
  }
});

test.each([
  ['sha256', KEY],
  ['hmac-none', KEY],
  ['hmac-shake128', KEY],
  ['hmac-sha256', ''],
])('scheme %j with key %j is refused', (scheme, key) => {
  expect(() => new Signer(scheme, key)).toThrow(/not known|empty/);
});
