/** What the functions of a cell print and show when the simulation calls them in later steps: it belongs to that cell. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Job, reporting } from '../support/job';
import type { Message } from '../support/kernel-client';
import type { Notebook } from '../support/notebook';
import { whenFiles, within } from '../support/wait';

const LIMIT_MS = 30_000;

describe.each([4, 1])('functions that cells have defined, on %i ranks', (ranks) => {
  let job: Job;
  let notebook: Notebook;
  const check = reporting(() => job);

  beforeAll(async () => {
    job = await Job.start({
      ranks,
      args: ['--steps', '0', '--script', 'steps.py', '--call', 'on_step'],
      scripts: { 'steps.py': 'def on_step():\n    pass\n\ndef of_the_script():\n    print("of the script")\n' },
      run: ['--pause-at', 'start'],
    });
    notebook = await job.attach();
  }, 60_000);

  afterAll(() => job?.stop());

  /** Waits for a message of that cell that comes after it. */
  function later(id: string, fits: (message: Message) => boolean): Promise<Message> {
    return within(
      notebook.client.onIopub((message) => message.parent['msg_id'] === id && fits(message)),
      LIMIT_MS,
      'later output',
    );
  }

  /** Runs the cell and returns its id. */
  async function define(code: string): Promise<string> {
    const sent = await notebook.send(code);
    await sent.done();
    return sent.id;
  }

  /** Text of `steps` lines that later steps have printed below the cell. */
  async function lines(id: string, count: number): Promise<string> {
    let text = '';
    while (text.split('\n').length <= count)
      text += (await later(id, ({ header }) => header.msg_type === 'stream')).content['text'] as string;
    return text;
  }

  check('print below their cell, once for equal text of all ranks and at each step', async () => {
    const id = await define("import allranks\ndef on_step():\n    print('at step', allranks.step)");
    const at = Number(await notebook.value('allranks.step'));
    await notebook.ok('%live step 3');
    expect(await lines(id, 3)).toBe([0, 1, 2].map((step) => `at step ${at + step}\n`).join(''));
    // The log of the job has it too.
    await within(job.output.match(/at step/), LIMIT_MS, 'the text in the log');
  });

  check('show displays below their cell, in order with text', async () => {
    const id = await define("def on_step():\n    print('before')\n    display({'text/html': '<b>live</b>'}, raw=True)");
    await notebook.ok('%live step');
    const text = await later(id, ({ header }) => header.msg_type === 'stream');
    expect(text.content['text']).toBe('before\n');
    const shown = await later(id, ({ header }) => header.msg_type === 'display_data');
    expect(shown.content['data']).toMatchObject({ 'text/html': '<b>live</b>' });
  });

  check('draw a display anew at each step, for as long as it goes', async () => {
    const id = await define(
      "shown = display({'text/plain': 'x' * 300_000}, raw=True, display_id=True)\ndef on_step():\n    shown.update({'text/plain': f'{allranks.step} ' + 'y' * 300_000}, raw=True)",
    );
    const at = Number(await notebook.value('allranks.step'));
    await notebook.ok('%live step 6');
    for (let step = at; step < at + 6; step += 1) {
      const drawn = await later(id, ({ header }) => header.msg_type === 'update_display_data');
      expect(String(drawn.content['data']['text/plain']).slice(0, 10)).toBe(`${step} yyyyyyyyyy`.slice(0, 10));
    }
  });

  check('functions of the inline script print into the log of the job, as before', async () => {
    await notebook.ok('on_step = of_the_script');
    await notebook.ok('%live step');
    await within(job.output.match(/of the script\r?\n/), LIMIT_MS, 'the text in the log');
  });

  check(
    'are shown below their cell also by the bridge after one that was killed',
    async () => {
      const id = await define("def on_step():\n    print('after the kill')");
      // The journal is a moment behind; what is not in it yet, only the bridge that dies knows.
      const folder = join(job.sandbox.folder, 'job');
      const verdict = /after the kill[^]*"kind":"verdict"/;
      await whenFiles(
        [folder],
        () => verdict.test(readFileSync(join(folder, 'journal.jsonl'), 'utf8')) || undefined,
        LIMIT_MS,
        'the verdict in the journal',
      );
      process.kill(await job.bridgePid(), 'SIGKILL');
      await notebook.ok('%live step', {}, LIMIT_MS);
      expect(await lines(id, 1)).toBe('after the kill\n');
    },
    90_000,
  );
});
