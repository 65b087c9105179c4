#include "interval_oracle.hpp"

#include <fmt/format.h>
#include <mpfr.h>

#include "../../lib/arithmetic/infinity.hpp"
#if defined(__x86_64__)
#include <xmmintrin.h>
#endif

#include <algorithm>
#include <bit>
#include <cfenv>
#include <cmath>
#include <cstdlib>
#include <initializer_list>
#include <limits>
#include <vector>

namespace filippov::testing {
namespace {

using filippov::detail::infinity;

/// The default floating-point environment, whatever the caller's.
class DefaultEnvironment {
 public:
#if defined(__x86_64__)
  DefaultEnvironment() : saved_(_mm_getcsr()) {
    if (saved_ != masked_traps) _mm_setcsr(masked_traps);
  }
  ~DefaultEnvironment() { _mm_setcsr(saved_); }

 private:
  static constexpr unsigned masked_traps = 0x1F80;
  unsigned saved_;
#else
  DefaultEnvironment() {
    std::fegetenv(&saved_);
    std::fesetenv(FE_DFL_ENV);
  }
  ~DefaultEnvironment() { std::fesetenv(&saved_); }

 private:
  std::fenv_t saved_;
#endif
};

struct Number {
  explicit Number(mpfr_prec_t precision) { mpfr_init2(value, precision); }
  Number(double x, mpfr_prec_t precision) : Number(precision) { mpfr_set_d(value, x, MPFR_RNDN); }
  ~Number() { mpfr_clear(value); }
  Number(const Number&) = delete;
  Number& operator=(const Number&) = delete;
  mpfr_t value;
};

std::string show(Interval x) { return fmt::format("[{:a}, {:a}]", x.lower(), x.upper()); }

std::string mismatch(Interval expected, Interval result) {
  if (identical(expected, result)) return "";
  return fmt::format("expected {}, got {}", show(expected), show(result));
}

double binary(Binary operation, double x, double y, mpfr_rnd_t rounding) {
  static Number a(53);
  static Number b(53);
  static Number c(53);
  mpfr_set_d(a.value, x, MPFR_RNDN);
  mpfr_set_d(b.value, y, MPFR_RNDN);
  switch (operation) {
    case Binary::add:
      mpfr_add(c.value, a.value, b.value, rounding);
      break;
    case Binary::subtract:
      mpfr_sub(c.value, a.value, b.value, rounding);
      break;
    case Binary::multiply:
      mpfr_mul(c.value, a.value, b.value, rounding);
      break;
    case Binary::divide:
      mpfr_div(c.value, a.value, b.value, rounding);
      break;
    case Binary::minimum:
      mpfr_min(c.value, a.value, b.value, rounding);
      break;
    case Binary::maximum:
      mpfr_max(c.value, a.value, b.value, rounding);
      break;
  }
  // Rounding down to 53 bits and then to a double is rounding down to a double.
  return mpfr_get_d(c.value, rounding);
}

/// The hull of the values at the corners; a corner without a value (infinity times 0) counts as
/// `otherwise`, which NaN leaves out.
Interval corners(Binary operation, Interval x, Interval y, double otherwise) {
  double lower = infinity;
  double upper = -infinity;
  for (const double a : {x.lower(), x.upper()}) {
    for (const double b : {y.lower(), y.upper()}) {
      double down = binary(operation, a, b, MPFR_RNDD);
      double up = binary(operation, a, b, MPFR_RNDU);
      if (std::isnan(down)) down = up = otherwise;
      lower = std::fmin(lower, down);
      upper = std::fmax(upper, up);
    }
  }
  return Interval(lower, upper);
}

Interval quotient(Interval x, Interval y) {
  if (y.lower() == 0 && y.upper() == 0) return Interval::entire();
  if (x.lower() == 0 && x.upper() == 0) return 0;
  if (y.lower() > 0 || y.upper() < 0) return corners(Binary::divide, x, y, NAN);
  if (y.lower() < 0 && y.upper() > 0) return Interval::entire();
  if (x.lower() < 0 && x.upper() > 0) return Interval::entire();
  // 0 is an end of y; what the other end gives, and infinity with the quotient's sign.
  const double end = y.upper() > 0 ? y.upper() : y.lower();
  const double nearest = x.lower() >= 0 ? x.lower() : x.upper();
  const bool positive = (x.lower() >= 0) == (end > 0);
  const double bound = binary(Binary::divide, nearest, end, positive ? MPFR_RNDD : MPFR_RNDU);
  return positive ? Interval(bound, infinity) : Interval(-infinity, bound);
}

int call(Elementary function, mpfr_t y, const mpfr_t x, mpfr_rnd_t rounding) {
  switch (function) {
    case Elementary::exp:
      return mpfr_exp(y, x, rounding);
    case Elementary::log:
      return mpfr_log(y, x, rounding);
    case Elementary::sin:
      return mpfr_sin(y, x, rounding);
    case Elementary::cos:
      return mpfr_cos(y, x, rounding);
    case Elementary::tan:
      return mpfr_tan(y, x, rounding);
    case Elementary::atan:
      return mpfr_atan(y, x, rounding);
    case Elementary::sinh:
      return mpfr_sinh(y, x, rounding);
    case Elementary::cosh:
      return mpfr_cosh(y, x, rounding);
    case Elementary::tanh:
      return mpfr_tanh(y, x, rounding);
  }
  return 0;
}

/// The doubles next to a number on both sides, from it rounded downward, with its ternary value.
struct Value {
  double down;
  double up;
};
Value next_to(mpfr_t rounded, int ternary) {
  const double down = mpfr_get_d(rounded, MPFR_RNDD);
  if (ternary != 0) mpfr_nextabove(rounded);
  return {down, mpfr_get_d(rounded, MPFR_RNDU)};
}

Value value(Elementary function, double x) {
  constexpr mpfr_prec_t precision = 80;
  static Number a(53);
  static Number b(precision);
  mpfr_set_d(a.value, x, MPFR_RNDN);
  return next_to(b.value, call(function, b.value, a.value, MPFR_RNDD));
}

Value power(double x, int n) {
  static Number a(53);
  static Number b(80);
  mpfr_set_d(a.value, x, MPFR_RNDN);
  return next_to(b.value, mpfr_pow_si(b.value, a.value, n, MPFR_RNDD));
}

Value power(double x, double y) {
  static Number a(53);
  static Number b(53);
  static Number c(80);
  mpfr_set_d(a.value, x, MPFR_RNDN);
  mpfr_set_d(b.value, y, MPFR_RNDN);
  return next_to(c.value, mpfr_pow(c.value, a.value, b.value, MPFR_RNDD));
}

/// Random numbers from a few bits, at once (Vigna's splitmix64).
class Mixer {
 public:
  explicit Mixer(std::uint64_t seed) : state_(seed) {}
  double share() {  // in [0, 1)
    std::uint64_t z = (state_ += 0x9e3779b97f4a7c15ULL);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return static_cast<double>((z ^ (z >> 31)) >> 11) * 0x1p-53;
  }

 private:
  std::uint64_t state_;
};

/// Anywhere in x.
double inner_point(Interval x, std::uint64_t seed) {
  const double largest = std::numeric_limits<double>::max();
  const double lower = std::max(x.lower(), -largest);
  const double upper = std::min(x.upper(), largest);
  const double share = Mixer(seed).share();
  return std::clamp(lower * (1 - share) + upper * share, lower, upper);
}

bool encloses(Interval result, Value exact) {
  return result.lower() <= exact.down && exact.up <= result.upper();
}

bool one_ulp(Interval x) { return std::nextafter(x.lower(), infinity) >= x.upper(); }

/// Whether (quarter + 4 k) pi/2 lies in x for some integer k; not asked where an end may be one.
bool has_quarter(Interval x, int quarter) {
  // Bits enough for the largest double, or for those below 2^100.
  constexpr mpfr_prec_t precisions[] = {400, 1400};
  static const Number* const turns[] = {new Number(precisions[0]), new Number(precisions[1])};
  const int which = x.magnitude() < 0x1p100 ? 0 : 1;
  static bool known[2] = {false, false};
  const mpfr_ptr inverse = const_cast<Number*>(turns[which])->value;  // 1 / (2 pi)
  if (!known[which]) {
    mpfr_const_pi(inverse, MPFR_RNDN);
    mpfr_mul_ui(inverse, inverse, 2, MPFR_RNDN);
    mpfr_ui_div(inverse, 1, inverse, MPFR_RNDN);
    known[which] = true;
  }
  Number low(x.lower(), precisions[which]);
  Number high(x.upper(), precisions[which]);
  for (Number* number : {&low, &high}) {
    mpfr_mul(number->value, number->value, inverse, MPFR_RNDN);
    mpfr_sub_d(number->value, number->value, quarter / 4.0, MPFR_RNDN);
    mpfr_floor(number->value, number->value);
  }
  return mpfr_less_p(low.value, high.value) != 0;
}

/// The tightest enclosure of the function over the bounded interval x, from its monotone pieces.
Interval tightest(Elementary function, Interval x) {
  const auto ends = [&](double a, double b) {
    const Value left = value(function, a);
    const Value right = a < b ? value(function, b) : left;
    return Interval(std::min(left.down, right.down), std::max(left.up, right.up));
  };
  switch (function) {
    case Elementary::log:
      return ends(std::max(0.0, x.lower()), x.upper());
    case Elementary::cosh:
      return ends(x.mignitude(), x.magnitude());
    case Elementary::sin:
    case Elementary::cos: {
      if (!x.is_bounded()) return Interval(-1, 1);
      Interval range = ends(x.lower(), x.upper());
      const int peak = function == Elementary::sin ? 1 : 0;
      if (has_quarter(x, peak)) range = hull(range, 1);
      if (has_quarter(x, peak + 2)) range = hull(range, -1);
      return range;
    }
    case Elementary::tan:
      if (!x.is_bounded() || has_quarter(x, 1) || has_quarter(x, 3)) return Interval::entire();
      return ends(x.lower(), x.upper());
    default:
      return ends(x.lower(), x.upper());
  }
}

}  // namespace

double IntervalSource::number() {
  const std::uint64_t bits = random_();
  const auto uniform = [&](double low, double high) {
    return std::uniform_real_distribution<double>(low, high)(random_);
  };
  switch (bits % 16) {
    case 0:
      return 0;
    case 1:
      return static_cast<double>(static_cast<int>(random_() % 21) - 10);
    case 2:
      return std::numeric_limits<double>::denorm_min() * std::floor(uniform(-100, 100));
    case 3:
      return uniform(-4, 4) * std::numeric_limits<double>::min();
    case 4:
      return uniform(-1, 1) * std::numeric_limits<double>::max();
    case 5:
      return (bits & 16 ? 1 : -1) * std::numeric_limits<double>::max();
    case 6:
      return (bits & 16 ? 1 : -1) * (1 + uniform(-8, 8) * 0x1p-52);
    case 7:
      return std::floor(uniform(-1000, 1000)) * 1.5707963267948966;
    case 8:
    case 9: {
      const double any = std::bit_cast<double>(random_());
      return std::isfinite(any) ? any : 1;
    }
    case 10:
      return uniform(-1000, 1000);
    case 11:
      return std::ldexp(uniform(-1, 1), static_cast<int>(random_() % 200) - 100);
    default:
      return uniform(-10, 10);
  }
}

Interval IntervalSource::next() {
  const DefaultEnvironment environment;
  const double a = number();
  switch (random_() % 8) {
    case 0:
      return a;
    case 1:
      return Interval(a, infinity);
    case 2:
      return Interval(-infinity, a);
    case 3: {
      const double b = std::nextafter(a, infinity);
      return Interval(a, b);
    }
    case 4: {
      const double width = std::fabs(a) * 0x1p-20;
      return Interval(a - width, std::min(a + width, std::numeric_limits<double>::max()));
    }
    default: {
      const double b = number();
      return Interval(std::min(a, b), std::max(a, b));
    }
  }
}

std::string check_tight(Binary operation, Interval x, Interval y, Interval result) {
  const DefaultEnvironment environment;
  Interval expected;
  switch (operation) {
    case Binary::add:
      expected = Interval(binary(operation, x.lower(), y.lower(), MPFR_RNDD),
                          binary(operation, x.upper(), y.upper(), MPFR_RNDU));
      break;
    case Binary::subtract:
      expected = Interval(binary(operation, x.lower(), y.upper(), MPFR_RNDD),
                          binary(operation, x.upper(), y.lower(), MPFR_RNDU));
      break;
    case Binary::divide:
      expected = quotient(x, y);
      break;
    default:
      expected = corners(operation, x, y, 0);
  }
  if (operation == Binary::minimum || operation == Binary::maximum) {
    expected = Interval(binary(operation, x.lower(), y.lower(), MPFR_RNDD),
                        binary(operation, x.upper(), y.upper(), MPFR_RNDU));
  }
  const std::string problem = mismatch(expected, result);
  return problem.empty() ? "" : fmt::format("{}, {}: {}", show(x), show(y), problem);
}

std::string check_tight(Unary operation, Interval x, Interval result) {
  const DefaultEnvironment environment;
  const auto at = [&](double end, mpfr_rnd_t rounding) {
    static Number a(53);
    static Number b(53);
    mpfr_set_d(a.value, end, MPFR_RNDN);
    switch (operation) {
      case Unary::sqr:
        mpfr_sqr(b.value, a.value, rounding);
        break;
      case Unary::sqrt:
        mpfr_sqrt(b.value, a.value, rounding);
        break;
      case Unary::abs:
        mpfr_abs(b.value, a.value, rounding);
        break;
    }
    return mpfr_get_d(b.value, rounding);
  };
  Interval expected;
  if (operation == Unary::sqrt) {
    expected = Interval(at(std::max(0.0, x.lower()), MPFR_RNDD), at(x.upper(), MPFR_RNDU));
  } else {
    const double far = std::max(at(x.lower(), MPFR_RNDU), at(x.upper(), MPFR_RNDU));
    const double near = std::min(at(x.lower(), MPFR_RNDD), at(x.upper(), MPFR_RNDD));
    expected = Interval(x.lower() <= 0 && x.upper() >= 0 ? 0 : near, far);
  }
  const std::string problem = mismatch(expected, result);
  return problem.empty() ? "" : fmt::format("{}: {}", show(x), problem);
}

std::string check_elementary(Elementary function, Interval x, Interval result, std::uint64_t seed) {
  const DefaultEnvironment environment;
  if (!x.is_point()) {
    const double point = inner_point(x, seed);
    const Value inner = value(function, point);
    const bool has_value = function != Elementary::log || point > 0;
    if (has_value && !encloses(result, inner)) {
      return fmt::format("{}: {} lacks the value at {:a}", show(x), show(result), point);
    }
  } else if (!one_ulp(result)) {
    return fmt::format("{}: {} is wider than one unit", show(x), show(result));
  }
  const std::string problem = mismatch(tightest(function, x), result);
  return problem.empty() ? "" : fmt::format("{}: {}", show(x), problem);
}

std::string check_power(Interval x, int n, Interval result, std::uint64_t seed) {
  const DefaultEnvironment environment;
  for (const double point : {x.lower(), x.upper(), inner_point(x, seed)}) {
    if (!std::isfinite(point) || (point == 0 && n < 0)) continue;
    const Value exact = power(point, n);
    const bool tight = !x.is_point() || identical(result, Interval(exact.down, exact.up));
    if (!tight || !encloses(result, exact)) {
      return fmt::format("{}^{}: {} at {:a}", show(x), n, show(result), point);
    }
    if (x.is_point()) break;
  }
  return "";
}

std::string check_power(Interval x, Interval y, Interval result, std::uint64_t seed) {
  const DefaultEnvironment environment;
  const auto good = [&](double base, double exponent) {
    if (!(base > 0) || !std::isfinite(base) || !std::isfinite(exponent)) return true;
    return encloses(result, power(base, exponent));
  };
  bool all = good(inner_point(x, seed), inner_point(y, seed + 1));
  for (const double base : {x.lower(), x.upper()}) {
    for (const double exponent : {y.lower(), y.upper()}) {
      all = all && good(base, exponent);
      if (y.is_point()) break;
    }
    if (x.is_point()) break;
  }
  return all ? "" : fmt::format("{}^{}: {} lacks a value", show(x), show(y), show(result));
}

std::string check_sum_of_products(const std::vector<Interval>& x, const std::vector<Interval>& y,
                                  Interval result) {
  const DefaultEnvironment environment;
  // Holds every sum of products of doubles: exponents from 2 emin to 2 emax.
  constexpr mpfr_prec_t precision = 4400;
  Number least(0, precision);
  Number greatest(0, precision);
  for (std::size_t k = 0; k < x.size(); ++k) {
    Number low(infinity, precision);
    Number high(-infinity, precision);
    for (const double a : {x[k].lower(), x[k].upper()}) {
      for (const double b : {y[k].lower(), y[k].upper()}) {
        Number corner(a, precision);
        mpfr_mul_d(corner.value, corner.value, b, MPFR_RNDN);
        if (mpfr_nan_p(corner.value)) mpfr_set_zero(corner.value, 1);  // 0 times infinity
        mpfr_min(low.value, low.value, corner.value, MPFR_RNDN);
        mpfr_max(high.value, high.value, corner.value, MPFR_RNDN);
      }
    }
    mpfr_add(least.value, least.value, low.value, MPFR_RNDN);
    mpfr_add(greatest.value, greatest.value, high.value, MPFR_RNDN);
  }
  if (mpfr_cmp_d(least.value, result.lower()) >= 0 &&
      mpfr_cmp_d(greatest.value, result.upper()) <= 0) {
    return "";
  }
  return fmt::format("a sum of {} products from {:a} to {:a} is not in {}", x.size(),
                     mpfr_get_d(least.value, MPFR_RNDD), mpfr_get_d(greatest.value, MPFR_RNDU),
                     show(result));
}

bool defined(Unary operation, Interval x) {
  return operation != Unary::sqrt || !certainly_negative(x);
}

bool defined(Elementary function, Interval x) {
  return function != Elementary::log || possibly_less(0, x);
}

int property_count() {
  const char* const wish = std::getenv("FILIPPOV_PROPERTY_COUNT");
  return wish == nullptr ? 100000 : std::atoi(wish);
}

long slow_count() {
  const char* const wish = std::getenv("FILIPPOV_SLOW_COUNT");
  return wish == nullptr ? 10000000 : std::atol(wish);
}

FlushToZero::FlushToZero() {
#if defined(__x86_64__)
  constexpr unsigned flush_to_zero = 0x8000;
  constexpr unsigned denormals_are_zero = 0x0040;
  saved_ = _mm_getcsr();
  _mm_setcsr(saved_ | flush_to_zero | denormals_are_zero);
#endif
}

FlushToZero::~FlushToZero() {
#if defined(__x86_64__)
  _mm_setcsr(saved_);
#endif
}

}  // namespace filippov::testing
