/**
 * The debugger on ranks of a live job: it stops one rank, the others wait without being released, and whatever dies or is interrupted
 * meanwhile, the cell settles and the run goes on, untraced.
 */
import { Job, reporting } from '../support/job';
import { once } from 'node:events';
import { cpuSeconds } from '../support/cpu-time';
import { DebugClient } from '../support/debug-client';
import { traceback, type Notebook } from '../support/notebook';

const RANKS = 4;
const script = `
calls = 0
def each_step():
    global calls
    calls += 1
    mark = calls
    return mark
`;
/** Everything that tracing would leave behind, on all ranks; a value on rank 0. */
const UNTRACED = `[all(found) for found in zip(*allranks.comm.allgather([
  sys.gettrace() is None, threading._trace_hook is None, sys.settrace is settrace, sys.breakpointhook is hook,
  not getattr(sys.modules.get("_pydevd_frame_eval.pydevd_frame_eval_main"), "USING_FRAME_EVAL", False),
  not [thread.name for thread in threading.enumerate() if "pydevd" in thread.name], not any(getattr(sys, "monitoring", None) and [sys.monitoring.get_tool(n) for n in range(6)] or [])]))]`;

/** Inside of a cell: a collective after the line with the breakpoint. */
const collective = `def part(number):
    square = number * number
    return square
total = allranks.comm.allreduce(part(allranks.rank + 1))
total`;

describe('the debugger', () => {
  let job: Job;
  let notebook: Notebook;
  let debug: DebugClient;
  let second: Notebook;
  const check = reporting(() => job);

  async function open(): Promise<void> {
    notebook = await job.attach();
    debug = new DebugClient(notebook, () => job.report());
  }

  beforeAll(async () => {
    job = await Job.start({ ranks: RANKS, args: ['--steps', '0', '--step-us', '500', '--script', 'steps', '--call', 'each_step'], scripts: { 'steps.py': script } });
    await open();
    second = await job.attach();
    await notebook.ok('import allranks, sys, threading, time\nsettrace, hook = sys.settrace, sys.breakpointhook\nallranks.comm.allreduce(0)');
  }, 60_000);

  afterAll(() => job?.stop());

  /** The job goes on, with nothing of the debugger left on any rank. */
  async function sound(): Promise<void> {
    expect(await notebook.value(UNTRACED)).toEqual(Array(7).fill(true));
    expect(await notebook.value('sorted(allranks.comm.allgather(allranks.rank))')).toEqual([0, 1, 2, 3]);
  }

  check('is announced, as debugpy is there', async () => {
    const info = await notebook.ask('kernel_info_request', {});
    expect(info['supported_features']).toEqual(['debugger']);
  });

  check('lists variables without a session, and runs no code of theirs', async () => {
    await notebook.ok('class Loud:\n    def __repr__(self):\n        looked.append(1)\n        return "loud"\nlooked, loud = [], Loud()\nloud.inner = {"pi": 3.14, "list": [1, (2,)]}\nnumber, name = 7, "seven"');
    const { variables } = await debug.ok('inspectVariables');
    const found = Object.fromEntries(variables.map((one: any) => [one.name, one]));
    expect(found['number']).toMatchObject({ value: '7', type: 'int', variablesReference: 0 });
    expect(found['name']).toMatchObject({ value: "'seven'", type: 'str' });
    expect(found['loud'].type).toBe('Loud');
    const below = (await debug.ok('variables', { variablesReference: found['loud'].variablesReference }))['variables'];
    expect(below).toMatchObject([{ name: 'inner', value: "{'pi': 3.14, 'list': [1, (2,)]}", type: 'dict' }]);
    const entries = (await debug.ok('variables', { variablesReference: below[0].variablesReference }))['variables'];
    expect(entries.map((one: any) => [one.name, one.value])).toEqual([["'pi'", '3.14'], ["'list'", '[1, (2,)]']]);
    expect(await notebook.value('looked')).toEqual([]);
    // Asked for, the representations are computed: on all ranks, as those of distributed objects communicate.
    expect(await debug.ok('richInspectVariables', { variableName: 'loud' })).toEqual({ data: { 'text/plain': 'loud' }, metadata: {} });
    expect(await notebook.value('allranks.comm.allgather(len(looked))')).toEqual([1, 1, 1, 1]);
  });

  check('stops the chosen rank only; the others wait in MPI and are not released', async () => {
    expect((await notebook.ok('%live debug 2')).stdout).toBe('the debugger is on rank 2, not in use\n');
    const pids = await notebook.value<number[]>('allranks.comm.allgather(__import__("os").getpid())');
    await debug.attach();
    const path = await debug.breakAt(collective, 3);
    const cell = await notebook.send(collective);
    const { frame, frames, reason, thread } = await debug.stop();
    expect(reason).toBe('breakpoint');
    expect(frames.map((one) => [one['name'], one['line'], one['source'].path])).toEqual([['part', 3, path], ['<module>', 4, path]]);
    expect(await debug.locals(frame)).toEqual({ number: '3', square: '9' });
    // The line comes after two seconds: the proof of a deadlock, which takes a tenth, has not been led.
    const line = await cell.message(({ content }) => String(content['data']?.['text/plain']).includes('rank 2 has stopped in the debugger'), 'the line of waiting ranks');
    expect(line.content['data']['text/plain']).toMatch(/\bin MPI_\w+ for/);
    // They look for their message a thousand times a second, and leave the cores to others between.
    const before = pids.map(cpuSeconds);
    await once(AbortSignal.timeout(2000), 'abort');
    for (const [rank, pid] of pids.entries()) expect(rank === 2 ? 0 : (cpuSeconds(pid) - before[rank]!) / 2).toBeLessThan(0.15);
    expect(await debug.evaluate('square + number', frame)).toBe('12');
    await debug.ok('next', { threadId: thread });
    expect((await debug.stop()).reason).toBe('step');
    await debug.ok('continue', { threadId: thread });
    const done = await cell.done();
    expect(done.content['status']).toBe('ok');
    expect(done.result).toBe('30');
    await debug.detach();
    await sound();
  });

  check('moves to another rank with its breakpoints', async () => {
    await debug.attach();
    await debug.breakAt(collective, 2);
    expect((await notebook.ok('%live debug 1')).stdout).toMatch(/^the debugger is on rank 1, in use by kernel/);
    const cell = await notebook.send(collective);
    const { frame, thread } = await debug.stop();
    expect(await debug.locals(frame)).toEqual({ number: '2' });
    expect((await second.ok('%live debug 3')).stdout).toBe('rank 1 has stopped in the debugger: let it go on first\n');
    await debug.ok('continue', { threadId: thread });
    expect((await cell.done()).result).toBe('30');
    await debug.detach();
    await sound();
  });

  check('binds breakpoints in a cell with empty lines and %%ranks above its code', async () => {
    await notebook.ok('%live debug 1');
    await debug.attach();
    const code = '\n\n%%ranks 1,2\nx = allranks.rank\ny = x + 1\ny';
    await debug.breakAt(code, 5);
    const cell = await notebook.send(code);
    const { frame, thread } = await debug.stop();
    expect(frame['line']).toBe(5);
    expect(await debug.evaluate('x', frame)).toBe('1');
    await debug.ok('continue', { threadId: thread });
    expect((await cell.done()).content['status']).toBe('ok');
    await debug.detach();
  });

  check('copies a variable of a stopped frame into the namespace of that rank, and shows its representations', async () => {
    await notebook.ok('%live debug 2');
    await notebook.ok('globals().pop("copied", None)');
    await debug.attach();
    await debug.breakAt(collective, 3);
    const cell = await notebook.send(collective);
    const { frame, thread } = await debug.stop();
    expect(await debug.ok('richInspectVariables', { variableName: 'square', frameId: frame['id'] })).toMatchObject({ data: { 'text/plain': '9' } });
    await debug.ok('copyToGlobals', { srcVariableName: 'square', dstVariableName: 'copied', srcFrameId: frame['id'] });
    const { variables } = await debug.ok('inspectVariables');
    expect(variables.find((one: any) => one.name === 'copied')).toMatchObject({ value: '9', type: 'int' });
    await debug.ok('continue', { threadId: thread });
    expect((await cell.done()).result).toBe('30');
    expect(await notebook.value('allranks.comm.allgather(globals().get("copied"))')).toEqual([null, null, 9, null]);
    await debug.detach();
    await sound();
  });

  check('does not stop in %%snapshot, and the cell says so', async () => {
    await notebook.ok('%live debug 1');
    await debug.attach();
    const made = 'def doubled(number):\n    twice = 2 * number\n    return twice';
    await debug.breakAt(made, 2);
    await notebook.ok(made);
    const code = '%%snapshot\nhere = doubled(allranks.rank + 1)\nprint(here)';
    await debug.breakAt(code, 2);
    const cell = await notebook.ok(code);
    expect(cell.stderr).toBe('[rank 1] the debugger does not stop in %%snapshot, which runs in a copy of this rank\n');
    expect(cell.stdout).toContain('2\n');
    expect(cell.stdout).toContain('[rank 1] 4\n');
    // Outside of it the same function stops.
    const again = await notebook.send('doubled(allranks.rank + 1)');
    const { frame, thread } = await debug.stop();
    expect(frame).toMatchObject({ name: 'doubled', line: 2 });
    await debug.ok('continue', { threadId: thread });
    expect((await again.done()).content['status']).toBe('ok');
    await debug.detach();
    await sound();
  });

  check('stops in the inline script, in a function that the simulation calls', async () => {
    await debug.attach();
    const { modules } = await debug.ok('modules');
    const path = modules.find((one: any) => one.name === 'steps').path as string;
    expect((await debug.ok('source', { source: { path } }))['content']).toBe(script);
    const { breakpoints } = await debug.ok('setBreakpoints', { source: { path }, breakpoints: [{ line: 7 }] });
    expect(breakpoints).toMatchObject([{ verified: true, line: 7 }]);
    const { frame, thread } = await debug.stop();
    expect(frame).toMatchObject({ name: 'each_step', line: 7 });
    expect(await debug.evaluate('mark == calls', frame)).toBe('True');
    await debug.ok('setBreakpoints', { source: { path }, breakpoints: [] });
    await debug.ok('continue', { threadId: thread });
    await debug.detach();
    await sound();
  });

  check('takes up a cell that runs already, and pauses it', async () => {
    const cell = await notebook.send('go_on = True\nprint("begun", flush=True)\nwhile go_on:\n    spin = 1\nprint("over")');
    await cell.printed('begun');
    await debug.attach();
    await debug.ok('pause', { threadId: 1 });
    const { frame, thread } = await debug.stop();
    expect([3, 4]).toContain(frame['line']);
    await notebook.interrupt();
    expect((await debug.event('continued'))['threadId']).toBe(thread);
    expect((await cell.done()).error?.ename).toBe('KeyboardInterrupt');
    await debug.detach();
    await sound();
  });

  check('an interrupt ends a cell that has stopped, on all ranks', async () => {
    await debug.attach();
    await debug.breakAt(collective, 3);
    const cell = await notebook.send(collective);
    await debug.stop();
    await notebook.interrupt();
    const done = await cell.done();
    expect(done.error?.ename).toBe('KeyboardInterrupt');
    expect(traceback(done)).not.toContain('pydevd');
    expect((await debug.ok('debugInfo'))['stoppedThreads']).toEqual([]);
    // The next cell stops at the same line, and goes on from there.
    const again = await notebook.send(collective);
    const { thread } = await debug.stop();
    await debug.ok('continue', { threadId: thread });
    expect((await again.done()).result).toBe('30');
    await debug.detach();
    await sound();
  });

  check('an interrupt ends what is evaluated without end, and its cell', async () => {
    await debug.attach();
    await debug.breakAt(collective, 3);
    const cell = await notebook.send(collective);
    const { frame } = await debug.stop();
    const reply = debug.ask('evaluate', { expression: 'sum(1 for i in iter(int, 1))', frameId: frame['id'], context: 'watch' });
    await notebook.interrupt();
    expect(await reply).toMatchObject({ success: false });
    expect((await cell.done()).error?.ename).toBe('KeyboardInterrupt');
    await debug.detach();
    await sound();
  });

  check('refuses a second notebook in a sentence, and requests that would end the rank', async () => {
    await debug.attach();
    const other = new DebugClient(second, () => job.report());
    const refused = await other.ask('initialize', {});
    expect(refused['success']).toBe(false);
    expect(refused['message']).toMatch(/^the debugger is in use by kernel \d+ on .* on rank 1: one notebook debugs at a time$/);
    expect((await other.ask('evaluate', { expression: '1' }))['message']).toBe('the debugger is not started');
    expect((await debug.ask('terminate'))['message']).toContain('does not take the request "terminate"');
    expect((await debug.ask('launch', { program: '/bin/true' }))['success']).toBe(false);
    await debug.detach();
    await sound();
  });

  check('a cell that puts a trace function of its own on loses the debugger for that cell only', async () => {
    await debug.attach();
    const code = 'sys.settrace(lambda *_: None)\nz = 1\nz';
    await debug.breakAt(code, 2);
    expect((await notebook.ok(code)).result).toBe('1');
    await debug.breakAt(collective, 3);
    const cell = await notebook.send(collective);
    const { thread } = await debug.stop();
    await debug.ok('continue', { threadId: thread });
    expect((await cell.done()).result).toBe('30');
    await debug.detach();
    await sound();
  });

  check('a kernel that is killed lets the stopped rank go on', async () => {
    await debug.attach();
    await debug.breakAt('kept = "before"\nkept = "after"', 2);
    await notebook.send('kept = "before"\nkept = "after"');
    await debug.stop();
    notebook.kernel.child.kill('SIGKILL');
    await notebook.kernel.ended;
    await open();
    // Waits for its turn behind the cell of the dead kernel, which therefore has ended.
    expect((await notebook.ok('kept')).result).toBe("'after'");
    await sound();
  });

  check('a bridge that is killed lets the stopped rank go on, and its successor debugs again', async () => {
    await debug.attach();
    await debug.breakAt(collective, 3);
    const cell = await notebook.send(collective);
    const { thread } = await debug.stop();
    process.kill(await job.bridgePid(), 'SIGKILL');
    expect((await debug.event('continued'))['threadId']).toBe(thread);
    await debug.event('terminated');
    expect((await cell.done(30_000)).result).toBe('30');
    expect((await debug.ok('debugInfo'))['isStarted']).toBe(false);
    await sound();
    await debug.attach();
    await debug.breakAt(collective, 3);
    const again = await notebook.send(collective);
    const stopped = await debug.stop();
    await debug.ok('continue', { threadId: stopped.thread });
    expect((await again.done()).result).toBe('30');
    await debug.detach();
    await sound();
  });

  // Last: it ends the job.
  check('a rank that dies while it has stopped ends the session and the cell', async () => {
    await debug.attach();
    const pids = await notebook.value<number[]>('allranks.comm.allgather(__import__("os").getpid())');
    await debug.breakAt(collective, 3);
    const cell = await notebook.send(collective);
    await debug.stop();
    process.kill(pids[0]!, 'SIGKILL');
    await debug.event('terminated');
    expect((await cell.done()).content['status']).toBe('error');
    expect((await debug.ask('stackTrace', { threadId: 1 }))['success']).toBe(false);
  });
});
