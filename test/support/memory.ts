/** Resident memory of processes, as Linux counts it. */
import { readFileSync, writeFileSync } from 'node:fs';

/**
 * What a cell that prints without end may cost, MiB. Bridge: text of ranks ahead of the reference (192), the window of the reference in a
 * buffer of up to twice its 64, 16 Mi characters for the replay, 16 for each of two files and 8 for a client that waits. Kernel: 8
 * waiting to be sent, and what ZeroMQ may hold for one reader (256). Each with 128 for Node and what it has not collected yet.
 */
export const MOST_MIB = { bridge: 192 + 2 * 64 + 2 * 16 + 2 * 16 + 8 + 128, kernel: 8 + 256 + 128 };

/** From here on the peak of the process counts anew. */
export function forgetPeak(pid: number): void {
  writeFileSync(`/proc/${pid}/clear_refs`, '5');
}

/** Most resident memory of the process since its start or `forgetPeak`, MiB. */
export function peakMiB(pid: number): number {
  return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) / 1024;
}
