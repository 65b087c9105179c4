// Problems with relays, solved by this library, by CVODE with events written by hand, and by Odeint
// as if the right-hand side were smooth: side by side, all at one tolerance.

#include <fmt/format.h>

#include <cmath>
#include <optional>

#include "cvode.hpp"
#include "filippov/solver/solve.hpp"
#include "ignoring.hpp"
#include "measurement.hpp"
#include "problem.hpp"

using namespace filippov;
using namespace filippov::benchmarks;

namespace {

constexpr double tolerance = 1e-9;
constexpr long ignoring_limit = 2000000;

double error_of(const problems::Problem& exact, const std::vector<double>& x) {
  double error = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    error = std::max(error, std::abs(x[i] - exact.final_state[i]));
  }
  return error;
}

struct Row {
  PeerRun run;
  double seconds = 0;
  double error = 0;
  bool complete = false;  ///< finished, with all events
};

void print(const std::string& label, const Row& row, const problems::Problem& exact,
           const std::optional<Row>& reference) {
  fmt::print("  {:34} {:9.3f} ms {:8} rhs {:5} J {:4}/{:<3} events  error {:7.1e}", label,
             1e3 * row.seconds, row.run.rhs_evaluations, row.run.jacobian_evaluations,
             row.run.events, exact.events.size(), row.error);
  if (!row.run.finished) fmt::print("  gave up");
  if (reference) {
    fmt::print("  {:6.2f} x time {:6.2f} x rhs", row.seconds / reference->seconds,
               static_cast<double>(row.run.rhs_evaluations) /
                   static_cast<double>(reference->run.rhs_evaluations));
  }
  fmt::print("\n");
}

Row measure_cvode(const RelaySystem& system, const problems::Problem& exact, CvodeMethod method,
                  double max_step) {
  Row row;
  row.run = solve_with_cvode(system, method, tolerance, max_step).front();
  row.seconds = median_seconds([&] { solve_with_cvode(system, method, tolerance, max_step); });
  row.error = error_of(exact, row.run.x);
  row.complete = row.run.finished && row.run.events == static_cast<long>(exact.events.size());
  return row;
}

Row measure_ours(const problems::Problem& exact, StepperKind stepper) {
  const SolverOptions options{
      .rtol = tolerance, .atol = tolerance, .stepper = stepper, .keep_trajectory = false};
  const auto call = [&] { return solve(*exact.inclusion, exact.value, options); };
  const Solution solution = call();
  Row row;
  row.run.finished = solution.status == Status::finished;
  row.run.rhs_evaluations = solution.statistics.rhs_evaluations;
  row.run.jacobian_evaluations = solution.statistics.jacobian_evaluations;
  row.run.events = static_cast<long>(solution.events.size());
  row.seconds = median_seconds(call);
  row.error = error_of(exact, solution.x);
  row.complete = row.run.finished && row.run.events == static_cast<long>(exact.events.size());
  return row;
}

Row measure_ignoring(const RelaySystem& system, const problems::Problem& exact) {
  Row row;
  row.run = solve_ignoring_surfaces(system, tolerance, ignoring_limit);
  row.seconds =
      median_seconds([&] { solve_ignoring_surfaces(system, tolerance, ignoring_limit); }, 0.0);
  row.error = error_of(exact, row.run.x);
  return row;
}

/// The faster of the complete ones; where none is complete, the more accurate.
bool better(const Row& a, const Row& b) {
  if (a.complete != b.complete) return a.complete;
  return a.complete ? a.seconds < b.seconds : a.error < b.error;
}

void compare(const RelaySystem& system) {
  const problems::Problem exact = problems::problem(system.name);
  fmt::print("{}\n", system.name);

  std::optional<Row> best_peer;
  for (const double max_step : {0.0, system.max_step}) {
    for (const CvodeMethod method : {CvodeMethod::adams, CvodeMethod::bdf}) {
      if (solve_with_cvode(system, method, 1e-3, 0).empty()) break;
      const Row row = measure_cvode(system, exact, method, max_step);
      print(fmt::format("{}{}", row.run.method,
                        max_step > 0 ? fmt::format(", maximum step {:g}", max_step) : ""),
            row, exact, {});
      if (!best_peer || better(row, *best_peer)) best_peer = row;
    }
    if (system.max_step == 0) break;
  }
  print("odeint dopri5, surfaces ignored", measure_ignoring(system, exact), exact, {});

  std::optional<Row> best;
  std::string best_name;
  const std::pair<StepperKind, const char*> steppers[] = {{StepperKind::automatic, "automatic"},
                                                          {StepperKind::taylor, "taylor"},
                                                          {StepperKind::dopri5, "dopri5"},
                                                          {StepperKind::rosenbrock4, "rosenbrock4"},
                                                          {StepperKind::radau13, "radau13"}};
  for (const auto& [stepper, name] : steppers) {
    const Row row = measure_ours(exact, stepper);
    print(fmt::format("filippov, {}", name), row, exact, best_peer);
    const bool accurate = !best_peer || row.error <= best_peer->error;
    if (row.complete && accurate && (!best || row.seconds < best->seconds)) {
      best = row;
      best_name = name;
    }
  }
  if (best && best_peer) {
    fmt::print("  best at no larger error: {}, {:.2f} x the time of {}\n", best_name,
               best->seconds / best_peer->seconds, best_peer->run.method);
  } else if (best_peer) {
    fmt::print("  no stepper is complete at no larger error\n");
  }
  fmt::print("\n");
}

}  // namespace

int main() {
  fmt::print("rtol = atol = {:g}; ratios against the best of CVODE\n\n", tolerance);
  for (const RelaySystem& system :
       {stick_slip_forced(), brake_pad_disode(), stiff_relay(), relays_12(), double_root_dose()}) {
    compare(system);
  }
}
