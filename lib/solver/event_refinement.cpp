#include "event_refinement.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace filippov::detail {

namespace {

/// A zero with a slope below this part of the size of the function is as good as multiple.
constexpr double flat = 1e-4;
constexpr int iterations = 6;

/// Newton's method for a zero of `value(tau)` near tau, a function with the derivative
/// `slope(tau)` and the given size. Steps beyond `longest`, a part of the length, are not trusted.
template <class Value, class Slope>
double newton(double tau, Value value, Slope slope, double size, double longest,
              const TakenStep& taken) {
  const double length = taken.step.length;
  // At a multiple zero the value is all rounding, and the slope too.
  const double rounding = 4 * std::numeric_limits<double>::epsilon() * size;
  for (int i = 0; i < iterations; ++i) {
    const double v = value(tau);
    const double s = slope(tau);
    if (std::abs(v) <= rounding && std::abs(s) * length <= flat * size) break;
    const double correction = -v / s;
    if (!(std::abs(correction) <= longest * length)) break;
    tau = std::clamp(tau + correction, 0.0, length);
    if (std::abs(correction) <= 1e-15 * std::max(std::abs(taken.t), length)) break;
  }
  return tau;
}

}  // namespace

double refined_hit(const TakenStep& taken, const StepEvent& event) {
  const int m = event.hits.front();
  const std::span<const double> a = coefficients_of(taken.step.monitors, m);
  std::vector<double> state(taken.x.size());
  std::vector<double> values(taken.field.monitors().size());
  const auto value = [&](double tau) {
    taken.stepper.state(taken.field, taken.t, taken.x, taken.step, tau, state);
    taken.field.monitor_values(taken.t + taken.field.direction() * tau, state, values);
    return values[static_cast<std::size_t>(m)];
  };
  const auto slope = [&](double tau) { return evaluate_slope(a, tau); };
  return newton(event.tau, value, slope, variation(a, taken.step.length), 1e-3, taken);
}

double refined_touch(const TakenStep& taken, const StepEvent& event) {
  const int m = event.hits.front();
  const Monitor monitor = taken.field.monitors()[static_cast<std::size_t>(m)];
  if (monitor.kind != Monitor::Kind::surface) return event.tau;
  const Signature& signature = taken.field.face().signature;
  const double side = signature[static_cast<std::size_t>(monitor.surface)];
  const double direction = taken.field.direction();
  std::vector<double> rates;  // coefficients of the derivative of the monitor
  for (Eigen::Index k = 1; k < taken.step.monitors.rows(); ++k) {
    rates.push_back(static_cast<double>(k) * taken.step.monitors(k, m));
  }
  std::vector<double> state(taken.x.size());
  Eigen::VectorXd velocity(static_cast<Eigen::Index>(state.size()));
  const auto value = [&](double tau) {
    const double t = taken.t + direction * tau;
    taken.stepper.state(taken.field, taken.t, taken.x, taken.step, tau, state);
    taken.field.velocity(t, state, {velocity.data(), state.size()});
    const SwitchingGradient gradient =
        taken.inclusion.switching_gradient(monitor.surface, t, state, signature);
    return side * (gradient.x.dot(velocity) + direction * gradient.t);
  };
  const auto slope = [&](double tau) { return evaluate_slope(rates, tau); };
  return newton(event.tau, value, slope, variation(rates, taken.step.length), 1e-2, taken);
}

}  // namespace filippov::detail
