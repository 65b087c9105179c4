#pragma once

#include <span>
#include <string>

#include "filippov/solution/solution.hpp"

namespace filippov::detail {

/// Throws Error unless there is one name per component of the state.
void require_names(const Solution& solution, std::span<const std::string> variables);

}  // namespace filippov::detail
