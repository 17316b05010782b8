/** The commands %libyt in a notebook, the table of functions, and the modes in which a run lets the user in. */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Job, reporting } from '../support/job';
import { type CellRecord, type Notebook, traceback } from '../support/notebook';
import { whenFiles } from '../support/wait';

const SCRIPT = `
import allranks
calls = []

def each_round():
    calls.append("each_round")

def not_called():
    """It is only defined."""

def breaks():
    calls.append("breaks")
    if allranks.rank == allranks.size - 1:
        raise ValueError("<on the last rank>")
`;

/** Rows of the text of a status table: name, status, V or X, what follows. */
function rows(cell: CellRecord): string[][] {
  const text = String(cell.displays[0]!['text/plain']);
  return [...text.matchAll(/^ {2}\* (\S+) +(\S+) +(V|X)(?: {2}(.*))?$/gm)].map((row) => row.slice(1).map((word) => word ?? ''));
}

for (const ranks of [4, 1]) {
  describe(`commands of libyt, ${ranks} ranks`, () => {
    let job: Job;
    let notebook: Notebook;
    const check = reporting(() => job);
    const path = (name: string): string => join(job.sandbox.cwd, name);
    const made = (name: string): Promise<true> =>
      whenFiles(
        [job.sandbox.cwd],
        () => (existsSync(path(name)) ? true : undefined),
        20_000,
        `${name} made`,
        () => job.report(),
      );
    /** Leaves the entry point; resolves when the run stands at the next one. */
    const nextRound = async (): Promise<void> => {
      const step = await notebook.value<number>('allranks.step');
      await notebook.ok('%live step 1');
      expect(await notebook.value<number>('allranks.step')).toBe(step + 1);
    };

    beforeAll(async () => {
      job = await Job.start({
        ranks,
        program: 'libyt_entries',
        args: ['0', 'j', 'each_round', 'breaks'],
        name: 'libyt_entries',
        scripts: { 'libyt_entries_script.py': SCRIPT, LIBYT_STOP: '' },
      });
      notebook = await job.attach();
    }, 60_000);
    afterAll(() => job?.stop());

    check('status is a table: what became of each function in this round on all ranks, and whether it runs', async () => {
      const cell = await notebook.ok('%libyt status');
      expect(rows(cell)).toEqual([
        ['each_round', 'success', 'V', ''],
        ['not_called', 'idle', 'X', ''],
        ['breaks', 'failed', 'V', ranks > 1 ? `(rank ${ranks - 1})` : ''],
      ]);
      expect(cell.displays[0]!['text/html']).toMatch(
        /<table>.*<code>each_round<\/code>.*>Success<.*<code>breaks<\/code>.*>Failed<.*<\/table>/,
      );
    });

    check('status of one function shows its source and the error of each rank that has one', async () => {
      const [display] = (await notebook.ok('%libyt status breaks')).displays;
      expect(display!['text/plain']).toContain('breaks ... failed\n[Function Def]\n  def breaks():\n');
      expect(display!['text/plain']).toContain(`[Error Msg]\n  [ MPI process ${ranks - 1} ]\n    Traceback`);
      expect(display!['text/plain']).toContain('ValueError: <on the last rank>');
      expect(display!['text/markdown']).toContain(`<details><summary>error on rank ${ranks - 1}</summary>`);
    });

    check('a function defined in a cell is in the table, also right before the last line, and each definition has run once', async () => {
      await notebook.ok('with open(f"once-{allranks.rank}", "a") as f: f.write("x")\ndef added(*args): calls.append(args)\nadded');
      expect(rows(await notebook.ok('%libyt status')).map(([name]) => name)).toEqual(['each_round', 'not_called', 'breaks', 'added']);
      expect((await notebook.ok('%libyt status added')).displays[0]!['text/plain']).toContain('def added(*args): calls.append(args)');
      for (let rank = 0; rank < ranks; rank += 1) expect(readFileSync(path(`once-${rank}`), 'utf8')).toBe('x');
      await notebook.ok('del not_called');
      expect(rows(await notebook.ok('%libyt status')).map(([name]) => name)).toEqual(['each_round', 'breaks', 'added']);
    });

    check('run calls a function in every round in which the simulation does not; arguments may be quoted; idle ends that', async () => {
      expect((await notebook.ok('%libyt run added "two words" [1, \'a b\']')).stdout).toBe(
        "Function 'added' set to run ... done\nRun added(\"two words\",[1, 'a b']) in next iteration\n",
      );
      await notebook.ok('calls.clear()');
      await nextRound();
      expect(await notebook.value('allranks.comm.allgather([list(c) if isinstance(c, tuple) else c for c in calls])')).toEqual(
        Array(ranks).fill(['each_round', 'breaks', ['two words', [1, 'a b']]]),
      );
      expect(rows(await notebook.ok('%libyt status')).at(-1)).toEqual(['added', 'success', 'V', `added("two words", [1, 'a b'])`]);
      // Also what the simulation asks for.
      await notebook.ok('%libyt idle added\n# two lines, and a comment\n%libyt idle each_round');
      await notebook.ok('calls.clear()');
      await nextRound();
      expect(await notebook.value('calls')).toEqual(['breaks']);
      expect(rows(await notebook.ok('%libyt status')).map(([name, , run]) => [name, run])).toEqual([
        ['each_round', 'X'],
        ['breaks', 'V'],
        ['added', 'X'],
      ]);
      await notebook.ok('%libyt run each_round');
      await notebook.ok('calls.clear()');
      await nextRound();
      expect(await notebook.value('calls')).toEqual(['each_round', 'breaks']);
    });

    check('load runs a file of the working folder on all ranks; what is wrong with it is told', async () => {
      writeFileSync(
        path('more lines.py'),
        '# -*- coding: latin-1 -*-\nloaded = "caf\u00e9"\nimport allranks\nprint("loaded on", allranks.rank)\n1 / 1\n',
        'latin1',
      );
      const cell = await notebook.ok('%libyt load "more lines.py"');
      expect(cell.stdout).toContain('loaded on 0\n');
      expect(cell.stdout).toContain("Loading script 'more lines.py' ... done\n");
      expect(cell.result).toBeUndefined();
      expect(await notebook.value('allranks.comm.allgather(loaded)')).toEqual(Array(ranks).fill('caf\u00e9'));
      writeFileSync(path('wrong.py'), `import allranks\nif allranks.rank == ${ranks - 1}: undefined_name\n`);
      const wrong = await notebook.run('%libyt load wrong.py');
      expect(wrong.stdout).toBe("Loading script 'wrong.py' ... failed\n");
      expect(wrong.error!.ename).toBe('NameError');
      expect((await notebook.run('%libyt load nowhere.py')).error!.evalue).toBe("File nowhere.py doesn't exist.");
    });

    check('export writes the cells that went well, commands as comments', async () => {
      await notebook.run('1 / 0');
      const failed = (await notebook.ok('"the last"')).content['execution_count'] - 1;
      expect((await notebook.ok('%libyt export history.py')).stdout).toBe("Exporting history to 'history.py' ... done\n");
      const text = readFileSync(path('history.py'), 'utf8');
      expect(text).toContain(`#In[${failed + 1}]\n"the last"\n`);
      expect(text).not.toContain(`#In[${failed}]\n`);
      expect(text).toContain('# %libyt idle added\n# two lines, and a comment\n# %libyt idle each_round\n');
      expect(text).not.toContain('%live');
      await notebook.ok('compile(open("history.py").read(), "history.py", "exec")');
    });

    check('help lists what there is in a notebook, which is without exit', async () => {
      const cell = await notebook.ok('%libyt help');
      expect(cell.displays[0]!['text/markdown']).toContain('| `%libyt run FUNCTION [ARGUMENT ...]` |');
      expect(cell.displays[0]!['text/plain']).not.toContain('exit');
    });

    check('what cannot be done is an error in one sentence, and nothing of it has happened', async () => {
      const refused: [string, string][] = [
        ['%libyt exit', '"%libyt exit" is not supported in Jupyter, please use frontend UI \'shutdown\' to exit libyt kernel.'],
        ['%libyt dance now', 'Unknown libyt command : %libyt dance now\n(Type %libyt help for help ...)'],
        ['%libyt run', 'Usage: %libyt run FUNCTION [ARGUMENT ...]'],
        ['%libyt idle a b', 'Usage: %libyt idle FUNCTION'],
        ['%libyt status nothing', "Function 'nothing' not found"],
        ['%libyt idle nothing', "Function 'nothing' not found"],
        ['%libyt run added 1 +', 'argument 2 of added, +, is no Python expression'],
        ['%libyt run added 1)', 'a bracket ) closes nothing'],
        ['%libyt run added "open', 'a quotation mark " is not closed'],
        ['%libyt status\nprint(1)', 'a cell that begins with %libyt holds %libyt lines only: put "print(1)" into a cell of its own'],
      ];
      for (const [code, sentence] of refused) {
        const cell = await notebook.run(code);
        expect([code, cell.error?.ename, cell.error?.evalue]).toEqual([code, 'UsageError', expect.stringContaining(sentence)]);
        expect(cell.stdout).toBe('');
      }
      expect(traceback(await notebook.run('x = 1\n%libyt status'))).toContain('a cell with commands of libyt holds %libyt lines only');
      expect(rows(await notebook.ok('%libyt status')).at(-1)).toEqual(['added', 'idle', 'X', '']);
    });

    check('an interrupt of a command that waits for a safe point leaves the functions as they were on all ranks', async () => {
      await notebook.ok(
        'def waits():\n    import os, time\n    open(f"waits-{allranks.rank}", "w").close()\n    while not os.path.exists("GO"): time.sleep(0.01)\n',
      );
      await notebook.ok('%libyt run waits');
      const other = await job.attach();
      const step = await other.send('%live step 1');
      for (let rank = 0; rank < ranks; rank += 1) await made(`waits-${rank}`);
      const idle = await notebook.send('%libyt idle waits');
      await notebook.interrupt();
      expect((await idle.done()).error!.ename).toBe('KeyboardInterrupt');
      writeFileSync(path('GO'), '');
      await step.done();
      const row = rows(await notebook.ok('%libyt status')).find(([name]) => name === 'waits');
      expect(row).toEqual(['waits', 'success', 'V', '']);
      await other.close();
    });

    check('ends with the flag file', async () => {
      rmSync(path('LIBYT_STOP'));
      writeFileSync(path('ENOUGH'), '');
      expect(await job.end()).toBe(0);
    });
  });
}

describe('modes of a run', () => {
  let job: Job | undefined;
  const check = reporting(() => job);
  afterEach(async () => {
    await job?.stop();
    job = undefined;
  });
  const SAYS = `
import libyt, sys, allranks
def each_round():
    if allranks.rank == 0:
        print("modes", libyt.libyt_info["INTERACTIVE_MODE"], libyt.libyt_info["JUPYTER_KERNEL"], libyt.libyt_info["SERIAL_MODE"], sys._interactive_mode, flush=True)
`;
  const refusals = (function_: string): number => job!.output.text.split(`${function_} on rank `).length - 1;

  for (const [mode, info, refused] of [
    ['', 'True True False True', []],
    ['normal', 'False False False False', ['yt_run_InteractiveMode', 'yt_run_ReloadScript', 'yt_run_JupyterKernel']],
    ['interactive', 'True False False True', ['yt_run_JupyterKernel']],
    ['jupyter', 'False True False True', ['yt_run_InteractiveMode', 'yt_run_ReloadScript']],
  ] as const) {
    check(
      `ALLRANKS_MODE=${mode}: libyt_info tells it, and entry points that it has not are YT_FAIL on all ranks`,
      async () => {
        job = Job.launch({
          ranks: 2,
          program: 'libyt_entries',
          args: ['1', 'irj', 'each_round'],
          name: 'libyt_entries',
          scripts: { 'libyt_entries_script.py': SAYS },
          env: { ALLRANKS_MODE: mode },
        });
        expect(await job.end()).toBe(refused.length > 0 ? 1 : 0);
        expect(job.output.text).toContain(`modes ${info}\n`);
        for (const name of ['yt_run_InteractiveMode', 'yt_run_ReloadScript', 'yt_run_JupyterKernel']) {
          expect([name, refusals(name)]).toEqual([name, (refused as readonly string[]).includes(name) ? 2 : 0]);
        }
        if (refused.length > 0) expect(job.output.text).toContain(`not in this run, whose ALLRANKS_MODE is ${mode}`);
      },
      60_000,
    );
  }

  check(
    'a mode that does not exist is told and not regarded',
    async () => {
      job = Job.launch({
        ranks: 1,
        program: 'libyt_entries',
        args: ['1', 'irj', 'each_round'],
        scripts: { 'libyt_entries_script.py': SAYS },
        env: { ALLRANKS_MODE: 'norml' },
      });
      expect(await job.end()).toBe(0);
      expect(job.output.text).toContain("ALLRANKS_MODE is 'norml'; it can be normal, interactive or jupyter, and is not regarded.");
      expect(job.output.text).toContain('modes True True False True\n');
    },
    60_000,
  );

  check(
    'a function that fails stops the run at yt_run_ReloadScript, with a flag file that goes with the pause',
    async () => {
      job = Job.launch({
        ranks: 2,
        program: 'libyt_entries',
        args: ['2', 'r', 'each_round'],
        name: 'libyt_entries',
        scripts: {
          'libyt_entries_script.py': 'import allranks\ndef each_round():\n    if allranks.rank == 1: raise ValueError("mend me")\n',
        },
      });
      const path = (name: string): string => join(job!.sandbox.cwd, name);
      const there = (name: string): Promise<true> =>
        whenFiles(
          [job!.sandbox.cwd],
          () => (existsSync(path(name)) ? true : undefined),
          20_000,
          `${name} made`,
          () => job!.report(),
        );
      await there('LIBYT_STOP');
      writeFileSync(path('reload.py'), 'def each_round():\n    print("mended on", allranks.rank, flush=True)\n');
      writeFileSync(path('LIBYT_RELOAD'), '');
      await there('LIBYT_RELOAD_SUCCESS');
      writeFileSync(path('LIBYT_RELOAD_EXIT'), '');
      expect(await job.end()).toBe(0);
      expect(job.output.text).toContain('mended on 1\n');
      expect(existsSync(path('LIBYT_STOP'))).toBe(false);
    },
    60_000,
  );
});
