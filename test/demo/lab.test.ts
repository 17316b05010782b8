/** README's `npm run demo -- --lab`, typed on a terminal: JupyterLab on the live run, until Ctrl-C. */
import { KernelManager, ServerConnection } from '@jupyterlab/services';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../support/places';
import { Sandbox } from '../support/sandbox';
import { KEYS, Terminal } from '../support/terminal';
import { GrowingText, within } from '../support/wait';

/** JupyterLab is installed by the first such demo of a checkout. */
const INSTALL_MS = 240_000;
const LIMIT_MS = 40_000;
const KERNEL = 'allranks-kelvin_helmholtz';

let sandbox: Sandbox;
let terminal: Terminal;
let server: { address: string; page: string; token: string };

const demo = (...names: string[]): string => join(root, 'build', 'demo', ...names);
const jobFile = demo('data', 'allranks', 'jobs', 'kelvin_helmholtz.json');
const kernelspec = demo('jupyter', 'data', 'kernels', KERNEL, 'kernel.json');

/** What the server answers, with the token of the printed URL or without any. */
const get = (path: string, token = server.token): Promise<Response> =>
  fetch(`${server.address}${path}`, { headers: token === '' ? {} : { authorization: `token ${token}` } });

beforeAll(async () => {
  // The user's own home, since the package manager's settings are there.
  sandbox = new Sandbox({ HOME: process.env['HOME'] });
  terminal = Terminal.start(['bash', '--norc', '-i'], { cwd: root, env: { ...sandbox.env, PS1: 'prompt> ' } });
  await terminal.shows(/prompt> /);
  terminal.type(`npm run --silent demo -- --lab${KEYS.enter}`);
  // The lines of a terminal are broken where they do not fit; the URL is one word.
  const [, address, page, token] = await terminal.shows(
    /JupyterLab: (http:\/\/127\.0\.0\.1:\d+)(\/lab\/tree\/01-attach\.ipynb)\?token=([0-9a-f]{32})\r?\n/,
    INSTALL_MS,
  );
  server = { address: address!, page: page!, token: token! };
}, INSTALL_MS + LIMIT_MS);

afterAll(async () => {
  sandbox?.close();
  await terminal?.ended;
});

test('the printed URL opens the notebook in JupyterLab, and nothing opens without its token', async () => {
  const page = await get(`${server.page}?token=${server.token}`, '');
  expect(page.status).toBe(200);
  expect(await page.text()).toContain('<title>JupyterLab</title>');
  const refused = await get('/api/kernelspecs', '');
  expect(refused.status).toBe(403);
  const file = (await (await get('/api/contents/01-attach.ipynb')).json()) as { content: { metadata: { kernelspec: { name: string } } } };
  expect(file.content.metadata.kernelspec.name).toBe(KERNEL);
});

test('its server has the live kernelspec, whose kernel runs cells in all ranks', async () => {
  const status = (await (await get('/api/status')).json()) as Record<string, unknown>;
  expect(status).toMatchObject({ kernels: 0, connections: 0 });
  const { kernelspecs } = (await (await get('/api/kernelspecs')).json()) as {
    kernelspecs: Record<string, { spec: { display_name: string } }>;
  };
  expect(kernelspecs[KERNEL]!.spec.display_name).toBe('kelvin_helmholtz — live, 4 ranks');
  const baseUrl = `${server.address}/`;
  const manager = new KernelManager({
    serverSettings: ServerConnection.makeSettings({
      baseUrl,
      wsUrl: baseUrl.replace('http', 'ws'),
      token: server.token,
      appendToken: true,
    }),
  });
  try {
    const kernel = await within(manager.startNew({ name: KERNEL }), LIMIT_MS, 'a kernel of the live run', () => terminal.report());
    const future = kernel.requestExecute({ code: 'import allranks\nprint(allranks.comm.allreduce(1))' });
    let text = '';
    future.onIOPub = ({ content }): void => {
      if ('text' in content) text += String(content.text);
    };
    expect((await within(future.done, LIMIT_MS, 'a cell', () => terminal.report())).content.status).toBe('ok');
    expect(text).toBe('4\n');
    kernel.dispose();
  } finally {
    manager.dispose();
  }
});

test('Ctrl-C ends JupyterLab, its kernel, the run and what it has left in the folders, and tells so', async () => {
  expect([existsSync(jobFile), existsSync(kernelspec)]).toEqual([true, true]);
  terminal.type(KEYS.ctrlC);
  await terminal.shows(/demo: interrupted; ending JupyterLab and the simulation\r?\n/);
  await terminal.shows(/demo: both have ended\r?\n/, LIMIT_MS);
  terminal.type(`exit${KEYS.enter}`);
  await terminal.end();
  expect(sandbox.processes()).toEqual([]);
  await expect(get('/api/status')).rejects.toThrow('fetch failed');
  expect([existsSync(jobFile), existsSync(kernelspec)]).toEqual([false, false]);
});

test(
  'a terminal that is closed ends both too',
  async () => {
    const child = spawn('npm', ['run', '--silent', 'demo', '--', '--lab'], {
      cwd: root,
      env: sandbox.env,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    const shown = new GrowingText();
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => shown.add(data));
    const closed = once(child, 'close');
    await within(shown.match(/JupyterLab: http/), INSTALL_MS, 'the URL', () => shown.text);
    // What a terminal sends to the processes of its foreground when it goes.
    process.kill(-child.pid!, 'SIGHUP');
    await within(closed, LIMIT_MS, 'the end of the demo', () => shown.text);
    expect(shown.text).toContain('demo: both have ended\n');
    expect(sandbox.processes()).toEqual([]);
    expect([existsSync(jobFile), existsSync(kernelspec)]).toEqual([false, false]);
  },
  INSTALL_MS,
);
