import { murmur2, HASH_SEED } from '../../../bridge/server/debug/cell-files';
import { DapReader, encodeDap } from '../../../bridge/server/debug/dap-stream';
import { VariablePaths } from '../../../bridge/server/debug/variable-paths';

describe('names of cells', () => {
  // Computed by ipykernel 7.4.0.
  test.each([
    ['', 3990065800],
    ['a', 2167009006],
    ['ab', 2805137849],
    ['abc', 3350977461],
    ['abcd', 804720481],
    ["print('\u00e9\u{1d11e}')\n", 1086298488],
    ['def f(a, b):\n    c = a + b\n    return c\n\nf(2, 3)', 1440027060],
  ])('the hash of %j is the one that front ends compute', (text, hash) => {
    expect(murmur2(Buffer.from(text), HASH_SEED)).toBe(hash);
  });
});

describe('messages of the debugger', () => {
  const messages = [{ seq: 1, text: '\u00e9\u{1d11e}' }, { seq: 2 }, { seq: 3, body: { list: [1, 2] } }];
  const bytes = Buffer.concat(messages.map(encodeDap));

  test('are found wherever the stream is cut', () => {
    for (const size of [1, 2, 7, 20, 21, 22, 23, 24, 25, bytes.length]) {
      const reader = new DapReader();
      const found = [];
      for (let at = 0; at < bytes.length; at += size) found.push(...reader.push(bytes.subarray(at, at + size)));
      expect(found).toEqual(messages);
    }
  });

  test.each([
    ['an absurd length', 'Content-Length: 99999999999\r\n\r\n', 'message of 99999999999 bytes'],
    ['no length', 'Content-Type: x\r\n\r\n', 'NaN bytes'],
    ['a header without end', 'x'.repeat(5000), 'header without an end'],
    ['a list', 'Content-Length: 2\r\n\r\n[]', 'no object'],
    ['no JSON', 'Content-Length: 2\r\n\r\n{]', 'JSON'],
  ])('%s is refused', (_what, text, sentence) => {
    expect(() => new DapReader().push(Buffer.from(text))).toThrow(sentence);
  });
});

test('variables are named by paths, and numbers of an earlier listing lead nowhere', () => {
  const paths = new VariablePaths();
  const [table, number] = paths.describe([], [
    { name: 'table', value: '{...}', type: 'dict', step: ['name', 'table'], more: true },
    { name: 'number', value: '1', type: 'int', step: ['name', 'number'], more: false },
  ]);
  expect(number).toEqual({ name: 'number', value: '1', type: 'int', variablesReference: 0 });
  expect(paths.of(table!.variablesReference)).toEqual([['name', 'table']]);
  const [entry] = paths.describe(paths.of(table!.variablesReference)!, [{ name: "'a'", value: '[]', type: 'list', step: ['entry', 0], more: true }]);
  expect(paths.of(entry!.variablesReference)).toEqual([['name', 'table'], ['entry', 0]]);
  paths.clear();
  expect(paths.of(entry!.variablesReference)).toBeUndefined();
  expect(paths.of(0)).toEqual([]);
});
