/** Requests of the control channel: interrupt and shutdown. */
import type { Call, Services } from './call';
import { booleanField } from './fields';

export async function interrupt(call: Call, services: Services): Promise<void> {
  await services.interrupt();
  call.reply({ status: 'ok' });
}

/**
 * Ends this process, not the job. A restart is the same here: Jupyter starts a new kernel, which attaches again and finds
 * the namespace as it was.
 */
export function shutdown(call: Call, services: Services): void {
  const content = { status: 'ok', restart: booleanField(call.request.content, 'restart', false) };
  call.reply(content);
  // Other clients of this kernel learn of it on iopub.
  services.publisher.publish('shutdown_reply', call.request.headerJson, content);
  services.stop(content.restart);
}
