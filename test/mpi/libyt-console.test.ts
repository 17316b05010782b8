/** The prompt on a terminal: `allranks console`, `allranks run --console`, yt_run_InteractiveMode. */
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Job, reporting } from '../support/job';
import type { Notebook } from '../support/notebook';
import { allranksCommand, defaultToolchain, launch } from '../support/places';
import { Sandbox } from '../support/sandbox';
import { KEYS, Terminal } from '../support/terminal';
import { whenFiles } from '../support/wait';

const SCRIPT = `
import allranks
calls = []

def each_round():
    calls.append(1)
`;

for (const ranks of [4, 1]) {
  describe(`allranks console, ${ranks} ranks`, () => {
    let job: Job;
    let notebook: Notebook;
    let terminal: Terminal;
    const check = reporting(() => job);
    const open = (): Terminal =>
      Terminal.start([allranksCommand, 'console', 'libyt_entries'], { cwd: job.sandbox.cwd, env: job.sandbox.env });
    const made = (name: string): Promise<true> =>
      whenFiles(
        [job.sandbox.cwd],
        () => (existsSync(join(job.sandbox.cwd, name)) ? true : undefined),
        20_000,
        `${name} made`,
        () => terminal.report(),
      );
    /** Types a line when the prompt is there. */
    const line = async (text: string, prompt = />>> /): Promise<void> => {
      await terminal.shows(prompt);
      terminal.type(text + KEYS.enter);
    };

    beforeAll(async () => {
      job = await Job.start({
        ranks,
        program: 'libyt_entries',
        args: ['0', 'i', 'each_round'],
        name: 'libyt_entries',
        scripts: { 'libyt_entries_script.py': SCRIPT },
      });
      notebook = await job.attach();
      await notebook.ok('from_notebook = "before"');
      terminal = open();
    }, 60_000);
    afterAll(() => job?.stop());

    check('says where cells run, and runs each input on all ranks, in the namespace that notebooks have', async () => {
      await terminal.shows(/cells run in .* of libyt_entries/);
      await line('(from_notebook, allranks.comm.allreduce(1))');
      await terminal.shows(new RegExp(`\\('before', ${ranks}\\)`));
      await line('print("on", allranks.rank)');
      await terminal.shows(/\non 0\r\n/);
      if (ranks > 1) await terminal.shows(/\[rank 1\] on 1|\[ranks 1-3\]/);
      await line('from_console = 5');
      await terminal.shows(/>>> /);
      expect(await notebook.value('allranks.comm.allgather(from_console)')).toEqual(Array(ranks).fill(5));
      terminal.type(KEYS.enter);
    });

    check('takes blocks of several lines, which an empty line ends, and puts the indentation in', async () => {
      await line('def three():');
      await line('return 3', /\.\.\. {4}/);
      await line('', /\.\.\. /);
      await line('three() * 7');
      await terminal.shows(/\n21\r\n/);
      // Pasted at once, with indentation of its own.
      await terminal.shows(/>>> /);
      terminal.type('for i in range(2):\r    for k in range(2):\r        print("pasted", i, k)\r\r');
      await terminal.shows(/\npasted 1 1\r\n/);
    });

    check('has history with the arrows, and edits within the line', async () => {
      await line('"first line"');
      await terminal.shows(/'first line'/);
      await terminal.shows(/>>> /);
      terminal.type(KEYS.up);
      await terminal.shows(/"first line"/);
      terminal.type(KEYS.ctrlA + '1 if "" else ' + KEYS.enter);
      await terminal.shows(/\n'first line'\r\n/);
    });

    check('completes names of the ranks with the tabulator', async () => {
      await terminal.shows(/>>> /);
      terminal.type('from_cons' + KEYS.tab);
      await terminal.shows(/from_console/);
      terminal.type(' + 1' + KEYS.enter);
      await terminal.shows(/\n6\r\n/);
      await terminal.shows(/>>> /);
      terminal.type('x = "\u2603\u{1d11e}"; from_cons' + KEYS.tab);
      await terminal.shows(/from_console/);
      terminal.type(KEYS.enter);
      await terminal.shows(/\n5\r\n/);
    });

    check('an error is shown, and the prompt goes on', async () => {
      await line('1 / 0');
      await terminal.shows(/ZeroDivisionError/);
      await line('for in range(3): pass');
      await terminal.shows(/SyntaxError/);
    });

    check('Ctrl-C ends a cell on all ranks, and drops a line that is being written', async () => {
      await line("exec(\"open(f'began-{allranks.rank}', 'w').close()\\nwhile True: pass\")");
      for (let rank = 0; rank < ranks; rank += 1) await made(`began-${rank}`);
      terminal.type(KEYS.ctrlC);
      await terminal.shows(/KeyboardInterrupt/);
      await terminal.shows(/>>> /);
      terminal.type('raise ValueError("never run")' + KEYS.ctrlC);
      await terminal.shows(/\^C\r\n/);
      await line('"after"');
      await terminal.shows(/\n'after'\r\n/);
      await line('def dropped():');
      await terminal.shows(/\.\.\. /);
      terminal.type(KEYS.ctrlC);
      await line('"dropped" in globals()');
      await terminal.shows(/\nFalse\r\n/);
    });

    check('input() and getpass() ask here; every rank gets the line', async () => {
      await line('got = input("your" + " word? ")');
      await terminal.shows(/your word\? /);
      terminal.type('sesame' + KEYS.enter);
      await line('allranks.comm.allgather(got)');
      await terminal.shows(new RegExp(`\\[${Array(ranks).fill("'sesame'").join(', ')}\\]`));
      await line('import getpass; secret = getpass.getpass("sec" + "ret: ")');
      await terminal.shows(/secret: /);
      const before = terminal.text.length;
      terminal.type('hush' + KEYS.enter);
      await line('len(secret)');
      await terminal.shows(/\n4\r\n/);
      expect(terminal.text.slice(before)).not.toContain('hush');
      await line('input("given" + " up? ")');
      await terminal.shows(/given up\? /);
      terminal.type(KEYS.ctrlC);
      await terminal.shows(/KeyboardInterrupt/);
    });

    check('%libyt and %live work; help has exit here', async () => {
      await line('%libyt help');
      await terminal.shows(/%libyt exit +leave the prompt; the simulation goes on/);
      await line('%libyt status');
      await terminal.shows(/\* each_round +success +V/);
      await line('%live status');
      await terminal.shows(/running/);
    });

    check(
      'where the run stands at yt_run_InteractiveMode, the prompt says so and shows the functions; %libyt exit lets it go on',
      async () => {
        writeFileSync(join(job.sandbox.cwd, 'LIBYT_STOP'), '');
        await terminal.shows(/The run stands at yt_run_InteractiveMode, step \d+\./);
        await terminal.shows(/Inline Function +Status +Run\/Idle/);
        const calls = await notebook.value<number>('len(calls)');
        await line('def each_round(): calls.append("redefined")');
        await terminal.shows(/>>> /);
        expect(await notebook.value('len(calls)')).toBe(calls);
        terminal.type('%libyt exit' + KEYS.enter);
        expect(await terminal.end()).toBe(0);
        // The next round stands again, until the flag file has gone.
        expect(await notebook.value(`calls[${calls}:]`)).toEqual(['redefined']);
        rmSync(join(job.sandbox.cwd, 'LIBYT_STOP'));
        await notebook.ok(`%live until len(calls) > ${calls}\n%live resume`);
        expect(await notebook.value(`calls[${calls}]`)).toBe('redefined');
      },
    );

    check('without a terminal, and without a run, it says so in one sentence', async () => {
      const bare = Terminal.start(['sh', '-c', `${allranksCommand} console libyt_entries </dev/null`], {
        cwd: job.sandbox.cwd,
        env: job.sandbox.env,
      });
      await bare.shows(/allranks: console needs a terminal/);
      expect(await bare.end()).toBe(1);
      const nowhere = Terminal.start([allranksCommand, 'console', 'nothing'], { cwd: job.sandbox.cwd, env: job.sandbox.env });
      await nowhere.shows(/allranks: there is no live run named nothing/);
      expect(await nowhere.end()).toBe(1);
    });

    check('the end of the run ends the prompt', async () => {
      const last = open();
      await last.shows(/>>> /);
      writeFileSync(join(job.sandbox.cwd, 'ENOUGH'), '');
      expect(await job.end()).toBe(0);
      await last.shows(/the simulation has finished|the program/);
      expect(await last.end()).toBe(0);
    });
  });
}

describe('a prompt that is lost', () => {
  let job: Job | undefined;
  const check = reporting(() => job);
  afterEach(async () => {
    await job?.stop();
    job = undefined;
  });

  check(
    'with its terminal does not keep the run at yt_run_InteractiveMode',
    async () => {
      job = await Job.start({
        ranks: 1,
        program: 'libyt_entries',
        args: ['1', 'i', 'each_round'],
        name: 'libyt_entries',
        scripts: { 'libyt_entries_script.py': SCRIPT, LIBYT_STOP: '' },
      });
      const terminal = Terminal.start([allranksCommand, 'console', 'libyt_entries'], { cwd: job.sandbox.cwd, env: job.sandbox.env });
      await terminal.shows(/The run stands at yt_run_InteractiveMode/);
      terminal.hangUp();
      await terminal.ended;
      expect(await job.end(30_000)).toBe(0);
    },
    90_000,
  );
});

describe('allranks run --console', () => {
  let sandbox: Sandbox;
  let terminal: Terminal;
  const start = (args: string[], ranks = 2): void => {
    sandbox = new Sandbox();
    writeFileSync(join(sandbox.cwd, 'libyt_entries_script.py'), SCRIPT);
    const toolchain = defaultToolchain();
    const command = [...launch(toolchain, ranks), join(toolchain.programs, 'libyt_entries'), ...args];
    terminal = Terminal.start(
      [allranksCommand, 'run', '--console', '--name', 'here', '--dir', join(sandbox.folder, 'job'), '--', ...command],
      { cwd: sandbox.cwd, env: sandbox.env },
    );
  };
  afterEach(() => sandbox.close());

  test('has the prompt on the launching terminal; Ctrl-D leaves it, and the next yt_run_InteractiveMode brings it back', async () => {
    start(['0', 'i', 'each_round']);
    await terminal.shows(/cells run in all 2 ranks of here/);
    await terminal.shows(/>>> /);
    terminal.type('allranks.comm.allreduce(allranks.rank)' + KEYS.enter);
    await terminal.shows(/\n1\r\n/);
    await terminal.shows(/>>> /);
    terminal.type(KEYS.ctrlD);
    // Nobody is at the prompt: the run comes to libyt's, and brings it.
    writeFileSync(join(sandbox.cwd, 'LIBYT_STOP'), '');
    await terminal.shows(/The run stands at yt_run_InteractiveMode/);
    await terminal.shows(/>>> /);
    rmSync(join(sandbox.cwd, 'LIBYT_STOP'));
    terminal.type('calls.append("here")' + KEYS.enter);
    await terminal.shows(/>>> /);
    terminal.type(KEYS.ctrlD);
    await terminal.shows(/The simulation goes on\./);
    writeFileSync(join(sandbox.cwd, 'ENOUGH'), '');
    expect(await terminal.end()).toBe(0);
  }, 60_000);

  test('Ctrl-C at the prompt spares the program, and ends it when the prompt has been left', async () => {
    start(['0', 'i', 'each_round']);
    await terminal.shows(/>>> /);
    terminal.type('no line' + KEYS.ctrlC);
    await terminal.shows(/\^C/);
    terminal.type('1 + 1' + KEYS.enter);
    await terminal.shows(/\n2\r\n/);
    await terminal.shows(/>>> /);
    terminal.type(KEYS.ctrlD);
    await terminal.shows(/\r\n/);
    terminal.type(KEYS.ctrlC);
    expect(await terminal.end(30_000)).not.toBe(0);
  }, 60_000);

  test('the program ends while the prompt is there: its exit code is that of the run, and the terminal is as before', async () => {
    start(['3', 'i', 'no_such_function']);
    expect(await terminal.end(30_000)).toBe(0);
    expect(terminal.text).toContain('round 2 is over');
    sandbox.close();
    sandbox = new Sandbox();
    const shell = Terminal.start(
      [
        'sh',
        '-c',
        `${allranksCommand} run --console --name here --dir ${join(sandbox.folder, 'job')} -- sh -c 'exit 7'; echo code $?; stty -a | grep -o -- '-\\?icanon'`,
      ],
      {
        cwd: sandbox.cwd,
        env: sandbox.env,
      },
    );
    await shell.shows(/code 7\r\nicanon/);
    expect(await shell.end()).toBe(0);
  }, 60_000);

  test('without a terminal the program starts with one warning', async () => {
    const job = Job.launch({
      ranks: 1,
      program: 'libyt_entries',
      args: ['2', 'i'],
      scripts: { 'libyt_entries_script.py': '' },
      run: ['--console'],
    });
    sandbox = job.sandbox;
    expect(await job.end()).toBe(0);
    expect(job.output.text).toContain('allranks: --console needs a terminal; the program starts without a prompt');
    expect(existsSync(join(sandbox.cwd, 'libyt_entries_script.py'))).toBe(true);
  }, 60_000);
});
