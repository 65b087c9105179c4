// The elementary functions, by MPFR: each end one correctly rounded evaluation; both ends of the
// value at a point from a single one, whose ternary value says whether it is exact.

#include <fmt/format.h>
#include <mpfr.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "filippov/arithmetic/error.hpp"
#include "filippov/arithmetic/interval.hpp"
#include "infinity.hpp"
#include "multiprecision.hpp"
#include "ordering.hpp"

namespace filippov {
namespace {

using detail::Multiprecision;

using detail::infinity;

using Function = int (*)(mpfr_ptr, mpfr_srcptr, mpfr_rnd_t);

struct Ends {
  double lower;
  double upper;
};

/// f increasing, or x a point.
Ends increasing(Function f, double lower, double upper) {
  const detail::MultiprecisionScope scope;
  if (detail::equal(lower, upper)) {
    Multiprecision<53> x(lower);
    Multiprecision<53> y;
    const int ternary = f(y, x, MPFR_RNDD);
    const double below = mpfr_get_d(y, MPFR_RNDD);
    const bool exact = ternary == 0 && mpfr_cmp_d(y, below) == 0;
    return {below, exact ? below : detail::next_up(below)};
  }
  Multiprecision<53> x(lower);
  Multiprecision<53> y;
  f(y, x, MPFR_RNDD);
  const double below = mpfr_get_d(y, MPFR_RNDD);
  mpfr_set_d(x, upper, MPFR_RNDN);
  f(y, x, MPFR_RNDU);
  return {below, mpfr_get_d(y, MPFR_RNDU)};
}

/// floor(x / (pi/2)), modulo 4 and cut off at a distance: all that a trigonometric function needs
/// to know of its argument's ends.
struct Quarters {
  int first;  // floor(lower / (pi/2)) mod 4
  int count;  // how many multiples of pi/2 lie in (lower, upper]; 5 means 5 or more
};

/// floor(x / (pi/2)) into `result`, by doubling the precision until both roundings of the quotient
/// agree. They do at last: pi/2 is irrational, so that no x but 0 is a multiple of it.
void floor_of_quarters(mpz_t result, double x) {
  if (detail::is_zero(x)) {
    mpz_set_si(result, 0);
    return;
  }
  mpz_t other;
  mpz_init(other);
  const int exponent = std::max(0, std::ilogb(x));
  for (mpfr_prec_t precision = 128 + exponent;; precision *= 2) {
    mpfr_t pi_down, pi_up, quotient;
    mpfr_inits2(precision, pi_down, pi_up, quotient, static_cast<mpfr_ptr>(nullptr));
    mpfr_const_pi(pi_down, MPFR_RNDD);
    mpfr_const_pi(pi_up, MPFR_RNDU);
    mpfr_mul_2si(pi_down, pi_down, -1, MPFR_RNDN);
    mpfr_mul_2si(pi_up, pi_up, -1, MPFR_RNDN);
    mpfr_d_div(quotient, x, detail::is_positive(x) ? pi_up : pi_down, MPFR_RNDD);
    mpfr_get_z(result, quotient, MPFR_RNDD);
    mpfr_d_div(quotient, x, detail::is_positive(x) ? pi_down : pi_up, MPFR_RNDU);
    mpfr_get_z(other, quotient, MPFR_RNDD);
    mpfr_clears(pi_down, pi_up, quotient, static_cast<mpfr_ptr>(nullptr));
    if (mpz_cmp(result, other) == 0) break;
  }
  mpz_clear(other);
}

/// The same in double, when the error bound below leaves no doubt.
bool quick_floor_of_quarters(double x, long& result) {
  constexpr double limit = 1 << 20;
  if (!(std::fabs(x) < limit)) return false;
  // Two relative errors of 2^-53 in a number below 2^20: an absolute error below 2^-31.
  const double quarters = detail::opaque(detail::opaque(x) * 0.63661977236758134308);
  const double below = std::floor(quarters);
  constexpr double doubt = 0x1p-30;
  if (quarters - below < doubt || below + 1 - quarters < doubt) return false;
  result = static_cast<long>(below);
  return true;
}

/// lower and upper finite.
Quarters quarters(double lower, double upper) {
  constexpr long many = 5;
  long first = 0;
  long last = 0;
  if (quick_floor_of_quarters(lower, first) && quick_floor_of_quarters(upper, last)) {
    return {static_cast<int>(((first % 4) + 4) % 4),
            static_cast<int>(std::min(last - first, many))};
  }
  mpz_t low, high;
  mpz_inits(low, high, nullptr);
  floor_of_quarters(low, lower);
  floor_of_quarters(high, upper);
  mpz_sub(high, high, low);
  const int count =
      mpz_cmp_si(high, many) >= 0 ? static_cast<int>(many) : static_cast<int>(mpz_get_si(high));
  const int quarter = static_cast<int>(mpz_fdiv_ui(low, 4));
  mpz_clears(low, high, nullptr);
  return {quarter, count};
}

/// sin or cos over [lower, upper], bounded: its values at the ends, and 1 or -1 if it peaks
/// between. peak, trough: the multiples of pi/2, modulo 4, at which the function is 1 and -1.
Ends wave(Function f, double lower, double upper, int peak, int trough) {
  if (detail::equal(lower, upper)) return increasing(f, lower, upper);
  const detail::MultiprecisionScope scope;
  const Quarters range = quarters(lower, upper);
  bool peaks = false;
  bool troughs = false;
  for (int k = 1; k <= range.count; ++k) {
    peaks = peaks || (range.first + k) % 4 == peak;
    troughs = troughs || (range.first + k) % 4 == trough;
  }
  const Ends left = increasing(f, lower, lower);
  const Ends right = increasing(f, upper, upper);
  return {troughs ? -1 : detail::smaller(left.lower, right.lower),
          peaks ? 1 : detail::larger(left.upper, right.upper)};
}

/// x^n for an end x of an interval.
double power(double x, long n, mpfr_rnd_t rounding) {
  const detail::MultiprecisionScope scope;
  Multiprecision<53> base(x);
  Multiprecision<53> result;
  mpfr_pow_si(result, base, n, rounding);
  return mpfr_get_d(result, rounding);
}

double real_power(double x, double y, mpfr_rnd_t rounding) {
  const detail::MultiprecisionScope scope;
  Multiprecision<53> base(x);
  Multiprecision<53> exponent(y);
  Multiprecision<53> result;
  mpfr_pow(result, base, exponent, rounding);
  return mpfr_get_d(result, rounding);
}

}  // namespace

Interval Interval::pi() {
  // The double below pi and the one above.
  return ordered(0x1.921fb54442d18p+1, 0x1.921fb54442d19p+1);
}

Interval exp(Interval x) {
  const Ends y = increasing(mpfr_exp, x.lower_, x.upper_);
  return Interval::ordered(y.lower, y.upper);
}

Interval log(Interval x) {
  if (!detail::is_positive(x.upper_)) {
    throw Error(fmt::format("log: the argument is not positive anywhere, at most {}", x.upper_));
  }
  const Ends y = increasing(mpfr_log, detail::larger(x.lower_, 0), x.upper_);
  return Interval::ordered(y.lower, y.upper);
}

Interval sin(Interval x) {
  if (!x.is_bounded()) return Interval::ordered(-1, 1);
  const Ends y = wave(mpfr_sin, x.lower_, x.upper_, 1, 3);
  return Interval::ordered(y.lower, y.upper);
}

Interval cos(Interval x) {
  if (!x.is_bounded()) return Interval::ordered(-1, 1);
  const Ends y = wave(mpfr_cos, x.lower_, x.upper_, 0, 2);
  return Interval::ordered(y.lower, y.upper);
}

Interval tan(Interval x) {
  if (!x.is_bounded()) return Interval::entire();
  if (!x.is_point()) {
    const detail::MultiprecisionScope scope;
    const Quarters range = quarters(x.lower_, x.upper_);
    const bool pole = range.count >= 2 || (range.count == 1 && range.first % 2 == 0);
    if (pole) return Interval::entire();
  }
  const Ends y = increasing(mpfr_tan, x.lower_, x.upper_);
  return Interval::ordered(y.lower, y.upper);
}

Interval atan(Interval x) {
  const Ends y = increasing(mpfr_atan, x.lower_, x.upper_);
  return Interval::ordered(y.lower, y.upper);
}

Interval sinh(Interval x) {
  const Ends y = increasing(mpfr_sinh, x.lower_, x.upper_);
  return Interval::ordered(y.lower, y.upper);
}

Interval cosh(Interval x) {
  const Ends y = increasing(mpfr_cosh, x.mignitude(), x.magnitude());
  return Interval::ordered(y.lower, y.upper);
}

Interval tanh(Interval x) {
  const Ends y = increasing(mpfr_tanh, x.lower_, x.upper_);
  return Interval::ordered(y.lower, y.upper);
}

Interval pow(Interval x, int n) {
  if (n == 0) return Interval::ordered(1, 1);
  if (n == 1) return x;
  if (n == 2) return sqr(x);
  const bool even = n % 2 == 0;
  if (even) x = abs(x);
  // From here on x^n is monotone on each side of 0.
  if (n > 0) {
    return Interval::ordered(power(x.lower_, n, MPFR_RNDD), power(x.upper_, n, MPFR_RNDU));
  }
  const bool zero_below = detail::is_zero(x.lower_);
  const bool zero_above = detail::is_zero(x.upper_);
  if (x.contains_zero() && zero_below == zero_above) return Interval::entire();
  // An end that is 0 is the limit from inside.
  return Interval::ordered(zero_above ? -infinity : power(x.upper_, n, MPFR_RNDD),
                           zero_below ? infinity : power(x.lower_, n, MPFR_RNDU));
}

Interval pow(Interval x, Interval y) {
  constexpr double largest_int = std::numeric_limits<int>::max();
  if (y.is_point() && std::fabs(y.lower_) <= largest_int &&
      detail::equal(std::floor(y.lower_), y.lower_)) {
    return pow(x, static_cast<int>(y.lower_));
  }
  // Without the sign of a zero, which would count: (-0)^-1 is -inf to MPFR.
  const double base = std::fabs(detail::larger(x.lower_, 0));
  const bool zero = detail::is_zero(x.upper_);
  if (detail::is_negative(x.upper_) || (zero && !detail::is_positive(y.upper_))) {
    throw Error(fmt::format("pow: base in [{}, {}] with exponent in [{}, {}] is nowhere defined",
                            x.lower_, x.upper_, y.lower_, y.upper_));
  }
  if (zero) return Interval::ordered(0, 0);
  // Monotone in the base and in the exponent, so that the extremes are at corners.
  double lower = infinity;
  double upper = 0;
  for (const double b : {base, x.upper_}) {
    for (const double e : {y.lower_, y.upper_}) {
      lower = detail::smaller(lower, real_power(b, e, MPFR_RNDD));
      upper = detail::larger(upper, real_power(b, e, MPFR_RNDU));
    }
  }
  return Interval::ordered(lower, upper);
}

}  // namespace filippov
