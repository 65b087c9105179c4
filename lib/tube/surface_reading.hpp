#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include "filippov/function/interval_reading.hpp"
#include "filippov/inclusion/filippov_map.hpp"

namespace filippov::detail {

using Box = std::vector<Interval>;

/// The inclusion near some surfaces, read over boxes: enclosures of F and of the velocities with
/// which its elements cross the surfaces.
class SurfaceReading {
 public:
  SurfaceReading(const FilippovMap& map, double direction);

  /// Contains F(t, x) (times the direction) for all t, x; signs of `sides` that are 0 are open:
  /// then the hull of both sides, where the surface meets the box. Empty if F is not defined on all
  /// of the box.
  Box values(Interval t, const Box& box, const Signature& sides);
  /// Every selection around the box is differentiable on all of it.
  bool differentiable(Interval t, const Box& box, const Signature& sides);
  /// Contains dh_j/dtau for every element of F with the given sides.
  Interval rate(int j, Interval t, const Box& box, const Signature& sides);
  /// <g_j, grad h_j> with g_j half the jump of F across h_j = 0.
  Interval kink(int j, Interval t, const Box& box, const Signature& sides);
  /// <grad h_i, g_j>; `constant` becomes false if the gradient or the jump depend on (t, x).
  Interval coupling(int i, int j, Interval t, const Box& box, const Signature& sides,
                    bool& constant);
  /// The gradients of the surfaces are proved to be linearly independent, whatever the sides of
  /// each other's: then every sign pattern of them has a cell that touches their intersection.
  bool independent(const std::vector<int>& surfaces, Interval t, const Box& box, Signature sides);
  Interval switching(int j, Interval t, const Box& box, const Signature& sides);

 private:
  struct Vector {  // some components
    std::vector<int> components;
    bool constant = true;
    IntervalReading reading;
  };
  Vector& gradient(int j);
  Vector& column(int j);
  Vector make(const std::vector<std::pair<int, NodeId>>& entries, NodeId last);

  const FilippovMap& map_;
  double direction_;
  IntervalReading field_;
  IntervalReading jacobian_;  // its entries that are not 0
  std::map<int, IntervalReading> switching_;
  std::map<int, Vector> gradients_;  // the derivative in t is the last output
  std::map<int, Vector> columns_;
};

/// Why the solution through every state near these surfaces is unique forward in (elapsed) time,
/// or why that is not proved.
struct Uniqueness {
  bool proved = false;
  std::string reason;
};

/// Right uniqueness on t x box, where the surfaces `touched` meet the box and `sides` holds the
/// sides of all others (their own entries are ignored).
///
/// Surfaces that every element of F crosses with one sign are passed once, at an isolated time, and
/// do not matter. What remains is unique if it is
///  - no surface: F is locally Lipschitz between the crossings;
///  - one surface with <grad h, f-> > 0 throughout or <grad h, f+> < 0 throughout (Filippov 1988,
///    section 10, theorem 2);
///  - surfaces of a Clarke gradient flow across which the potential is concave where it ascends,
///    convex where it descends: then F is one-sided Lipschitz (a function whose derivative along
///    almost every segment only jumps downward is semi-concave);
///  - surfaces with constant gradients c_i and jumps g_j such that [<c_i, g_j>] is symmetric
///    negative definite, or diagonal and negative: then P with P g_j = -d_j c_j, d_j > 0, exists
///    and F is one-sided Lipschitz in the norm of P.
Uniqueness right_uniqueness(SurfaceReading& reading, const FilippovMap& map, Interval t,
                            const Box& box, const std::vector<int>& touched, Signature sides);

}  // namespace filippov::detail
