#include "filippov/geometry/p_matrix.hpp"

#include <doctest/doctest.h>

#include <Eigen/LU>
#include <cmath>
#include <vector>

#include "filippov/arithmetic/error.hpp"
#include "random_points.hpp"

using Eigen::Index;
using Eigen::MatrixXd;
using filippov::has_positive_definite_symmetric_part;
using filippov::is_p_matrix;

namespace {

double smallest_principal_minor(const MatrixXd& A) {
  double smallest = 1e300;
  for (int bits = 1; bits < 1 << A.rows(); ++bits) {
    std::vector<Index> rows;
    for (Index i = 0; i < A.rows(); ++i) {
      if (bits >> i & 1) rows.push_back(i);
    }
    smallest = std::min(smallest, MatrixXd(A(rows, rows)).determinant());
  }
  return smallest;
}

}  // namespace

TEST_CASE("P-matrices: small cases") {
  MatrixXd A(2, 2);
  A << 1, -3, 0, 1;  // not positive definite
  CHECK(is_p_matrix(A));
  CHECK_FALSE(has_positive_definite_symmetric_part(A));
  A << 1, 2, 2, 1;
  CHECK_FALSE(is_p_matrix(A));
  A << 1, 1, 1, 1;
  CHECK_FALSE(is_p_matrix(A));
  CHECK_FALSE(has_positive_definite_symmetric_part(A));
  A << 0, 1, -1, 0;
  CHECK_FALSE(is_p_matrix(A));
  A << 1, 5, -5, 1;
  CHECK(is_p_matrix(A));
  CHECK(has_positive_definite_symmetric_part(A));
  CHECK(is_p_matrix(MatrixXd(0, 0)));
  CHECK(has_positive_definite_symmetric_part(MatrixXd(0, 0)));
  CHECK_FALSE(is_p_matrix(MatrixXd::Zero(1, 1)));
  CHECK_FALSE(has_positive_definite_symmetric_part(MatrixXd::Zero(3, 3)));
  CHECK_THROWS_AS(is_p_matrix(MatrixXd::Ones(2, 3)), filippov::Error);
  CHECK_THROWS_AS(is_p_matrix(MatrixXd::Identity(30, 30)), filippov::Error);
}

TEST_CASE("the recursive test agrees with all principal minors") {
  std::mt19937 engine(13);
  int positive = 0;
  for (int trial = 0; trial < 500; ++trial) {
    const Index size = 1 + trial % 6;
    MatrixXd A = geometry_test::random_matrix(engine, size, size);
    A.diagonal().array() += 0.2 * (trial / 6 % 7);
    const double smallest = smallest_principal_minor(A);
    if (std::abs(smallest) < 1e-9) continue;
    CHECK(is_p_matrix(A) == (smallest > 0));
    positive += smallest > 0;
    if (has_positive_definite_symmetric_part(A)) CHECK(is_p_matrix(A));
  }
  CHECK(positive > 50);
}
