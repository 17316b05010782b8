/** How the processes of ranks ended, in words. Pure, but for the counter of the out-of-memory killer. */
import { readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import type { RankEnding } from '../../native/addon/addon';
import { nameRanks } from './rank-set';

const signalNames = new Map(Object.entries(constants.signals).map(([name, number]) => [number, name]));
/** The launcher ends the other ranks with these when one has died. */
const FROM_LAUNCHER = new Set(['SIGTERM', 'SIGKILL']);

export function signalName(signal: number): string {
  return signalNames.get(signal) ?? `signal ${signal}`;
}

/** "was killed by SIGKILL", "crashed with SIGSEGV at address 0x18", "exited with code 3", or that nothing is known. */
export function endingText({ code, signal, crash }: RankEnding): string {
  if (crash && (signal === null || signal === crash.signal)) {
    const where = crash.onMainThread ? '' : ' in a thread of its own';
    if (crash.signal === constants.signals.SIGABRT) return `aborted (SIGABRT)${where}`;
    return crash.sent ? `was killed by ${signalName(crash.signal)}` : `crashed with ${signalName(crash.signal)} at address 0x${crash.address.toString(16)}${where}`;
  }
  if (signal !== null) return `was killed by ${signalName(signal)}`;
  if (code !== null) return `exited with code ${code}`;
  return 'ended without finishing';
}

/** A rank that is gone without saying goodbye. */
export interface DeadRank {
  rank: number;
  pid: number;
  ending: RankEnding;
  /** What it did last; empty: not known. */
  doing: string;
}

/**
 * One sentence on the loss of ranks, the cause of it only: when one rank has died, launchers end the others.
 * @param dead in the order in which their connections closed. @param oomKills the system's out-of-memory killer ended processes meanwhile.
 */
export function lossSentence(dead: readonly DeadRank[], oomKills: boolean): string {
  const byFault = dead.filter(({ ending }) => !isFromLauncher(ending));
  const first = byFault[0] ?? dead[0];
  if (!first) return 'the ranks are gone';
  const text = endingText(first.ending);
  const alike = (byFault.length > 0 ? byFault : [first]).filter((other) => endingText(other.ending) === text);
  const many = alike.length > 1;
  const processes = alike.length <= 4 ? ` (process${many ? 'es' : ''} ${alike.map(({ pid }) => pid).join(', ')})` : '';
  const verb = many ? text.replace(/^was /, 'were ') : text;
  const memory = oomKills && first.ending.signal === constants.signals.SIGKILL ? ': out of memory, the system has killed processes' : '';
  return `${nameRanks(alike.map(({ rank }) => rank))}${processes} ${verb}${first.doing ? ` ${first.doing}` : ''}${memory}`;
}

function isFromLauncher({ signal, crash }: RankEnding): boolean {
  return crash === null && signal !== null && FROM_LAUNCHER.has(signalName(signal));
}

/** "ended with exit code 137 (SIGKILL)": of a launcher, whose code beyond 128 is the signal of a rank. */
export function launcherText(code: number | null, signal: string | null): string {
  if (signal) return `was ended by ${signal}`;
  const of = code !== null && code > 128 ? signalNames.get(code - 128) : undefined;
  return `ended with exit code ${code ?? 0}${of ? ` (${of})` : ''}`;
}

/**
 * Processes that the kernel has killed for lack of memory so far: of the whole machine, and of our control group where that is told.
 * @param root of the file system, for tests. @returns 0 when nothing can be read.
 */
export function oomKills(root = '/'): number {
  const read = (path: string): string => {
    try {
      return readFileSync(join(root, path), 'utf8');
    } catch {
      // Another system, another kind of control groups, or hidden: it tells nothing.
      return '';
    }
  };
  let sum = 0;
  const texts = [read('proc/vmstat')];
  for (const line of read('proc/self/cgroup').split('\n')) {
    const [, controllers = '', path = ''] = line.split(':');
    if (controllers === '') texts.push(read(join('sys/fs/cgroup', path, 'memory.events')));
    else if (controllers.split(',').includes('memory')) texts.push(read(join('sys/fs/cgroup/memory', path, 'memory.oom_control')));
  }
  for (const text of texts) sum += Number(/^oom_kill (\d+)$/m.exec(text)?.[1] ?? 0);
  return sum;
}
