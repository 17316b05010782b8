/**
 * What cells do to the process and the interpreter that they run in: every cell ends as a user expects, the next one works on
 * all ranks, its streams too, the simulation takes its next step; and at the end its result is that of an undisturbed run.
 */
import { Job, reporting } from '../support/job';
import { plain, type Notebook } from '../support/notebook';
import { rankCounts } from '../support/places';
import type { Abuse } from './abuse/cases';
import { children } from './abuse/children';
import { exits } from './abuse/exits';
import { interpreter } from './abuse/interpreter';
import { surroundings } from './abuse/surroundings';
import { values } from './abuse/values';

const STEPS = 400;
const ARGS = ['--size', '32x32', '--steps', String(STEPS), '--checksum'];
const CHECKSUM = /checksum: ([0-9a-f]+)/;

describe.each(rankCounts(2, 4))('a simulation of %i ranks', (ranks) => {
  let job: Job;
  let undisturbed: Job;
  let notebook: Notebook;
  let step = 0;
  const check = reporting(() => job);

  beforeAll(async () => {
    undisturbed = Job.launch({ ranks, program: 'kelvin_helmholtz', args: ARGS, supervised: false });
    job = await Job.start({ ranks, program: 'kelvin_helmholtz', args: ARGS, run: ['--pause-at', 'start'] });
    notebook = await job.attach();
  }, 60_000);

  afterAll(async () => {
    await job?.stop();
    await undisturbed?.stop();
  });

  /** The next cell works on all ranks, and the simulation takes one step. */
  async function expectHealth(abuse: Abuse): Promise<void> {
    const next = await notebook.ok(
      "import sys, allranks\nprint(allranks.comm.allreduce(1))\nprint('problem', file=sys.stderr)\nallranks.step",
    );
    expect(next.stdout).toBe(`${ranks}\n`);
    if (abuse.removed) expect(next.stderr).toMatch(/hooks .* are removed\.\nproblem\n$/);
    else expect(next.stderr).toBe('problem\n');
    expect(next.result).toBe(String(step));
    if (abuse.after) expect((await notebook.ok(abuse.after.code)).stdout).toContain(abuse.after.prints);
    await notebook.ok('%live step 1');
    step += 1;
  }

  async function survive(abuse: Abuse): Promise<void> {
    const cell = await notebook.run(abuse.code, { allow_stdin: false });
    if (abuse.error) {
      expect(cell.content).toMatchObject({ status: 'error', ename: abuse.error.ename });
      if (abuse.error.evalue) expect(cell.content['evalue']).toMatch(abuse.error.evalue);
      expect(cell.stdout).not.toContain('the cell goes on');
    } else {
      expect({ status: cell.content['status'], error: cell.error }).toEqual({ status: 'ok', error: undefined });
    }
    if (abuse.prints !== undefined) expect(cell.stdout).toContain(abuse.prints);
    if (abuse.complains) expect(plain(cell.stderr)).toMatch(abuse.complains);
    if (abuse.result !== undefined) expect(cell.result).toBe(abuse.result);
    if (abuse.next) await notebook.ok(abuse.next);
    await expectHealth(abuse);
  }

  // Four ranks on few cores: the exits, where ranks that differ would show.
  const groups: Record<string, Abuse[]> = ranks === 2 ? { exits, children, values, interpreter, surroundings } : { exits };
  for (const [group, abuses] of Object.entries(groups)) {
    describe(group, () => {
      for (const abuse of abuses) check(`survives ${abuse.title}`, () => survive(abuse));
    });
  }

  check('ends with the result of an undisturbed run', async () => {
    await notebook.ok('%live resume');
    expect(await job.end()).toBe(0);
    expect(await undisturbed.end()).toBe(0);
    const sum = CHECKSUM.exec(undisturbed.output.text)?.[1];
    expect(sum).toMatch(/^[0-9a-f]{8,}$/);
    expect(CHECKSUM.exec(job.output.text)?.[1]).toBe(sum);
  });
});
