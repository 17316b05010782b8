import { Execution, type Client, type ExecuteRequest } from '../../../bridge/server/execution';
import { ReplayBudget } from '../../../bridge/server/replay-budget';
import type { BridgeMessage, Output } from '../../../bridge/protocol/messages';

const request: ExecuteRequest = { id: 'a', code: '', silent: false, storeHistory: true, userExpressions: {}, allowStdin: false, stopOnError: true };
const text = (value: string): Output => ({ kind: 'stream', name: 'stdout', text: value });

class Reader implements Client {
  readonly name = 'reader';
  readonly observer = false;
  alive(): boolean {
    return true;
  }
  readonly messages: BridgeMessage[] = [];
  send(message: BridgeMessage): void {
    this.messages.push(message);
  }
  /** What a client shows that has `seen` outputs already, as the kernel's executor does it. */
  shown(seen: number): string[] {
    const shown: string[] = [];
    for (const message of this.messages) {
      if (message.t !== 'output' || message.output.kind !== 'stream') continue;
      if (message.seq !== undefined && message.seq < seen) continue;
      if (message.seq !== undefined) seen = message.seq + 1;
      shown.push(message.output.text);
    }
    return shown;
  }
}

describe('an execution that an earlier bridge began', () => {
  test('shows what its ranks wrote before the client came back, also when the journal lacks what the client has', () => {
    const execution = new Execution('cell', request, 1, 'me');
    execution.restored = true;
    execution.keep(text('one'));
    // The client has 'one', 'two' and 'three'; the journal knew the first only.
    execution.emit(text('four'));
    const client = new Reader();
    execution.attach(client, 3);
    execution.emit(text('five'));
    expect(client.shown(3)).toEqual(['four', 'five']);
  });

  test('repeats nothing for a client that comes back once more', () => {
    const execution = new Execution('cell', request, 1, 'me');
    execution.restored = true;
    execution.emit(text('four'));
    const client = new Reader();
    execution.attach(client, 3);
    execution.emit(text('five'));
    const again = new Reader();
    execution.attach(again, 5);
    execution.emit(text('six'));
    expect(again.shown(5)).toEqual(['six']);
  });
});

test('settled executions keep outputs within a bound for all of them; what is gone is told to who comes back', () => {
  const budget = new ReplayBudget(3, 10);
  const executions = ['aaaa', 'bbbb', 'cccc', '', 'd'].map((value) => {
    const execution = new Execution('cell', request, 1, 'me');
    if (value !== '') execution.emit(text(value));
    execution.settle({ status: 'ok', userExpressions: {}, payload: [], metadata: {} });
    budget.settle(execution);
    return execution;
  });
  expect(executions.map((execution) => execution.replayCharacters)).toEqual([0, 4, 4, 0, 1]);
  const shown = (execution: Execution | undefined, seen: number): string[] => {
    const client = new Reader();
    execution!.attach(client, seen);
    expect(client.messages.at(-1)).toMatchObject({ t: 'verdict', status: 'ok' });
    return client.shown(seen);
  };
  expect(shown(executions[0], 0)).toEqual(['[earlier output is in the journal of the job]\n']);
  expect(shown(executions[0], 1)).toEqual([]);
  expect(shown(executions[2], 0)).toEqual(['cccc']);
});
