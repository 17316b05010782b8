// Generated from bridge/protocol/schema.json by `npm run protocol:generate`; do not edit.

/** Version of rank frames, shared memory and cell protocol; both sides must agree. */
export const PROTOCOL_VERSION = 2;
export const SEGMENT_MAGIC = 1263684673;

/** Largest payload of one frame on the socket between bridge and rank, bytes. */
export const SOCKET_FRAME_BYTES = 67108864;
/** Largest payload of one ring frame, bytes; longer messages are split, all but the last part flagged `more`. */
export const RING_FRAME_BYTES = 1048576;
/** Largest message reassembled from ring frames, bytes. */
export const MESSAGE_BYTES = 1073741824;
/** Largest frame of the cell protocol, bytes. */
export const CLIENT_FRAME_BYTES = 268435456;
/** Default size of an output ring, bytes; a power of two. */
export const RING_BYTES = 8388608;
/** Index of the n-th inline function (n from 1) less n: functions have no entry in the command log; `interrupt` and `release` name them by this index. */
export const FUNCTION_INDEX_BASE = 4503599627370496;
/** Longest path of a Unix socket, bytes (sun_path less its NUL). */
export const SOCKET_PATH_BYTES = 107;

/** One shared-memory segment per rank: a sealed memfd made by the rank. All integers little-endian, offsets in bytes from the start of the segment. */
export const SegmentHeaderLayout = {
  bytes: 56,
  magic: { offset: 0, type: 'u32', bytes: 4 },
  version: { offset: 4, type: 'u32', bytes: 4 },
  segmentBytes: { offset: 8, type: 'u64', bytes: 8 },
  boardOffset: { offset: 16, type: 'u32', bytes: 4 },
  boardBytes: { offset: 20, type: 'u32', bytes: 4 },
  ringControlOffset: { offset: 24, type: 'u32', bytes: 4 },
  reserved: { offset: 28, type: 'u32', bytes: 4 },
  ringOffset: { offset: 32, type: 'u64', bytes: 8 },
  ringBytes: { offset: 40, type: 'u64', bytes: 8 },
  progressOffset: { offset: 48, type: 'u32', bytes: 4 },
  progressBytes: { offset: 52, type: 'u32', bytes: 4 },
} as const;

/** Rank board: sequence-locked (`sequence` odd while the rank writes). Times are CLOCK_MONOTONIC nanoseconds of the node. `functionIndex`: index of the inline function that runs, 0 for none; `functionError`: name of the exception that the latest one left by, empty for none. */
export const BoardLayout = {
  bytes: 304,
  sequence: { offset: 0, type: 'u32', bytes: 4 },
  state: { offset: 4, type: 'u32', bytes: 4 },
  held: { offset: 8, type: 'u64', bytes: 8 },
  done: { offset: 16, type: 'u64', bytes: 8 },
  current: { offset: 24, type: 'u64', bytes: 8 },
  step: { offset: 32, type: 'i64', bytes: 8 },
  time: { offset: 40, type: 'f64', bytes: 8 },
  stepBeganNs: { offset: 48, type: 'u64', bytes: 8 },
  usualStepNs: { offset: 56, type: 'u64', bytes: 8 },
  updatedNs: { offset: 64, type: 'u64', bytes: 8 },
  residentBytes: { offset: 72, type: 'u64', bytes: 8 },
  cpuNs: { offset: 80, type: 'u64', bytes: 8 },
  mpiSinceNs: { offset: 88, type: 'u64', bytes: 8 },
  mpiComm: { offset: 96, type: 'u64', bytes: 8 },
  mpiCall: { offset: 104, type: 'char', bytes: 48 },
  cellLine: { offset: 152, type: 'u32', bytes: 4 },
  interruptPending: { offset: 156, type: 'u32', bytes: 4 },
  functionErrors: { offset: 160, type: 'u64', bytes: 8 },
  function: { offset: 168, type: 'char', bytes: 64 },
  functionIndex: { offset: 232, type: 'u64', bytes: 8 },
  functionError: { offset: 240, type: 'char', bytes: 64 },
} as const;

/** What a rank has posted and completed in MPI, for the proof of a deadlock: sequence-locked like the board, written by the I/O thread in answer to `probe`. `probe` is the number that it answers, `cellLine` the line of the cell whose call waits (0: none), `record` a ProgressRecord of native/guard/progress.h. */
export const ProgressPageLayout = {
  bytes: 4480,
  sequence: { offset: 0, type: 'u32', bytes: 4 },
  reserved: { offset: 4, type: 'u32', bytes: 4 },
  probe: { offset: 8, type: 'u64', bytes: 8 },
  cellLine: { offset: 16, type: 'u64', bytes: 8 },
  record: { offset: 24, type: 'char', bytes: 4456 },
} as const;

/** Written once by the handler of a fatal signal, for the report of a rank's end: `signal` is stored last, 0 for none; `code` and `address` are si_code and si_addr, `thread` its id. */
export const CrashRecordLayout = {
  bytes: 32,
  signal: { offset: 0, type: 'u32', bytes: 4 },
  code: { offset: 4, type: 'u32', bytes: 4 },
  address: { offset: 8, type: 'u64', bytes: 8 },
  atNs: { offset: 16, type: 'u64', bytes: 8 },
  thread: { offset: 24, type: 'u32', bytes: 4 },
  isMain: { offset: 28, type: 'u32', bytes: 4 },
} as const;

/** Ring cursors count bytes ever written (head, by the rank) and read (tail, by the bridge); each on its own cache line. `consumerWaits` is 1 while the bridge wants a doorbell. */
export const RingControlLayout = {
  bytes: 264,
  head: { offset: 0, type: 'u64', bytes: 8 },
  tail: { offset: 64, type: 'u64', bytes: 8 },
  consumerWaits: { offset: 128, type: 'u32', bytes: 4 },
  producerWaits: { offset: 192, type: 'u32', bytes: 4 },
  lostBytes: { offset: 256, type: 'u64', bytes: 8 },
} as const;

/** Header of a frame in the output ring; frames start at multiples of 8 bytes and may wrap around the end of the ring. A frame of kind `padding` is skipped. */
export const RingFrameLayout = {
  bytes: 32,
  length: { offset: 0, type: 'u32', bytes: 4 },
  kind: { offset: 4, type: 'u16', bytes: 2 },
  flags: { offset: 6, type: 'u16', bytes: 2 },
  index: { offset: 8, type: 'u64', bytes: 8 },
  step: { offset: 16, type: 'i64', bytes: 8 },
  time: { offset: 24, type: 'f64', bytes: 8 },
} as const;

/** Header of a frame on the Unix socket, bridge to rank. */
export const SocketFrameLayout = {
  bytes: 16,
  length: { offset: 0, type: 'u32', bytes: 4 },
  kind: { offset: 4, type: 'u16', bytes: 2 },
  flags: { offset: 6, type: 'u16', bytes: 2 },
  index: { offset: 8, type: 'u64', bytes: 8 },
} as const;

/** First bytes of a rank on the Unix socket, sent with the memfd attached (SCM_RIGHTS). Followed by `extraBytes` of MessagePack. After it the rank sends doorbells only: single bytes of any value. */
export const HelloLayout = {
  bytes: 40,
  magic: { offset: 0, type: 'u32', bytes: 4 },
  version: { offset: 4, type: 'u32', bytes: 4 },
  rank: { offset: 8, type: 'u32', bytes: 4 },
  size: { offset: 12, type: 'u32', bytes: 4 },
  pid: { offset: 16, type: 'u32', bytes: 4 },
  extraBytes: { offset: 20, type: 'u32', bytes: 4 },
  held: { offset: 24, type: 'u64', bytes: 8 },
  done: { offset: 32, type: 'u64', bytes: 8 },
} as const;

/** What a rank is doing, on its board. */
export const RankState = {
  initialising: 0,
  running: 1,
  paused: 2,
  inCell: 3,
  settling: 4,
  leaving: 5,
  inFunction: 6,
  ended: 7,
} as const;
export type RankState = (typeof RankState)[keyof typeof RankState];
export type RankStateName = keyof typeof RankState;

/** Kinds of command-log entries; carried in the low byte of `flags` of a socket frame of kind `command`. */
export const CommandKind = {
  cell: 1,
  pause: 2,
  resume: 3,
  step: 4,
  until: 5,
  stop: 6,
  call: 7,
} as const;
export type CommandKind = (typeof CommandKind)[keyof typeof CommandKind];
export type CommandKindName = keyof typeof CommandKind;

/** Further bits of `flags` of a `command`: a cell before this entry did not end well on all ranks, so that they renew the communicators of cells before the next one. */
export const CommandFlag = {
  renew: 256,
} as const;
export type CommandFlag = (typeof CommandFlag)[keyof typeof CommandFlag];
export type CommandFlagName = keyof typeof CommandFlag;

/** Frames from bridge to rank. `release`: index of a cell or function, payload the sentence that its MPI calls fail with. `probe`: index is a number from 1, no payload; the progress page and a doorbell answer it. `stacks`: index is the number of a request; a ring frame `reply` of that number answers it. */
export const SocketKind = {
  welcome: 1,
  command: 2,
  verdict: 3,
  interrupt: 4,
  withdraw: 5,
  request: 6,
  inputReply: 7,
  refuse: 8,
  release: 9,
  probe: 10,
  stacks: 11,
} as const;
export type SocketKind = (typeof SocketKind)[keyof typeof SocketKind];
export type SocketKindName = keyof typeof SocketKind;

/** Frames from rank to bridge. */
export const RingKind = {
  padding: 0,
  stdout: 1,
  stderr: 2,
  publish: 3,
  outcome: 4,
  reply: 5,
  notice: 6,
  inputRequest: 7,
} as const;
export type RingKind = (typeof RingKind)[keyof typeof RingKind];
export type RingKindName = keyof typeof RingKind;

/** Bits of `flags` in a ring frame other than `outcome`: `more` on all parts of a message but the last, `continued` on all but the first. */
export const RingFlag = {
  more: 1,
  continued: 2,
} as const;
export type RingFlag = (typeof RingFlag)[keyof typeof RingFlag];
export type RingFlagName = keyof typeof RingFlag;

/** What a command did on one rank; `flags` of a ring frame of kind `outcome` in its low byte (bit 15 is `more`, bit 14 `continued`). */
export const OutcomeStatus = {
  ok: 0,
  error: 1,
  skipped: 2,
  withdrawn: 3,
  interrupted: 4,
} as const;
export type OutcomeStatus = (typeof OutcomeStatus)[keyof typeof OutcomeStatus];
export type OutcomeStatusName = keyof typeof OutcomeStatus;

/** State of a job as users see it. */
export const JobStates = ['starting', 'running', 'paused', 'ended', 'lost'] as const;
export type JobState = (typeof JobStates)[number];

/** Codes of errors that the bridge reports. */
export const ErrorCodes = ['version_mismatch', 'too_large', 'malformed', 'no_such_job', 'job_ended', 'job_lost', 'bridge_lost', 'rank_lost', 'withdrawn', 'timeout', 'refused', 'disk_full', 'internal'] as const;
export type ErrorCode = (typeof ErrorCodes)[number];
