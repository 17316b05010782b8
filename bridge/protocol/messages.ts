/**
 * Messages of the cell protocol, between a client of the bridge (a kernel, the CLI) and the bridge: MessagePack maps in
 * length-prefixed frames (u32 big-endian length, at most CLIENT_FRAME_BYTES) on one byte stream. `t` names the message.
 * The first message of either side is the version hello; anything malformed closes the connection with `refused`.
 */
import { z } from 'zod';
import { ErrorCodes, JobStates } from './generated';

const record = z.record(z.string(), z.unknown());
const bytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array);

export const outputSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('stream'), name: z.enum(['stdout', 'stderr']), text: z.string() }),
  z.object({ kind: z.literal('display'), data: record, metadata: record, displayId: z.string().optional() }),
  z.object({ kind: z.literal('update'), data: record, metadata: record, displayId: z.string() }),
  z.object({ kind: z.literal('result'), data: record, metadata: record, executionCount: z.number() }),
  z.object({ kind: z.literal('clear'), wait: z.boolean() }),
]);

/** State of the job as told to clients; numbers from rank boards. */
export const jobStatusSchema = z.object({
  name: z.string(),
  state: z.enum(JobStates),
  size: z.number(),
  registered: z.number(),
  step: z.number(),
  time: z.number(),
  host: z.string(),
  startedAt: z.number(),
  pythonVersion: z.string(),
  program: z.string(),
  dir: z.string(),
  /** Sentence when the job has ended or is lost. */
  reason: z.string().optional(),
});

export const commSchema = z.object({
  type: z.enum(['comm_open', 'comm_msg', 'comm_close']),
  content: record,
  metadata: record,
  buffers: z.array(bytes),
});

export const clientMessageSchema = z.discriminatedUnion('t', [
  z.object({ t: z.literal('hello'), version: z.number(), client: z.string(), pid: z.number(), host: z.string(), user: z.string(), observer: z.boolean() }),
  z.object({
    t: z.literal('execute'), id: z.string().max(200), code: z.string(), silent: z.boolean(), storeHistory: z.boolean(),
    userExpressions: z.record(z.string(), z.string()), allowStdin: z.boolean(), stopOnError: z.boolean(),
    cellId: z.string().optional(), username: z.string().optional(),
    /** Text of the cell that the client wants at most, bytes of UTF-8; the bridge keeps all of it in a file. Absent: all. */
    maxTextBytes: z.number().int().positive().optional(),
    /** On re-submission: number of outputs with a `seq` that this client has already; replay starts there. */
    seen: z.number().int().nonnegative().optional(),
  }),
  /** Interrupts execution `id`, running or waiting; unknown or settled: a no-op. */
  z.object({ t: z.literal('interrupt'), id: z.string() }),
  z.object({ t: z.literal('input'), id: z.string(), value: z.string(), error: z.string().optional() }),
  z.object({ t: z.literal('comm'), id: z.string(), message: commSchema }),
  /** A question with one answer: complete, inspect, isComplete, history, commInfo, status. `n` numbers it per connection. */
  z.object({ t: z.literal('request'), n: z.number(), what: z.enum(['complete', 'inspect', 'isComplete', 'history', 'commInfo', 'status']), args: record }),
  /** Leaves; the job lives on. */
  z.object({ t: z.literal('detach') }),
  /** From the supervisor only: the program has ended. `code` or `signal` of the launcher. */
  z.object({ t: z.literal('programEnded'), code: z.number().nullable(), signal: z.string().nullable() }),
]);

export const bridgeMessageSchema = z.discriminatedUnion('t', [
  z.object({ t: z.literal('welcome'), version: z.number(), job: jobStatusSchema }),
  z.object({ t: z.literal('refused'), code: z.enum(ErrorCodes), message: z.string() }),
  /** `index` is 0 while the cell has no entry in the command log yet (queued, or a `%live` cell). */
  z.object({ t: z.literal('accepted'), id: z.string(), index: z.number(), executionCount: z.number() }),
  /** `seq` counts the lasting outputs of an execution from 0; passing ones (the waiting notice) have none. */
  z.object({ t: z.literal('output'), id: z.string(), output: outputSchema, late: z.boolean().optional(), seq: z.number().optional() }),
  z.object({ t: z.literal('inputRequest'), id: z.string(), prompt: z.string(), password: z.boolean() }),
  z.object({
    t: z.literal('verdict'), id: z.string(), status: z.enum(['ok', 'error', 'aborted']), executionCount: z.number(),
    ename: z.string().optional(), evalue: z.string().optional(), traceback: z.array(z.string()).optional(),
    userExpressions: record, payload: z.array(z.unknown()), metadata: record,
  }),
  z.object({ t: z.literal('reply'), n: z.number(), result: z.unknown().optional(), error: z.object({ code: z.enum(ErrorCodes), message: z.string() }).optional() }),
  z.object({ t: z.literal('comm'), id: z.string().nullable(), message: commSchema }),
  z.object({ t: z.literal('busy'), other: z.string().nullable() }),
  z.object({ t: z.literal('job'), job: jobStatusSchema }),
]);

export type Output = z.infer<typeof outputSchema>;
export type JobStatus = z.infer<typeof jobStatusSchema>;
export type CommMessage = z.infer<typeof commSchema>;
export type ClientMessage = z.infer<typeof clientMessageSchema>;
export type BridgeMessage = z.infer<typeof bridgeMessageSchema>;
