import { clean, parseObject, toJson } from '../../../../kernel/wire/codec';

test('lone surrogates become the replacement character, pairs and escaped backslashes stay', () => {
  const text = 'x\ud800y 😀 \udfff \\ud800 \\\ud834';
  expect(JSON.parse(toJson({ text }))).toEqual({ text: 'x\ufffdy 😀 \ufffd \\ud800 \\\ufffd' });
  expect(toJson(['\udc00\ud800'])).toBe('["\ufffd\ufffd"]');
});

test('numbers that JSON cannot hold become null, big integers stay exact', () => {
  expect(toJson(clean({ a: NaN, b: -Infinity, c: 5n, d: 2n ** 70n }))).toBe('{"a":null,"b":null,"c":5,"d":"1180591620717411303424"}');
  expect(toJson([NaN, Infinity, 3n])).toBe('[null,null,3]');
});

test('bytes become base64 at any depth, also as views of a larger buffer', () => {
  const view = new Uint8Array([0, 1, 2, 3, 4]).subarray(1, 4);
  expect(clean({ a: [{ b: view }], m: new Map([[1, Buffer.from('x')]]) })).toEqual({ a: [{ b: 'AQID' }], m: { 1: 'eA==' } });
});

test('a cycle is a clear error, not an endless loop', () => {
  const loop: unknown[] = [];
  loop.push(loop);
  expect(() => toJson(loop)).toThrow('nested deeper than 512 levels');
});

test.each(['[]', 'null', '1', '"x"', '{', ''])('%j is not accepted as an object', (json) => {
  expect(() => parseObject(json)).toThrow();
});

test('members named __proto__ are left out of what clients send, however they are written', () => {
  const text = '{"a":{"__proto__":{"x":1},"b":[{"\\u005f_proto__":2,"c":3}]},"__proto__":4}';
  const parsed = parseObject(text);
  expect(JSON.stringify(parsed)).toBe('{"a":{"b":[{"c":3}]}}');
});
