#pragma once

#include <Eigen/Core>
#include <span>
#include <vector>

#include "stepper.hpp"

namespace filippov::detail {

/// The monitors of a step as polynomials through their values along its dense output, for methods
/// whose field has no Taylor series.
class MonitorSampling {
 public:
  static constexpr int degree = 7;

  MonitorSampling(double rtol, double atol);

  /// Fills step.monitors and their errors. `end`: state at the end of the step, whose estimated
  /// error is `error`; step.x and step.length must be there.
  void fill(FaceField& field, double t, std::span<const double> end, std::span<const double> error,
            Step& step);

  /// Last Chebyshev coefficient of the monitors over what is allowed: above 1 the step is too long
  /// for its polynomials. 0 without monitors.
  double tail(const Step& step) const;
  /// Whether a tail above 1 is rounding, which shortening the step does not cure. `last_tail`: of
  /// the step tried before this one; `stalled` counts.
  bool gives_in(double tail, double last_tail, int& stalled) const;
  /// Factor by which a step with this tail is too long.
  static double shortening(double tail);

 private:
  double rtol_;
  double atol_;
  Eigen::VectorXd sizes_;
  Eigen::VectorXd rounding_;  ///< of the monitors at the end of the step
  Eigen::MatrixXd values_;
  std::vector<double> row_;
  std::vector<double> state_;
};

}  // namespace filippov::detail
