/** `complete_request`. Positions are Unicode code points on both sides, so they pass through as they are. */
import { withDeadline } from '../deadline';
import { clean } from '../wire/codec';
import { ANSWER_MS, type Call, type Services } from './call';
import { cursorField, stringField } from './fields';

export async function complete(call: Call, services: Services): Promise<void> {
  const code = stringField(call.request.content, 'code');
  const cursor = cursorField(call.request.content, code);
  const result = await withDeadline(services.executor.complete(code, cursor), ANSWER_MS, 'the completion');
  call.reply({
    status: 'ok',
    matches: result.matches,
    cursor_start: result.cursorStart,
    cursor_end: result.cursorEnd,
    metadata: clean(result.metadata),
  });
}
