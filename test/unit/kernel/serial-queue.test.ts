import { SerialQueue, type Entry } from '../../../kernel/serial-queue';
import type { Request } from '../../../kernel/wire/message';

const request = (id: string, type = 'execute_request'): Request => ({
  identities: [],
  header: { msg_id: id, msg_type: type, session: '', username: '' },
  headerJson: '{}',
  parentId: undefined,
  metadata: {},
  content: {},
  buffers: [],
  bytes: 1,
});

/** A queue whose requests end when they are told to; what happens is noted in order. */
function queue(ahead: number): { queue: SerialQueue<string>; noted: string[]; end: () => void } {
  const noted: string[] = [];
  let finish = (): void => undefined;
  const handle = (entry: Entry<string>, done: () => void): void => {
    noted.push(`${entry.aborted ? 'abort' : 'handle'} ${entry.request.header.msg_id}`);
    finish = done;
  };
  const start = ({ header }: Request, before: string | undefined): string | undefined => {
    if (header.msg_type !== 'execute_request') return undefined;
    noted.push(`begin ${header.msg_id}${before === undefined ? '' : ` after ${before}`}`);
    return header.msg_id;
  };
  return {
    queue: new SerialQueue(handle, start, ahead),
    noted,
    end: () => finish(),
  };
}

test('work on some requests begins ahead of their turn, each after the one before it', () => {
  const { queue: serial, noted, end } = queue(2);
  for (const id of ['a', 'b', 'c', 'd']) serial.push(request(id));
  expect(noted).toEqual(['begin a', 'handle a', 'begin b after a', 'begin c after b']);
  end();
  expect(noted.slice(4)).toEqual(['begin d after c', 'handle b']);
  end();
  end();
  expect(noted.slice(6)).toEqual(['handle c', 'handle d']);
});

test('nothing begins behind a request that cannot begin before its turn', () => {
  const { queue: serial, noted, end } = queue(8);
  serial.push(request('a'));
  serial.push(request('comm', 'comm_msg'));
  serial.push(request('b'));
  expect(noted).toEqual(['begin a', 'handle a']);
  end();
  end();
  expect(noted.slice(2)).toEqual(['handle comm', 'begin b', 'handle b']);
});

test('an aborted request is not begun, and what follows it begins as if it had not been', () => {
  const { queue: serial, noted, end } = queue(1);
  for (const id of ['a', 'b', 'c']) serial.push(request(id));
  serial.abortWaiting();
  serial.push(request('d'));
  end();
  end();
  end();
  expect(noted).toEqual(['begin a', 'handle a', 'begin b after a', 'abort b', 'abort c', 'begin d', 'handle d']);
});

test('without work ahead every request begins at its turn', () => {
  const { queue: serial, noted, end } = queue(0);
  for (const id of ['a', 'b']) serial.push(request(id));
  end();
  expect(noted).toEqual(['begin a', 'handle a', 'begin b', 'handle b']);
});

test('any number of requests may end within their call', () => {
  let handled = 0;
  const serial = new SerialQueue((_, done) => {
    handled += 1;
    if (handled > 1) done();
    else setImmediate(done);
  });
  for (let i = 0; i < 20_000; i += 1) serial.push(request(String(i)));
  expect(handled).toBe(1);
  return serial.settled().then(() => expect(handled).toBe(20_000));
});
