#include "multilinear.hpp"

#include <limits>

#include "../geometry/least_squares.hpp"

namespace filippov::detail {

Eigen::VectorXd corner_weights(const Eigen::VectorXd& u) {
  Eigen::VectorXd w = Eigen::VectorXd::Ones(1);
  for (const double value : u) {
    Eigen::VectorXd next(2 * w.size());
    next << w * (0.5 * (1 - value)), w * (0.5 * (1 + value));
    w = std::move(next);
  }
  return w;
}

Eigen::MatrixXd corner_weight_derivatives(const Eigen::VectorXd& u) {
  const Eigen::Index corners = Eigen::Index{1} << u.size();
  Eigen::MatrixXd result(corners, u.size());
  for (Eigen::Index j = 0; j < u.size(); ++j) {
    // w is affine in u_j: the derivative is half the difference of its values at +1 and -1.
    Eigen::VectorXd moved = u;
    moved(j) = 1;
    result.col(j) = 0.5 * corner_weights(moved);
    moved(j) = -1;
    result.col(j) -= 0.5 * corner_weights(moved);
  }
  return result;
}

std::optional<Eigen::VectorXd> multilinear_multipliers(const Eigen::MatrixXd& normal_velocities,
                                                       const Eigen::VectorXd& start) {
  constexpr int max_iterations = 60;
  const double scale = normal_velocities.cwiseAbs().maxCoeff();
  if (!(scale > 0)) return start;  // every u will do
  const double target = 64 * std::numeric_limits<double>::epsilon() * scale;
  Eigen::VectorXd u = start;
  Eigen::VectorXd residual = normal_velocities * corner_weights(u);
  for (int iteration = 0; iteration < max_iterations; ++iteration) {
    if (residual.cwiseAbs().maxCoeff() <= target) return u;
    const Eigen::MatrixXd jacobian = normal_velocities * corner_weight_derivatives(u);
    const Eigen::VectorXd step = LeastSquares(jacobian).solve(residual);
    double damping = 1;
    Eigen::VectorXd next = u - step;
    Eigen::VectorXd next_residual = normal_velocities * corner_weights(next);
    while (damping > 1e-4 && !(next_residual.norm() < residual.norm())) {
      damping *= 0.5;
      next = u - damping * step;
      next_residual = normal_velocities * corner_weights(next);
    }
    if (!(next_residual.norm() < residual.norm())) break;
    u = next;
    residual = next_residual;
  }
  if (residual.cwiseAbs().maxCoeff() <= 1e4 * target) return u;
  return std::nullopt;
}

}  // namespace filippov::detail
