#pragma once

#include <memory>
#include <span>

#include "../inclusion/separable.hpp"
#include "filippov/solution/solution.hpp"
#include "filippov/solver/options.hpp"

namespace filippov::detail {

/// A system of many parts that `cluster_run` can solve faster than `run`: a recorded field, all of
/// whose switches matter in every mode, and the Taylor stepper asked for or allowed. Nothing where
/// that is not so.
std::shared_ptr<const Separable> separable(const Inclusion& inclusion,
                                           const SolverOptions& options);

/// Enough for their number to matter.
bool has_many_surfaces(const Inclusion& inclusion);

/// Integrates from a start to t1 like `run`, but every cluster on its own: coordinates that read
/// one another or slide on a surface together, while the signs of all other surfaces hold.
///
/// A cluster has its own Taylor segment with its own length. A queue holds the first event of every
/// surface, found from the segments of the clusters that h reads, and of every exit from sliding.
/// An event concerns the clusters that h_j reads and those on which the sign of h_j acts: they
/// become one local problem, are taken to the time of the event, go on through it, and fall apart
/// again. So an event costs about the size of the clusters it meets, whatever the size of the rest.
///
/// Where the surfaces are flat, and sliding is the only way to go on (a definite matrix) or one
/// side is entered with strictly positive speed, that is decided here by sparse linear algebra.
/// Everything else (ends of sliding, ties, contact, branching, curved surfaces) is decided by the
/// Run of the local problem, an ordinary inclusion of few coordinates.
Solution cluster_run(const std::shared_ptr<const Separable>& system, double t0,
                     std::span<const double> x0, double t1, const SolverOptions& options);

}  // namespace filippov::detail
