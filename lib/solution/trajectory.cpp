#include "filippov/solution/trajectory.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "filippov/arithmetic/error.hpp"

namespace filippov {

std::vector<double> Segment::operator()(double t) const {
  const double tau = t1 < t0 ? t0 - t : t - t0;
  std::vector<double> x(static_cast<std::size_t>(coefficients.cols()));
  Eigen::Map<Eigen::VectorXd> value(x.data(), coefficients.cols());
  value.setZero();
  for (Eigen::Index k = coefficients.rows(); k-- > 0;) {
    value = value * tau + coefficients.row(k).transpose();
  }
  return x;
}

std::vector<double> Trajectory::operator()(double t) const {
  if (empty()) throw Error(fmt::format("the trajectory has no pieces: no state at t = {}", t));
  const double direction = end() < start() ? -1 : 1;
  const bool inside = direction * (t - start()) >= 0 && direction * (end() - t) >= 0;
  if (!inside) {
    throw Error(fmt::format("the trajectory has no state at t = {}: expected a time in [{}, {}]", t,
                            std::min(start(), end()), std::max(start(), end())));
  }
  const auto piece = std::partition_point(
      segments_.begin(), segments_.end(),
      [&](const Segment& segment) { return direction * (segment.t1 - t) < 0; });
  return (*piece)(t);
}

}  // namespace filippov
