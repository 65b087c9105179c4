#pragma once

#include <map>
#include <set>
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
  /// F + xi with |xi_i| <= disturbance_i, if that is not empty.
  SurfaceReading(const FilippovMap& map, double direction, const std::vector<double>& disturbance);

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
  /// h_j is affine in (t, x).
  bool is_plane(int j) { return gradient(j).constant; }
  /// h_j is one smooth function, with a Lipschitz gradient, on the box, whatever the open signs.
  bool smooth(int j, Interval t, const Box& box, const Signature& sides);
  /// The gradients of the surfaces are proved to be linearly independent, whatever the sides of
  /// each other's: then every sign pattern of them has a cell that touches their intersection.
  bool independent(const std::vector<int>& surfaces, Interval t, const Box& box, Signature sides);
  Interval switching(int j, Interval t, const Box& box, const Signature& sides);
  /// The value of h_j jumps where h_i changes its sign: then it is no function of the state on h_i
  /// = 0, and its gradient says nothing of how it passes 0 there.
  bool jumps_with(int j, int i);

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
  std::vector<double> disturbance_;
  IntervalReading field_;
  IntervalReading jacobian_;  // its entries that are not 0
  std::map<int, IntervalReading> switching_;
  std::map<int, std::set<int>> jumps_;  // of the switching functions
  std::map<int, Vector> gradients_;     // the derivative in t is the last output
  std::map<int, Vector> columns_;
  std::map<int, IntervalReading> second_derivatives_;  // of the switching functions
};

}  // namespace filippov::detail
