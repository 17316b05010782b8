/** One request on its way through a handler: sends at most one reply, and ends once. */
import type { RouterChannel } from './channels/router';
import type { Call } from './handlers/call';
import type { SubmittedCell } from './handlers/submitted-cell';
import type { Publisher } from './publisher';
import type { Entry } from './serial-queue';
import { toJson } from './wire/codec';
import type { Frame, Request, Session } from './wire/message';

export class RequestCall implements Call {
  readonly aborted: boolean;
  readonly submitted: SubmittedCell | undefined;
  private replied = false;
  private deferred = false;
  private ended = false;

  /**
   * @param replyType undefined: there is no reply. @param entry of the queue, for requests that wait their turn.
   * @param onEnd called once, with the error if the request failed.
   */
  constructor(
    readonly request: Request,
    private readonly channel: RouterChannel,
    private readonly replyType: string | undefined,
    entry: Entry<SubmittedCell> | undefined,
    private readonly publisher: Publisher,
    private readonly session: Session,
    private readonly onEnd: (error?: unknown) => void,
  ) {
    this.aborted = entry !== undefined && entry.aborted;
    this.submitted = entry?.work;
  }

  reply(content: object, metadata?: unknown): void {
    const frames = this.encode(content, metadata);
    if (frames !== undefined) this.channel.send(frames);
  }

  replyAfterOutputs(content: object, metadata?: unknown): void {
    const frames = this.encode(content, metadata);
    if (frames !== undefined) this.publisher.after(() => this.channel.send(frames));
  }

  defer(): void {
    this.deferred = true;
  }

  /** The handler has returned and left no promise. */
  returned(): void {
    if (!this.deferred) this.end();
  }

  end(error?: unknown): void {
    if (this.ended) return;
    this.ended = true;
    this.onEnd(error);
  }

  private encode(content: object, metadata: unknown): Frame[] | undefined {
    if (this.replied || this.replyType === undefined) return undefined;
    const metadataJson = metadata === undefined ? '{}' : toJson(metadata);
    const frames = this.session.encode(this.request.identities, this.replyType, this.request.headerJson, toJson(content), metadataJson);
    this.replied = true;
    return frames;
  }
}
