#include "filippov/geometry/minimum_norm_point.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "filippov/arithmetic/error.hpp"
#include "filippov/geometry/polytope.hpp"
#include "random_points.hpp"

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;
using filippov::minimum_norm_point;
using filippov::MinimumNormPoint;

namespace {

/// The conditions that characterise the answer, relative to the size of the points.
void check_optimal(const MatrixXd& points, const MinimumNormPoint& found) {
  const double size = std::max(1e-300, points.colwise().norm().maxCoeff());
  const double norm = found.point.norm();
  CHECK((found.vertices * found.weights - found.point).norm() <= 1e-14 * size);
  CHECK(found.weights.minCoeff() >= 0);
  CHECK(std::abs(found.weights.sum() - 1) <= 1e-14);
  CHECK(found.lower_bound <= norm);
  for (std::size_t i = 0; i < found.columns.size(); ++i) {
    CHECK(found.vertices.col(static_cast<Index>(i)) == points.col(found.columns[i]));
  }
  if (norm <= 1e-14 * size) return;
  for (Index j = 0; j < points.cols(); ++j) {
    CHECK(found.point.dot(points.col(j) - found.point) >= -1e-13 * norm * size);
  }
}

}  // namespace

TEST_CASE("minimum-norm points known in closed form") {
  MatrixXd segment(2, 2);
  segment << 2, 0, 0, 1;
  const MinimumNormPoint on_segment = minimum_norm_point(segment);
  CHECK(on_segment.point[0] == doctest::Approx(0.4).epsilon(1e-15));
  CHECK(on_segment.point[1] == doctest::Approx(0.8).epsilon(1e-15));
  CHECK(on_segment.lower_bound == doctest::Approx(std::sqrt(0.8)).epsilon(1e-14));

  // The Clarke gradient of max(2 x1, x2, -x1 - x2) at 0.
  MatrixXd triangle(2, 3);
  triangle << 2, 0, -1, 0, 1, -1;
  const MinimumNormPoint inside = minimum_norm_point(triangle);
  CHECK(inside.point.norm() <= 1e-15);
  CHECK(inside.lower_bound == 0);
  check_optimal(triangle, inside);

  // The simplex in R^n is nearest to 0 at its barycentre.
  const MatrixXd simplex = MatrixXd::Identity(7, 7);
  CHECK((minimum_norm_point(simplex).point - VectorXd::Constant(7, 1.0 / 7)).norm() <= 1e-15);

  MatrixXd square(2, 4);
  square << 1, 3, 3, 1, -1, -1, 1, 1;
  CHECK((minimum_norm_point(square).point - Eigen::Vector2d(1, 0)).norm() <= 1e-15);

  CHECK(minimum_norm_point(MatrixXd::Zero(3, 4)).point == VectorXd::Zero(3));
  CHECK(minimum_norm_point(MatrixXd::Constant(3, 4, 2.0)).point == VectorXd::Constant(3, 2.0));
  CHECK(minimum_norm_point(MatrixXd::Constant(1, 1, -5.0)).point[0] == -5.0);
}

TEST_CASE("random minimum-norm points satisfy the optimality condition") {
  std::mt19937 engine(11);
  for (int trial = 0; trial < 600; ++trial) {
    const Index dimension = 1 + trial % 6;
    const Index count = 1 + (trial / 6) % 17;
    MatrixXd points = geometry_test::random_matrix(engine, dimension, count);
    if (trial % 3 == 1) points = geometry_test::random_grid(engine, dimension, count);
    if (trial % 3 == 2) points.row(0).array() += 1.5;
    check_optimal(points, minimum_norm_point(points));
    const MinimumNormPoint by_oracle = minimum_norm_point(filippov::Polytope(points));
    CHECK((by_oracle.point - minimum_norm_point(points).point).norm() <= 1e-13);
    check_optimal(points, by_oracle);
  }
}

TEST_CASE("nearly equal and nearly dependent points") {
  std::mt19937 engine(5);
  for (int trial = 0; trial < 300; ++trial) {
    const Index dimension = 2 + trial % 4;
    MatrixXd points = geometry_test::random_matrix(engine, dimension, 5);
    const double perturbation = std::pow(10.0, -(trial % 17));
    MatrixXd all(dimension, 15);
    all << points, points + perturbation * geometry_test::random_matrix(engine, dimension, 5),
        points;
    check_optimal(all, minimum_norm_point(all));
  }
  // 0 is outside by 1e-9, at the end of a needle of length 1 and width 1e-9.
  MatrixXd needle(2, 3);
  needle << -1, 1, 0, 1e-9, 1e-9, 2e-9;
  CHECK(minimum_norm_point(needle).point[1] == doctest::Approx(1e-9).epsilon(1e-12));
  CHECK(minimum_norm_point(needle).lower_bound == doctest::Approx(1e-9).epsilon(1e-6));
}

TEST_CASE("the scale of the points does not matter") {
  MatrixXd segment(2, 2);
  segment << 2, 0, 0, 1;
  for (const double scale : {1e-320, 1e-200, 1e-9, 1e200, 5e307}) {
    const VectorXd point = minimum_norm_point(scale * segment).point;
    const double accuracy = scale < 1e-300 ? 1e-3 : 1e-14;
    CHECK(point[0] / scale == doctest::Approx(0.4).epsilon(accuracy));
    CHECK(point[1] / scale == doctest::Approx(0.8).epsilon(accuracy));
  }
}

TEST_CASE("a set without points and an entry that is not finite are errors") {
  CHECK_THROWS_AS(minimum_norm_point(MatrixXd(2, 0)), filippov::Error);
  MatrixXd bad = MatrixXd::Ones(2, 2);
  bad(1, 0) = std::numeric_limits<double>::quiet_NaN();
  CHECK_THROWS_WITH_AS(minimum_norm_point(bad),
                       "minimum_norm_point: entry (1, 0) is nan, expected a finite number",
                       filippov::Error);
}
