#pragma once

#include <algorithm>
#include <cmath>
#include <span>
#include <vector>

#include "filippov/inclusion/inclusion.hpp"
#include "stepper.hpp"

namespace filippov::detail {

/// Looks at the right-hand side at the end of steps, which Taylor polynomials do not see: that of
/// x' = -sqrt(x) goes on beyond x = 0, where the solution does not.
class StepCheck {
 public:
  /// Whether the motion found is at `end`, after `tau`, as fast as it should be there. `size`: of
  /// the state so far.
  bool solves_equation(const Inclusion& inclusion, FaceField& field, double t, const Step& step,
                       double tau, std::span<const double> end, double size,
                       double relative_tolerance) {
    if (!all_finite(end)) return false;
    return !step.is_series ||
           has_velocity_of_series(inclusion, field, t, step, tau, end, size, relative_tolerance);
  }

 private:
  static bool all_finite(std::span<const double> values) {
    return std::ranges::all_of(values, [](double value) { return std::isfinite(value); });
  }
  bool has_velocity_of_series(const Inclusion& inclusion, FaceField& field, double t,
                              const Step& step, double tau, std::span<const double> end,
                              double size, double relative_tolerance);

  double fastest_ = 0;  ///< largest |x_i'| so far
  std::vector<double> velocity_;
};

/// Whether the state x of that size grows by more than a little within the resolution of time, as
/// on its way to infinity.
bool explodes(double t, std::span<const double> x, std::span<const double> velocity, double size);

}  // namespace filippov::detail
