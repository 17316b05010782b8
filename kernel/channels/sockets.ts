/** Opens the sockets of the kernel. Every socket is bound, or none stays open. */
import { rmSync } from 'node:fs';
import { Router, XPublisher, type Socket } from 'zeromq';
import { BindError } from './bind-error';
import { IOPUB_LIMITS } from './iopub';
import type { ChannelName, Connection, CurveKeys } from './connection-file';
import { startHeartbeat, type Heartbeat } from './heartbeat';

/** How long unsent messages may hold a closed socket, and with it the end of the process. */
export const LINGER_MS = 1000;
/** Largest frame that a client may send; ZeroMQ ends the connection of a client that exceeds it. */
export const MAX_FRAME_BYTES = 256 * 1024 * 1024;

export interface Sockets {
  shell: Router;
  control: Router;
  stdin: Router;
  iopub: XPublisher;
  heartbeat: Heartbeat;
  /** Closes all five; idempotent. Resolves when the heartbeat's thread has ended. */
  close(): Promise<void>;
}

/** Options that make a socket the server side of CurveZMQ; empty without keys. */
export function curveOptions(keys: CurveKeys | undefined): { curveServer?: true; curvePublicKey?: string; curveSecretKey?: string } {
  return keys === undefined ? {} : { curveServer: true, curvePublicKey: keys.publicKey, curveSecretKey: keys.secretKey };
}

/**
 * @param maxFrameBytes largest frame accepted. @param iopubMessages messages that may wait for one subscriber of iopub.
 * @throws BindError
 */
export async function openSockets(connection: Connection, maxFrameBytes = MAX_FRAME_BYTES, iopubMessages = IOPUB_LIMITS.windowMessages): Promise<Sockets> {
  const curve = curveOptions(connection.curve);
  const common = { linger: LINGER_MS, maxMessageSize: maxFrameBytes, ...curve };
  // Handover: a front end that reconnects over a half-open connection uses its old identity and would not be heard.
  // Send time 0 and no high-water mark: a send to a router is done, or dropped with its peer, when the call returns.
  const router = (): Router => new Router({ ...common, handover: true, sendTimeout: 0, sendHighWaterMark: 0 });
  const shell = router();
  const control = router();
  const stdin = router();
  // Before the socket is bound: subscribers of the future get the mark of that moment, which is 1,000 by default.
  const iopub = new XPublisher({ ...common, sendTimeout: 0, sendHighWaterMark: iopubMessages });
  // Without this the second subscriber to the same topic would not be reported, and not be welcomed.
  iopub.verbosity = 'allSubs';
  iopub.noDrop = true;
  const open: Socket[] = [shell, control, stdin, iopub];
  let heartbeat: Heartbeat | undefined;
  let bound = false;
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closing ??= (async () => {
      for (const socket of open) socket.close();
      await heartbeat?.close();
      // ZeroMQ leaves the socket files of the ipc transport behind.
      if (connection.transport === 'ipc' && bound) {
        for (const endpoint of Object.values(connection.endpoints)) rmSync(endpoint.slice('ipc://'.length), { force: true });
      }
    })();
    return closing;
  };

  // Socket files of the ipc transport come into being with these rights; there is no moment when others could connect.
  const mask = process.umask(0o077);
  try {
    await bind('iopub', iopub, connection);
    await bind('stdin', stdin, connection);
    heartbeat = await startHeartbeat(connection);
    await bind('control', control, connection);
    await bind('shell', shell, connection);
    bound = true;
    return { shell, control, stdin, iopub, heartbeat, close };
  } catch (error) {
    await close();
    throw error;
  } finally {
    process.umask(mask);
  }
}

async function bind(name: ChannelName, socket: Router | XPublisher, connection: Connection): Promise<void> {
  const endpoint = connection.endpoints[name];
  try {
    await socket.bind(endpoint);
  } catch (error) {
    throw new BindError(name, endpoint, error);
  }
}
