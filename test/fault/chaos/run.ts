/**
 * Chaos: random cells and random kills on a live job of four ranks, by a seed. After every round the invariants hold: each cell
 * has had one reply and one idle, its verdict is right, paused ranks use no processor time. At the end the state of the
 * simulation is, to the bit, that of a run of as many steps that nobody touched.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import { Job } from '../../support/job';
import type { Notebook } from '../../support/notebook';
import { defaultToolchain, launch } from '../../support/places';
import { Sandbox } from '../../support/sandbox';
import { GrowingText, within } from '../../support/wait';
import { ACTIONS, WEIGHTS, type ActionName, type World } from './actions';
import { Random } from './random';

export interface ChaosOptions {
  cells: number;
  seed: number;
  /** Actions that are left out. */
  without?: readonly ActionName[];
  /** Called before every round, with what it will do. */
  told?: (round: number, action: ActionName) => void;
}

const RANKS = 4;
const SIZE = ['--size', '64x64', '--checksum'];
/** Rounds between two looks at the processor time of paused ranks, and how long one takes. */
const LOOK_EVERY = 25;
const LOOK_MS = 500;

/** Processor time of a process with all its threads, ticks of 10 ms. */
function ticks(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return Number(fields[11]) + Number(fields[12]);
}

/** Nothing has come for cells that are over: no second reply, no second idle, no late output. */
function nothingLate(notebook: Notebook, over: ReadonlySet<string>): void {
  for (const message of [...notebook.client.iopubLog, ...notebook.client.waiting('shell')]) {
    const parent = String(message.parent['msg_id']);
    assert.ok(!over.has(parent), `a ${message.header.msg_type} after reply and idle: ${JSON.stringify(message.content).slice(0, 300)}`);
  }
}

/** Checksum of a run of `steps` steps that no notebook touches. */
async function undisturbed(steps: number): Promise<string> {
  const sandbox = new Sandbox();
  try {
    const toolchain = defaultToolchain();
    const argv = [...launch(toolchain, RANKS), join(toolchain.programs, 'kelvin_helmholtz'), ...SIZE, '--steps', String(steps)];
    const child = spawn(argv[0]!, argv.slice(1), { cwd: sandbox.cwd, env: sandbox.env, stdio: ['ignore', 'pipe', 'pipe'] });
    const output = new GrowingText();
    child.stdout.on('data', (data) => output.add(data));
    child.stderr.on('data', (data) => output.add(data));
    const [, sum] = await within(output.match(/checksum: ([0-9a-f]{16})/), 300_000, 'checksum of the undisturbed run', () => output.text);
    return sum!;
  } finally {
    sandbox.close();
  }
}

/** Runs chaos; rejects with the round and the seed in the message when an invariant does not hold. Returns what was done. */
export async function chaos(options: ChaosOptions): Promise<{ steps: number; counts: Record<string, number> }> {
  const random = new Random(options.seed);
  const counts: Record<string, number> = {};
  const job = await Job.start({ ranks: RANKS, program: 'kelvin_helmholtz', args: SIZE, run: ['--pause-at', 'start', '--on-detach', 'hold'] });
  let what = 'the beginning';
  try {
    const over = new Set<string>();
    const world: World = {
      job,
      ranks: RANKS,
      random,
      notebook: await job.attach(),
      paused: true,
      round: 0,
      marks: [],
      finished: (_notebook, id) => void over.add(id),
    };
    await world.notebook.ok('import time, threading, allranks\nmarks = []');
    const pids = await world.notebook.value<number[]>('allranks.comm.allgather(__import__("os").getpid())');
    const weights = Object.fromEntries(Object.entries(WEIGHTS).filter(([name]) => !options.without?.includes(name as ActionName))) as Record<ActionName, number>;
    // Each kind once, in chance order, so that a short run leaves none out; then by weight.
    const first = random.shuffled(Object.keys(weights) as ActionName[]);
    for (world.round = 1; world.round <= options.cells; world.round++) {
      const action = first.pop() ?? random.weighted(weights);
      what = `round ${world.round}, ${action}`;
      options.told?.(world.round, action);
      counts[action] = (counts[action] ?? 0) + 1;
      await ACTIONS[action](world);
      // The kernel has sent all it had for the cells before this answer.
      assert.equal((await world.notebook.ask('kernel_info_request', {}))['status'], 'ok');
      nothingLate(world.notebook, over);
      if (world.round % LOOK_EVERY !== 0) continue;
      what += ', look at paused ranks';
      await world.notebook.ok('%live pause');
      world.paused = true;
      const before = pids.map(ticks);
      await once(AbortSignal.timeout(LOOK_MS), 'abort');
      for (const [rank, pid] of pids.entries()) assert.ok(ticks(pid) - before[rank]! <= 10, `rank ${rank} used ${ticks(pid) - before[rank]!} ticks in half a second of a pause`);
      assert.deepEqual(await world.notebook.value<string[][]>('allranks.comm.allgather(marks)'), Array(RANKS).fill(world.marks));
    }
    what = 'the end';
    await world.notebook.ok('%live pause');
    assert.deepEqual(await world.notebook.value<string[][]>('allranks.comm.allgather(marks)'), Array(RANKS).fill(world.marks));
    const steps = await world.notebook.value<number>('allranks.step');
    await world.notebook.run('%live stop --yes');
    const [, sum] = await job.printed(/checksum: ([0-9a-f]{16})/);
    assert.equal(await job.end(), 0);
    assert.equal(sum, await undisturbed(steps), `the physics after ${steps} steps`);
    return { steps, counts };
  } catch (error) {
    const report = `chaos with seed ${options.seed} failed in ${what}: ${error instanceof Error ? error.message : String(error)}`;
    throw new Error(report.includes('--- output of job') ? report : `${report}\n${job.report()}`, { cause: error });
  } finally {
    await job.stop();
  }
}
