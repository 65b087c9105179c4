#include "least_squares.hpp"

#include <Eigen/QR>

namespace filippov::detail {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

struct LeastSquares::Factors {
  Eigen::CompleteOrthogonalDecomposition<MatrixXd> qr;
};

LeastSquares::LeastSquares(const MatrixXd& a, double threshold)
    : factors_(std::make_unique<Factors>()) {
  if (threshold > 0) factors_->qr.setThreshold(threshold);
  factors_->qr.compute(a);
}
LeastSquares::~LeastSquares() = default;
LeastSquares::LeastSquares(LeastSquares&&) noexcept = default;
LeastSquares& LeastSquares::operator=(LeastSquares&&) noexcept = default;

VectorXd LeastSquares::solve(const VectorXd& b) const { return factors_->qr.solve(b); }

Index LeastSquares::rank() const { return factors_->qr.rank(); }

MatrixXd LeastSquares::span() const {
  return factors_->qr.householderQ() * MatrixXd::Identity(factors_->qr.rows(), rank());
}

MatrixXd LeastSquares::complement() const {
  const Index rows = factors_->qr.rows();
  return factors_->qr.householderQ() * MatrixXd::Identity(rows, rows).rightCols(rows - rank());
}

}  // namespace filippov::detail
