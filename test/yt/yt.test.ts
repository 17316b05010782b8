/** yt on the memory of a live simulation: every cell of notebooks/05-yt.ipynb, and yt's numbers against direct computation. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Job, reporting } from '../support/job';
import type { CellRecord, Notebook } from '../support/notebook';
import { root } from '../support/places';

interface Cell {
  cell_type: string;
  id: string;
  source: string[];
}

const CELL_MS = 240_000;

/** Compares what yt reads with the simulation's memory, cell by cell. */
const VALUES = readFileSync(join(__dirname, 'values.py'), 'utf8');

function cellsOf(name: string): Cell[] {
  const notebook = JSON.parse(readFileSync(join(root, 'notebooks', name), 'utf8')) as { cells: Cell[] };
  return notebook.cells.filter((cell) => cell.cell_type === 'code');
}

/** Pictures that a cell has shown, of the kind that browsers get. */
function picturesOf(cell: CellRecord): Buffer[] {
  const found: string[] = [];
  for (const { content } of cell.iopub) {
    const data = (content['data'] ?? {}) as Record<string, string>;
    // A plot of yt is a page with its pictures in it.
    const inPage = [...String(data['text/html'] ?? '').matchAll(/data:image\/png;base64,([A-Za-z0-9+/=\s]+)/g)].map((match) => match[1]!);
    if (inPage.length > 0) found.push(...inPage);
    else if (data['image/png'] !== undefined) found.push(data['image/png']);
  }
  return found.map((text) => Buffer.from(text, 'base64'));
}

/** Width, height and number of colours of a picture; the Python of the ranks decodes it. */
function look(picture: Buffer): [number, number, number] {
  const venv = process.env['ALLRANKS_TEST_VENV'] ?? join(root, '.venv');
  const code =
    'import io, sys\nfrom PIL import Image\nimage = Image.open(io.BytesIO(sys.stdin.buffer.read())).convert("RGB")\nprint(*image.size, len(image.getcolors(1 << 24)))';
  const { status, stdout, stderr } = spawnSync(join(venv, 'bin', 'python'), ['-c', code], { input: picture, encoding: 'utf8' });
  if (status !== 0) throw new Error(`a picture of ${picture.length} bytes cannot be decoded: ${stderr}`);
  return stdout.trim().split(' ').map(Number) as [number, number, number];
}

describe('yt in a live simulation', () => {
  let job: Job | undefined;
  const check = reporting(() => job);

  afterEach(async () => {
    await job?.stop();
    job = undefined;
  });

  const simulate = async (ranks: number, args: string[]): Promise<Notebook> => {
    job = await Job.start({ ranks, program: 'amr_gravity', args, name: 'amr_gravity' });
    return job.attach();
  };

  check(
    'the notebook runs from its first cell to its last on 4 ranks, with its pictures in place',
    async () => {
      const notebook = await simulate(4, ['--roots', '2', '--particles', '64']);
      const pictures: [string, number][] = [];
      const printed: string[] = [];
      for (const cell of cellsOf('05-yt.ipynb')) {
        const done = await notebook.ok(cell.source.join(''), {}, CELL_MS);
        const shown = picturesOf(done);
        if (shown.length > 0) pictures.push([cell.id, shown.length]);
        for (const picture of shown) {
          // An empty frame has the colours of its text: some shades of grey.
          const [width, height, colours] = look(picture);
          expect([cell.id, Math.min(width, height) > 300, colours > (cell.id === 'cell-12' ? 40 : 400)]).toEqual([cell.id, true, true]);
        }
        printed.push(done.stdout);
      }
      expect(pictures).toEqual([
        ['cell-07', 1],
        ['cell-09', 1],
        ['cell-11', 3],
        ['cell-12', 1],
      ]);
      const text = printed.join('\n');
      expect(text).toMatch(/mass of the gas: (\d\.\d+) by yt, \1 by hand/);
      expect(text).toMatch(/rank 3: \d+ of \d+ grids, Dens \(12, 12, 12\)/);
      // print_stats: level, grids, cells.
      expect(text).toMatch(/0\s+8\s+4096/);
    },
    600_000,
  );

  check(
    'every cell, slice, projection and particle is where the simulation has it, in 3 dimensions on 4 ranks, first grid 1',
    async () => {
      const notebook = await simulate(4, ['--roots', '2', '--particles', '64', '--index-offset', '1']);
      await notebook.ok('%live pause');
      await notebook.ok(VALUES, {}, CELL_MS);
    },
    600_000,
  );

  for (const [dims, offset] of [
    [1, 1],
    [2, 0],
  ] as const) {
    check(
      `every kind of field and the particles have the simulation's values in ${dims} dimensions, first grid ${offset}`,
      async () => {
        const notebook = await simulate(2, ['--dims', String(dims), '--roots', '4', '--particles', '50', '--index-offset', String(offset)]);
        await notebook.ok('%live pause');
        await notebook.ok(
          `
import libyt, yt, yt_libyt
import numpy as np
from allranks import comm
yt.set_log_level('error')
yt.enable_parallelism()
ds = yt_libyt.libytDataset()
dims, offset = libyt.param_yt['dimensionality'], libyt.param_yt['index_offset']

def sums():
    "Of each field over the leaf cells of all ranks, without ghost cells, faces averaged."
    parents, found = set(libyt.hierarchy['grid_parent_id'][:, 0]), {}
    inner = (slice(2, -2),) * dims
    for grid, fields in libyt.grid_data.items():
        if grid in parents:
            continue
        flux = fields['MassFluxX']
        values = {'Dens': fields['Dens'][inner], 'Pote': fields['Pote'], 'MomX': fields['MomX'],
                  'Mach': libyt.derived_func(grid, 'Mach'), 'MassFluxX': 0.5 * (flux[..., :-1] + flux[..., 1:])}
        for name, array in values.items():
            found[name] = found.get(name, 0.0) + float(array.astype('f8').sum())
    return {name: sum(part.get(name, 0.0) for part in comm.allgather(found)) for name in ('Dens', 'Pote', 'MomX', 'Mach', 'MassFluxX')}

box = ds.all_data()
for name, wanted in sums().items():
    found, scale = float(box['gamer', name].sum()), float(np.abs(box['gamer', name]).sum())
    assert abs(found - wanted) <= 1e-12 * scale, (name, found, wanted)
assert len(box['io', 'ParPosX']) == 50 and abs(float(box['io', 'ParMass'].sum()) - 0.5) < 1e-12
mine = [libyt.get_particle(g + offset, 'io', 'ParPosX') for g in range(libyt.param_yt['num_grids']) if g + offset in libyt.grid_data]
total = comm.allreduce(sum(float(a.sum()) for a in mine if a is not None))
assert abs(float(box['io', 'ParPosX'].sum()) - total) < 1e-12 * total
print('agreed')
`,
          {},
          CELL_MS,
        );
      },
      600_000,
    );
  }
});
