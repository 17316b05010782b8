/** The thread behind `heartbeat.ts`. A ROUTER instead of REP, since REP stops hearing all others when one peer vanishes. */
import { parentPort, workerData } from 'node:worker_threads';
import { Router } from 'zeromq';
import type { HeartbeatData, HeartbeatNews } from './heartbeat';

/** The longest beat that is echoed, bytes; Jupyter sends four. */
const MAX_BEAT_BYTES = 4096;

async function echo(socket: Router): Promise<void> {
  for await (const frames of socket) {
    // A ROUTER never blocks: a beat for a peer that has gone is dropped.
    await socket.send(frames);
  }
}

async function main(): Promise<void> {
  const { endpoint, curve } = workerData as HeartbeatData;
  const tell = (news: HeartbeatNews): void => parentPort?.postMessage(news);
  const socket = new Router({
    linger: 0,
    handover: true,
    sendTimeout: 0,
    maxMessageSize: MAX_BEAT_BYTES,
    ...(curve === undefined ? {} : { curveServer: true, curvePublicKey: curve.publicKey, curveSecretKey: curve.secretKey }),
  });
  parentPort?.once('message', () => socket.close());
  try {
    await socket.bind(endpoint);
  } catch (error) {
    tell({ bound: false, reason: error instanceof Error ? error.message : String(error) });
    return;
  }
  tell({ bound: true });
  await echo(socket);
}

void main();
