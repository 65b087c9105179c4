#include "../../lib/arithmetic/upward_interval.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <limits>
#include <random>

#include "../../lib/arithmetic/infinity.hpp"

using namespace filippov;
using detail::UpwardInterval;
using detail::UpwardScope;

namespace {

using filippov::detail::infinity;

/// Doubles of all magnitudes: bit patterns, small numbers, zeros, subnormals and the largest.
class RandomIntervals {
 public:
  double operator()() {
    switch (random_() % 8) {
      case 0:
        return 0;
      case 1:
        return std::numeric_limits<double>::denorm_min() * static_cast<double>(random_() % 100);
      case 2:
        return (random_() % 2 == 0 ? 1 : -1) * std::numeric_limits<double>::max();
      case 3: {
        const std::uint64_t bits = random_();
        double x = 0;
        std::memcpy(&x, &bits, sizeof x);
        return std::isfinite(x) ? x : 1;
      }
      default:
        return std::uniform_real_distribution<double>(-3, 3)(random_);
    }
  }
  Interval interval() {
    const double a = (*this)();
    const double b = random_() % 4 == 0 ? a : (*this)();
    return {std::min(a, b), std::max(a, b)};
  }

 private:
  std::mt19937_64 random_{20241};
};

/// The same set; an unbounded result may be any superset of the expected one.
bool agrees(const UpwardInterval& found, Interval expected) {
  if (!found.is_bounded()) return !expected.is_bounded() || found.upper() != found.upper();
  return identical(found.interval(), expected);
}

}  // namespace

TEST_CASE("upward intervals compute what intervals compute") {
  RandomIntervals numbers;
  for (int k = 0; k < 200000; ++k) {
    const Interval x = numbers.interval();
    const Interval y = numbers.interval();
    const double factor = numbers();
    UpwardInterval sum, difference, product, scaled, square, negative, quotient, combined, seventh;
    {
      const UpwardScope scope;
      const UpwardInterval a(x);
      const UpwardInterval b(y);
      sum = a + b;
      difference = a - b;
      product = a * b;
      scaled = a * factor;
      square = sqr(a);
      negative = -a;
      quotient = a / b;
      combined = add_product(b, a, b);
      seventh = divided(a, 7);
    }
    INFO("[", x.lower(), ", ", x.upper(), "] and [", y.lower(), ", ", y.upper(), "], ", factor);
    CHECK(agrees(sum, x + y));
    CHECK(agrees(difference, x - y));
    CHECK(agrees(product, x * y));
    CHECK(agrees(scaled, x * Interval(factor)));
    CHECK(agrees(square, sqr(x)));
    CHECK(agrees(negative, -x));
    if (!y.contains_zero()) CHECK(agrees(quotient, x / y));
    CHECK(agrees(combined, y + x * y));
    CHECK(agrees(seventh, x / 7));
  }
}

TEST_CASE("what is not known is not claimed") {
  const UpwardScope scope;
  const UpwardInterval whole(-infinity, infinity);
  CHECK_FALSE(whole.is_bounded());
  CHECK_FALSE((UpwardInterval(1.0) / UpwardInterval(-1.0, 1.0)).is_bounded());
  CHECK_FALSE((UpwardInterval(1.0) / UpwardInterval(0.0, 1.0)).is_bounded());
  const double largest = std::numeric_limits<double>::max();
  const UpwardInterval overflow = UpwardInterval(largest) * UpwardInterval(2.0);
  CHECK_FALSE(overflow.is_bounded());
  CHECK(overflow.lower() <= largest);
  const UpwardInterval strange = UpwardInterval(0.0) * whole;
  CHECK_FALSE(strange.is_positive());
  CHECK_FALSE(strange.is_negative());
  CHECK(strange.contains_zero());
  CHECK_FALSE(UpwardInterval(-1.0, 1.0).contains(overflow));
}

TEST_CASE("after an overflow nothing wrong is claimed, whatever follows") {
  const double ends[] = {0,     1,      -1,     2,       0.5,      1e200,    -1e200,
                         1e308, -1e308, 5e-324, -5e-324, infinity, -infinity};
  std::mt19937_64 random(5);
  // An interval and a member, which long double follows beyond the largest double.
  struct Pair {
    UpwardInterval range;
    long double member;
  };
  const auto next = [&]() -> Pair {
    const double a = ends[random() % std::size(ends)];
    const double b = ends[random() % std::size(ends)];
    if (std::isinf(a) && std::isinf(b)) return {UpwardInterval(-infinity, infinity), 1};
    return {UpwardInterval(std::min(a, b), std::max(a, b)), std::isinf(a) ? b : a};
  };
  long wrong = 0;
  for (int k = 0; k < 100000; ++k) {
    const UpwardScope scope;
    Pair x = next();
    for (int step = 0; step < 5; ++step) {
      const Pair y = next();
      const auto operation = random() % 4;
      if (operation == 0) {
        x = {x.range + y.range, x.member + y.member};
      } else if (operation == 1) {
        x = {x.range - y.range, x.member - y.member};
      } else if (operation == 2) {
        x = {x.range * y.range, x.member * y.member};
      } else if (y.member != 0) {
        x = {x.range / y.range, x.member / y.member};
      }
      const long double room = 1e-15L * std::abs(x.member) + 5e-324L;
      if (x.range.is_positive() && x.member < -room) ++wrong;
      if (x.range.is_negative() && x.member > room) ++wrong;
      if (x.range.is_bounded() &&
          (x.member < x.range.lower() - room || x.member > x.range.upper() + room)) {
        ++wrong;
      }
    }
  }
  CHECK(wrong == 0);
}

TEST_CASE("the caller's rounding mode comes back") {
  const volatile double third = 3;
  const double before = 1 / third;
  {
    const UpwardScope scope;
    CHECK(UpwardInterval(1.0).magnitude() == 1);
  }
  CHECK(1 / third == before);
}
