/** `is_complete_request`: may a console run this text, or does it want another line? */
import type { KernelMessage } from '@jupyterlab/services';
import { withDeadline } from '../deadline';
import { ANSWER_MS, type Call, type Services } from './call';
import { stringField } from './fields';

export async function isComplete(call: Call, services: Services): Promise<void> {
  const code = stringField(call.request.content, 'code');
  const { status, indent } = await withDeadline(services.executor.isComplete(code), ANSWER_MS, 'the check for completeness');
  // `indent` is for incomplete code only.
  const content: KernelMessage.IIsCompleteReplyMsg['content'] = status === 'incomplete' ? { status, indent } : { status };
  call.reply(content);
}
