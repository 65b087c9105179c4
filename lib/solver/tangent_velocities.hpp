#pragma once

#include <Eigen/Core>
#include <optional>
#include <vector>

namespace filippov::detail {

/// The velocities v = sum w_c f_c in the hull of the selections next to a face that are tangent to
/// the surfaces slid on, and how they move the other ones.
struct TangentVelocities {
  Eigen::VectorXd weights;  ///< of one velocity, as far inside the set as can be said
  bool strict = false;      ///< it moves every other surface strictly to its side
  std::vector<bool> moves;  ///< for every other surface: some velocity moves it strictly
  bool interior = false;    ///< every selection takes part in some velocity
  Eigen::Index rank = 0;    ///< of the tangent rates
};

/// tangent: surfaces slid on x selections, the rates <n_i, f_c> + dh_i/dt; rows of dependent
/// surfaces are welcome. others: other surfaces x selections, their rates, positive to the side
/// wanted; they must not be negative. nullopt where there is no such velocity. Rates of at most
/// `tolerance` times the largest of their row count as zero.
std::optional<TangentVelocities> tangent_velocities(const Eigen::MatrixXd& tangent,
                                                    const Eigen::MatrixXd& others,
                                                    double tolerance);

}  // namespace filippov::detail
