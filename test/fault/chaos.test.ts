/** Chaos with a fixed seed; `npm run test:chaos -- --cells N --seed S` for other ones. */
import { WEIGHTS, type ActionName } from './chaos/actions';
import { chaos } from './chaos/run';

const cells = Number(process.env['ALLRANKS_CHAOS_CELLS'] ?? 40);
const seed = Number(process.env['ALLRANKS_CHAOS_SEED'] ?? 20);
const without = (process.env['ALLRANKS_CHAOS_WITHOUT'] ?? '').split(',') as ActionName[];

test(
  `${cells} random cells with kills of kernel and bridge (seed ${seed}) leave every invariant and the physics intact`,
  async () => {
    const told = process.env['ALLRANKS_CHAOS_CELLS'] ? (round: number, action: string) => void process.stderr.write(`${round} ${action}\n`) : undefined;
    const done = await chaos({ cells, seed, without, ...(told ? { told } : {}) });
    expect(done.steps).toBeGreaterThan(0);
    const kinds = Object.keys(WEIGHTS).filter((name) => !without.includes(name as ActionName));
    if (cells >= kinds.length) expect(Object.keys(done.counts).sort()).toEqual(kinds.sort());
    if (told) console.error(JSON.stringify(done));
  },
  cells * 60_000,
);
