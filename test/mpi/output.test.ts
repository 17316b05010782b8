/** Much output from many ranks: nothing lost, order kept, and a front end that is behind stays in charge of its memory. */
import { Job, reporting } from '../support/job';
import { forgetPeak, MOST_MIB, peakMiB } from '../support/memory';
import type { Notebook } from '../support/notebook';
import { rankLines, readRankLines } from '../support/rank-lines';
import { within } from '../support/wait';

const RANKS = 4;
const LINES = 1_000_000;
const LIMIT_MS = 90_000;

describe('output of 4 ranks', () => {
  let job: Job;
  let notebook: Notebook;
  const check = reporting(() => job);

  beforeAll(async () => {
    job = await Job.start({ ranks: RANKS, args: ['--steps', '0'] });
    notebook = await job.attach();
    await notebook.ok('import allranks, sys, threading, time');
  }, 60_000);

  afterAll(() => job?.stop());

  check(
    '100,000 equal lines of each rank come once, whole and in order',
    async () => {
      const cell = await notebook.ok('for i in range(100000): print(i)', {}, 60_000);
      expect(cell.stdout).toBe(Array.from({ length: 100_000 }, (_, i) => `${i}\n`).join(''));
    },
    90_000,
  );

  check(
    '1,000,000 different lines of each rank all come, each rank in its order, beside a kernel that answers, in bounded memory',
    async () => {
      const bridge = await job.bridgePid();
      const fresh = await job.attach();
      const kernel = fresh.kernel.child.pid!;
      for (const pid of [bridge, kernel]) forgetPeak(pid);
      const sent = await fresh.send(rankLines(LINES));
      let running = true;
      const done = sent.done(LIMIT_MS).finally(() => (running = false));
      // Awaited below; until then something else may fail.
      done.catch(() => undefined);
      let answers = 0;
      while (running) {
        expect(await within(fresh.client.beat(`beat ${answers}`), LIMIT_MS, 'heartbeat')).toBe(`beat ${answers}`);
        expect(await fresh.ask('kernel_info_request', {}, 'control', LIMIT_MS)).toMatchObject({ status: 'ok' });
        if (running) answers += 1;
      }
      const cell = await done;
      expect(cell.content['status']).toBe('ok');
      expect(peakMiB(bridge)).toBeLessThan(MOST_MIB.bridge);
      expect(peakMiB(kernel)).toBeLessThan(MOST_MIB.kernel);
      expect(readRankLines(cell.stdout, RANKS)).toEqual({ counts: Array.from({ length: RANKS }, () => LINES), wrong: [] });
      expect(answers).toBeGreaterThan(0);
    },
    LIMIT_MS * 2,
  );

  check('a display of 10 MB arrives whole, once from all ranks, and from each rank that is asked for', async () => {
    await notebook.ok(
      "from IPython.display import display\nclass Picture:\n    def __init__(self, unit):\n        self.unit = unit\n" +
        "    def _repr_mimebundle_(self, include=None, exclude=None):\n        return {'image/png': self.unit * 2500000}",
    );
    const picture = 'iVBO'.repeat(2_500_000);
    const same = await notebook.ok("display(Picture('iVBO'))");
    expect(same.displays).toHaveLength(1);
    expect(same.displays[0]!['image/png'] === picture).toBe(true);
    const two = await notebook.ok("%%ranks 1-2\ndisplay(Picture('iVBO' if allranks.rank == 1 else 'aaaa'))");
    expect(two.displays.map((data) => (data['image/png'] === picture ? 'picture' : data['image/png'] === 'aaaa'.repeat(2_500_000) ? 'other' : 'wrong')).sort()).toEqual(['other', 'picture']);
  });

  check('a line without an end, empty lines and long lines come as they are', async () => {
    const cell = await notebook.ok("print('x' * 300000)\nprint()\nprint('\\u2603' * 1000, end='')");
    expect(cell.stdout).toBe(`${'x'.repeat(300000)}\n\n${'\u2603'.repeat(1000)}`);
  });

  check('stdout and stderr keep their text, a lone surrogate becomes a replacement', async () => {
    const cell = await notebook.ok("sys.stderr.write('warning\\n')\nprint('\\ud800!')");
    expect(cell.stderr).toBe('warning\n');
    expect(cell.stdout).toMatch(/^.!\n$/u);
    expect(cell.stdout).not.toContain('\ud800');
  });

  check('a display comes once, and rank 0 draws it', async () => {
    const cell = await notebook.ok("display({'text/html': f'<b>one</b>', 'text/plain': 'one'}, raw=True)");
    expect(cell.displays).toEqual([{ 'text/html': '<b>one</b>', 'text/plain': 'one' }]);
  });

  check('a result that differs between ranks is shown for all of them', async () => {
    const cell = await notebook.ok('allranks.rank * 10');
    expect(cell.result).toBe('0');
    const text = cell.displays.map((data) => String(data['text/plain'])).join('\n');
    for (const rank of [1, 2, 3]) expect(text).toContain(`[rank ${rank}] ${rank * 10}`);
  });

  check('print of a thread that outlives its cell reaches the notebook under that cell', async () => {
    const sent = await notebook.send(
      "released = threading.Event()\ndef later():\n    released.wait()\n    print('late', flush=True)\nthread = threading.Thread(target=later)\nthread.start()",
    );
    const id = sent.id;
    await sent.done();
    await notebook.ok('released.set()\nthread.join()');
    const late = await notebook.client.onIopub((message) => message.header.msg_type === 'stream' && message.parent['msg_id'] === id);
    expect(late.content['text']).toBe('late\n');
  });
});
