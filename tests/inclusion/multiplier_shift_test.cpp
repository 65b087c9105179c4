#include "../../lib/inclusion/multiplier_shift.hpp"

#include <doctest/doctest.h>

using namespace filippov::detail;
using Eigen::MatrixXd;
using Eigen::Vector3d;
using Eigen::VectorXd;

TEST_CASE("multipliers of dependent columns are moved into the box where they fit") {
  const MatrixXd columns{{1, 1, 1}, {2, 2, 2}};
  const Vector3d u(1.5, -0.25, -0.5);
  const VectorXd z = multiplier_shift(columns, u);
  CHECK((columns * z).lpNorm<Eigen::Infinity>() < 1e-14);
  CHECK((u + z).lpNorm<Eigen::Infinity>() < 0.252);  // 0.75 = u_1 + u_2 + u_3
}

TEST_CASE("multipliers stay where they are in the box, or where none are in it") {
  const MatrixXd columns{{1, 1, 1}};
  CHECK(multiplier_shift(columns, Vector3d(0.5, -0.9, 0.2)).isZero(0));
  CHECK(multiplier_shift(columns, Vector3d(3, 3, -2)).isZero(0));  // their sum is beyond 3
  CHECK(multiplier_shift(MatrixXd::Identity(3, 3), Vector3d(2, 0, 0)).isZero(0));
}
