/** Puts messages on iopub. The parent is always given: outputs outlive the request that caused them. */
import type { IopubChannel } from './channels/iopub';
import { bundleToJson, toJson, type BundleContent } from './wire/codec';
import type { Session } from './wire/message';

export type ExecutionState = 'starting' | 'busy' | 'idle';

/** Parent of messages that no request caused. */
export const NO_PARENT = '{}';

const STATUS: Record<ExecutionState, string> = {
  starting: '{"execution_state":"starting"}',
  busy: '{"execution_state":"busy"}',
  idle: '{"execution_state":"idle"}',
};

/** What a Jupyter server does not count against its limits. */
const UNCOUNTED: ReadonlySet<string> = new Set(['execute_input', 'comm_open']);

export class Publisher {
  private readonly topicStart: string;
  /** Topics of messages by type; as bytes they are cheaper for the socket than as text. */
  private readonly topics = new Map<string, readonly Buffer[]>();
  private readonly statusTopic: readonly Buffer[];

  constructor(
    private readonly iopub: IopubChannel,
    private readonly session: Session,
  ) {
    this.topicStart = `kernel.${session.id}.`;
    this.statusTopic = this.topic('status');
  }

  status(state: ExecutionState, parentJson: string): void {
    this.iopub.send(this.session.encode(this.statusTopic, 'status', parentJson, STATUS[state]), 'uncounted');
  }

  publish(type: string, parentJson: string, content: unknown, metadata?: unknown, buffers?: readonly Uint8Array[]): void {
    const metadataJson = metadata === undefined ? '{}' : toJson(metadata);
    this.iopub.send(this.session.encode(this.topic(type), type, parentJson, toJson(content), metadataJson, buffers), UNCOUNTED.has(type) ? 'uncounted' : 'message');
  }

  /** A message whose content has a bundle of outputs in its `data`. */
  bundle(type: string, parentJson: string, content: BundleContent): void {
    this.iopub.send(this.session.encode(this.topic(type), type, parentJson, bundleToJson(content)), 'message');
  }

  stream(name: 'stdout' | 'stderr', parentJson: string, text: string): void {
    this.iopub.send(this.session.encode([`stream.${name}`], 'stream', parentJson, toJson({ name, text })), 'text');
  }

  /**
   * Greets a new subscriber, on its own topic. Like ipykernel's, the greeting for the empty topic has no topic frame.
   */
  welcome(topic: string): void {
    const frames = this.session.encode(topic === '' ? [] : [topic], 'iopub_welcome', NO_PARENT, toJson({ subscription: topic }));
    this.iopub.send(frames, 'message');
  }

  private topic(type: string): readonly Buffer[] {
    let topic = this.topics.get(type);
    if (topic === undefined) this.topics.set(type, (topic = [Buffer.from(this.topicStart + type)]));
    return topic;
  }

  /** Calls `action` when all that was published before is with ZeroMQ. */
  after(action: () => void): void {
    this.iopub.after(action);
  }
}
