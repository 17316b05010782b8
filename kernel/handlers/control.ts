/** Requests of the control channel: interrupt, shutdown, debug. */
import type { Call, Services } from './call';
import { booleanField, integerField } from './fields';

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

/** The content of debug messages is the Debug Adapter Protocol's own; its way to decline is a response without success. */
export function debug(call: Call): void {
  const { content } = call.request;
  const command = typeof content['command'] === 'string' ? content['command'] : '';
  call.reply({
    type: 'response',
    seq: 0,
    request_seq: integerField(content, 'seq', 0),
    success: false,
    command,
    message: 'the debugger is not supported by this kernel',
    body: {},
  });
}
