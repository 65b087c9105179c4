#include "sampling.hpp"

#include <algorithm>
#include <cmath>

namespace filippov::detail {

namespace {

constexpr int deepest = 7;  // 2^7 points per piece at most
constexpr int time_points = 400;
constexpr double rare = 0.05;  // fraction of time that does not count for the typical range

bool is_finite(const std::vector<double>& x) {
  return std::all_of(x.begin(), x.end(), [](double value) { return std::isfinite(value); });
}

Range quantiles(std::vector<double> values, double cut) {
  if (values.empty()) return {};
  std::sort(values.begin(), values.end());
  const double last = static_cast<double>(values.size() - 1);
  const auto skipped = static_cast<std::size_t>(cut * last);
  return {values[skipped], values[values.size() - 1 - skipped]};
}

/// Per component, the range over most of the time; the full range where that is a point.
std::vector<double> typical_ranges(const Trajectory& trajectory) {
  const auto n = static_cast<std::size_t>(trajectory.segments().front().coefficients.cols());
  std::vector<std::vector<double>> values(n);
  for (int k = 0; k <= time_points; ++k) {
    const double part = static_cast<double>(k) / time_points;
    const double t = trajectory.start() * (1 - part) + trajectory.end() * part;
    const std::vector<double> x =
        trajectory(std::clamp(t, std::min(trajectory.start(), trajectory.end()),
                              std::max(trajectory.start(), trajectory.end())));
    for (std::size_t i = 0; i < n; ++i) {
      if (std::isfinite(x[i])) values[i].push_back(x[i]);
    }
  }
  std::vector<double> ranges;
  for (const std::vector<double>& component : values) {
    const Range most = quantiles(component, rare);
    const Range all = quantiles(component, 0);
    ranges.push_back(most.high > most.low ? most.high - most.low : all.high - all.low);
  }
  return ranges;
}

class Sampler {
 public:
  Sampler(double tolerance, std::vector<double> ranges) : deviation_(std::move(ranges)) {
    for (double& bound : deviation_) bound *= tolerance;
  }

  void add(const Segment& segment) {
    const Sample first{segment.t0, segment(segment.t0)};
    const Sample last{segment.t1, segment(segment.t1)};
    push(first);
    refine(segment, first, last, 0);
    push(last);
  }

  std::vector<Sample> take() { return std::move(samples_); }

 private:
  void push(const Sample& sample) {
    if (!is_finite(sample.x)) return;
    if (samples_.empty() || samples_.back().t != sample.t) samples_.push_back(sample);
  }

  /// Adds the points strictly between `first` and `last`.
  void refine(const Segment& segment, const Sample& first, const Sample& last, int depth) {
    const double t = (first.t + last.t) / 2;
    if (depth == deepest || t == first.t || t == last.t) return;
    const Sample middle{t, segment(t)};
    // The midpoint alone misses odd deviations, a quarter point does not.
    const double quarter_time = (first.t + t) / 2;
    const Sample quarter{quarter_time, segment(quarter_time)};
    if (depth > 0 && is_straight(first, last, middle) && is_straight(first, last, quarter)) return;
    refine(segment, first, middle, depth + 1);
    push(middle);
    refine(segment, middle, last, depth + 1);
  }

  bool is_straight(const Sample& first, const Sample& last, const Sample& between) const {
    const double part = (between.t - first.t) / (last.t - first.t);
    for (std::size_t i = 0; i < between.x.size(); ++i) {
      const double chord = first.x[i] * (1 - part) + last.x[i] * part;
      if (std::abs(between.x[i] - chord) > deviation_[i]) return false;
    }
    return true;
  }

  std::vector<double> deviation_;
  std::vector<Sample> samples_;
};

/// Where every component has pieces of its own, their ends together are too many.
std::vector<Sample> equidistant(const Trajectory& trajectory) {
  std::vector<Sample> samples;
  for (int k = 0; k <= time_points; ++k) {
    const double part = static_cast<double>(k) / time_points;
    const double t = k == time_points ? trajectory.end()
                                      : trajectory.start() * (1 - part) + trajectory.end() * part;
    samples.push_back({t, trajectory(t)});
  }
  return samples;
}

/// Puts the event into its place in time; its state wins over one of the same time.
void insert(std::vector<Sample>& samples, const Event& event, double direction) {
  if (event.x.empty() || !is_finite(event.x)) return;
  const auto place = std::partition_point(
      samples.begin(), samples.end(),
      [&](const Sample& sample) { return direction * (sample.t - event.t) < 0; });
  if (place != samples.end() && place->t == event.t) {
    place->x = event.x;
  } else if (place != samples.end() || samples.empty()) {
    samples.insert(place, {event.t, event.x});
  }
}

}  // namespace

std::vector<Sample> sample(const Solution& solution, double tolerance) {
  std::vector<Sample> samples;
  const Trajectory& trajectory = solution.trajectory;
  double direction = 1;
  if (!trajectory.empty()) {
    direction = trajectory.end() < trajectory.start() ? -1 : 1;
    if (trajectory.segments().empty()) {
      samples = equidistant(trajectory);
    } else {
      Sampler sampler(tolerance, typical_ranges(trajectory));
      for (const Segment& segment : trajectory.segments()) sampler.add(segment);
      samples = sampler.take();
    }
  } else if (!solution.events.empty()) {
    direction = solution.t < solution.events.front().t ? -1 : 1;
  }
  // At rest the trajectory may end before the final time.
  const bool goes_on = samples.empty() || direction * (solution.t - samples.back().t) > 0;
  if (goes_on && is_finite(solution.x)) samples.push_back({solution.t, solution.x});
  for (const Event& event : solution.events) insert(samples, event, direction);
  return samples;
}

Range range(const std::vector<Sample>& samples, std::size_t i, double cut) {
  std::vector<double> values;
  if (cut == 0) {
    for (const Sample& point : samples) values.push_back(point.x[i]);
    return quantiles(std::move(values), 0);
  }
  const double start = samples.front().t;
  const double end = samples.back().t;
  std::size_t next = 0;
  for (int k = 0; k <= time_points; ++k) {
    const double t = start + (end - start) * k / time_points;
    while (next + 1 < samples.size() && std::abs(samples[next].t - start) < std::abs(t - start)) {
      ++next;
    }
    values.push_back(samples[next].x[i]);
  }
  return quantiles(std::move(values), cut);
}

Range time_range(const std::vector<Sample>& samples) {
  return {std::min(samples.front().t, samples.back().t),
          std::max(samples.front().t, samples.back().t)};
}

std::vector<SlidingPhase> sliding_phases(const Solution& solution) {
  std::vector<SlidingPhase> phases;
  if (solution.trajectory.empty()) return phases;
  const double end = solution.t;
  bool sliding = !solution.start.sliding.empty();
  double since = solution.trajectory.start();
  for (const Event& event : solution.events) {
    bool slides_on = !event.sliding.empty();
    if (event.signature.empty() && event.sliding.empty()) {  // not kept: the kind says it
      slides_on = event.kind == EventKind::sliding_entry ||
                  event.kind == EventKind::sliding_change ||
                  (sliding && event.kind != EventKind::sliding_exit);
    }
    if (sliding && !slides_on) phases.push_back({since, event.t});
    if (!sliding && slides_on) since = event.t;
    sliding = slides_on;
  }
  if (sliding) phases.push_back({since, end});
  return phases;
}

}  // namespace filippov::detail
