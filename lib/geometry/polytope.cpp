#include "filippov/geometry/polytope.hpp"

#include <utility>

#include "checks.hpp"

namespace filippov {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

Polytope::Polytope(MatrixXd points) : points_(std::move(points)) {
  detail::require_points(points_, "Polytope");
}

VectorXd Polytope::support_point(const VectorXd& direction) const {
  detail::require_size(direction.size(), dimension(), "Polytope::support_point",
                       "entries of the direction");
  Index column = 0;
  (points_.transpose() * direction).maxCoeff(&column);
  return points_.col(column);
}

double Polytope::support(const VectorXd& direction) const {
  detail::require_size(direction.size(), dimension(), "Polytope::support",
                       "entries of the direction");
  return (points_.transpose() * direction).maxCoeff();
}

Membership Polytope::contains(const VectorXd& x, double tolerance) const {
  detail::require_size(x.size(), dimension(), "Polytope::contains", "entries of the point");
  const MinimumNormPoint nearest = filippov::minimum_norm_point(points_.colwise() - x);
  Membership answer;
  answer.distance = nearest.point.norm();
  answer.inside = answer.distance <= tolerance;
  answer.coordinates = VectorXd::Zero(points_.cols());
  for (Index i = 0; i < nearest.weights.size(); ++i) {
    answer.coordinates[nearest.columns[i]] = nearest.weights[i];
  }
  answer.nearest = x + nearest.point;
  if (!answer.inside) answer.separator = -nearest.point / answer.distance;
  return answer;
}

MatrixXd Polytope::vertices(double tolerance) const { return extreme_points(points_, tolerance); }

std::vector<Index> extreme_columns(const MatrixXd& points, double tolerance) {
  detail::require_points(points, "extreme_columns");
  const double distance = tolerance * points.colwise().norm().maxCoeff();
  std::vector<Index> kept(points.cols());
  for (Index i = 0; i < points.cols(); ++i) kept[i] = i;
  // From the back, so that the first of several duplicates stays.
  for (Index i = points.cols() - 1; i >= 0 && kept.size() > 1; --i) {
    std::vector<Index> others = kept;
    others.erase(others.begin() + i);
    const MatrixXd shifted = points(Eigen::all, others).colwise() - points.col(i);
    if (minimum_norm_point(shifted).point.norm() <= distance) kept = std::move(others);
  }
  return kept;
}

MatrixXd extreme_points(const MatrixXd& points, double tolerance) {
  return points(Eigen::all, extreme_columns(points, tolerance));
}

}  // namespace filippov
