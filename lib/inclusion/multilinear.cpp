#include "multilinear.hpp"

#include <algorithm>
#include <bit>
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

Eigen::VectorXd simplex_weights(const Eigen::MatrixXd& normal_velocities,
                                const std::vector<int>& simplex) {
  const Eigen::Index k = normal_velocities.rows();
  Eigen::MatrixXd system(k + 1, k + 1);
  for (Eigen::Index j = 0; j <= k; ++j) {
    system.col(j) << normal_velocities.col(simplex[static_cast<std::size_t>(j)]), 1;
  }
  const Eigen::VectorXd weights = LeastSquares(system).solve(Eigen::VectorXd::Unit(k + 1, k));
  Eigen::VectorXd all = Eigen::VectorXd::Zero(normal_velocities.cols());
  for (Eigen::Index j = 0; j <= k; ++j) all(simplex[static_cast<std::size_t>(j)]) = weights(j);
  return all;
}

std::vector<int> simplex_around_zero(const Eigen::MatrixXd& normal_velocities) {
  constexpr Eigen::Index most = 3;
  constexpr double inside = 1e-6;
  const auto k = normal_velocities.rows();
  std::vector<int> best;
  if (k < 2 || k > most || !normal_velocities.allFinite()) return best;
  const double scale = normal_velocities.cwiseAbs().maxCoeff();
  double largest = inside;
  for (unsigned corners = 0; corners < 1U << normal_velocities.cols(); ++corners) {
    if (std::popcount(corners) != k + 1) continue;
    std::vector<int> simplex;
    for (int p = 0; p < normal_velocities.cols(); ++p) {
      if ((corners >> p & 1U) != 0) simplex.push_back(p);
    }
    const Eigen::VectorXd weights = simplex_weights(normal_velocities, simplex);
    if ((normal_velocities * weights).cwiseAbs().maxCoeff() > 1e-12 * scale) continue;
    double smallest = 1;
    for (const int p : simplex) smallest = std::min(smallest, weights(p));
    if (smallest <= largest) continue;
    largest = smallest;
    best = std::move(simplex);
  }
  return best;
}

}  // namespace filippov::detail
