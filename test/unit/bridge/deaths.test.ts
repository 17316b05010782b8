/** How the end of ranks is told: the cause first, one sentence. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { RankEnding } from '../../../native/addon/addon';
import { endingText, launcherText, lossSentence, oomKills, type DeadRank } from '../../../bridge/server/deaths';

const unknown: RankEnding = { code: null, signal: null, crash: null };
const killed = (signal: number): RankEnding => ({ ...unknown, signal });
const crashed = (signal: number, more: Partial<NonNullable<RankEnding['crash']>> = {}): RankEnding => ({
  code: null, signal, crash: { signal, address: 0x18n, sent: false, atNs: 1, onMainThread: true, ...more },
});
const dead = (rank: number, ending: RankEnding, doing = ''): DeadRank => ({ rank, pid: 100 + rank, ending, doing });

describe('the end of one process', () => {
  test.each<[RankEnding, string]>([
    [killed(9), 'was killed by SIGKILL'],
    [killed(64), 'was killed by signal 64'],
    [crashed(11), 'crashed with SIGSEGV at address 0x18'],
    [crashed(11, { onMainThread: false }), 'crashed with SIGSEGV at address 0x18 in a thread of its own'],
    [crashed(11, { sent: true }), 'was killed by SIGSEGV'],
    [crashed(6, { sent: true }), 'aborted (SIGABRT)'],
    [{ ...crashed(11), signal: null }, 'crashed with SIGSEGV at address 0x18'],
    // It survived that fault, as the handler of a library may arrange, and died of something else.
    [{ ...crashed(11), signal: 9 }, 'was killed by SIGKILL'],
    [{ ...unknown, code: 3 }, 'exited with code 3'],
    [unknown, 'ended without finishing'],
  ])('%j', (ending, text) => expect(endingText(ending)).toBe(text));
});

describe('the loss of ranks', () => {
  test('names the first one, not those that the launcher ended after it', () => {
    expect(lossSentence([dead(2, killed(9), 'at step 5 while cell 7 ran'), dead(0, killed(15)), dead(1, killed(9))], false)).toBe('rank 2 (process 102) was killed by SIGKILL at step 5 while cell 7 ran');
  });
  test('names the one that crashed, also when the news of others came first', () => {
    expect(lossSentence([dead(0, killed(15)), dead(1, crashed(11))], false)).toBe('rank 1 (process 101) crashed with SIGSEGV at address 0x18');
    expect(lossSentence([dead(0, killed(9)), dead(1, { ...unknown, code: 1 })], false)).toBe('rank 1 (process 101) exited with code 1');
  });
  test('folds ranks that ended alike', () => {
    expect(lossSentence([3, 1, 0].map((rank) => dead(rank, crashed(8))), false)).toBe('ranks 0-1,3 (processes 103, 101, 100) crashed with SIGFPE at address 0x18');
    expect(lossSentence([0, 1, 2, 3, 4].map((rank) => dead(rank, unknown)), false)).toBe('ranks 0-4 ended without finishing');
  });
  test('says so when the system ran out of memory', () => {
    expect(lossSentence([dead(1, killed(9), 'at step 5')], true)).toBe('rank 1 (process 101) was killed by SIGKILL at step 5: out of memory, the system has killed processes');
    expect(lossSentence([dead(1, crashed(11))], true)).not.toContain('memory');
  });
});

test('the code of a launcher names the signal of a rank', () => {
  expect([launcherText(137, null), launcherText(1, null), launcherText(null, 'SIGTERM'), launcherText(0, null)]).toEqual([
    'ended with exit code 137 (SIGKILL)', 'ended with exit code 1', 'was ended by SIGTERM', 'ended with exit code 0',
  ]);
});

describe('the count of processes killed for lack of memory', () => {
  let root: string;
  beforeEach(() => (root = mkdtempSync(join(tmpdir(), 'allranks-oom-'))));
  afterEach(() => rmSync(root, { recursive: true }));
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };

  test('is that of the machine and of either kind of control group', () => {
    write('proc/vmstat', 'pgfault 10\noom_kill 3\n');
    expect(oomKills(root)).toBe(3);
    write('proc/self/cgroup', '5:cpu:/x\n4:memory:/job\n0::/job\n');
    write('sys/fs/cgroup/memory/job/memory.oom_control', 'oom_kill_disable 0\nunder_oom 0\noom_kill 2\n');
    expect(oomKills(root)).toBe(5);
    write('sys/fs/cgroup/job/memory.events', 'low 0\noom 7\noom_kill 4\n');
    expect(oomKills(root)).toBe(9);
  });
  test('is 0 where nothing is told', () => expect(oomKills(root)).toBe(0));
});
