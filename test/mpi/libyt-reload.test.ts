/** yt_run_ReloadScript: its files, what they do to the functions of the simulation, and what happens when things go wrong. */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Job, reporting } from '../support/job';
import { whenFiles } from '../support/wait';

const SCRIPT = `
import allranks
calls = []

def each_round():
    calls.append("script")
`;

for (const ranks of [4, 1]) {
  describe(`a script that is read again, ${ranks} ranks`, () => {
    let job: Job;
    const check = reporting(() => job);
    const path = (name: string): string => join(job.sandbox.cwd, name);
    /** Waits until a file is there, or gone. */
    const file = (name: string, there = true): Promise<string> =>
      whenFiles(
        [job.sandbox.cwd],
        () => (existsSync(path(name)) === there ? (there ? readFileSync(path(name), 'utf8') : '') : undefined),
        20_000,
        `${name} ${there ? 'made' : 'removed'}`,
        () => job.report(),
      );
    /** Asks for a reload of this text; the request goes when the result is there. */
    const reload = async (source: string, result: 'SUCCESS' | 'FAILED'): Promise<string> => {
      writeFileSync(path('reload.py'), source);
      writeFileSync(path('LIBYT_RELOAD'), '');
      await file('LIBYT_RELOAD', false);
      expect(existsSync(path(`LIBYT_RELOAD_${result === 'SUCCESS' ? 'FAILED' : 'SUCCESS'}`))).toBe(false);
      return readFileSync(path(`LIBYT_RELOAD_${result}`), 'utf8');
    };

    beforeAll(async () => {
      job = await Job.start({
        ranks,
        program: 'libyt_entries',
        args: ['0', 'r', 'each_round'],
        name: 'libyt_entries',
        scripts: { 'libyt_entries_script.py': SCRIPT, LIBYT_STOP: '' },
      });
      await job.recorded((record) => (record['state'] === 'paused' ? true : undefined), 'a paused job');
    }, 60_000);
    afterAll(() => job?.stop());

    check('runs once on every rank, and its output is in the file of success, rank by rank', async () => {
      const text = await reload(
        'with open(f"ran-{allranks.rank}", "a") as f: f.write("x")\nprint("on", allranks.rank)\nif allranks.rank == 0: print("only here")\n',
        'SUCCESS',
      );
      const sections = Array.from(
        { length: ranks },
        (_, rank) => `[MPI Process ${rank}]\non ${rank}\n${rank === 0 ? 'only here\n' : ''}\n`,
      );
      expect(text).toBe(sections.join(''));
      for (let rank = 0; rank < ranks; rank += 1) expect(readFileSync(path(`ran-${rank}`), 'utf8')).toBe('x');
    });

    check('that prints nothing on some ranks says (None) there; the value of its last line is not shown', async () => {
      const text = await reload('if allranks.rank == 0: print("zero")\n1 + 1', 'SUCCESS');
      expect(text).toBe(
        '[MPI Process 0]\nzero\n\n' + Array.from({ length: ranks - 1 }, (_, at) => `[MPI Process ${at + 1}]\n(None)\n\n`).join(''),
      );
      // A warning is no failure.
      expect(await reload('import sys\nprint("beware", file=sys.stderr)\n', 'SUCCESS')).toContain('[MPI Process 0 -- ErrorMsg]\nbeware\n');
    });

    check('that fails gives the file of failure with the error of each rank, and the result of before is gone', async () => {
      const last = ranks - 1;
      const text = await reload(`print("before")\nif allranks.rank == ${last}: raise ValueError("wrong here")\n`, 'FAILED');
      expect(text).toContain(`[MPI Process ${last} -- ErrorMsg]\n`);
      expect(text).toContain('ValueError: wrong here');
      if (ranks > 1) expect(text).toContain('[MPI Process 0 -- ErrorMsg]\n(None)\n');
      expect(await reload('def broken(:\n', 'FAILED')).toContain('SyntaxError');
    });

    check('a script that is not there is told in the file of failure', async () => {
      rmSync(path('reload.py'));
      writeFileSync(path('LIBYT_RELOAD'), '');
      await file('LIBYT_RELOAD', false);
      expect(readFileSync(path('LIBYT_RELOAD_FAILED'), 'utf8')).toBe(`Unable to find file '${path('reload.py')}' ... reload failed\n`);
    });

    check('commands of libyt stand in comments at its end', async () => {
      const source =
        'def extra(*args):\n    calls.append(args)\n    open(f"extra-{allranks.rank}", "w").close()\n#LIBYT_COMMANDS\n# %libyt run extra "two words" [1, 2]\n  #%libyt status\n# %libyt status extra\n';
      const text = await reload(source, 'SUCCESS');
      expect(text).toContain(
        '====== Libyt Command: %libyt run extra "two words" [1, 2] ======\nFunction \'extra\' set to run ... done\nRun extra("two words",[1, 2]) in next iteration\n',
      );
      expect(text).toMatch(
        /====== Libyt Command: %libyt status ======\n=+\n {2}Inline Function +Status +Run\/Idle\n-+\n {2}\* each_round +success +V\n {2}\* extra +idle +V {2}extra\("two words", \[1, 2\]\)\n=+\n/,
      );
      expect(text).toContain('extra ... idle\n[Function Def]\n  def extra(*args):\n      calls.append(args)\n      open');
      const refused = await reload('#LIBYT_COMMANDS\n# %libyt exit\n# %libyt run nothing\n# %libyt dance\n', 'FAILED');
      expect(refused).toContain('"%libyt exit" is not supported in reloading script, please create flagged file to exit.');
      expect(refused).toContain("Function 'nothing' not found");
      expect(refused).toContain('Unknown libyt command : %libyt dance\n(Type %libyt help for help ...)');
    });

    check('a function defined there takes effect at its next call; _EXIT lets the run go on, and the flag file stays', async () => {
      const notebook = await job.attach();
      const before = await notebook.value<number>('len(calls)');
      await reload('def each_round():\n    calls.append("reloaded")\n', 'SUCCESS');
      writeFileSync(path('LIBYT_RELOAD_EXIT'), '');
      await file('LIBYT_RELOAD_EXIT', false);
      // The next round: the simulation calls the new function, the library the one that was set to run; and the run stands again.
      for (let rank = 0; rank < ranks; rank += 1) await file(`extra-${rank}`);
      expect(existsSync(path('LIBYT_STOP'))).toBe(true);
      const calls = await notebook.value<unknown[]>(`calls[${before}:${before} + 2]`);
      expect(calls).toEqual(['reloaded', ['two words', [1, 2]]]);
      await notebook.close();
    });

    check('an endless script is ended by _EXIT', async () => {
      writeFileSync(path('reload.py'), 'print("begun", flush=True)\nwhile True: pass\n');
      writeFileSync(path('LIBYT_RELOAD'), '');
      await file('.LIBYT_RELOAD_RELOADING');
      writeFileSync(path('LIBYT_RELOAD_EXIT'), '');
      await file('LIBYT_RELOAD', false);
      expect(readFileSync(path('LIBYT_RELOAD_FAILED'), 'utf8')).toContain('KeyboardInterrupt');
      await file('LIBYT_RELOAD_EXIT', false);
    });

    check('a bridge that dies meanwhile does not make it run twice', async () => {
      const source =
        'with open(f"once-{allranks.rank}", "a") as f: f.write("x")\nimport time\nwhile not __import__("os").path.exists("GO"): time.sleep(0.01)\nprint("done")\n';
      writeFileSync(path('reload.py'), source);
      writeFileSync(path('LIBYT_RELOAD'), '');
      await file('once-0');
      const pid = await job.bridgePid();
      process.kill(pid, 'SIGKILL');
      await job.recorded((record) => (record['bridgePid'] !== pid ? true : undefined), 'a new bridge');
      writeFileSync(path('GO'), '');
      await file('LIBYT_RELOAD', false);
      expect(readFileSync(path('LIBYT_RELOAD_SUCCESS'), 'utf8')).toContain('done');
      for (let rank = 0; rank < ranks; rank += 1) expect(readFileSync(path(`once-${rank}`), 'utf8')).toBe('x');
    });

    check('without its flag file the run ends as without the library', async () => {
      rmSync(path('LIBYT_STOP'));
      writeFileSync(path('ENOUGH'), '');
      expect(await job.end()).toBe(0);
    });
  });
}
