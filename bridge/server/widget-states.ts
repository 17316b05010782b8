/**
 * The states of all widgets of ipywidgets' kind, as the front end and the lowest rank have told them to each other. A page that was
 * reloaded gets them from here at any time, also while a cell or a long step keeps the ranks from answering.
 *
 * Protocol: ipywidgets, packages/schema/messages.md, version 2 with the control comm.
 */
import type { CommMessage } from '../protocol/messages';
import { textOrEmpty } from './values';

export const WIDGET_TARGET = 'jupyter.widget';

type Path = (string | number)[];

interface Model {
  state: Record<string, unknown>;
  buffers: { path: Path; bytes: Uint8Array }[];
  size: number;
}

/** Bytes of all states. Beyond, the oldest are forgotten: the ranks are asked for those. */
const MOST_BYTES = 256 * 1024 * 1024;
const MESSAGE_METADATA = { version: '2.1.0' };

export class WidgetStates {
  private readonly models = new Map<string, Model>();
  private size = 0;

  /** @param mostBytes see above; for tests. */
  constructor(private readonly mostBytes: number = MOST_BYTES) {}

  /** A comm message of either side. */
  note({ type, content, buffers }: CommMessage): void {
    const id = textOrEmpty(content['comm_id']);
    if (type === 'comm_close') return this.forget(id);
    const data = asMap(content['data']);
    if (type === 'comm_open') {
      if (content['target_name'] !== WIDGET_TARGET) return;
      this.forget(id);
      this.models.set(id, { state: {}, buffers: [], size: 0 });
    } else if (data['method'] !== 'update' && data['method'] !== 'echo_update') {
      return;
    }
    const model = this.models.get(id);
    if (!model) return;
    const state = asMap(data['state']);
    const paths = Array.isArray(data['buffer_paths']) ? (data['buffer_paths'] as Path[]) : [];
    Object.assign(model.state, state);
    const changed = new Set([...Object.keys(state), ...paths.map((path) => path[0])]);
    // A value that has become binary leaves no trace of what it was.
    for (const path of paths) if (path.length === 1) delete model.state[String(path[0])];
    model.buffers = model.buffers.filter(({ path }) => !changed.has(path[0]));
    paths.forEach((path, at) => {
      if (Array.isArray(path) && buffers[at]) model.buffers.push({ path, bytes: buffers[at] });
    });
    this.size -= model.size;
    model.size = sizeOf(model.state) + model.buffers.reduce((sum, { bytes }) => sum + bytes.length, 0);
    this.size += model.size;
    for (const oldest of this.models.keys()) {
      if (this.size <= this.mostBytes) break;
      this.forget(oldest);
    }
  }

  private forget(id: string): void {
    this.size -= this.models.get(id)?.size ?? 0;
    this.models.delete(id);
  }

  /** Answer to `request_state`; undefined when the widget is not known. */
  state(id: string): CommMessage | undefined {
    const model = this.models.get(id);
    if (!model) return undefined;
    const data = { method: 'update', state: model.state, buffer_paths: model.buffers.map(({ path }) => path) };
    return { type: 'comm_msg', content: { comm_id: id, data }, metadata: MESSAGE_METADATA, buffers: model.buffers.map(({ bytes }) => bytes) };
  }

  /** Answer to `request_states` on the control comm `controlId`. */
  states(controlId: string): CommMessage {
    const states: Record<string, unknown> = {};
    const paths: Path[] = [];
    const buffers: Uint8Array[] = [];
    for (const [id, model] of this.models) {
      const { _model_name, _model_module, _model_module_version } = model.state;
      states[id] = { model_name: _model_name, model_module: _model_module, model_module_version: _model_module_version, state: model.state };
      for (const { path, bytes } of model.buffers) {
        paths.push([id, 'state', ...path]);
        buffers.push(bytes);
      }
    }
    return { type: 'comm_msg', content: { comm_id: controlId, data: { method: 'update_states', states, buffer_paths: paths } }, metadata: MESSAGE_METADATA, buffers };
  }
}

function asMap(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

/** About so many characters of JSON. */
function sizeOf(value: unknown): number {
  if (typeof value === 'string') return value.length + 2;
  if (typeof value !== 'object' || value === null) return 8;
  let size = 2;
  for (const [name, member] of Object.entries(value)) size += name.length + 4 + sizeOf(member);
  return size;
}
