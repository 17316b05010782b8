/** The addon against a rank without MPI and Python. */
import { spawn } from 'node:child_process';
import { connect, createServer } from 'node:net';
import { once } from 'node:events';
import { existsSync, linkSync, lstatSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { RingKind, SocketKind } from '../../../bridge/protocol/generated';
import { type ProgressSnapshot, type RankEnding, type RankLink, type RingMessage, loadAddon } from '../../../native/addon/addon';
import { Bridge, FakeRank } from './fake-rank';

const noCallbacks = {
  rank: () => undefined,
  messages: () => undefined,
  gone: () => undefined,
  refused: () => undefined,
  probed: () => undefined,
};
const addonPath = process.env['ALLRANKS_ADDON'] ?? join(__dirname, '..', '..', '..', 'build', 'lib', 'allranks.node');
/** The addon as a program of its own loads it. */
const loaderPath = join(__dirname, '..', '..', '..', 'dist', 'native', 'addon', 'addon.js');
let bridge: Bridge;

/** Bytes as `message` of fake_rank makes them. */
function pattern(bytes: number): Buffer {
  return Buffer.from(Uint8Array.from({ length: bytes }, (_, i) => i % 251));
}

function openDescriptors(): number {
  return readdirSync('/proc/self/fd').length;
}

beforeEach(() => {
  bridge = new Bridge({ helloTimeoutMs: 20_000 });
});

afterEach(() => bridge.close());

describe('listening', () => {
  it('makes a private socket file and removes it on close, twice without harm', () => {
    expect(lstatSync(bridge.path).mode & 0o777).toBe(0o600);
    bridge.listener.close();
    bridge.listener.close();
    expect(existsSync(bridge.path)).toBe(false);
  });

  it('refuses a path that is too long in one sentence', () => {
    const path = join(bridge.folder, 'x'.repeat(120));
    expect(() => loadAddon().listen(path, noCallbacks)).toThrow(/has \d+ bytes, the operating system allows 107/);
  });

  it('refuses a path on which another process answers', () => {
    expect(() => loadAddon().listen(bridge.path, noCallbacks)).toThrow(`another process listens on ${bridge.path} already`);
  });

  it('replaces a socket file that a dead process left', async () => {
    const path = join(bridge.folder, 'stale.sock');
    const server = createServer().listen(path);
    await once(server, 'listening');
    const copy = join(bridge.folder, 'kept.sock');
    // Node removes the file when it closes; a hard link stays behind as after a crash.
    linkSync(path, copy);
    server.close();
    await once(server, 'close');
    renameSync(copy, path);
    const listener = loadAddon().listen(path, noCallbacks);
    expect(existsSync(path)).toBe(true);
    listener.close();
  });

  it('leaves alone a file that is no socket', () => {
    const path = join(bridge.folder, 'file');
    writeFileSync(path, 'data');
    expect(() => loadAddon().listen(path, noCallbacks)).toThrow('is not a socket');
    expect(existsSync(path)).toBe(true);
  });

  it('names a missing folder and missing callbacks', () => {
    expect(() => loadAddon().listen(join(bridge.folder, 'none', 'a.sock'), noCallbacks)).toThrow('cannot open the folder');
    expect(() => loadAddon().listen(join(bridge.folder, 'a.sock'), { ...noCallbacks, gone: undefined as never })).toThrow(
      'callbacks.gone is not a function',
    );
  });
});

describe('hello', () => {
  it('registers a rank with everything it says of itself', async () => {
    const { rank, link } = await bridge.connect('rank=2', 'size=3', 'extra=200000');
    expect(link.hello).toMatchObject({ rank: 2, size: 3, pid: rank.process.pid, held: 5n, done: 4n });
    expect(link.hello.extra.equals(Buffer.alloc(200000, 'x'))).toBe(true);
  });

  it.each([
    ['version', /speaks protocol version 3, this bridge speaks version 2/],
    ['magic', /not a rank/],
    ['range', /rank 0 of 0/],
    ['long', /announces 67108865 further bytes/],
    ['bare', /brought no shared memory/],
    ['file', /not a memfd/],
    ['unsealed', /not sealed against resizing/],
    ['odd', /impossible size of 20000 bytes/],
    ['header', /disagrees with its size/],
  ])('turns away a bad one (%s) and tells both sides why', async (kind, reason) => {
    const rank = bridge.start(`hello=${kind}`);
    await bridge.until(() => bridge.refused.length === 1);
    expect(bridge.refused[0]).toMatch(reason);
    expect(await rank.said(`frame ${SocketKind.refuse} `)).toMatch(reason);
    await rank.said('closed');
    expect(bridge.links).toHaveLength(0);
  });

  it('turns away half a hello whose sender dies', async () => {
    const rank = bridge.start('hello=torn');
    await rank.done('lose 1');
    rank.tell('die');
    await bridge.until(() => bridge.refused.length === 1);
    expect(bridge.refused[0]).toBe('the connection closed after 20 bytes of its hello');
  });

  it('turns away a peer that says nothing until the deadline', async () => {
    const path = join(bridge.folder, 'impatient.sock');
    const reasons: string[] = [];
    const socket = await new Promise<ReturnType<typeof connect>>((resolve) => {
      const listener = loadAddon().listen(
        path,
        {
          ...noCallbacks,
          refused: (reason) => {
            reasons.push(reason);
            listener.close();
            resolve(silent);
          },
        },
        { helloTimeoutMs: 50 },
      );
      const silent = connect(path);
    });
    expect(reasons).toEqual(['the peer sent 0 bytes of a hello and then nothing until its deadline']);
    socket.destroy();
  });

  it('closes surplus descriptors, and the one of the segment after mapping it', async () => {
    const before = openDescriptors();
    const { link } = await bridge.connect('hello=surplus');
    // One socket and one handle of its process here, three pipes to the child.
    expect(openDescriptors() - before).toBe(5);
    expect(link.hello.rank).toBe(0);
  });
});

describe('messages', () => {
  it('delivers text in order and joins neighbouring lines', async () => {
    const { rank } = await bridge.connect();
    rank.tell('lines 100000');
    const expected = Array.from({ length: 100000 }, (_, i) => `line ${i}\n`).join('');
    await bridge.until(() => bridge.text().length === expected.length);
    expect(bridge.text()).toBe(expected);
    expect(bridge.messages.length).toBeLessThan(5000);
    expect(bridge.messages[0]).toMatchObject({ kind: RingKind.stdout, flags: 0, index: 7, step: 3, time: 0.75 });
  });

  it('delivers every message of other kinds by itself, at most about 1 MiB a call', async () => {
    const { rank } = await bridge.connect();
    rank.tell('numbers 50000');
    await bridge.until(() => bridge.messages.length === 50000);
    expect(bridge.messages.every((message, i) => message.index === i && message.step === i && String(message.payload) === String(i))).toBe(
      true,
    );
    expect(Math.max(...bridge.batches.map((batch) => batch.length))).toBeLessThanOrEqual(4096 + 2048);
  });

  it('joins messages larger than the ring and keeps the status of an outcome', async () => {
    const { rank } = await bridge.connect('ring=65536');
    await rank.done('message 4 1 9 1000000', 'message 3 0 9 0');
    await bridge.until(() => bridge.messages.length === 2);
    expect(bridge.messages[0]).toMatchObject({ kind: RingKind.outcome, flags: 1, index: 9, step: 1, time: 0.25 });
    expect(bridge.messages[0]?.payload.equals(pattern(1000000))).toBe(true);
    expect(bridge.messages[1]?.payload.length).toBe(0);
  });

  it('keeps order and bytes of messages of any length, and indices above 32 bits', async () => {
    const { rank } = await bridge.connect();
    const lengths = [0, 1, 7, 8, 9, 4095, 4096, 4097, 0, 70_000, 15, ...Array.from({ length: 40 }, (_, i) => 4090 + i)];
    await rank.done(...lengths.map((length, i) => `message 4 ${i % 200} ${2 ** 40 + i} ${length}`));
    await bridge.until(() => bridge.messages.length === lengths.length);
    expect(bridge.messages.map(({ kind, flags, index, payload }) => [kind, flags, index, payload.length])).toEqual(
      lengths.map((length, i) => [RingKind.outcome, i % 200, 2 ** 40 + i, length]),
    );
    expect(bridge.messages.every(({ payload }) => payload.equals(pattern(payload.length)))).toBe(true);
  });

  it('passes back-pressure to the rank while held, and loses nothing', async () => {
    const { rank, link } = await bridge.connect('ring=65536');
    link.hold(true);
    // The ring is full after this, so that the lines can only be written when the bridge reads again.
    await rank.done('abandon');
    rank.tell('lines 20000', 'board 1 x');
    expect(bridge.messages).toHaveLength(0);
    link.hold(false);
    await rank.said('ok board');
    await bridge.until(() => bridge.text().endsWith('line 19999\n'));
    expect(bridge.text()).toMatch(/^(a{1000})+line 0\n/);
    expect(bridge.text().split('\n')).toHaveLength(20001);
  });

  it('may be held and closed from within the callback', async () => {
    const { rank, link } = await bridge.connect('ring=65536');
    bridge.onMessages = () => {
      link.hold(true);
      link.close();
    };
    rank.tell('lines 100');
    await rank.said('closed');
    expect(bridge.batches).toHaveLength(1);
    expect(bridge.gone).toHaveLength(0);
    expect(() => link.board()).toThrow('closed');
    expect(() => link.send(1, 0, 0)).toThrow('closed');
    expect(link.drain()).toEqual([]);
  });

  it('makes an exception in a callback an uncaught exception, and goes on', async () => {
    const script = `
      const { listen } = require(process.argv[1]).loadAddon();
      process.on('uncaughtException', (error) => console.log('caught', error.message));
      const listener = listen(process.argv[2], {
        rank() { throw new Error('from rank'); }, messages() { throw new Error('from messages'); },
        gone() { listener.close(); }, refused() {}, probed() {},
      });
      console.log('listening');`;
    const path = join(bridge.folder, 'throws.sock');
    const child = spawn(process.execPath, ['-e', script, loaderPath, path]);
    const output: string[] = [];
    child.stdout.on('data', (data: Buffer) => output.push(data.toString()));
    await once(child.stdout, 'data');
    const other = new FakeRank(path);
    await other.done('text hello');
    other.tell('exit');
    await once(child, 'exit');
    expect(child.exitCode).toBe(0);
    expect(output.join('')).toBe('listening\ncaught from rank\ncaught from messages\n');
  });
});

describe('board', () => {
  it('gives what the rank wrote, and counts what it had to drop', async () => {
    const { rank, link } = await bridge.connect();
    await rank.done('board 1204 MPI_Allreduce', 'lose 77');
    expect(link.board()).toMatchObject({ state: 3, step: 1204, time: 0.5, mpiCall: 'MPI_Allreduce', function: '', lostBytes: 77 });
    expect(Math.abs(loadAddon().monotonicNs() - link.board().updatedNs)).toBeLessThan(60e9);
  });
});

describe('sending', () => {
  it('delivers frames whole and in order', async () => {
    const { rank, link } = await bridge.connect();
    link.send(SocketKind.welcome, 0, 0, Buffer.from('hi'));
    link.send(SocketKind.command, 4, 2 ** 40, pattern(3_000_000));
    link.send(SocketKind.verdict, 0, 3);
    await rank.said('frame 3 0 3 0 0');
    const sum = pattern(3_000_000).reduce((total, byte) => total + byte, 0);
    expect(rank.lines.slice(0, 3)).toEqual(['frame 1 0 0 2 209', `frame 2 4 ${2 ** 40} 3000000 ${sum}`, 'frame 3 0 3 0 0']);
    expect(link.queuedBytes).toBe(0);
  });

  it('keeps a frame for the one that follows, and sends both in one piece and in order, of whatever size', async () => {
    const { rank, link } = await bridge.connect();
    // Out of the round of the event loop in which the rank has come: at its end all that was queued leaves.
    await new Promise((resolve) => setImmediate(resolve));
    link.send(SocketKind.verdict, 0, 3, undefined, true);
    expect(link.queuedBytes).toBe(16);
    link.send(SocketKind.command, 0, 4, Buffer.from('hi'));
    expect(link.queuedBytes).toBe(0);
    link.send(SocketKind.verdict, 0, 4, undefined, true);
    link.send(SocketKind.command, 0, 5, pattern(3_000_000));
    link.send(SocketKind.verdict, 0, 5, undefined, true);
    link.send(SocketKind.verdict, 0, 6);
    await rank.said('frame 3 0 6 0 0');
    expect(rank.lines.map((line) => line.split(' ', 4).join(' '))).toEqual([
      'frame 3 0 3',
      'frame 2 0 4',
      'frame 3 0 4',
      'frame 2 0 5',
      'frame 3 0 5',
      'frame 3 0 6',
    ]);
    expect(() => link.send(SocketKind.verdict, 0, 7, undefined, 1 as never)).toThrow('more is not a boolean');
  });

  it('queues for a rank that does not read, without blocking, and sends the rest even after close', async () => {
    const { rank, link } = await bridge.connect();
    await rank.done('stop reading');
    for (let i = 1; i <= 20; ++i) link.send(SocketKind.command, 1, i, Buffer.alloc(100_000));
    expect(link.queuedBytes).toBeGreaterThan(1_000_000);
    link.close();
    rank.tell('start reading');
    await rank.said('closed');
    expect(rank.lines.filter((line) => line.startsWith('frame'))).toHaveLength(20);
  });

  it.each([
    [[-1, 0, 0], /kind/],
    [[1, 70000, 0], /flags/],
    [[1, 0, 1.5], /index/],
    [[1, 0, 0, 'text'], /Uint8Array/],
    [[1, 0, 0, Buffer.alloc(64 * 1024 * 1024 + 1)], /at most 67108864/],
  ])('refuses bad arguments %#', async (args, reason) => {
    const { link } = await bridge.connect();
    expect(() => (link.send as (...values: unknown[]) => void)(...args)).toThrow(reason);
  });
});

describe('ranks that work on the same command', () => {
  /** Three ranks, of which the last is the one that is asked for its doorbell after `command`. */
  async function three(): Promise<{ rank: FakeRank; link: RankLink }[]> {
    return [await bridge.connect(), await bridge.connect(), await bridge.connect()];
  }
  function command(ranks: { link: RankLink }[], index: number): void {
    for (const { link } of ranks) link.send(SocketKind.command, 1, index, Buffer.from('pass'));
  }
  const outcomes = (index: number): number =>
    bridge.messages.filter((message) => message.kind === RingKind.outcome && message.index === index).length;

  it('are heard when the one that is asked says nothing, or other things', async () => {
    const ranks = await three();
    command(ranks, 1);
    await ranks[0]?.rank.done('message 4 0 1 0');
    await bridge.until(() => outcomes(1) === 1);
    await ranks[2]?.rank.done('text printed');
    await ranks[1]?.rank.done('message 4 0 1 0');
    await bridge.until(() => outcomes(1) === 2 && bridge.text() === 'printed');
    await ranks[2]?.rank.done('message 4 0 1 0');
    await bridge.until(() => outcomes(1) === 3);
  });

  it('are heard when the one that is asked dies, is held or is let go of', async () => {
    const ranks = await three();
    command(ranks, 1);
    ranks[2]?.rank.tell('exit');
    await bridge.until(() => bridge.gone.length === 1);
    command(ranks.slice(0, 2), 2);
    ranks[1]?.link.hold(true);
    await ranks[0]?.rank.done('message 4 0 2 0');
    await bridge.until(() => outcomes(2) === 1);
    ranks[1]?.link.hold(false);
    command(ranks.slice(0, 2), 3);
    ranks[1]?.link.close();
    await ranks[0]?.rank.done('message 4 0 3 0');
    await bridge.until(() => outcomes(3) === 1);
  });

  it('are heard in each of many commands, in whatever order they are done, also when the next comes before', async () => {
    const ranks = await three();
    const orders = [
      [0, 1, 2],
      [2, 1, 0],
      [1, 2, 0],
      [2, 0, 1],
      [0, 2, 1],
      [1, 0, 2],
    ];
    for (let index = 1; index <= 300; index += 1) {
      command(ranks, index);
      // Every tenth is not waited for: a pause goes out while a step is under way.
      for (const at of orders[index % orders.length] ?? []) ranks[at]?.rank.tell(`message 4 0 ${index} 0`);
      if (index % 10 !== 0) await bridge.until(() => outcomes(index) === 3);
    }
    await bridge.until(() => bridge.messages.length === 900);
  });
});

describe('the environment', () => {
  const listen =
    'const listener = require(process.argv[1]).listen(process.argv[2], { rank() {}, messages() {}, gone() {}, refused() {}, probed() {} });';

  /** Output and exit of a Node process that runs `script`. */
  async function run(script: string): Promise<string> {
    const child = spawn(process.execPath, ['-e', script, addonPath, join(bridge.folder, 'other.sock')]);
    const output: string[] = [];
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => output.push(data.toString()));
    await once(child, 'close');
    return `${output.join('')}exit ${child.exitCode ?? child.signalCode}`;
  }

  it('ends by itself when the listener is closed', async () => {
    expect(await run(`${listen} listener.close();`)).toBe('exit 0');
  });

  it('may exit while it listens, and another process may then listen there', async () => {
    expect(await run(`${listen} process.exit(3);`)).toBe('exit 3');
    expect(await run(`${listen} process.exit(4);`)).toBe('exit 4');
  });

  it('may be a worker that is terminated while it listens', async () => {
    const script = `
      const { Worker } = require('worker_threads');
      const text = \`process.argv.splice(1, 1); ${listen} require('worker_threads').parentPort.postMessage('listening');\`;
      const worker = new Worker(text, { eval: true, argv: process.argv.slice(1) });
      worker.on('message', (message) => { console.log(message); void worker.terminate(); });
      worker.on('exit', (code) => console.log('worker', code));`;
    expect(await run(script)).toBe('listening\nworker 1\nexit 0');
    expect(existsSync(join(bridge.folder, 'other.sock'))).toBe(false);
  });
});

describe('the end of a rank', () => {
  async function gone(rank: FakeRank): Promise<void> {
    await bridge.until(() => bridge.gone.length === 1);
    await rank.ended();
  }

  it('delivers the last words of a killed rank before it is gone', async () => {
    const { rank, link } = await bridge.connect();
    rank.tell('board 41 MPI_Recv', 'lines 5000', 'text last words', 'die');
    await gone(rank);
    expect(bridge.text().endsWith('line 4999\nlast words')).toBe(true);
    expect(bridge.gone).toEqual(['rank 0: the rank closed the connection']);
    expect(link.board()).toMatchObject({ step: 41, mpiCall: 'MPI_Recv' });
    expect(link.drain()).toEqual([]);
    expect(() => link.send(1, 0, 0)).not.toThrow();
  });

  it('delivers them also while held', async () => {
    const { rank, link } = await bridge.connect();
    link.hold(true);
    rank.tell('text last words', 'die');
    await gone(rank);
    expect(bridge.text()).toBe('last words');
  });

  it('hands on a text that the rank did not finish, and counts any other message', async () => {
    const { rank, link } = await bridge.connect();
    rank.tell('begin 3 1', 'begin 1 7', 'die');
    await gone(rank);
    expect(bridge.messages.map((message: RingMessage) => String(message.payload))).toEqual(['unfinish']);
    expect(link.board().lostBytes).toBe(8);
  });

  it.each([
    ['frame 4000000000 1', /impossible length of 4000000000 bytes/],
    ['frame 8 99', /unknown kind 99/],
    ['cursor 13', /cursors/],
  ])('takes a corrupted ring (%s) as the end, with what came before', async (command, reason) => {
    const { rank } = await bridge.connect();
    await rank.done('text before');
    await bridge.until(() => bridge.text() === 'before');
    rank.tell(command);
    await bridge.until(() => bridge.gone.length === 1);
    expect(bridge.gone[0]).toMatch(reason);
    expect(bridge.text()).toBe('before');
    await rank.said('closed');
  });

  it('takes a rank that connects anew with its old segment as gone and new, with no message lost or doubled', async () => {
    const { rank } = await bridge.connect();
    rank.tell('lines 3000', 'reconnect', 'lines 3000', 'text end');
    await bridge.until(() => bridge.text().endsWith('end'));
    const lines = Array.from({ length: 3000 }, (_, i) => `line ${i}\n`).join('');
    expect(bridge.text()).toBe(`${lines}${lines}end`);
    await bridge.until(() => bridge.gone.length === 1 && bridge.links.length === 2);
  });

  it('counts text that a rank gave up', async () => {
    const { rank, link } = await bridge.connect('ring=65536');
    link.hold(true);
    await rank.done('abandon');
    expect(link.board().lostBytes).toBe(1000);
  });
});

describe('probes', () => {
  /** Two ranks; each waits in a receive from the other one, or does what is given. */
  async function pair(second = 2): Promise<{ links: RankLink[]; probe: (n: number) => Promise<ProgressSnapshot[]> }> {
    const zero = await bridge.connect('rank=0', 'size=2');
    const one = await bridge.connect('rank=1', 'size=2');
    await zero.rank.done('progress 2 MPI_Recv 1');
    await one.rank.done(`progress ${second} MPI_Recv 0`);
    const links = [zero.link, one.link];
    const probe = async (n: number): Promise<ProgressSnapshot[]> => {
      const before = bridge.probed.length;
      for (const link of links) link.send(SocketKind.probe, 0, n);
      await bridge.until(() => bridge.probed.length === before + 2);
      return links.map((link) => link.progress()!);
    };
    return { links, probe };
  }

  it('are answered with what a rank does in MPI, also by one whose output is held', async () => {
    const { links, probe } = await pair();
    expect(links[0]!.progress()).toBeNull();
    links[0]!.hold(true);
    const [first] = await probe(41);
    expect(first).toMatchObject({
      probe: 41,
      cellLine: 5,
      cell: 7,
      activity: 'waiting',
      call: 'MPI_Recv',
      needs: [{ kind: 'receive', peer: 1, tag: 3 }],
    });
    expect(bridge.probed.sort((a, b) => a.hello.rank - b.hello.rank)).toEqual(links);
  });

  it('prove that two ranks wait for each other for ever, and nothing when one of them computes', async () => {
    for (const [activity, stuck] of [
      [2, true],
      [1, false],
    ] as const) {
      const { probe } = await pair(activity);
      const [first, second] = [await probe(1), await probe(2)].map((answers) => answers.map(({ record }) => record));
      expect(loadAddon().isDeadlock(first!, second!)).toBe(stuck);
      // One set alone proves nothing: no time has passed.
      expect(loadAddon().isDeadlock(second!, second!)).toBe(false);
    }
  });

  it('are not told as answered before the rank has answered, and records of a wrong size are refused', async () => {
    const { rank, link } = await bridge.connect();
    link.send(SocketKind.probe, 0, 9);
    await rank.said('frame 10 0 9 0 0');
    await rank.done('text doorbell');
    await bridge.until(() => bridge.messages.length > 0);
    expect([bridge.probed, link.progress()]).toEqual([[], null]);
    const { isDeadlock } = loadAddon();
    expect(() => isDeadlock([Buffer.alloc(8)], [])).toThrow('two arrays of records');
    expect(() => isDeadlock(undefined as never, [])).toThrow('two arrays of records');
    link.close();
    expect(() => link.progress()).toThrow('the link is closed');
  });
});

it('tells whether JSON takes a text as it is, wherever what it would escape stands', () => {
  const { isPlain } = loadAddon();
  for (const length of [0, 1, 7, 8, 9, 4095, 4096, 4097, 10_000]) {
    const text = Buffer.alloc(length, 'iVBOR /+=~\x7f!#');
    expect(isPlain(text)).toBe(true);
    for (const at of [0, 1, 7, 8, 4095, 4096, length - 1].filter((place) => place >= 0 && place < length)) {
      for (const byte of [0, 0x1f, 0x22, 0x5c, 0x80, 0xff]) {
        const odd = Buffer.from(text);
        odd[at] = byte;
        expect([length, at, byte, isPlain(odd)]).toEqual([length, at, byte, false]);
      }
    }
  }
  for (let byte = 0; byte < 256; byte += 1)
    expect(isPlain(Buffer.from([0x61, byte, 0x61, 0x61, 0x61, 0x61, 0x61, 0x61]))).toBe(
      JSON.stringify(String.fromCharCode(byte)).length === 3 && byte < 0x80,
    );
  expect(() => isPlain('text' as never)).toThrow('isPlain takes bytes');
});

describe('how the process of a rank ended', () => {
  const SIGABRT = 6;
  const SIGSEGV = 11;

  async function ended(...commands: string[]): Promise<RankEnding> {
    const { rank, link } = await bridge.connect();
    await rank.done('record');
    const before = bridge.gone.length;
    rank.tell(...commands);
    await bridge.until(() => bridge.gone.length > before);
    await rank.ended();
    link.close();
    return link.ending();
  }

  it('is told for a signal that nobody can catch, and for an exit', async () => {
    expect(await ended('die')).toEqual({ code: null, signal: 9, crash: null });
    expect(await ended('exit')).toEqual({ code: 0, signal: null, crash: null });
  });

  it('is recorded by the rank itself for a fault, with its address, and the signal takes its course', async () => {
    expect(await ended('fault')).toEqual({
      code: null,
      signal: SIGSEGV,
      crash: { signal: SIGSEGV, address: 0x18n, sent: false, atNs: expect.any(Number), onMainThread: true },
    });
  });

  it('is recorded for an overflow of the stack, for abort, and for a signal from outside', async () => {
    expect(await ended('overflow')).toMatchObject({ signal: SIGSEGV, crash: { signal: SIGSEGV, sent: false } });
    expect(await ended('abort')).toMatchObject({ signal: SIGABRT, crash: { signal: SIGABRT, sent: true } });
    const { rank, link } = await bridge.connect();
    await rank.done('record');
    rank.process.kill('SIGSEGV');
    await rank.ended();
    expect(link.ending()).toMatchObject({ signal: SIGSEGV, crash: { signal: SIGSEGV, sent: true } });
  });

  it('is not yet known while it runs; a child that crashes leaves no record', async () => {
    const { rank, link } = await bridge.connect();
    await rank.done('record', 'child');
    expect(rank.lines).toContain(`child ${SIGABRT}`);
    expect(link.ending()).toEqual({ code: null, signal: null, crash: null });
    // After the recorder has gone the signal does what it did before.
    await rank.done('forget');
    rank.tell('fault');
    await rank.ended();
    expect(link.ending()).toEqual({ code: null, signal: SIGSEGV, crash: null });
  });
});
