#pragma once

#include "filippov/solution/solution.hpp"
#include "filippov/solver/options.hpp"
#include "local_geometry.hpp"

namespace filippov::detail {

/// Integrates from a start point to t1, through all its events. `solve` without its checks.
Solution run(const Inclusion& inclusion, const LocalPoint& start, double t1,
             const SolverOptions& options);

}  // namespace filippov::detail
