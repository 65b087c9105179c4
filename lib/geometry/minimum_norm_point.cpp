#include "filippov/geometry/minimum_norm_point.hpp"

#include <cmath>
#include <utility>

#include "checks.hpp"
#include "wolfe.hpp"

namespace filippov {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

MinimumNormPoint minimum_norm_point(const MatrixXd& points) {
  detail::require_points(points, "minimum_norm_point");
  const double largest = points.size() == 0 ? 0.0 : points.cwiseAbs().maxCoeff();
  // A power of two near the largest entry keeps squares from overflowing and underflowing.
  int exponent = 0;
  std::frexp(largest, &exponent);
  const bool rescale = std::abs(exponent) > 400;
  const double scale = rescale ? std::ldexp(1.0, exponent - 1) : 1.0;
  const MatrixXd scaled = rescale ? MatrixXd(points / scale) : MatrixXd();
  const MatrixXd& vertices = rescale ? scaled : points;

  std::vector<Index> column_of_call(1);
  vertices.colwise().squaredNorm().minCoeff(&column_of_call[0]);
  auto found = detail::wolfe(vertices.col(column_of_call[0]), [&](const VectorXd& direction) {
    Index column = 0;
    (vertices.transpose() * direction).maxCoeff(&column);
    column_of_call.push_back(column);
    return VectorXd(vertices.col(column));
  });

  MinimumNormPoint result;
  result.point = scale * found.point;
  result.vertices = scale * found.vertices;
  result.weights = std::move(found.weights);
  for (const Index call : found.calls) result.columns.push_back(column_of_call[call]);
  result.lower_bound = scale * found.lower_bound;
  return result;
}

MinimumNormPoint minimum_norm_point(const ConvexSet& set) {
  const VectorXd start = set.support_point(VectorXd::Unit(set.dimension(), 0));
  auto found =
      detail::wolfe(start, [&](const VectorXd& direction) { return set.support_point(direction); });
  return {std::move(found.point),
          std::move(found.vertices),
          std::move(found.weights),
          {},
          found.lower_bound};
}

}  // namespace filippov
