#include "surface_watch.hpp"

#include <algorithm>
#include <cmath>

#include "event_search.hpp"
#include "taylor_stepper.hpp"

namespace filippov::detail {

void SurfaceWatch::begin(int j, double t, double length) {
  surface_ = j;
  t_ = t;
  length_ = length;
  given_count_ = 0;
}

void SurfaceWatch::add(const Eigen::MatrixXd& coefficients, int column, double shift) {
  if (given_count_ == given_.size()) given_.emplace_back();
  std::vector<double>& series = given_[given_count_++];
  const auto begin = coefficients.col(column).begin();
  series.assign(begin, begin + coefficients.rows());
  while (series.size() > 1 && series.back() == 0) series.pop_back();
  if (shift == 0) return;
  // p(tau + shift) by repeated synthetic division.
  for (std::size_t i = 0; i + 1 < series.size(); ++i) {
    for (std::size_t k = series.size() - 1; k-- > i;) series[k] += shift * series[k + 1];
  }
}

SurfaceWatch::Reading& SurfaceWatch::reading() {
  std::unique_ptr<Reading>& known = readings_[surface_];
  if (known) return *known;
  const std::vector<int>& reads = system_.surface(surface_).reads;
  std::vector<int> slots(static_cast<std::size_t>(system_.dimension()), 0);
  for (std::size_t k = 0; k < reads.size(); ++k) {
    slots[static_cast<std::size_t>(reads[k])] = static_cast<int>(k);
  }
  const NodeId outputs[] = {system_.graph().switches()[static_cast<std::size_t>(surface_)].node};
  const Program program(system_.graph(), static_cast<int>(reads.size()), outputs, {}, slots);
  known =
      std::make_unique<Reading>(Reading{DoubleReading(program), TaylorReading(program, order_)});
  return *known;
}

SurfaceEvent SurfaceWatch::search(double side, bool left) {
  const Separable::Surface& surface = system_.surface(surface_);
  std::vector<double> monitor;
  double length = length_;
  if (surface.is_affine) {
    std::size_t degree = surface.time_rate != 0 ? 1 : 0;
    for (std::size_t k = 0; k < given_count_; ++k) degree = std::max(degree, given_[k].size() - 1);
    monitor.assign(degree + 1, 0.0);
    monitor[0] = surface.offset + surface.time_rate * t_;
    if (surface.time_rate != 0) monitor[1] = direction_ * surface.time_rate;
    for (std::size_t g = 0; g < surface.gradient.size(); ++g) {
      const auto& [i, slope] = surface.gradient[g];
      const auto place = std::lower_bound(surface.reads.begin(), surface.reads.end(), i);
      const std::vector<double>& x =
          given_[static_cast<std::size_t>(place - surface.reads.begin())];
      for (std::size_t k = 0; k < x.size(); ++k) monitor[k] += slope * x[k];
    }
    for (double& value : monitor) value *= side;
    if (monitor.size() == 1) monitor.push_back(0);
  } else {
    TaylorReading& series = reading().series;
    series.set_time(t_, direction_);
    for (int k = 0; k <= order_; ++k) {
      const auto place = static_cast<std::size_t>(k);
      for (std::size_t i = 0; i < given_count_; ++i) {
        series.coordinate(static_cast<int>(i))[place] =
            place < given_[i].size() ? given_[i][place] : 0.0;
      }
      series.advance(k);
      monitor.push_back(side * series.output(0)[place]);
    }
    length = trusted_length(monitor, length, relative_tolerance_);
  }
  // A straight line away from the surface, the most frequent case, or towards it.
  if (monitor.size() == 2 && !left && monitor[0] > 0) {
    if (!(monitor[1] * length < -monitor[0])) return {};
    return {SurfaceEvent::Kind::hit, -monitor[0] / monitor[1]};
  }
  const PolynomialEvent found = find_zero(monitor, length, left, true, relative_tolerance_);
  switch (found.kind) {
    case PolynomialEvent::Kind::crossing:
      return {SurfaceEvent::Kind::hit,
              surface.is_affine ? found.place : refined(monitor, side, found.place)};
    case PolynomialEvent::Kind::touching:
      return {SurfaceEvent::Kind::contact, found.place};
    case PolynomialEvent::Kind::beyond:
      if (found.place > 1e-3 * length) return {SurfaceEvent::Kind::look_again, found.place};
      break;
    case PolynomialEvent::Kind::none:
      break;
  }
  if (length < length_) return {SurfaceEvent::Kind::look_again, length};
  return {};
}

double SurfaceWatch::height(double place) {
  std::vector<double> x(given_count_);
  for (std::size_t i = 0; i < given_count_; ++i) {
    x[i] = evaluate_polynomial(given_[i], place);
  }
  DoubleReading& value = reading().value;
  value.evaluate(t_ + direction_ * place, x);
  return value.output(0);
}

/// Newton's method on h itself: its series is cut off.
double SurfaceWatch::refined(const std::vector<double>& monitor, double side, double place) {
  constexpr int iterations = 6;
  for (int i = 0; i < iterations; ++i) {
    double slope = 0;
    for (std::size_t k = monitor.size() - 1; k > 0; --k) {
      slope = slope * place + static_cast<double>(k) * monitor[k];
    }
    const double correction = -side * height(place) / slope;
    if (!(std::abs(correction) <= 1e-3 * length_)) break;
    place = std::clamp(place + correction, 0.0, length_);
    if (std::abs(correction) <= 1e-15 * std::max(std::abs(t_), length_)) break;
  }
  return place;
}

}  // namespace filippov::detail
