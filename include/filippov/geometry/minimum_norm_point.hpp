#pragma once

#include <Eigen/Core>
#include <vector>

#include "filippov/geometry/support_function.hpp"

namespace filippov {

/// p = argmin |x| over x in a compact convex set C, with what proves it.
struct MinimumNormPoint {
  /// p in R^n.
  Eigen::VectorXd point;
  /// Affinely independent vertices of C (n x r), and weights > 0 with sum 1: p = vertices *
  /// weights.
  Eigen::MatrixXd vertices;
  Eigen::VectorXd weights;
  /// Where the set was given as a matrix of points: the column of each of `vertices`; else empty.
  std::vector<Eigen::Index> columns;
  /// max(0, min over v in C of <p, v> / |p|): the true minimal norm lies in [lower_bound, |p|].
  double lower_bound = 0;
};

/// Minimum-norm point of conv{columns of `points`} (n x m, m >= 1).
///
/// Zero columns, duplicates and points inside the hull are welcome. Accuracy: p is the exact answer
/// for points moved by a modest multiple of 2^-53 times the largest norm; in particular |p| is of
/// that size if 0 is in the hull. Unless |p| is that small, <p, v - p> >= -1e-13 |p| max|v| for
/// every column v. Cost: a few microseconds for 8 points in R^3. Errors: no columns, or an entry
/// that is not finite. Source: Wolfe, Finding the nearest point in a polytope, Mathematical
/// Programming 11 (1976).
MinimumNormPoint minimum_norm_point(const Eigen::MatrixXd& points);

/// Minimum-norm point of a set with finitely many vertices, by its support points.
MinimumNormPoint minimum_norm_point(const ConvexSet& set);

/// Where a point x lies with respect to a convex set C, with the certificate for the answer.
struct Membership {
  /// distance <= tolerance.
  bool inside = false;
  /// |x - nearest|, where `nearest` is the point of C next to x.
  double distance = 0;
  Eigen::VectorXd nearest;
  /// The certificate when inside: `nearest` in terms of the set. A polytope: one convex weight per
  /// vertex. A zonotope: one coefficient in [-1, 1] per generator.
  Eigen::VectorXd coordinates;
  /// The certificate when outside: a unit vector e with <e, x> > max over C of <e, .>; else empty.
  Eigen::VectorXd separator;
};

}  // namespace filippov
