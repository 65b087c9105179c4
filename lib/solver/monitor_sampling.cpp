#include "monitor_sampling.hpp"

#include <Eigen/LU>
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>

namespace filippov::detail {

namespace {

constexpr int degree = MonitorSampling::degree;
constexpr double smallest_tail = 1e-14;

using Square = Eigen::Matrix<double, degree + 1, degree + 1>;

/// Chebyshev-Lobatto points of [0, 1], and the inverse of their Vandermonde matrix.
struct Interpolation {
  std::array<double, degree + 1> nodes;
  Square inverse;

  Interpolation() {
    Square vandermonde;
    for (int i = 0; i <= degree; ++i) {
      const double node = 0.5 * (1 - std::cos(i * std::numbers::pi / degree));
      nodes.at(static_cast<std::size_t>(i)) = node;
      for (int k = 0; k <= degree; ++k) vandermonde(i, k) = std::pow(node, k);
    }
    inverse = vandermonde.inverse();
  }
  static const Interpolation& get() {
    static const Interpolation interpolation;
    return interpolation;
  }
};

}  // namespace

MonitorSampling::MonitorSampling(double rtol, double atol) : rtol_(rtol), atol_(atol) {}

void MonitorSampling::fill(FaceField& field, double t, std::span<const double> end,
                           std::span<const double> error, Step& step) {
  const auto count = static_cast<Eigen::Index>(field.monitors().size());
  step.monitors.resize(degree + 1, count);
  if (count == 0) return;
  const Interpolation& interpolation = Interpolation::get();
  values_.resize(degree + 1, count);
  row_.resize(static_cast<std::size_t>(count));
  state_.resize(end.size());
  for (int i = 0; i <= degree; ++i) {
    const double tau = interpolation.nodes.at(static_cast<std::size_t>(i)) * step.length;
    for (std::size_t j = 0; j < end.size(); ++j) {
      const auto column = step.x.col(static_cast<Eigen::Index>(j));
      double value = 0;
      for (Eigen::Index k = column.size() - 1; k >= 0; --k) value = value * tau + column(k);
      state_[j] = value;
    }
    field.monitor_values(t + field.direction() * tau, state_, row_);
    for (Eigen::Index m = 0; m < count; ++m) values_(i, m) = row_[static_cast<std::size_t>(m)];
  }
  step.monitors.noalias() = interpolation.inverse * values_;
  sizes_ = values_.cwiseAbs().colwise().maxCoeff();
  // Rounding and truncation are seen in the last coefficients, which they reach most amplified.
  step.coefficient_errors = 0.02 * step.monitors.bottomRows(3).cwiseAbs().colwise().maxCoeff();
  // Errors add up over the steps.
  constexpr double steps = 3;
  for (std::size_t i = 0; i < end.size(); ++i) {
    const double admitted = steps * (atol_ + rtol_ * std::abs(end[i]));
    state_[i] = end[i] + std::copysign(admitted, error[i]);
  }
  field.monitor_values(t + field.direction() * step.length, state_, row_);
  step.monitor_errors.resize(count);
  for (Eigen::Index m = 0; m < count; ++m) {
    step.monitor_errors(m) = std::abs(row_[static_cast<std::size_t>(m)] - values_(degree, m));
  }
  const double last = t + field.direction() * step.length;
  constexpr double ulps = 4 * std::numeric_limits<double>::epsilon();
  for (std::size_t i = 0; i < end.size(); ++i) state_[i] = (1 + ulps) * end[i];
  field.monitor_values(last + ulps * std::abs(last), state_, row_);
  rounding_.resize(count);
  for (Eigen::Index m = 0; m < count; ++m) {
    rounding_(m) = std::abs(row_[static_cast<std::size_t>(m)] - values_(degree, m));
    // Of a monitor that stays below its error the differences say no more than a line.
    if (sizes_(m) > std::max(step.monitor_errors(m), 100 * rounding_(m))) continue;
    step.monitors.col(m).setZero();
    step.monitors(0, m) = values_(0, m);
    step.monitors(1, m) = values_(degree, m) - values_(0, m);
    step.coefficient_errors(m) = 0;
  }
  double power = 1;
  for (int k = 0; k <= degree; ++k, power *= step.length) step.monitors.row(k) /= power;
}

double MonitorSampling::tail(const Step& step) const {
  double largest = 0;
  const double power = std::pow(step.length, degree);
  // T_7 of [0, 1] begins with 2^13.
  const double leading = std::pow(2.0, 2 * degree - 1);
  for (Eigen::Index m = 0; m < step.monitors.cols(); ++m) {
    const double last = std::abs(step.monitors(degree, m)) * power / leading;
    // Subnormal numbers have no relative accuracy.
    const double allowed = std::max({std::max(rtol_, smallest_tail) * sizes_(m), rounding_(m),
                                     std::numeric_limits<double>::min()});
    if (last > 0) largest = std::max(largest, last / allowed);
  }
  return largest;
}

bool MonitorSampling::gives_in(double tail, double last_tail, int& stalled) const {
  // What is not resolved at all may stall for a while.
  constexpr int longest_stall = 4;
  const bool stalls = tail > 0.5 * last_tail;
  const bool small = tail * std::max(rtol_, smallest_tail) < 1e-6;
  return stalls && (small || ++stalled > longest_stall);
}

double MonitorSampling::shortening(double tail) {
  return std::clamp(0.9 * std::pow(tail, -1.0 / degree), 0.1, 0.9);
}

}  // namespace filippov::detail
