/** A program started by the mpiexec of another MPI: each process takes itself for the only rank, and one of them says why. */
import { Job } from '../support/job';
import { defaultToolchain, mpichToolchain, type Toolchain } from '../support/places';

const mixed =
  (launcher: () => Toolchain, program: () => Toolchain): (() => Toolchain) =>
  () => ({ ...program(), mpiexec: launcher().mpiexec });

test.each([
  ["MPICH's", "the project's Open MPI", mixed(mpichToolchain, defaultToolchain), "an mpiexec of MPICH's family", /Open MPI v?5\.\d+/],
  [
    "the project's Open MPI's",
    'MPICH',
    mixed(defaultToolchain, mpichToolchain),
    "Open MPI's mpiexec",
    /MPICH\S* Version: +4\.\d+|MPICH 4\.\d+/,
  ],
])(
  '%s mpiexec with a program of %s: the sentence names both, once, and the program runs to its end',
  async (_launcher, _program, toolchain, launcher, linked) => {
    const job = Job.launch({ ranks: 2, toolchain: toolchain(), args: ['--steps', '3'] });
    try {
      expect(await job.end(60_000)).toBe(0);
      const told = [
        ...job.output.text.matchAll(
          /allranks: 2 processes were started by (.+?), but this program is linked to (.+?) and sees itself as the only rank; start it with the mpiexec of that MPI\./g,
        ),
      ];
      expect(told.map(([, name]) => name)).toEqual([launcher]);
      expect(told[0]![2]).toMatch(linked);
    } finally {
      await job.stop();
    }
  },
  90_000,
);
