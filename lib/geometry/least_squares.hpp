#pragma once

#include <Eigen/Core>
#include <memory>

namespace filippov::detail {

/// The x of least norm that minimizes |A x - b|; A is factored once. Compiled in one place: Eigen's
/// factorizations take seconds to compile.
class LeastSquares {
 public:
  /// Pivots of at most `threshold` times the largest one count as zero; 0: what rounding explains.
  explicit LeastSquares(const Eigen::MatrixXd& a, double threshold = 0);
  ~LeastSquares();
  LeastSquares(LeastSquares&&) noexcept;
  LeastSquares& operator=(LeastSquares&&) noexcept;

  Eigen::VectorXd solve(const Eigen::VectorXd& b) const;
  Eigen::Index rank() const;
  /// An orthonormal basis of the span of A's columns, one vector a column.
  Eigen::MatrixXd span() const;
  /// An orthonormal basis of what is orthogonal to that span.
  Eigen::MatrixXd complement() const;

 private:
  struct Factors;
  std::unique_ptr<Factors> factors_;
};

}  // namespace filippov::detail
