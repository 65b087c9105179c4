#pragma once

#include <vector>

#include "filippov/solution/solution.hpp"

namespace filippov::detail {

struct Sample {
  double t = 0;
  std::vector<double> x;
};

/// Points of the trajectory in the order of integration, without those of `branches`: every event
/// that lies on it, its ends, and so many between that chords deviate at most `tolerance` times the
/// typical range of each component.
std::vector<Sample> sample(const Solution& solution, double tolerance);

/// [low, high] of component i over most of the time: the values at equidistant times without the
/// `cut` most extreme fraction at either end. `cut` = 0 gives the range.
struct Range {
  double low = 0;
  double high = 0;
};
Range range(const std::vector<Sample>& samples, std::size_t i, double cut);
/// From the earliest to the latest time.
Range time_range(const std::vector<Sample>& samples);

/// A time interval spent sliding, in the order of integration.
struct SlidingPhase {
  double from = 0;
  double to = 0;
};
std::vector<SlidingPhase> sliding_phases(const Solution& solution);

}  // namespace filippov::detail
