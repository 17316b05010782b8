/** Outputs of cells as a terminal shows them. Pure. */
import type { Output, Verdict } from '../../kernel/executor';

const CLEAR_LINE = '\r\x1b[K';
const WAITING = 'allranks-waiting-';

/** Text to write for one output; `column`: whether the line that the cursor is in has text. */
export function outputText(output: Output, midLine: boolean): string {
  switch (output.kind) {
    case 'stream':
      return output.text;
    case 'clear':
      return output.wait ? '' : CLEAR_LINE;
    case 'result':
      return `${newLine(midLine)}${bundleText(output.data)}\n`;
    case 'display':
    case 'update':
      // The notice of a cell that waits stays on one line, and goes when the cell begins.
      if (output.displayId?.startsWith(WAITING)) return `${CLEAR_LINE}${bundleText(output.data)}`;
      return `${newLine(midLine)}${bundleText(output.data)}\n`;
  }
}

/** The error that ended a cell; empty when there is none. */
export function errorText(verdict: Verdict, midLine: boolean): string {
  if (verdict.status === 'ok') return '';
  const lines = verdict.traceback?.length ? verdict.traceback.join('\n') : [verdict.ename, verdict.evalue].filter(Boolean).join(': ');
  return `${newLine(midLine)}${lines.trimEnd()}\n`;
}

function bundleText(data: Record<string, unknown>): string {
  const text = data['text/plain'];
  return typeof text === 'string' ? text : `<${Object.keys(data).join(', ')}>`;
}

function newLine(midLine: boolean): string {
  return midLine ? '\n' : '';
}
