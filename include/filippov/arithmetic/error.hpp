#pragma once

#include <stdexcept>
#include <string>

namespace filippov {

/// A broken precondition or bad input. The message says what was wrong, where (file, line, column,
/// field, value) and what was expected. Numerical outcomes are results, never an Error.
class Error : public std::runtime_error {
 public:
  explicit Error(const std::string& message);
  ~Error() override;
};

}  // namespace filippov
