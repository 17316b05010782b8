/**
 * Runs the lines of one `%libyt` cell one after another. What ranks have to know or to do is an entry of the command log, so that all
 * of them do it at the same place; what they answer comes with their outcomes.
 */
import { pack } from '../../protocol/frames';
import { CommandKind } from '../../protocol/generated';
import type { Output } from '../../protocol/messages';
import { payloadOf, type Execution } from '../execution';
import type { HistoryCell } from '../history';
import type { LiveHost } from '../live-runner';
import { decide, refusal, type Outcome } from '../verdict';
import { helpMarkdown, helpText, isLibyt, type LibytAction, type Place } from './commands';
import { foldStatus, functionDisplay, functionText, statusTable, statusText } from './status';

/** What a `%libyt` cell may ask of its job. */
export interface LibytHost extends LiveHost {
  /** Cells of this run that went well, in order. */
  successes(): readonly HistoryCell[];
  /** Leaves the entry point at which the run stands, if it does. */
  leaveEntry(why: string): void;
}

/** Needs no turn in the queue. */
export function onlyHelp(actions: readonly LibytAction[]): boolean {
  return actions.every(({ what }) => what === 'help');
}

export function placeOf(execution: Execution): Place {
  return execution.request.place ?? 'notebook';
}

/** Starts the cell, or goes on with line `at`; it settles through the host. */
export function runLibyt(host: LibytHost, execution: Execution, actions: readonly LibytAction[], at = 0): void {
  if (execution.state === 'settled') return;
  const place = placeOf(execution);
  const action = actions[at];
  const { step, time, size } = host.status();
  if (!action) return host.settle(execution, { status: 'ok', userExpressions: {}, payload: [], metadata: { step, time } });
  const show = (output: Output): void => host.emit(execution, output);
  const say = (text: string): void => show({ kind: 'stream', name: 'stdout', text });
  const next = (): void => runLibyt(host, execution, actions, at + 1);
  const fail = (sentence: string): void => host.settle(execution, refusal('UsageError', sentence, { step, time }));
  const entry = (kind: CommandKind, payload: Uint8Array, decided: (outcomes: Outcome[]) => void): void => {
    // Waits for a safe point like a cell, with the same notice and the same way out.
    execution.state = 'waiting';
    const { index } = host.log.append(kind, payload, {
      decided: (outcomes) => {
        if (execution.verdict) return;
        for (const outcome of outcomes) execution.output?.finishRank(outcome.rank);
        execution.output?.finish();
        execution.index = 0;
        const body = decide(
          outcomes,
          execution.interrupted
            ? { ename: 'KeyboardInterrupt', evalue: '' }
            : { ename: 'SimulationEnded', evalue: 'the simulation ended before this was done' },
        );
        if (body.status !== 'ok') {
          if (action.what === 'load') say(`Loading script '${action.path}' ... failed\n`);
          host.settle(execution, body);
        } else {
          decided(outcomes);
        }
      },
    });
    host.track(execution, index);
  };
  /** Asks every rank; goes on with their answers, unless one of them is an error. */
  const ask = (question: Record<string, unknown>, answered: (answers: [number, Record<string, unknown>][]) => void): void => {
    entry(CommandKind.call, pack({ what: 'libyt', id: execution.id, ...question }), (outcomes) => {
      const answers = outcomes.map(({ rank, libyt }) => [rank, libyt ?? {}] as [number, Record<string, unknown>]);
      const wrong = answers.find(([, answer]) => typeof answer['error'] === 'string');
      if (wrong) return fail(String(wrong[1]['error']));
      if (answers.every(([, answer]) => answer['missing'] === true) && 'name' in question)
        return fail(`Function '${String(question['name'])}' not found`);
      answered(answers);
    });
  };
  switch (action.what) {
    case 'help':
      if (place === 'notebook')
        show({ kind: 'display', data: { 'text/markdown': helpMarkdown(), 'text/plain': helpText(place).trimEnd() }, metadata: {} });
      else say(helpText(place));
      return next();
    case 'exit':
      host.leaveEntry('the prompt was left');
      return next();
    case 'status':
      return ask({ do: 'status', ...(action.name ? { name: action.name } : {}) }, (answers) => {
        const functions = foldStatus(answers);
        if (action.name === '') {
          if (place === 'notebook') show(statusTable(functions, size));
          else say(statusText(functions, size));
          return next();
        }
        const [one] = functions;
        if (!one) return fail(`Function '${action.name}' not found`);
        if (place === 'notebook') show(functionDisplay(one));
        else say(functionText(one));
        next();
      });
    case 'run':
      return ask({ do: 'run', name: action.name, args: action.args }, () => {
        say(`Function '${action.name}' set to run ... done\nRun ${action.name}(${action.args.join(',')}) in next iteration\n`);
        next();
      });
    case 'idle':
      return ask({ do: 'idle', name: action.name }, () => {
        say(`Function '${action.name}' set to idle ... done\n`);
        next();
      });
    case 'export':
      return ask({ do: 'write', path: action.path, text: exported(host.successes()) }, () => {
        say(`Exporting history to '${action.path}' ... done\n`);
        next();
      });
    case 'load':
      return ask({ do: 'read', path: action.path }, (answers) => {
        const text = answers.find(([, answer]) => typeof answer['text'] === 'string')?.[1]['text'];
        if (typeof text !== 'string') return fail(`File ${action.path} could not be read`);
        entry(CommandKind.cell, payloadOf(execution, asFile(text), null), () => {
          say(`Loading script '${action.path}' ... done\n`);
          next();
        });
      });
  }
}

/** The text of a file, for a cell: its last expression shows no value. */
export function asFile(text: string): string {
  return `${text}\npass`;
}

/** The file of `%libyt export`; commands are comments, as libyt has them. */
function exported(cells: readonly HistoryCell[]): string {
  const parts = cells
    .filter(({ input }) => !/^\s*%live(?!\w)/.test(input))
    .map(
      ({ line, input }) =>
        `#In[${line}]\n${
          isLibyt(input)
            ? input
                .split('\n')
                .map((row) => (/^\s*(#|$)/.test(row) ? row : `# ${row.trim()}`))
                .join('\n')
            : input
        }\n`,
    );
  return parts.join('\n');
}
