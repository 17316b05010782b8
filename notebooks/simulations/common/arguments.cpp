#include "arguments.hpp"

#include <cerrno>
#include <cmath>
#include <cstdlib>
#include <sstream>

namespace simulations {

bool Arguments::next() {
  if (++at_ >= argc_) return false;
  name_ = argv_[at_];
  has_inline_value_ = false;
  if (name_.rfind("--", 0) != 0 || name_.size() == 2) {
    throw UsageError("'" + name_ + "' is not an option; try --help");
  }
  const std::size_t equals = name_.find('=');
  if (equals != std::string::npos) {
    inline_value_ = name_.substr(equals + 1);
    has_inline_value_ = true;
    name_.resize(equals);
  }
  return true;
}

std::string Arguments::value() {
  if (has_inline_value_) return inline_value_;
  if (at_ + 1 >= argc_) throw UsageError(name_ + " needs a value; try --help");
  return argv_[++at_];
}

void Arguments::no_value() const {
  if (has_inline_value_) throw UsageError(name_ + " takes no value; try --help");
}

std::int64_t parse_integer(const std::string& option, const std::string& text, std::int64_t low, std::int64_t high) {
  char* end = nullptr;
  errno = 0;
  const long long number = std::strtoll(text.c_str(), &end, 10);
  // strtoll accepts leading blanks, which are no part of a number here.
  const bool digits = !text.empty() && (text[0] == '-' || (text[0] >= '0' && text[0] <= '9'));
  if (!digits || *end != '\0' || errno != 0 || number < low || number > high) {
    throw UsageError(option + " must be a whole number from " + std::to_string(low) + " to " + std::to_string(high) +
                     ", not '" + text + "'");
  }
  return number;
}

double parse_real(const std::string& option, const std::string& text, double low, double high) {
  char* end = nullptr;
  errno = 0;
  const double number = std::strtod(text.c_str(), &end);
  if (text.empty() || *end != '\0' || errno != 0 || !std::isfinite(number) || number < low || number > high) {
    std::ostringstream sentence;
    sentence << option << " must be a number from " << low << " to " << high << ", not '" << text << "'";
    throw UsageError(sentence.str());
  }
  return number;
}

}  // namespace simulations
