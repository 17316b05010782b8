import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { root, Sandbox } from './support';
import type { Ended } from './support';

/** Set-up of a bare copy of the checkout, with a PATH that holds only what a test puts there. */
let box: Sandbox;
let copy: string;
let tools: string;

beforeEach(() => {
  box = new Sandbox();
  copy = join(box.folder, 'checkout');
  tools = join(box.folder, 'tools');
  mkdirSync(tools);
  mkdirSync(copy);
  cpSync(join(root, 'kernelspec'), join(copy, 'kernelspec'), { recursive: true });
  for (const tool of ['sh', 'dirname', 'basename', 'sed', 'cut', 'tr', 'head', 'cat', 'mkdir', 'rm', 'npm']) link(tool);
});
afterEach(() => box.close());

function link(tool: string): void {
  symlinkSync(execFileSync('sh', ['-c', `command -v ${tool}`], { encoding: 'utf8' }).trim(), join(tools, tool));
}

/** A program that prints `text` and exits with `code`. */
function fake(name: string, text: string, code = 0): void {
  const path = box.script(name, `#!/bin/sh\necho '${text}'\nexit ${code}\n`);
  symlinkSync(path, join(tools, name));
}

function setUp(words: readonly string[] = [], env: NodeJS.ProcessEnv = {}): Promise<Ended> {
  return box.start(['/bin/sh', join(copy, 'kernelspec', 'setup.sh'), ...words], { PATH: tools, ...env }).end;
}

/** One sentence, exit code 1, and nothing written. */
function refused(end: Ended, sentence: RegExp): void {
  expect(end.stderr).toMatch(sentence);
  expect(end.stderr.trim().split('\n')).toHaveLength(1);
  expect(end.code).toBe(1);
  expect(readdirSync(copy)).toEqual(['kernelspec']);
}

const pythonThatSays = (text: string): void => fake('python3', text);

describe('set-up names what is missing', () => {
  test('Node', async () => refused(await setUp(), /Node\.js was not found; install Node\.js 20\.19/));

  test.each(['18.20.4', '20.18.3'])('Node %s is too old', async (version) => {
    fake('node', version);
    refused(await setUp(), new RegExp(`Node\\.js ${version.replaceAll('.', '\\.')} is too old`));
  });

  test('a C++ compiler', async () => {
    fake('node', '22.1.0');
    refused(await setUp(), /no C\+\+ compiler was found; install one/);
  });

  test('the compiler that CXX names', async () => {
    fake('node', '20.19.0');
    refused(await setUp([], { CXX: 'no-such-compiler' }), /CXX=no-such-compiler was not found/);
  });

  test('the Python that was named', async () => {
    fake('node', '20.19.0');
    fake('c++', '');
    refused(await setUp(['--python', '/no/such/python']), /the Python \/no\/such\/python was not found/);
  });

  test.each([
    ['is Python 3.9.2, 3.11 or newer is needed'],
    ['has no shared libpython (build it with --enable-shared, or use the system\\047s Python)'],
    ['has no venv module (Debian, Ubuntu: install python3-venv)'],
  ])('what the named Python lacks: %s', async (lack) => {
    fake('node', '20.19.0');
    fake('c++', '');
    pythonThatSays(lack);
    const end = await setUp([], { ALLRANKS_PYTHON: 'python3' });
    refused(end, /^allranks set-up: the Python python3 (is|has) /);
  });

  test('an MPI compiler that was named', async () => {
    fake('node', '20.19.0');
    fake('c++', '');
    pythonThatSays('ok\t/usr/bin/python3\t/usr/bin/python3\t3.11.2');
    refused(await setUp(['--mpicxx', 'no-such-mpicxx']), /the MPI compiler no-such-mpicxx was not found/);
    refused(await setUp(['--prefix', join(box.folder, 'installed')]), /no MPI compiler was found; name yours with --mpicxx/);
    expect(existsSync(join(box.folder, 'installed'))).toBe(false);
    fake('mpicxx', 'no wrapper', 1);
    refused(await setUp(['--mpicxx', 'mpicxx']), /-show fails; it is not an MPI compiler wrapper/);
  });
});

test.each([[['--prefx', 'x']], [['--prefix']], [['--define', 'NOVALUE']], [['--variant', 'a/b']]])('wrong use %j exits 2 with one sentence', async (words) => {
  const end = await setUp(words);
  expect(end.code).toBe(2);
  expect(end.stderr.trim().split('\n')).toHaveLength(1);
});
