/** Comms: `comm_open`, `comm_msg` and `comm_close` have no reply; `comm_info_request` lists what is open. */
import { v4 as uuid } from 'uuid';
import { withDeadline } from '../deadline';
import type { CellSink, CommMessage } from '../executor';
import { ANSWER_MS, type Abandonable, type Call, type Services } from './call';
import { stringField } from './fields';
import { StdinNotImplementedError } from './execute';

export async function commInfo(call: Call, services: Services): Promise<void> {
  const { content } = call.request;
  const target = content['target_name'] === undefined || content['target_name'] === null ? undefined : stringField(content, 'target_name');
  const comms = await withDeadline(services.executor.commInfo(target), ANSWER_MS, 'the list of comms');
  call.reply({ status: 'ok', comms });
}

/** Hands a message of the front end to the ranks; its outputs belong to it. */
export async function comm(call: Call, services: Services): Promise<void> {
  const { request } = call;
  const type = request.header.msg_type as CommMessage['type'];
  const commId = stringField(request.content, 'comm_id');
  const id = uuid();
  const outputs = services.outputs.open(id, request.headerJson, false);
  const sink: CellSink = {
    accepted: () => undefined,
    output: (output) => outputs.output(output),
    input: () => Promise.reject(new StdinNotImplementedError()),
  };
  let waiting: Abandonable | undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      services.running.add((waiting = { abandon: reject }));
      const message: CommMessage = { type, content: request.content, metadata: request.metadata, buffers: request.buffers };
      services.executor.comm(id, message, sink, request.headerJson).then(resolve, reject);
    });
    outputs.flush();
  } catch (error) {
    // The front end believes the comm to be open; nobody will ever answer on it.
    if (type === 'comm_open') outputs.publish('comm_close', { comm_id: commId, data: {} });
    throw error;
  } finally {
    if (waiting !== undefined) services.running.delete(waiting);
  }
}
