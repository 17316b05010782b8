import { LiveWidget } from '../../../bridge/server/live-widget';
import { WidgetStates } from '../../../bridge/server/widget-states';
import { looksOnly } from '../../../bridge/client/turns';
import type { Client } from '../../../bridge/server/execution';
import type { BridgeMessage, CommMessage } from '../../../bridge/protocol/messages';

const open = (id: string, state: object, target = 'jupyter.widget'): CommMessage => ({ type: 'comm_open', content: { comm_id: id, target_name: target, data: { state } }, metadata: {}, buffers: [] });
const update = (id: string, state: object, paths: unknown[] = [], buffers: Uint8Array[] = []): CommMessage => ({ type: 'comm_msg', content: { comm_id: id, data: { method: 'update', state, buffer_paths: paths } }, metadata: {}, buffers });

describe('the states of widgets', () => {
  test('are what was opened with all updates since, binary values included', () => {
    const states = new WidgetStates();
    states.note(open('a', { value: 1, other: 'x' }));
    states.note(update('a', { value: 2 }));
    states.note(update('a', {}, [['other'], ['list', 0]], [Buffer.from('bin'), Buffer.from('first')]));
    expect(states.state('a')!.content).toEqual({ comm_id: 'a', data: { method: 'update', state: { value: 2 }, buffer_paths: [['other'], ['list', 0]] } });
    states.note(update('a', { other: 'y' }));
    expect(states.state('a')!.buffers.map(String)).toEqual(['first']);
    states.note({ type: 'comm_close', content: { comm_id: 'a' }, metadata: {}, buffers: [] });
    expect(states.state('a')).toBeUndefined();
  });

  test('are not kept of comms that are no widgets, nor of custom messages', () => {
    const states = new WidgetStates();
    states.note(open('b', { value: 1 }, 'own.target'));
    expect(states.state('b')).toBeUndefined();
    states.note({ type: 'comm_msg', content: { comm_id: 'never opened', data: { method: 'update', state: { v: 1 } } }, metadata: {}, buffers: [] });
    expect((states.states('c').content['data'] as Record<string, unknown>)['states']).toEqual({});
  });

  test('are bounded: the oldest go first', () => {
    const states = new WidgetStates(1000);
    states.note(open('old', { value: 'x'.repeat(600) }));
    states.note(open('new', { value: 'x'.repeat(600) }));
    expect(states.state('old')).toBeUndefined();
    expect(states.state('new')).toBeDefined();
  });
});

describe('the live table', () => {
  test('is sent while it is shown and has changed, and to nobody afterwards', () => {
    jest.useFakeTimers();
    let step = 0;
    const sent: BridgeMessage[] = [];
    const client: Client = { name: 'kernel', observer: false, alive: () => true, send: (message) => sent.push(message) };
    const widget = new LiveWidget({
      jobId: 'job',
      table: () => ({ kind: 'display', data: { 'text/html': `step ${step}` }, metadata: {} }),
      emit: () => undefined,
      execute: () => undefined,
      note: () => undefined,
    });
    const views = (count: number): void => widget.message(client, update('allranks-live-job-box', { _view_count: count }));
    widget.show({ owner: client, id: 'cell' } as never);
    sent.length = 0;
    const values = (): string[] => sent.splice(0).map((message) => JSON.stringify(message)).map((text) => /"value":"(.*?)"/.exec(text)![1]!);
    jest.advanceTimersByTime(5000);
    expect(values()).toEqual([]);
    views(1);
    step = 1;
    jest.advanceTimersByTime(1000);
    jest.advanceTimersByTime(3000);
    expect(values()).toEqual(['step 1']);
    views(0);
    step = 2;
    jest.advanceTimersByTime(5000);
    expect(values()).toEqual([]);
    views(1);
    expect(values()).toEqual(['step 2']);
    widget.left(client);
    step = 3;
    jest.advanceTimersByTime(5000);
    expect(values()).toEqual([]);
    expect(jest.getTimerCount()).toBe(0);
    jest.useRealTimers();
  });
});

test('cells that only look are known by all their lines', () => {
  for (const code of ['%live status', '\n %live  stacks\n\n# why\n%live replay 7', '%live missed']) expect(looksOnly(code)).toBe(true);
  for (const code of ['%live pause', '%live status\n%live resume', '%livestatus', 'x = 1', '%live', '', 7]) expect(looksOnly(code)).toBe(false);
});
