#include "filippov/arithmetic/box.hpp"

#include <doctest/doctest.h>

#include <limits>

#include "../../lib/arithmetic/infinity.hpp"
#include "filippov/arithmetic/error.hpp"

using namespace filippov;

namespace {

using filippov::detail::infinity;
const Box square{Interval(-1, 1), Interval(0, 2)};

bool same(const Box& x, const Box& y) { return contains(x, y) && contains(y, x); }

}  // namespace

TEST_CASE("a box is the product of its entries") {
  CHECK(contains(square, std::vector<double>{1, 0}));
  CHECK_FALSE(contains(square, std::vector<double>{1, 2.5}));
  CHECK(contains(square, Box{0, Interval(1, 2)}));
  CHECK_FALSE(contains_in_interior(square, Box{0, Interval(1, 2)}));
  CHECK(contains_in_interior(square, Box{0, Interval(1, 1.5)}));
  CHECK(contains_in_interior(Box{Interval::entire()}, Box{Interval::entire()}));
  CHECK_EQ(midpoint(square), std::vector<double>{0, 1});
  CHECK_EQ(width(Box{1, Interval(0, 3), Interval(2, 4)}), 3);
  CHECK_EQ(widest(Box{1, Interval(0, 3), Interval(2, 5)}), 1);
  CHECK_EQ(width(Box{}), 0);
  CHECK(is_bounded(square));
  CHECK_FALSE(is_bounded(Box{1, Interval(0, infinity)}));
}

TEST_CASE("hull, common part and halves") {
  CHECK(same(hull(square, Box{2, 1}), {Interval(-1, 2), Interval(0, 2)}));
  CHECK(same(intersect(square, Box{Interval(0, 3), Interval(2, 3)}).value(), {Interval(0, 1), 2}));
  CHECK_FALSE(intersect(square, Box{Interval(0, 3), Interval(2.5, 3)}).has_value());
  const auto [left, right] = bisect(square, 1);
  CHECK(same(left, {Interval(-1, 1), Interval(0, 1)}));
  CHECK(same(right, {Interval(-1, 1), Interval(1, 2)}));
}

TEST_CASE("sums and dot products") {
  CHECK(same(square + Box{1, 2}, {Interval(0, 2), Interval(2, 4)}));
  CHECK(same(square - square, {Interval(-2, 2), Interval(-2, 2)}));
  CHECK(same(Interval(-2, 1) * square, {Interval(-2, 2), Interval(-4, 2)}));
  CHECK(identical(dot(square, Box{3, Interval(-1, 1)}), Interval(-5, 5)));
  CHECK(identical(euclidean_norm(Box{3, Interval(-4, 4)}), Interval(3, 5)));
  CHECK(identical(dot(Box{}, Box{}), 0));
  const std::vector<double> x{1e300, 1, 1e-300};
  const std::vector<double> y{1e-300, -1, 1e300};
  CHECK(dot(x, y).contains(1.0));
}

TEST_CASE("infinite ends and overflow") {
  CHECK(identical(dot(Box{0, 1}, Box{Interval::entire(), 2}), 2));
  CHECK(identical(dot(Box{1, 1}, Box{Interval(0, infinity), 2}), Interval(2, infinity)));
  const double largest = std::numeric_limits<double>::max();
  CHECK(identical(dot(Box{largest, 1}, Box{2, 0}), Interval(largest, infinity)));
  CHECK(identical(dot(std::vector<double>{largest, -largest}, std::vector<double>{2, 2}),
                  Interval::entire()));
  CHECK(identical(euclidean_norm(Box{Interval(1, infinity)}), Interval(1, infinity)));
}

TEST_CASE("vectors that do not fit are refused") {
  CHECK_THROWS_WITH_AS(dot(square, Box{1}),
                       "interval vectors with 2 and 1 entries: expected equal numbers", Error);
  CHECK_THROWS_AS(square + Box{1}, Error);
  CHECK_THROWS_AS(hull(square, Box{1}), Error);
  CHECK_THROWS_AS(intersect(square, Box{1}), Error);
  CHECK_THROWS_AS(contains(square, Box{1}), Error);
  CHECK_THROWS_AS(widest(Box{}), Error);
  CHECK_THROWS_AS(bisect(square, 2), Error);
  CHECK_THROWS_AS(point_box(std::vector<double>{infinity}), Error);
}
