/** Wires the Jupyter kernel to the bridge of a run. */
import { BridgeExecutor } from '../../bridge/client/executor';
import { runKernel } from '../../kernel/main';

/** Serves one notebook until Jupyter shuts it down; resolves with the exit code. The run lives on. */
export function serve(connectionFile: string, job: string | undefined): Promise<number> {
  // A Jupyter server names the session: the path of the notebook, the same after a restart.
  const notebook = process.env['JPY_SESSION_NAME'];
  const executor = new BridgeExecutor({ ...(job ? { job } : {}), ...(notebook ? { notebook } : {}) });
  const restartCode = Number(process.env['ALLRANKS_RESTART_CODE'] ?? '0');
  return runKernel({ connectionFile, executor, restartCode: Number.isInteger(restartCode) ? restartCode : 0 });
}
