/** Processor time of processes, as the operating system counts it. */
import { readFileSync } from 'node:fs';

const TICKS_PER_S = 100;

/** Processor time of a process with all its threads, seconds. */
export function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_S;
}
