#pragma once

#include <Eigen/Core>

namespace filippov::detail {

/// Multipliers up to this size are inside the box [-1, 1]^k.
inline constexpr double largest_multiplier = 1 - 1e-12;

/// Which multipliers of dependent columns stay in the box longest: where G (u + z) = G u for other
/// z than 0, the velocity is one of F as long as one of the u + z is in [-1, 1]^k.
///
/// G: n x k, one column per surface slid on; u: k entries. Returns the z with G z = 0 that makes
/// max_j |u_j + z_j| smallest, up to a tenth of what it is below 1, if |u_j| is not; else 0.
Eigen::VectorXd multiplier_shift(const Eigen::MatrixXd& columns, const Eigen::VectorXd& u);

}  // namespace filippov::detail
