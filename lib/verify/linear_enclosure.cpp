#include "linear_enclosure.hpp"

#include <Eigen/Core>
#include <algorithm>

#include "../geometry/linear_system.hpp"

namespace filippov::detail {

std::optional<Box> solve_linear(const Box& a, const Box& b) {
  const std::size_t m = b.size();
  if (m == 0) return Box();
  const auto n = static_cast<Eigen::Index>(m);
  Eigen::MatrixXd centre(n, n);
  Eigen::VectorXd right(n);
  for (std::size_t i = 0; i < m; ++i) {
    right(static_cast<Eigen::Index>(i)) = b[i].midpoint();
    for (std::size_t j = 0; j < m; ++j) {
      centre(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(j)) = a[i * m + j].midpoint();
    }
  }
  const Eigen::MatrixXd inverse = LinearSystem(centre).inverse();
  if (!inverse.allFinite()) return std::nullopt;
  const auto y = [&](std::size_t i, std::size_t j) {
    return Interval(inverse(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(j)));
  };
  const Eigen::VectorXd approximate = inverse * right;
  const Box start(approximate.begin(), approximate.end());
  Box residual;
  for (std::size_t i = 0; i < m; ++i) {
    Interval sum = b[i];
    for (std::size_t j = 0; j < m; ++j) sum -= a[i * m + j] * start[j];
    residual.push_back(sum);
  }
  double q = 0;
  double correction = 0;
  for (std::size_t i = 0; i < m; ++i) {
    Interval row = 0;
    Interval step = 0;
    for (std::size_t j = 0; j < m; ++j) {
      Interval entry(i == j ? 1 : 0);
      for (std::size_t k = 0; k < m; ++k) entry -= y(i, k) * a[k * m + j];
      row += abs(entry);
      step += y(i, j) * residual[j];
    }
    q = std::max(q, row.upper());
    correction = std::max(correction, step.magnitude());
  }
  if (!(q < 1)) return std::nullopt;
  const double radius = (Interval(correction) / (1 - Interval(q))).upper();
  Box solution;
  for (const Interval& entry : start) solution.push_back(entry + Interval(-radius, radius));
  return solution;
}

}  // namespace filippov::detail
