#pragma once

#include <Eigen/Core>
#include <random>

namespace geometry_test {

/// Entries uniform in [-1, 1].
inline Eigen::MatrixXd random_matrix(std::mt19937& engine, Eigen::Index rows,
                                     Eigen::Index columns) {
  std::uniform_real_distribution<double> uniform(-1, 1);
  return Eigen::MatrixXd::NullaryExpr(rows, columns, [&] { return uniform(engine); });
}

/// Entries in {-2, ..., 2}: duplicates, parallel columns and zero columns are frequent.
inline Eigen::MatrixXd random_grid(std::mt19937& engine, Eigen::Index rows, Eigen::Index columns) {
  std::uniform_int_distribution<int> integer(-2, 2);
  return Eigen::MatrixXd::NullaryExpr(rows, columns,
                                      [&] { return static_cast<double>(integer(engine)); });
}

}  // namespace geometry_test
