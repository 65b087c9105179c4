#pragma once

#include <Eigen/Core>
#include <optional>
#include <span>
#include <vector>

#include "filippov/inclusion/face_field.hpp"
#include "filippov/inclusion/inclusion.hpp"

namespace filippov::detail {

/// A point just inside a face that starts where its multiplier is not determined.
struct SingularStart {
  double t = 0;
  std::vector<double> x;
  Eigen::VectorXd velocity;  ///< in elapsed time, with which it leaves
};

/// Both exit functions of sliding on one surface vanish at (t, x), a two-fold: the multiplier there
/// is the limit of a quotient 0/0. Nothing where that is not so; else the sliding motions that
/// leave the point, none, one or two, a short time later.
///
/// With w+- = <grad h, f+-> + dh/dt, which vanish at the point, and their derivatives along both
/// fields, a motion that leaves with velocity v = l f+ + (1 - l) f- slides if
/// l w+' + (1 - l) w-' = 0 along v, a quadratic equation for l in (0, 1). Two roots are possible
/// where one field curves away from the surface and the other one towards it; of solutions that
/// part from one another along the second direction, one is followed. Error of a state: second
/// order in the time, which is 1e-6 of the scale of x.
std::optional<std::vector<SingularStart>> singular_starts(const Inclusion& inclusion,
                                                          FaceField& field, double t,
                                                          std::span<const double> x);

/// The one of these motions that leaves with that velocity, in elapsed time.
const SingularStart* leaving_with(const std::vector<SingularStart>& starts,
                                  const Eigen::VectorXd& velocity);

}  // namespace filippov::detail
