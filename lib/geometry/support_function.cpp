#include "filippov/geometry/support_function.hpp"

#include <algorithm>

namespace filippov {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

ConvexSet::~ConvexSet() = default;

double ConvexSet::support(const VectorXd& direction) const {
  return direction.dot(support_point(direction));
}

int affine_dimension(const ConvexSet& set, double tolerance) {
  return affine_dimension(set, MatrixXd::Identity(set.dimension(), set.dimension()), tolerance);
}

int affine_dimension(const ConvexSet& set, const MatrixXd& directions, double tolerance) {
  // `settled` holds orthonormal vectors, in the coordinates of `directions`: those that C spans
  // (found from the difference of two of its points) and those along which it is flat.
  const Index count = directions.cols();
  MatrixXd settled(count, count);
  int dimension = 0;
  double size = 0;
  for (Index k = 0; k < count; ++k) {
    const auto known = settled.leftCols(k);
    const auto orthogonal_part = [&](VectorXd v) {
      for (int pass = 0; pass < 2; ++pass) v -= known * (known.transpose() * v).eval();
      return v;
    };
    // The coordinate vector that is farthest from what is settled.
    Index farthest = 0;
    (VectorXd::Ones(count) - known.rowwise().squaredNorm()).maxCoeff(&farthest);
    VectorXd next = orthogonal_part(VectorXd::Unit(count, farthest)).normalized();

    const VectorXd direction = directions * next;
    const VectorXd upper = set.support_point(direction);
    const VectorXd lower = set.support_point(-direction);
    size = std::max({size, upper.norm(), lower.norm()});
    if (direction.dot(upper - lower) > tolerance * size) {
      next = orthogonal_part(directions.transpose() * (upper - lower)).normalized();
      ++dimension;
    }
    settled.col(k) = next;
  }
  return dimension;
}

}  // namespace filippov
