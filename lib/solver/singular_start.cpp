#include "singular_start.hpp"

#include <algorithm>
#include <cmath>

#include "local_geometry.hpp"

namespace filippov::detail {

namespace {

/// Exit functions of sliding on one surface.
std::pair<double, double> exit_values(FaceField& field, double t, std::span<const double> x) {
  std::vector<double> values(field.monitors().size());
  field.monitor_values(t, x, values);
  return {values[values.size() - 2], values[values.size() - 1]};
}

}  // namespace

bool is_singular_start(FaceField& field, double t, std::span<const double> x) {
  if (field.face().sliding.size() != 1) return false;
  const auto [upper, lower] = exit_values(field, t, x);
  // Compare with the exit functions a little later along the motion.
  const auto later = singular_start(field, t, x);
  if (!later) return std::abs(upper) + std::abs(lower) == 0;
  const auto [upper_later, lower_later] = exit_values(field, later->t, later->x);
  const double size = std::abs(upper_later) + std::abs(lower_later);
  // Zero throughout: the sign of the surface does not matter, and any multiplier will do.
  return size > 0 && std::abs(upper) + std::abs(lower) <= 1e-3 * size;
}

std::optional<SingularStart> singular_start(FaceField& field, double t, std::span<const double> x) {
  std::vector<double> f(x.size());
  field.velocity(t, x, f);
  const double size = largest_entry(x, 1e-3);
  const double velocity = largest_entry(f, 0);
  const double tau = 1e-6 * (velocity > 0 ? std::min(1.0, size / velocity) : 1.0);
  SingularStart start{t + field.direction() * tau, std::vector<double>(x.size())};
  constexpr int iterations = 4;
  for (int i = 0; i < iterations; ++i) {
    for (std::size_t k = 0; k < x.size(); ++k) start.x[k] = x[k] + tau * f[k];
    field.project(start.t, start.x);
    field.begin(start.t, start.x);
    const Eigen::VectorXd u = field.multipliers(start.t, start.x);
    // Without a jump no multiplier keeps a motion on the surface that leaves it.
    const auto [upper, lower] = exit_values(field, start.t, start.x);
    if (!(std::abs(u(0)) < 1) || upper * lower < 0) return std::nullopt;
    field.velocity(start.t, start.x, f);
  }
  return start;
}

}  // namespace filippov::detail
