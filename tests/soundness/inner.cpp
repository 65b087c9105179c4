// The intervals of the library's hot loops on random arguments. Compiled by soundness.py with the
// flags of the library, whose private headers it includes.

#include "inner.hpp"

#include <fmt/format.h>
#include <mpfr.h>

#include "../../lib/arithmetic/multiprecision.hpp"
#include "../../lib/arithmetic/precise_interval.hpp"
#include "../properties/interval_oracle.hpp"

namespace {

using namespace filippov::testing;
using filippov::Interval;
using filippov::detail::PreciseInterval;
using filippov::detail::RoundingMode;
using filippov::detail::RoundingScope;
using filippov::detail::UpwardInterval;
using filippov::detail::UpwardScope;

/// Bits enough for exact sums and products of what is tried here.
using Number = filippov::detail::Multiprecision<4600>;

/// Whether (middle + rest) b contains `exact`, b a double.
bool contains(const PreciseInterval& x, double b, Number& exact) {
  static Number lower;
  static Number upper;
  if (!x.is_bounded()) return true;
  mpfr_set_d(lower, x.middle(), MPFR_RNDN);
  mpfr_set(upper, lower, MPFR_RNDN);
  mpfr_add_d(lower, lower, x.rest().lower(), MPFR_RNDN);
  mpfr_add_d(upper, upper, x.rest().upper(), MPFR_RNDN);
  mpfr_mul_d(lower, lower, b, MPFR_RNDN);
  mpfr_mul_d(upper, upper, b, MPFR_RNDN);
  if (b < 0) mpfr_swap(lower, upper);
  return mpfr_lessequal_p(lower, exact) != 0 && mpfr_lessequal_p(exact, upper) != 0;
}

std::string check_upward(Binary which, Interval x, Interval y, const UpwardInterval& found) {
  if (!found.is_bounded()) return "";
  return check_tight(which, x, y, Interval(found.lower(), found.upper()));
}

}  // namespace

std::string check_inner(Interval x, Interval y) {
  if (!x.is_bounded() || !y.is_bounded()) return "";
  UpwardInterval sum, difference, product, quotient;
  PreciseInterval precise_sum, precise_product, precise_quotient;
  const double a = x.lower();
  const double b = y.upper();
  {
    const UpwardScope scope;
    const UpwardInterval u(x);
    const UpwardInterval v(y);
    sum = u + v;
    difference = u - v;
    product = u * v;
    quotient = u / v;
    precise_sum = PreciseInterval(a) + PreciseInterval(b);
    precise_product = PreciseInterval(a) * PreciseInterval(b);
    precise_quotient = PreciseInterval(a) / PreciseInterval(b);
  }
  // The caller's may flush subnormal numbers to zero.
  const RoundingScope environment(RoundingMode::nearest);
  for (const std::string& problem :
       {check_upward(Binary::add, x, y, sum), check_upward(Binary::subtract, x, y, difference),
        check_upward(Binary::multiply, x, y, product),
        check_upward(Binary::divide, x, y, quotient)}) {
    if (!problem.empty()) return problem;
  }
  static Number exact;
  mpfr_set_d(exact, a, MPFR_RNDN);
  const bool divides = contains(precise_quotient, b, exact);
  mpfr_add_d(exact, exact, b, MPFR_RNDN);
  const bool adds = contains(precise_sum, 1, exact);
  mpfr_set_d(exact, a, MPFR_RNDN);
  mpfr_mul_d(exact, exact, b, MPFR_RNDN);
  const bool multiplies = contains(precise_product, 1, exact);
  if (adds && multiplies && divides) return "";
  return fmt::format("precise {} of {:a} and {:a}",
                     !adds         ? "sum"
                     : !multiplies ? "product"
                                   : "quotient",
                     a, b);
}
