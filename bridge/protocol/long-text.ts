/**
 * Long text on its way from a rank to a front end as the bytes it came in: a picture of ten megabytes is not made a string, counted,
 * and escaped at every station. Only for text whose JSON is itself between quotes (base64 is). Pure.
 */
import { isAscii } from 'node:buffer';
import { randomUUID } from 'node:crypto';
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

/** Puts `LongText` into the frames of the cell protocol. */
export const longTextCodec = new ExtensionCodec();
longTextCodec.register({
  type: EXTENSION,
  encode: (value) => (value instanceof LongText ? value.bytes : null),
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

const raw = new Decoder({ rawStrings: true });

/** MessagePack of an output of a rank: long texts in its `data`, but for its plain text, become `LongText`. Throws as the decoder does. */
export function unpackOutput(bytes: Buffer): unknown {
  return revive(raw.decode(bytes), 0, '');
}

/** True for outputs that are worth `unpackOutput`. */
export const isLong = (bytes: Uint8Array): boolean => bytes.length >= LEAST_BYTES;

function revive(value: unknown, depth: number, within: string): unknown {
  if (value instanceof Uint8Array) return isText(value) ? text(value, depth === 2 && within === 'data') : value;
  if (Array.isArray(value)) return value.map((item) => revive(item, depth + 1, ''));
  if (typeof value !== 'object' || value === null) return value;
  const map = value as Record<string, unknown>;
  for (const key of Object.keys(map)) map[key] = revive(map[key], depth + 1, depth === 0 ? key : key === 'text/plain' ? '' : within);
  return map;
}

/** Strings and binary differ in the head before their bytes only, which the decoder of raw strings has read over. */
function isText(bytes: Uint8Array): boolean {
  const before = Buffer.from(bytes.buffer, 0, bytes.byteOffset);
  const { length } = bytes;
  if (length < 32 && before.at(-1) === (0xa0 | length)) return true;
  return before.at(length < 256 ? -2 : length < 65_536 ? -3 : -5) === (length < 256 ? 0xd9 : length < 65_536 ? 0xda : 0xdb);
}

function text(bytes: Uint8Array, mayStay: boolean): string | LongText {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  return mayStay && isLong(buffer) && isPlain(buffer) ? new LongText(buffer) : buffer.toString('utf8');
}

/** JSON takes the text as it is. Each search is the machine's own and a hundred times faster than a loop over the bytes. */
function isPlain(bytes: Buffer): boolean {
  if (!isAscii(bytes) || bytes.includes(0x22) || bytes.includes(0x5c)) return false;
  for (let control = 0x1f; control >= 0; control -= 1) if (bytes.includes(control)) return false;
  return true;
}
