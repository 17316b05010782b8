/** Reads and checks the connection file that Jupyter writes for a kernel. Each fault is one sentence. */
import { readFileSync } from 'node:fs';
import { isObject, parseObject } from '../wire/codec';
import { reasonOf } from '../log';

export const CHANNELS = ['shell', 'control', 'iopub', 'stdin', 'hb'] as const;
export type ChannelName = (typeof CHANNELS)[number];

/** CurveZMQ keys, Z85. Server and clients use the same pair, as Jupyter has it. */
export interface CurveKeys {
  publicKey: string;
  secretKey: string;
}

export interface Connection {
  /** ZeroMQ address of each channel. */
  endpoints: Record<ChannelName, string>;
  /** Ports, or numbers at the end of the socket paths, for `connect_reply`. */
  ports: Record<ChannelName, number>;
  transport: 'tcp' | 'ipc';
  signatureScheme: string;
  key: string;
  curve: CurveKeys | undefined;
}

/** The connection file cannot be used; the message is one sentence that names file and field. */
export class ConnectionFileError extends Error {
  constructor(path: string, fault: string, options?: { cause?: unknown }) {
    super(`connection file ${path}: ${fault}`, options);
    this.name = 'ConnectionFileError';
  }
}

const MAX_FILE_BYTES = 1 << 20;
/** sun_path less its NUL. */
const MAX_SOCKET_PATH_BYTES = 107;
const Z85_KEY = /^[0-9a-zA-Z.\-:+=^!/*?&<>()[\]{}@%$#]{40}$/;

/**
 * @param path of the JSON file.
 * @throws ConnectionFileError
 */
export function readConnectionFile(path: string): Connection {
  const fault = (text: string, cause?: unknown): ConnectionFileError => new ConnectionFileError(path, text, { cause });
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw fault(`cannot be read (${reasonOf(error)})`, error);
  }
  if (text.length > MAX_FILE_BYTES) throw fault('is larger than 1 MiB');
  let info: Record<string, unknown>;
  try {
    info = parseObject(text);
  } catch (error) {
    throw fault('is not a JSON object', error);
  }
  return parseConnection(info, fault);
}

function parseConnection(info: Record<string, unknown>, fault: (text: string) => ConnectionFileError): Connection {
  const transport = info['transport'] ?? 'tcp';
  if (transport !== 'tcp' && transport !== 'ipc') throw fault('"transport" must be "tcp" or "ipc"');
  const ip = info['ip'];
  if (typeof ip !== 'string' || ip === '') throw fault('"ip" must be an address or, for ipc, the start of a path');
  const key = info['key'];
  if (typeof key !== 'string' || key === '') throw fault('"key" must not be empty, since messages are always signed');
  const signatureScheme = info['signature_scheme'] ?? 'hmac-sha256';
  if (typeof signatureScheme !== 'string') throw fault('"signature_scheme" must be a string such as "hmac-sha256"');

  const ports = {} as Record<ChannelName, number>;
  const endpoints = {} as Record<ChannelName, string>;
  for (const name of CHANNELS) {
    const port = info[`${name}_port`];
    if (typeof port !== 'number' || !Number.isInteger(port) || port < 1 || (transport === 'tcp' && port > 65_535)) {
      throw fault(`"${name}_port" must be a port number`);
    }
    if (CHANNELS.some((other) => ports[other] === port)) throw fault(`"${name}_port" is the port of another channel too`);
    ports[name] = port;
    endpoints[name] = transport === 'tcp' ? `tcp://${ip}:${port}` : `ipc://${ip}-${port}`;
    const pathBytes = Buffer.byteLength(`${ip}-${port}`);
    if (transport === 'ipc' && pathBytes > MAX_SOCKET_PATH_BYTES) {
      throw fault(`"ip" makes socket paths of ${pathBytes} bytes; at most ${MAX_SOCKET_PATH_BYTES} are possible`);
    }
  }
  return { endpoints, ports, transport, signatureScheme, key, curve: parseCurve(info, fault) };
}

function parseCurve(info: Record<string, unknown>, fault: (text: string) => ConnectionFileError): CurveKeys | undefined {
  const keys = isObject(info) ? [info['curve_publickey'], info['curve_secretkey']] : [];
  if (keys.every((key) => key === undefined || key === null)) return undefined;
  const [publicKey, secretKey] = keys;
  // Half a pair must not end in plain text where the client asked for encryption.
  if (typeof publicKey !== 'string' || typeof secretKey !== 'string' || !Z85_KEY.test(publicKey) || !Z85_KEY.test(secretKey)) {
    throw fault('"curve_publickey" and "curve_secretkey" must both be Z85 keys of 40 characters');
  }
  return { publicKey, secretKey };
}
