/** What a Node process holds after all garbage has gone: what a leak adds to, and the use of memory by chance does not. */
import { ServerConnection } from '@jupyterlab/services';
import { once } from 'node:events';
import { GrowingText, within } from './wait';

const LIMIT_MS = 20_000;
/** Further turns of collection free what finalizers of the turn before have let go of. */
const COLLECTIONS = 3;

/** Environment of a process that is to be asked: it takes a port of its own when its inspector is opened. */
export const INSPECTABLE = { NODE_OPTIONS: '--inspect-port=127.0.0.1:0' };

export class Heap {
  private constructor(private readonly url: string) {}

  /** Opens the inspector of a process that was started with `INSPECTABLE`; `errors` is what it has written on standard error and will. */
  static async of(pid: number, errors: GrowingText): Promise<Heap> {
    process.kill(pid, 'SIGUSR1');
    const [, url] = await within(errors.match(/Debugger listening on (ws:\S+)/), LIMIT_MS, 'an inspector', () => errors.text);
    return new Heap(url!);
  }

  /** Bytes of objects and buffers that live. */
  async bytes(): Promise<number> {
    const socket = new (ServerConnection.makeSettings({}).WebSocket)(this.url);
    const answers = new Map<number, (result: any) => void>();
    socket.onmessage = ({ data }): void => {
      const { id, result } = JSON.parse(String(data)) as { id?: number; result: unknown };
      if (id !== undefined) answers.get(id)?.(result);
    };
    const ask = (id: number, method: string, params = {}): Promise<any> =>
      within(
        new Promise((resolve) => {
          answers.set(id, resolve);
          socket.send(JSON.stringify({ id, method, params }));
        }),
        LIMIT_MS,
        `answer to ${method}`,
      );
    await within(once(socket, 'open'), LIMIT_MS, 'a connection to the inspector');
    try {
      for (let turn = 1; turn <= COLLECTIONS; turn += 1) await ask(turn, 'HeapProfiler.collectGarbage');
      const { result } = await ask(10, 'Runtime.evaluate', {
        expression: '(({ heapUsed, external }) => heapUsed + external)(process.memoryUsage())',
      });
      return result.value as number;
    } finally {
      socket.close();
    }
  }
}
