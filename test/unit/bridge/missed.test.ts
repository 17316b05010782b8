/** `%live replay` when memory has let the outputs of a cell go, and the journal has not all of them either. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Execution, type ExecuteRequest } from '../../../bridge/server/execution';
import { Journal } from '../../../bridge/server/journal';
import { Missed } from '../../../bridge/server/missed';
import type { Output } from '../../../bridge/protocol/messages';

const request = (id: string): ExecuteRequest => ({
  id,
  code: `code of ${id}`,
  silent: false,
  storeHistory: true,
  userExpressions: {},
  allowStdin: false,
  stopOnError: true,
});
const text = (value: string): Output => ({ kind: 'stream', name: 'stdout', text: value });
const ok = { status: 'ok' as const, userExpressions: {}, payload: [], metadata: {} };

let folder: string;
let journal: Journal | undefined;

beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'ar-'))));
afterEach(async () => {
  await journal?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** A cell that printed `lines`, of which memory has the last one only; what `%live replay` shows of it. */
async function replay(cap: number, lines: string[], between: (journal: Journal) => void = () => undefined): Promise<string[]> {
  const warnings: string[] = [];
  const open = (journal = new Journal(folder, (sentence) => void warnings.push(sentence), cap));
  const cell = new Execution('cell', request('cell-1'), 1, 'me');
  open.add('cell', 0, { id: cell.id });
  for (const line of lines) {
    open.add('output', 0, { id: cell.id, output: text(line) });
    cell.emit(text(line));
    between(open);
  }
  cell.settle(ok);
  cell.forget();
  cell.keep(text(lines.at(-1)!));
  const shown: string[] = [];
  const into = new Execution('cell', request('cell-2'), 2, 'me');
  const missed = new Missed({
    executions: () => [cell, into],
    journal: open,
    step: () => 0,
    emit: (_into, output) => void (output.kind === 'stream' && shown.push(output.text)),
    runsPython: () => true,
  });
  await new Promise<void>((resolve) => missed.showAgain(into, 1, () => resolve()));
  return shown;
}

test('all of it is shown from a journal that has all', async () => {
  expect(await replay(1_000_000, ['one\n', 'two\n', 'three\n'])).toEqual(['one\n', 'two\n', 'three\n']);
});

test('a journal that was full before the end is told, with the latest that memory has', async () => {
  const lines = Array.from({ length: 30 }, (_, i) => `line ${i}\n`);
  const shown = await replay(1500, lines);
  const at = shown.findIndex((line) => line.startsWith('[the journal ends here, it is full or could not be written'));
  expect(at).toBeGreaterThan(0);
  expect(shown.slice(0, at)).toEqual(lines.slice(0, at));
  expect(at).toBeLessThan(lines.length);
  expect(shown.slice(at + 1)).toEqual([lines.at(-1)]);
});

test('lines that were left out while the disk was slow are told', async () => {
  const shown = await replay(1_000_000, ['one\n', 'two\n'], (open) => open.add('dropped', 0, { lines: 3 }));
  expect(shown).toEqual(['one\n', 'two\n', '[6 lines of the journal were left out while the disk was slow: this may not be all]\n']);
});
