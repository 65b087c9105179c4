#pragma once

#include <span>
#include <vector>

#include "polynomial_event.hpp"
#include "stepper.hpp"

namespace filippov::detail {

/// First place in a step where the face may be left.
struct StepEvent {
  enum class Kind {
    none,
    hit,      ///< the monitors in `hits` reach zero at `tau`
    grazing,  ///< the first of `hits` touches zero at `tau` and turns back
    shorten,  ///< nothing happens up to `tau`; take the step only that far
  };
  Kind kind = Kind::none;
  double tau = 0;
  std::vector<int> hits;  ///< positions in FaceField::monitors()
};

/// Searches one monitor, the polynomial `a` over `length`. `left`: the step starts on its surface
/// or at its exit, where it is zero, so that only later zeros count; `is_surface`: it is the height
/// over a surface, no exit function. Tolerance and noise at least as given.
PolynomialEvent find_zero(std::span<const double> a, double length, bool left, bool is_surface,
                          double relative_tolerance, double tolerance = 0, double noise = 0);

/// Searches the monitors of a step. A monitor of a surface in `left`, on which the step starts, is
/// zero there: only later zeros count. Hits that rounding and the tolerance do not tell apart are
/// one. Tolerance of touching: 10 rtol times the size of the monitor over the step.
StepEvent find_event(const FaceField& field, const Step& step, std::span<const int> left,
                     double relative_tolerance);

}  // namespace filippov::detail
