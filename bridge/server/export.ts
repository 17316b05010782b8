/** From a journal to a notebook (nbformat 4.5): the cells of one run with their outputs, as the front end showed them. */
import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { JOURNAL_NAME, readJournal } from './journal';
import { applyOutput, type NotebookOutput } from './notebook-outputs';
import type { Output } from '../protocol/messages';
import { textOrEmpty } from './values';

interface ExportCell {
  id: string;
  code: string;
  count: number | null;
  outputs: NotebookOutput[];
  sender: string | null;
  step: number;
  at: number;
}

interface Run {
  session: number;
  name: string;
  at: number;
  cells: ExportCell[];
}

/**
 * Makes a notebook of a journal.
 * @param source path of a job folder or of a `journal.jsonl`. @param session which run in it; default the last.
 * @returns the notebook as a JSON value. Throws an Error with one sentence when there is no journal or no such run.
 */
export function journalToNotebook(source: string, session?: number): Record<string, unknown> {
  const info = statSync(source, { throwIfNoEntry: false });
  if (!info) throw new Error(`there is no ${source}`);
  const path = info.isDirectory() ? join(source, JOURNAL_NAME) : source;
  if (!statSync(path, { throwIfNoEntry: false })) throw new Error(`${source} holds no ${JOURNAL_NAME}: no cell ran in this job, or its folder was not writable`);
  const runs = readRuns(path);
  const run = session === undefined ? runs.at(-1) : runs.find((candidate) => candidate.session === session);
  if (!run) throw new Error(session === undefined ? `${path} tells of no run` : `${path} tells of no run ${session}`);
  return {
    nbformat: 4,
    nbformat_minor: 5,
    metadata: {
      kernelspec: { name: 'allranks', display_name: 'Allranks', language: 'python' },
      language_info: { name: 'python', file_extension: '.py', mimetype: 'text/x-python' },
      allranks: { job: run.name, session: run.session, started: new Date(run.at).toISOString() },
    },
    cells: run.cells.map((cell, at) => ({
      cell_type: 'code',
      id: cellId(cell.id, at),
      execution_count: cell.count,
      metadata: { allranks: { step: cell.step, at: new Date(cell.at).toISOString(), ...(cell.sender ? { sender: cell.sender } : {}) } },
      source: cell.code,
      outputs: cell.outputs,
    })),
  };
}

/** Writes the notebook of a journal; mode 0600, as its content may be as private as the journal. Errors as above. */
export function exportJob(source: string, target: string, session?: number): { cells: number } {
  const notebook = journalToNotebook(source, session);
  writeFileSync(target, `${JSON.stringify(notebook, null, 1)}\n`, { mode: 0o600 });
  return { cells: (notebook['cells'] as unknown[]).length };
}

function readRuns(path: string): Run[] {
  const runs: Run[] = [];
  const byId = new Map<string, ExportCell>();
  readJournal(path, (line) => {
    const run = runs.at(-1);
    const cell = typeof line['id'] === 'string' ? byId.get(line['id']) : undefined;
    switch (line.kind) {
      case 'open': {
        const session = Number(line['session']);
        // A bridge that was started again goes on with the same run.
        if (run?.session !== session) runs.push({ session, name: String(line['name']), at: line.at, cells: [] });
        break;
      }
      case 'cell': {
        if (!run || typeof line['code'] !== 'string' || line['silent'] === true) break;
        const added: ExportCell = {
          id: String(line['id']),
          code: line['code'],
          count: typeof line['count'] === 'number' && line['store'] !== false ? line['count'] : null,
          outputs: [],
          sender: typeof line['sender'] === 'string' ? line['sender'] : null,
          step: line.step,
          at: line.at,
        };
        byId.set(added.id, added);
        run.cells.push(added);
        break;
      }
      case 'output':
        if (cell) applyOutput(cell.outputs, line['output'] as Output);
        break;
      case 'verdict':
        if (cell && (line['verdict'] as Record<string, unknown> | undefined)?.['status'] === 'error') {
          const verdict = line['verdict'] as Record<string, unknown>;
          cell.outputs.push({
            output_type: 'error',
            ename: textOrEmpty(verdict['ename']),
            evalue: textOrEmpty(verdict['evalue']),
            traceback: Array.isArray(verdict['traceback']) ? verdict['traceback'].map(String) : [],
          });
        }
        break;
      default:
        break;
    }
  });
  return runs;
}

/** nbformat wants 1 to 64 of `[a-zA-Z0-9-_]`, unique in the notebook. */
function cellId(id: string, at: number): string {
  const clean = id.replace(/[^a-zA-Z0-9_-]/g, '').slice(0, 48);
  return `${clean || 'cell'}-${at}`;
}
