/** Tells the bridge over its client socket that the program has ended, so that notebooks get the reason. */
import { connect } from 'node:net';
import { hostname, userInfo } from 'node:os';
import { encodeFrame, FrameReader } from '../../bridge/protocol/frames';
import { PROTOCOL_VERSION } from '../../bridge/protocol/generated';
import type { ClientMessage } from '../../bridge/protocol/messages';
import type { ProgramEnd } from './program';

/**
 * Resolves true when the bridge has taken the message, false when it could not be reached within `timeoutMs`.
 * Never rejects: the exit code of the program does not wait for us longer than that.
 */
export function tellProgramEnded(socketPath: string, end: ProgramEnd, timeoutMs: number): Promise<boolean> {
  const hello: ClientMessage = {
    t: 'hello',
    version: PROTOCOL_VERSION,
    client: 'supervisor',
    pid: process.pid,
    host: hostname(),
    user: userInfo().username,
    observer: true,
  };
  const ended: ClientMessage = { t: 'programEnded', code: end.code, signal: end.signal };
  return new Promise((resolve) => {
    const socket = connect(socketPath);
    const reader = new FrameReader();
    const finish = (told: boolean): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(told);
    };
    const timer = setTimeout(() => finish(false), timeoutMs);
    socket.once('error', () => finish(false));
    socket.once('close', () => finish(false));
    socket.once('connect', () => socket.write(encodeFrame(hello)));
    socket.on('data', (chunk) => {
      try {
        for (const message of reader.push(chunk) as { t?: unknown }[]) {
          // The welcome tells that the bridge is there and of our version; `end` flushes before it closes.
          if (message.t === 'welcome') socket.end(encodeFrame(ended), () => finish(true));
          if (message.t === 'refused') finish(false);
        }
      } catch {
        // Not our protocol: the bridge learns of the end from its lost ranks.
        finish(false);
      }
    });
  });
}
