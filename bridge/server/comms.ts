/** Comms of the job: which are open, which messages the bridge answers itself, and which go to the ranks. */
import type { CommMessage } from '../protocol/messages';
import type { Client } from './execution';
import type { LiveWidget } from './live-widget';
import { textOrEmpty } from './values';
import { WidgetStates } from './widget-states';

/** The comm by which a front end asks for the states of all widgets when it loads a page. */
const CONTROL_TARGET = 'jupyter.widget.control';

export class Comms {
  private readonly open = new Map<string, { target_name: string }>();
  private readonly widgets = new WidgetStates();
  /** Control comms by id. */
  private readonly control = new Set<string>();

  /** @param complete no widget was made before this bridge: what it has heard is all there is. */
  constructor(private complete: boolean) {}

  /** Answer to comm_info_request. */
  list(target: unknown): Record<string, { target_name: string }> {
    return Object.fromEntries([...this.open].filter(([, comm]) => target === undefined || target === null || comm.target_name === target));
  }

  /** A message of either side. */
  note(message: CommMessage): void {
    const id = textOrEmpty(message.content['comm_id']);
    if (message.type === 'comm_open') this.open.set(id, { target_name: textOrEmpty(message.content['target_name']) });
    if (message.type === 'comm_close') this.open.delete(id);
    this.widgets.note(message);
  }

  /** Answers a message of a front end; false: it is for the ranks. */
  answer(client: Client, id: string, message: CommMessage, live: LiveWidget): boolean {
    const commId = textOrEmpty(message.content['comm_id']);
    const method = (message.content['data'] as Record<string, unknown> | undefined)?.['method'];
    const reply = (answer: CommMessage): boolean => {
      client.send({ t: 'comm', id, message: answer });
      return true;
    };
    if (message.type === 'comm_open' && message.content['target_name'] === CONTROL_TARGET && this.complete) {
      this.control.add(commId);
      return true;
    }
    if (this.control.has(commId)) {
      if (message.type === 'comm_close') this.control.delete(commId);
      if (method !== 'request_states') return true;
      live.reloaded(client);
      return reply(this.widgets.states(commId));
    }
    if (method === 'request_state') {
      const state = this.widgets.state(commId);
      if (state) return reply(state);
    }
    if (!live.owns(commId)) return false;
    live.message(client, message);
    return true;
  }
}
