// A writer for the few MessagePack maps that C++ itself sends (hello, notices). Everything else is packed in Python.
// https://github.com/msgpack/msgpack/blob/master/spec.md
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace allranks {

class Packer {
 public:
  Packer& map(std::size_t entries) { return header(entries, 0x80, 0xde); }
  Packer& array(std::size_t entries) { return header(entries, 0x90, 0xdc); }
  Packer& text(std::string_view value) {
    if (value.size() < 32) {
      // As every other writer does it: the bridge knows the most frequent notice by its bytes.
      out_.push_back(static_cast<char>(0xa0 | value.size()));
    } else {
      out_.push_back(static_cast<char>(0xdb));
      big_endian(value.size(), 4);
    }
    out_.append(value);
    return *this;
  }
  Packer& binary(std::string_view value) {
    out_.push_back(static_cast<char>(0xc6));
    big_endian(value.size(), 4);
    out_.append(value);
    return *this;
  }
  Packer& integer(std::uint64_t value) {
    out_.push_back(static_cast<char>(0xcf));
    big_endian(value, 8);
    return *this;
  }
  Packer& boolean(bool value) {
    out_.push_back(static_cast<char>(value ? 0xc3 : 0xc2));
    return *this;
  }
  const std::string& bytes() const { return out_; }

 private:
  Packer& header(std::size_t entries, unsigned fix, unsigned wide) {
    if (entries < 16) {
      out_.push_back(static_cast<char>(fix | entries));
    } else {
      out_.push_back(static_cast<char>(wide));
      big_endian(entries, 2);
    }
    return *this;
  }
  void big_endian(std::uint64_t value, int bytes) {
    for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) out_.push_back(static_cast<char>(value >> shift));
  }
  std::string out_;
};

// A MessagePack outcome for failures outside of user code.
inline std::string pack_error(const std::string& ename, const std::string& evalue) {
  Packer packer;
  packer.map(3).text("ename").text(ename).text("evalue").text(evalue).text("traceback").array(1).text(ename + ": " + evalue);
  return packer.bytes();
}

}  // namespace allranks
