#pragma once

#include <array>
#include <string>
#include <vector>

#include "sampling.hpp"

namespace filippov::detail {

// Okabe and Ito's palette, told apart by colour-blind readers too; yellow is too faint for lines.
constexpr std::array<const char*, 6> line_colours = {"#0072B2", "#D55E00", "#009E73",
                                                     "#CC79A7", "#E69F00", "#56B4E9"};

/// One branch, ready to be drawn.
struct Curve {
  const Solution* solution;
  std::vector<Sample> samples;  // not empty
  std::vector<SlidingPhase> sliding;
  std::string colour;
  std::string label;

  bool is_sliding_at(double t) const;
  bool is_point() const { return samples.front().t == samples.back().t; }
};

/// The branches that have points, the trunk first.
std::vector<Curve> curves_of(const Solution& solution);

/// `range` with `part` of its width more at both ends; a point becomes an interval around it.
Range widened(Range range, double part);
Range joined(const Range& a, const Range& b);

/// What to show of component i: all of the curves that stay bounded; of those that escape most of
/// their time, and no more than leaves the others readable.
Range component_range(const std::vector<Curve>& curves, std::size_t i);

}  // namespace filippov::detail
