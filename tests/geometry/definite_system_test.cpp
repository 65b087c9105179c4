#include "../../lib/geometry/definite_system.hpp"

#include <doctest/doctest.h>

#include <Eigen/Dense>
#include <random>

using filippov::detail::DefiniteSystem;
using filippov::detail::SparseRows;

namespace {

/// D^-1 S with positive D and S = B^T B + I/10 for random sparse B: sorted rows.
SparseRows random_definite(std::mt19937_64& random, int k, Eigen::MatrixXd& full) {
  std::uniform_real_distribution<double> uniform(-1, 1);
  Eigen::MatrixXd b = Eigen::MatrixXd::Zero(k, k);
  for (int i = 0; i < k; ++i) {
    b(i, i) = 1;
    b(i, static_cast<int>((uniform(random) + 1) / 2 * (k - 1))) += uniform(random);
  }
  full = b.transpose() * b + 0.1 * Eigen::MatrixXd::Identity(k, k);
  for (int i = 0; i < k; ++i) full.row(i) /= 1.5 + uniform(random);
  SparseRows rows(static_cast<std::size_t>(k));
  for (int i = 0; i < k; ++i) {
    for (int j = 0; j < k; ++j) {
      if (full(i, j) != 0) rows[static_cast<std::size_t>(i)].emplace_back(j, full(i, j));
    }
  }
  return rows;
}

}  // namespace

TEST_CASE("symmetric definite systems with scaled rows are solved") {
  std::mt19937_64 random(1);
  for (int k = 1; k <= 30; ++k) {
    Eigen::MatrixXd full;
    const SparseRows rows = random_definite(random, k, full);
    DefiniteSystem system;
    REQUIRE(system.factor(rows));
    const Eigen::VectorXd x = Eigen::VectorXd::LinSpaced(k, -1, 2);
    Eigen::VectorXd b = full * x;
    system.solve(b);
    CHECK((b - x).cwiseAbs().maxCoeff() < 1e-10);
  }
}

TEST_CASE("a long chain: second differences, with other scales of the rows") {
  // Rows 2^(i mod 5) (2 x_i - x_{i-1} - x_{i+1}) of x = i (k - 1 - i) are 2^(i mod 5) 2 inside.
  const int k = 20001;
  SparseRows rows(k);
  Eigen::VectorXd b(k);
  for (int i = 0; i < k; ++i) {
    const double scale = 1 << (i % 5);
    auto& row = rows[static_cast<std::size_t>(i)];
    row.emplace_back(i, 2 * scale);
    if (i > 0) row.emplace_back(i - 1, -scale);
    if (i + 1 < k) row.emplace_back(i + 1, -scale);
    b(i) = 2 * scale;
  }
  DefiniteSystem system;
  REQUIRE(system.factor(rows));
  system.solve(b);
  // -x'' = 2 with x_{-1} = x_k = 0: x_i = (i + 1)(k - i).
  for (int i = 0; i < k; ++i) {
    const double exact = (i + 1.0) * (k - i);
    CHECK(std::abs(b(i) - exact) <= 1e-6 * exact);
  }
}

TEST_CASE("what is not definite, or not symmetric in any scale, is refused") {
  DefiniteSystem system;
  CHECK_FALSE(system.factor({{{0, 0.0}}}));
  CHECK_FALSE(system.factor({{}}));
  CHECK_FALSE(system.factor({{{0, -1.0}}}));
  CHECK_FALSE(system.factor({{{0, 1.0}, {1, 2.0}}, {{0, 2.0}, {1, 1.0}}}));
  CHECK_FALSE(system.factor({{{0, 1.0}, {1, 1.0}}, {{0, 1.0}, {1, 1.0}}}));
  CHECK_FALSE(system.factor({{{0, 1.0}, {1, 0.5}}, {{0, -0.5}, {1, 1.0}}}));
  // A cycle whose ratios do not multiply to one.
  CHECK_FALSE(system.factor({{{0, 9.0}, {1, 1.0}, {2, 1.0}},
                             {{0, 1.0}, {1, 9.0}, {2, 1.0}},
                             {{0, 2.0}, {1, 1.0}, {2, 9.0}}}));
}
