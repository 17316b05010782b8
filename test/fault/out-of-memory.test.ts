/** A real out-of-memory kill: the rank is named, and why the system ended it. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { Job, reporting } from '../support/job';
import { traceback } from '../support/notebook';
import { within } from '../support/wait';

const script = join(__dirname, '..', 'support', 'memory-group.sh');
const group = (...args: string[]): string => execFileSync('sh', [script, ...args], { encoding: 'utf8' }).trim();

describe('memory runs out', () => {
  let job: Job;
  let folder: string;
  const check = reporting(() => job);

  beforeEach(() => {
    folder = group('make', String(256 << 20));
  });

  afterEach(async () => {
    await job.stop();
    group('remove', folder);
  });

  for (const ranks of [2, 4]) {
    check(
      `for one of ${ranks} ranks: cell and idle notebook say which rank, and that the system killed it for lack of memory`,
      async () => {
        job = await Job.start({ ranks, args: ['--steps', '0'] });
        const [notebook, idle] = [await job.attach(), await job.attach()];
        const pids = await notebook.value<number[]>('__import__("allranks").comm.allgather(__import__("os").getpid())');
        await idle.ok('pass');
        const message = idle.client.onIopub(
          ({ header, content }) => header.msg_type === 'stream' && /last seen/.test(String(content['text'])),
        );
        group('add', folder, String(pids[1]));
        const record = await notebook.run(
          'import allranks\nprint("before", flush=True)\nif allranks.rank == 1: hog = b"x" * (1 << 30)\nallranks.comm.Barrier()',
        );
        const reason =
          /^rank 1 \(process \d+\) was killed by SIGKILL at step \d+ while cell \d+ ran: out of memory, the system has killed processes/;
        expect(record.content).toMatchObject({ status: 'error', ename: 'SimulationEnded' });
        expect(record.content['evalue']).toMatch(reason);
        expect(traceback(record)).toMatch(/\[rank 1\] was killed by SIGKILL; last seen in a cell/);
        expect(record.stdout).toBe('before\n');
        const news = await within(message, 20_000, 'the news in an idle notebook', () => job.report());
        expect(String(news.content['text'])).toMatch(reason);
        const later = await notebook.run('1');
        expect(later.content).toMatchObject({ status: 'error', ename: 'SimulationEnded' });
        expect(await job.end()).not.toBe(0);
      },
      60_000,
    );
  }
});
