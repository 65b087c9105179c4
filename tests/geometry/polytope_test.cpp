#include "filippov/geometry/polytope.hpp"

#include <doctest/doctest.h>

#include "filippov/arithmetic/error.hpp"
#include "random_points.hpp"

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::Vector2d;
using Eigen::VectorXd;
using filippov::Membership;
using filippov::Polytope;

TEST_CASE("support function of a square") {
  MatrixXd points(2, 5);
  points << 1, 1, -1, -1, 0, 1, -1, 1, -1, 0;
  const Polytope square(points);
  CHECK(square.dimension() == 2);
  CHECK(square.support(Vector2d(3, -2)) == 5);
  CHECK(square.support_point(Vector2d(3, -2)) == Vector2d(1, -1));
  CHECK_THROWS_AS(square.support(VectorXd::Ones(3)), filippov::Error);
}

TEST_CASE("membership comes with its certificate") {
  MatrixXd triangle(2, 3);
  triangle << 2, 0, -1, 0, 1, -1;
  const Polytope polytope(triangle);

  const Membership zero = polytope.contains(Vector2d(0, 0));
  CHECK(zero.inside);
  CHECK((triangle * zero.coordinates).norm() <= 1e-15);
  CHECK(zero.coordinates.minCoeff() >= 0);

  const Membership far = polytope.contains(Vector2d(2, 1));
  CHECK_FALSE(far.inside);
  CHECK(far.distance == doctest::Approx(2 / std::sqrt(5.0)));
  CHECK(far.separator.dot(Vector2d(2, 1)) - polytope.support(far.separator) ==
        doctest::Approx(far.distance));
  CHECK(polytope.contains(Vector2d(2, 0)).inside);
  CHECK(polytope.contains(Vector2d(2 + 1e-6, 0), 1e-5).inside);
  CHECK_FALSE(polytope.contains(Vector2d(2 + 1e-6, 0)).inside);
}

TEST_CASE("vertices: duplicates and points of the hull of others go") {
  MatrixXd points(2, 9);
  points << 1, 1, 1, -1, -1, 0, 1, 0.5, 1 + 1e-15,  //
      1, -1, 1, 1, -1, 0, 0, -1, 1;
  CHECK(filippov::extreme_columns(points) == std::vector<Index>{0, 1, 3, 4});
  CHECK(Polytope(points).vertices().cols() == 4);

  CHECK(filippov::extreme_columns(MatrixXd::Zero(3, 5)) == std::vector<Index>{0});
  MatrixXd line(1, 4);
  line << 0.5, 2, -1, 2;
  CHECK(filippov::extreme_columns(line) == std::vector<Index>{1, 2});
}

TEST_CASE("the hull of the vertices is the hull of the points") {
  std::mt19937 engine(3);
  for (int trial = 0; trial < 100; ++trial) {
    const Index dimension = 1 + trial % 4;
    const MatrixXd points = geometry_test::random_grid(engine, dimension, 12);
    const Polytope all(points);
    const Polytope reduced(all.vertices());
    for (Index j = 0; j < points.cols(); ++j) CHECK(reduced.contains(points.col(j)).inside);
    for (Index j = 0; j < reduced.points().cols(); ++j) {
      std::vector<Index> others;
      for (Index i = 0; i < reduced.points().cols(); ++i) {
        if (i != j) others.push_back(i);
      }
      if (others.empty()) continue;
      const Polytope rest(reduced.points()(Eigen::all, others));
      CHECK_FALSE(rest.contains(reduced.points().col(j)).inside);
    }
  }
}

TEST_CASE("affine dimension") {
  CHECK(filippov::affine_dimension(Polytope(MatrixXd::Constant(4, 3, 2.0))) == 0);
  CHECK(filippov::affine_dimension(Polytope(MatrixXd::Identity(4, 4))) == 3);
  CHECK(filippov::affine_dimension(Polytope(MatrixXd::Identity(4, 2))) == 1);
  std::mt19937 engine(8);
  for (int rank = 0; rank <= 5; ++rank) {
    const MatrixXd points = geometry_test::random_matrix(engine, 5, rank) *
                            geometry_test::random_matrix(engine, rank, 9);
    CHECK(filippov::affine_dimension(Polytope(points)) == rank);
  }
}
