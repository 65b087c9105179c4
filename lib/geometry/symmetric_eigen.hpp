#pragma once

#include <Eigen/Core>

namespace filippov::detail {

/// Approximate eigenvalues of a symmetric matrix, increasing, with unit eigenvectors as columns.
struct SymmetricEigen {
  Eigen::VectorXd values;
  Eigen::MatrixXd vectors;
};

/// Reads the lower triangle of `a`. Compiled in one place, like LeastSquares.
SymmetricEigen symmetric_eigen(const Eigen::MatrixXd& a);

}  // namespace filippov::detail
