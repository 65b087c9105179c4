#include "multiplier_shift.hpp"

#include "../geometry/least_squares.hpp"
#include "filippov/geometry/zonotope.hpp"

namespace filippov::detail {

Eigen::VectorXd multiplier_shift(const Eigen::MatrixXd& columns, const Eigen::VectorXd& u) {
  Eigen::VectorXd none = Eigen::VectorXd::Zero(u.size());
  if (!u.allFinite() || !columns.allFinite()) return none;
  if (u.lpNorm<Eigen::Infinity>() < largest_multiplier) return none;
  const LeastSquares factors(columns);
  if (factors.rank() == u.size()) return none;
  const Eigen::VectorXd velocity = columns * u;
  const double tolerance = 1e-13 * columns.cwiseAbs().sum();
  // The smallest s with G u in G [-s, s]^k, up to a part of what is left to 1: where multipliers
  // are about to leave the box, however they are chosen, half the way is gone each time.
  double low = 0;
  double high = largest_multiplier;
  Eigen::VectorXd best;
  for (double s = high; high - low > 0.1 * (1 - high) && high < 1; s = 0.5 * (low + high)) {
    const Membership found =
        Zonotope(Eigen::VectorXd::Zero(columns.rows()), s * columns).contains(velocity, tolerance);
    if (found.inside) best = s * found.coordinates;
    if (best.size() == 0) return none;
    (found.inside ? high : low) = s;
  }
  const Eigen::VectorXd z = best - u;
  return z - factors.solve(columns * z);
}

}  // namespace filippov::detail
