#pragma once

#include <algorithm>
#include <limits>

#include "filippov/tube/tube.hpp"

/// The largest value along a tube, infinite if it did not get to its end.
template <class Quantity>
double largest(const filippov::Tube& tube, const Quantity& quantity) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  if (tube.status != filippov::TubeStatus::finished || tube.segments.empty()) return infinity;
  double result = -infinity;
  for (const filippov::TubeSegment& segment : tube.segments) {
    result = std::max(result, quantity(segment.box).upper());
  }
  return result;
}
