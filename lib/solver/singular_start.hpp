#pragma once

#include <optional>
#include <span>
#include <vector>

#include "filippov/inclusion/face_field.hpp"

namespace filippov::detail {

/// A point just inside a face that starts where its multiplier is not determined.
struct SingularStart {
  double t = 0;
  std::vector<double> x;
};

/// Both exit functions of sliding on one surface vanish at (t, x): a two-fold. The multiplier there
/// is the limit of a quotient 0/0.
bool is_singular_start(FaceField& field, double t, std::span<const double> x);

/// Follows the sliding motion away from a two-fold for a short time, with the multiplier of the
/// point that is reached (a fixed point: the limit along the motion itself). nullopt when sliding
/// does not go on. Error of the state: second order in the time, which is 1e-6 of the scale of x.
std::optional<SingularStart> singular_start(FaceField& field, double t, std::span<const double> x);

}  // namespace filippov::detail
