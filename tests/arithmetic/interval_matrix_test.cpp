#include "filippov/arithmetic/interval_matrix.hpp"

#include <doctest/doctest.h>

#include <limits>

#include "../../lib/arithmetic/infinity.hpp"
#include "filippov/arithmetic/error.hpp"

using namespace filippov;

namespace {

using filippov::detail::infinity;

IntervalMatrix matrix(Eigen::Index rows, Eigen::Index columns, std::vector<Interval> entries) {
  return IntervalMatrix::from_rows(entries, rows, columns);
}

bool same(const IntervalMatrix& a, const IntervalMatrix& b) {
  return a.contains(b) && b.contains(a);
}

}  // namespace

TEST_CASE("entries, ends and shapes") {
  IntervalMatrix a = matrix(2, 3, {1, 2, 3, 4, Interval(5, 7), 6});
  CHECK_EQ(a.rows(), 2);
  CHECK_EQ(a.columns(), 3);
  CHECK(identical(a(1, 1), Interval(5, 7)));
  CHECK_EQ(a.lower()(1, 1), 5);
  CHECK_EQ(a.upper()(1, 1), 7);
  CHECK_EQ(a.midpoint()(1, 1), 6);
  CHECK_EQ(a.magnitude()(1, 1), 7);
  CHECK(identical(a.transpose()(2, 0), 3));
  CHECK_FALSE(a.is_point());
  a.set(1, 1, 5);
  CHECK(a.is_point());
  CHECK(a.is_bounded());
  a.set(0, 0, Interval::entire());
  CHECK_FALSE(a.is_bounded());
  CHECK(IntervalMatrix(2, 2).contains(Eigen::MatrixXd::Zero(2, 2)));
  const IntervalMatrix tenths = IntervalMatrix::around(Eigen::MatrixXd::Constant(1, 1, 1),
                                                       Eigen::MatrixXd::Constant(1, 1, 0.1));
  CHECK(tenths(0, 0).contains(Interval::from_decimal("0.9")));
}

TEST_CASE("sums, products and norms of small matrices are the tightest") {
  const IntervalMatrix a = matrix(2, 2, {1, Interval(-1, 1), 0, 2});
  CHECK(same(a + a, matrix(2, 2, {2, Interval(-2, 2), 0, 4})));
  CHECK(same(a - a, matrix(2, 2, {0, Interval(-2, 2), 0, 0})));
  CHECK(same(hull(a, IntervalMatrix(2, 2)),
             matrix(2, 2, {Interval(0, 1), Interval(-1, 1), 0, Interval(0, 2)})));
  CHECK(same(a * IntervalMatrix::identity(2), a));
  CHECK(same(a * a, matrix(2, 2, {1, Interval(-3, 3), 0, 4})));
  const Box image = a * Box{Interval(0, 1), 3};
  CHECK(identical(image[0], Interval(-3, 4)));
  CHECK(identical(image[1], 6));
  CHECK_EQ(row_sum_norm(a), 2);
}

TEST_CASE("large products of small integers are exact") {
  // Every sum is an integer below 2^53, so both ends are the product.
  const Eigen::Index n = 40;
  Eigen::MatrixXd a(n, n);
  Eigen::MatrixXd b(n, n);
  for (Eigen::Index i = 0; i < n; ++i) {
    for (Eigen::Index j = 0; j < n; ++j) {
      a(i, j) = static_cast<double>((7 * i + 3 * j) % 11) - 5;
      b(i, j) = static_cast<double>((5 * i + 2 * j) % 13) - 6;
    }
  }
  const IntervalMatrix product = IntervalMatrix(a) * IntervalMatrix(b);
  CHECK(product.is_point());
  CHECK(product.contains(a * b));
}

TEST_CASE("the width of a large product is that of the exact one, at most half as much again") {
  // Entries around 1 of radius r: the product's radius is n (2 r + r^2), which the formula for
  // midpoints and radii attains.
  const Eigen::Index n = 40;
  const double r = 0x1p-10;
  const IntervalMatrix a =
      IntervalMatrix::around(Eigen::MatrixXd::Ones(n, n), Eigen::MatrixXd::Constant(n, n, r));
  const Interval entry = (a * a)(3, 5);
  CHECK(entry.contains(Interval(40) * sqr(Interval(1 - r, 1 + r))));
  CHECK(entry.width() <= 2 * 40 * (2 * r + r * r) * (1 + 1e-11));
}

TEST_CASE("infinite ends and overflow in large products") {
  const Eigen::Index n = 20;
  IntervalMatrix a(Eigen::MatrixXd::Ones(n, n));
  a.set(0, 0, Interval(0, infinity));
  const IntervalMatrix product = a * IntervalMatrix::identity(n);
  CHECK(product.contains(a));
  CHECK(identical(product(0, 0), Interval(0, infinity)));
  CHECK(product(1, 0).width() <= 1e-14);
  const double largest = std::numeric_limits<double>::max();
  const IntervalMatrix huge(Eigen::MatrixXd::Constant(n, n, largest));
  CHECK(identical((huge * huge)(1, 2), Interval(largest, infinity)));
}

TEST_CASE("what is no interval matrix and what does not fit is refused") {
  CHECK_THROWS_AS(IntervalMatrix(-1, 2), Error);
  CHECK_THROWS_AS(IntervalMatrix(Eigen::MatrixXd::Constant(1, 1, infinity)), Error);
  CHECK_THROWS_AS(IntervalMatrix(Eigen::MatrixXd::Ones(2, 2), Eigen::MatrixXd::Zero(2, 2)), Error);
  CHECK_THROWS_AS(IntervalMatrix(Eigen::MatrixXd::Zero(2, 2), Eigen::MatrixXd::Zero(2, 3)), Error);
  CHECK_THROWS_AS(matrix(2, 2, {1, 2, 3}), Error);
  const IntervalMatrix a(2, 3);
  CHECK_THROWS_WITH_AS(a * a, "an interval matrix 2 x 3 times one with 2 rows: expected 3 rows",
                       Error);
  CHECK_THROWS_AS((a * Box{1}), Error);
  CHECK_THROWS_AS(a + a.transpose(), Error);
}
