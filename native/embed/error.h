// Failures on their way to the C API: one sentence and a status. Nothing else crosses the boundary.
#pragma once
#include <stdexcept>
#include <string>

#include "../include/allranks.h"

namespace allranks {

class Failure : public std::runtime_error {
 public:
  Failure(allranks_status status, const std::string& sentence) : std::runtime_error(sentence), status_(status) {}
  allranks_status status() const { return status_; }

 private:
  allranks_status status_;
};

}  // namespace allranks
