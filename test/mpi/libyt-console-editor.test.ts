/** The line editor of the prompt: keys within a line, history, and that what is typed runs once. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Job, reporting } from '../support/job';
import type { Notebook } from '../support/notebook';
import { allranksCommand } from '../support/places';
import { KEYS, Terminal } from '../support/terminal';

for (const ranks of [4, 1]) {
  describe(`the line editor of the prompt, ${ranks} ranks`, () => {
    let job: Job;
    let notebook: Notebook;
    let terminal: Terminal;
    const check = reporting(() => job);
    const open = (): Terminal =>
      Terminal.start([allranksCommand, 'console', 'libyt_entries'], { cwd: job.sandbox.cwd, env: job.sandbox.env });
    /** Types keys at a prompt of their own, and waits for the next one. */
    const enter = async (keys: string): Promise<void> => {
      terminal.type(keys + KEYS.enter);
      await terminal.shows(/\r\n(?:[^]*\n)?>>> /);
    };
    /** Types a line of a block; an empty one ends it. */
    const typed = async (text: string): Promise<void> => {
      terminal.type(text + KEYS.enter);
      await terminal.shows(text === '' ? />>> / : /\.\.\. /);
    };

    beforeAll(async () => {
      job = await Job.start({
        ranks,
        program: 'libyt_entries',
        args: ['0', 'i'],
        name: 'libyt_entries',
        scripts: { 'libyt_entries_script.py': 'import allranks\nran = []\n' },
      });
      notebook = await job.attach();
      await notebook.ok('in_the_notebook = 1');
      terminal = open();
      await terminal.shows(/>>> /);
    }, 60_000);
    afterAll(() => job?.stop());

    check('left and right move within the line, where characters are put in and taken out', async () => {
      await enter(`13${KEYS.left}2`);
      expect(terminal.text).toMatch(/\n123\r\n>>> $/);
      await enter(`"ad"${KEYS.left.repeat(2)}b${KEYS.left.repeat(2)}${KEYS.right.repeat(2)}c`);
      expect(terminal.text).toMatch(/\n'abcd'\r\n>>> $/);
      await enter(`"axb"${KEYS.left.repeat(2)}${KEYS.back}_\u2603${KEYS.left}-`);
      expect(terminal.text).toMatch(/\n'a_-\u2603b'\r\n>>> $/);
      await enter(`5${KEYS.ctrlA}4${KEYS.left.repeat(3)}${KEYS.right.repeat(9)}6`);
      expect(terminal.text).toMatch(/\n456\r\n>>> $/);
    });

    check('up and down go through the history, and back to the line that was being written', async () => {
      await enter('"one"');
      await enter('"two"');
      await enter('"three"');
      await enter(KEYS.up.repeat(3) + KEYS.down);
      expect(terminal.text).toMatch(/\n'two'\r\n>>> $/);
      // That line is the last one now; below it is the empty one.
      await enter(KEYS.up.repeat(3) + KEYS.down.repeat(3) + '"new"');
      expect(terminal.text).toMatch(/\n'new'\r\n>>> $/);
      // An earlier line, changed, is another line.
      await enter(KEYS.up.repeat(3) + KEYS.left + ' and more');
      expect(terminal.text).toMatch(/\n'three and more'\r\n>>> $/);
    });

    check(
      'a second prompt has exactly the history of the first, lines of blocks, failed ones and those of notebooks included',
      async () => {
        for (const text of ['def twice(x):', 'return 2 * x', '']) await typed(text);
        await enter('twice(21)');
        expect(terminal.text).toMatch(/\n42\r\n>>> $/);
        await enter('1 / 0');
        await enter('no python');
        await enter('"one"');
        await enter('%libyt status');
        const wanted = [
          '%libyt status',
          '"one"',
          'no python',
          '1 / 0',
          'twice(21)',
          '    return 2 * x',
          'def twice(x):',
          '"three and more"',
          '"new"',
          '"two"',
          '"three"',
          '456',
          '"a_-\u2603b"',
          '"abcd"',
          '123',
          'in_the_notebook = 1',
        ];
        const second = open();
        await second.shows(/>>> /);
        for (const prompt of [terminal, second]) {
          const from = prompt.passed();
          for (const line of wanted) {
            prompt.type(KEYS.up);
            await prompt.shows(new RegExp(`>>> ${line.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}`));
          }
          expect(prompt.text.slice(from).split('>>> ').slice(1)).toEqual(wanted);
          // Down again, up to the empty line.
          prompt.type(KEYS.down.repeat(wanted.length) + '"below"' + KEYS.enter);
          await prompt.shows(/\n'below'\r\n>>> /);
        }
        second.type(KEYS.ctrlD);
        expect(await second.end()).toBe(0);
      },
    );

    check('each definition runs once: its defaults, decorators and the body of a class', async () => {
      const lines = [
        'def once(x=ran.append("default")):',
        'return 1',
        '',
        'def marked(function):',
        'ran.append("decorator"); return function',
        '',
        '@marked',
        'def decorated():',
        'return 2',
        '',
        'class Thing:',
        'ran.append("class")',
        '',
      ];
      for (const text of lines) await typed(text);
      // Pasted at once, and on one line with what uses it.
      terminal.type('def pasted(x=ran.append("pasted")):\r    return 3\r\r');
      await terminal.shows(/return 3\s+>>> /);
      await enter('plus = lambda x=ran.append("lambda"): 4; open(f"file-{allranks.rank}", "a").write("x"); plus()');
      expect(await notebook.value('allranks.comm.allgather(ran)')).toEqual(
        Array(ranks).fill(['default', 'decorator', 'class', 'pasted', 'lambda']),
      );
      for (let rank = 0; rank < ranks; rank += 1) expect(readFileSync(join(job.sandbox.cwd, `file-${rank}`), 'utf8')).toBe('x');
      expect(await notebook.value('[once(), decorated(), pasted(), plus()]')).toEqual([1, 2, 3, 4]);
      await enter('%libyt status');
      for (const name of ['once', 'decorated', 'pasted', 'plus']) expect(terminal.text).toMatch(new RegExp(`\\* ${name} +idle`));
      terminal.type(KEYS.ctrlD);
      expect(await terminal.end()).toBe(0);
    });
  });
}
