#pragma once

#include <Eigen/Core>
#include <optional>
#include <vector>

#include "filippov/geometry/support_function.hpp"

namespace filippov {

/// conv{v_i} ∩ {x : N^T x = b}: the part of a polytope in an affine subspace.
///
/// With v_i the velocities of the modes next to a point, N the normals of the surfaces to stay on
/// and b = 0 it is the set of sliding velocities. Dependent, duplicate and zero columns of N are
/// welcome. Vertices are found by the simplex method with Bland's rule, which cannot cycle.
///
/// Tolerance: with every normal scaled to length 1, the equations may be missed by at most
/// tolerance * (max|v_i| + max_j |b_j| / |n_j|); the section taken is then the one at the
/// attainable values nearest to b.
class AffineSection : public ConvexSet {
 public:
  /// points: n x m, m >= 1; normals: n x r, r >= 0; offsets: r entries; all finite.
  AffineSection(Eigen::MatrixXd points, const Eigen::MatrixXd& normals,
                const Eigen::VectorXd& offsets, double tolerance = 1e-12);

  bool empty() const { return empty_; }
  /// Distance of b from N^T conv{v_i}, normals scaled to length 1: 0 up to rounding unless empty.
  double residual() const { return residual_; }

  const Eigen::MatrixXd& points() const { return points_; }

  Eigen::Index dimension() const override { return points_.rows(); }
  /// Errors: the section is empty.
  Eigen::VectorXd support_point(const Eigen::VectorXd& direction) const override;
  /// Convex weights of the support point: one per column of points(), at most r + 1 of them
  /// nonzero.
  Eigen::VectorXd support_weights(const Eigen::VectorXd& direction) const;

 private:
  Eigen::MatrixXd points_;
  Eigen::MatrixXd equations_;        // independent rows; the last is sum of weights = 1
  std::vector<Eigen::Index> basis_;  // a feasible basis of equations_ * weights = (0, ..., 0, 1)
  double residual_ = 0;
  bool empty_ = false;
};

/// The minimum-norm point of conv{v_i} ∩ {x : N^T x = b}, as a convex combination of the v_i.
struct SectionMinimumNormPoint {
  Eigen::VectorXd point;
  /// One weight >= 0 per column of `points`, sum 1: point = points * weights up to rounding.
  Eigen::VectorXd weights;
  /// The true minimal norm lies in [lower_bound, |point|].
  double lower_bound = 0;
};

/// nullopt if the intersection is empty. Arguments and tolerance as for AffineSection.
std::optional<SectionMinimumNormPoint> minimum_norm_point(const Eigen::MatrixXd& points,
                                                          const Eigen::MatrixXd& normals,
                                                          const Eigen::VectorXd& offsets,
                                                          double tolerance = 1e-12);

/// Affine dimension of conv{v_i} ∩ {x : N^T x = b}; -1 if it is empty, 0 for a single point, ...
///
/// Widths of at most tolerance * max|v| count as zero.
int intersection_dimension(const Eigen::MatrixXd& points, const Eigen::MatrixXd& normals,
                           const Eigen::VectorXd& offsets, double tolerance = 1e-12);

}  // namespace filippov
