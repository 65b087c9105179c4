#include "event_search.hpp"

#include <algorithm>
#include <cmath>

namespace filippov::detail {

namespace {

/// Coefficients below this part of the largest one are rounding at a zero that is known.
constexpr double insignificant = 1e-9;
/// A surface was left because the motion goes to this side of it: a negative leading coefficient
/// contradicts that, and below this part of the largest it is an error of the place.
constexpr double contradiction = 1e-6;
/// Monitors that at the first zero of one of them are below this part of their terms there (or ten
/// times the tolerance if that is less), and have a zero within this part of the step, are zero at
/// once.
constexpr double simultaneity = 1e-9;

/// Largest absolute value at some places, which is far below the variation where terms cancel.
double sampled_size(std::span<const double> a, double length) {
  constexpr int places = 8;
  double size = std::abs(a[0]);
  for (int i = 1; i <= places; ++i) {
    size = std::max(size, std::abs(evaluate_polynomial(a, i * length / places)));
  }
  return size;
}

}  // namespace

PolynomialEvent find_zero(std::span<const double> a, double length, bool left, bool is_surface,
                          double relative_tolerance, double tolerance, double noise) {
  const double size = variation(a, length);
  if (size == 0) return {};
  const double most = std::max(tolerance, 10 * relative_tolerance * size);
  if (!left && a[0] - (size - std::abs(a[0])) > most) return {};
  constexpr double rounded = 1e-14;
  tolerance = std::max({tolerance, 10 * relative_tolerance * sampled_size(a, length),
                        std::min(most, rounded * size)});
  noise = std::max(noise, insignificant * size);
  int multiplicity = 0;
  if (left) {
    multiplicity =
        leading_order(a, is_surface ? 1 : 0, length, noise, std::max(noise, contradiction * size));
  }
  return first_event(a, length, multiplicity, tolerance);
}

StepEvent find_event(const FaceField& field, const Step& step, std::span<const int> left,
                     double relative_tolerance) {
  StepEvent event;
  if (field.monitors().empty()) return event;
  double limit = step.length;
  double earliest = step.length;
  struct Candidate {
    int monitor;
    double place;
  };
  std::vector<Candidate> crossings;
  for (int m = 0; m < static_cast<int>(field.monitors().size()); ++m) {
    const Monitor& monitor = field.monitors()[static_cast<std::size_t>(m)];
    const std::span<const double> a = coefficients_of(step.monitors, m);
    const double errors = step.monitor_errors.size() > 0 ? step.monitor_errors(m) : 0.0;
    const double noise = step.coefficient_errors.size() > 0 ? step.coefficient_errors(m) : 0.0;
    if (earliest < step.length) {
      // What stays positive up to the first event found so far need not be searched beyond.
      const double tolerance = 10 * relative_tolerance * variation(a, step.length);
      const double size = variation(a, earliest + simultaneity * step.length);
      const double least = a[0] - (size - std::abs(a[0]));
      if (least > std::max({tolerance, errors, simultaneity * size})) continue;
    }
    const bool is_left = std::find(left.begin(), left.end(), monitor.surface) != left.end();
    const PolynomialEvent found =
        find_zero(a, step.length, is_left, monitor.kind == Monitor::Kind::surface,
                  relative_tolerance, errors, noise);
    switch (found.kind) {
      case PolynomialEvent::Kind::none:
        break;
      case PolynomialEvent::Kind::crossing:
        crossings.push_back({m, found.place});
        earliest = std::min(earliest, found.place);
        break;
      case PolynomialEvent::Kind::touching:
        if (found.place < limit) {
          limit = found.place;
          earliest = std::min(earliest, limit);
          event = {StepEvent::Kind::grazing, found.place, {m}};
        }
        break;
      case PolynomialEvent::Kind::beyond: {
        // End the step where the dip begins, unless it begins at once.
        const double end = found.place > 1e-3 * step.length ? found.place : 0;
        if (end > 0 && end < limit) {
          limit = end;
          earliest = std::min(earliest, limit);
          event = {StepEvent::Kind::shorten, end, {}};
        }
        break;
      }
    }
  }
  for (const Candidate& c : crossings) {
    if (c.place <= limit) {
      limit = c.place;
      event = {StepEvent::Kind::hit, c.place, {}};
    }
  }
  if (event.kind == StepEvent::Kind::hit) {
    // A long step says little about how far two zeros are apart.
    const double part = std::min(simultaneity, 10 * relative_tolerance);
    for (const Candidate& c : crossings) {
      if (c.place > limit + simultaneity * step.length) continue;
      const std::span<const double> a = coefficients_of(step.monitors, c.monitor);
      if (c.place == limit || evaluate_polynomial(a, limit) <= part * variation(a, limit)) {
        event.hits.push_back(c.monitor);
      }
    }
  }
  return event;
}

}  // namespace filippov::detail
