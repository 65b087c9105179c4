#pragma once

#include <span>

#include "event_search.hpp"
#include "filippov/inclusion/inclusion.hpp"

namespace filippov::detail {

/// A step that was taken: where from, on which face, by what.
struct TakenStep {
  const Inclusion& inclusion;
  FaceField& field;
  Stepper& stepper;
  double t;
  std::span<const double> x;
  const Step& step;
};

/// The time of a hit by Newton's method on the monitor itself, at states of full accuracy: the
/// polynomial of the step carries a truncation error.
double refined_hit(const TakenStep& taken, const StepEvent& event);

/// The time of a touch by Newton's method on the rate of the switching function, which is zero
/// where it is touched.
double refined_touch(const TakenStep& taken, const StepEvent& event);

}  // namespace filippov::detail
