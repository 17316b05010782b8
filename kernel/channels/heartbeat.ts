/**
 * The heartbeat: echoes whatever arrives, from a thread of its own with a socket of its own, so that it answers while
 * the kernel's event loop encodes a large message, collects garbage or stands in a debugger.
 */
import { Worker } from 'node:worker_threads';
import type { Connection, CurveKeys } from './connection-file';
import { BindError } from './bind-error';

/** What the thread is started with. */
export interface HeartbeatData {
  endpoint: string;
  curve: CurveKeys | undefined;
}

/** What the thread says: once, when its socket is bound or cannot be. */
export type HeartbeatNews = { bound: true } | { bound: false; reason: string };

export interface Heartbeat {
  /** Idempotent; resolves when the thread has ended. */
  close(): Promise<void>;
}

/** How long the thread may take to leave by itself. */
const CLOSE_MS = 1000;

/** Resolves when the socket is bound. @throws BindError */
export async function startHeartbeat(connection: Connection): Promise<Heartbeat> {
  const endpoint = connection.endpoints.hb;
  const data: HeartbeatData = { endpoint, curve: connection.curve };
  const worker = new Worker(require.resolve('./heartbeat-thread'), {
    workerData: data,
    // The echo needs next to no heap; the default would reserve as much as the kernel itself.
    resourceLimits: { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 4 },
  });
  const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  const news = await new Promise<HeartbeatNews>((resolve) => {
    worker.once('message', resolve);
    worker.once('error', (error) => resolve({ bound: false, reason: error.message }));
    worker.once('exit', (code) => resolve({ bound: false, reason: `its thread ended with code ${code}` }));
  });
  if (!news.bound) {
    await worker.terminate();
    throw new BindError('hb', endpoint, news.reason);
  }
  // The sockets keep the process alive; the thread alone shall not.
  worker.unref();
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closing ??= (async () => {
      worker.postMessage('close');
      const timer = setTimeout(() => void worker.terminate(), CLOSE_MS);
      worker.ref();
      await ended;
      clearTimeout(timer);
    })();
    return closing;
  };
  return { close };
}
