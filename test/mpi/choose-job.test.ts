/** The permanent kernelspec `allranks`: it finds the only run, lists several in one sentence, and goes by ALLRANKS_JOB. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { Job } from '../support/job';
import { allranksCommand } from '../support/places';
import { Sandbox } from '../support/sandbox';

describe('the permanent kernelspec', () => {
  const sandbox = new Sandbox();
  const jobs: Job[] = [];
  const kernelspec = join(sandbox.kernels, 'allranks', 'kernel.json');

  beforeAll(() => void execFileSync(allranksCommand, ['kernelspec', 'install'], { env: sandbox.env }));

  afterAll(async () => {
    for (const job of jobs) await job.stop();
    sandbox.close();
  });

  const start = async (name: string, ranks: number): Promise<Job> => {
    const job = await Job.start({ ranks, name, sandbox });
    jobs.push(job);
    await job.recorded(({ state }) => state === 'running' || undefined, 'a run that is under way');
    return job;
  };

  test('attaches to the only run; with two it names both until one is chosen', async () => {
    const first = await start('first', 2);
    const only = await first.attach({}, kernelspec);
    expect((await only.ok('import allranks\nallranks.size')).result).toBe('2');

    await start('second', 1);
    // Which run a kernel is on does not change under it.
    expect((await only.ok('allranks.size')).result).toBe('2');
    const unsure = await first.attach({}, kernelspec);
    const { content } = await unsure.run('1');
    expect(content).toMatchObject({ status: 'error', ename: 'NoSuchJob' });
    expect(content['evalue']).toMatch(
      /^there are 2 live runs, choose one by its own kernel or with ALLRANKS_JOB: first \(running, 2 ranks, step \d+, on .+\); second \(running, 1 ranks, step \d+, on .+\)$/,
    );

    const chosen = await first.attach({ ALLRANKS_JOB: 'second' }, kernelspec);
    expect((await chosen.ok('import allranks\nallranks.size')).result).toBe('1');
    const wrong = await first.attach({ ALLRANKS_JOB: 'third' }, kernelspec);
    expect((await wrong.run('1')).content['evalue']).toMatch(/^there is no live run named third; live are: first .+; second /);
  }, 90_000);
});
