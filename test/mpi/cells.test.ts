/** Cells in a running job of 1, 2, 3 and 4 ranks: what they see, what they leave, how their output is folded. */
import { Job, reporting } from '../support/job';
import { traceback, type Notebook } from '../support/notebook';

const SCRIPT = `
import allranks

baseline = 'made by the script'
calls = []

def on_step():
    calls.append('first')
`;

/** Rank ranges as the notebook writes them. */
function all(ranks: number, from = 0): string {
  return from === ranks - 1 ? `rank ${from}` : `ranks ${from}-${ranks - 1}`;
}

describe.each([1, 2, 3, 4])('a running job of %i ranks', (ranks) => {
  let job: Job;
  let notebook: Notebook;
  const check = reporting(() => job);

  beforeAll(async () => {
    job = await Job.start({
      ranks,
      args: ['--steps', '0', '--step-us', '200', '--call', 'on_step'],
      scripts: { 'step_loop_script.py': SCRIPT },
    });
    notebook = await job.attach();
  }, 60_000);

  afterAll(() => job?.stop());

  check('runs a cell on every rank, which knows its rank, the size and the communicator', async () => {
    const cell = await notebook.ok('import allranks\nallranks.comm.allgather((allranks.rank, allranks.size, allranks.comm.Get_rank()))');
    const expected = Array.from({ length: ranks }, (_, rank) => `(${rank}, ${ranks}, ${rank})`);
    expect(cell.result).toBe(`[${expected.join(', ')}]`);
  });

  check('reduces over all ranks with mpi4py', async () => {
    const cell = await notebook.ok('from mpi4py import MPI\nallranks.comm.allreduce(allranks.rank + 1, op=MPI.SUM)');
    expect(cell.result).toBe(String((ranks * (ranks + 1)) / 2));
  });

  check('runs in the namespace of the inline script', async () => {
    expect((await notebook.ok('(baseline, __name__)')).result).toBe("('made by the script', 'step_loop_script')");
  });

  check('keeps objects of one cell for the next and frees the locals of functions', async () => {
    await notebook.ok(`
import weakref, gc
class Thing: pass
kept = Thing()
freed = []
def f():
    local = Thing()
    freed.append(weakref.ref(local))
f()
`);
    expect((await notebook.ok('gc.collect()\n(isinstance(kept, Thing), freed[0]() is None)')).result).toBe('(True, True)');
  });

  check('runs cells that were all sent at once in their order, each whole between its busy and its idle', async () => {
    const before = Number((await notebook.ok('row = []\nlen(row)')).content['execution_count']);
    const sent = await Promise.all(Array.from({ length: 60 }, (_, i) => notebook.send(`row.append(${i})\nprint(${i})\nlen(row)`)));
    for (const [i, cell] of sent.entries()) {
      const { content, iopub } = await cell.done();
      expect(content).toMatchObject({ status: 'ok', execution_count: before + 1 + i });
      expect(iopub.map((message) => message.content['execution_state'] ?? message.header.msg_type)).toEqual(['busy', 'execute_input', 'stream', 'execute_result', 'idle']);
      expect(iopub[2]!.content['text']).toBe(`${i}\n`);
      expect(iopub[3]!.content).toMatchObject({ data: { 'text/plain': `${i + 1}` }, execution_count: before + 1 + i });
    }
  });

  check('aborts those sent after one that fails: they leave no trace, and what is sent then runs', async () => {
    const before = Number((await notebook.ok('row = []')).content['execution_count']);
    const sent = await Promise.all(Array.from({ length: 50 }, (_, i) => notebook.send(i === 3 ? "raise ValueError('third')" : `row.append(${i})`)));
    const records = await Promise.all(sent.map((cell) => cell.done()));
    expect(records.map(({ content }) => content['status'])).toEqual([...Array<string>(3).fill('ok'), 'error', ...Array<string>(46).fill('aborted')]);
    expect(records[10]!.iopub.map((message) => message.content['execution_state'])).toEqual(['busy', 'idle']);
    const after = await notebook.ok('row');
    expect(after.result).toBe('[0, 1, 2]');
    expect(after.content['execution_count']).toBe(before + 5);
  });

  check('calls a redefined inline function at the next step', async () => {
    await notebook.ok(`
def on_step():
    calls.append(('second', allranks.step))
redefined_at = allranks.step
`);
    await notebook.ok('%live pause');
    const same = await notebook.value<boolean>(
      "allranks.comm.allreduce(int(('second', redefined_at) in calls and calls[-1][0] == 'second')) == allranks.size",
    );
    expect(same).toBe(true);
    await notebook.ok('def on_step(): pass\ncalls.clear()');
    await notebook.ok('%live resume');
  });

  check(
    'runs each of 200 cells at the same step on every rank, while steps go on',
    async () => {
      await notebook.ok('seen = []');
      for (let i = 0; i < 200; i++) await notebook.ok('seen.append(allranks.step)');
      const steps = await notebook.value<number[][]>('allranks.comm.allgather(seen)');
      expect(steps).toHaveLength(ranks);
      for (const others of steps) expect(others).toEqual(steps[0]);
      expect(steps[0]).toHaveLength(200);
      // The run went on meanwhile: a cell a step at most would have given 200 different ones at least in part.
      expect(new Set(steps[0]).size).toBeGreaterThan(50);
    },
    60_000,
  );

  check('answers an exception on all ranks with one traceback, and runs the next cell', async () => {
    const cell = await notebook.run('def inner():\n    raise ValueError("café \\U0001d11e")\ninner()');
    expect(cell.content['status']).toBe('error');
    expect(cell.content['ename']).toBe('ValueError');
    expect(cell.content['evalue']).toBe('café \u{1d11e}');
    const text = traceback(cell);
    expect(text.match(/ValueError: café/g)).toHaveLength(1);
    expect(text).toContain('raise ValueError');
    expect(text).not.toMatch(/\[ranks? \d/);
    expect(cell.iopub.filter((message) => message.header.msg_type === 'error')).toHaveLength(1);
    expect((await notebook.ok('1 + 1')).result).toBe('2');
  });

  check('prints equal output once, in order', async () => {
    const cell = await notebook.ok("import sys\nfor i in range(3): print('line', i)\nprint('problem', file=sys.stderr)\n'result'");
    expect(cell.stdout).toBe('line 0\nline 1\nline 2\n');
    expect(cell.stderr).toBe('problem\n');
    expect(cell.result).toBe("'result'");
    const kinds = cell.iopub.map((message) => message.header.msg_type);
    expect(kinds[0]).toBe('status');
    expect(kinds.indexOf('execute_input')).toBe(1);
    expect(kinds.indexOf('stream')).toBeLessThan(kinds.indexOf('execute_result'));
    expect(kinds.at(-1)).toBe('status');
  });

  check('ends only the cell by SystemExit', async () => {
    expect((await notebook.run('import sys\nsys.exit(3)')).content).toMatchObject({ status: 'error', ename: 'SystemExit' });
    expect((await notebook.run('raise SystemExit')).content['status']).toBe('ok');
    expect((await notebook.ok('baseline')).result).toBe("'made by the script'");
  });

  check('tells step and time of a cell in the metadata of its reply', async () => {
    const cell = await notebook.ok('at = (allranks.step, allranks.time)');
    const [step, time] = await notebook.value<[number, number]>('at');
    expect(cell.reply.metadata['step']).toBe(step);
    expect(cell.reply.metadata['time']).toBe(time);
    expect(time).toBe(step * 0.5);
  });

  if (ranks > 1) {
    const last = ranks - 1;

    check('labels output that differs with the ranks that wrote it', async () => {
      const cell = await notebook.ok("print('same')\nprint('I am', allranks.rank)");
      expect(cell.stdout.startsWith('same\nI am 0\n')).toBe(true);
      for (let rank = 1; rank < ranks; rank++) expect(cell.stdout).toContain(`[rank ${rank}] I am ${rank}\n`);
      expect(cell.stdout.match(/same/g)).toHaveLength(1);
      const grouped = await notebook.ok("print('zero' if allranks.rank == 0 else 'others')");
      expect(grouped.stdout).toBe(`zero\n[${all(ranks, 1)}] others\n`);
    });

    check('answers an exception on one rank with its traceback under its rank, and runs the next cell', async () => {
      const cell = await notebook.run(`if allranks.rank == ${last}: raise KeyError('only here')\nprint('fine')`);
      expect(cell.content).toMatchObject({ status: 'error', ename: 'KeyError' });
      expect(traceback(cell)).toContain(`[rank ${last}]`);
      expect(traceback(cell).match(/KeyError: 'only here'/g)).toHaveLength(1);
      expect(cell.reply.metadata['ranks']).toMatchObject({ error: String(last) });
      expect((await notebook.ok('allranks.comm.allreduce(1)')).result).toBe(String(ranks));
    });

    check('shows different exceptions under the ranks that raised them, the minority first', async () => {
      const cell = await notebook.run(`raise (IndexError('rare') if allranks.rank == ${last} else TypeError('common'))`);
      const text = traceback(cell);
      expect(text).toContain('IndexError: rare');
      expect(text).toContain('TypeError: common');
      if (ranks > 2) expect(text.indexOf('IndexError: rare')).toBeLessThan(text.indexOf('TypeError: common'));
      // Name and text are those of the first rank that failed; all of them are in the metadata.
      expect(cell.content).toMatchObject({ ename: 'TypeError', evalue: 'common' });
      expect(cell.reply.metadata['ranks']).toMatchObject({ error: `0${last > 0 ? `-${last}` : ''}` });
      const errors = cell.reply.metadata['errors'] as { ranks: string; ename: string; evalue: string; traceback: string[] }[];
      expect(errors.map(({ ranks: which, ename, evalue }) => [which, ename, evalue]).sort()).toEqual([
        [last > 1 ? `0-${last - 1}` : '0', 'TypeError', 'common'],
        [String(last), 'IndexError', 'rare'],
      ]);
      for (const error of errors) expect(error.traceback.join('\n')).toContain(error.ename);
    });

    check('runs a %%ranks cell on the named ranks only', async () => {
      await notebook.ok('ran_on = []');
      await notebook.ok(`%%ranks ${last}\nran_on.append(allranks.rank)`);
      expect(await notebook.value('allranks.comm.allgather(ran_on)')).toEqual(
        Array.from({ length: ranks }, (_, rank) => (rank === last ? [last] : [])),
      );
      const cell = await notebook.ok(`%%ranks ${last}\nprint('here', allranks.rank)\nallranks.rank`);
      expect(cell.stdout).toContain(`here ${last}`);
      expect(cell.result).toBe(String(last));
      expect(cell.reply.metadata['ranks']).toMatchObject({ ok: String(last) });
    });

    check('refuses a %%ranks cell for a rank that is not there, in one sentence', async () => {
      const cell = await notebook.run(`%%ranks ${ranks}\nprint('never')`);
      expect(cell.content['status']).toBe('error');
      expect(String(cell.content['evalue'])).toContain(String(ranks));
      expect(cell.stdout).toBe('');
    });
  }
});
