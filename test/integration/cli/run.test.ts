import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, Sandbox, wrapper } from './support';

let box: Sandbox;
beforeEach(() => {
  box = new Sandbox();
});
afterEach(() => box.close());

/** A bridge that only makes its sockets, tells its configuration in `seen`, and leaves when it is told to. */
function bridge(body = ''): string {
  return box.script(
    'bridge',
    `#!${process.execPath}
const { appendFileSync, readFileSync } = require('node:fs');
const { createServer } = require('node:net');
const { join } = require('node:path');
const { encodeFrame, FrameReader } = require(${JSON.stringify(join(root, 'dist', 'bridge', 'protocol', 'frames.js'))});
const config = JSON.parse(readFileSync(process.argv[3], 'utf8'));
const tell = (value) => appendFileSync(${JSON.stringify(join(box.folder, 'seen'))}, JSON.stringify(value) + '\\n');
tell({ pid: process.pid, config });
const job = { name: config.name, state: 'running', size: 1, registered: 1, step: 0, time: 0, host: 'h', startedAt: 0, pythonVersion: '3', program: '', dir: config.dir };
createServer((socket) => {
  const reader = new FrameReader();
  socket.on('error', () => undefined).on('data', (chunk) => {
    for (const message of reader.push(chunk)) {
      if (message.t === 'hello') socket.write(encodeFrame({ t: 'welcome', version: 2, job }));
      if (message.t === 'programEnded') {
        tell(message);
        process.exit(0);
      }
    }
  });
}).listen(join(config.runtimeDir, 'cells.sock'), () => {
  createServer().listen(join(config.runtimeDir, 'ranks.sock'), () => {
    ${body}
  });
});
`,
  );
}

/** What the bridge told: first its start, last the end of the program. */
function seen(): any[] {
  const path = join(box.folder, 'seen');
  return existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n').map((line) => JSON.parse(line) as unknown) : [];
}

/** A program that prints the variables that it gets. */
const showEnvironment = 'echo "$ALLRANKS_BRIDGE|$ALLRANKS_JOB_NAME|$ALLRANKS_PAUSE_AT|$ALLRANKS_MAX_PAUSE|$ALLRANKS_IGNORED_SIGNALS"';

describe('the program', () => {
  test('gets the bridge, name and pause by its environment, and the bridge its configuration', async () => {
    const run = box.supervise(bridge(), ['--name', 'My Sim', '--pause-at', '7', '--max-pause', '2m', '--on-detach', 'hold', '--', 'sh', '-c', showEnvironment]);
    const end = await run.end;
    expect(end).toMatchObject({ code: 0, signal: null, stderr: '' });
    const [first, last] = seen();
    const { config } = first;
    expect(end.stdout).toBe(`${config.runtimeDir}/ranks.sock|my-sim|7|120|\n`);
    expect(config).toMatchObject({ name: 'my-sim', pauseAt: '7', maxPauseS: 120, onDetach: 'hold', dir: join(box.work, 'allranks', 'my-sim') });
    expect(config.kernelArgv).toEqual(['allranks', 'attach', '--job', '{job}', '--connection-file', '{connection_file}']);
    expect(last).toEqual({ t: 'programEnded', code: 0, signal: null });
    // Nothing is left behind.
    expect(readdirSync(join(box.env['XDG_RUNTIME_DIR']!, 'allranks'))).toEqual([]);
  });

  test('passes its exit code through, and the bridge learns it', async () => {
    const end = await box.supervise(bridge(), ['--', 'sh', '-c', 'exit 42']).end;
    expect(end.code).toBe(42);
    expect(seen().at(-1)).toEqual({ t: 'programEnded', code: 42, signal: null });
  });

  test('that dies of a signal lets the supervisor die of it too', async () => {
    expect(await box.supervise(bridge(), ['--', 'sh', '-c', 'kill -TERM $$']).end).toMatchObject({ code: null, signal: 'SIGTERM' });
  });

  test('that dumps a core gives 128 + signal', async () => {
    expect(await box.supervise(bridge(), ['--', 'sh', '-c', 'ulimit -c 0; kill -SEGV $$']).end).toMatchObject({ code: 139, signal: null });
  });

  test.each(['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGUSR1', 'SIGUSR2'] as const)('gets %s that is sent to the supervisor', async (signal) => {
    const name = signal.slice(3);
    const run = box.supervise(bridge(), ['--', 'sh', '-c', `trap 'echo got ${name}; exit 5' ${name}; echo ready; while :; do read -r line < "${join(box.folder, 'never')}" || :; done`]);
    // Reading a FIFO that nobody writes waits without spinning and is ended by the trap.
    await run.printed('ready');
    run.child.kill(signal);
    expect(await run.end).toMatchObject({ code: 5, stdout: `ready\ngot ${name}\n` });
  });

  beforeEach(() => {
      execFileSync('mkfifo', [join(box.folder, 'never')]);
  });

  test('goes on ignoring what the caller ignores, as under nohup', async () => {
    const command = `trap '' HUP; exec "$0" run -- sh -c 'kill -HUP $$; echo alive'`;
    const end = await box.start(['sh', '-c', command, wrapper]).end;
    expect(end).toMatchObject({ code: 0 });
    expect(end.stdout).toBe('alive\n');
  });

  test('is not found: 127 and a sentence; not executable: 126', async () => {
    expect(await box.allranks(['run', '--', 'no-such-program'])).toMatchObject({ code: 127, stderr: 'allranks: no-such-program was not found; check its path, or PATH\n' });
    writeFileSync(join(box.work, 'text'), '');
    expect(await box.allranks(['run', '--', './text'])).toMatchObject({ code: 126, stderr: 'allranks: ./text is not executable\n' });
  });
});

describe('our own failure never costs the job', () => {
  test('a bridge that dies is started again with one warning, and the program goes on', async () => {
    const path = join(box.folder, 'go');
    const run = box.supervise(bridge(`if (require('node:fs').readFileSync(${JSON.stringify(join(box.folder, 'seen'))}, 'utf8').trim().split('\\n').length === 3) require('node:fs').writeFileSync(${JSON.stringify(path)}, 'now');`), [
      '--',
      'sh',
      '-c',
      `echo started; read -r word < ${join(box.folder, 'go-fifo')}; echo "went on"; exit 3`,
    ]);
      execFileSync('mkfifo', [join(box.folder, 'go-fifo')]);
    await run.printed('started');
    process.kill(seen()[0]!['pid'], 'SIGKILL');
    await run.printed('the bridge has to be started again');
    writeFileSync(join(box.folder, 'go-fifo'), 'go\n');
    const end = await run.end;
    expect(end.code).toBe(3);
    expect(end.stdout).toContain('went on');
    expect(end.stderr.match(/allranks:/g)).toHaveLength(1);
    expect(end.stderr).toContain('it ended with SIGKILL; the program goes on');
  });

  test('a bridge that cannot be started is given up after a bounded number of tries', async () => {
    const end = await box.supervise(join(box.folder, 'absent'), ['--', 'sh', '-c', 'echo ran; exit 4']).end;
    expect(end).toMatchObject({ code: 4, stdout: 'ran\n' });
    expect(end.stderr).toContain('the bridge has to be started again: it cannot be started');
  });

  test('warnings of the bridge reach the terminal once', async () => {
    const warning = "console.log(JSON.stringify({ warning: 'the disk is full' })); console.log(JSON.stringify({ warning: 'the disk is full' })); console.log('{\"warning\": torn');";
    const end = await box.supervise(bridge(warning), ['--', 'true']).end;
    expect(end).toMatchObject({ code: 0, stderr: 'allranks: the disk is full\n' });
  });

  test('without a usable runtime folder the program runs with one warning', async () => {
    // A file where the folder should be, in both places, cannot be made right: not even by root.
    const blocked = join(box.folder, 'blocked');
    mkdirSync(blocked);
    writeFileSync(join(blocked, 'allranks'), '');
    const end = await box.allranks(['run', '--', 'sh', '-c', 'echo "ran $ALLRANKS_BRIDGE"; exit 9'], { XDG_RUNTIME_DIR: blocked, XDG_DATA_HOME: join(blocked, 'allranks') });
    expect(end.code).toBe(9);
    expect(end.stdout).toMatch(/^ran /);
    expect(end.stderr.split('\n').filter((line) => line.startsWith('allranks:')).length).toBeGreaterThanOrEqual(1);
  });

  test('without Node the program runs with one warning', async () => {
    const end = await box.start(['/bin/sh', wrapper, 'run', '--name', 'x', '--', '/bin/sh', '-c', 'echo ran; exit 6'], { PATH: toolsWithoutNode() }).end;
    expect(end).toMatchObject({ code: 6, stdout: 'ran\n' });
    expect(end.stderr).toBe('allranks: Node.js was not found; install Node.js 20.19 or newer; the program starts without a notebook\n');
  });

  test('without the built files the program runs with one warning', async () => {
    const copy = join(box.folder, 'copy', 'kernelspec', 'bin');
    mkdirSync(copy, { recursive: true });
    writeFileSync(join(copy, 'allranks'), readFileSync(wrapper), { mode: 0o755 });
    const end = await box.start([join(copy, 'allranks'), 'run', '--', 'sh', '-c', 'exit 8']).end;
    expect(end.code).toBe(8);
    expect(end.stderr).toMatch(/main\.js is missing; run: npm run setup; the program starts without a notebook\n$/);
  });

  test('the runtime folder and its files are private', async () => {
    const script = 'stat -c %a "$(dirname "$ALLRANKS_BRIDGE")" "$(dirname "$ALLRANKS_BRIDGE")/config.json" "$(dirname "$ALLRANKS_BRIDGE")/bridge.log"';
    expect((await box.supervise(bridge(), ['--', 'sh', '-c', script]).end).stdout).toBe('700\n600\n600\n');
  });

  test('a socket path that would be too long moves the runtime folder to the temporary directory', async () => {
    const long = join(box.folder, 'x'.repeat(90));
    mkdirSync(long);
    const end = await box.supervise(bridge(), ['--', 'sh', '-c', 'echo "$ALLRANKS_BRIDGE"'], { XDG_RUNTIME_DIR: long }).end;
    expect(end.stdout).toMatch(/^\/tmp\/allranks-\d+\/[0-9a-f]{12}\/ranks\.sock\n$/);
    expect(statSync('/tmp/' + end.stdout.split('/')[2]!).mode & 0o077).toBe(0);
  });
});

/** A PATH with the few tools that the wrapper itself uses, and no Node. */
function toolsWithoutNode(): string {
  const folder = join(box.folder, 'tools');
  mkdirSync(folder);
  for (const tool of ['dirname', 'readlink', 'sed']) {
    symlinkSync(execFileSync('sh', ['-c', `command -v ${tool}`], { encoding: 'utf8' }).trim(), join(folder, tool));
  }
  return folder;
}
