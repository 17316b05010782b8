import { CellOutput, CellOutputs, streamPolicy } from '../../../kernel/cell-output';
import type { Publisher } from '../../../kernel/publisher';

type Sent = [string, string | undefined];

function recorder(): { sent: Sent[]; publisher: Publisher } {
  const sent: Sent[] = [];
  const publisher = {
    stream: (name: string, _parent: string, text: string) => sent.push([name, text]),
    publish: (type: string) => sent.push([type, undefined]),
    bundle: (type: string) => sent.push([type, undefined]),
  };
  return { sent, publisher: publisher as unknown as Publisher };
}

const POLICY = { maxChars: 10, intervalMs: 1000, changes: Infinity };

test('pieces of one stream leave together, in order with everything else', () => {
  const { sent, publisher } = recorder();
  const outputs = new CellOutput(publisher, '{}', false, POLICY);
  outputs.output({ kind: 'stream', name: 'stdout', text: 'a' });
  outputs.output({ kind: 'stream', name: 'stdout', text: 'b' });
  outputs.output({ kind: 'stream', name: 'stderr', text: 'c' });
  outputs.output({ kind: 'display', data: {}, metadata: {} });
  outputs.output({ kind: 'stream', name: 'stdout', text: 'd' });
  outputs.flush();
  expect(sent).toEqual([['stdout', 'ab'], ['stderr', 'c'], ['display_data', undefined], ['stdout', 'd']]);
});

test('many changes of the stream within one interval become few messages, and no text is lost', () => {
  const { sent, publisher } = recorder();
  const outputs = new CellOutput(publisher, '{}', false, { maxChars: 1e6, intervalMs: 1000, changes: 2 });
  for (let at = 0; at < 100; at += 1) {
    outputs.output({ kind: 'stream', name: 'stdout', text: `o${at} ` });
    outputs.output({ kind: 'stream', name: 'stderr', text: `e${at} ` });
  }
  outputs.flush();
  const all = (letter: string): string => Array.from({ length: 100 }, (_, at) => `${letter}${at} `).join('');
  expect(sent.length).toBeLessThanOrEqual(4);
  expect(sent.slice(0, 2)).toEqual([['stdout', 'o0 '], ['stderr', expect.stringMatching(/^e0 /)]]);
  for (const [name, letter] of [['stdout', 'o'], ['stderr', 'e']] as const) expect(sent.filter((one) => one[0] === name).map((one) => one[1]).join('')).toBe(all(letter));
});

test('a code point is never split between two messages', () => {
  const { sent, publisher } = recorder();
  const outputs = new CellOutput(publisher, '{}', false, POLICY);
  const [high = '', low = ''] = '😀'.split('');
  outputs.output({ kind: 'stream', name: 'stdout', text: '123456789' + high });
  outputs.output({ kind: 'stream', name: 'stdout', text: low + '123456789' });
  outputs.flush();
  expect(sent).toEqual([['stdout', '123456789'], ['stdout', '😀123456789']]);
});

test('text leaves by itself when nothing follows', async () => {
  const { sent, publisher } = recorder();
  const left = new Promise<void>((resolve) => {
    publisher.stream = (name, _parent, text) => {
      sent.push([name, text]);
      resolve();
    };
  });
  new CellOutput(publisher, '{}', false, POLICY).output({ kind: 'stream', name: 'stdout', text: 'x' });
  expect(sent).toEqual([]);
  await left;
  expect(sent).toEqual([['stdout', 'x']]);
});

test('a silent cell has no result', () => {
  const { sent, publisher } = recorder();
  new CellOutput(publisher, '{}', true, POLICY).output({ kind: 'result', data: {}, metadata: {}, executionCount: 1 });
  expect(sent).toEqual([]);
});

test('outputs of a forgotten or unknown cell have no parent', () => {
  const outputs = new CellOutputs(recorder().publisher, POLICY, 2);
  outputs.open('a', '{"msg_id":"a"}', false);
  outputs.open('b', '{"msg_id":"b"}', false);
  outputs.open('c', '{"msg_id":"c"}', false);
  expect(outputs.find('c').parentJson).toBe('{"msg_id":"c"}');
  expect(outputs.find('a').parentJson).toBe('{}');
  expect(outputs.find(null).parentJson).toBe('{}');
});

test('the latest outputs are those of a cell that front ends show', () => {
  const outputs = new CellOutputs(recorder().publisher, POLICY, 2);
  expect(outputs.latest().parentJson).toBe('{}');
  const shown = outputs.openCell('a', '"a"', false);
  outputs.openCell('silent', '"silent"', true);
  outputs.open('comm', '"comm"', false);
  expect(outputs.latest()).toBe(shown);
});

test('under a Jupyter server text is merged for longer', () => {
  expect(streamPolicy({ JPY_SESSION_NAME: 'x' }).intervalMs).toBeGreaterThan(streamPolicy({}).intervalMs);
});
