/** `allranks export`: the notebook of a run, while it lives and after its end, as Jupyter's own library reads it. */
import { spawnSync } from 'node:child_process';
import { existsSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Job, reporting } from '../support/job';
import type { Notebook } from '../support/notebook';
import { allranksCommand, testPython } from '../support/places';

interface Cell {
  cell_type: string;
  id: string;
  source: string;
  execution_count: number | null;
  outputs: Record<string, any>[];
}

let job: Job;
let notebook: Notebook;
const check = reporting(() => job);

/** Runs the command in the working folder of the job. */
function exported(...words: string[]): { code: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync(allranksCommand, ['export', ...words], {
    cwd: job.sandbox.cwd,
    env: job.sandbox.env,
    encoding: 'utf8',
    timeout: 20_000,
  });
  return { code: status, stdout, stderr };
}

/** Cells of a notebook that nbformat has read and found valid. */
function cellsOf(name: string): Cell[] {
  const code =
    'import json, nbformat, sys\nnotebook = nbformat.read(sys.argv[1], as_version=4)\nnbformat.validate(notebook)\nprint(json.dumps(notebook.cells))';
  const { status, stdout, stderr } = spawnSync(testPython(), ['-W', 'error', '-c', code, join(job.sandbox.cwd, name)], {
    encoding: 'utf8',
    timeout: 60_000,
  });
  if (status !== 0) throw new Error(`nbformat refuses ${name}: ${stderr}`);
  return JSON.parse(stdout) as Cell[];
}

beforeAll(async () => {
  job = await Job.start({ ranks: 2, name: 'exported' });
  notebook = await job.attach();
  await notebook.ok("import allranks\nfrom IPython.display import HTML\nprint('text of all')\ndisplay(HTML('<b>shown</b>'))\n6 * 7");
  await notebook.run("raise ValueError('told')");
  await notebook.ok("print('I am', allranks.rank)");
}, 60_000);

afterAll(() => job?.stop());

/** What the three cells left. */
function expectAll([first, second, third]: Cell[]): void {
  expect(first).toMatchObject({ cell_type: 'code', execution_count: 1, source: expect.stringContaining('6 * 7') });
  expect(first!.outputs).toMatchObject([
    { output_type: 'stream', name: 'stdout', text: 'text of all\n' },
    { output_type: 'display_data', data: { 'text/html': '<b>shown</b>' } },
    { output_type: 'execute_result', data: { 'text/plain': '42' }, execution_count: 1 },
  ]);
  expect(second).toMatchObject({ source: "raise ValueError('told')", execution_count: 2 });
  expect(second!.outputs).toMatchObject([
    { output_type: 'error', ename: 'ValueError', evalue: 'told', traceback: expect.arrayContaining([expect.stringContaining('told')]) },
  ]);
  // What differs comes when the other rank has it, perhaps as an output of its own.
  expect(third!.outputs.map(({ output_type, text }) => (output_type === 'stream' ? String(text) : output_type)).join('')).toBe(
    'I am 0\n[rank 1] I am 1\n',
  );
}

check('a live run is exported by its name: exit code 0, one line, cells with their outputs, for the user alone', async () => {
  expect(exported('exported', 'live.ipynb')).toEqual({ code: 0, stdout: 'live.ipynb: 3 cells\n', stderr: '' });
  const cells = cellsOf('live.ipynb');
  expect(cells).toHaveLength(3);
  expectAll(cells);
  expect(statSync(join(job.sandbox.cwd, 'live.ipynb')).mode & 0o777).toBe(0o600);
});

check('a notebook that is there is kept unless --force is given', async () => {
  writeFileSync(join(job.sandbox.cwd, 'mine.ipynb'), 'mine');
  expect(exported('exported', 'mine.ipynb')).toEqual({ code: 1, stdout: '', stderr: 'allranks: mine.ipynb exists; --force replaces it\n' });
  expect(statSync(join(job.sandbox.cwd, 'mine.ipynb')).size).toBe(4);
  expect(exported('exported', 'mine.ipynb', '--force').code).toBe(0);
  expectAll(cellsOf('mine.ipynb'));
});

check('a target that cannot be written, a wrong name and a folder without journal are each one sentence and exit code 1', async () => {
  for (const [words, sentence] of [
    [['exported', 'nowhere/out.ipynb'], /^allranks: [^\n]*nowhere\/out\.ipynb[^\n]*\n$/],
    [
      ['wrong', 'out.ipynb'],
      /^allranks: no live run and no job folder is called wrong; see allranks list, or give the folder \(--dir of the run\)\n$/,
    ],
    [
      [job.sandbox.kernels, 'out.ipynb'],
      /^allranks: \S+ holds no journal\.jsonl: no cell ran in this job, or its folder was not writable\n$/,
    ],
  ] as const) {
    const { code, stdout, stderr } = exported(...words);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(sentence);
  }
  expect(existsSync(join(job.sandbox.cwd, 'out.ipynb'))).toBe(false);
});

check('a run that has ended is exported by its folder, with the cell that ended it; its name is none any more', async () => {
  await notebook.run('%live stop --yes');
  await job.end();
  expect(exported('exported', 'ended.ipynb')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('no live run and no job folder is called exported'),
  });
  expect(exported(join(job.sandbox.folder, 'job'), 'ended.ipynb')).toEqual({ code: 0, stdout: 'ended.ipynb: 4 cells\n', stderr: '' });
  const cells = cellsOf('ended.ipynb');
  expectAll(cells);
  expect(cells[3]).toMatchObject({ source: '%live stop --yes', execution_count: 4 });
});
