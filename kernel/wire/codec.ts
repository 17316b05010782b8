/**
 * Values to JSON text that every front end can parse, and back. JSON as Jupyter's clients read it has no NaN, no lone
 * surrogates, no binary; values that come out of MessagePack can hold all of these.
 */
import { randomUUID } from 'node:crypto';
import { PlainText } from '../executor';

const MAX_DEPTH = 512;
/** In the place of a `PlainText` while JSON is made; nobody's text can hold it. */
const PLACE = `plain-text-${randomUUID()}`;

/**
 * Serialises a message part. Lone surrogates become U+FFFD, numbers that JSON cannot hold become null, big integers
 * numbers (or strings where a number would not be exact).
 * @throws TypeError for cyclic values.
 */
export function toJson(value: unknown): string {
  let json: string | undefined;
  try {
    json = JSON.stringify(value);
  } catch {
    // A big integer or a cycle. The copy turns the first into a number and throws a clear error for the second.
    json = JSON.stringify(clean(value));
  }
  if (json === undefined) return 'null';
  return json.includes('\\ud') ? replaceLoneSurrogates(json) : json;
}

/** Content of a message with a bundle of outputs. */
export type BundleContent = { data: Record<string, unknown> } & Record<string, unknown>;

/** JSON of a content with a bundle of outputs in its `data`. With `PlainText` in it: as bytes, put together without escaping these. */
export function bundleToJson(content: BundleContent): string | Buffer {
  const places: PlainText[] = [];
  const data: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(content.data)) {
    if (value instanceof PlainText) places.push(value);
    data[name] = value instanceof PlainText ? PLACE : value;
  }
  const json = toJson({ ...content, data });
  if (places.length === 0) return json;
  const texts = json.split(PLACE).map((text) => Buffer.from(text));
  if (places.length === 1) {
    const around = inPlace(texts[0]!, places[0]!, texts[1]!);
    if (around !== undefined) return around;
  }
  return Buffer.concat(texts.flatMap((text, at) => (at < places.length ? [text, places[at]!.bytes] : [text])));
}

/** The three in one piece, made around the text where it is: ten megabytes are not copied for the few bytes before and behind them. */
function inPlace(before: Buffer, { bytes, room }: PlainText, behind: Buffer): Buffer | undefined {
  if (before.length > room || behind.length > room) return undefined;
  const whole = Buffer.from(bytes.buffer, bytes.byteOffset - before.length, before.length + bytes.length + behind.length);
  before.copy(whole);
  behind.copy(whole, before.length + bytes.length);
  return whole;
}

/** JSON.stringify escapes surrogates only when they stand alone; an escaped backslash before `ud8` is not an escape. */
function replaceLoneSurrogates(json: string): string {
  return json.replace(/(?<!\\)((?:\\\\)*)\\ud[89a-f][0-9a-f]{2}/g, '$1\ufffd');
}

/**
 * The value as JSON can hold it: bytes as base64, NaN and infinities as null, big integers as numbers or strings. What holds none of
 * these is returned as it is, anything else as a copy.
 * @throws TypeError when nested deeper than 512 levels (a cycle, or a hostile value).
 */
export function clean(value: unknown, depth = 0): unknown {
  switch (typeof value) {
    case 'number':
      return Number.isFinite(value) ? value : null;
    case 'bigint':
      return BigInt(Number(value)) === value && Number.isSafeInteger(Number(value)) ? Number(value) : value.toString();
    case 'function':
    case 'symbol':
    case 'undefined':
      return null;
    case 'object':
      break;
    default:
      return value;
  }
  if (value === null) return null;
  if (depth > MAX_DEPTH) throw new TypeError(`a value is nested deeper than ${MAX_DEPTH} levels`);
  if (value instanceof PlainText) return value;
  if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64');
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (value instanceof Map) return cleanMembers(Object.fromEntries([...value].map(([key, item]) => [String(key), item as unknown])), depth);
  return Array.isArray(value) ? cleanItems(value, depth) : cleanMembers(value as Record<string, unknown>, depth);
}

function cleanItems(items: unknown[], depth: number): unknown[] {
  let copy: unknown[] | undefined;
  for (let i = 0; i < items.length; i += 1) {
    const item = clean(items[i], depth + 1);
    if (item !== items[i]) (copy ??= items.slice())[i] = item;
  }
  return copy ?? items;
}

function cleanMembers(members: Record<string, unknown>, depth: number): Record<string, unknown> {
  let copy: Record<string, unknown> | undefined;
  for (const key of Object.keys(members)) {
    const member = clean(members[key], depth + 1);
    if (member !== members[key]) (copy ??= { ...members })[key] = member;
  }
  return copy ?? members;
}

/** Texts that may hold the key `__proto__`, also with its underscores escaped. */
const PROTO = /__proto__|\\u005f/i;

/**
 * Parses one JSON frame that has to be an object. Members named `__proto__` are left out: the cell protocol refuses them, and a
 * message that its receiver turns away would be sent again for ever. @throws SyntaxError or TypeError.
 */
export function parseObject(json: string): Record<string, unknown> {
  const value: unknown = PROTO.test(json) ? JSON.parse(json, (key, member: unknown) => (key === '__proto__' ? undefined : member)) : JSON.parse(json);
  if (!isObject(value)) throw new TypeError('not a JSON object');
  return value;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
