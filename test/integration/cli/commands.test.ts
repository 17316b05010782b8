import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { encodeFrame } from '../../../bridge/protocol/frames';
import { PROTOCOL_VERSION } from '../../../bridge/protocol/generated';
import { Sandbox } from './support';

let box: Sandbox;
beforeEach(() => {
  box = new Sandbox();
});
afterEach(() => box.close());

function writeJob(name: string, changes: Record<string, unknown> = {}): void {
  const folder = join(box.env['XDG_DATA_HOME']!, 'allranks', 'jobs');
  mkdirSync(folder, { recursive: true });
  const runtime = join(box.folder, 'run', 'allranks', 'abcdef012345');
  const record = {
    name, id: 'abcdef012345', host: hostname(), supervisorPid: process.pid, bridgePid: process.pid, ranksSocket: join(runtime, 'ranks.sock'),
    cellsSocket: join(runtime, 'cells.sock'), dir: join(box.folder, 'job'), program: 'sim', size: 2, state: 'running', step: 5, time: 0.5,
    startedAt: Date.now(), heartbeat: Date.now(), ...changes,
  };
  writeFileSync(join(folder, `${name}.json`), JSON.stringify(record));
}

describe('wrong use exits 2 with one sentence', () => {
  test.each([
    [[]],
    [['no-such-command']],
    [['list', '--no-such-option']],
    [['list', 'surplus']],
    [['kernelspec']],
    [['kernelspec', 'rename']],
    [['export']],
    [['export', 'job', 'out.txt']],
    [['attach', '--connection-file']],
    [['attach', 'surplus']],
    [['attach', '--no-such-option']],
    [['run']],
    [['run', '--pause-at', 'soon', '--', 'true']],
  ])('allranks %j', async (words) => {
    const end = await box.allranks(words);
    expect(end.code).toBe(2);
    expect(end.stderr.trim().split('\n')).toHaveLength(1);
    expect(end.stderr).toMatch(/^allranks: /);
  });
});

test('help tells the commands and exits 0', async () => {
  const end = await box.allranks(['--help']);
  expect(end.code).toBe(0);
  for (const command of ['run', 'list', 'attach', 'kernelspec', 'export', 'doctor']) expect(end.stdout).toContain(command);
});

describe('list', () => {
  test('without a run says how to start one', async () => {
    expect(await box.allranks(['list'])).toMatchObject({ code: 0, stdout: 'no live run; start one with: allranks run -- mpiexec -n 4 ./my_sim\n' });
    expect((await box.allranks(['list', '--json'])).stdout).toBe('[]\n');
  });

  test('shows live runs and removes what stale ones left', async () => {
    writeJob('live');
    writeJob('gone', { id: 'fedcba987654', supervisorPid: 0, bridgePid: 0 });
    writeJob('silent', { id: 'fedcba987655', host: 'elsewhere', heartbeat: Date.now() - 11 * 60_000 });
    const end = await box.allranks(['list']);
    expect(end.stdout).toMatch(/^NAME +RANKS/);
    expect(end.stdout).toMatch(/\nlive +2 +5 +0\.5 +running +\d+s +\S+\n$/);
    expect(readdirSync(join(box.env['XDG_DATA_HOME']!, 'allranks', 'jobs'))).toEqual(['live.json']);
    expect(JSON.parse((await box.allranks(['list', '--json'])).stdout)).toMatchObject([{ name: 'live', size: 2 }]);
  });
});

describe('list asks the bridges of this machine', () => {
  let server: Server;
  const peers: Socket[] = [];

  /** A bridge on the socket of the job `live`; `answer` is what it says to a hello. */
  async function bridge(answer: Buffer | null): Promise<void> {
    const path = join(box.folder, 'run', 'allranks', 'abcdef012345', 'cells.sock');
    mkdirSync(dirname(path), { recursive: true });
    server = createServer((peer) => {
      peers.push(peer);
      // A client that leaves while we write is none of this test's business.
      peer.on('error', () => peer.destroy());
      peer.once('data', () => {
        if (answer) peer.write(answer);
      });
    });
    await new Promise<void>((resolve) => server.listen(path, resolve));
  }

  afterEach(async () => {
    for (const peer of peers.splice(0)) peer.destroy();
    await new Promise((resolve) => server.close(resolve));
  });

  test('and shows what they say now, not what the job file said', async () => {
    const job = { name: 'live', state: 'paused', size: 4, registered: 4, step: 77, time: 7.5, host: hostname(), startedAt: 0, pythonVersion: '3.11.7', program: 'sim', dir: box.folder };
    await bridge(encodeFrame({ t: 'welcome', version: PROTOCOL_VERSION, job }));
    writeJob('live');
    expect((await box.allranks(['list'])).stdout).toMatch(/\nlive +4 +77 +7\.5 +paused +\d+s +\S+\n$/);
    expect(JSON.parse((await box.allranks(['list', '--json'])).stdout)).toMatchObject([{ name: 'live', state: 'paused', step: 77 }]);
  });

  test('and shows the job file when one does not answer', async () => {
    await bridge(null);
    writeJob('live');
    expect((await box.allranks(['list'])).stdout).toMatch(/\nlive +2 +5 +0\.5 +running/);
  });
});

describe('attach without a connection file', () => {
  test('tells the kernel of each run', async () => {
    writeJob('sim');
    expect((await box.allranks(['attach'])).stdout).toContain('jupyter console --kernel allranks-sim');
  });

  test('says that there is no run, or none of that name', async () => {
    expect(await box.allranks(['attach'])).toMatchObject({ code: 1, stderr: expect.stringContaining('no live run') });
    writeJob('sim');
    expect(await box.allranks(['attach', '--job', 'other'])).toMatchObject({ code: 1, stderr: expect.stringContaining('no live run is called other') });
  });
});

describe('kernelspec', () => {
  const kernels = (): string => join(box.env['JUPYTER_DATA_DIR']!, 'kernels');

  test('install writes a complete kernelspec, list shows it, remove takes it away', async () => {
    expect(await box.allranks(['kernelspec', 'install'])).toMatchObject({ code: 0, stdout: `${join(kernels(), 'allranks')}\n` });
    const spec = JSON.parse(readFileSync(join(kernels(), 'allranks', 'kernel.json'), 'utf8')) as Record<string, unknown>;
    expect(spec).toMatchObject({ language: 'python', interrupt_mode: 'message', kernel_protocol_version: '5.5', metadata: { supported_encryption: ['curve'] } });
    const argv = spec['argv'] as string[];
    expect(argv.slice(2)).toEqual(['attach', '--connection-file', '{connection_file}']);
    expect(argv.slice(0, 2).every((word) => existsSync(word))).toBe(true);
    expect(readdirSync(join(kernels(), 'allranks')).sort()).toEqual(['kernel.json', 'logo-32x32.png', 'logo-64x64.png', 'logo-svg.svg']);
    // A second time replaces it.
    expect((await box.allranks(['kernelspec', 'install'])).code).toBe(0);
    expect((await box.allranks(['kernelspec', 'list'])).stdout).toMatch(/^allranks +.*kernels\/allranks/);
    expect((await box.allranks(['kernelspec', 'remove'])).code).toBe(0);
    expect(readdirSync(kernels())).toEqual([]);
  });

  test('goes below a prefix when asked', async () => {
    const prefix = join(box.folder, 'prefix');
    await box.allranks(['kernelspec', 'install', '--prefix', prefix]);
    expect(existsSync(join(prefix, 'share', 'jupyter', 'kernels', 'allranks', 'kernel.json'))).toBe(true);
    expect(await box.allranks(['kernelspec', 'install', '--sys-prefix'])).toMatchObject({ code: 1, stderr: expect.stringContaining('virtual environment') });
    expect(await box.allranks(['kernelspec', 'install', '--sys-prefix', '--prefix', prefix])).toMatchObject({ code: 2 });
  });

  test('never touches a kernelspec of somebody else', async () => {
    mkdirSync(join(kernels(), 'allranks'), { recursive: true });
    writeFileSync(join(kernels(), 'allranks', 'kernel.json'), '{"argv": ["other"], "display_name": "Other"}');
    expect(await box.allranks(['kernelspec', 'install'])).toMatchObject({ code: 1, stderr: expect.stringContaining('is not ours') });
    expect((await box.allranks(['kernelspec', 'remove'])).code).toBe(1);
    expect(readFileSync(join(kernels(), 'allranks', 'kernel.json'), 'utf8')).toContain('other');
  });

  test('says so when it cannot be written', async () => {
    writeFileSync(join(box.folder, 'file'), '');
    const end = await box.allranks(['kernelspec', 'install'], { JUPYTER_DATA_DIR: join(box.folder, 'file') });
    expect(end).toMatchObject({ code: 1, stderr: expect.stringContaining('cannot be written') });
  });
});

test('export of an unknown job is refused in a sentence', async () => {
  expect(await box.allranks(['export', 'nothing', 'out.ipynb'])).toMatchObject({ code: 1, stderr: expect.stringContaining('no live run and no job folder is called nothing') });
});
