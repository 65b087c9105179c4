#include "monotone_continuation.hpp"

#include <cmath>

#include "filippov/geometry/zonotope.hpp"

namespace filippov::detail {

namespace {

/// The gradients of the active surfaces as columns. None where one moves or depends on others.
std::optional<Eigen::MatrixXd> normals_at(const Inclusion& inclusion, const LocalPoint& point) {
  Eigen::MatrixXd normals(static_cast<Eigen::Index>(point.x.size()),
                          static_cast<Eigen::Index>(point.active.size()));
  for (std::size_t j = 0; j < point.active.size(); ++j) {
    if (inclusion.depends_on_signs(point.active[j])) return std::nullopt;
    const SwitchingGradient gradient =
        inclusion.switching_gradient(point.active[j], point.t, point.x, point.signature);
    if (gradient.t != 0) return std::nullopt;
    normals.col(static_cast<Eigen::Index>(j)) = gradient.x;
  }
  return normals;
}

/// Whether every jump is a multiple <= 0 of the gradient.
bool is_monotone(const Eigen::MatrixXd& jumps, const Eigen::MatrixXd& normals, double direction) {
  for (Eigen::Index j = 0; j < jumps.cols(); ++j) {
    const auto jump = jumps.col(j);
    const auto normal = normals.col(j);
    if (!jump.allFinite() || normal.isZero(0)) return false;
    const double factor = jump.dot(normal) / normal.squaredNorm();
    constexpr double rounding = 1e-14;
    if (direction * factor > 0) return false;
    if ((jump - factor * normal).norm() > rounding * jump.norm()) return false;
  }
  return true;
}

}  // namespace

std::optional<MonotoneContinuation> monotone_continuation(const Inclusion& inclusion,
                                                          const LocalPoint& point,
                                                          double direction) {
  if (!inclusion.is_autonomous()) return std::nullopt;
  const auto here = affine_values(inclusion, point);
  const auto normals = normals_at(inclusion, point);
  if (!here || !normals || !here->center.allFinite() ||
      !is_monotone(here->generators, *normals, direction)) {
    return std::nullopt;
  }
  // Not at this point alone: so it is at others, which have no coordinates in common with it.
  std::vector<double> near(point.x.begin(), point.x.end());
  double step = 0.0123456789 * largest_entry(point.x, 1e-3);
  for (double& value : near) value += step *= -0.937;
  LocalPoint moved = point;
  moved.x = near;
  const auto beside = affine_values(inclusion, moved);
  const auto normals_beside = normals_at(inclusion, moved);
  if (!beside || !normals_beside || !is_monotone(beside->generators, *normals_beside, direction)) {
    return std::nullopt;
  }

  const Eigen::VectorXd velocity =
      direction * Zonotope(here->center, here->generators).minimum_norm_point().point;
  const double size = here->center.cwiseAbs().maxCoeff() + here->generators.cwiseAbs().sum();
  MonotoneContinuation result;
  result.rests = velocity.cwiseAbs().maxCoeff() <= 1e-12 * size;
  result.choice.assign(point.active.size(), 0);
  if (result.rests) return result;
  for (Eigen::Index j = 0; j < normals->cols(); ++j) {
    const double rate = normals->col(j).dot(velocity);
    const double zero = tie_tolerance * normals->col(j).lpNorm<1>() * size;
    if (std::abs(rate) > zero) result.choice[static_cast<std::size_t>(j)] = rate > 0 ? 1 : -1;
  }
  return result;
}

}  // namespace filippov::detail
