#pragma once

#include <span>
#include <string>

#include "filippov/solution/solution.hpp"

namespace filippov {

/// The trajectory of a solve as CSV text: a header line, then one row (t, x_1, ..., x_n) per point
/// in the order of integration.
///
/// There is a row at the exact time of every event and at the ends, and rows between them so dense
/// that straight lines between rows follow the trajectory to 1e-3 of the range of each component.
/// Numbers read back exactly. A solution with branches has one more column, `branch`: 0 up to the
/// first branching point, then 1, 2, ... in the order in which JSON lists the branches, depth
/// first. `variables`: n names. Throws Error if their number is not the dimension of the solution.
std::string trajectory_csv(const Solution& solution, std::span<const std::string> variables);

}  // namespace filippov
