/**
 * Jupyter messages and their frames:
 *   identities*, `<IDS|MSG>`, signature, header, parent header, metadata, content, buffers*
 * Incoming frames are verified over their bytes first, then parsed, then remembered. Outgoing headers are put together
 * as text, since only id, type and date change from one message to the next.
 */
import { v4 as uuid } from 'uuid';
import { PROTOCOL_VERSION } from '../version';
import { isObject, parseObject, toJson } from './codec';
import { ReplayGuard, type Signer } from './signature';

export const DELIMITER = '<IDS|MSG>';
const DELIMITER_BYTES = Buffer.from(DELIMITER);
/** Routing prefixes are one or two frames; more than this is not from a client of ours. */
const MAX_IDENTITIES = 16;
const MAX_BUFFERS = 65_536;
/** Texts above this are encoded once, for signature and socket, instead of once for each. */
const ENCODE_ONCE_CHARS = 16_384;

/** What a frame can be on its way out: text is cheaper for the socket than small buffers. */
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
    const header = `${this.headerStart}${this.count}","msg_type":"${type}","date":"${new Date().toISOString()}${this.headerEnd}`;
    const content = typeof contentJson === 'string' && contentJson.length > ENCODE_ONCE_CHARS ? Buffer.from(contentJson, 'utf8') : contentJson;
    const signature = this.signer.sign(header, parentJson, metadataJson, content);
    return [...prefix, DELIMITER, signature, header, parentJson, metadataJson, content, ...buffers];
  }

  /** Verifies, parses and remembers a received message. @throws WireError; the message must then be dropped. */
  decode(frames: readonly Buffer[]): Request {
    const at = frames.findIndex((frame) => frame.equals(DELIMITER_BYTES));
    if (at < 0 || at > MAX_IDENTITIES) throw new WireError('malformed', 'a message without delimiter');
    const [signature, ...rest] = frames.slice(at + 1);
    if (signature === undefined || rest.length < 4) throw new WireError('malformed', `a message of ${rest.length + 1} frames where at least 5 are needed`);
    if (rest.length - 4 > MAX_BUFFERS) throw new WireError('malformed', `a message with ${rest.length - 4} buffers`);
    if (signature.length === 0) throw new WireError('unsigned', 'a message without signature');
    const signed = rest.slice(0, 4);
    const digest = this.signer.verify(signature, signed);
    if (digest === undefined) throw new WireError('signature', 'a message with a wrong signature');
    const request = parse(frames, at, signed, rest.slice(4));
    if (!this.replay.accept(digest)) throw new WireError('replayed', 'a message that was received before');
    return request;
  }
}

function parse(frames: readonly Buffer[], at: number, signed: readonly Buffer[], buffers: Buffer[]): Request {
  const texts = signed.map((frame) => frame.toString('utf8'));
  const [headerJson = '', parentJson = '', metadataJson = '', contentJson = ''] = texts;
  let header, parent, metadata, content;
  try {
    header = parseObject(headerJson);
    parent = parentJson === '{}' ? {} : parseObject(parentJson);
    metadata = metadataJson === '{}' ? {} : parseObject(metadataJson);
    content = parseObject(contentJson);
  } catch (cause) {
    throw new WireError('malformed', 'a message whose parts are not JSON objects', { cause });
  }
  if (!isHeader(header)) throw new WireError('malformed', 'a message whose header lacks msg_id or msg_type');
  return {
    identities: frames.slice(0, at),
    header,
    headerJson,
    parentId: isObject(parent) && typeof parent['msg_id'] === 'string' ? parent['msg_id'] : undefined,
    metadata,
    content,
    buffers,
    bytes: frames.reduce((sum, frame) => sum + frame.length, 0),
  };
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
