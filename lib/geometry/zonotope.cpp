#include "filippov/geometry/zonotope.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "checks.hpp"
#include "filippov/arithmetic/error.hpp"
#include "filippov/geometry/sign_feasibility.hpp"
#include "wolfe.hpp"

namespace filippov {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

/// Sign of the first nonzero entry; +1 for the zero vector.
double leading_sign(const Eigen::Ref<const VectorXd>& v) {
  for (const double entry : v) {
    if (entry != 0) return entry > 0 ? 1 : -1;
  }
  return 1;
}

/// The number of cells of `count` generic hyperplanes through 0 in R^dimension: the most there are.
double most_cells(Index dimension, Index count) {
  if (count == 0) return 1;
  double sum = 0;
  double binomial = 1;
  for (Index i = 0; i < std::min(dimension, count); ++i) {
    sum += binomial;
    binomial *= static_cast<double>(count - 1 - i) / static_cast<double>(i + 1);
  }
  return 2 * sum;
}

}  // namespace

Zonotope::Zonotope(VectorXd center, MatrixXd generators)
    : center_(std::move(center)), generators_(std::move(generators)) {
  detail::require_points(center_, "Zonotope (center)");
  detail::require_size(generators_.rows(), center_.size(), "Zonotope", "entries per generator");
  detail::require_finite(generators_, "Zonotope (generators)");
}

double Zonotope::support(const VectorXd& direction) const {
  detail::require_size(direction.size(), dimension(), "Zonotope::support",
                       "entries of the direction");
  return center_.dot(direction) + (generators_.transpose() * direction).lpNorm<1>();
}

VectorXd Zonotope::support_coefficients(const VectorXd& direction) const {
  detail::require_size(direction.size(), dimension(), "Zonotope::support_coefficients",
                       "entries of the direction");
  VectorXd values = generators_.transpose() * direction;
  for (Index j = 0; j < values.size(); ++j) {
    values[j] = values[j] > 0 ? 1 : values[j] < 0 ? -1 : leading_sign(generators_.col(j));
  }
  return values;
}

VectorXd Zonotope::support_point(const VectorXd& direction) const {
  return center_ + generators_ * support_coefficients(direction);
}

ZonotopeMinimumNormPoint Zonotope::minimum_norm_point() const {
  std::vector<VectorXd> coefficients_of_call;
  const auto vertex = [&](const VectorXd& direction) -> VectorXd {
    coefficients_of_call.push_back(support_coefficients(direction));
    return center_ + generators_ * coefficients_of_call.back();
  };
  const VectorXd start = vertex(-center_);
  auto found = detail::wolfe(start, vertex);
  ZonotopeMinimumNormPoint result;
  result.coefficients = VectorXd::Zero(generators_.cols());
  for (Index i = 0; i < found.weights.size(); ++i) {
    result.coefficients += found.weights[i] * coefficients_of_call[found.calls[i]];
  }
  // A sum of weights is 1 only up to rounding.
  result.coefficients = result.coefficients.cwiseMax(-1).cwiseMin(1);
  result.point = std::move(found.point);
  result.lower_bound = found.lower_bound;
  return result;
}

Membership Zonotope::contains(const VectorXd& x, double tolerance) const {
  detail::require_size(x.size(), dimension(), "Zonotope::contains", "entries of the point");
  const auto nearest = Zonotope(center_ - x, generators_).minimum_norm_point();
  Membership answer;
  answer.distance = nearest.point.norm();
  answer.inside = answer.distance <= tolerance;
  answer.nearest = x + nearest.point;
  answer.coordinates = nearest.coefficients;
  if (!answer.inside) answer.separator = -nearest.point / answer.distance;
  return answer;
}

Zonotope Zonotope::with_merged_generators(double tolerance) const {
  MatrixXd units(dimension(), generators_.cols());
  VectorXd lengths = VectorXd::Zero(generators_.cols());
  Index count = 0;
  for (Index j = 0; j < generators_.cols(); ++j) {
    const double length = generators_.col(j).stableNorm();
    if (length == 0) continue;
    const VectorXd unit = generators_.col(j) / length;
    Index same = 0;
    const auto parallel = [&](Index i) {
      return std::min((units.col(i) - unit).norm(), (units.col(i) + unit).norm()) <= tolerance;
    };
    while (same < count && !parallel(same)) ++same;
    if (same == count) units.col(count++) = unit;
    lengths[same] += length;
  }
  return {center_, units.leftCols(count) * lengths.head(count).asDiagonal()};
}

MatrixXd Zonotope::vertices(double limit, double tolerance) const {
  const MatrixXd merged = with_merged_generators(tolerance).generators();
  const double most = most_cells(dimension(), merged.cols());
  if (most > limit) {
    throw Error(
        fmt::format("Zonotope::vertices: {} generators in dimension {} can have {} vertices, "
                    "expected at most {}",
                    merged.cols(), dimension(), most, limit));
  }
  SignFeasibilityOptions options;
  options.tolerance = tolerance;
  const std::vector<SignCell> cells = feasible_sign_patterns(merged, options);
  MatrixXd result(dimension(), static_cast<Index>(cells.size()));
  for (Index i = 0; i < result.cols(); ++i) {
    result.col(i) = center_;
    for (Index j = 0; j < merged.cols(); ++j) result.col(i) += cells[i].signs[j] * merged.col(j);
  }
  return result;
}

}  // namespace filippov
