import { programName, sanitizeName } from '../../../kernelspec/run/program-name';

describe('name of a run', () => {
  test.each([
    ['./my_sim', 'my_sim'],
    ['mpiexec -n 4 ./my_sim --steps 3', 'my_sim'],
    ['/opt/ompi/bin/mpirun --allow-run-as-root --oversubscribe -np 4 build/sim.x in.file', 'sim'],
    ['mpirun --mca btl self,tcp -x FOO=1 -n 2 a.out', 'a'],
    ['mpiexec.hydra -genv OMP_NUM_THREADS 2 -ppn 8 -n 16 gamer', 'gamer'],
    ['srun --ntasks=128 --cpu-bind=cores ./Enzo', 'enzo'],
    ['srun -n 4 -c 2 env OMP_NUM_THREADS=2 ./lmp -in in.melt', 'lmp'],
    ['mpiexec -n 2 python3 -u model.py --fast', 'model'],
    ['mpiexec -n 2 python3 -c pass', 'python3'],
    ['mpiexec -n 1 ./master : -n 3 ./worker', 'master'],
    ['timeout 30m mpiexec -n 4 ./sim', 'sim'],
    ['mpiexec', 'mpiexec'],
  ])('%s is called %s', (line, name) => {
    expect(programName(line.split(' '))).toBe(name);
  });

  test('becomes a usable file and kernel name', () => {
    expect(sanitizeName('Mein Lauf/Größe 3')).toBe('mein-lauf-gr-e-3');
    expect(sanitizeName('../..')).toBe('run');
    expect(sanitizeName('x'.repeat(200))).toHaveLength(60);
  });
});
