#include "filippov/solver/solve.hpp"

#include <fmt/format.h>

#include <cmath>

#include "cluster_run.hpp"
#include "filippov/arithmetic/error.hpp"
#include "run.hpp"
#include "start.hpp"

namespace filippov {

namespace {

void check(const InitialValueProblem& problem, const SolverOptions& options) {
  if (!std::isfinite(problem.t0)) {
    throw Error(fmt::format("start time is {}: expected a finite number", problem.t0));
  }
  if (!std::isfinite(problem.t1)) {
    throw Error(fmt::format("final time is {}: expected a finite number", problem.t1));
  }
  if (!(options.rtol > 0 && options.rtol < 1)) {
    throw Error(fmt::format("relative tolerance is {}: expected a number in (0, 1)", options.rtol));
  }
  if (!(options.atol > 0 && std::isfinite(options.atol))) {
    throw Error(fmt::format("absolute tolerance is {}: expected a positive number", options.atol));
  }
  if (!(options.max_step > 0)) {
    throw Error(fmt::format("maximum step is {}: expected a positive number", options.max_step));
  }
  if (options.max_events <= 0) {
    throw Error(
        fmt::format("maximum number of events is {}: expected at least 1", options.max_events));
  }
}

}  // namespace

Solution solve(const Inclusion& inclusion, const InitialValueProblem& problem,
               const SolverOptions& options) {
  check(problem, options);
  if (detail::has_many_surfaces(inclusion)) {
    if (const auto system = detail::separable(inclusion, options)) {
      detail::check_start(inclusion, problem.x0);
      return detail::cluster_run(system, problem.t0, problem.x0, problem.t1, options);
    }
  }
  const detail::LocalPoint start = detail::start_point(inclusion, problem.t0, problem.x0);
  return detail::run(inclusion, start, problem.t1, options);
}

}  // namespace filippov
