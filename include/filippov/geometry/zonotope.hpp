#pragma once

#include <Eigen/Core>

#include "filippov/geometry/minimum_norm_point.hpp"
#include "filippov/geometry/support_function.hpp"

namespace filippov {

/// Minimum-norm point p of a zonotope, with the coefficients that make it.
struct ZonotopeMinimumNormPoint {
  /// p = center + generators * coefficients, up to rounding.
  Eigen::VectorXd point;
  /// In [-1, 1]^k. Unique only if the generators that p is orthogonal to are independent.
  Eigen::VectorXd coefficients;
  /// The true minimal norm lies in [lower_bound, |p|].
  double lower_bound = 0;
};

/// {center + sum_j u_j g_j : u in [-1, 1]^k}, the generators g_j being the columns of a matrix.
///
/// Never spelled out as 2^k points except in `vertices`.
class Zonotope : public ConvexSet {
 public:
  /// center: n >= 1 entries; generators: n x k, k >= 0; finite.
  Zonotope(Eigen::VectorXd center, Eigen::MatrixXd generators);

  const Eigen::VectorXd& center() const { return center_; }
  const Eigen::MatrixXd& generators() const { return generators_; }

  Eigen::Index dimension() const override { return center_.size(); }
  /// <center, direction> + sum_j |<g_j, direction>|.
  double support(const Eigen::VectorXd& direction) const override;
  Eigen::VectorXd support_point(const Eigen::VectorXd& direction) const override;

  /// The signs u in {-1, +1}^k of the support point. Where <g_j, direction> = 0 the sign is that of
  /// the first nonzero entry of g_j, as if the direction were turned a little: always a vertex.
  Eigen::VectorXd support_coefficients(const Eigen::VectorXd& direction) const;

  /// By Wolfe's algorithm with one support point (n k operations) per cycle; the number of cycles
  /// depends on n much more than on k. Accuracy as for minimum_norm_point.
  ZonotopeMinimumNormPoint minimum_norm_point() const;

  /// Is x within `tolerance` (a distance) of the zonotope? The certificate comes with the answer.
  Membership contains(const Eigen::VectorXd& x, double tolerance = 1e-12) const;

  /// The same set without zero generators and with parallel ones added up (g and -g are parallel).
  /// Parallel: unit vectors that differ by at most `tolerance`. Order: of first appearance.
  Zonotope with_merged_generators(double tolerance = 1e-12) const;

  /// The true vertices, one per column: one for each cell of the arrangement of the hyperplanes
  /// orthogonal to the generators. Errors: their number could exceed `limit`.
  Eigen::MatrixXd vertices(double limit = 1e5, double tolerance = 1e-12) const;

 private:
  Eigen::VectorXd center_;
  Eigen::MatrixXd generators_;
};

}  // namespace filippov
