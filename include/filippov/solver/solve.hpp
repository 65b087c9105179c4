#pragma once

#include "filippov/inclusion/inclusion.hpp"
#include "filippov/solution/solution.hpp"
#include "filippov/solver/options.hpp"

namespace filippov {

/// Solves x' in F(t, x), x(t0) = x0: the trajectory with its events, and its branches.
///
/// Throws Error for a problem that makes no sense (wrong number of entries, NaN, tolerances that
/// are not positive, a start where the right-hand side is not finite). Everything else is in the
/// Solution. Not verified.
Solution solve(const Inclusion& inclusion, const InitialValueProblem& problem,
               const SolverOptions& options = {});

}  // namespace filippov
