#pragma once

#include <optional>
#include <vector>

#include "accumulation.hpp"
#include "filippov/solution/solution.hpp"
#include "filippov/solver/classify.hpp"
#include "filippov/solver/options.hpp"
#include "local_geometry.hpp"

namespace filippov::detail {

/// Integrates from a start point to t1, through all its events. `solve` without its checks.
Solution run(const Inclusion& inclusion, const LocalPoint& start, double t1,
             const SolverOptions& options);

/// How a run goes on from a point that it has settled.
struct Departure {
  /// What was found up to there; `not_solved` when the run can go on, `equilibrium` (or `finished`,
  /// where the sliding velocity is not unique) when it rests there.
  Solution solution;
  double t = 0;
  std::vector<double> x;
  Face face;
  std::vector<int> left = {};    ///< surfaces through x that the motion leaves
  std::vector<int> tended = {};  ///< surfaces that the motion tends to and never reaches
  bool resting = false;
  bool event = false;                       ///< something was settled: t1 was not reached before
  std::optional<Ambiguity> ambiguity = {};  ///< of the sliding velocity from here
};

/// Decides how to leave `start`, and stops.
Departure settle_start(const Inclusion& inclusion, const LocalPoint& start, double t1,
                       const SolverOptions& options);
/// Integrates on `face` from (t, x), where no surface is about to be left, until its first event
/// is settled, or to t1.
Departure run_to_event(const Inclusion& inclusion, double t, std::span<const double> x,
                       const Face& face, double t1, const SolverOptions& options);
/// Goes on to the limit of events that accumulate, and stops.
Departure settle_limit(const Inclusion& inclusion, double t, std::span<const double> x,
                       const Face& face, const AccumulationPoint& limit, double t1,
                       const SolverOptions& options);

}  // namespace filippov::detail
