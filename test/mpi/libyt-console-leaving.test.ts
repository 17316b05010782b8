/**
 * Ways out of a pause of libyt. Leaving the prompt of yt_run_InteractiveMode: the run goes on although the flag file is there, which makes
 * the next round stand again. And Ctrl-C where nobody can be at a prompt.
 */
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Job, reporting } from '../support/job';
import type { Notebook } from '../support/notebook';
import { allranksCommand, defaultToolchain, launch } from '../support/places';
import { Sandbox } from '../support/sandbox';
import { KEYS, Terminal } from '../support/terminal';

const SCRIPT = `
calls = []

def each_round():
    calls.append(1)
`;

for (const ranks of [4, 1]) {
  describe(`leaving the prompt of yt_run_InteractiveMode, ${ranks} ranks`, () => {
    let job: Job;
    let notebook: Notebook;
    const check = reporting(() => job);
    const flag = (): string => join(job.sandbox.cwd, 'LIBYT_STOP');
    const open = (): Terminal =>
      Terminal.start([allranksCommand, 'console', 'libyt_entries'], { cwd: job.sandbox.cwd, env: job.sandbox.env });
    /** Step and calls of the function, of every rank. */
    const where = (): Promise<[number, number][]> => notebook.value('allranks.comm.allgather((allranks.step, len(calls)))');

    beforeAll(async () => {
      job = await Job.start({
        ranks,
        program: 'libyt_entries',
        args: ['0', 'i', 'each_round'],
        name: 'libyt_entries',
        scripts: { 'libyt_entries_script.py': SCRIPT, LIBYT_STOP: '' },
        // The notebook stays, so that only what is typed at the prompt can end the pause.
        run: ['--on-detach', 'hold'],
      });
      notebook = await job.attach();
    }, 60_000);
    afterAll(() => job?.stop());

    for (const [how, keys] of [
      ['%libyt exit', `%libyt exit${KEYS.enter}`],
      ['Ctrl-D', KEYS.ctrlD],
      ['Ctrl-D within a block', `def unfinished():${KEYS.enter}${KEYS.back.repeat(4)}${KEYS.ctrlD}`],
    ] as const) {
      check(`${how}: the simulation makes one round more, and the flag file stays and holds it there`, async () => {
        const terminal = open();
        const step = Number((await terminal.shows(/The run stands at yt_run_InteractiveMode, step (\d+)\./))[1]);
        const before = await where();
        expect(before).toEqual(Array(ranks).fill([step, step + 1]));
        // It stands: a cell later it is where it was.
        expect(await where()).toEqual(before);
        await terminal.shows(/>>> /);
        terminal.type(keys);
        await terminal.shows(/The simulation goes on\./);
        expect(await terminal.end()).toBe(0);

        const next = open();
        await next.shows(new RegExp(`The run stands at yt_run_InteractiveMode, step ${step + 1}\\.`));
        expect(existsSync(flag())).toBe(true);
        expect(await where()).toEqual(Array(ranks).fill([step + 1, step + 2]));
        expect(await where()).toEqual(Array(ranks).fill([step + 1, step + 2]));
        // A prompt that is lost is not one that was left: what `--on-detach` says decides.
        next.hangUp();
        await next.ended;
        expect(await where()).toEqual(Array(ranks).fill([step + 1, step + 2]));
      });
    }

    check('the removal of the flag file lets it go on, with the prompt still there', async () => {
      const terminal = open();
      const step = Number((await terminal.shows(/The run stands at yt_run_InteractiveMode, step (\d+)\./))[1]);
      await terminal.shows(/>>> /);
      rmSync(flag());
      await notebook.ok(`%live until allranks.step > ${step + 3}\n%live resume`);
      terminal.type(`"still here"${KEYS.enter}`);
      await terminal.shows(/\n'still here'\r\n/);
      writeFileSync(join(job.sandbox.cwd, 'ENOUGH'), '');
      expect(await job.end()).toBe(0);
      expect(await terminal.end()).toBe(0);
    });
  });
}

describe('a run that waits for the connection file of the user', () => {
  let sandbox: Sandbox;
  beforeEach(() => (sandbox = new Sandbox()));
  afterEach(() => sandbox.close());

  test.each([
    ['missing', undefined, /libyt_kernel_connection\.json is not there; the run waits for it/],
    ['broken', '{half of a fi', /libyt_kernel_connection\.json is not a JSON object; the run waits for it/],
  ])(
    'that is %s is ended by Ctrl-C on the terminal, as any program',
    async (_, text, warning) => {
      const path = (name: string): string => join(sandbox.cwd, name);
      writeFileSync(path('libyt_entries_script.py'), SCRIPT);
      writeFileSync(path('LIBYT_STOP'), '');
      if (text !== undefined) writeFileSync(path('libyt_kernel_connection.json'), text);
      const toolchain = defaultToolchain();
      const command = [...launch(toolchain, 4), join(toolchain.programs, 'libyt_entries'), '0', 'c', 'each_round'];
      const terminal = Terminal.start([allranksCommand, 'run', '--name', 'waits', '--dir', join(sandbox.folder, 'job'), '--', ...command], {
        cwd: sandbox.cwd,
        env: sandbox.env,
      });
      await terminal.shows(warning);
      terminal.type(KEYS.ctrlC);
      expect(await terminal.end()).not.toBe(0);
      expect(existsSync(path('libyt_kernel_pid.txt'))).toBe(false);
      expect(existsSync(join(sandbox.jobs, 'waits.json'))).toBe(false);
      expect(existsSync(path('LIBYT_STOP'))).toBe(true);
    },
    60_000,
  );
});
