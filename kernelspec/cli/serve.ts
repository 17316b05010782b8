/** Wires the Jupyter kernel to the bridge of a run. */
import { BridgeExecutor } from '../../bridge/client/executor';
import { runKernel } from '../../kernel/main';

/** Serves one notebook until Jupyter shuts it down; resolves with the exit code. The run lives on. */
export function serve(connectionFile: string, job: string | undefined): Promise<number> {
  const executor = new BridgeExecutor(job === undefined || job === '' ? {} : { job });
  const restartCode = Number(process.env['ALLRANKS_RESTART_CODE'] ?? '0');
  return runKernel({ connectionFile, executor, restartCode: Number.isInteger(restartCode) ? restartCode : 0 });
}
