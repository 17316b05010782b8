/**
 * The `execute` message as a frame, for every cell: a text of one character a byte, which the socket writes without a buffer in between.
 * A MessagePack map like that of `encodeFrame`, with the same members in the same order. Pure.
 */
import type { CellRequest } from '../../kernel/executor';

/** Cells above this size are left to `encodeFrame`. */
const MOST_CHARS = 16 * 1024;

const name = (text: string): string => String.fromCharCode(0xa0 | text.length) + text;
const flag = (text: string): [no: string, yes: string] => [`${name(text)}\xc2`, `${name(text)}\xc3`];

const START = name('t') + name('execute') + name('id');
const CODE = name('code');
const SILENT = flag('silent');
const STORE_HISTORY = flag('storeHistory');
const NO_EXPRESSIONS = `${name('userExpressions')}\x80`;
const ALLOW_STDIN = flag('allowStdin');
const STOP_ON_ERROR = flag('stopOnError');
/** How many members the above are. */
const MEMBERS = 8;
const USERNAME = name('username');
const ORIGIN = name('origin');
const CELL_ID = name('cellId');
const MAX_TEXT_BYTES = `${name('maxTextBytes')}\xce`;
const AFTER = name('after');

/** The frame; undefined for a cell that is large or has expressions, which are rare. */
export function executeFrame(cell: CellRequest): string | undefined {
  const { code, username, origin, cellId, maxTextBytes, after } = cell;
  if (code.length + (origin?.length ?? 0) > MOST_CHARS || Object.keys(cell.userExpressions).length > 0) return undefined;
  if (maxTextBytes !== undefined && maxTextBytes > 0xffff_ffff) return undefined;
  let members = MEMBERS;
  let body = START + text(cell.id) + CODE + text(code) + SILENT[cell.silent ? 1 : 0] + STORE_HISTORY[cell.storeHistory ? 1 : 0];
  body += NO_EXPRESSIONS + ALLOW_STDIN[cell.allowStdin ? 1 : 0] + STOP_ON_ERROR[cell.stopOnError ? 1 : 0];
  if (username !== undefined) {
    body += USERNAME + text(username);
    members += 1;
  }
  if (origin !== undefined) {
    body += ORIGIN + text(origin);
    members += 1;
  }
  if (cellId !== undefined) {
    body += CELL_ID + text(cellId);
    members += 1;
  }
  if (maxTextBytes !== undefined) {
    body += MAX_TEXT_BYTES + fourBytes(maxTextBytes);
    members += 1;
  }
  if (after !== undefined) {
    body += AFTER + text(after);
    members += 1;
  }
  return fourBytes(body.length + 1) + String.fromCharCode(0x80 | members) + body;
}

function text(value: string): string {
  const bytes = Buffer.byteLength(value) === value.length ? value : Buffer.from(value).toString('latin1');
  const { length } = bytes;
  return (length < 256 ? `\xd9${String.fromCharCode(length)}` : `\xdb${fourBytes(length)}`) + bytes;
}

function fourBytes(value: number): string {
  return String.fromCharCode(value >>> 24, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff);
}
