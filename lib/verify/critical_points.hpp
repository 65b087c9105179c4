#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "filippov/verify/kkt.hpp"
#include "ridge_function.hpp"

namespace filippov::detail {

/// A critical point of a RidgeFunction F on the unit sphere, 0 in dF(u) - lambda u, or a connected
/// set of them.
struct CriticalPoint {
  std::vector<Interval> u;    ///< encloses it; of a set: one of its points
  std::vector<Interval> box;  ///< as in KktPoint
  Interval value;             ///< F(u); the point 0 where it is known to be 0
  /// 1: a strict local maximum on the sphere (of a set: F is less beside it), -1: a minimum, 0:
  /// neither, but F is not constant nearby (of a set of a one-homogeneous F: beside it), nothing:
  /// not known.
  std::optional<int> extremum = {};
  bool certified = true;
  int dimension = 0;
  std::optional<std::pair<Interval, Interval>> arc = {};
  std::vector<int> kinks = {};
};

struct CriticalPoints {
  std::vector<CriticalPoint> points;
  bool complete = true;
  std::string reason = {};
  /// Of a one-homogeneous F in the plane: the isolated zeros that are not critical.
  std::vector<std::vector<Interval>> zeros = {};
  /// Of a one-homogeneous F in three dimensions: about one zero on each connected part of {F = 0}
  /// that has others than critical ones. These are curves.
  std::vector<std::vector<double>> zero_curves = {};
  /// Whether 0 is in dF(0), of a one-homogeneous F; nothing if it is not known.
  std::optional<bool> critical_at_zero = {};

  void undecided(std::string why, const std::vector<Interval>& where);
};

/// d = 1, where the unit sphere is {-1, 1} and both are critical.
CriticalPoints line_points(const RidgeFunction& f);

/// All critical points of F on the unit circle (d = 2), by a walk through the pieces and the kinks
/// between them.
///
/// With T(u) the derivative of F along the circle (up to a positive factor, a polynomial in u), a
/// piece between the directions p and q has a critical point inside when T(p) T(q) < 0, all of it
/// is critical when T = 0, and a kink is critical when 0 is between the values of T on its two
/// sides. With exact data these signs are decided exactly.
CriticalPoints circle_points(const RidgeFunction& f);

/// All critical points of a one-homogeneous F, d = 3, on the unit sphere, by a walk along every
/// great circle r_j.u = 0: what is on it, and on its two sides, is looked at edge by edge.
///
/// In a cell with gradient a the critical points are +-a/|a|, on an edge +-p/|p| with p the part of
/// a along its plane if the gradients on the two sides are on the two sides of the plane, and a
/// vertex is critical if 0 is in the hull of the gradients around it, taken along the sphere. Signs
/// are decided in integers if the data are known exactly. If they are not and enclosures do not
/// tell, or if there are too many circles, what `search_points` finds.
CriticalPoints sphere_points(const RidgeFunction& f, const KktOptions& options);

/// All critical points of a two-homogeneous F, d = 3, on the unit sphere, found and proved isolated
/// by branch and bound; the cone where F = 0 because no ridge is positive counts as one set. What
/// `search_points` finds if that takes too long, as where an arc is critical.
CriticalPoints chart_points(const RidgeFunction& f, const KktOptions& options);

/// Local maxima and minima of F on the sphere, and critical points met on the way, by ascent from
/// many starting points; each certified where that is possible.
CriticalPoints search_points(const RidgeFunction& f, const KktOptions& options);

/// N = F.
KktPoints squared_points(const CriticalPoints& critical);
/// N(v, u) = v F(u).
KktPoints two_layer_points(const CriticalPoints& critical, int dimension);
/// N(u, v) = sum_k q_k u_k v_k, q = sum_i z_i x_i: the eigenvectors of a symmetric matrix, (e_k,
/// +-e_k) / sqrt 2 with N = +-q_k / 2, and combinations of those with equal N.
KktPoints diagonal_points(const DataSet& data, const Loss& loss);

}  // namespace filippov::detail
