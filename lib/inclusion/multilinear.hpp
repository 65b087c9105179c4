#pragma once

#include <Eigen/Core>
#include <optional>
#include <vector>

namespace filippov::detail {

/// Weights of the 2^k corners of [-1, 1]^k in multilinear interpolation at u: corner p has
/// u_j = +1 where bit j of p is set. w_p = prod_j (1 +- u_j) / 2.
Eigen::VectorXd corner_weights(const Eigen::VectorXd& u);
/// Column j: d w / d u_j.
Eigen::MatrixXd corner_weight_derivatives(const Eigen::VectorXd& u);

/// u with residual(u) = normal_velocities * w(u) = 0, by damped Newton from `start`.
/// `normal_velocities`: k x 2^k, <grad h_i, f_p> + dh_i/dt. nullopt when Newton does not converge.
std::optional<Eigen::VectorXd> multilinear_multipliers(const Eigen::MatrixXd& normal_velocities,
                                                       const Eigen::VectorXd& start);

/// Corners of a simplex whose normal velocities have 0 inside: k + 1 of the 2^k, those for which
/// the smallest weight w_p of sum w_p (normal velocity)_p = 0 is largest. Empty where 0 is inside
/// none, and for more than 3 surfaces.
std::vector<int> simplex_around_zero(const Eigen::MatrixXd& normal_velocities);
/// Weights of all corners, with sum w_p (normal velocity)_p = 0, that vanish but on the simplex.
Eigen::VectorXd simplex_weights(const Eigen::MatrixXd& normal_velocities,
                                const std::vector<int>& simplex);

}  // namespace filippov::detail
