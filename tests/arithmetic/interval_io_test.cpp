#include "filippov/arithmetic/interval_io.hpp"

#include <doctest/doctest.h>

#include <bit>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <sstream>
#include <string>

#include "../../lib/arithmetic/infinity.hpp"
#include "filippov/arithmetic/error.hpp"

using filippov::decimal_above;
using filippov::decimal_below;
using filippov::Error;
using filippov::Interval;
using filippov::parse_interval;
using filippov::to_string;

namespace {

using filippov::detail::infinity;

double read_to_nearest(const std::string& text) {
  double x = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), x);
  CHECK(result.ptr == text.data() + text.size());
  return x;
}

}  // namespace

TEST_CASE("an interval prints as short as it can, outward") {
  CHECK(to_string(Interval(1, 2)) == "[1, 2]");
  CHECK(to_string(Interval(-0.5)) == "[-0.5, -0.5]");
  CHECK(to_string(Interval(-0.0, 0.0)) == "[0, 0]");
  // The double 0.1 is above one tenth.
  CHECK(to_string(Interval(0.1)) == "[0.1, 0.10000000000000001]");
  CHECK(to_string(Interval(-0.1)) == "[-0.10000000000000001, -0.1]");
  CHECK(to_string(Interval(1200, 1e20)) == "[1200, 1e20]");
  CHECK(to_string(Interval(0x1p-20, 0.5)) == "[9.5367431640625e-7, 0.5]");
  CHECK(to_string(Interval::entire()) == "[-inf, inf]");
  std::ostringstream out;
  out << Interval(3, 4.25);
  CHECK(out.str() == "[3, 4.25]");
  CHECK_THROWS_AS(decimal_below(std::numeric_limits<double>::quiet_NaN()), Error);
}

TEST_CASE("what was printed reads back, and is outward as an exact decimal") {
  std::mt19937_64 random(7);
  for (int k = 0; k < 20000; ++k) {
    const double x = k % 2 == 0 ? std::bit_cast<double>(random())
                                : std::ldexp(static_cast<double>(random() % 2000),
                                             static_cast<int>(random() % 100) - 50);
    if (!std::isfinite(x)) continue;
    CAPTURE(x);
    const std::string below = decimal_below(x);
    const std::string above = decimal_above(x);
    REQUIRE(read_to_nearest(below) == x);
    REQUIRE(read_to_nearest(above) == x);
    REQUIRE(Interval::from_decimal(below).lower() <= x);
    REQUIRE(Interval::from_decimal(below).upper() <= x);
    REQUIRE(Interval::from_decimal(above).lower() >= x);
    REQUIRE(below.size() <= 26);
  }
}

TEST_CASE("reading an interval") {
  CHECK(identical(parse_interval("[0.5, 2]"), Interval(0.5, 2)));
  CHECK(identical(parse_interval(" [ -1,2.5 ] "), Interval(-1, 2.5)));
  CHECK(identical(parse_interval("0.1"), Interval::from_decimal("0.1")));
  CHECK(identical(parse_interval("[-inf, inf]"), Interval::entire()));
  CHECK(identical(parse_interval("[-inf, 1]"), Interval(-infinity, 1)));
  CHECK(parse_interval("[0.1, 0.1]").contains(Interval::from_decimal("0.1")));
  for (const char* bad : {"", "[", "[]", "[1]", "[1,", "[1,2", "1,2]", "[2, 1]", "[inf, inf]",
                          "[1, nan]", "[1, 2, 3]", "[0.2, 0.1]", "[ , 1]"}) {
    CAPTURE(bad);
    CHECK_THROWS_AS(parse_interval(bad), Error);
  }
}
