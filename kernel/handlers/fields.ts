/** Reads fields of request contents. A field of the wrong type is one sentence for the client, never a crash. */
import { isObject } from '../wire/codec';

type Content = Record<string, unknown>;

/** A request that makes no sense; becomes an error reply. */
export class RequestError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'RequestError';
  }
}

export function stringField(content: Content, name: string, fallback?: string): string {
  const value = content[name] ?? fallback;
  if (typeof value !== 'string') throw new RequestError(`the field "${name}" must be a string`);
  return value;
}

export function booleanField(content: Content, name: string, fallback: boolean): boolean {
  const value = content[name] ?? fallback;
  if (typeof value !== 'boolean') throw new RequestError(`the field "${name}" must be true or false`);
  return value;
}

export function integerField(content: Content, name: string, fallback?: number): number {
  const value = content[name] ?? fallback;
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) throw new RequestError(`the field "${name}" must be an integer`);
  return value;
}

/** A map from strings to strings; absent means empty. */
export function stringMapField(content: Content, name: string): Record<string, string> {
  const value = content[name] ?? {};
  if (!isObject(value) || !Object.values(value).every((item) => typeof item === 'string')) {
    throw new RequestError(`the field "${name}" must map names to strings`);
  }
  return value as Record<string, string>;
}

/**
 * Position of the cursor in Unicode code points, as on the wire. Absent means the end of the code; positions outside are
 * moved inside.
 */
export function cursorField(content: Content, code: string): number {
  const value = content['cursor_pos'];
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value <= code.length / 2) return value;
  const end = codePoints(code);
  return value === undefined || value === null ? end : Math.max(0, Math.min(integerField(content, 'cursor_pos'), end));
}

function codePoints(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}
