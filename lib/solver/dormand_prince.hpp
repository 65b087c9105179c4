#pragma once

#include <Eigen/Core>
#include <functional>

namespace filippov::detail {

/// Dormand & Prince's Runge-Kutta pair of order 5(4) for x' = f(x), x a matrix whose columns are
/// scaled by their own norms in the error estimate, so that small columns are as accurate as large
/// ones. Source: Hairer, Nørsett & Wanner, Solving Ordinary Differential Equations I, section II.5
/// (coefficients, step control) and II.6 (continuous extension of order 4).
class DormandPrince {
 public:
  using Matrix = Eigen::MatrixXd;
  using Field = std::function<void(const Matrix& x, Matrix& f)>;

  DormandPrince(Field field, Matrix x0, double rtol);

  const Matrix& x() const { return x_; }
  double t() const { return t_; }
  double last_step() const { return h_; }
  /// Takes a step, no further than to `end`. False if it would have to be smaller than rounding
  /// allows.
  bool step(double end);
  /// The state during the last step, at t in [t() - last_step(), t()].
  void interpolate(double t, Matrix& x) const;

  long evaluations() const { return evaluations_; }
  long steps() const { return steps_; }
  long rejected() const { return rejected_; }

 private:
  void evaluate(const Matrix& x, Matrix& f);
  double first_step();
  double error(double h) const;
  double relative(const Matrix& difference, const Matrix& size) const;

  Field field_;
  double rtol_;
  double t_ = 0;
  double h_ = 0;
  double next_ = 0;
  double last_error_ = 1e-4;
  Matrix x_, old_, stage_;
  Matrix k_[7];
  long evaluations_ = 0;
  long steps_ = 0;
  long rejected_ = 0;
};

}  // namespace filippov::detail
