/**
 * Hostile input at the kernel of a live job: malformed, mis-signed, replayed, oversized and wrongly typed messages, made from a seed, on
 * every socket. No crash, no request without its idle, nothing kept of what was sent; the next cell works and the ranks live.
 */
import { readFileSync } from 'node:fs';
import { Dealer, Subscriber } from 'zeromq';
import { Job } from '../support/job';
import { Heap, INSPECTABLE } from '../support/heap';
import type { Channel, KernelClient, Message } from '../support/kernel-client';
import type { Notebook } from '../support/notebook';
import { GrowingText, within } from '../support/wait';

const MESSAGES = 10_000;
/** The test's client looks through all that it holds for each message that comes: rounds keep that short. */
const ROUND = 1000;
const SEED = 20_261_121;
/**
 * More than this the second half of the messages may not add to what lives in the kernel, and to the memory of a rank, bytes. Half of them are
 * some 10 MB, of which it keeps a digest of 64 digits each, against replay; a rank keeps the text of cells.
 */
const KEPT_BYTES = 1_500_000;
const RANK_BYTES = 5_000_000;
/** One more than a frame may have. */
const OVERSIZED_BYTES = 256 * 1024 * 1024 + 1;

jest.setTimeout(120_000);

/** Numbers from 0 up to a bound, the same ones for the same seed (mulberry32). */
function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

const random = generator(SEED);
const pick = <T>(items: readonly T[]): T => items[random(items.length)]!;
const bytes = (limit: number): Buffer => Buffer.from(Array.from({ length: random(limit) }, () => random(256)));

/** A JSON value of any type, some of them known to be awkward. */
function value(depth = 0): unknown {
  const simple = [null, true, -1, 1e308, 2 ** 53, '', '\u{1d11e}\ud800', '../..', '\0', 'x'.repeat(2000), [], {}];
  if (depth > 2 || random(3) > 0) return pick(simple);
  return random(2) === 0 ? [value(depth + 1), value(depth + 1)] : { [pick(['data', '__proto__', 'constructor', 'n', 'state'])]: value(depth + 1) };
}

// Those that a front end sends to end the kernel do what they say, so they are not among these.
const TYPES = [
  'execute_request', 'complete_request', 'inspect_request', 'is_complete_request', 'history_request', 'comm_info_request', 'kernel_info_request',
  'connect_request', 'comm_open', 'comm_msg', 'comm_close', 'debug_request', 'usage_request', 'input_reply', 'create_subshell_request', '', '__proto__',
];
const FIELDS = [
  'silent', 'store_history', 'user_expressions', 'allow_stdin', 'stop_on_error', 'cursor_pos', 'detail_level', 'hist_access_type', 'n', 'session', 'start', 'stop',
  'pattern', 'comm_id', 'target_name', 'command', 'seq', 'value',
];

/** Contents with fields of any type. Code is text that no rank needs to run for long, or no text at all. */
function content(): unknown {
  if (random(10) === 0) return value();
  const made: Record<string, unknown> = { code: random(2) === 0 ? value() : pick(['1', '(', '"\u{1d11e}"', '%live', '%%ranks 9', '\0', 'raise ValueError']) };
  for (let count = random(4); count > 0; count -= 1) made[pick(FIELDS)] = value();
  return made;
}

/** One of so many messages is oversized: they are slow to make, and would hide the others. */
const OVERSIZED_ODDS = 200;

/** Signed correctly, and larger, deeper or of more frames than anything that a front end sends. */
function oversized(client: KernelClient): Buffer[] {
  const type = pick(TYPES);
  switch (random(5)) {
    case 0:
      return client.encode(type, { code: `1 # ${'x'.repeat(1_000_000)}`, comm_id: 'y'.repeat(1_000_000), data: {} }).frames;
    case 1: {
      const { frames } = client.encode(type, {});
      frames[5] = Buffer.from(`{"code":"1","data":${'['.repeat(50_000)}${']'.repeat(50_000)}}`);
      frames[1] = Buffer.from(client.signature(frames.slice(2, 6)));
      return frames;
    }
    case 2:
      return client.encode(type, content(), { buffers: Array<Buffer>(2000).fill(Buffer.from('b')) }).frames;
    case 3:
      return client.encode(type, content(), { header: { msg_id: 'z'.repeat(200_000), username: 'u'.repeat(200_000) } }).frames;
    default:
      return [...Array<Buffer>(40).fill(Buffer.from('identity')), ...client.encode(type, content()).frames];
  }
}

/** Frames of the next bad message. */
function badMessage(client: KernelClient, earlier: Buffer[][]): Buffer[] {
  const { frames } = client.encode(pick(TYPES), content());
  switch (random(OVERSIZED_ODDS) === 0 ? -1 : random(8)) {
    case -1:
      return oversized(client);
    case 0:
      return Array.from({ length: 1 + random(8) }, () => bytes(200));
    case 1: {
      const frame = pick(frames.filter(({ length }) => length > 0));
      frame[random(frame.length)]! ^= 1 + random(255);
      return frames;
    }
    case 2: {
      // Signed correctly, and one of its parts is not what it should be.
      frames[2 + random(4)] = Buffer.from(pick(['[]', 'null', '3', '"x"', '{', '{"msg_id":1}', '{"msg_id":"a","msg_type":[]}', '\xff\xfe']));
      frames[1] = Buffer.from(client.signature(frames.slice(2, 6)));
      return frames;
    }
    case 3:
      return frames.slice(0, 1 + random(frames.length));
    case 4:
      return client.encode(pick(TYPES), content(), { key: 'another' }).frames;
    case 5:
      return earlier.length > 0 ? pick(earlier) : frames;
    default:
      if (earlier.length < 500) earlier.push(frames);
      return frames;
  }
}

function residentBytes(pid: number): number {
  return 1024 * Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]);
}

describe(`messages made from seed ${SEED}`, () => {
  let job: Job;
  let notebook: Notebook;
  let kernel: Heap;
  /** Frames that were sent, to this or another socket: to be sent again. */
  const earlier: Buffer[][] = [];

  beforeAll(async () => {
    job = await Job.start({ ranks: 4, name: 'fuzz', args: ['--steps', '0', '--step-us', '200'] });
    notebook = await job.attach(INSPECTABLE);
    const errors = new GrowingText();
    notebook.kernel.child.stderr!.on('data', (data) => errors.add(data));
    kernel = await Heap.of(notebook.kernel.child.pid!, errors);
  });

  afterAll(() => job?.stop());

  /** Sends bad messages and then proves that everything asked was ended and that cells work. */
  async function round(channel: Channel): Promise<void> {
    const { client } = notebook;
    for (let sent = 0; sent < ROUND; sent += 1) await client.sendRaw(channel, badMessage(client, earlier));
    await client.ask(channel === 'control' ? 'control' : 'shell', 'kernel_info_request');
    // The cell runs behind all those that wait for their turn.
    const last = await notebook.run('1', { stop_on_error: false });
    expect(['ok', 'aborted']).toContain(last.content['status']);
    expect((await notebook.ok('import allranks\nallranks.comm.allreduce(1)')).result).toBe('4');
    const open = new Map<string, number>();
    const count = ({ header, parent, content: { execution_state: state } }: Message): void => {
      if (header.msg_type !== 'status') return;
      const id = JSON.stringify(parent['msg_id'] ?? null);
      open.set(id, (open.get(id) ?? 0) + (state === 'busy' ? 1 : state === 'idle' ? -1 : 0));
    };
    client.iopubLog.splice(0).forEach(count);
    // Questions have no turn: those about a long text may still be with rank 0, or with the bridge, which answers for it in a second.
    while ([...open.values()].some((left) => left > 0)) {
      const missing = (): string => JSON.stringify([...open].filter(([, left]) => left > 0)).slice(0, 1000);
      count(await within(client.onIopub(() => true), 20_000, 'the idle of every request', missing));
    }
    expect([...open].filter(([, left]) => left !== 0)).toEqual([]);
  }

  async function memory(): Promise<{ kernel: number; ranks: number[] }> {
    const pids = await notebook.value<number[]>('allranks.comm.allgather(__import__("os").getpid())');
    return { kernel: await kernel.bytes(), ranks: pids.map(residentBytes) };
  }

  async function bombard(channel: Channel): Promise<void> {
    for (let sent = 0; sent < MESSAGES / 2; sent += ROUND) await round(channel);
    const half = await memory();
    for (let sent = 0; sent < MESSAGES / 2; sent += ROUND) await round(channel);
    const all = await memory();
    expect(all.kernel - half.kernel).toBeLessThan(KEPT_BYTES);
    for (const [rank, bytes] of all.ranks.entries()) expect(bytes - half.ranks[rank]!).toBeLessThan(RANK_BYTES);
  }

  test.each(['shell', 'control', 'stdin'] as const)('%s: every request is ended, and the next cell works', (channel) => bombard(channel));

  test('a request is carried out once, whichever sockets and clients it is sent to again', async () => {
    const { client } = notebook;
    await notebook.ok('ran = 0');
    const { id, frames } = client.encode('execute_request', { code: 'ran += 1' });
    await client.sendRaw('shell', frames);
    expect((await within(client.reply('shell', id), 20_000, 'the reply')).content['status']).toBe('ok');
    await client.iopubOf(id);
    const stranger = notebook.kernel.client();
    await stranger.ready();
    for (const sender of [client, stranger]) for (const channel of ['shell', 'control', 'stdin'] as const) await sender.sendRaw(channel, frames);
    // Behind all of them, on each socket of both.
    for (const sender of [client, stranger]) for (const channel of ['shell', 'control'] as const) await sender.ask(channel, 'kernel_info_request');
    expect((await notebook.ok('set(allranks.comm.allgather(ran))')).result).toBe('{1}');
    for (const sender of [client, stranger]) {
      const received = [...sender.waiting('shell'), ...sender.waiting('control'), ...sender.waiting('stdin'), ...sender.iopubLog];
      expect(received.filter(({ parent }) => parent['msg_id'] === id)).toEqual([]);
    }
  });

  test.each(['shell', 'control', 'stdin', 'iopub', 'hb'] as const)('%s: who sends a frame above the limit is cut off, and the others go on', async (channel) => {
    const { info } = notebook.kernel;
    const peer = channel === 'iopub' ? new Subscriber({ linger: 0 }) : new Dealer({ linger: 0, reconnectInterval: -1 });
    try {
      const cut = (async (): Promise<void> => {
        while ((await peer.events.receive()).type !== 'disconnect');
      })();
      peer.connect(`tcp://${info.ip}:${info[`${channel}_port`]}`);
      if (peer instanceof Dealer) await peer.send([Buffer.alloc(OVERSIZED_BYTES)]);
      else peer.subscribe(Buffer.alloc(OVERSIZED_BYTES));
      await within(cut, 20_000, 'the end of the connection');
      expect(await within(notebook.client.beat('after'), 20_000, 'a beat')).toBe('after');
      expect((await notebook.ok('import allranks\nallranks.comm.allreduce(1)')).result).toBe('4');
    } finally {
      peer.close();
    }
  });

  test('iopub: subscribers may say anything', async () => {
    const { info } = notebook.kernel;
    const subscriber = new Subscriber({ linger: 0 });
    subscriber.connect(`tcp://${info.ip}:${info.iopub_port}`);
    for (let sent = 0; sent < MESSAGES; sent += 1) {
      const topic = bytes(60).toString('latin1');
      subscriber.subscribe(topic);
      if (random(2) === 0) subscriber.unsubscribe(topic);
    }
    expect((await notebook.ok('import allranks\nallranks.comm.allreduce(1)')).result).toBe('4');
    subscriber.close();
    expect((await notebook.ok('allranks.comm.allreduce(2)')).result).toBe('8');
  });

  test('heartbeat: anything is echoed or dropped, and beats are answered', async () => {
    const { info } = notebook.kernel;
    const peer = new Dealer({ linger: 0 });
    peer.connect(`tcp://${info.ip}:${info.hb_port}`);
    for (let sent = 0; sent < MESSAGES; sent += 1) await peer.send(Array.from({ length: 1 + random(4) }, () => bytes(100)));
    expect(await within(notebook.client.beat('after'), 20_000, 'a beat')).toBe('after');
    peer.close();
  });
});
