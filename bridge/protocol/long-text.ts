/**
 * Long text on its way from a rank to a front end as the bytes it came in: a picture of ten megabytes is not made a string, counted,
 * and escaped at every station. Only for text whose JSON is itself between quotes (base64 is). Pure.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { Decoder, ExtensionCodec } from '@msgpack/msgpack';

/** Texts of this many bytes stay bytes. */
const LEAST_BYTES = 64 * 1024;
/** Type of the MessagePack extension. */
const EXTENSION = 1;

/** In the place of a text while JSON is made; nobody's text can hold it. */
const PLACE = `long-text-${randomUUID()}`;
let places: Buffer[] | null = null;

export class LongText {
  /** @param bytes ASCII without quotes, backslashes and control characters. */
  constructor(readonly bytes: Buffer) {}

  toString(): string {
    return this.bytes.toString('latin1');
  }

  toJSON(): string {
    if (places === null) return this.toString();
    places.push(this.bytes);
    return PLACE;
  }
}

/** In the place of long bytes while MessagePack is made: an extension of 16 bytes that nobody's data can hold. */
const TOKEN = randomBytes(16);
const PLACE_BYTES = Buffer.concat([Buffer.from([0xd8, EXTENSION]), TOKEN]);
let left: Buffer[] | null = null;

/** Puts `LongText` into the frames of the cell protocol. */
export const longTextCodec = new ExtensionCodec();
longTextCodec.register({
  type: EXTENSION,
  encode: (value) => {
    if (value instanceof LongText) {
      if (left === null) return value.bytes;
      left.push(head(0xc9, value.bytes.length, EXTENSION), value.bytes);
      return TOKEN;
    }
    if (left === null || !(value instanceof Uint8Array) || value.length < LEAST_BYTES) return null;
    left.push(head(0xc6, value.length), Buffer.from(value.buffer, value.byteOffset, value.length));
    return TOKEN;
  },
  decode: (bytes) => new LongText(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)),
});

/** JSON of a value in pieces to be joined: the long texts in it are neither copied nor escaped. */
export function jsonPieces(value: unknown): (string | Buffer)[] {
  const found: Buffer[] = (places = []);
  let json: string;
  try {
    json = JSON.stringify(value);
  } finally {
    places = null;
  }
  if (found.length === 0) return [json];
  return json.split(PLACE).flatMap((text, at) => (at < found.length ? [text, found[at]!] : [text]));
}

/**
 * MessagePack of a value in pieces to be written one after the other: long texts and long binary in it are not copied, and must not
 * change until then.
 * @param encode with `longTextCodec`; what it returns may be its own memory.
 */
export function packPieces(encode: (value: unknown) => Uint8Array, value: unknown): Buffer[] {
  const found: Buffer[] = (left = []);
  let encoded: Buffer;
  try {
    encoded = Buffer.from(encode(value));
  } finally {
    left = null;
  }
  const pieces: Buffer[] = [];
  let at = 0;
  for (let next = 0; next < found.length; next += 2) {
    const place = encoded.indexOf(PLACE_BYTES, at);
    pieces.push(encoded.subarray(at, place), found[next]!, found[next + 1]!);
    at = place + PLACE_BYTES.length;
  }
  pieces.push(encoded.subarray(at));
  return pieces;
}

/** The head of long bytes in MessagePack: format, u32 length, type of an extension. */
function head(format: number, length: number, type?: number): Buffer {
  const bytes = Buffer.allocUnsafe(type === undefined ? 5 : 6);
  bytes[0] = format;
  bytes.writeUInt32BE(length, 1);
  if (type !== undefined) bytes[5] = type;
  return bytes;
}

const raw = new Decoder({ rawStrings: true });

/** Whether JSON takes a text as it is: ASCII without quotes, backslashes and control characters. */
export type IsPlain = (bytes: Uint8Array) => boolean;

/** MessagePack of an output of a rank: long texts in its `data`, but for its plain text, become `LongText`. Throws as the decoder does. */
export function unpackOutput(bytes: Buffer, isPlain: IsPlain): unknown {
  return revive(raw.decode(bytes), 0, '', isPlain);
}

/** True for outputs that are worth `unpackOutput`. */
export const isLong = (bytes: Uint8Array): boolean => bytes.length >= LEAST_BYTES;

function revive(value: unknown, depth: number, within: string, isPlain: IsPlain): unknown {
  if (value instanceof Uint8Array) return isText(value) ? text(value, depth === 2 && within === 'data', isPlain) : value;
  if (Array.isArray(value)) return value.map((item) => revive(item, depth + 1, '', isPlain));
  if (typeof value !== 'object' || value === null) return value;
  const map = value as Record<string, unknown>;
  for (const key of Object.keys(map)) map[key] = revive(map[key], depth + 1, depth === 0 ? key : key === 'text/plain' ? '' : within, isPlain);
  return map;
}

/** Strings and binary differ in the head before their bytes only, which the decoder of raw strings has read over. */
function isText(bytes: Uint8Array): boolean {
  const before = Buffer.from(bytes.buffer, 0, bytes.byteOffset);
  const { length } = bytes;
  if (length < 32 && before.at(-1) === (0xa0 | length)) return true;
  return before.at(length < 256 ? -2 : length < 65_536 ? -3 : -5) === (length < 256 ? 0xd9 : length < 65_536 ? 0xda : 0xdb);
}

function text(bytes: Uint8Array, mayStay: boolean, isPlain: IsPlain): string | LongText {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  return mayStay && isLong(buffer) && isPlain(buffer) ? new LongText(buffer) : buffer.toString('utf8');
}
