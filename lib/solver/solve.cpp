#include "filippov/solver/solve.hpp"

#include <fmt/format.h>

#include <cmath>

#include "cluster_run.hpp"
#include "filippov/arithmetic/error.hpp"
#include "run.hpp"
#include "start.hpp"

namespace filippov {

namespace {

void require(bool condition, const std::string& message) {
  if (!condition) throw Error(message);
}

void check(const InitialValueProblem& problem, const SolverOptions& options) {
  require(std::isfinite(problem.t0),
          fmt::format("start time is {}: expected a finite number", problem.t0));
  require(std::isfinite(problem.t1),
          fmt::format("final time is {}: expected a finite number", problem.t1));
  require(options.rtol > 0 && options.rtol < 1,
          fmt::format("relative tolerance is {}: expected a number in (0, 1)", options.rtol));
  require(options.atol > 0 && std::isfinite(options.atol),
          fmt::format("absolute tolerance is {}: expected a positive number", options.atol));
  require(options.max_step > 0,
          fmt::format("maximum step is {}: expected a positive number", options.max_step));
  require(options.max_events > 0,
          fmt::format("maximum number of events is {}: expected at least 1", options.max_events));
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
  Solution solution = detail::run(inclusion, start, problem.t1, options);
  return solution;
}

}  // namespace filippov
