#include "taylor_stepper.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "polynomial_event.hpp"

namespace filippov::detail {

TaylorStepper::TaylorStepper(const SolverOptions& options)
    : asked_rtol_(options.rtol), asked_atol_(options.atol) {
  work_with(std::min(asked_rtol_, 1e-10), std::min(asked_atol_, 1e-11));
}

void TaylorStepper::work_with(double rtol, double atol) {
  rtol_ = 0.1 * rtol;
  atol_ = 0.1 * atol;
  order_ = std::clamp(static_cast<int>(std::ceil(-0.5 * std::log(rtol_))) + 4, 12, 26);
  rtol_ = std::max(rtol_, 1e-16);
  relative_tolerance_ = rtol_;
}

bool TaylorStepper::step(FaceField& field, double t, std::span<const double> x, double max_length,
                         Step& step) {
  // A face without surfaces to watch is never left.
  if (field.monitors().empty() && 0.1 * asked_rtol_ > rtol_) work_with(asked_rtol_, asked_atol_);
  field.series(t, x, order_, series_);
  // Largest h with |x_{i,k}| h^k <= atol + rtol |x_i| for the last three orders k.
  double length = max_length;
  for (int k = order_ - 2; k <= order_; ++k) {
    double largest = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
      const double term = std::abs(series_.x(k, static_cast<Eigen::Index>(i)));
      largest = std::max(largest, term / (atol_ + rtol_ * std::abs(x[i])));
      if (!std::isfinite(term)) return lower_order_step(field, t, x, max_length, step);
    }
    if (largest > 0) length = std::min(length, 0.9 * std::pow(largest, -1.0 / k));
  }
  length = limit_by_monitors(length);
  if (!(t + field.direction() * length != t)) {
    failure_ = fmt::format("step size underflow at t = {:.17g}", t);
    return false;
  }
  step.length = length;
  step.is_series = true;
  step.x.swap(series_.x);
  step.monitors.swap(series_.monitors);
  return true;
}

/// Where not all derivatives exist, as those of |x|^2.5 at 0: with the terms that there are, over a
/// length at whose end the right-hand side confirms them.
bool TaylorStepper::lower_order_step(FaceField& field, double t, std::span<const double> x,
                                     double max_length, Step& step) {
  if (!series_.x.row(1).allFinite()) {
    failure_ = fmt::format("the right-hand side is not finite at t = {:.17g}", t);
    return false;
  }
  const auto cut = [](Eigen::MatrixXd& series) {
    for (Eigen::Index i = 0; i < series.cols(); ++i) {
      auto column = series.col(i);
      const auto end = column.begin() + column.size();
      std::fill(std::find_if_not(column.begin(), end, [](double a) { return std::isfinite(a); }),
                end, 0.0);
    }
  };
  cut(series_.x);
  cut(series_.monitors);
  step.is_series = true;
  step.x.swap(series_.x);
  step.monitors.swap(series_.monitors);
  const auto count = static_cast<std::size_t>(step.monitors.cols());
  std::vector<double> monitors(count);
  state_.resize(x.size());
  velocity_.resize(x.size());
  for (double length = max_length; t + field.direction() * length != t; length *= 0.25) {
    state(field, t, x, step, length, state_);
    const double end = t + field.direction() * length;
    field.velocity(end, state_, velocity_);
    field.monitor_values(end, state_, monitors);
    bool confirmed = true;
    for (std::size_t i = 0; i < x.size() && confirmed; ++i) {
      const double slope =
          evaluate_slope(coefficients_of(step.x, static_cast<Eigen::Index>(i)), length);
      confirmed = std::abs(velocity_[i] - slope) * length <= atol_ + rtol_ * std::abs(x[i]);
    }
    for (std::size_t m = 0; m < count && confirmed; ++m) {
      const double value =
          evaluate_polynomial(coefficients_of(step.monitors, static_cast<Eigen::Index>(m)), length);
      confirmed = std::abs(monitors[m] - value) <= atol_ + rtol_ * std::abs(value);
    }
    if (!confirmed) continue;
    step.length = length;
    return true;
  }
  failure_ = fmt::format("the right-hand side is not smooth enough near t = {:.17g}", t);
  return false;
}

/// A state at rest says nothing about the multiplier of a forced stick.
double TaylorStepper::limit_by_monitors(double length) const {
  for (Eigen::Index m = 0; m < series_.monitors.cols(); ++m) {
    length = trusted_length(coefficients_of(series_.monitors, m), length, rtol_);
  }
  return length;
}

double trusted_length(std::span<const double> monitor, double length, double relative_tolerance) {
  for (std::size_t k = monitor.size() - 2; k < monitor.size(); ++k) {
    const double last = std::abs(monitor[k]);
    if (last == 0) continue;
    // The size of the monitor shrinks with the step: a few rounds settle it.
    constexpr int rounds = 4;
    for (int round = 0; round < rounds; ++round) {
      const double size = std::max({std::abs(monitor[0]), std::abs(monitor[1]) * length,
                                    std::abs(monitor[2]) * length * length});
      const double allowed =
          std::pow(100 * relative_tolerance * size / last, 1.0 / static_cast<double>(k));
      if (!(allowed < length) || allowed == 0) break;
      length = allowed;
    }
  }
  return length;
}

void TaylorStepper::state(FaceField&, double, std::span<const double>, const Step& step, double tau,
                          std::span<double> state) {
  for (std::size_t i = 0; i < state.size(); ++i) {
    state[i] = evaluate_polynomial(coefficients_of(step.x, static_cast<Eigen::Index>(i)), tau);
  }
}

}  // namespace filippov::detail
