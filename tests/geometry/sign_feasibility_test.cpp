#include "filippov/geometry/sign_feasibility.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <set>

#include "filippov/arithmetic/error.hpp"
#include "random_points.hpp"

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;
using filippov::feasible_sign_patterns;
using filippov::is_feasible;
using filippov::SignCell;
using filippov::SignPattern;

namespace {

std::set<SignPattern> patterns(const std::vector<SignCell>& cells) {
  std::set<SignPattern> result;
  for (const SignCell& cell : cells) result.insert(cell.signs);
  CHECK(result.size() == cells.size());
  return result;
}

void check_witnesses(const MatrixXd& normals, const std::vector<SignCell>& cells) {
  for (const SignCell& cell : cells) {
    for (Index j = 0; j < normals.cols(); ++j) {
      const double value = normals.col(j).dot(cell.direction);
      if (cell.signs[j] == 0) {
        CHECK(normals.col(j).norm() == 0);
      } else {
        CHECK(cell.signs[j] * value >= (cell.margin - 1e-14) * normals.col(j).norm());
        CHECK(cell.signs[j] * value > 0);
      }
    }
  }
}

/// The number of cells of `count` generic hyperplanes through 0 in R^dimension.
long generic_cells(int dimension, int count) {
  long sum = 0;
  long binomial = 1;
  for (int i = 0; i < dimension; ++i) {
    sum += binomial;
    binomial = binomial * (count - 1 - i) / (i + 1);
  }
  return 2 * sum;
}

}  // namespace

TEST_CASE("three lines through a point have six cells, not eight") {
  MatrixXd normals(2, 3);
  normals << 1, 0, 1, 0, 1, 1;
  const auto cells = feasible_sign_patterns(normals);
  CHECK(cells.size() == 6);
  check_witnesses(normals, cells);
  CHECK(patterns(cells).count({1, 1, -1}) == 0);
  CHECK(patterns(cells).count({-1, -1, 1}) == 0);
  CHECK_FALSE(is_feasible(normals, {1, 1, -1}));
  CHECK(is_feasible(normals, {1, -1, -1}));
  // Normals that are dependent only up to rounding, and of any length.
  for (int k = 1; k < 50; ++k) {
    const double angle = 0.1 * k;
    MatrixXd turned(2, 3);
    turned << std::cos(angle), std::cos(angle + 2), 0, std::sin(angle), std::sin(angle + 2), 0;
    turned.col(2) = (0.1 * k * turned.col(0) + turned.col(1) / 3) * std::pow(10.0, k - 25);
    CHECK(feasible_sign_patterns(turned).size() == 6);
  }
}

TEST_CASE("duplicates, opposite normals and zero forms") {
  MatrixXd normals(2, 4);
  normals << 1, 2, -0.1, 0, 1, 2, -0.1, 0;
  const auto cells = feasible_sign_patterns(normals);
  CHECK(patterns(cells) == std::set<SignPattern>{{-1, -1, 1, 0}, {1, 1, -1, 0}});
  check_witnesses(normals, cells);
  CHECK_FALSE(is_feasible(normals, {1, 1, -1, 1}));
  CHECK(is_feasible(normals, {1, 1, -1, 0}));
  CHECK_FALSE(is_feasible(normals, {1, 1, 1, 0}));
  CHECK(is_feasible(normals, {0, 0, 0, 0}));
  CHECK(feasible_sign_patterns(MatrixXd(3, 0)).size() == 1);
  CHECK(feasible_sign_patterns(MatrixXd::Zero(1, 2)).front().signs == SignPattern{0, 0});
}

TEST_CASE("generic planes: the number of cells of Schläfli's formula") {
  std::mt19937 engine(21);
  for (int dimension = 1; dimension <= 4; ++dimension) {
    for (int count = 1; count <= 8; ++count) {
      const MatrixXd normals = geometry_test::random_matrix(engine, dimension, count);
      const auto cells = feasible_sign_patterns(normals);
      CHECK(static_cast<long>(cells.size()) == generic_cells(dimension, count));
      check_witnesses(normals, cells);
    }
  }
  // 20 independent-looking forms in the plane: 40 cells of 2^20 patterns.
  CHECK(feasible_sign_patterns(geometry_test::random_matrix(engine, 2, 20)).size() == 40);
}

TEST_CASE("enumeration agrees with deciding all patterns, and with random directions") {
  std::mt19937 engine(4);
  for (int trial = 0; trial < 60; ++trial) {
    const Index dimension = 1 + trial % 4;
    const Index count = 1 + trial % 6;
    const MatrixXd normals = geometry_test::random_grid(engine, dimension, count);
    const auto cells = feasible_sign_patterns(normals);
    check_witnesses(normals, cells);
    const auto found = patterns(cells);

    std::set<SignPattern> decided;
    for (int bits = 0; bits < 1 << count; ++bits) {
      SignPattern signs(count);
      for (Index j = 0; j < count; ++j) {
        signs[j] = normals.col(j).isZero(0) ? 0 : (bits >> j & 1) ? 1 : -1;
      }
      if (is_feasible(normals, signs)) decided.insert(signs);
    }
    CHECK(found == decided);

    std::set<SignPattern> sampled;
    for (int sample = 0; sample < 4000; ++sample) {
      const VectorXd direction = geometry_test::random_matrix(engine, dimension, 1);
      SignPattern signs(count);
      for (Index j = 0; j < count; ++j) {
        const double value = normals.col(j).dot(direction);
        signs[j] = (value > 0) - (value < 0);
      }
      sampled.insert(signs);
    }
    for (const SignPattern& signs : sampled) CHECK(found.count(signs) == 1);
    for (const SignPattern& signs : found) {
      // A cone around a ball of this size cannot escape the sample.
      if (filippov::widest_direction(normals, signs).margin > 0.3) CHECK(sampled.count(signs) == 1);
    }
  }
}

TEST_CASE("the margin is the widest one") {
  MatrixXd normals(2, 2);
  normals << 1, 0, 0, 5;
  const SignCell cell = filippov::widest_direction(normals, {1, -1});
  CHECK(cell.margin == doctest::Approx(std::sqrt(0.5)));
  CHECK(cell.direction[0] == doctest::Approx(std::sqrt(0.5)));
  CHECK(cell.direction[1] == doctest::Approx(-std::sqrt(0.5)));
  CHECK_THROWS_AS(filippov::widest_direction(normals, {1}), filippov::Error);
}

TEST_CASE("forms that depend on earlier signs") {
  // | |x1| - |x2| |: h1 = x1, h2 = x2, h3 = s1 x1 - s2 x2. All eight patterns occur, each quadrant
  // being cut in two; as a fixed arrangement four lines would give eight as well, but no fixed
  // third normal does.
  const auto cells =
      feasible_sign_patterns(2, 3, [](Index j, const SignPattern& earlier) -> VectorXd {
        if (j == 0) return Eigen::Vector2d(1, 0);
        if (j == 1) return Eigen::Vector2d(0, 1);
        return Eigen::Vector2d(earlier[0], -earlier[1]);
      });
  CHECK(cells.size() == 8);
  // | |x1| + |x2| |: the third form is positive in every quadrant.
  const auto positive =
      feasible_sign_patterns(2, 3, [](Index j, const SignPattern& earlier) -> VectorXd {
        if (j == 0) return Eigen::Vector2d(1, 0);
        if (j == 1) return Eigen::Vector2d(0, 1);
        return Eigen::Vector2d(earlier[0], earlier[1]);
      });
  CHECK(positive.size() == 4);
  for (const SignCell& cell : positive) CHECK(cell.signs[2] == 1);
  // | x + |x| |: where x < 0 the second form vanishes identically.
  const auto half = feasible_sign_patterns(1, 2, [](Index j, const SignPattern& earlier) {
    return VectorXd::Constant(1, j == 0 ? 1.0 : 1.0 + earlier[0]);
  });
  CHECK(patterns(half) == std::set<SignPattern>{{-1, 0}, {1, 1}});
}

TEST_CASE("the list of patterns ends where it grows too long") {
  const MatrixXd independent = MatrixXd::Identity(12, 12);
  filippov::SignFeasibilityOptions options;
  options.most = 100;
  CHECK(feasible_sign_patterns(independent, options).size() == 101);
  CHECK(feasible_sign_patterns(independent.leftCols(5), options).size() == 32);
}
