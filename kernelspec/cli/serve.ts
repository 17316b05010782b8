/** Wires the Jupyter kernel to the bridge of a run. */
import { BridgeExecutor } from '../../bridge/client/executor';
import { runKernel } from '../../kernel/main';
import { readFileSync, rmSync } from 'node:fs';

/** Serves one notebook until Jupyter shuts it down; resolves with the exit code. The run lives on. */
export async function serve(connectionFile: string, job: string | undefined): Promise<number> {
  // A Jupyter server names the session: the path of the notebook, the same after a restart.
  const notebook = process.env['JPY_SESSION_NAME'];
  const executor = new BridgeExecutor({ ...(job ? { job } : {}), ...(notebook ? { notebook } : {}) });
  // Both are given by a bridge that has started the kernel for libyt's files.
  const restartCode = Number(process.env['ALLRANKS_RESTART_CODE'] ?? '0');
  const pidFile = process.env['ALLRANKS_PID_FILE'];
  const code = await runKernel({ connectionFile, executor, restartCode: Number.isInteger(restartCode) ? restartCode : 0 });
  if (code === 0 && pidFile !== undefined) removeOwn(pidFile);
  return code;
}

/** By its absence whoever is not our parent learns that we were shut down. */
function removeOwn(pidFile: string): void {
  try {
    if (readFileSync(pidFile, 'utf8').trim() === String(process.pid)) rmSync(pidFile);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') process.stderr.write(`${pidFile} cannot be removed: ${(error as Error).message}\n`);
  }
}
