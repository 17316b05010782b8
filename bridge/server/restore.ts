/** What a bridge that takes over learns from the journal: history, cells without a verdict, counts. */
import { join } from 'node:path';
import type { Output } from '../protocol/messages';
import { Execution, type ExecuteRequest, type Settled } from './execution';
import { History } from './history';
import { JOURNAL_NAME, readJournal } from './journal';
import { textOrEmpty } from './values';

export interface Restored {
  history: History;
  /** Executions of this job, in order of arrival; those with a verdict are settled. */
  executions: Execution[];
  /** Last entry of the command log that the journal knows, and the entry of each execution. */
  lastIndex: number;
  indexOf: Map<string, number>;
  /** Entries that lines of `%live` cells made: index to execution and line. */
  controls: Map<number, { id: string; at: number }>;
  executionCount: number;
  /** This job has run before under another bridge. */
  takeover: boolean;
  startedAt: number;
}

/** Settled executions whose outputs are kept for clients that come back. */
const KEPT_SETTLED = 50;

/** Reads the journal in `dir`. An absent or unreadable one gives an empty result; never throws. */
export function restoreFromJournal(dir: string, jobId: string, warn: (sentence: string) => void): Restored {
  const restored: Restored = { history: new History(), executions: [], lastIndex: 0, indexOf: new Map(), controls: new Map(), executionCount: 0, takeover: false, startedAt: Date.now() };
  const byId = new Map<string, Execution>();
  let session = 0;
  let mine = false;
  try {
    const bad = readJournal(join(dir, JOURNAL_NAME), (line) => {
      if (line.kind === 'open') {
        session = Math.max(session, Number(line['session']) || 0);
        mine = line['job'] === jobId;
        if (mine && !restored.takeover) {
          restored.takeover = true;
          restored.startedAt = line.at;
        }
        return;
      }
      const id = typeof line['id'] === 'string' ? line['id'] : '';
      if (line.kind === 'cell') {
        const count = Number(line['count']) || 0;
        const stored = line['store'] !== false && line['silent'] !== true;
        if (stored) restored.history.add(count, String(line['code']), session);
        if (!mine) return;
        if (stored) restored.executionCount = Math.max(restored.executionCount, count);
        const request = line['request'] as ExecuteRequest | undefined;
        if (!request || byId.has(id)) return;
        const execution = new Execution('cell', { ...request, id, code: String(line['code']) }, count, textOrEmpty(line['sender']));
        execution.restored = true;
        execution.notebook = textOrEmpty(line['notebook']);
        byId.set(id, execution);
        restored.executions.push(execution);
      } else if (mine && line.kind === 'entry') {
        const index = Number(line['index']) || 0;
        restored.lastIndex = Math.max(restored.lastIndex, index);
        if (id) restored.indexOf.set(id, index);
      } else if (mine && line.kind === 'control' && id && typeof line['at_line'] === 'number') {
        // Written right before the entry.
        restored.controls.set((Number(line['index']) || 0) + 1, { id, at: line['at_line'] });
      } else if (mine && line.kind === 'output') {
        byId.get(id)?.keep(line['output'] as Output);
      } else if (mine && (line.kind === 'missed' || line.kind === 'shown')) {
        const execution = byId.get(id);
        const by = line['by'];
        if (execution) execution.missed = line.kind === 'shown' ? null : by === 'session' || by === 'perhaps' ? by : 'kernel';
      } else if (mine && line.kind === 'text') {
        const execution = byId.get(id);
        if (execution && typeof line['path'] === 'string') execution.textPath = line['path'];
      } else if (mine && line.kind === 'verdict') {
        byId.get(id)?.settle(line['verdict'] as Settled);
        if (byId.get(id)?.verdict?.status === 'ok') restored.history.succeed(byId.get(id)!.count, session);
        if (typeof line['result'] === 'string') restored.history.setOutput(byId.get(id)?.count ?? 0, line['result'], session);
      }
    });
    if (bad > 0) warn(`${bad} lines of the journal in ${dir} could not be read and were left out`);
  } catch (error) {
    warn(`the journal in ${dir} could not be read (${error instanceof Error ? error.message : String(error)}): history begins anew`);
  }
  restored.history.session = restored.takeover ? Math.max(1, session) : session + 1;
  const settled = restored.executions.filter((execution) => execution.verdict);
  for (const execution of settled.slice(0, -KEPT_SETTLED)) execution.forget();
  return restored;
}
