#pragma once

#include <Eigen/Core>
#include <memory>

namespace filippov::detail {

/// A square system A x = b; A is factored once, with partial pivoting. Compiled in one place, like
/// LeastSquares.
class LinearSystem {
 public:
  explicit LinearSystem(const Eigen::MatrixXd& a);
  ~LinearSystem();
  LinearSystem(LinearSystem&&) noexcept;
  LinearSystem& operator=(LinearSystem&&) noexcept;

  Eigen::VectorXd solve(const Eigen::VectorXd& b) const;
  /// The x with A^T x = b.
  Eigen::VectorXd solve_transposed(const Eigen::VectorXd& b) const;
  /// Not finite where A is singular.
  Eigen::MatrixXd inverse() const;
  /// An estimate of 1 / (|A| |A^-1|) in the 1-norm; 0: singular.
  double reciprocal_condition() const;
  double smallest_pivot() const;

 private:
  struct Factors;
  std::unique_ptr<Factors> factors_;
};

}  // namespace filippov::detail
