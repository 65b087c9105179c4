#include "singular_start.hpp"

#include <algorithm>
#include <cmath>

#include "local_geometry.hpp"

namespace filippov::detail {

namespace {

/// Both sides of a surface, with velocities in elapsed time.
class Sides {
 public:
  Sides(const Inclusion& inclusion, const Face& face, double direction)
      : inclusion_(inclusion),
        surface_(face.sliding.front()),
        direction_(direction),
        signature_{face.signature, face.signature} {
    for (const int side : {0, 1}) {
      signature_[side][static_cast<std::size_t>(surface_)] = static_cast<signed char>(2 * side - 1);
    }
  }

  Eigen::VectorXd velocity(int side, double t, const Eigen::VectorXd& x) const {
    Eigen::VectorXd f(x.size());
    const auto n = static_cast<std::size_t>(x.size());
    inclusion_.selection(t, {x.data(), n}, signature_[side], {f.data(), n});
    return direction_ * f;
  }

  /// Rate of h along the field f of that side.
  double rate(int side, double t, const Eigen::VectorXd& x, const Eigen::VectorXd& f) const {
    const SwitchingGradient gradient = inclusion_.switching_gradient(
        surface_, t, {x.data(), static_cast<std::size_t>(x.size())}, signature_[side]);
    return gradient.x.dot(f) + direction_ * gradient.t;
  }

 private:
  const Inclusion& inclusion_;
  int surface_;
  double direction_;
  Signature signature_[2];
};

/// Positive r with c0 + c1 r + c2 r^2 = 0.
std::vector<double> positive_roots(double c0, double c1, double c2) {
  std::vector<double> roots;
  const double discriminant = c1 * c1 - 4 * c0 * c2;
  if (!(discriminant >= 0)) return roots;
  const double q = -0.5 * (c1 + std::copysign(std::sqrt(discriminant), c1));
  for (const double r : {q / c2, c0 / q}) {
    if (r > 0 && std::isfinite(r)) roots.push_back(r);
  }
  return roots;
}

/// Follows the motion that leaves with velocity v for the time `tau`; each iteration takes the
/// velocity of the point that is reached, whose fixed point is the limit along the motion itself.
/// Nothing when that does not slide.
std::optional<SingularStart> follow(FaceField& field, double t, std::span<const double> x,
                                    Eigen::VectorXd v, double tau, int iterations) {
  SingularStart start{t + field.direction() * tau, std::vector<double>(x.size()), {}};
  std::vector<double> exits(field.monitors().size());
  for (int i = 0; i < iterations; ++i) {
    for (std::size_t k = 0; k < x.size(); ++k) {
      start.x[k] = x[k] + tau * v(static_cast<Eigen::Index>(k));
    }
    field.project(start.t, start.x);
    field.begin(start.t, start.x);
    const Eigen::VectorXd u = field.multipliers(start.t, start.x);
    // Without a jump no multiplier keeps a motion on the surface that leaves it.
    field.monitor_values(start.t, start.x, exits);
    const double upper = exits[exits.size() - 2];
    const double lower = exits[exits.size() - 1];
    if (!(std::abs(u(0)) < 1) || upper * lower < 0) return std::nullopt;
    field.velocity(start.t, start.x, {v.data(), x.size()});
  }
  start.velocity = std::move(v);
  return start;
}

}  // namespace

std::optional<std::vector<SingularStart>> singular_starts(const Inclusion& inclusion,
                                                          FaceField& field, double t,
                                                          std::span<const double> x) {
  if (field.face().sliding.size() != 1) return std::nullopt;
  const auto n = static_cast<Eigen::Index>(x.size());
  const Eigen::VectorXd point = Eigen::Map<const Eigen::VectorXd>(x.data(), n);
  const Sides sides(inclusion, field.face(), field.direction());
  const Eigen::VectorXd f[2] = {sides.velocity(0, t, point), sides.velocity(1, t, point)};
  const double speed = std::max(f[0].lpNorm<Eigen::Infinity>(), f[1].lpNorm<Eigen::Infinity>());
  const double tau = 1e-6 * (speed > 0 ? std::min(1.0, largest_entry(x, 1e-3) / speed) : 1.0);

  const double later = t + field.direction() * tau;
  // change[i][k]: of the rate along field i, on the way along field k.
  double change[2][2];
  double here = 0;
  double there = 0;
  for (const int i : {0, 1}) {
    const double rate = sides.rate(i, t, point, f[i]);
    here += std::abs(rate);
    for (const int k : {0, 1}) {
      const Eigen::VectorXd moved = point + tau * f[k];
      change[i][k] = sides.rate(i, later, moved, sides.velocity(i, later, moved)) - rate;
      there = std::max(there, std::abs(change[i][k]));
    }
  }
  // Zero throughout: the sign of the surface does not matter, and any multiplier will do.
  if (!(here <= 1e-3 * there) || there == 0) return std::nullopt;

  std::vector<SingularStart> starts;
  for (const double r : positive_roots(change[0][0], change[0][1] + change[1][0], change[1][1])) {
    const Eigen::VectorXd v = (f[0] + r * f[1]) / (1 + r);
    if (v.lpNorm<Eigen::Infinity>() <= 1e-6 * speed) continue;  // rest
    const auto start = follow(field, t, x, v, tau, 1);
    if (start && leaving_with(starts, start->velocity) == nullptr) starts.push_back(*start);
  }
  if (starts.empty()) {
    // Where the rates begin with higher powers of the time.
    Eigen::VectorXd v(n);
    field.begin(t, x);
    field.velocity(t, x, {v.data(), x.size()});
    if (const auto start = follow(field, t, x, v, tau, 4)) starts.push_back(*start);
  }
  return starts;
}

const SingularStart* leaving_with(const std::vector<SingularStart>& starts,
                                  const Eigen::VectorXd& velocity) {
  for (const SingularStart& start : starts) {
    const double size = start.velocity.lpNorm<Eigen::Infinity>();
    if ((start.velocity - velocity).lpNorm<Eigen::Infinity>() <= 1e-3 * size) return &start;
  }
  return nullptr;
}

}  // namespace filippov::detail
