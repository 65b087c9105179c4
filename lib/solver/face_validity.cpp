#include "face_validity.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "local_geometry.hpp"
#include "singular_start.hpp"
#include "sliding_contact.hpp"

namespace filippov::detail {

namespace {

constexpr int series_order = 6;
/// Terms this small, over the characteristic time and relative to the largest, are rounding.
constexpr double negligible = 1e-9;
/// What is left where terms cancel, relative to them.
constexpr double cancellation = 8 * std::numeric_limits<double>::epsilon();

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

/// Time in which a motion next to rest changes: there the size of the state says nothing, and the
/// first term may be rounding.
double time_of_change(const FaceSeries& series) {
  double rate = 0;
  for (int k = 2; k < series.order; ++k) {
    const double term = series.x.row(k).lpNorm<Eigen::Infinity>();
    const double next = series.x.row(k + 1).lpNorm<Eigen::Infinity>();
    if (term > 0) rate = std::max(rate, next / term);
  }
  return rate > 0 && std::isfinite(rate) ? 1 / rate : std::numeric_limits<double>::infinity();
}

}  // namespace

Validity face_validity(const Inclusion& inclusion, FaceFields& fields, const LocalPoint& point,
                       const Face& face, std::span<const int> implied) {
  FaceField& field = fields.at(face);
  field.begin(point.t, point.x);
  if (const auto starts = singular_starts(inclusion, field, point.t, point.x)) {
    return starts->empty() ? Validity::invalid : Validity::valid;
  }
  if (face.sliding.size() > 1) {
    const Contact contact = sliding_contact(inclusion, fields, point, face);
    if (contact == Contact::leaves) return Validity::invalid;
    if (contact == Contact::undecided) return Validity::undecided;
  }
  FaceSeries series;
  if (!field.series(point.t, point.x, series_order, series)) {
    difference_series(field, point.t, point.x, series);
  }
  if (!series.x.allFinite()) return Validity::invalid;
  const bool straight = series.x.bottomRows(series.order - 1).isZero(0);
  const Eigen::VectorXd largest = largest_components(inclusion, point, face.signature);
  const Eigen::VectorXd speed = series.x.row(1).cwiseAbs();
  // What terms that cancel leave of a mode at rest is no motion.
  if (face.sliding.empty() && inclusion.is_autonomous() &&
      (speed.array() <= cancellation * largest.array()).all()) {
    return Validity::invalid;
  }
  double length = characteristic_length(series, point.size);
  if ((speed.array() <= negligible * largest.array()).all()) {
    length = std::min(length, time_of_change(series));
  }
  Eigen::VectorXd powers(series.order + 1);
  for (int k = 0; k <= series.order; ++k) powers(k) = std::pow(length, k);
  bool undecided = false;
  for (std::size_t m = 0; m < field.monitors().size(); ++m) {
    const Monitor& monitor = field.monitors()[m];
    const bool is_surface = monitor.kind == Monitor::Kind::surface;
    if (!is_active(point, monitor.surface)) continue;
    if (std::find(implied.begin(), implied.end(), monitor.surface) != implied.end()) continue;
    const Eigen::VectorXd terms =
        series.monitors.col(static_cast<Eigen::Index>(m)).cwiseProduct(powers);
    double floor = 1;
    double cancelled = 0;
    if (is_surface || face.sliding.size() == 1) {
      const SwitchingGradient gradient =
          inclusion.switching_gradient(monitor.surface, point.t, point.x, face.signature);
      const Eigen::VectorXd sizes =
          (series.x.cwiseAbs() * gradient.x.cwiseAbs()).cwiseProduct(powers);
      floor = sizes.tail(series.order).maxCoeff() + std::abs(gradient.t) * length;
      if (!is_surface) floor /= length;  // a velocity
      if (!is_surface) cancelled = cancellation * gradient.x.cwiseAbs().dot(largest);
    }
    double zero = std::max(negligible * terms.cwiseAbs().maxCoeff(), 1e-3 * negligible * floor);
    zero = std::max(zero, cancelled);
    // A surface starts at zero; an exit function may start positive.
    int decided = 0;
    for (int k = is_surface ? 1 : 0; k <= series.order && decided == 0; ++k) {
      if (std::abs(terms(k)) > zero) decided = terms(k) > 0 ? 1 : -1;
    }
    if (decided < 0) return Validity::invalid;
    if (decided > 0) continue;
    if (is_surface &&
        is_void_surface(inclusion, point.t, point.x, face.signature, monitor.surface)) {
      // Both signs name the same cell: take the positive one.
      if (face.signature[static_cast<std::size_t>(monitor.surface)] < 0) return Validity::invalid;
      continue;
    }
    // An exit function that vanishes identically: sliding with the multiplier at its bound, which
    // is a solution. A surface that is not left: the motion does not enter this face; certain where
    // it is a straight line.
    if (!is_surface) continue;
    if (straight) return Validity::invalid;
    undecided = true;
  }
  return undecided ? Validity::undecided : Validity::valid;
}

}  // namespace filippov::detail
