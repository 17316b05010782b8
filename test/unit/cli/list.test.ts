import { ageText, jobTable } from '../../../kernelspec/cli/list';
import type { JobRecord } from '../../../bridge/protocol/job-record';

const record: JobRecord = {
  name: 'sim',
  id: 'abcdef012345',
  host: 'node7',
  supervisorPid: 1,
  bridgePid: 2,
  ranksSocket: '/r',
  cellsSocket: '/c',
  dir: '/d',
  program: 'mpiexec sim',
  size: 4,
  state: 'running',
  step: 120,
  time: 0.123456789,
  startedAt: 0,
  heartbeat: 0,
};

test('the table shows one line a job, numbers to the right', () => {
  const table = jobTable([record, { ...record, name: 'second-run', size: 0, state: 'starting', startedAt: 60_000 }], 3_725_000);
  expect(table).toBe(
    [
      'NAME        RANKS  STEP      TIME  STATE     AGE    HOST',
      'sim             4   120  0.123457  running   1h 2m  node7',
      'second-run      -     -         -  starting  1h 1m  node7',
      '',
    ].join('\n'),
  );
});

test('ages have at most two units', () => {
  expect([0, 59_999, 61_000, 3_600_000, 90_061_000].map(ageText)).toEqual(['0s', '59s', '1m 1s', '1h 0m', '1d 1h']);
});
