#include "symmetric_eigen.hpp"

#include <Eigen/Eigenvalues>

namespace filippov::detail {

SymmetricEigen symmetric_eigen(const Eigen::MatrixXd& a) {
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(a);
  return {solver.eigenvalues(), solver.eigenvectors()};
}

}  // namespace filippov::detail
