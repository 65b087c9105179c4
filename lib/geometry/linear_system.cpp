#include "linear_system.hpp"

#include <Eigen/LU>

namespace filippov::detail {

using Eigen::MatrixXd;
using Eigen::VectorXd;

struct LinearSystem::Factors {
  Eigen::PartialPivLU<MatrixXd> lu;
};

LinearSystem::LinearSystem(const MatrixXd& a)
    : factors_(std::make_unique<Factors>(Factors{Eigen::PartialPivLU<MatrixXd>(a)})) {}
LinearSystem::~LinearSystem() = default;
LinearSystem::LinearSystem(LinearSystem&&) noexcept = default;
LinearSystem& LinearSystem::operator=(LinearSystem&&) noexcept = default;

VectorXd LinearSystem::solve(const VectorXd& b) const { return factors_->lu.solve(b); }

VectorXd LinearSystem::solve_transposed(const VectorXd& b) const {
  return factors_->lu.transpose().solve(b);
}

MatrixXd LinearSystem::inverse() const { return factors_->lu.inverse(); }

double LinearSystem::reciprocal_condition() const { return factors_->lu.rcond(); }

double LinearSystem::smallest_pivot() const {
  return factors_->lu.matrixLU().diagonal().cwiseAbs().minCoeff();
}

}  // namespace filippov::detail
