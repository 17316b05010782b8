/**
 * Cells that outlived their kernel. What they have shown is told in the next cell of any notebook: a kernel that was killed takes the
 * place of its output with it, the one that follows knows nothing of its cells. A client that is only away comes for its cells itself.
 */
import type { Output } from '../protocol/messages';
import type { Client, Execution } from './execution';

/** Cells remembered; the output of more is in the journal only. */
const MOST = 32;

export class Orphans {
  private cells: { execution: Execution; client: Client }[] = [];

  /** The connection of `client` is gone before its cell had a verdict. */
  add(execution: Execution, client: Client): void {
    if (execution.kind !== 'cell' || execution.request.silent) return;
    this.cells.push({ execution, client });
    if (this.cells.length > MOST) this.cells.shift();
  }

  /** Outputs of those that are over and whose kernel's process has ended, to be shown before those of another cell. */
  take(): Output[] {
    const told: Output[] = [];
    // Somebody has come for it.
    this.cells = this.cells.filter(({ execution }) => execution.owner === null);
    for (const one of this.cells.filter(({ execution, client }) => execution.verdict && !client.alive())) {
      this.cells.splice(this.cells.indexOf(one), 1);
      told.push(...story(one.execution));
    }
    return told;
  }
}

function story(execution: Execution): Output[] {
  const { count, verdict } = execution;
  const text = (name: 'stdout' | 'stderr', line: string): Output => ({ kind: 'stream', name, text: line });
  const shown = execution.kept().flatMap((output): Output[] => {
    if (output.kind === 'result') return [{ kind: 'display', data: output.data, metadata: output.metadata }];
    return output.kind === 'stream' || output.kind === 'display' ? [output] : [];
  });
  const last = shown.at(-1);
  const gap = last?.kind === 'stream' && !last.text.endsWith('\n') ? '\n' : '';
  const error = verdict?.status === 'error' ? [text('stderr', `${(verdict.traceback ?? [`${verdict.ename}: ${verdict.evalue}`]).join('\n')}\n`)] : [];
  return [text('stdout', `[cell ${count} went on when its kernel had ended; this is its output]\n`), ...shown, ...error, text('stdout', `${gap}[end of cell ${count}: ${verdict?.status ?? ''}]\n`)];
}
