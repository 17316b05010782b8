/**
 * `%live watch`: the run as a live table with buttons, made of ipywidgets' own elements, so that every front end that shows widgets
 * shows it. The bridge is the other side of its comms: no rank has to answer, and the buttons work while a step computes or a cell runs.
 *
 * The table is sent once a second, when it has changed and a page shows it. A button does what the line `%live ...` does.
 */
import { v4 as uuid } from 'uuid';
import type { BridgeMessage, CommMessage, Output } from '../protocol/messages';
import type { Client, ExecuteRequest, Execution } from './execution';
import { textOrEmpty } from './values';
import { WIDGET_TARGET } from './widget-states';

export interface LiveWidgetHost {
  /** Name of the job in ids: the same for all its bridges. */
  readonly jobId: string;
  /** The table now, as HTML and as text. */
  table(): Extract<Output, { kind: 'display' }>;
  emit(execution: Execution, output: Output): void;
  /** Runs a `%live` cell of the buttons. */
  execute(client: Client, request: ExecuteRequest): void;
  /** What every comm message means for the states of widgets. */
  note(message: CommMessage): void;
}

const UPDATE_MS = 1000;
const BASE = '@jupyter-widgets/base';
const CONTROLS = '@jupyter-widgets/controls';
const BUTTONS = ['pause', 'resume', 'step', 'interrupt'] as const;
type Button = (typeof BUTTONS)[number];
const TIPS: Record<Button, string> = {
  pause: 'stand still at the next safe point',
  resume: 'go on',
  step: 'run one step, then stand still',
  interrupt: 'end the inline function or the cell that runs',
};
const ICONS: Record<Button, string> = { pause: 'pause', resume: 'play', step: 'step-forward', interrupt: 'stop' };

export class LiveWidget {
  private readonly prefix: string;
  /** Pages of these may show it. */
  private readonly clients = new Set<Client>();
  private opened = false;
  private views = 0;
  private shown = '';
  private note = '';
  private timer: NodeJS.Timeout | null = null;

  constructor(private readonly host: LiveWidgetHost) {
    this.prefix = `allranks-live-${host.jobId}`;
  }

  /** Whether a comm is one of its elements. */
  owns(commId: string): boolean {
    return commId.startsWith(this.prefix);
  }

  /** Shows it under an execution. */
  show(execution: Execution): void {
    const { owner } = execution;
    const table = this.host.table();
    if (owner) this.open(owner, execution.id);
    const data = { ...table.data, 'application/vnd.jupyter.widget-view+json': { version_major: 2, version_minor: 0, model_id: this.id('box') } };
    this.host.emit(execution, { ...table, data });
  }

  /** A message of a front end to one of its elements. */
  message(client: Client, { type, content }: CommMessage): void {
    if (type !== 'comm_msg') return;
    this.clients.add(client);
    const id = textOrEmpty(content['comm_id']);
    const data = (content['data'] ?? {}) as Record<string, unknown>;
    if (data['method'] === 'update') {
      const views = (data['state'] as Record<string, unknown> | undefined)?.['_view_count'];
      if (id === this.id('box') && typeof views === 'number') this.viewed(views);
      return;
    }
    const event = (data['content'] as Record<string, unknown> | undefined)?.['event'];
    const button = BUTTONS.find((name) => id === this.id(name));
    if (data['method'] === 'custom' && event === 'click' && button) this.press(button, client);
  }

  /** A page has been loaded and asked for all states: what it shows it will say. */
  reloaded(client: Client): void {
    if (!this.opened) return;
    this.clients.add(client);
    this.note_({ _view_count: 0 }, 'box');
    this.viewed(0);
  }

  left(client: Client): void {
    this.clients.delete(client);
    if (this.clients.size === 0) this.stop();
  }

  /** Stops the timer. Idempotent. */
  close(): void {
    this.update();
    this.stop();
  }

  private id(name: string): string {
    return `${this.prefix}-${name}`;
  }

  private open(client: Client, cause: string): void {
    this.clients.add(client);
    const first = !this.opened;
    this.opened = true;
    this.shown = this.html();
    for (const [name, state] of this.elements()) {
      const message: CommMessage = { type: 'comm_open', content: { comm_id: this.id(name), target_name: WIDGET_TARGET, data: { state, buffer_paths: [] } }, metadata: { version: '2.1.0' }, buffers: [] };
      // A second time only for a client that may not have it; a front end that has it keeps its own.
      if (first) this.host.note(message);
      client.send({ t: 'comm', id: cause, message });
    }
  }

  /** Its elements, those first that others name. */
  private elements(): [string, Record<string, unknown>][] {
    const ref = (name: string): string => `IPY_MODEL_${this.id(name)}`;
    const model = (module: string, name: string, view: string, more: Record<string, unknown>, viewModule = module): Record<string, unknown> => ({
      _model_module: module, _model_module_version: '2.0.0', _model_name: `${name}Model`, _view_module: viewModule, _view_module_version: '2.0.0', _view_name: view, _view_count: null, ...more,
    });
    const control = (name: string, more: Record<string, unknown>): Record<string, unknown> => model(CONTROLS, name, `${name}View`, { _dom_classes: [], tabbable: null, tooltip: null, layout: ref('layout'), ...more });
    const html = (value: string): Record<string, unknown> => control('HTML', { value, description: '', description_allow_html: false, placeholder: '', style: ref('text-style') });
    return [
      ['layout', model(BASE, 'Layout', 'LayoutView', {})],
      ['style', model(CONTROLS, 'ButtonStyle', 'StyleView', {}, BASE)],
      ['text-style', model(CONTROLS, 'HTMLStyle', 'StyleView', {}, BASE)],
      ...BUTTONS.map((name): [string, Record<string, unknown>] => [name, control('Button', { description: name, tooltip: TIPS[name], icon: ICONS[name], button_style: '', disabled: false, style: ref('style') })]),
      ['table', html(this.shown)],
      ['note', html(this.note)],
      ['buttons', control('HBox', { children: BUTTONS.map(ref), box_style: '' })],
      ['box', control('VBox', { children: ['table', 'buttons', 'note'].map(ref), box_style: '', _view_count: 0 })],
    ];
  }

  private html(): string {
    return textOrEmpty(this.host.table().data['text/html']);
  }

  private viewed(views: number): void {
    this.views = views;
    if (views <= 0) return this.stop();
    this.update();
    this.timer ??= setInterval(() => this.update(), UPDATE_MS);
  }

  private stop(): void {
    if (this.timer) clearInterval(this.timer);
    this.timer = null;
  }

  private update(): void {
    if (this.views <= 0) return;
    const html = this.html();
    if (html === this.shown) return;
    this.shown = html;
    this.set('table', html);
  }

  private set(name: string, value: string): void {
    const message = this.note_({ value }, name);
    for (const client of this.clients) client.send({ t: 'comm', id: null, message });
  }

  private note_(state: Record<string, unknown>, name: string): CommMessage {
    const message: CommMessage = { type: 'comm_msg', content: { comm_id: this.id(name), data: { method: 'update', state, buffer_paths: [] } }, metadata: { version: '2.1.0' }, buffers: [] };
    this.host.note(message);
    return message;
  }

  private press(button: Button, by: Client): void {
    const tell = (text: string): void => this.tell(`${button}: ${text}`);
    tell('asked');
    const presser: Client = {
      name: `a button of ${by.name}`,
      observer: true,
      alive: () => by.alive(),
      send: (message: BridgeMessage) => {
        if (message.t === 'output') tell(textOf(message.output));
        if (message.t !== 'verdict') return;
        if (message.status === 'error') tell(`${message.ename ?? 'error'}: ${message.evalue ?? ''}`);
        this.update();
      },
    };
    this.host.execute(presser, { id: uuid(), code: `%live ${button}`, silent: true, storeHistory: false, userExpressions: {}, allowStdin: false, stopOnError: false });
  }

  private tell(text: string): void {
    const clean = text.trim().replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
    if (clean === '' || clean.endsWith(':')) return;
    this.note = `<code>${clean}</code>`;
    this.set('note', this.note);
  }
}

function textOf(output: Output): string {
  if (output.kind === 'stream') return output.text;
  return 'data' in output ? textOrEmpty(output.data['text/plain']) : '';
}
