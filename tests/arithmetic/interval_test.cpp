#include "filippov/arithmetic/interval.hpp"

#include <doctest/doctest.h>

#include <cfenv>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <type_traits>

#include "../../lib/arithmetic/infinity.hpp"
#include "filippov/arithmetic/error.hpp"

using filippov::Error;
using filippov::Interval;

namespace {

using filippov::detail::infinity;
const double not_a_number = std::numeric_limits<double>::quiet_NaN();

}  // namespace

TEST_CASE("an interval is ordered, not NaN and not beyond the reals") {
  CHECK(identical(Interval(), Interval(0, 0)));
  CHECK(identical(Interval(-infinity, infinity), Interval::entire()));
  CHECK_THROWS_AS(Interval{not_a_number}, Error);
  CHECK_THROWS_AS(Interval{infinity}, Error);
  CHECK_THROWS_AS(Interval(not_a_number, 1), Error);
  CHECK_THROWS_AS(Interval(1, not_a_number), Error);
  CHECK_THROWS_AS(Interval(infinity, infinity), Error);
  CHECK_THROWS_AS(Interval(-infinity, -infinity), Error);
  CHECK_THROWS_WITH_AS(Interval(2, 1),
                       "Interval: [2, 1] is not an interval: expected lower <= upper with a real "
                       "number between them",
                       Error);
}

TEST_CASE("an integer that is no double becomes the interval around it") {
  CHECK(identical(Interval(3), Interval(3.0)));
  CHECK(identical(Interval(-7L), Interval(-7.0)));
  const std::int64_t odd = (std::int64_t{1} << 53) + 1;
  CHECK(identical(Interval(odd), Interval(0x1p53, 0x1p53 + 2)));
  CHECK(identical(Interval(-odd), Interval(-0x1p53 - 2, -0x1p53)));
  CHECK(identical(Interval(std::numeric_limits<std::int64_t>::min()), Interval(-0x1p63)));
  CHECK(identical(Interval(std::numeric_limits<std::uint64_t>::max()),
                  Interval(0x1p64 - 2048, 0x1p64)));
  static_assert(!std::is_constructible_v<Interval, long double>);
  static_assert(!std::is_constructible_v<Interval, bool>);
}

TEST_CASE("a decimal becomes the tightest interval around it") {
  const Interval tenth = Interval::from_decimal("0.1");
  CHECK(tenth.lower() == std::nextafter(0.1, 0));
  CHECK(tenth.upper() == 0.1);
  CHECK(identical(Interval::from_decimal("-2.5E+1"), Interval(-25)));
  CHECK(identical(Interval::from_decimal("+.5"), Interval(0.5)));
  CHECK(identical(Interval::from_decimal("7."), Interval(7)));
  CHECK(identical(Interval::from_decimal("1e400"),
                  Interval(std::numeric_limits<double>::max(), infinity)));
  CHECK(identical(Interval::from_decimal("-1e-400"),
                  Interval(-std::numeric_limits<double>::denorm_min(), 0)));
  CHECK(identical(Interval::from_decimal("1e999999999999999999999"),
                  Interval(std::numeric_limits<double>::max(), infinity)));
  for (const char* bad :
       {"", "+", ".", "1e", "1e+", "0x10", "nan", "inf", "1 ", " 1", "1,5", "1.2.3", "--1", "e5"}) {
    CAPTURE(bad);
    CHECK_THROWS_AS(Interval::from_decimal(bad), Error);
  }
}

TEST_CASE("measures of an interval") {
  const Interval x(-1, 4);
  CHECK(x.width() == 5);
  CHECK(x.midpoint() == 1.5);
  CHECK(x.radius() == 2.5);
  CHECK(x.magnitude() == 4);
  CHECK(x.mignitude() == 0);
  CHECK(Interval(-3, -2).mignitude() == 2);
  CHECK(Interval(0, std::numeric_limits<double>::max()).midpoint() == 0x1.fffffffffffffp+1022);
  const double largest = std::numeric_limits<double>::max();
  CHECK(Interval(-largest, largest).midpoint() == 0);
  CHECK(Interval(largest).midpoint() == largest);
  CHECK(Interval(-largest, largest).width() == infinity);
  CHECK(Interval::entire().midpoint() == 0);
  CHECK(Interval(3, infinity).midpoint() == largest);
  CHECK(Interval(3, infinity).radius() == infinity);
  CHECK(Interval(0, 1e-300).width() == 1e-300);
  CHECK(Interval(-0x1p-60, 1).width() > 1);
  CHECK(x.contains(4.0));
  CHECK(!x.contains(4.1));
  CHECK(!x.contains(not_a_number));
  CHECK(!Interval::entire().contains(infinity));
  CHECK(x.contains(Interval(0, 4)));
  CHECK(!x.contains(Interval(0, 5)));
  CHECK(x.contains_zero());
  CHECK(Interval(2).is_point());
  CHECK(!Interval(2, infinity).is_bounded());
  CHECK(identical(Interval::around(1, 0.25), Interval(0.75, 1.25)));
  CHECK_THROWS_AS(Interval::around(1, -0.25), Error);
  CHECK_THROWS_AS(Interval::around(infinity, 1), Error);
}

TEST_CASE("arithmetic on simple ends") {
  CHECK(identical(Interval(1, 2) + Interval(3, 4), Interval(4, 6)));
  CHECK(identical(Interval(1, 2) - Interval(3, 5), Interval(-4, -1)));
  CHECK(identical(Interval(-1, 2) * Interval(3, 4), Interval(-4, 8)));
  CHECK(identical(Interval(1, 2) / Interval(4, 8), Interval(0.125, 0.5)));
  CHECK(identical(-Interval(1, 2), Interval(-2, -1)));
  CHECK(identical(2 * Interval(1, 2) + 0.5, Interval(2.5, 4.5)));
  CHECK(identical(sqr(Interval(-3, 2)), Interval(0, 9)));
  CHECK(identical(sqrt(Interval(4, 9)), Interval(2, 3)));
  CHECK(identical(abs(Interval(-3, 2)), Interval(0, 3)));
  CHECK(identical(min(Interval(-3, 2), 1), Interval(-3, 1)));
  CHECK(identical(max(Interval(-3, 2), 1), Interval(1, 2)));
  CHECK(identical(pow(Interval(-2, 1), 3), Interval(-8, 1)));
  CHECK(identical(pow(Interval(-2, 1), 4), Interval(0, 16)));
  CHECK(identical(pow(Interval(2, 4), -1), Interval(0.25, 0.5)));
  CHECK(identical(pow(Interval(4, 9), 0.5), Interval(2, 3)));
  CHECK(identical(pow(Interval(0, 4), Interval(0, 2)), Interval(0, 16)));
  Interval x = 1;
  x += 2;
  x *= 4;
  x -= 2;
  x /= 5;
  CHECK(identical(x, 2));
}

TEST_CASE("division by an interval with 0 in it covers every quotient") {
  CHECK(identical(Interval(1, 2) / Interval(0, 4), Interval(0.25, infinity)));
  CHECK(identical(Interval(1, 2) / Interval(-4, 0), Interval(-infinity, -0.25)));
  CHECK(identical(Interval(-2, -1) / Interval(0, 4), Interval(-infinity, -0.25)));
  CHECK(identical(Interval(1, 2) / Interval(-1, 4), Interval::entire()));
  CHECK(identical(Interval(0, 2) / Interval(0, 4), Interval(0, infinity)));
  CHECK(identical(Interval(1) / Interval(0), Interval::entire()));
  CHECK(identical(Interval(0) / Interval(-1, 1), 0));
  CHECK(identical(pow(Interval(0, 2), -1), Interval(0.5, infinity)));
  CHECK(identical(pow(Interval(-2, 0), -1), Interval(-infinity, -0.5)));
  CHECK(identical(pow(Interval(-2, 1), -2), Interval(0.25, infinity)));
  CHECK(identical(pow(Interval(-2, 1), -3), Interval::entire()));
}

TEST_CASE("infinite ends") {
  CHECK(identical(Interval(0) * Interval::entire(), 0));
  CHECK(identical(Interval(0, 1) * Interval(1, infinity), Interval(0, infinity)));
  CHECK(identical(Interval(1, infinity) - Interval(1, infinity), Interval::entire()));
  CHECK(identical(Interval(1, infinity) / Interval(1, infinity), Interval(0, infinity)));
  CHECK(identical(exp(Interval(-infinity, 0)), Interval(0, 1)));
  CHECK(identical(log(Interval(0, 1)), Interval(-infinity, 0)));
  CHECK(identical(sin(Interval(1, infinity)), Interval(-1, 1)));
  CHECK(identical(tan(Interval(1, infinity)), Interval::entire()));
  CHECK(identical(tanh(Interval(0, infinity)), Interval(0, 1)));
  CHECK(identical(cosh(Interval::entire()), Interval(1, infinity)));
  CHECK(identical(sqrt(Interval(0, infinity)), Interval(0, infinity)));
  CHECK(atan(Interval::entire()).contains(Interval::pi() / 2));
}

TEST_CASE("a function is evaluated where it is defined, and throws where it is nowhere") {
  CHECK(identical(sqrt(Interval(-1, 4)), Interval(0, 2)));
  CHECK_THROWS_AS(sqrt(Interval(-2, -1)), Error);
  CHECK(identical(log(Interval(-1, 1)), Interval(-infinity, 0)));
  CHECK_THROWS_AS(log(Interval(-1, 0)), Error);
  CHECK_THROWS_AS(pow(Interval(-2, -1), 0.5), Error);
  CHECK_THROWS_AS(pow(Interval(0), -0.5), Error);
}

TEST_CASE("trigonometric functions know their extremes and poles") {
  CHECK(sin(Interval(1, 2)).upper() == 1);
  CHECK(sin(Interval(4, 5)).lower() == -1);
  CHECK(identical(sin(Interval(0, 7)), Interval(-1, 1)));
  CHECK(cos(Interval(-1, 1)).upper() == 1);
  CHECK(cos(Interval(3, 4)).lower() == -1);
  CHECK(cos(Interval(-4, -3)).lower() == -1);
  CHECK(cos(Interval(0.5, 1)).upper() < 0.8776);
  CHECK(identical(tan(Interval(1, 2)), Interval::entire()));
  CHECK(tan(Interval(-1, 1)).is_bounded());
  CHECK(tan(Interval(2, 4)).is_bounded());
  const double half_pi_down = 0x1.921fb54442d18p+0;
  CHECK(sin(Interval(1.5, half_pi_down)).upper() == 1);
  CHECK(sin(Interval(half_pi_down, std::nextafter(half_pi_down, 2))).upper() == 1);
  CHECK(tan(Interval(1.5, half_pi_down)).is_bounded());
  // The double nearest to a multiple of pi/2, huge.
  const double huge = 0x1.6ac5b262ca1ffp+849;
  CHECK(cos(Interval(huge)).magnitude() < 1e-18);
  CHECK(identical(cos(Interval(-1e300, 1e300)), Interval(-1, 1)));
}

TEST_CASE("hull, intersection and comparisons") {
  CHECK(identical(hull(Interval(0, 1), Interval(3, 4)), Interval(0, 4)));
  CHECK(identical(intersect(Interval(0, 2), Interval(1, 4)).value(), Interval(1, 2)));
  CHECK(!intersect(Interval(0, 1), Interval(3, 4)).has_value());
  CHECK(certainly_less(Interval(0, 1), Interval(2, 3)));
  CHECK(!certainly_less(Interval(0, 2), Interval(2, 3)));
  CHECK(certainly_less_equal(Interval(0, 2), Interval(2, 3)));
  CHECK(possibly_less(Interval(0, 2), Interval(1, 3)));
  CHECK(!possibly_less(Interval(3, 4), Interval(1, 3)));
  CHECK(possibly_less_equal(Interval(3, 4), Interval(1, 3)));
  CHECK(certainly_positive(Interval(1, 2)));
  CHECK(!certainly_positive(Interval(0, 2)));
  CHECK(certainly_negative(Interval(-2, -1)));
  CHECK(certainly_nonzero(Interval(-2, -1)));
  CHECK(!certainly_nonzero(Interval(-2, 1)));
}

TEST_CASE("directed rounding works and the caller's mode is kept") {
  CHECK_NOTHROW(filippov::verify_rounding());
  for (const int mode : {FE_TONEAREST, FE_UPWARD, FE_DOWNWARD, FE_TOWARDZERO}) {
    REQUIRE(std::fesetround(mode) == 0);
    const Interval third = Interval(1) / Interval(3);
    const Interval root = sqrt(Interval(2));
    const Interval e = exp(Interval(1));
    const int mode_after = std::fegetround();
    std::fesetround(FE_TONEAREST);
    CHECK(mode_after == mode);
    CHECK(identical(third, Interval(0x1.5555555555555p-2, 0x1.5555555555556p-2)));
    CHECK(identical(root, Interval(0x1.6a09e667f3bccp+0, 0x1.6a09e667f3bcdp+0)));
    CHECK(identical(e, Interval(0x1.5bf0a8b145769p+1, 0x1.5bf0a8b14576ap+1)));
  }
}

TEST_CASE("the sign of a zero does not matter to a power") {
  const Interval below_half(-0.0, 0.5);
  CHECK(identical(pow(below_half, Interval(-1, 0.5)), Interval(0, INFINITY)));
  CHECK(identical(pow(below_half, Interval(0.5)), pow(Interval(0, 0.5), Interval(0.5))));
  CHECK(identical(pow(Interval(-1, -0.0), Interval(0.25, 0.5)), 0));
  CHECK_THROWS_AS(pow(Interval(-1, -0.0), Interval(-0.5, -0.25)), Error);
}
