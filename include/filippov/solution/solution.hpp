#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "filippov/solution/continuation.hpp"
#include "filippov/solution/event.hpp"
#include "filippov/solution/trajectory.hpp"

namespace filippov {

/// How a solve ended.
enum class Status {
  not_solved,    ///< `solve` has not been called
  finished,      ///< reached the final time
  branching,     ///< stopped at the first point from which several solutions continue
  equilibrium,   ///< at rest for ever (the only solution); `x` is the state at the final time
  accumulation,  ///< events accumulate and the limit carries no solution that was found
  escape,        ///< |x| exceeds every bound before the final time
  undecided,     ///< what happens at a point could not be decided; the message says which and why
  failed,        ///< step size underflow or the maximum number of events; the message says which
};

std::string_view name(Status status);

/// How a local analysis of the continuations from a point ended.
enum class Verdict { unique, branching, undecided };

std::string_view name(Verdict verdict);

/// The start, when it lies on surfaces.
struct Start {
  std::vector<int> active = {};
  std::vector<int> sliding = {};  ///< of these, the surfaces slid on from the start
  Verdict verdict = Verdict::unique;
};

/// A time interval over which the sliding velocity is not unique.
struct Ambiguity {
  double from = 0;
  double to = 0;
  std::vector<int> surfaces;
  int dimension = 0;      ///< affine dimension of the set of sliding velocities
  std::string selection;  ///< the one taken: "multilinear" or "simplex"
};

/// Cost of a solve. One Taylor sweep to order p counts as p right-hand sides.
struct Statistics {
  long rhs_evaluations = 0;
  long jacobian_evaluations = 0;
  long steps = 0;
  long rejected_steps = 0;
  long events = 0;
};

/// Result of `solve`. With several branches explored, `branches` holds one Solution for each
/// continuation of the branching point at which this one ends.
///
/// `continuations` are the ways on from that point, of which its event `branching` has the surfaces
/// and `x`; empty where the solution does not end in one.
struct Solution {
  Status status = Status::not_solved;
  std::string message = "not solved yet";
  double t = 0;           ///< final time reached
  std::vector<double> x;  ///< final state
  Start start;
  std::vector<Event> events;
  std::vector<Ambiguity> ambiguous;
  Statistics statistics;
  Trajectory trajectory;
  std::vector<std::string> surface_names;
  std::vector<Continuation> continuations;
  std::vector<Solution> branches;
};

}  // namespace filippov
