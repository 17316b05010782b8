/** Runs one kernel in this process, from its connection file to its exit code. Wired to a cell runner by the caller. */
import { setFlagsFromString } from 'node:v8';
import { readConnectionFile } from './channels/connection-file';
import type { IopubLimits } from './channels/iopub';
import { openSockets } from './channels/sockets';
import type { Executor } from './executor';
import { Kernel } from './kernel';
import { watchLifetime } from './lifetime';
import { reasonOf, stderrLog, type Log } from './log';

export interface RunOptions {
  /** Path of the file that Jupyter wrote. */
  connectionFile: string;
  /** Runs the cells. Started and closed by the kernel. */
  executor: Executor;
  /** Where lines for the operator go; default: standard error. */
  log?: Log;
  /** Exit code by which whoever started this process learns that a front end wants another kernel in its place; default 0. */
  restartCode?: number;
  /** Bounds of the output queue; for tests. */
  iopubLimits?: IopubLimits;
  /** Largest frame accepted from clients, bytes. */
  maxFrameBytes?: number;
}

/**
 * A cell runs each function of the kernel a few times, so that V8 with its own count of bytecode (67,584 bytes for each function, several
 * times over) has optimised them after a thousand cells, which few notebooks see. With this one it has after 150. Fewer still make it
 * compile twice.
 */
const OPTIMISE_AFTER_BYTES = 4000;

/**
 * Serves until a shutdown request, SIGTERM, SIGHUP or the death of the Jupyter that started it; SIGINT interrupts the cell.
 * @returns the exit code: 0, `restartCode` after a shutdown request that wants a restart, or 1 when the kernel could not start, after one sentence in the log. Never rejects for
 * faults of the connection file or the sockets.
 */
export async function runKernel(options: RunOptions): Promise<number> {
  setFlagsFromString(`--interrupt-budget=${OPTIMISE_AFTER_BYTES}`);
  const log = options.log ?? stderrLog();
  let kernel: Kernel;
  try {
    const connection = readConnectionFile(options.connectionFile);
    const sockets = await openSockets(connection, options.maxFrameBytes, options.iopubLimits?.windowMessages);
    const limits = options.iopubLimits === undefined ? {} : { iopubLimits: options.iopubLimits };
    try {
      kernel = new Kernel({ connection, sockets, executor: options.executor, log, ...limits });
    } catch (error) {
      await sockets.close();
      throw error;
    }
  } catch (error) {
    log(reasonOf(error));
    await options.executor.close();
    return 1;
  }
  const unwatch = watchLifetime({
    interrupt: () => {
      kernel.interrupt().catch((error: unknown) => log(reasonOf(error)));
    },
    end: (reason) => {
      log(`${reason}: detaching, the job lives on`);
      kernel.stop();
    },
  });
  try {
    await kernel.run();
    return kernel.restartWanted ? (options.restartCode ?? 0) : 0;
  } finally {
    unwatch();
  }
}
