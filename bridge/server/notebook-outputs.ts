/** What a front end makes of a cell's outputs: merged streams, updated displays, clear with and without wait. Pure. */
import type { Output } from '../protocol/messages';

export type NotebookOutput =
  | { output_type: 'stream'; name: string; text: string }
  | { output_type: 'display_data'; data: Record<string, unknown>; metadata: Record<string, unknown> }
  | { output_type: 'execute_result'; data: Record<string, unknown>; metadata: Record<string, unknown>; execution_count: number }
  | { output_type: 'error'; ename: string; evalue: string; traceback: string[] };

// Bookkeeping that must not end up in the notebook's JSON.
const displayIds = new WeakMap<NotebookOutput, string>();
const clearNext = new WeakSet<NotebookOutput[]>();

/** Applies one output to the list of a cell, in place. Updates reach displays of the same cell only. */
export function applyOutput(outputs: NotebookOutput[], output: Output): void {
  if (output.kind === 'clear') {
    if (output.wait) clearNext.add(outputs);
    else outputs.length = 0;
    return;
  }
  if (output.kind === 'update') {
    for (const shown of outputs) {
      if (displayIds.get(shown) === output.displayId && shown.output_type === 'display_data') {
        shown.data = output.data;
        shown.metadata = output.metadata;
      }
    }
    return;
  }
  if (clearNext.delete(outputs)) outputs.length = 0;
  switch (output.kind) {
    case 'stream': {
      const last = outputs.at(-1);
      if (last?.output_type === 'stream' && last.name === output.name) last.text += output.text;
      else outputs.push({ output_type: 'stream', name: output.name, text: output.text });
      return;
    }
    case 'display': {
      const shown: NotebookOutput = { output_type: 'display_data', data: output.data, metadata: output.metadata };
      if (output.displayId !== undefined) displayIds.set(shown, output.displayId);
      outputs.push(shown);
      return;
    }
    case 'result':
      outputs.push({ output_type: 'execute_result', data: output.data, metadata: output.metadata, execution_count: output.executionCount });
      return;
  }
}
