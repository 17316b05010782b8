// A minimal test runner: cases register themselves, a failed check ends its case.
#pragma once

#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

namespace allranks::test {

struct Case {
  std::string title;
  std::function<void()> body;
};

inline std::vector<Case>& cases() {
  static std::vector<Case> all;
  return all;
}

struct Register {
  Register(const char* title, std::function<void()> body) { cases().push_back({title, std::move(body)}); }
};

[[noreturn]] inline void fail(const char* file, int line, const std::string& what) {
  throw std::runtime_error(std::string(file) + ":" + std::to_string(line) + ": " + what);
}

// The sentence with which `f` throws; empty when it does not.
template <class F>
std::string thrown(F&& f) {
  try {
    f();
  } catch (const std::exception& error) {
    return error.what();
  }
  return "";
}

// Runs all cases whose title contains `filter`; returns the exit code.
int run(const std::string& filter);

}  // namespace allranks::test

#define CHECK(condition) \
  if (!(condition)) ::allranks::test::fail(__FILE__, __LINE__, "not true: " #condition)
#define CHECK_EQUAL(a, b)                                                                                                   \
  if (!((a) == (b))) ::allranks::test::fail(__FILE__, __LINE__, #a " is not " #b ": " + std::to_string(a) + ", " + std::to_string(b))
#define CHECK_CONTAINS(text, part) \
  if ((text).find(part) == std::string::npos) ::allranks::test::fail(__FILE__, __LINE__, "\"" + (text) + "\" does not contain \"" + (part) + "\"")
#define CASE_NAME2(line) case_##line
#define CASE_NAME(line) CASE_NAME2(line)
#define CASE(title, ...) static const ::allranks::test::Register CASE_NAME(__LINE__)(title, __VA_ARGS__)
