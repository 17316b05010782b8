/**
 * The messages that every cell needs, without the encoder and decoder of all others. Frames are handled as texts with one character for
 * each byte: the socket writes such a text without a buffer in between, and it is compared as a whole. What is not of the usual form
 * is left to the others. Pure.
 */
import type { CellRequest } from '../../kernel/executor';
import { unpack } from '../protocol/frames';
import type { BridgeMessage } from '../protocol/messages';

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

/**
 * The frame of `execute`: a map like that of `encodeFrame`, with the same members in the same order. Undefined for a cell that is
 * large or has expressions, which are rare.
 */
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

const ID_BYTES = 36;
const ID_HEAD = `\xd9${String.fromCharCode(ID_BYTES)}`;
const ACCEPTED = `\x84${name('t')}${name('accepted')}${name('id')}${ID_HEAD}`;
const VERDICT = `\x87${name('t')}${name('verdict')}${name('id')}${ID_HEAD}`;
const INDEX = name('index');
const COUNT = name('executionCount');
const OK = `${name('status')}${name('ok')}${NO_EXPRESSIONS}${name('payload')}\x90${name('metadata')}`;

/** The message in a frame's body, if it is `accepted` or the verdict of a cell that was ok and has neither expressions nor payload. */
export function readCellFrame(body: Buffer): BridgeMessage | undefined {
  // The length of the message's name tells outputs, which are the most and the longest, from these.
  if ((body[3] !== 0xa7 && body[3] !== 0xa8) || body.length > MOST_CHARS) return undefined;
  const bytes = body.toString('latin1');
  if (bytes.startsWith(VERDICT)) return readVerdict(body, bytes);
  if (!bytes.startsWith(ACCEPTED)) return undefined;
  const id = bytes.slice(ACCEPTED.length, ACCEPTED.length + ID_BYTES);
  const indexAt = ACCEPTED.length + ID_BYTES + INDEX.length;
  const countAt = bytes.indexOf(COUNT, indexAt);
  const index = readNumber(bytes, indexAt, countAt);
  const executionCount = readNumber(bytes, countAt + COUNT.length, bytes.length);
  if (!isPlain(id) || !bytes.startsWith(INDEX, indexAt - INDEX.length) || index === undefined || executionCount === undefined) return undefined;
  return { t: 'accepted', id, index, executionCount };
}

function readVerdict(body: Buffer, bytes: string): BridgeMessage | undefined {
  const id = bytes.slice(VERDICT.length, VERDICT.length + ID_BYTES);
  const metadataAt = VERDICT.length + ID_BYTES + OK.length;
  const countAt = bytes.lastIndexOf(COUNT);
  if (!isPlain(id) || !bytes.startsWith(OK, metadataAt - OK.length) || countAt <= metadataAt) return undefined;
  const executionCount = readNumber(bytes, countAt + COUNT.length, bytes.length);
  // A map of up to 15 members, which the metadata of the bridge are.
  if (executionCount === undefined || (bytes.charCodeAt(metadataAt) & 0xf0) !== 0x80) return undefined;
  const metadata = unpack(body.subarray(metadataAt, countAt)) as Record<string, unknown>;
  return { t: 'verdict', id, status: 'ok', executionCount, userExpressions: {}, payload: [], metadata };
}

/** The whole number that takes the bytes from `at` to `end`. */
function readNumber(bytes: string, at: number, end: number): number | undefined {
  const head = bytes.charCodeAt(at);
  if (end === at + 1) return head < 0x80 ? head : undefined;
  if (end === at + 2 && head === 0xcc) return bytes.charCodeAt(at + 1);
  if (end === at + 3 && head === 0xcd) return (bytes.charCodeAt(at + 1) << 8) | bytes.charCodeAt(at + 2);
  return undefined;
}

const isPlain = (id: string): boolean => /^[0-9a-f-]*$/.test(id);
