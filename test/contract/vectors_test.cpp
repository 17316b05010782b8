// Reads vectors.json, the same file as vectors.test.ts, and checks that the C++ structs have these bytes for these values.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include "../../native/shm/protocol_generated.h"

using namespace allranks::protocol;

namespace {

struct Vector {
  std::string layout;
  std::string bytes;
  std::map<std::string, std::string> fields;
};

// Just as much JSON as the file has: an array of objects that hold strings and, as `fields`, one object of strings.
class Reader {
 public:
  explicit Reader(std::string text) : text_(std::move(text)) {}

  std::vector<Vector> vectors() {
    std::vector<Vector> all;
    take('[');
    do {
      Vector vector;
      take('{');
      do {
        const std::string name = string();
        take(':');
        if (name == "layout") vector.layout = string();
        else if (name == "bytes") vector.bytes = string();
        else vector.fields = fields();
      } while (comma());
      take('}');
      all.push_back(vector);
    } while (comma());
    take(']');
    return all;
  }

 private:
  std::map<std::string, std::string> fields() {
    std::map<std::string, std::string> all;
    take('{');
    do {
      const std::string name = string();
      take(':');
      all[name] = string();
    } while (comma());
    take('}');
    return all;
  }
  char next() {
    at_ = text_.find_first_not_of(" \n\t\r", at_);
    if (at_ == std::string::npos) throw std::runtime_error("vectors.json ends early");
    return text_[at_];
  }
  void take(char c) {
    if (next() != c) throw std::runtime_error(std::string("vectors.json: expected ") + c + " at byte " + std::to_string(at_));
    ++at_;
  }
  bool comma() {
    if (next() != ',') return false;
    ++at_;
    return true;
  }
  std::string string() {
    take('"');
    const std::size_t end = text_.find('"', at_);
    const std::string value = text_.substr(at_, end - at_);
    at_ = end + 1;
    return value;
  }

  std::string text_;
  std::size_t at_ = 0;
};

// A struct field set from, and compared with, its text in the file; counts what it has seen so that no field is left out.
class Fields {
 public:
  explicit Fields(const std::map<std::string, std::string>& texts) : texts_(texts) {}

  template <class T>
  void number(const char* name, T& field, const T& decoded) {
    const std::string& text = texts_.at(name);
    if constexpr (std::is_floating_point_v<T>) field = std::strtod(text.c_str(), nullptr);
    else if constexpr (std::is_signed_v<T>) field = static_cast<T>(std::strtoll(text.c_str(), nullptr, 10));
    else field = static_cast<T>(std::strtoull(text.c_str(), nullptr, 10));
    compare(name, std::memcmp(&field, &decoded, sizeof field) == 0);
  }
  template <std::size_t N>
  void text(const char* name, char (&field)[N], const char (&decoded)[N]) {
    const std::string& text = texts_.at(name);
    std::memset(field, 0, N);
    std::memcpy(field, text.data(), text.size());
    compare(name, text == decoded);
  }
  void finish() const {
    if (seen_ != texts_.size()) throw std::runtime_error("a field of vectors.json is not in the struct");
  }

 private:
  void compare(const char* name, bool same) {
    ++seen_;
    if (!same) throw std::runtime_error(std::string("field ") + name + " differs");
  }
  const std::map<std::string, std::string>& texts_;
  std::size_t seen_ = 0;
};

void visit(Fields& f, SegmentHeader& s, const SegmentHeader& d) {
  f.number("magic", s.magic, d.magic);
  f.number("version", s.version, d.version);
  f.number("segmentBytes", s.segment_bytes, d.segment_bytes);
  f.number("boardOffset", s.board_offset, d.board_offset);
  f.number("boardBytes", s.board_bytes, d.board_bytes);
  f.number("ringControlOffset", s.ring_control_offset, d.ring_control_offset);
  f.number("reserved", s.reserved, d.reserved);
  f.number("ringOffset", s.ring_offset, d.ring_offset);
  f.number("ringBytes", s.ring_bytes, d.ring_bytes);
  f.number("progressOffset", s.progress_offset, d.progress_offset);
  f.number("progressBytes", s.progress_bytes, d.progress_bytes);
}

void visit(Fields& f, Board& s, const Board& d) {
  f.number("sequence", s.sequence, d.sequence);
  f.number("state", s.state, d.state);
  f.number("held", s.held, d.held);
  f.number("done", s.done, d.done);
  f.number("current", s.current, d.current);
  f.number("step", s.step, d.step);
  f.number("time", s.time, d.time);
  f.number("stepBeganNs", s.step_began_ns, d.step_began_ns);
  f.number("usualStepNs", s.usual_step_ns, d.usual_step_ns);
  f.number("updatedNs", s.updated_ns, d.updated_ns);
  f.number("residentBytes", s.resident_bytes, d.resident_bytes);
  f.number("cpuNs", s.cpu_ns, d.cpu_ns);
  f.number("mpiSinceNs", s.mpi_since_ns, d.mpi_since_ns);
  f.number("mpiComm", s.mpi_comm, d.mpi_comm);
  f.text("mpiCall", s.mpi_call, d.mpi_call);
  f.number("cellLine", s.cell_line, d.cell_line);
  f.number("interruptPending", s.interrupt_pending, d.interrupt_pending);
  f.number("functionErrors", s.function_errors, d.function_errors);
  f.text("function", s.function, d.function);
  f.number("functionIndex", s.function_index, d.function_index);
  f.text("functionError", s.function_error, d.function_error);
}

void visit(Fields& f, ProgressPage& s, const ProgressPage& d) {
  f.number("sequence", s.sequence, d.sequence);
  f.number("reserved", s.reserved, d.reserved);
  f.number("probe", s.probe, d.probe);
  f.number("cellLine", s.cell_line, d.cell_line);
  f.text("record", s.record, d.record);
}

void visit(Fields& f, RingControl& s, const RingControl& d) {
  f.number("head", s.head, d.head);
  f.number("tail", s.tail, d.tail);
  f.number("consumerWaits", s.consumer_waits, d.consumer_waits);
  f.number("producerWaits", s.producer_waits, d.producer_waits);
  f.number("lostBytes", s.lost_bytes, d.lost_bytes);
}

void visit(Fields& f, RingFrame& s, const RingFrame& d) {
  f.number("length", s.length, d.length);
  f.number("kind", s.kind, d.kind);
  f.number("flags", s.flags, d.flags);
  f.number("index", s.index, d.index);
  f.number("step", s.step, d.step);
  f.number("time", s.time, d.time);
}

void visit(Fields& f, SocketFrame& s, const SocketFrame& d) {
  f.number("length", s.length, d.length);
  f.number("kind", s.kind, d.kind);
  f.number("flags", s.flags, d.flags);
  f.number("index", s.index, d.index);
}

void visit(Fields& f, Hello& s, const Hello& d) {
  f.number("magic", s.magic, d.magic);
  f.number("version", s.version, d.version);
  f.number("rank", s.rank, d.rank);
  f.number("size", s.size, d.size);
  f.number("pid", s.pid, d.pid);
  f.number("extraBytes", s.extra_bytes, d.extra_bytes);
  f.number("held", s.held, d.held);
  f.number("done", s.done, d.done);
}

std::string unhex(const std::string& hex) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) bytes += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16));
  return bytes;
}

template <class T>
void check(const Vector& vector) {
  const std::string bytes = unhex(vector.bytes);
  if (bytes.size() != sizeof(T)) throw std::runtime_error("size differs");
  T decoded{};
  std::memcpy(&decoded, bytes.data(), sizeof decoded);
  T encoded{};
  Fields fields(vector.fields);
  visit(fields, encoded, decoded);
  fields.finish();
  if (std::memcmp(&encoded, bytes.data(), sizeof encoded) != 0) throw std::runtime_error("bytes differ");
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: vectors_test vectors.json\n");
    return 2;
  }
  std::ifstream file(argv[1]);
  const std::map<std::string, void (*)(const Vector&)> checks{{"SegmentHeader", check<SegmentHeader>}, {"Board", check<Board>},
                                                               {"RingControl", check<RingControl>},     {"RingFrame", check<RingFrame>},
                                                               {"SocketFrame", check<SocketFrame>},     {"Hello", check<Hello>},
                                                               {"ProgressPage", check<ProgressPage>}};
  std::map<std::string, int> seen;
  try {
    for (const Vector& vector : Reader(std::string(std::istreambuf_iterator<char>(file), {})).vectors()) {
      std::printf("%s\n", vector.layout.c_str());
      checks.at(vector.layout)(vector);
      ++seen[vector.layout];
    }
  } catch (const std::exception& error) {
    std::fprintf(stderr, "FAILED: %s\n", error.what());
    return 1;
  }
  if (seen.size() != checks.size()) {
    std::fprintf(stderr, "FAILED: vectors.json lacks a layout\n");
    return 1;
  }
  return 0;
}
