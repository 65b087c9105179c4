#include "accumulation.hpp"

#include <algorithm>
#include <cmath>
#include <set>

namespace filippov::detail {

namespace {

constexpr std::size_t longest_cycle = 16;
constexpr double largest_ratio = 0.95;
constexpr double remaining_part = 5e-7;

bool same_kind(const Event& a, const Event& b) {
  return a.kind == b.kind && a.surfaces == b.surfaces && a.sliding == b.sliding &&
         a.signature == b.signature;
}

}  // namespace

std::optional<AccumulationPoint> AccumulationGuard::add(const Event& event) {
  events_.push_back(event);
  if (events_.size() > 3 * longest_cycle + 1) events_.erase(events_.begin());
  for (std::size_t length = 1; 3 * length < events_.size(); ++length) {
    if (auto limit = cycle_limit(length)) return limit;
  }
  return std::nullopt;
}

std::optional<AccumulationPoint> AccumulationGuard::cycle_limit(std::size_t length) const {
  const std::size_t last = events_.size() - 1;
  for (std::size_t i = 0; i < 2 * length; ++i) {
    if (!same_kind(events_[last - i], events_[last - i - length])) return std::nullopt;
  }
  const Event& now = events_[last];
  const Event& before = events_[last - length];
  const Event& earlier = events_[last - 2 * length];
  const Event& earliest = events_[last - 3 * length];
  const double duration = now.t - before.t;
  const double ratio = duration / (before.t - earlier.t);
  const double ratio_before = (before.t - earlier.t) / (earlier.t - earliest.t);
  if (!(ratio > 0 && ratio < largest_ratio)) return std::nullopt;
  if (std::abs(ratio - ratio_before) > 0.05 * (1 - ratio)) return std::nullopt;
  const double remaining = duration * ratio / (1 - ratio);
  if (!(std::abs(remaining) <= remaining_part * std::abs(now.t - start_))) return std::nullopt;

  AccumulationPoint limit;
  limit.t = now.t + remaining;
  for (std::size_t i = 0; i < now.x.size(); ++i) {
    // Aitken's extrapolation where the component converges geometrically, else by the times.
    const double change = now.x[i] - before.x[i];
    const double change_before = before.x[i] - earlier.x[i];
    double r = change_before != 0 ? change / change_before : 0;
    if (!(std::abs(r) < largest_ratio)) r = ratio;
    limit.x.push_back(now.x[i] + change * r / (1 - r));
  }
  std::set<int> surfaces;
  for (std::size_t i = 0; i < length; ++i) {
    surfaces.insert(events_[last - i].surfaces.begin(), events_[last - i].surfaces.end());
    surfaces.insert(events_[last - i].sliding.begin(), events_[last - i].sliding.end());
  }
  limit.surfaces.assign(surfaces.begin(), surfaces.end());
  return limit;
}

}  // namespace filippov::detail
