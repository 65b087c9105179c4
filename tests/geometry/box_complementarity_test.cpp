#include "filippov/geometry/box_complementarity.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "filippov/arithmetic/error.hpp"
#include "filippov/geometry/p_matrix.hpp"
#include "random_points.hpp"

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::Vector2d;
using Eigen::VectorXd;
using filippov::all_solutions;
using filippov::BoxComplementarityStatus;
using filippov::solve_box_complementarity;

namespace {

void check_conditions(const VectorXd& b, const MatrixXd& M, const VectorXd& u, double tolerance) {
  const VectorXd w = b + M * u;
  const double size =
      1e-300 + b.lpNorm<Eigen::Infinity>() + M.cwiseAbs().rowwise().sum().maxCoeff();
  for (Index i = 0; i < b.size(); ++i) {
    CHECK(std::abs(u[i]) <= 1);
    // The natural residual u - clamp(u + w), which is zero exactly at solutions.
    const double residual = u[i] - std::min(1.0, std::max(-1.0, u[i] + w[i] / size));
    CHECK(std::abs(residual) <= tolerance);
  }
}

VectorXd scalar(double value) { return VectorXd::Constant(1, value); }
MatrixXd matrix(double value) { return MatrixXd::Constant(1, 1, value); }

}  // namespace

TEST_CASE("one surface: the table of codimension one") {
  // Attracting: x' = -2 sign(x) + 1 slides with u = 1/2.
  auto found = all_solutions(scalar(1), matrix(-2));
  REQUIRE(found.regular.size() == 1);
  CHECK(found.regular[0].u[0] == doctest::Approx(0.5));
  CHECK(found.regular[0].face == std::vector<int>{0});
  CHECK(found.degenerate.empty());
  // Crossing.
  found = all_solutions(scalar(3), matrix(-2));
  REQUIRE(found.regular.size() == 1);
  CHECK(found.regular[0].face == std::vector<int>{1});
  CHECK(found.regular[0].w[0] == doctest::Approx(1));
  // Repelling: to either side, or stay.
  found = all_solutions(scalar(1), matrix(2));
  CHECK(found.regular.size() == 3);
  // The edge of sliding: u = 1 and w = 0.
  found = all_solutions(scalar(2), matrix(-2));
  CHECK(found.regular.empty());
  REQUIRE(found.degenerate.size() == 1);
  CHECK(found.degenerate[0].u[0] == 1);
  CHECK(solve_box_complementarity(scalar(2), matrix(-2)).solution.degenerate);
  // w = 0 whatever u is: a continuum.
  found = all_solutions(scalar(0), matrix(0));
  CHECK(found.singular.size() == 1);
  // No jump: w = b.
  found = all_solutions(scalar(-1), matrix(0));
  REQUIRE(found.regular.size() == 1);
  CHECK(found.regular[0].u[0] == -1);
  CHECK(found.singular.empty());
}

TEST_CASE("two repelling surfaces have nine solutions") {
  const auto found = all_solutions(Vector2d(0.5, -0.25), MatrixXd::Identity(2, 2));
  CHECK(found.regular.size() == 9);
  CHECK(found.degenerate.empty());
  CHECK(found.singular.empty());
}

TEST_CASE("a P-matrix gives exactly one solution, and both methods find it") {
  std::mt19937 engine(77);
  int tried = 0;
  for (int trial = 0; trial < 400; ++trial) {
    const Index size = 1 + trial % 6;
    MatrixXd M = geometry_test::random_matrix(engine, size, size);
    M.diagonal().array() -= 0.3 * (trial / 6 % 8);
    const VectorXd b = 1.5 * geometry_test::random_matrix(engine, size, 1);
    const auto all = all_solutions(b, M);
    for (const auto& solution : all.regular) check_conditions(b, M, solution.u, 1e-12);
    const auto one = solve_box_complementarity(b, M);
    if (one.status == BoxComplementarityStatus::solved) {
      check_conditions(b, M, one.solution.u, 1e-11);
      bool listed = false;
      for (const auto& solution : all.regular) {
        listed = listed || (solution.u - one.solution.u).norm() <= 1e-9;
      }
      CHECK(listed);
    }
    // Solutions counted with the sign of det(-M_BB) add up to the degree 1: an odd number.
    if (all.degenerate.empty() && all.singular.empty()) CHECK(all.regular.size() % 2 == 1);
    if (!filippov::is_p_matrix(-M)) continue;
    ++tried;
    CHECK(all.regular.size() == 1);
    CHECK(one.status == BoxComplementarityStatus::solved);
    CHECK_FALSE(one.regularised);
  }
  CHECK(tried > 100);
}

TEST_CASE("degenerate problems with small integers") {
  std::mt19937 engine(6);
  for (int trial = 0; trial < 300; ++trial) {
    const Index size = 1 + trial % 4;
    const MatrixXd M = geometry_test::random_grid(engine, size, size);
    const VectorXd b = geometry_test::random_grid(engine, size, 1);
    const auto all = all_solutions(b, M);
    for (const auto* list : {&all.regular, &all.degenerate, &all.singular}) {
      for (const auto& solution : *list) check_conditions(b, M, solution.u, 1e-9);
    }
    // By Brouwer's theorem there is always a solution.
    CHECK(all.regular.size() + all.degenerate.size() + all.singular.size() >= 1);
    const auto one = solve_box_complementarity(b, M);
    if (one.status == BoxComplementarityStatus::solved) {
      check_conditions(b, M, one.solution.u, 1e-11);
    }
  }
}

TEST_CASE("dependent surfaces: singular semidefinite matrices are solved") {
  std::mt19937 engine(9);
  for (int trial = 0; trial < 200; ++trial) {
    const Index size = 2 + trial % 12;
    const Index rank = 1 + trial % std::min<Index>(size - 1, 3);
    const MatrixXd normals = trial % 2 == 0 ? geometry_test::random_matrix(engine, rank, size)
                                            : geometry_test::random_grid(engine, rank, size);
    const MatrixXd M = -normals.transpose() * normals;
    const VectorXd b = normals.transpose() * geometry_test::random_matrix(engine, rank, 1) * 2;
    const auto one = solve_box_complementarity(b, M);
    REQUIRE(one.status == BoxComplementarityStatus::solved);
    check_conditions(b, M, one.solution.u, 1e-10);
  }
}

TEST_CASE("two hundred surfaces") {
  std::mt19937 engine(1);
  const Index size = 200;
  const MatrixXd root = geometry_test::random_matrix(engine, size, size);
  const MatrixXd skew = geometry_test::random_matrix(engine, size, size);
  MatrixXd M = -root * root.transpose() / 10 + 3 * (skew - skew.transpose());
  M.diagonal().array() -= 0.1;
  const VectorXd b = 20 * geometry_test::random_matrix(engine, size, 1);
  const auto one = solve_box_complementarity(b, M);
  REQUIRE(one.status == BoxComplementarityStatus::solved);
  check_conditions(b, M, one.solution.u, 1e-11);
  CHECK(one.pivots <= 1000);
  CHECK_FALSE(one.regularised);
}

TEST_CASE("the path leads to a solution of any generic problem") {
  std::mt19937 engine(23);
  for (int trial = 0; trial < 100; ++trial) {
    const Index size = 5 + trial % 20;
    const MatrixXd M = geometry_test::random_matrix(engine, size, size);
    const VectorXd b = geometry_test::random_matrix(engine, size, 1);
    const auto one = solve_box_complementarity(b, M);
    REQUIRE(one.status == BoxComplementarityStatus::solved);
    check_conditions(b, M, one.solution.u, 1e-11);
  }
}

TEST_CASE("sizes that do not fit are errors") {
  CHECK_THROWS_AS(solve_box_complementarity(scalar(1), MatrixXd::Identity(2, 2)), filippov::Error);
  CHECK_THROWS_AS(all_solutions(VectorXd::Ones(11), MatrixXd::Identity(11, 11)), filippov::Error);
  CHECK(solve_box_complementarity(VectorXd(0), MatrixXd(0, 0)).status ==
        BoxComplementarityStatus::solved);
}
