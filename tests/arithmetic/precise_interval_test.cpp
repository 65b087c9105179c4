#include "../../lib/arithmetic/precise_interval.hpp"

#include <doctest/doctest.h>
#include <mpfr.h>

#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <random>
#include <string>

#include "../../lib/arithmetic/multiprecision.hpp"

using namespace filippov;
using detail::PreciseInterval;
using detail::UpwardInterval;
using detail::UpwardScope;

namespace {

/// Bits enough for exact sums and products of what is tried here.
using Number = detail::Multiprecision<9000>;

/// middle + end of the rest, exactly.
void set(Number& number, double middle, double rest) {
  mpfr_set_d(number, middle, MPFR_RNDN);
  mpfr_add_d(number, number, rest, MPFR_RNDN);
}

bool contains(const PreciseInterval& x, Number& exact) {
  if (!x.is_bounded()) return true;
  Number lower, upper;
  set(lower, x.middle(), x.rest().lower());
  set(upper, x.middle(), x.rest().upper());
  return mpfr_lessequal_p(lower, exact) && mpfr_lessequal_p(exact, upper);
}

/// The width over the size of the number.
double relative_width(const PreciseInterval& x, Number& exact) {
  return (x.rest().upper() - x.rest().lower()) / std::abs(mpfr_get_d(exact, MPFR_RNDN));
}

/// RandomPreciseIntervals of 106 bits and more, of ordinary and of extreme sizes.
class RandomPreciseIntervals {
 public:
  explicit RandomPreciseIntervals(bool extreme) : extreme_(extreme) {}
  double size() {
    if (!extreme_) return uniform(-3, 3);
    switch (random_() % 6) {
      case 0:
        return std::numeric_limits<double>::denorm_min() * static_cast<double>(random_() % 100);
      case 1:
        return (random_() % 2 == 0 ? 1 : -1) * std::numeric_limits<double>::max();
      case 2:
        return 0;
      default: {
        const std::uint64_t bits = random_();
        double x = 0;
        std::memcpy(&x, &bits, sizeof x);
        return std::isfinite(x) ? x : 1;
      }
    }
  }
  PreciseInterval operator()() {
    const double x = size();
    if (random_() % 3 == 0) return x;
    return {x, UpwardInterval(x * uniform(-0x1p-53, 0x1p-53))};
  }

 private:
  double uniform(double a, double b) {
    return std::uniform_real_distribution<double>(a, b)(random_);
  }
  bool extreme_;
  std::mt19937_64 random_{7};
};

void exact_of(Number& number, const PreciseInterval& x) {
  set(number, x.middle(), x.rest().upper());
}

}  // namespace

TEST_CASE("precise intervals contain the exact results, and are 2^-100 of them wide") {
  for (const bool extreme : {false, true}) {
    RandomPreciseIntervals numbers(extreme);
    for (int k = 0; k < 4000; ++k) {
      const UpwardScope scope;
      const PreciseInterval x = numbers();
      const PreciseInterval y = numbers();
      const double factor = numbers.size();
      const PreciseInterval sum = x + y;
      const PreciseInterval difference = x - y;
      const PreciseInterval product = x * y;
      const PreciseInterval square = sqr(x);
      const PreciseInterval scaled = x * factor;
      const PreciseInterval combined = add_product(y, x, y);
      const PreciseInterval quotient = x / y;
      const PreciseInterval seventh = divided(x, 7);
      const PreciseInterval moved = PreciseInterval(y.middle() * 0x1p-60, x.interval()).centered();
      Number a, b, exact;
      exact_of(a, x);
      exact_of(b, y);
      CAPTURE(x.middle());
      CAPTURE(y.middle());
      const auto check = [&](const PreciseInterval& found, double width) {
        CHECK(contains(found, exact));
        if (!extreme) CHECK(relative_width(found, exact) <= width);
      };
      mpfr_mul(exact, a, b, MPFR_RNDN);
      check(product, 0x1p-100);
      mpfr_add(exact, exact, b, MPFR_RNDN);
      CHECK(contains(combined, exact));
      mpfr_sqr(exact, a, MPFR_RNDN);
      check(square, 0x1p-100);
      mpfr_mul_d(exact, a, factor, MPFR_RNDN);
      check(scaled, 0x1p-100);
      // After cancellation the width is that of the operands.
      mpfr_add(exact, a, b, MPFR_RNDN);
      CHECK(contains(sum, exact));
      if (!extreme) CHECK(sum.rest().upper() - sum.rest().lower() <= 0x1p-100);
      mpfr_sub(exact, a, b, MPFR_RNDN);
      CHECK(contains(difference, exact));
      if (!extreme) CHECK(difference.rest().upper() - difference.rest().lower() <= 0x1p-100);
      mpfr_div(exact, a, b, MPFR_RNDN);
      if (mpfr_number_p(exact)) check(quotient, 0x1p-98);
      mpfr_div_ui(exact, a, 7, MPFR_RNDN);
      check(seventh, 0x1p-98);
      Number offset(x.interval().lower());
      mpfr_add_d(exact, offset, y.middle() * 0x1p-60, MPFR_RNDN);
      CHECK(contains(moved, exact));
    }
  }
}

TEST_CASE("precise elementary functions contain their values") {
  const struct {
    PreciseInterval (*found)(const PreciseInterval&);
    int (*exact)(mpfr_ptr, mpfr_srcptr, mpfr_rnd_t);
    bool positive;
  } functions[] = {{detail::exp, mpfr_exp, false},   {detail::log, mpfr_log, true},
                   {detail::sqrt, mpfr_sqrt, true},  {detail::sin, mpfr_sin, false},
                   {detail::cos, mpfr_cos, false},   {detail::tan, mpfr_tan, false},
                   {detail::atan, mpfr_atan, false}, {detail::sinh, mpfr_sinh, false},
                   {detail::cosh, mpfr_cosh, false}, {detail::tanh, mpfr_tanh, false}};
  RandomPreciseIntervals numbers(false);
  for (const auto& [found, exactly, positive] : functions) {
    for (int k = 0; k < 100; ++k) {
      PreciseInterval x = numbers();
      const UpwardScope scope;
      if (positive && x.middle() < 0) x = -x;
      const PreciseInterval y = found(x);
      Number a, exact;
      exact_of(a, x);
      mpfr_prec_round(a, 300, MPFR_RNDN);
      mpfr_prec_round(exact, 300, MPFR_RNDN);
      exactly(exact, a, MPFR_RNDN);
      CAPTURE(x.middle());
      CHECK(contains(y, exact));
      CHECK(relative_width(y, exact) * std::min(1.0, std::abs(x.middle())) <= 0x1p-85);
    }
  }
}

TEST_CASE("precise decimals") {
  const UpwardScope scope;
  const PreciseInterval tenth = PreciseInterval::from_decimal("0.1");
  CHECK(tenth.middle() == 0.1);
  CHECK(tenth.rest().upper() - tenth.rest().lower() <= 0x1p-110);
  const PreciseInterval one = tenth * 10.0;
  CHECK(one.rest().contains(UpwardInterval(1.0) - UpwardInterval(one.middle())));
  const PreciseInterval half = PreciseInterval::from_decimal("-0.5");
  CHECK(half.middle() == -0.5);
  CHECK(half.rest().magnitude() == 0);
  // pi = 3.14159265358979323846264338327950288...; the double next to it lacks 1.2246...e-16
  const PreciseInterval pi = PreciseInterval::from_decimal("pi");
  CHECK(pi.rest().contains(UpwardInterval(1.2246467991473531772e-16)));
  CHECK(pi.rest().magnitude() < 1.22464679914736e-16);
}

TEST_CASE("what is not known precisely is not claimed") {
  const UpwardScope scope;
  const double infinity = std::numeric_limits<double>::infinity();
  const double largest = std::numeric_limits<double>::max();
  CHECK_FALSE((PreciseInterval(largest) * PreciseInterval(2.0)).is_bounded());
  CHECK_FALSE((PreciseInterval(largest) + PreciseInterval(largest)).is_bounded());
  CHECK_FALSE((PreciseInterval(1.0) / PreciseInterval(0.0)).is_bounded());
  CHECK_FALSE(
      (PreciseInterval(1.0) / PreciseInterval(0.0, UpwardInterval(-1.0, 1.0))).is_bounded());
  CHECK_FALSE(exp(PreciseInterval(1000.0)).is_bounded());
  CHECK_FALSE(exp(PreciseInterval(infinity)).is_bounded());
  CHECK_FALSE(log(PreciseInterval(-1.0)).is_bounded());
  CHECK_FALSE(tan(PreciseInterval(1.5, UpwardInterval(-1.0, 1.0))).is_bounded());
}
