#include "filippov/geometry/p_matrix.hpp"

#include <fmt/format.h>

#include <Eigen/Cholesky>

#include "checks.hpp"
#include "filippov/arithmetic/error.hpp"

namespace filippov {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;

bool has_positive_minors(const MatrixXd& A, double tolerance) {
  const Index rest = A.rows() - 1;
  if (rest < 0) return true;
  if (!(A(0, 0) > tolerance)) return false;
  const MatrixXd without = A.bottomRightCorner(rest, rest);
  const MatrixXd complement =
      without - A.bottomLeftCorner(rest, 1) * A.topRightCorner(1, rest) / A(0, 0);
  return has_positive_minors(without, tolerance) && has_positive_minors(complement, tolerance);
}

}  // namespace

bool is_p_matrix(const MatrixXd& A, double tolerance) {
  detail::require_size(A.cols(), A.rows(), "is_p_matrix", "columns");
  detail::require_finite(A, "is_p_matrix");
  constexpr Index largest = 24;
  if (A.rows() > largest) {
    throw Error(
        fmt::format("is_p_matrix: expected at most {} rows (the cost doubles with each), got {}",
                    largest, A.rows()));
  }
  MatrixXd scaled = A;
  for (Index i = 0; i < A.rows(); ++i) {
    const double size = A.row(i).cwiseAbs().maxCoeff();
    if (size > 0) scaled.row(i) /= size;
  }
  return has_positive_minors(scaled, tolerance);
}

bool has_positive_definite_symmetric_part(const MatrixXd& A, double tolerance) {
  detail::require_size(A.cols(), A.rows(), "has_positive_definite_symmetric_part", "columns");
  detail::require_finite(A, "has_positive_definite_symmetric_part");
  if (A.rows() == 0) return true;
  const double size = A.cwiseAbs().maxCoeff();
  if (size == 0) return false;
  MatrixXd symmetric = (A / 2 + A.transpose() / 2) / size;
  symmetric.diagonal().array() -= tolerance;
  return symmetric.llt().info() == Eigen::Success;
}

}  // namespace filippov
