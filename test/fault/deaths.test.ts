/** A rank's process dies: every notebook is told which one, by what, and what the others did; output up to that instant is there. */
import { Job, reporting } from '../support/job';
import { traceback, type Notebook } from '../support/notebook';
import { within } from '../support/wait';

const PIDS = '__import__("allranks").comm.allgather(__import__("os").getpid())';

describe('the death of a rank', () => {
  let job: Job;
  const check = reporting(() => job);

  afterEach(() => job.stop());

  /** What an idle notebook is shown without having asked. */
  function told(notebook: Notebook): Promise<string> {
    const message = notebook.client.onIopub(({ header, content }) => header.msg_type === 'stream' && /last seen/.test(String(content['text'])));
    return within(message.then(({ content }) => String(content['text'])), 20_000, 'the news in an idle notebook', () => job.report());
  }

  /** The kernel lives and answers every further cell with the same reason. */
  async function livesOn(notebook: Notebook, reason: RegExp): Promise<void> {
    for (const code of ['1', 'print(2)']) {
      const later = await notebook.run(code);
      expect(later.content).toMatchObject({ status: 'error', ename: 'SimulationEnded' });
      expect(later.content['evalue']).toMatch(reason);
    }
    expect(await notebook.ask('kernel_info_request', {})).toMatchObject({ status: 'ok' });
  }

  check(
    'by SIGKILL while a cell runs: the cell ends with what every rank had printed, another notebook is told as well',
    async () => {
      job = await Job.start({ ranks: 3, args: ['--steps', '0'] });
      const [notebook, idle] = [await job.attach(), await job.attach()];
      const pids = await notebook.value<number[]>(PIDS);
      await idle.ok('pass');
      const news = told(idle);
      // Lines that differ by rank are each shown.
      const cell = await notebook.send(
        'import time, allranks\nprint("words of", allranks.rank, flush=True)\nallranks.comm.Barrier()\nif allranks.rank == 0: print("all printed", flush=True)\ntime.sleep(300)',
      );
      const shown = await cell.message(({ header, content }) => header.msg_type === 'stream' && String(content['text']).includes('all printed'), 'the output of rank 0');
      process.kill(pids[1]!, 'SIGKILL');
      const record = await cell.done();
      const reason = /^rank 1 \(process \d+\) was killed by SIGKILL at step \d+ while cell \d+ ran/;
      expect(record.content).toMatchObject({ status: 'error', ename: 'SimulationEnded' });
      expect(record.content['evalue']).toMatch(reason);
      expect(traceback(record)).toMatch(/\[(rank 1|ranks .*1.*)\] was killed by SIGKILL; last seen in a cell.* at step \d+/);
      const output = String(shown.content['text']) + record.stdout;
      for (const text of ['words of 0\n', '[rank 1] words of 1\n', '[rank 2] words of 2\n']) expect(output).toContain(text);
      expect(await news).toMatch(reason);
      await livesOn(notebook, reason);
      await livesOn(idle, reason);
      expect(await job.end()).not.toBe(0);
    },
    60_000,
  );

  check(
    'by a fault in native code: the signal and the address are told, in an idle notebook too',
    async () => {
      job = await Job.start({ ranks: 2, args: ['--steps', '0'] });
      const [notebook, idle] = [await job.attach(), await job.attach()];
      await idle.ok('pass');
      const news = told(idle);
      const record = await notebook.run('import ctypes, allranks\nprint("before", flush=True)\nif allranks.rank == 1: ctypes.string_at(24)\nimport time; time.sleep(300)');
      const reason = /^rank 1 \(process \d+\) crashed with SIGSEGV at address 0x18 /;
      expect(record.content['evalue']).toMatch(reason);
      expect(record.stdout).toBe('before\n');
      const shown = await news;
      expect(shown).toMatch(reason);
      expect(shown).toMatch(/\[rank 1\] crashed with SIGSEGV at address 0x18; last seen in a cell.* at step \d+/);
      await livesOn(notebook, reason);
      await livesOn(idle, reason);
    },
    60_000,
  );

  check(
    'by an exit that nobody could refuse: its code is told',
    async () => {
      job = await Job.start({ ranks: 2, args: ['--steps', '0'] });
      const notebook = await job.attach();
      const record = await notebook.run('import ctypes, allranks\nif allranks.rank == 1: ctypes.CDLL(None)._exit(7)\nimport time; time.sleep(300)');
      const reason = /^rank 1 \(process \d+\) exited with code 7 at step \d+ while cell 1 ran/;
      expect(record.content['evalue']).toMatch(reason);
      await livesOn(notebook, reason);
    },
    60_000,
  );

  check(
    'while the run stands still and nobody asks: the notebook is told all the same',
    async () => {
      job = await Job.start({ ranks: 2, run: ['--pause-at', 'start'] });
      const notebook = await job.attach();
      const pids = await notebook.value<number[]>(PIDS);
      // A rank says that its cell is over before it has put things in order.
      while (JSON.stringify((await notebook.ok('%live status')).displays).includes('in a cell')) continue;
      const news = told(notebook);
      process.kill(pids[0]!, 'SIGKILL');
      const text = await news;
      expect(text).toMatch(/^rank 0 \(process \d+\) was killed by SIGKILL at step 0/);
      // The launcher may have ended the other one in the same way by then.
      expect(text).toMatch(/\[(rank 0|ranks 0-1)\] was killed by SIGKILL; last seen (paused|waits for the other ranks) at step 0/);
      await livesOn(notebook, /^rank 0 \(process \d+\) was killed by SIGKILL/);
    },
    60_000,
  );
});
