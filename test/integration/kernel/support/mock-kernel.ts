/** A kernel process with a mock executor: `node -r register.cjs mock-kernel.ts CONNECTION_FILE [OPTIONS_JSON]`. */
import { runKernel, type RunOptions } from '../../../../kernel/main';
import { MockExecutor } from './mock-executor';

async function main(): Promise<void> {
  const [connectionFile = '', options = '{}'] = process.argv.slice(2);
  process.exitCode = await runKernel({ connectionFile, executor: new MockExecutor(), ...(JSON.parse(options) as Partial<RunOptions>) });
}

void main();
