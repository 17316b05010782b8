// Reading the command line of the examples: long options, one error sentence, exit code 2.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>

namespace simulations {

// Wrong use of a program; the text is the sentence for the user.
class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// Walks over `--name value`, `--name=value` and `--flag`.
class Arguments {
 public:
  Arguments(int argc, char** argv) : argc_(argc), argv_(argv) {}

  // Moves to the next option; false at the end. Throws UsageError at a word that is no option.
  bool next();
  const std::string& name() const { return name_; }
  // The value of the current option. Throws UsageError when there is none.
  std::string value();
  // Throws UsageError when the current option, a flag, was given a value.
  void no_value() const;

 private:
  int argc_;
  char** argv_;
  int at_ = 0;
  std::string name_;
  std::string inline_value_;
  bool has_inline_value_ = false;
};

// A whole number in [low, high] in decimal digits, or a UsageError that names the option and the range.
std::int64_t parse_integer(const std::string& option, const std::string& text, std::int64_t low, std::int64_t high);

// A finite number in [low, high].
double parse_real(const std::string& option, const std::string& text, double low, double high);

}  // namespace simulations
