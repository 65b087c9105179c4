#include "curves.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "branches.hpp"

namespace filippov::detail {

namespace {

constexpr std::size_t most_points = 20000;
constexpr const char* trunk_colour = "#222222";

/// Very long curves: per slice of time the first point and the extremes of each component.
std::vector<Sample> thinned(std::vector<Sample> samples) {
  if (samples.size() <= most_points || samples.front().x.empty()) return samples;
  const std::size_t n = samples.front().x.size();
  const std::size_t slices = std::max<std::size_t>(200, most_points / (2 * n + 1));
  std::set<std::size_t> kept = {samples.size() - 1};
  for (std::size_t slice = 0; slice < slices; ++slice) {
    const std::size_t begin = slice * samples.size() / slices;
    const std::size_t end = (slice + 1) * samples.size() / slices;
    kept.insert(begin);
    for (std::size_t i = 0; i < n; ++i) {
      const auto [low, high] =
          std::minmax_element(samples.begin() + static_cast<std::ptrdiff_t>(begin),
                              samples.begin() + static_cast<std::ptrdiff_t>(end),
                              [i](const Sample& a, const Sample& b) { return a.x[i] < b.x[i]; });
      kept.insert(static_cast<std::size_t>(low - samples.begin()));
      kept.insert(static_cast<std::size_t>(high - samples.begin()));
    }
  }
  std::vector<Sample> fewer;
  for (const std::size_t k : kept) fewer.push_back(std::move(samples[k]));
  return fewer;
}

}  // namespace

std::vector<Curve> curves_of(const Solution& solution) {
  std::vector<Curve> curves;
  const std::vector<const Solution*> list = branches(solution);
  for (std::size_t k = 0; k < list.size(); ++k) {
    Curve curve{.solution = list[k],
                .samples = thinned(sample(*list[k], 5e-4)),
                .sliding = sliding_phases(*list[k]),
                .colour = trunk_colour,
                .label = k == 0 ? "before branching" : fmt::format("branch {}", k)};
    if (k > 0) curve.colour = line_colours[(k - 1) % line_colours.size()];
    if (!curve.samples.empty()) curves.push_back(std::move(curve));
  }
  return curves;
}

bool Curve::is_sliding_at(double t) const {
  return std::any_of(sliding.begin(), sliding.end(), [t](const SlidingPhase& phase) {
    return std::min(phase.from, phase.to) <= t && t <= std::max(phase.from, phase.to);
  });
}

Range widened(Range range, double part) {
  double width = range.high - range.low;
  if (!(width > 1e-9 * std::max(std::abs(range.low), std::abs(range.high)))) {
    width = std::max(std::abs(range.low), std::abs(range.high));
    if (width == 0) width = 1;
    return {range.low - 0.5 * width, range.high + 0.5 * width};
  }
  return {range.low - part * width, range.high + part * width};
}

Range joined(const Range& a, const Range& b) {
  return {std::min(a.low, b.low), std::max(a.high, b.high)};
}

Range component_range(const std::vector<Curve>& curves, std::size_t i) {
  constexpr double rare = 0.06;
  bool any = false;
  Range bounded;
  for (const Curve& curve : curves) {
    if (curve.solution->status == Status::escape) continue;
    const Range full = range(curve.samples, i, 0);
    bounded = any ? joined(bounded, full) : full;
    any = true;
  }
  Range all = bounded;
  for (const Curve& curve : curves) {
    if (curve.solution->status != Status::escape) continue;
    Range most = range(curve.samples, i, rare);
    if (any && bounded.high > bounded.low) {
      const double extent = bounded.high - bounded.low;
      most.low = std::max(most.low, bounded.low - extent);
      most.high = std::min(most.high, bounded.high + extent);
    }
    all = all.high > all.low || any ? joined(all, most) : most;
    any = true;
  }
  return all;
}

}  // namespace filippov::detail
