#pragma once

#include <vector>

#include "stepper.hpp"

namespace filippov::detail {

/// At most `length`, and so far that the last terms of the series of a monitor are small against
/// the monitor itself: it is read from the polynomial.
double trusted_length(std::span<const double> monitor, double length, double relative_tolerance);

/// Taylor series of the recorded graph. The step is where the last three terms fall below the
/// tolerance; the polynomial is the dense output over all of it, and the monitors come as
/// polynomials of the same order.
///
/// The cost grows with the logarithm of the tolerance only, and loose tolerances would lose events
/// to the error of the motion itself: while there may be events it never works with less than 10
/// digits.
/// Source: Jorba & Zou (2005), Experimental Mathematics 14.
class TaylorStepper : public Stepper {
 public:
  explicit TaylorStepper(const SolverOptions& options);

  bool step(FaceField& field, double t, std::span<const double> x, double max_length,
            Step& step) override;
  int order() const { return order_; }
  void state(FaceField& field, double t, std::span<const double> x, const Step& step, double tau,
             std::span<double> state) override;
  void restart() override {}

 private:
  void work_with(double rtol, double atol);
  double limit_by_monitors(double length) const;
  bool lower_order_step(FaceField& field, double t, std::span<const double> x, double max_length,
                        Step& step);

  double asked_rtol_;
  double asked_atol_;
  double rtol_ = 0;
  double atol_ = 0;
  int order_ = 0;
  FaceSeries series_;
  std::vector<double> state_, velocity_;
};

}  // namespace filippov::detail
