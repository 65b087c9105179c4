#pragma once

#include <Eigen/Core>
#include <vector>

#include "filippov/geometry/minimum_norm_point.hpp"
#include "filippov/geometry/support_function.hpp"

namespace filippov {

/// conv{columns of a matrix}: the hull of finitely many points, duplicates and inner points
/// allowed.
class Polytope : public ConvexSet {
 public:
  /// points: n x m, m >= 1, finite.
  explicit Polytope(Eigen::MatrixXd points);

  Eigen::Index dimension() const override { return points_.rows(); }
  Eigen::VectorXd support_point(const Eigen::VectorXd& direction) const override;
  double support(const Eigen::VectorXd& direction) const override;

  MinimumNormPoint minimum_norm_point() const { return filippov::minimum_norm_point(points_); }

  /// Is x within `tolerance` (a distance) of the polytope? The certificate comes with the answer.
  Membership contains(const Eigen::VectorXd& x, double tolerance = 1e-12) const;

  /// The points as given, one per column.
  const Eigen::MatrixXd& points() const { return points_; }

  /// The true vertices, one per column: extreme_points(points(), tolerance).
  Eigen::MatrixXd vertices(double tolerance = 1e-12) const;

 private:
  Eigen::MatrixXd points_;
};

/// Columns of `points` that are vertices of their hull, ascending.
///
/// A point goes when it is within tolerance * max|column| of the hull of those that remain; of
/// duplicates the first stays. Costs m minimum-norm points.
std::vector<Eigen::Index> extreme_columns(const Eigen::MatrixXd& points, double tolerance = 1e-12);

/// The same as a matrix of the points that stay.
Eigen::MatrixXd extreme_points(const Eigen::MatrixXd& points, double tolerance = 1e-12);

}  // namespace filippov
