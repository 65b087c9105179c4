#include "filippov/geometry/zonotope.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "filippov/arithmetic/error.hpp"
#include "filippov/geometry/polytope.hpp"
#include "random_points.hpp"

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::Vector2d;
using Eigen::VectorXd;
using filippov::Polytope;
using filippov::Zonotope;

namespace {

MatrixXd all_sign_combinations(const Zonotope& zonotope) {
  const Index count = zonotope.generators().cols();
  MatrixXd points(zonotope.dimension(), Index{1} << count);
  for (Index bits = 0; bits < points.cols(); ++bits) {
    points.col(bits) = zonotope.center();
    for (Index j = 0; j < count; ++j) {
      points.col(bits) += (bits >> j & 1 ? 1.0 : -1.0) * zonotope.generators().col(j);
    }
  }
  return points;
}

}  // namespace

TEST_CASE("support function of a hexagon") {
  MatrixXd generators(2, 3);
  generators << 1, 0, 1, 0, 1, 1;
  const Zonotope hexagon(Vector2d(5, 0), generators);
  CHECK(hexagon.support(Vector2d(1, 0)) == 7);
  CHECK(hexagon.support(Vector2d(-1, 1)) == -3);
  CHECK(hexagon.support_point(Vector2d(1, 1)) == Vector2d(7, 2));
  CHECK(hexagon.vertices().cols() == 6);
  const auto nearest = hexagon.minimum_norm_point();
  CHECK((nearest.point - Vector2d(3, 0)).norm() <= 1e-15);
  CHECK((hexagon.center() + generators * nearest.coefficients - nearest.point).norm() <= 1e-15);
}

TEST_CASE("parallel and zero generators are merged") {
  MatrixXd generators(2, 5);
  generators << 1, -2, 0, 0, 0.5, 1, -2, 0, 3, 0.5;
  const Zonotope zonotope(Vector2d(0, 0), generators);
  CHECK(zonotope.with_merged_generators().generators().cols() == 2);
  CHECK(zonotope.vertices().cols() == 4);
  for (int k = 0; k < 20; ++k) {
    const Vector2d direction(std::cos(0.3 * k), std::sin(0.3 * k));
    CHECK(zonotope.support(direction) ==
          doctest::Approx(zonotope.with_merged_generators().support(direction)));
  }
  // Opposite generators: the support point is a vertex even where both are orthogonal to the
  // direction.
  MatrixXd opposite(2, 2);
  opposite << 1, -1, 0, 0;
  CHECK(Zonotope(Vector2d(0, 0), opposite).support_point(Vector2d(0, 1)) == Vector2d(2, 0));

  const Zonotope point(Vector2d(1, 2), MatrixXd(2, 0));
  CHECK(point.vertices() == Vector2d(1, 2));
  CHECK(point.minimum_norm_point().point == Vector2d(1, 2));
}

TEST_CASE("a zonotope is the polytope of its sign combinations") {
  std::mt19937 engine(31);
  for (int trial = 0; trial < 200; ++trial) {
    const Index dimension = 1 + trial % 4;
    const Index count = trial / 4 % 8;
    const bool grid = trial % 2 == 0;
    const VectorXd center = 3 * geometry_test::random_matrix(engine, dimension, 1);
    const Zonotope zonotope(grid ? VectorXd(center.array().round()) : center,
                            grid ? geometry_test::random_grid(engine, dimension, count)
                                 : geometry_test::random_matrix(engine, dimension, count));
    const Polytope polytope(all_sign_combinations(zonotope));
    const auto nearest = zonotope.minimum_norm_point();
    CHECK((nearest.point - polytope.minimum_norm_point().point).norm() <= 1e-13);
    CHECK(
        (zonotope.center() + zonotope.generators() * nearest.coefficients - nearest.point).norm() <=
        1e-13);
    CHECK(nearest.lower_bound <= nearest.point.norm());
    CHECK(zonotope.vertices().cols() == polytope.vertices().cols());
    for (int sample = 0; sample < 10; ++sample) {
      const VectorXd direction = geometry_test::random_matrix(engine, dimension, 1);
      CHECK(zonotope.support(direction) == doctest::Approx(polytope.support(direction)));
      const VectorXd x = 5 * geometry_test::random_matrix(engine, dimension, 1);
      const auto membership = zonotope.contains(x);
      CHECK(membership.distance == doctest::Approx(polytope.contains(x).distance).epsilon(1e-9));
      if (!membership.inside) {
        CHECK(membership.separator.dot(x) > zonotope.support(membership.separator));
      }
    }
  }
}

TEST_CASE("many generators are no obstacle") {
  std::mt19937 engine(2);
  for (const Index count : {50, 2000}) {
    const MatrixXd generators = geometry_test::random_matrix(engine, 6, count);
    const VectorXd center = VectorXd::Constant(6, 0.9 * static_cast<double>(count));
    const Zonotope zonotope(center, generators);
    const auto nearest = zonotope.minimum_norm_point();
    const double norm = nearest.point.norm();
    CHECK(norm > 1);
    CHECK(nearest.coefficients.cwiseAbs().maxCoeff() <= 1);
    // <p, v> >= |p|^2 for all v: support in the direction -p.
    CHECK(-zonotope.support(-nearest.point) >= norm * norm * (1 - 1e-12));
    CHECK(zonotope.contains(center + 0.4 * generators.rowwise().sum()).inside == true);
    CHECK_THROWS_AS(zonotope.vertices(), filippov::Error);
  }
}
