/** `history_request`: tail, range and search over the inputs of the job. */
import { withDeadline } from '../deadline';
import type { HistoryRequest } from '../executor';
import { ANSWER_MS, type Call, type Services } from './call';
import { booleanField, integerField, RequestError, stringField } from './fields';

/** Entries that a request without `n` gets at most. */
const DEFAULT_ENTRIES = 1000;

export async function history(call: Call, services: Services): Promise<void> {
  const request = requestOf(call.request.content);
  const entries = await withDeadline(services.executor.history(request), ANSWER_MS, 'the history');
  call.reply({ status: 'ok', history: entries });
}

function requestOf(content: Record<string, unknown>): HistoryRequest {
  const access = stringField(content, 'hist_access_type', 'tail');
  const output = booleanField(content, 'output', false);
  const raw = booleanField(content, 'raw', true);
  switch (access) {
    case 'tail':
      return { access, output, raw, n: integerField(content, 'n', DEFAULT_ENTRIES) };
    case 'range': {
      const stop = content['stop'] === undefined || content['stop'] === null ? null : integerField(content, 'stop');
      return { access, output, raw, session: integerField(content, 'session', 0), start: integerField(content, 'start', 1), stop };
    }
    case 'search':
      return {
        access,
        output,
        raw,
        pattern: stringField(content, 'pattern', '*'),
        n: integerField(content, 'n', DEFAULT_ENTRIES),
        unique: booleanField(content, 'unique', false),
      };
    default:
      throw new RequestError('"hist_access_type" must be "tail", "range" or "search"');
  }
}
