/**
 * Jupyter messages and their frames:
 *   identities*, `<IDS|MSG>`, signature, header, parent header, metadata, content, buffers*
 * Incoming frames are verified over their bytes first, then parsed, then remembered. Outgoing headers are put together
 * as text, since only id, type and date change from one message to the next.
 */
import { v4 as uuid } from 'uuid';
import { PROTOCOL_VERSION } from '../version';
import { parseObject, toJson } from './codec';
import { ReplayGuard, type Signer } from './signature';

export const DELIMITER = '<IDS|MSG>';
const DELIMITER_BYTES = Buffer.from(DELIMITER);
/** An empty JSON object. */
const EMPTY_BYTES = Buffer.from('{}');
/** Routing prefixes are one or two frames; more than this is not from a client of ours. */
const MAX_IDENTITIES = 16;
const MAX_BUFFERS = 65_536;
/** Texts above this are encoded once, for signature and socket, instead of once for each. */
const ENCODE_ONCE_CHARS = 16_384;

/** What a frame can be on its way out: text, or what is bytes already. */
export type Frame = string | Buffer | Uint8Array;

export interface Header {
  msg_id: string;
  msg_type: string;
  session: string;
  username: string;
  [field: string]: unknown;
}

/** A request as received; passed along explicitly, since replies and outputs need its header and identities. */
export interface Request {
  identities: Buffer[];
  header: Header;
  /** The header's frame to the letter: becomes the parent header of everything caused, unknown fields included. */
  headerJson: string;
  /** `parent_header.msg_id` if there is one: which input request a reply answers. */
  parentId: string | undefined;
  metadata: Record<string, unknown>;
  content: Record<string, unknown>;
  buffers: Buffer[];
  /** Size of all frames. */
  bytes: number;
}

/** Why a message was dropped. */
export type WireFault = 'malformed' | 'unsigned' | 'signature' | 'replayed';

export class WireError extends Error {
  constructor(
    readonly code: WireFault,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
    this.name = 'WireError';
  }
}

/** The kernel's one session: its id, its message numbers, its signatures. */
export class Session {
  readonly id = uuid();
  private count = 0;
  private readonly replay: ReplayGuard;
  private readonly headerStart: string;
  private readonly headerEnd: string;
  /** The date of the latest header, and the time that it tells. */
  private date = '';
  private dateMs = 0;

  constructor(
    private readonly signer: Signer,
    username = 'kernel',
    replayCapacity?: number,
  ) {
    this.replay = new ReplayGuard(replayCapacity);
    this.headerStart = `{"msg_id":"${this.id}_${process.pid}_`;
    this.headerEnd = `","version":"${PROTOCOL_VERSION}","session":"${this.id}","username":${toJson(username)}}`;
  }

  /** Id of the message encoded last. */
  get lastId(): string {
    return `${this.id}_${process.pid}_${this.count}`;
  }

  /**
   * Frames of an outgoing message.
   * @param prefix routing identities, or the topic.
   * @param parentJson header of the request that caused it, `{}` for none.
   * @param contentJson JSON text or its UTF-8, see `toJson`; likewise `metadataJson`, always text.
   */
  encode(prefix: readonly Frame[], type: string, parentJson: string, contentJson: string | Buffer, metadataJson = '{}', buffers: readonly Uint8Array[] = []): Frame[] {
    this.count += 1;
    const now = Date.now();
    if (now !== this.dateMs) {
      this.dateMs = now;
      this.date = new Date(now).toISOString();
    }
    const header = `${this.headerStart}${this.count}","msg_type":"${type}","date":"${this.date}${this.headerEnd}`;
    const content = typeof contentJson === 'string' && contentJson.length > ENCODE_ONCE_CHARS ? Buffer.from(contentJson, 'utf8') : contentJson;
    const signature = this.signer.sign(header, parentJson, metadataJson, content);
    const frames: Frame[] = prefix.slice();
    frames.push(DELIMITER_BYTES, signature, header, parentJson, metadataJson === '{}' ? EMPTY_BYTES : metadataJson, content);
    for (const buffer of buffers) frames.push(buffer);
    return frames;
  }

  /** Verifies, parses and remembers a received message. @throws WireError; the message must then be dropped. */
  decode(frames: readonly Buffer[]): Request {
    let at = 0;
    while (at < frames.length && !isDelimiter(frames[at]!)) at += 1;
    if (at === frames.length || at > MAX_IDENTITIES) throw new WireError('malformed', 'a message without delimiter');
    const parts = frames.length - at - 1;
    if (parts < 5) throw new WireError('malformed', `a message of ${parts} frames where at least 5 are needed`);
    if (parts - 5 > MAX_BUFFERS) throw new WireError('malformed', `a message with ${parts - 5} buffers`);
    const signature = frames[at + 1]!;
    if (signature.length === 0) throw new WireError('unsigned', 'a message without signature');
    const signed = frames.slice(at + 2, at + 6);
    const digest = this.signer.verify(signature, signed);
    if (digest === undefined) throw new WireError('signature', 'a message with a wrong signature');
    const request = parse(frames, at, signed);
    if (!this.replay.accept(digest)) throw new WireError('replayed', 'a message that was received before');
    return request;
  }
}

function isDelimiter(frame: Buffer): boolean {
  return frame.length === DELIMITER_BYTES.length && frame.equals(DELIMITER_BYTES);
}

/** @param signed header, parent header, metadata and content. */
function parse(frames: readonly Buffer[], at: number, signed: readonly Buffer[]): Request {
  const headerJson = signed[0]!.toString();
  let header, parent, metadata, content;
  try {
    header = parseObject(headerJson);
    parent = parseFrame(signed[1]!);
    metadata = parseFrame(signed[2]!);
    content = parseFrame(signed[3]!);
  } catch (cause) {
    throw new WireError('malformed', 'a message whose parts are not JSON objects', { cause });
  }
  if (!isHeader(header)) throw new WireError('malformed', 'a message whose header lacks msg_id or msg_type');
  const parentId = parent['msg_id'];
  let bytes = 0;
  for (const frame of frames) bytes += frame.length;
  return {
    identities: frames.slice(0, at),
    header,
    headerJson,
    parentId: typeof parentId === 'string' ? parentId : undefined,
    metadata,
    content,
    buffers: frames.slice(at + 6),
    bytes,
  };
}

function parseFrame(frame: Buffer): Record<string, unknown> {
  return frame.length === 2 && frame.equals(EMPTY_BYTES) ? {} : parseObject(frame.toString());
}

/** Only id and type are needed to answer; the other fields are optional in practice and filled in. */
function isHeader(header: Record<string, unknown>): header is Header {
  if (typeof header['msg_id'] !== 'string' || typeof header['msg_type'] !== 'string') return false;
  if (typeof header['session'] !== 'string') header['session'] = '';
  if (typeof header['username'] !== 'string') header['username'] = '';
  return true;
}

/** Bytes that a message takes in queues; text is counted by its length, exact enough for limits. */
export function sizeOf(frames: readonly Frame[]): number {
  let bytes = 0;
  for (const frame of frames) bytes += frame.length;
  return bytes;
}
