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

}  // namespace filippov::detail
