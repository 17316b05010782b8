/**
 * `npm run bench:libyt`: what libyt's data costs, on 2 and 4 ranks: fields of another rank beside a plain exchange of the same bytes,
 * memory and time of many grids, memory of many rounds. Replaces its table in BENCHMARKS.md. Takes some minutes.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const FETCH = `
import libyt
from allranks import rank, size
def fetch(expected):
    mine = list(libyt.grid_data)
    first = (rank + 1) % size * len(mine)
    wanted = list(range(first, first + len(mine)))
    found = libyt.get_field_remote([b"Dens"], 1, mine, len(mine), wanted, [(rank + 1) % size] * len(mine), len(mine))
    assert len(found) == len(mine) and found[wanted[-1]]["Dens"].sum() == expected
`;
const LOOK = 'import libyt\ndef look():\n    assert libyt.hierarchy["proc_num"].max() >= 0\n';

if (spawnSync('sh', [join(root, 'kernelspec', 'setup.sh')], { cwd: root, stdio: 'inherit' }).status !== 0) process.exit(1);

/** Runs a test program to its end; what it printed. */
function run(ranks, program, script, ...args) {
  const folder = mkdtempSync(join(tmpdir(), 'ar-bench-'));
  try {
    writeFileSync(join(folder, `${program}_script.py`), script);
    const launcher = [join(root, '.venv', 'bin', 'mpiexec'), ...(process.getuid?.() === 0 ? ['--allow-run-as-root'] : []), '--oversubscribe', '-n', String(ranks)];
    const env = { ...process.env, ALLRANKS_MODE: 'normal', OMP_NUM_THREADS: '1' };
    const { status, stdout, stderr } = spawnSync(launcher[0], [...launcher.slice(1), join(root, 'build', 'bin', program), ...args.map(String)], {
      cwd: folder,
      env,
      encoding: 'utf8',
      timeout: 600_000,
    });
    if (status !== 0) throw new Error(`${program} ${args.join(' ')} on ${ranks} ranks ended with ${status}\n${stdout}${stderr}`);
    return stdout;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function figures(text, pattern) {
  const found = pattern.exec(text);
  if (found === null) throw new Error(`no ${pattern} in:\n${text}`);
  return found.slice(1).map(Number);
}

const load = loadavg()[0].toFixed(1);
const rows = [];
for (const ranks of [2, 4]) {
  for (const [grids, along] of [
    [4000, 8],
    [32, 64],
  ]) {
    const [fetch, exchange, exchangeNew, megabytes, us, exchangeUs] = figures(
      run(ranks, 'libyt_fetch', FETCH, grids, along, 9),
      /fetch: (\S+) MB\/s a rank, exchange: (\S+) MB\/s a rank, into new memory: (\S+) MB\/s a rank, (\S+) MB, processor time (\S+) us a grid, exchange (\S+) us a grid/,
    );
    rows.push(
      `| \`get_field_remote\`, ${grids.toLocaleString('en')} grids of ${along}³ floats (${megabytes} MB) to each of ${ranks} ranks | ${fetch} MB/s a rank (${(fetch / exchange).toFixed(2)} of one \`MPI_Sendrecv\` of the same bytes, ${exchange} MB/s; ${(fetch / exchangeNew).toFixed(2)} of one into new memory, ${exchangeNew} MB/s); ${us} us of processor time a grid (exchange: ${exchangeUs} us) |`,
    );
  }
}
const many = run(4, 'libyt_many', LOOK, 500_000, 1);
const [seconds, us] = figures(many, /commit: (\S+) s of CPU, (\S+) us per grid/);
const [bytes] = figures(many, /held: (\S+) bytes per grid/);
rows.push(`| \`yt_commit\`, 2,000,000 grids on 4 ranks, one field | ${us} us of processor time per grid and rank (${seconds} s) |`);
rows.push(`| memory of these grids, on each rank | ${bytes} bytes per grid, its own 500,000 included |`);
const [growth, rounds] = figures(run(1, 'libyt_many', LOOK, 20, 10_000), /growth: (\S+) bytes in (\S+) rounds/);
rows.push(`| growth of memory in the second half of 10,000 rounds of 20 grids | ${growth} bytes in ${rounds} rounds |`);
const everything = readFileSync(join(root, 'test', 'mpi', 'programs', 'libyt_many.py'), 'utf8');
const [most, halfOfAll] = figures(run(4, 'libyt_many', everything, 4, 10_000, 'all'), /growth: (\S+) bytes in (\S+) rounds/);
rows.push(
  `| the same on 4 ranks of 4 grids, with particles, callbacks and fetches from another rank in each round; the rank where it is most | ${most} bytes in ${halfOfAll} rounds |`,
);

const table = [`Load average before: ${load}.`, '', '| what | figure |', '|---|---|', ...rows].join('\n');
console.log(table);
const path = join(root, 'BENCHMARKS.md');
const [begin, end] = ['<!-- libyt: begin -->', '<!-- libyt: end -->'];
const text = readFileSync(path, 'utf8');
const [from, to] = [text.indexOf(begin), text.indexOf(end)];
if (from < 0 || to < from) throw new Error(`BENCHMARKS.md has no ${begin} and ${end}`);
writeFileSync(path, `${text.slice(0, from + begin.length)}\n\n${table}\n\n${text.slice(to)}`);
