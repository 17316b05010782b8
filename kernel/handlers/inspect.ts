/** `inspect_request`. */
import { withDeadline } from '../deadline';
import { clean } from '../wire/codec';
import { ANSWER_MS, type Call, type Services } from './call';
import { cursorField, integerField, stringField } from './fields';

export async function inspect(call: Call, services: Services): Promise<void> {
  const { content } = call.request;
  const code = stringField(content, 'code');
  const cursor = cursorField(content, code);
  // Some front ends count on; the specification knows 0 and 1.
  const level = integerField(content, 'detail_level', 0) > 0 ? 1 : 0;
  const result = await withDeadline(services.executor.inspect(code, cursor, level), ANSWER_MS, 'the inspection');
  call.reply({ status: 'ok', found: result.found, data: clean(result.data), metadata: clean(result.metadata) });
}
