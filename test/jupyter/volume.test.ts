/**
 * Far more text than a Jupyter server lets pass, from every rank: the page shows head and tail, the job's folder has all of it, and
 * everything between them stays responsive and within its memory.
 */
import type { Kernel } from '@jupyterlab/services';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Job, reporting } from '../support/job';
import { JupyterServer } from '../support/jupyter-server';
import { KernelClient, type ConnectionInfo } from '../support/kernel-client';
import { forgetPeak, MOST_MIB, peakMiB } from '../support/memory';
import { rankLines, readRankLines } from '../support/rank-lines';
import { within } from '../support/wait';

const RANKS = 4;
const LINES = 1_000_000;
const LIMIT_MS = 90_000;
/** What a page shows of a cell, bytes: half of it from the beginning, half from the end, in whole lines. */
const SHOWN_BYTES = 2_000_000;

/** What the line between head and tail tells to programs. */
interface Left {
  leftOutBytes: number;
  path: string;
}

let job: Job;
let server: JupyterServer;
let kernel: Kernel.IKernelConnection;
/** Sockets that the kernel's own clients have, beside the server; without its output. */
let direct: KernelClient;
const check = reporting(() => job);
const report = (): string => `${job.report()}\n--- server\n${server.log.text.slice(-4000)}`;

beforeAll(async () => {
  job = await Job.start({ ranks: RANKS, name: 'volume', args: ['--steps', '0'] });
  server = await JupyterServer.start(job.sandbox);
  const session = await server.sessions().startNew({ path: 'volume.ipynb', name: 'volume.ipynb', type: 'notebook', kernel: { name: 'allranks-volume' } });
  kernel = session.kernel!;
  await within(kernel.info, LIMIT_MS, 'kernel_info through the server', report);
  direct = new KernelClient(JSON.parse(readFileSync(connectionFile(), 'utf8')) as ConnectionInfo, { topics: [], read: false });
}, 90_000);

afterAll(async () => {
  direct?.close();
  await server?.stop();
  await job?.stop();
});

function connectionFile(): string {
  return join(job.sandbox.env['JUPYTER_RUNTIME_DIR']!, `kernel-${kernel.id}.json`);
}

function kernelPid(): number {
  const pid = job.sandbox.processes().find((candidate) => readFileSync(`/proc/${candidate}/cmdline`, 'utf8').includes(connectionFile()));
  if (pid === undefined) throw new Error(`no process has ${connectionFile()} in its command line\n${report()}`);
  return pid;
}

check('1,000,000 different lines of each rank: head and tail and a path are shown, the file has every line, and everything answers meanwhile', async () => {
  const bridge = await job.bridgePid();
  const kernelProcess = kernelPid();
  await within(kernel.requestExecute({ code: 'import allranks' }).done, LIMIT_MS, 'import', report);
  for (const pid of [bridge, kernelProcess]) forgetPeak(pid);
  const future = kernel.requestExecute({ code: rankLines(LINES), stop_on_error: false });
  const shown = { head: '', tail: '', notices: [] as ({ type: string; text: string } & Left)[] };
  future.onIOPub = ({ header, content }) => {
    const { text, name, data, metadata } = content as { text: string; name: string; data: Record<string, string>; metadata: Record<string, any> };
    if (header.msg_type === 'stream') shown[shown.notices.length === 0 ? 'head' : 'tail'] += name === 'stdout' ? text : `<${name}: ${text}>`;
    // Other displays tell which ranks a long cell waits for.
    const notice = metadata?.['allranks'] as Left | undefined;
    if (notice?.leftOutBytes !== undefined) shown.notices.push({ type: header.msg_type, text: data['text/plain']!, ...notice });
  };
  let running = true;
  const done = within(future.done, LIMIT_MS, 'the cell', report).finally(() => (running = false));
  // Awaited below; until then something else may fail.
  done.catch(() => undefined);
  let answers = 0;
  while (running) {
    expect(await within(direct.beat(`beat ${answers}`), LIMIT_MS, 'heartbeat', report)).toBe(`beat ${answers}`);
    const asked = await direct.send('control', 'kernel_info_request', {});
    expect((await within(direct.reply('control', asked), LIMIT_MS, 'kernel_info on control', report)).content['status']).toBe('ok');
    expect((await within(kernel.requestKernelInfo(), LIMIT_MS, 'kernel_info through the server', report))!.content.status).toBe('ok');
    if (running) answers += 1;
  }
  const reply = await done;
  expect(reply.content.status).toBe('ok');
  expect(peakMiB(bridge)).toBeLessThan(MOST_MIB.bridge);
  expect(peakMiB(kernelProcess)).toBeLessThan(MOST_MIB.kernel);
  expect(answers).toBeGreaterThan(0);

  expect(shown.notices.map(({ type }) => type)).toEqual(['display_data', 'update_display_data']);
  const { text: notice, path, leftOutBytes } = shown.notices[1]!;
  expect(path.startsWith(join(job.sandbox.folder, 'job', 'outputs'))).toBe(true);
  expect(notice).toMatch(/^\[\d+(\.\d+)? MB of text left out here; the full text is in .*\]$/);
  expect(notice).toContain(path);
  const text = readFileSync(path, 'utf8');
  expect(readRankLines(text, RANKS)).toEqual({ counts: Array.from({ length: RANKS }, () => LINES), wrong: [] });
  expect(text.startsWith(shown.head)).toBe(true);
  expect(text.endsWith(shown.tail)).toBe(true);
  expect(leftOutBytes).toBe(text.length - shown.head.length - shown.tail.length);
  for (const part of [shown.head, shown.tail]) {
    expect(part.length).toBeLessThanOrEqual(SHOWN_BYTES / 2);
    // But for the line that did not fit whole.
    expect(part.length).toBeGreaterThan(SHOWN_BYTES / 2 - 100);
  }
  expect(server.log.text).not.toMatch(/IOPub (data|message) rate exceeded/);
}, LIMIT_MS * 2);
