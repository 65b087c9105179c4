#pragma once

#include <limits>
#include <string>
#include <vector>

namespace filippov {

/// What to do where several solutions continue.
enum class BranchPolicy {
  stop,   ///< end there with status branching
  first,  ///< follow the first continuation: rest, else sliding, else leaving
  all,    ///< follow each, into `Solution::branches`
};

/// How the smooth pieces are integrated.
enum class StepperKind {
  automatic,    ///< taylor, without Taylor series dopri5; radau13 while stiff
  taylor,       ///< Taylor series of the recorded graph, order from the tolerance
  dopri5,       ///< Dormand-Prince 5(4) of Boost.Odeint
  rosenbrock4,  ///< Rosenbrock 4(3) of Boost.Odeint, for stiff systems; Jacobian from the graph
  radau13,      ///< Radau IIA of order 13, for stiff systems; Jacobian from the graph
};

/// The initial value problem: x(t0) = x0, solved up to t1 (backward in time when t1 < t0).
struct InitialValueProblem {
  double t0 = 0;
  double t1 = 1;
  std::vector<double> x0;
};

struct SolverOptions {
  double rtol = 1e-8;   ///< relative tolerance of a step, per component
  double atol = 1e-10;  ///< absolute tolerance of a step, per component
  StepperKind stepper = StepperKind::automatic;
  BranchPolicy branches = BranchPolicy::stop;
  long max_events = 100000;
  long max_steps = 10000000;
  double max_step = std::numeric_limits<double>::infinity();
  double escape_norm = 1e100;   ///< |x| above this is `escape`
  bool keep_trajectory = true;  ///< store the dense output
  /// Events of a system of more components than this do not keep state, signature and surfaces slid
  /// on (10^4 events of 10^4 components would take 1 GB).
  int largest_event_state = 1000;
};

}  // namespace filippov
