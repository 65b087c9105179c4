#pragma once

#include <vector>

#include "filippov/solution/solution.hpp"

namespace filippov::detail {

/// The tree of solutions in depth-first order, the trunk first: branch 0, 1, 2, ...
std::vector<const Solution*> branches(const Solution& solution);

}  // namespace filippov::detail
