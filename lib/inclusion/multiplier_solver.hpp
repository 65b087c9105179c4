#pragma once

#include <Eigen/Core>
#include <optional>

#include "../geometry/least_squares.hpp"
#include "../geometry/linear_system.hpp"

namespace filippov::detail {

/// Solves M u = r for the multipliers of sliding: once factored, many right-hand sides. Where M is
/// singular (dependent surfaces, a two-fold) the least-squares solution of least norm is taken.
class MultiplierSolver {
 public:
  void factor(const Eigen::MatrixXd& m) {
    if (m.rows() == 1) {
      scalar_ = m(0, 0);
      size_ = 1;
      return;
    }
    size_ = m.rows();
    regular_.emplace(m);
    // Entries of u beyond this would be rounding noise of a singular matrix.
    singular_ = !(regular_->reciprocal_condition() > 1e-13);
    if (singular_) least_squares_.emplace(m);
  }

  Eigen::VectorXd solve(const Eigen::VectorXd& r) const {
    if (size_ == 1) {
      return Eigen::VectorXd::Constant(1, scalar_ != 0 ? r(0) / scalar_ : 0.0);
    }
    return singular_ ? least_squares_->solve(r) : regular_->solve(r);
  }

 private:
  Eigen::Index size_ = 0;
  double scalar_ = 1;
  bool singular_ = false;
  std::optional<LinearSystem> regular_;
  std::optional<LeastSquares> least_squares_;
};

}  // namespace filippov::detail
