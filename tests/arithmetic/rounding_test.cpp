#include "../../lib/arithmetic/rounding.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "../../lib/arithmetic/verify_rounding.hpp"
#include "filippov/arithmetic/interval.hpp"

using namespace filippov;

namespace {

/// What is left where a compiler or an emulator ignores the rounding mode.
struct ToNearest {
  double add_up(double x, double y) const { return x + y; }
  double add_down(double x, double y) const { return x + y; }
  double sub_up(double x, double y) const { return x - y; }
  double sub_down(double x, double y) const { return x - y; }
  double mul_up(double x, double y) const { return x * y; }
  double mul_down(double x, double y) const { return x * y; }
  double div_up(double x, double y) const { return x / y; }
  double div_down(double x, double y) const { return x / y; }
  double sqrt_up(double x) const { return std::sqrt(x); }
  double sqrt_down(double x) const { return std::sqrt(x); }
};

/// One operation that does not obey is enough.
struct WrongSquareRoot : detail::UpwardRounding {
  double sqrt_up(double x) const { return sqrt_down(x); }
};

}  // namespace

TEST_CASE("directed rounding works here") {
  CHECK_NOTHROW(filippov::verify_rounding());
  CHECK_NOTHROW(detail::verify_rounding(detail::UpwardRounding()));
}

TEST_CASE("where it does not, that is noticed") {
  CHECK_THROWS_WITH_AS(detail::verify_rounding(ToNearest()),
                       "directed rounding does not work here: 1 + tiny rounded up gave 0x1p+0, "
                       "expected 0x1.0000000000001p+0",
                       Error);
  CHECK_THROWS_AS(detail::verify_rounding(WrongSquareRoot()), Error);
}

TEST_CASE("the caller's rounding mode comes back") {
  const volatile double three = 3;
  const double before = 1 / three;
  {
    const detail::UpwardRounding rounding;
    CHECK(rounding.div_up(1, 3) != rounding.div_down(1, 3));
  }
  CHECK(1 / three == before);
}
