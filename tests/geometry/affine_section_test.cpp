#include "filippov/geometry/affine_section.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "filippov/arithmetic/error.hpp"
#include "filippov/geometry/polytope.hpp"
#include "random_points.hpp"

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::Vector2d;
using Eigen::VectorXd;
using filippov::AffineSection;
using filippov::intersection_dimension;
using filippov::minimum_norm_point;

TEST_CASE("sliding velocity on one surface") {
  // f- = (1, 2), f+ = (1, -1), surface x2 = 0: the hull meets it in (1, 0).
  MatrixXd modes(2, 2);
  modes << 1, 1, 2, -1;
  const MatrixXd normal = Vector2d(0, 1);
  const VectorXd zero = VectorXd::Zero(1);
  const auto sliding = minimum_norm_point(modes, normal, zero);
  REQUIRE(sliding);
  CHECK((sliding->point - Vector2d(1, 0)).norm() <= 1e-15);
  CHECK(sliding->weights[0] == doctest::Approx(1.0 / 3));
  CHECK(intersection_dimension(modes, normal, zero) == 0);
  // Both to one side: nothing is tangent.
  modes(1, 1) = 1;
  CHECK_FALSE(minimum_norm_point(modes, normal, zero));
  CHECK(intersection_dimension(modes, normal, zero) == -1);
  CHECK_THROWS_AS(AffineSection(modes, normal, zero).support_point(Vector2d(1, 0)),
                  filippov::Error);
  // Both tangent: a segment.
  modes << 1, -3, 0, 0;
  CHECK(intersection_dimension(modes, normal, zero) == 1);
  CHECK(minimum_norm_point(modes, normal, zero)->point.norm() <= 1e-15);
  // One touches.
  modes << 1, -3, 0, 2;
  CHECK(intersection_dimension(modes, normal, zero) == 0);
  CHECK(minimum_norm_point(modes, normal, zero)->point == Vector2d(1, 0));
}

TEST_CASE("sections of the cube") {
  MatrixXd cube(3, 8);
  for (int bits = 0; bits < 8; ++bits) {
    for (int i = 0; i < 3; ++i) cube(i, bits) = (bits >> i & 1) ? 1 : -1;
  }
  const VectorXd normal = VectorXd::Ones(3);
  const auto dimension = [&](double offset) {
    return intersection_dimension(cube, normal, VectorXd::Constant(1, offset));
  };
  CHECK(dimension(0) == 2);
  CHECK(dimension(1) == 2);
  CHECK(dimension(3) == 0);
  CHECK(dimension(3 + 1e-9) == -1);
  const AffineSection hexagon(cube, normal, VectorXd::Zero(1));
  CHECK(hexagon.support(VectorXd::Unit(3, 0)) == doctest::Approx(1));
  CHECK(hexagon.support(Eigen::Vector3d(1, 0, -1)) == doctest::Approx(2));
  CHECK(hexagon.support(Eigen::Vector3d(2, 1, 1)) == doctest::Approx(1));
  CHECK((minimum_norm_point(cube, normal, VectorXd::Constant(1, 1.5))->point -
         VectorXd::Constant(3, 0.5))
            .norm() <= 1e-15);
  // No normals, dependent normals, zero normals.
  CHECK(intersection_dimension(cube, MatrixXd(3, 0), VectorXd(0)) == 3);
  MatrixXd dependent(3, 4);
  dependent << 1, -2, 0, 1e-3, 1, -2, 0, 1e-3, 1, -2, 0, 1e-3;
  CHECK(intersection_dimension(cube, dependent, VectorXd::Zero(4)) == 2);
  CHECK(intersection_dimension(cube, dependent, VectorXd::Unit(4, 2)) == -1);
  CHECK(intersection_dimension(cube, MatrixXd::Identity(3, 3), VectorXd::Zero(3)) == 0);
  CHECK(intersection_dimension(cube, MatrixXd::Identity(3, 2), VectorXd::Ones(2)) == 1);
}

TEST_CASE("random sections: feasible, optimal, of the expected dimension") {
  std::mt19937 engine(17);
  for (int trial = 0; trial < 400; ++trial) {
    const Index dimension = 2 + trial % 4;
    const Index count = 2 + trial / 4 % 12;
    const Index surfaces = trial / 7 % dimension;
    const bool grid = trial % 2 == 0;
    const MatrixXd points = grid ? geometry_test::random_grid(engine, dimension, count)
                                 : geometry_test::random_matrix(engine, dimension, count);
    const MatrixXd normals = grid ? geometry_test::random_grid(engine, dimension, surfaces)
                                  : geometry_test::random_matrix(engine, dimension, surfaces);
    // Through a point of the hull: a vertex, a point of an edge or an inner point.
    VectorXd weights = VectorXd::Zero(count);
    for (Index i = 0; i < std::min<Index>(count, 1 + trial % 5); ++i) weights[i] = 1;
    weights /= weights.sum();
    const VectorXd offsets = normals.transpose() * (points * weights);

    const auto found = minimum_norm_point(points, normals, offsets);
    REQUIRE(found);
    CHECK(found->weights.minCoeff() >= 0);
    CHECK(found->weights.sum() == doctest::Approx(1).epsilon(1e-14));
    CHECK((points * found->weights - found->point).norm() <= 1e-13);
    CHECK((normals.transpose() * found->point - offsets).norm() <= 1e-11);
    const AffineSection section(points, normals, offsets);
    CHECK(-section.support(-found->point) >= found->point.squaredNorm() - 1e-12);
    // No point of the section that a random search finds is shorter.
    CHECK(found->point.norm() <= (points * weights).norm() + 1e-12);

    // The dimension of the section's vertices, collected from many directions.
    MatrixXd collected(dimension, 60);
    for (Index k = 0; k < collected.cols(); ++k) {
      collected.col(k) = section.support_point(geometry_test::random_matrix(engine, dimension, 1));
    }
    CHECK(intersection_dimension(points, normals, offsets) ==
          filippov::affine_dimension(filippov::Polytope(collected), 1e-10));
  }
}
