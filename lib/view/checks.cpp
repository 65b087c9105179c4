#include "checks.hpp"

#include <fmt/format.h>

#include "filippov/arithmetic/error.hpp"

namespace filippov::detail {

void require_names(const Solution& solution, std::span<const std::string> variables) {
  if (variables.size() != solution.x.size()) {
    throw Error(fmt::format("{} names of variables for a state of {} entries: expected one each",
                            variables.size(), solution.x.size()));
  }
}

}  // namespace filippov::detail
