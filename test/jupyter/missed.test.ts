/**
 * A notebook that comes back after a reload of its page, a restart of its kernel or the end of Jupyter's server gets what it missed:
 * each of these is a session or a kernel that is gone while a cell runs. On 1 and on 4 live ranks.
 */
import { createHash } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Job, reporting } from '../support/job';
import type { KernelClient, Message } from '../support/kernel-client';
import type { CellRecord, Notebook } from '../support/notebook';
import { whenFiles, within } from '../support/wait';

const LIMIT_MS = 30_000;

describe.each([1, 4])('on %i ranks', (ranks) => {
  let job: Job;
  const check = reporting(() => job);

  /** What a Jupyter server sets for the kernel of a notebook. */
  const open = (path: string): Promise<Notebook> => job.attach({ JPY_SESSION_NAME: path });

  /** A cell that prints, waits for the file `gate`, and prints again. */
  const gated = (gate: string, words: string): string =>
    `import os, time\nprint(${JSON.stringify(`${words} begun`)}, flush=True)\nopen(${JSON.stringify(`${gate}.begun`)}, 'w').close()\nwhile not os.path.exists(${JSON.stringify(gate)}): time.sleep(0.01)\nprint(${JSON.stringify(`${words} done`)})`;
  const release = (gate: string): void => writeFileSync(join(job.sandbox.cwd, gate), '');

  function shown(cell: CellRecord): string {
    return cell.iopub
      .map(({ header, content }) =>
        header.msg_type === 'stream'
          ? String(content['text'])
          : header.msg_type === 'display_data'
            ? `<${String(content['data']['text/plain'])}>`
            : '',
      )
      .join('');
  }

  const text = (messages: readonly Message[]): string =>
    messages
      .filter(({ header }) => header.msg_type === 'stream')
      .map(({ content }) => String(content['text']))
      .join('');

  beforeAll(async () => {
    job = await Job.start({ ranks, name: 'missed', args: ['--steps', '0'] });
  }, 60_000);

  afterAll(() => job?.stop());

  check(
    'a kernel that comes after one that died offers and shows what its notebook has missed, and follows the cell to its end',
    async () => {
      const first = await open('one.ipynb');
      await (await first.send(gated('a', 'alpha'))).printed('alpha begun');
      await first.close();
      const second = await open('one.ipynb');
      const other = await open('other.ipynb');
      const missed = await second.send('%live missed');
      await missed.printed('alpha begun');
      // Another notebook has missed nothing, and is answered while all that goes on.
      expect((await other.ok('%live missed')).stdout).toBe('nothing was missed\n');
      release('a');
      const cell = await missed.done();
      expect(cell.displays[0]!['text/plain']).toMatch(/^In \[\d+\]: import os, time {2}\(still runs/);
      expect(cell.stdout).toContain('alpha done\n');
      expect((await second.ok('%live missed')).stdout).toBe('nothing was missed\n');
    },
    LIMIT_MS * 2,
  );

  check(
    'a cell that ended while nobody was there is offered with the first cell, with its result and its error',
    async () => {
      const first = await open('two.ipynb');
      await (await first.send(`${gated('b', 'beta')}\nraise ValueError('beta failed')`)).printed('beta begun');
      await first.close();
      release('b');
      const second = await open('two.ipynb');
      const next = await second.ok("print('goes on')");
      expect(shown(next)).toMatch(/^<\[cell \d+ of this notebook went on without it: %live missed shows what was printed\]>goes on\n$/);
      expect((await second.ok("print('again')")).displays).toEqual([]);
      const missed = await second.ok('%live missed');
      expect(missed.displays[0]!['text/plain']).toContain('(ended with ValueError)');
      expect(missed.stdout).toBe('beta begun\nbeta done\n');
      expect(missed.stderr).toContain('beta failed');
    },
    LIMIT_MS * 2,
  );

  describe('a page that is reloaded while a cell runs', () => {
    let notebook: Notebook;
    let page: KernelClient;

    beforeAll(async () => {
      notebook = await open('page.ipynb');
    }, LIMIT_MS);

    const ask = async (code: string): Promise<Message[]> => {
      const { iopub } = await within(page.run(code), LIMIT_MS, `idle of ${code}`, () => job.report());
      return iopub;
    };

    check(
      'sees under %live missed what was printed, beside the running cell, and what it prints from there on',
      async () => {
        const running = await notebook.send(gated('c', 'gamma'));
        await running.printed('gamma begun');
        // The new page: another session, the same kernel.
        page = await notebook.kernel.readyClient();
        const id = await page.execute('%live missed');
        await within(
          page.onIopub(
            ({ header, parent, content }) =>
              header.msg_type === 'stream' && parent['msg_id'] === id && String(content['text']).includes('gamma begun'),
          ),
          LIMIT_MS,
          'what was missed',
          () => job.report(),
        );
        release('c');
        const iopub = await within(page.iopubOf(id), LIMIT_MS, 'the end of %live missed', () => job.report());
        expect(text(iopub)).toContain('gamma done\n');
        await running.done();
      },
      LIMIT_MS * 2,
    );

    check(
      'the status of the run is told beside a running cell, and the kernel stays busy',
      async () => {
        const running = await notebook.send(gated('d', 'delta'));
        await running.printed('delta begun');
        const id = await page.execute('%live status');
        const iopub = await within(page.iopubOf(id), LIMIT_MS, 'the status', () => job.report());
        expect(
          iopub.some(
            ({ header, content }) => header.msg_type === 'display_data' && String(content['data']['text/plain']).includes('in a cell'),
          ),
        ).toBe(true);
        const busy = await within(
          page.onIopub(
            ({ header, parent, content }) =>
              header.msg_type === 'status' && content['execution_state'] === 'busy' && parent['msg_id'] === running.id,
          ),
          LIMIT_MS,
          'busy again',
          () => job.report(),
        );
        expect(busy.content).toEqual({ execution_state: 'busy' });
        release('d');
        await running.done();
      },
      LIMIT_MS * 2,
    );

    check(
      'cells that were sent together keep their order, also those that only look',
      async () => {
        const ids = [];
        for (const code of ["print('first')", '%live replay 1', "print('last')"]) ids.push(await page.execute(code));
        const order: string[] = [];
        for (const id of ids) for (const message of await page.iopubOf(id)) order.push(`${ids.indexOf(id)} ${message.header.date}`);
        const times = order.map((entry) => entry.slice(2));
        expect(times).toEqual([...times].sort());
      },
      LIMIT_MS,
    );

    check(
      'what ended while no page was there is shown, though nobody can tell when the old one went',
      async () => {
        await notebook.ok("print('seen or not')");
        const later = await notebook.kernel.readyClient();
        const id = await later.execute('%live missed');
        const shownLater = text(await within(later.iopubOf(id), LIMIT_MS, 'the end of %live missed', () => job.report()));
        expect(shownLater).toContain('seen or not\n');
        // Cells before the last that this session asked for were seen.
        expect(shownLater).not.toContain('gamma');
      },
      LIMIT_MS,
    );

    check(
      'the outputs of an earlier cell are shown again by its number',
      async () => {
        const cell = await notebook.ok("print('to be seen again')\n6 * 7");
        const iopub = await ask(`%live replay ${cell.content['execution_count']}`);
        expect(text(iopub)).toBe('to be seen again\n');
        expect(JSON.stringify(iopub.map(({ content }) => content))).toContain('"text/plain":"42"');
        expect(text(await ask('%live replay 100000'))).toContain('cell 100000 is not known here any more');
      },
      LIMIT_MS * 2,
    );
  });

  check(
    'of two notebooks on one run, the one that waits is told whose cell runs and looks busy meanwhile; each sees its own outputs only',
    async () => {
      const [left, right] = [await open('left.ipynb'), await open('right.ipynb')];
      const running = await left.send(gated('l', 'left'));
      await running.printed('left begun');
      // Busy without a cell of its own, and told so without a parent.
      await within(
        right.client.onIopub(({ content, parent }) => content['execution_state'] === 'busy' && parent['msg_id'] === undefined),
        LIMIT_MS,
        'the busy state of the other notebook',
        () => job.report(),
      );
      const waiting = await right.send("print('right')");
      const notice = await waiting.message(({ header }) => header.msg_type === 'display_data', 'the notice');
      expect(notice.content['data']['text/plain']).toMatch(/^running: left\.ipynb \(kernel \d+ on .+\)'s cell$/);
      expect(String((await right.ok('%live status')).displays[0]!['text/plain'])).toMatch(/cell \d+ of left\.ipynb/);
      release('l');
      const [first, second] = [await running.done(), await waiting.done()];
      expect([first.stdout, second.stdout]).toEqual(['left done\n', 'right\n']);
      // The notice goes before the output comes.
      expect(second.iopub.map(({ header }) => header.msg_type).filter((type) => type !== 'status')).toEqual([
        'execute_input',
        'clear_output',
        'stream',
      ]);
      expect(first.content['execution_count']).toBeLessThan(second.content['execution_count']);
      expect(left.client.iopubLog.some(({ parent }) => parent['msg_id'] === waiting.id)).toBe(false);
    },
    LIMIT_MS * 2,
  );

  check(
    '24 MB that were printed while nobody was there come whole and in order, also from a bridge that has taken over since',
    async () => {
      // Without a server in between: nothing limits the text.
      const first = await job.attach();
      const line = 'x'.repeat(90);
      const code = `${gated('e', 'epsilon')}\nfor n in range(240000): print(f'{n:07} ${line}')\nopen('printed', 'w').close()`;
      await (await first.send(code)).printed('epsilon begun');
      await first.close();
      release('e');
      await whenFiles(
        [job.sandbox.cwd],
        () => existsSync(join(job.sandbox.cwd, 'printed')) || undefined,
        LIMIT_MS,
        'the end of the cell',
        () => job.report(),
      );
      // Behind the cell: its journal is written.
      await (await job.attach({ JPY_SESSION_NAME: 'probe.ipynb' })).ok('pass');
      const bridge = await job.bridgePid();
      process.kill(bridge, 'SIGKILL');
      await job.recorded((record) => (record['bridgePid'] !== bridge && record['size'] === ranks ? true : undefined), 'another bridge');
      const missed = await (await job.attach()).ok('%live missed', {}, LIMIT_MS);
      const expected = Array.from({ length: 240_000 }, (_, n) => `${String(n).padStart(7, '0')} ${line}\n`).join('');
      expect(createHash('sha256').update(missed.stdout).digest('hex')).toBe(
        createHash('sha256').update(`epsilon begun\nepsilon done\n${expected}`).digest('hex'),
      );
    },
    LIMIT_MS * 3,
  );
});
