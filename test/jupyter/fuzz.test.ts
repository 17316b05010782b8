/**
 * Hostile input at the kernel of a live job: malformed, mis-signed, replayed and wrongly typed messages, made from a seed, on
 * every socket. No crash, no request without its idle, no growth without bound; the next cell works and the ranks live.
 */
import { readFileSync } from 'node:fs';
import { Dealer, Subscriber } from 'zeromq';
import { Job } from '../support/job';
import type { Channel, KernelClient } from '../support/kernel-client';
import type { Notebook } from '../support/notebook';
import { within } from '../support/wait';

const MESSAGES = 10_000;
/** The test's client looks through all that it holds for each message that comes: rounds keep that short. */
const ROUND = 1000;
const SEED = 20_261_121;
/** More than this the kernel may not have grown by, bytes: all that was sent is some 20 MB. */
const GROWTH_BYTES = 200 * 1024 * 1024;

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

/** Frames of the next bad message. */
function badMessage(client: KernelClient, earlier: Buffer[][]): Buffer[] {
  const { frames } = client.encode(pick(TYPES), content());
  switch (random(8)) {
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

  beforeAll(async () => {
    job = await Job.start({ ranks: 4, name: 'fuzz', args: ['--steps', '0', '--step-us', '200'] });
    notebook = await job.attach();
  });

  afterAll(() => job?.stop());

  /** Sends bad messages and then proves that everything asked was ended and that cells work. */
  async function round(channel: Channel, earlier: Buffer[][]): Promise<void> {
    const { client } = notebook;
    for (let sent = 0; sent < ROUND; sent += 1) await client.sendRaw(channel, badMessage(client, earlier));
    await client.ask(channel === 'control' ? 'control' : 'shell', 'kernel_info_request');
    // The cell runs behind all those before it; when its idle is there, so must be all others.
    const last = await notebook.run('1', { stop_on_error: false });
    expect(['ok', 'aborted']).toContain(last.content['status']);
    expect((await notebook.ok('import allranks\nallranks.comm.allreduce(1)')).result).toBe('4');
    const open = new Map<string, number>();
    for (const message of client.iopubLog.splice(0)) {
      if (message.header.msg_type !== 'status') continue;
      const id = JSON.stringify(message.parent['msg_id'] ?? null);
      const change = message.content['execution_state'] === 'busy' ? 1 : message.content['execution_state'] === 'idle' ? -1 : 0;
      open.set(id, (open.get(id) ?? 0) + change);
    }
    expect([...open].filter(([, count]) => count !== 0)).toEqual([]);
  }

  async function bombard(channel: Channel): Promise<void> {
    const before = residentBytes(notebook.kernel.child.pid!);
    const earlier: Buffer[][] = [];
    for (let sent = 0; sent < MESSAGES; sent += ROUND) await round(channel, earlier);
    expect(residentBytes(notebook.kernel.child.pid!) - before).toBeLessThan(GROWTH_BYTES);
  }

  test.each(['shell', 'control', 'stdin'] as const)('%s: every request is ended, and the next cell works', (channel) => bombard(channel));

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
