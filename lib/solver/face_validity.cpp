#include "face_validity.hpp"

#include <algorithm>
#include <cmath>

#include "singular_start.hpp"

namespace filippov::detail {

namespace {

constexpr int series_order = 6;
/// Coefficients this small, relative to the sizes that went into them, are rounding.
constexpr double rounding = 1e-9;

bool is_active(const LocalPoint& point, int surface) {
  return std::binary_search(point.active.begin(), point.active.end(), surface);
}

/// Fields without Taylor series: a series of second order by a difference along the motion.
bool difference_series(FaceField& field, double t, std::span<const double> x, FaceSeries& series) {
  const auto n = static_cast<Eigen::Index>(x.size());
  const auto m = static_cast<Eigen::Index>(field.monitors().size());
  Eigen::VectorXd here(m);
  Eigen::VectorXd there(m);
  Eigen::VectorXd further(m);
  Eigen::VectorXd f(n);
  field.velocity(t, x, {f.data(), x.size()});
  field.monitor_values(t, x, {here.data(), static_cast<std::size_t>(m)});
  double size = 1e-300;
  double speed = 1e-300;
  for (Eigen::Index i = 0; i < n; ++i) {
    size = std::max(size, std::abs(x[static_cast<std::size_t>(i)]));
    speed = std::max(speed, std::abs(f(i)));
  }
  const double tau = 1e-4 * std::max(size, 1e-3) / speed;
  std::vector<double> moved(x.begin(), x.end());
  const auto advance = [&](double time, Eigen::VectorXd& values) {
    Eigen::VectorXd middle_velocity(n);
    for (Eigen::Index i = 0; i < n; ++i) {
      const auto k = static_cast<std::size_t>(i);
      moved[k] = x[k] + 0.5 * time * f(i);
    }
    field.velocity(t + 0.5 * field.direction() * time, moved, {middle_velocity.data(), x.size()});
    for (Eigen::Index i = 0; i < n; ++i) {
      const auto k = static_cast<std::size_t>(i);
      moved[k] = x[k] + time * middle_velocity(i);
    }
    field.monitor_values(t + field.direction() * time, moved,
                         {values.data(), static_cast<std::size_t>(m)});
  };
  advance(tau, there);
  advance(2 * tau, further);
  series.order = 2;
  series.x.setZero(3, n);
  series.monitors.resize(3, m);
  for (Eigen::Index i = 0; i < n; ++i) {
    series.x(0, i) = x[static_cast<std::size_t>(i)];
    series.x(1, i) = f(i);
  }
  series.monitors.row(0) = here;
  series.monitors.row(1) = (4 * there - 3 * here - further) / (2 * tau);
  series.monitors.row(2) = (further - 2 * there + here) / (2 * tau * tau);
  // Differences leave an error: what is below it must not decide.
  for (Eigen::Index j = 0; j < m; ++j) {
    const double noise = 1e-6 * (std::abs(series.monitors(2, j)) + std::abs(here(j)));
    if (std::abs(series.monitors(1, j)) * tau <= noise * tau * tau) series.monitors(1, j) = 0;
  }
  return true;
}

}  // namespace

Validity face_validity(const Inclusion& inclusion, FaceFields& fields, const LocalPoint& point,
                       const Face& face) {
  FaceField& field = fields.at(face);
  field.begin(point.t, point.x);
  if (is_singular_start(field, point.t, point.x)) {
    return singular_start(field, point.t, point.x) ? Validity::valid : Validity::invalid;
  }
  FaceSeries series;
  if (!field.series(point.t, point.x, series_order, series)) {
    difference_series(field, point.t, point.x, series);
  }
  if (!series.x.allFinite()) return Validity::invalid;
  const bool at_rest = series.x.bottomRows(series.order).isZero(0);
  bool undecided = false;
  for (std::size_t m = 0; m < field.monitors().size(); ++m) {
    const Monitor& monitor = field.monitors()[m];
    const bool is_surface = monitor.kind == Monitor::Kind::surface;
    if (!is_active(point, monitor.surface)) continue;
    const auto coefficients = series.monitors.col(static_cast<Eigen::Index>(m));
    Eigen::VectorXd normal;
    if (is_surface || face.sliding.size() == 1) {
      const SwitchingGradient gradient = inclusion.switching_gradient(
          monitor.surface, point.t, point.x, face.signature);
      normal = gradient.x.cwiseAbs();
      // Time counts as a coordinate with velocity 1.
      normal.conservativeResize(normal.size() + 1);
      normal(normal.size() - 1) = std::abs(gradient.t);
    }
    // A surface starts at zero; an exit function may start positive.
    int decided = 0;
    for (int k = is_surface ? 1 : 0; k <= series.order && decided == 0; ++k) {
      const int x_order = is_surface ? k : k + 1;
      double scale = 1;
      if (normal.size() > 0) {
        scale = x_order == 1 ? normal(normal.size() - 1) : 0.0;
        if (x_order <= series.order) {
          scale += normal.head(normal.size() - 1)
                       .dot(series.x.row(x_order).transpose().cwiseAbs()) *
                   (is_surface ? 1 : x_order);
        }
        scale = std::max(scale, 1e-3 * coefficients.cwiseAbs().maxCoeff());
      }
      if (std::abs(coefficients(k)) > rounding * scale) decided = coefficients(k) > 0 ? 1 : -1;
    }
    if (decided < 0) return Validity::invalid;
    if (decided > 0) continue;
    if (is_surface && at_rest) return Validity::invalid;  // stays at the point: not in this face
    if (is_surface) undecided = true;
    // An exit function that is identically zero: the motion runs along the end of sliding.
    if (!is_surface) undecided = undecided || !at_rest;
  }
  return undecided ? Validity::undecided : Validity::valid;
}

}  // namespace filippov::detail
