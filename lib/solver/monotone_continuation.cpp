#include "monotone_continuation.hpp"

#include <cmath>

#include "filippov/geometry/zonotope.hpp"

namespace filippov::detail {

namespace {

/// The right-hand side and its jumps at a point next to that of `point`: f = center + sum_j s_j
/// jumps_j, with the gradients of the switching functions.
struct Jumps {
  Eigen::VectorXd center;
  Eigen::MatrixXd jumps;
  Eigen::MatrixXd normals;
};

std::optional<Jumps> jumps_at(const Inclusion& inclusion, const LocalPoint& point,
                              std::span<const double> x) {
  const auto columns = inclusion.affine_columns(point.active, point.t, x, point.signature);
  if (!columns) return std::nullopt;
  const auto n = static_cast<Eigen::Index>(x.size());
  const auto k = static_cast<Eigen::Index>(point.active.size());
  Jumps result{Eigen::VectorXd(n), Eigen::MatrixXd::Zero(n, k), Eigen::MatrixXd(n, k)};
  inclusion.selection(point.t, x, point.signature, {result.center.data(), x.size()});
  for (Eigen::Index j = 0; j < k; ++j) {
    const int surface = point.active[static_cast<std::size_t>(j)];
    for (const auto& [component, value] : (*columns)[static_cast<std::size_t>(j)]) {
      result.jumps(component, j) = value;
    }
    const SwitchingGradient gradient =
        inclusion.switching_gradient(surface, point.t, x, point.signature);
    if (gradient.t != 0 || inclusion.depends_on_signs(surface)) return std::nullopt;
    result.normals.col(j) = gradient.x;
    result.center -= point.signature[static_cast<std::size_t>(surface)] * result.jumps.col(j);
  }
  return result;
}

/// Whether every jump is a multiple <= 0 of the gradient.
bool is_monotone(const Jumps& at, double direction) {
  for (Eigen::Index j = 0; j < at.jumps.cols(); ++j) {
    const auto jump = at.jumps.col(j);
    const auto normal = at.normals.col(j);
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
  const auto here = jumps_at(inclusion, point, point.x);
  if (!here || !here->center.allFinite() || !is_monotone(*here, direction)) return std::nullopt;
  // Not at this point alone: so it is at others, which have no coordinates in common with it.
  std::vector<double> near(point.x.begin(), point.x.end());
  double step = 0.0123456789 * largest_entry(point.x, 1e-3);
  for (double& value : near) value += step *= -0.937;
  const auto beside = jumps_at(inclusion, point, near);
  if (!beside || !is_monotone(*beside, direction)) return std::nullopt;

  const Eigen::VectorXd velocity =
      direction * Zonotope(here->center, here->jumps).minimum_norm_point().point;
  const double size = here->center.cwiseAbs().maxCoeff() + here->jumps.cwiseAbs().sum();
  MonotoneContinuation result;
  result.rests = velocity.cwiseAbs().maxCoeff() <= 1e-12 * size;
  result.choice.assign(point.active.size(), 0);
  if (result.rests) return result;
  for (Eigen::Index j = 0; j < here->normals.cols(); ++j) {
    const double rate = here->normals.col(j).dot(velocity);
    const double zero = tie_tolerance * here->normals.col(j).lpNorm<1>() * size;
    if (std::abs(rate) > zero) result.choice[static_cast<std::size_t>(j)] = rate > 0 ? 1 : -1;
  }
  return result;
}

}  // namespace filippov::detail
