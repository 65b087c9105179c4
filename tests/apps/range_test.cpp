// The arithmetic of both checkers: products and quotients, which it makes itself, against MPFI's.

#include "certificate/range.hpp"

#include <doctest/doctest.h>

#include <random>

using checker::Range;

namespace {

Range random_range(std::mt19937_64& random) {
  const auto end = [&] {
    const int exponent = static_cast<int>(random() % 9) - 4;
    const double value = static_cast<double>(random() % 2001) - 1000;
    return random() % 5 == 0 ? 0 : std::ldexp(value, exponent);
  };
  const double a = end();
  const double b = random() % 4 == 0 ? a : end();
  // Of more digits than a double, unless a bound is 0.
  return Range(std::min(a, b), std::max(a, b)) * (Range(1) / Range(3));
}

bool are_equal(const Range& a, const Range& b) { return a.inside(b) && b.inside(a); }

}  // namespace

TEST_CASE("products, quotients and sums are those of MPFI") {
  std::mt19937_64 random(7);
  int quotients = 0;
  for (int trial = 0; trial < 20000; ++trial) {
    const Range a = random_range(random);
    const Range b = random_range(random);
    CHECK(are_equal(a * b, Range::of(mpfi_mul, a, b)));
    CHECK(are_equal(a + b, Range::of(mpfi_add, a, b)));
    CHECK(are_equal(a - b, Range::of(mpfi_sub, a, b)));
    CHECK(are_equal(hull(a, b), Range::of(mpfi_union, a, b)));
    CHECK(are_equal(a.divided_by(7), a / Range(7)));
    CHECK(are_equal(Range(b).add_product(a, a), b + a * a));
    if (b.sign() == 0) {
      CHECK_THROWS_AS(a / b, checker::Refusal);
      continue;
    }
    CHECK(are_equal(a / b, Range::of(mpfi_div, a, b)));
    ++quotients;
  }
  CHECK(quotients > 5000);
}
