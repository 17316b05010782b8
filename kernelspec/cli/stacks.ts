/** `allranks stacks [JOB]`: what every rank does now; also while a cell runs, and while no notebook is attached. */
import { Connection, findJob } from '../../bridge/client';
import { Failure } from './failure';

/** Bound of the whole answer: the bridge's own is 2 s. */
const ANSWER_MS = 10_000;

/** Prints the stacks of all ranks. Rejects with one sentence when the run or its bridge is not there. */
export async function stacksCommand(job: string | undefined): Promise<void> {
  const { cellsSocket } = findJob(job);
  let connection: Connection | null = null;
  const text = await new Promise<string>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Failure('the bridge of the run does not answer')), ANSWER_MS);
    const end = (): void => clearTimeout(timer);
    Connection.open(cellsSocket, 'allranks stacks', true, {
      message: (message) => {
        if (message.t !== 'reply') return;
        end();
        const result = message.result as { text?: unknown } | null;
        resolve(typeof result?.text === 'string' ? result.text : '');
      },
      closed: (reason) => {
        end();
        reject(new Failure(`no stacks: ${reason}`));
      },
    }).then((opened) => {
      connection = opened;
      opened.send({ t: 'request', n: 1, what: 'stacks', args: {} });
    }, (error: unknown) => {
      end();
      reject(error instanceof Error ? error : new Error(String(error)));
    });
  });
  await (connection as Connection | null)?.end();
  process.stdout.write(text);
}
