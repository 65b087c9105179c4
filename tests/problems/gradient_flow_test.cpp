// Lemma: along a solution of x' in +-df(x) the velocity is, for almost every t, the element of
// least norm of +-df(x), and d f(x(t))/dt = +-|x'|^2. (Davis, Drusvyatskiy, Kakade, Lee 2020,
// lemma 5.2.)

#include <doctest/doctest.h>

#include <cmath>

#include "comparison.hpp"
#include "filippov/solver/classify.hpp"
#include "filippov/solver/solve.hpp"

using namespace filippov;
using namespace filippov::problems;

namespace {

/// Times at which nothing happens: fixed fractions of each interval between events.
std::vector<double> quiet_times(const Solution& solution, double start, double end) {
  std::vector<double> ends{start};
  for (const Event& event : solution.events) ends.push_back(event.t);
  ends.push_back(end);
  std::vector<double> times;
  for (std::size_t i = 0; i + 1 < ends.size(); ++i) {
    if (ends[i + 1] - ends[i] < 1e-3) continue;
    for (const double fraction : {0.13, 0.5, 0.81}) {
      times.push_back(ends[i] + fraction * (ends[i + 1] - ends[i]));
    }
  }
  return times;
}

void check_least_norm(const Problem& problem, const Solution& solution) {
  const double step = 1e-5;
  for (const double t : quiet_times(solution, problem.value.t0, solution.t)) {
    CAPTURE(problem.name);
    CAPTURE(t);
    const std::vector<double> x = solution.trajectory(t);
    const std::vector<double> before = solution.trajectory(t - step);
    const std::vector<double> after = solution.trajectory(t + step);
    const Classification here = classify(*problem.inclusion, x, t);
    double squared = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
      const double velocity = (after[i] - before[i]) / (2 * step);
      squared += velocity * velocity;
      CHECK(std::abs(velocity - here.minimum_norm[static_cast<Eigen::Index>(i)]) < 1e-6);
    }
    const double rate = ((*problem.potential)(after) - (*problem.potential)(before)) / (2 * step);
    CHECK(std::abs(rate - problem.direction * squared) < 1e-6 * (1 + squared));
  }
}

}  // namespace

TEST_CASE("a gradient flow moves with the gradient of least norm") {
  for (const Problem& problem : gradient_flows()) {
    SUBCASE(problem.name.c_str()) {
      check_least_norm(problem,
                       solve(*problem.inclusion, problem.value, {.rtol = 1e-11, .atol = 1e-13}));
    }
  }
}

TEST_CASE("each branch of a gradient flow moves with the gradient of least norm or slides on") {
  // Off the repelling surface the rule holds on every branch.
  const Problem problem = problems::problem("ascent_u1absu2_branch");
  const Solution solution = solve(*problem.inclusion, problem.value,
                                  {.rtol = 1e-11, .atol = 1e-13, .branches = BranchPolicy::all});
  for (const Solution* branch : ends(solution)) check_least_norm(problem, *branch);
}
