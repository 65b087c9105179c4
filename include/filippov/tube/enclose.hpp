#pragma once

#include <vector>

#include "filippov/inclusion/filippov_map.hpp"
#include "filippov/tube/tube.hpp"

namespace filippov {

/// All x(t0) in the box x0, followed to t1 (backward in time when t1 < t0). A parameter that is
/// known to an interval is a coordinate with velocity 0.
struct EnclosureProblem {
  double t0 = 0;
  double t1 = 1;
  std::vector<Interval> x0;
  /// If not empty: x' in F(t, x) + xi(t), any measurable |xi_i| <= disturbance[i]. Uniqueness is
  /// that for each xi. Where sliding ends it may begin and end again in the event's window.
  std::vector<double> disturbance = {};
};

struct EnclosureOptions {
  int order = 20;           ///< of the Taylor series, 2 .. 60
  long max_steps = 200000;  ///< the tube stops there
  long max_events = 10000;  ///< likewise
  double max_step = 1e300;
  /// Where the motion is linear and stiff, steps by a matrix exponential: certificates have none of
  /// them, so that they take many more steps.
  bool exponentials = true;
  /// For a certificate: derivatives and remainders are a little wider than they were computed, as
  /// the checker, with formulas of its own, may find them.
  bool room_for_checker = false;
  bool keep_segments = true;  ///< store the tube, not only its end and its events
  /// Times, in the order of integration, at which a smooth step is to end, so that the tube says
  /// where the solutions are then. One that lies in the window of an event is passed over.
  std::vector<double> visit = {};
  /// A box of initial states is split where its tube stops, or where its end is more than
  /// `split_above` times as wide as the linear image of the box, into at most that many parts; 1:
  /// never.
  int max_pieces = 1024;
  double split_above = 2;
};

/// Encloses all solutions of x' in F(t, x) from a box of initial states, and proves what happens:
/// where they cross surfaces, slide and leave, and that each is the only one from its start.
///
/// Smooth pieces by Taylor series with an a-priori box (Nedialkov, Jackson & Corliss 1999) in
/// Lohner's coordinates. At a surface, over a short time window, two things are proved: the
/// solution that crosses, slides or leaves exists (signs of normal velocities, multipliers in [-1,
/// 1]), and no other does (Filippov 1988, section 10, theorem 2, or one-sided Lipschitz
/// continuity). Where one of them cannot be proved the tube stops there and says why.
///
/// Throws Error for a problem that makes no sense (number of entries, unbounded box, order out of
/// range, NaN). Everything else is in the Tube.
Tube enclose(const FilippovMap& inclusion, const EnclosureProblem& problem,
             const EnclosureOptions& options = {});

}  // namespace filippov
