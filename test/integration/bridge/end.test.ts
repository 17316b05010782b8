/** News of the end of a job: it reaches also notebooks that wait for nothing, in whatever order things end. */
import { createConnection } from 'node:net';
import { constants } from 'node:os';
import { FrameReader } from '../../../bridge/protocol/frames';
import { OutcomeStatus } from '../../../bridge/protocol/generated';
import type { FakeRank } from '../../support/fake-addon';
import { Harness, type Kernel } from './harness';

/** No process has this id: above the largest that Linux gives. */
const NO_PID = 0x7ffffff0;

let harness: Harness;
beforeEach(() => (harness = new Harness()));
afterEach(() => harness.stop());

function kill(rank: FakeRank): void {
  rank.end = { code: null, signal: constants.signals.SIGKILL, crash: null };
  rank.die();
}

const ended = (kernel: Kernel): Promise<unknown> => kernel.event((event) => event.kind === 'ended');

test('a notebook that waits for nothing is told which rank died of what', async () => {
  await harness.start();
  const ranks = harness.addon.start(2, () => undefined, { pid: NO_PID });
  const kernel = await harness.kernel();
  kill(ranks[1]!);
  expect(await ended(kernel)).toMatchObject({ untold: true, reason: expect.stringContaining('rank 1 (process 2147483632) was killed by SIGKILL'), lastWords: expect.arrayContaining([expect.stringContaining('[rank 1]')]) });
});

test('a job that finishes is no news to a notebook that waits for nothing', async () => {
  await harness.start();
  const ranks = harness.simulate(2, () => undefined);
  const kernel = await harness.kernel();
  for (const rank of ranks) rank.bye();
  expect(await ended(kernel)).toMatchObject({ untold: false, reason: 'the simulation has finished' });
});

test('a bridge that is asked to go while it waits for news of the other ranks tells what it knows', async () => {
  await harness.start({ times: { settle: 600_000 } });
  const ranks = harness.addon.start(2, () => undefined, { pid: NO_PID });
  const kernel = await harness.kernel();
  kill(ranks[1]!);
  await harness.bridge.close();
  expect(await ended(kernel)).toMatchObject({ untold: true, reason: expect.stringContaining('was killed by SIGKILL') });
});

test('a rank was killed and the launcher ended with 0: that is a loss, in whichever order both are known', async () => {
  await harness.start();
  const ranks = harness.addon.start(2, () => undefined, { pid: NO_PID });
  const kernel = await harness.kernel();
  harness.bridge.job.programEnded(0, null);
  kill(ranks[0]!);
  expect(await ended(kernel)).toMatchObject({ untold: true, reason: expect.stringMatching(/^rank 0 .* was killed by SIGKILL.*; the program ended with exit code 0$/) });
});

test('a program that ended with 0 without goodbye of its ranks has finished', async () => {
  await harness.start();
  const ranks = harness.addon.start(1, () => undefined, { pid: NO_PID });
  const kernel = await harness.kernel();
  ranks[0]!.die();
  harness.bridge.job.programEnded(0, null);
  expect(await ended(kernel)).toMatchObject({ untold: false, reason: 'the program ended with exit code 0' });
});

test('a launcher that fails before any rank has registered is told', async () => {
  await harness.start();
  const kernel = await harness.kernel();
  harness.bridge.job.programEnded(1, null);
  expect(await ended(kernel)).toMatchObject({ untold: true, reason: 'the program ended with exit code 1' });
});

test.each([
  ['comm message', (kernel: Kernel) => kernel.executor.comm('comm-1', { type: 'comm_msg', content: { comm_id: 'c', data: {} }, metadata: {}, buffers: [] }, { accepted: () => undefined, output: () => undefined, input: () => Promise.reject(new Error('no input here')) }, '{}')],
  ['silent cell', (kernel: Kernel) => kernel.run('x', { silent: true }).verdict],
])('a %s under way, whose outcome nobody sees, does not stand for the news', async (_what, begin) => {
  await harness.start();
  const ranks = harness.addon.start(2, () => null, { pid: NO_PID });
  const kernel = await harness.kernel();
  const settled = begin(kernel).catch(() => undefined);
  await harness.addon.until(() => ranks[1]!.sentCommands.length === 1);
  kill(ranks[1]!);
  await settled;
  expect(await ended(kernel)).toMatchObject({ untold: true, reason: expect.stringContaining('was killed by SIGKILL') });
});

test('a cell that was answered with the end is news enough', async () => {
  await harness.start();
  const ranks = harness.addon.start(2, () => null, { pid: NO_PID });
  const kernel = await harness.kernel();
  const cell = kernel.run('x');
  await cell.accepted;
  kill(ranks[1]!);
  expect(await cell.verdict).toMatchObject({ status: 'error', ename: 'SimulationEnded' });
  expect(await ended(kernel)).toMatchObject({ untold: false, lastWords: [] });
});

test('a client whose hello is under way when the job ends is told why', async () => {
  await harness.start({ times: { settle: 600_000 } });
  const ranks = harness.addon.start(2, () => undefined, { pid: NO_PID });
  // A kernel after it has been answered: the bridge knows the connection of the client, too.
  const socket = createConnection(harness.bridge.cellsSocket);
  const reader = new FrameReader();
  const first = new Promise<unknown>((resolve) => {
    socket.on('data', (chunk: Buffer) => reader.push(chunk).forEach(resolve));
    socket.on('close', () => resolve('closed without a word'));
  });
  await harness.kernel();
  kill(ranks[1]!);
  await harness.bridge.close();
  expect(await first).toMatchObject({ t: 'refused', code: 'job_ended', message: expect.stringContaining('was killed by SIGKILL') });
});

test('a notebook that lost its bridge and then finds the files of the run gone says so', async () => {
  await harness.start();
  harness.simulate(2, () => undefined);
  const kernel = await harness.kernel();
  // It goes without an end of the job.
  await harness.bridge.close();
  expect(await ended(kernel)).toMatchObject({ untold: true, reason: 'the run has ended and its files are gone' });
});

test('an earlier cell that ended withdrawn does not stand for the news of a later death', async () => {
  await harness.start({ times: { settle: 600_000 } });
  const ranks = harness.addon.start(2, () => undefined, { pid: NO_PID });
  const kernel = await harness.kernel();
  for (const rank of ranks) rank.serving = false;
  const cell = kernel.run('x');
  await harness.addon.until(() => ranks[1]!.sentCommands.length === 1);
  for (const rank of ranks) rank.settle(1, OutcomeStatus.withdrawn, null);
  expect(await cell.verdict).toMatchObject({ ename: 'SimulationEnded' });
  for (const rank of ranks) rank.serving = true;
  expect(await kernel.run('y').verdict).toMatchObject({ status: 'ok' });
  kill(ranks[1]!);
  await harness.bridge.close();
  expect(await ended(kernel)).toMatchObject({ untold: true });
});
