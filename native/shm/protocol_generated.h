// Generated from bridge/protocol/schema.json by `npm run protocol:generate`; do not edit.
#pragma once
#include <cstddef>
#include <cstdint>

namespace allranks::protocol {

constexpr std::uint32_t kVersion = 2;
constexpr std::uint32_t kSegmentMagic = 1263684673u;
constexpr std::size_t kBoardOffset = 4096;
constexpr std::size_t kProgressOffset = 12288;
constexpr std::size_t kCrashOffset = 18432;
constexpr std::size_t kRingControlOffset = 8192;
constexpr std::size_t kRingOffset = 20480;
// Largest payload of one frame on the socket between bridge and rank, bytes.
constexpr std::size_t kSocketFrameBytes = 67108864;
// Largest payload of one ring frame, bytes; longer messages are split, all but the last part flagged `more`.
constexpr std::size_t kRingFrameBytes = 1048576;
// Largest message reassembled from ring frames, bytes.
constexpr std::size_t kMessageBytes = 1073741824;
// Largest frame of the cell protocol, bytes.
constexpr std::size_t kClientFrameBytes = 268435456;
// Default size of an output ring, bytes; a power of two.
constexpr std::size_t kRingBytes = 8388608;
// Index of the n-th inline function (n from 1) less n: functions have no entry in the command log; `interrupt` and `release` name them by this index.
constexpr std::size_t kFunctionIndexBase = 4503599627370496;
// Longest path of a Unix socket, bytes (sun_path less its NUL).
constexpr std::size_t kSocketPathBytes = 107;

// One shared-memory segment per rank: a sealed memfd made by the rank. All integers little-endian, offsets in bytes from the start of the segment.
struct SegmentHeader {
  std::uint32_t magic;
  std::uint32_t version;
  std::uint64_t segment_bytes;
  std::uint32_t board_offset;
  std::uint32_t board_bytes;
  std::uint32_t ring_control_offset;
  std::uint32_t reserved;
  std::uint64_t ring_offset;
  std::uint64_t ring_bytes;
  std::uint32_t progress_offset;
  std::uint32_t progress_bytes;
};
static_assert(sizeof(SegmentHeader) == 56);
static_assert(offsetof(SegmentHeader, magic) == 0);
static_assert(offsetof(SegmentHeader, version) == 4);
static_assert(offsetof(SegmentHeader, segment_bytes) == 8);
static_assert(offsetof(SegmentHeader, board_offset) == 16);
static_assert(offsetof(SegmentHeader, board_bytes) == 20);
static_assert(offsetof(SegmentHeader, ring_control_offset) == 24);
static_assert(offsetof(SegmentHeader, reserved) == 28);
static_assert(offsetof(SegmentHeader, ring_offset) == 32);
static_assert(offsetof(SegmentHeader, ring_bytes) == 40);
static_assert(offsetof(SegmentHeader, progress_offset) == 48);
static_assert(offsetof(SegmentHeader, progress_bytes) == 52);

// Rank board: sequence-locked (`sequence` odd while the rank writes). Times are CLOCK_MONOTONIC nanoseconds of the node. `functionIndex`: index of the inline function that runs, 0 for none; `functionError`: name of the exception that the latest one left by, empty for none.
struct Board {
  std::uint32_t sequence;
  std::uint32_t state;
  std::uint64_t held;
  std::uint64_t done;
  std::uint64_t current;
  std::int64_t step;
  double time;
  std::uint64_t step_began_ns;
  std::uint64_t usual_step_ns;
  std::uint64_t updated_ns;
  std::uint64_t resident_bytes;
  std::uint64_t cpu_ns;
  std::uint64_t mpi_since_ns;
  std::uint64_t mpi_comm;
  char mpi_call[48];
  std::uint32_t cell_line;
  std::uint32_t interrupt_pending;
  std::uint64_t function_errors;
  char function[64];
  std::uint64_t function_index;
  char function_error[64];
};
static_assert(sizeof(Board) == 304);
static_assert(offsetof(Board, sequence) == 0);
static_assert(offsetof(Board, state) == 4);
static_assert(offsetof(Board, held) == 8);
static_assert(offsetof(Board, done) == 16);
static_assert(offsetof(Board, current) == 24);
static_assert(offsetof(Board, step) == 32);
static_assert(offsetof(Board, time) == 40);
static_assert(offsetof(Board, step_began_ns) == 48);
static_assert(offsetof(Board, usual_step_ns) == 56);
static_assert(offsetof(Board, updated_ns) == 64);
static_assert(offsetof(Board, resident_bytes) == 72);
static_assert(offsetof(Board, cpu_ns) == 80);
static_assert(offsetof(Board, mpi_since_ns) == 88);
static_assert(offsetof(Board, mpi_comm) == 96);
static_assert(offsetof(Board, mpi_call) == 104);
static_assert(offsetof(Board, cell_line) == 152);
static_assert(offsetof(Board, interrupt_pending) == 156);
static_assert(offsetof(Board, function_errors) == 160);
static_assert(offsetof(Board, function) == 168);
static_assert(offsetof(Board, function_index) == 232);
static_assert(offsetof(Board, function_error) == 240);

// What a rank has posted and completed in MPI, for the proof of a deadlock: sequence-locked like the board, written by the I/O thread in answer to `probe`. `probe` is the number that it answers, `cellLine` the line of the cell whose call waits (0: none), `record` a ProgressRecord of native/guard/progress.h.
struct ProgressPage {
  std::uint32_t sequence;
  std::uint32_t reserved;
  std::uint64_t probe;
  std::uint64_t cell_line;
  char record[4456];
};
static_assert(sizeof(ProgressPage) == 4480);
static_assert(offsetof(ProgressPage, sequence) == 0);
static_assert(offsetof(ProgressPage, reserved) == 4);
static_assert(offsetof(ProgressPage, probe) == 8);
static_assert(offsetof(ProgressPage, cell_line) == 16);
static_assert(offsetof(ProgressPage, record) == 24);

// Written once by the handler of a fatal signal, for the report of a rank's end: `signal` is stored last, 0 for none; `code` and `address` are si_code and si_addr, `thread` its id.
struct CrashRecord {
  std::uint32_t signal;
  std::uint32_t code;
  std::uint64_t address;
  std::uint64_t at_ns;
  std::uint32_t thread;
  std::uint32_t is_main;
};
static_assert(sizeof(CrashRecord) == 32);
static_assert(offsetof(CrashRecord, signal) == 0);
static_assert(offsetof(CrashRecord, code) == 4);
static_assert(offsetof(CrashRecord, address) == 8);
static_assert(offsetof(CrashRecord, at_ns) == 16);
static_assert(offsetof(CrashRecord, thread) == 24);
static_assert(offsetof(CrashRecord, is_main) == 28);

// Ring cursors count bytes ever written (head, by the rank) and read (tail, by the bridge); each on its own cache line. `consumerWaits` is 1 while the bridge wants a doorbell.
struct RingControl {
  std::uint64_t head;
  std::uint8_t padding_0[56];
  std::uint64_t tail;
  std::uint8_t padding_1[56];
  std::uint32_t consumer_waits;
  std::uint8_t padding_2[60];
  std::uint32_t producer_waits;
  std::uint8_t padding_3[60];
  std::uint64_t lost_bytes;
};
static_assert(sizeof(RingControl) == 264);
static_assert(offsetof(RingControl, head) == 0);
static_assert(offsetof(RingControl, tail) == 64);
static_assert(offsetof(RingControl, consumer_waits) == 128);
static_assert(offsetof(RingControl, producer_waits) == 192);
static_assert(offsetof(RingControl, lost_bytes) == 256);

// Header of a frame in the output ring; frames start at multiples of 8 bytes and may wrap around the end of the ring. A frame of kind `padding` is skipped.
struct RingFrame {
  std::uint32_t length;
  std::uint16_t kind;
  std::uint16_t flags;
  std::uint64_t index;
  std::int64_t step;
  double time;
};
static_assert(sizeof(RingFrame) == 32);
static_assert(offsetof(RingFrame, length) == 0);
static_assert(offsetof(RingFrame, kind) == 4);
static_assert(offsetof(RingFrame, flags) == 6);
static_assert(offsetof(RingFrame, index) == 8);
static_assert(offsetof(RingFrame, step) == 16);
static_assert(offsetof(RingFrame, time) == 24);

// Header of a frame on the Unix socket, bridge to rank.
struct SocketFrame {
  std::uint32_t length;
  std::uint16_t kind;
  std::uint16_t flags;
  std::uint64_t index;
};
static_assert(sizeof(SocketFrame) == 16);
static_assert(offsetof(SocketFrame, length) == 0);
static_assert(offsetof(SocketFrame, kind) == 4);
static_assert(offsetof(SocketFrame, flags) == 6);
static_assert(offsetof(SocketFrame, index) == 8);

// First bytes of a rank on the Unix socket, sent with the memfd attached (SCM_RIGHTS). Followed by `extraBytes` of MessagePack. After it the rank sends doorbells only: single bytes of any value.
struct Hello {
  std::uint32_t magic;
  std::uint32_t version;
  std::uint32_t rank;
  std::uint32_t size;
  std::uint32_t pid;
  std::uint32_t extra_bytes;
  std::uint64_t held;
  std::uint64_t done;
};
static_assert(sizeof(Hello) == 40);
static_assert(offsetof(Hello, magic) == 0);
static_assert(offsetof(Hello, version) == 4);
static_assert(offsetof(Hello, rank) == 8);
static_assert(offsetof(Hello, size) == 12);
static_assert(offsetof(Hello, pid) == 16);
static_assert(offsetof(Hello, extra_bytes) == 20);
static_assert(offsetof(Hello, held) == 24);
static_assert(offsetof(Hello, done) == 32);

// What a rank is doing, on its board.
enum class RankState : std::uint16_t {
  initialising = 0,
  running = 1,
  paused = 2,
  in_cell = 3,
  settling = 4,
  leaving = 5,
  in_function = 6,
  ended = 7,
};

// Kinds of command-log entries; carried in the low byte of `flags` of a socket frame of kind `command`.
enum class CommandKind : std::uint16_t {
  cell = 1,
  pause = 2,
  resume = 3,
  step = 4,
  until = 5,
  stop = 6,
  call = 7,
};

// Further bits of `flags` of a `command`: a cell before this entry did not end well on all ranks, so that they renew the communicators of cells before the next one.
enum class CommandFlag : std::uint16_t {
  renew = 256,
};

// Frames from bridge to rank. `release`: index of a cell or function, payload the sentence that its MPI calls fail with. `probe`: index is a number from 1, no payload; the progress page and a doorbell answer it. `stacks`: index is the number of a request; a ring frame `reply` of that number answers it.
enum class SocketKind : std::uint16_t {
  welcome = 1,
  command = 2,
  verdict = 3,
  interrupt = 4,
  withdraw = 5,
  request = 6,
  input_reply = 7,
  refuse = 8,
  release = 9,
  probe = 10,
  stacks = 11,
};

// Frames from rank to bridge.
enum class RingKind : std::uint16_t {
  padding = 0,
  stdout = 1,
  stderr = 2,
  publish = 3,
  outcome = 4,
  reply = 5,
  notice = 6,
  input_request = 7,
};

// Bits of `flags` in a ring frame other than `outcome`: `more` on all parts of a message but the last, `continued` on all but the first.
enum class RingFlag : std::uint16_t {
  more = 1,
  continued = 2,
};

// What a command did on one rank; `flags` of a ring frame of kind `outcome` in its low byte (bit 15 is `more`, bit 14 `continued`).
enum class OutcomeStatus : std::uint16_t {
  ok = 0,
  error = 1,
  skipped = 2,
  withdrawn = 3,
  interrupted = 4,
};

// State of a job as users see it.
enum class JobState : std::uint16_t {
  starting = 0,
  running = 1,
  paused = 2,
  ended = 3,
  lost = 4,
};

// Codes of errors that the bridge reports.
enum class ErrorCode : std::uint16_t {
  version_mismatch = 0,
  too_large = 1,
  malformed = 2,
  no_such_job = 3,
  job_ended = 4,
  job_lost = 5,
  bridge_lost = 6,
  rank_lost = 7,
  withdrawn = 8,
  timeout = 9,
  refused = 10,
  disk_full = 11,
  internal = 12,
};

}  // namespace allranks::protocol
