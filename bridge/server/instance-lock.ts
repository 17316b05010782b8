/** One bridge a job: a pid file that names the process exactly, so that a dead bridge's pid never blocks a new one. */
import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';

/** Start time of a process in clock ticks (field 22 of /proc/PID/stat): tells a reused pid. "" where there is none. */
function startTime(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    // The process is gone, or this system has no /proc: then the socket decides.
    return '';
  }
}

/** True when someone accepts connections on a Unix socket. */
export function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

/**
 * Takes the lock of a job. Returns the function that gives it back.
 * Throws an Error with one sentence when another bridge is there.
 */
export async function lockInstance(path: string, cellsSocket: string): Promise<() => void> {
  const mine = `${process.pid} ${startTime(process.pid)}\n`;
  const temporary = `${path}.${process.pid}.tmp`;
  writeFileSync(temporary, mine, { mode: 0o600 });
  try {
    for (let attempt = 0; attempt < 3; attempt += 1) {
      try {
        linkSync(temporary, path);
        return () => {
          if (readFileSync(path, { encoding: 'utf8', flag: 'a+' }) === mine) rmSync(path, { force: true });
        };
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
      let holder: string;
      try {
        holder = readFileSync(path, 'utf8');
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') continue;
        throw error;
      }
      const [pid = '', started = ''] = holder.trim().split(' ');
      const same = started !== '' && startTime(Number(pid)) === started;
      if (same || (await answers(cellsSocket))) throw new Error(`another bridge (process ${pid}) serves this job already`);
      rmSync(path, { force: true });
    }
  } finally {
    rmSync(temporary, { force: true });
  }
  throw new Error(`the lock ${path} could not be taken: bridges are being started at the same time`);
}
