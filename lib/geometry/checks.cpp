#include "checks.hpp"

#include <fmt/format.h>

#include <cmath>

#include "filippov/arithmetic/error.hpp"

namespace filippov::detail {

void require_points(const Eigen::MatrixXd& points, const std::string& where) {
  if (points.rows() < 1 || points.cols() < 1) {
    throw Error(
        fmt::format("{}: expected at least one point of dimension at least 1, got a {} x {} matrix",
                    where, points.rows(), points.cols()));
  }
  require_finite(points, where);
}

void require_finite(const Eigen::MatrixXd& matrix, const std::string& where) {
  if (matrix.allFinite()) return;
  for (Eigen::Index j = 0; j < matrix.cols(); ++j) {
    for (Eigen::Index i = 0; i < matrix.rows(); ++i) {
      if (!std::isfinite(matrix(i, j))) {
        throw Error(fmt::format("{}: entry ({}, {}) is {}, expected a finite number", where, i, j,
                                matrix(i, j)));
      }
    }
  }
}

void require_size(Eigen::Index actual, Eigen::Index expected, const std::string& where,
                  const std::string& what) {
  if (actual != expected) {
    throw Error(fmt::format("{}: expected {} {}, got {}", where, expected, what, actual));
  }
}

}  // namespace filippov::detail
