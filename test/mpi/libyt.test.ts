/** A simulation written for libyt in C++: functions with arguments, parameters, a flag file, with and without `allranks run`. */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Job, reporting } from '../support/job';

const SCRIPT = `
import libyt
rounds = 0
got = []
params = []

def each_round():
    global rounds
    rounds += 1
    params.append(dict(libyt.param_user))

def with_arguments(*args):
    got.append(args)
`;

const ARGUMENTS = ["it's", 'a\\b', 'three\nlines\n"""', '\u2603\u{1d11e}', 3];

describe('a simulation written for libyt', () => {
  let job: Job | undefined;
  const check = reporting(() => job);

  afterEach(async () => {
    await job?.stop();
    job = undefined;
  });

  for (const supervised of [true, false]) {
    check(
      supervised
        ? 'stands still while its flag file is there and goes on when it is gone'
        : 'without `allranks run`, rank 0 starts a bridge when the flag file asks for a kernel',
      async () => {
        job = Job.launch({
          ranks: 2,
          program: 'libyt_rounds',
          args: ['3', 'ASK_FOR_KERNEL'],
          name: 'libyt_rounds',
          scripts: { 'libyt_rounds_script.py': SCRIPT, ASK_FOR_KERNEL: '' },
          supervised,
        });
        await job.live();
        const notebook = await job.attach();
        expect(await notebook.value('allranks.comm.allgather(rounds)'.replace('allranks', '__import__("allranks")'))).toEqual([1, 1]);
        expect(await notebook.value('rounds')).toBe(1);
        expect(await notebook.value('[list(args) for args in got]')).toEqual([ARGUMENTS]);
        expect(await notebook.value('{k: (list(v) if isinstance(v, tuple) else str(v)) for k, v in params[0].items()}')).toEqual({
          one: '7',
          many: [1, 2, -3],
          large: '18446744073709551615',
          value: '0.1',
          name: 'café "quoted"',
        });
        await notebook.ok('def each_round():\n    print("redefined", flush=True)');
        rmSync(join(job.sandbox.cwd, 'ASK_FOR_KERNEL'));
        await job.printed(/redefined/);
        expect(await job.end()).toBe(0);
      },
      60_000,
    );
  }

  check(
    'a flag file that comes later pauses at the round where it is seen',
    async () => {
      job = Job.launch({
        ranks: 2,
        program: 'libyt_rounds',
        args: ['1000000000', 'LATER'],
        name: 'libyt_rounds',
        scripts: { 'libyt_rounds_script.py': SCRIPT },
      });
      await job.live();
      const notebook = await job.attach();
      await notebook.ok('got.clear()\ndef with_arguments(*args): pass\nparams.clear()');
      writeFileSync(join(job.sandbox.cwd, 'LATER'), '');
      await job.recorded((record) => (record['state'] === 'paused' ? true : undefined), 'a paused job');
      const rounds = await notebook.value<number>('rounds');
      expect(await notebook.value('rounds')).toBe(rounds);
      rmSync(join(job.sandbox.cwd, 'LATER'));
      await job.recorded((record) => (record['state'] === 'running' ? true : undefined), 'a running job');
    },
    60_000,
  );
});
