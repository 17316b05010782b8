/** `debug_request`: the content of debug messages is the Debug Adapter Protocol's own; its way to decline is a response without success. */
import type { Call, Services } from './call';
import { integerField } from './fields';

export async function debug(call: Call, services: Services): Promise<void> {
  const { content, headerJson } = call.request;
  const { debug: state } = services;
  if (state !== undefined) {
    // Events belong to the latest of these requests, as in ipykernel.
    services.debugParent(headerJson);
    call.reply(await state.answer(content));
    return;
  }
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
