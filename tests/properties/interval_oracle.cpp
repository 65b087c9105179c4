#include "interval_oracle.hpp"

#include <fmt/format.h>
#include <mpfr.h>
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

constexpr double infinity = std::numeric_limits<double>::infinity();

/// The default floating-point environment, whatever the caller's.
class DefaultEnvironment {
 public:
  DefaultEnvironment() {
    std::fegetenv(&saved_);
    std::fesetenv(FE_DFL_ENV);
  }
  ~DefaultEnvironment() { std::fesetenv(&saved_); }

 private:
  std::fenv_t saved_;
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
  const Number a(x, 53);
  const Number b(y, 53);
  Number c(53);
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

double value(Elementary function, double x, mpfr_rnd_t rounding) {
  constexpr mpfr_prec_t precision = 80;
  const Number a(x, 53);
  Number b(precision);
  call(function, b.value, a.value, rounding);
  return mpfr_get_d(b.value, rounding);
}

/// A point of x: an end, or anywhere between.
double point_of(Interval x, std::mt19937_64& random) {
  const double largest = std::numeric_limits<double>::max();
  const double lower = std::max(x.lower(), -largest);
  const double upper = std::min(x.upper(), largest);
  const double share = std::uniform_real_distribution<double>(0, 1)(random);
  const double point = lower * (1 - share) + upper * share;
  return std::clamp(point, lower, upper);
}

std::vector<double> points_of(Interval x, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::vector<double> points;
  if (std::isfinite(x.lower())) points.push_back(x.lower());
  if (std::isfinite(x.upper()) && !x.is_point()) points.push_back(x.upper());
  if (!x.is_point()) points.push_back(point_of(x, random));
  return points;
}

bool encloses(Interval result, double down, double up) {
  return result.lower() <= down && up <= result.upper();
}

bool one_ulp(Interval x) { return std::nextafter(x.lower(), infinity) >= x.upper(); }

/// Whether (quarter + 4 k) pi/2 lies in x for some integer k; not asked where an end may be one.
bool has_quarter(Interval x, int quarter) {
  const mpfr_prec_t precision = 256 + std::max(0, std::ilogb(x.magnitude()));
  Number two_pi(precision);
  mpfr_const_pi(two_pi.value, MPFR_RNDN);
  mpfr_mul_ui(two_pi.value, two_pi.value, 2, MPFR_RNDN);
  Number low(x.lower(), precision);
  Number high(x.upper(), precision);
  for (Number* number : {&low, &high}) {
    mpfr_div(number->value, number->value, two_pi.value, MPFR_RNDN);
    mpfr_sub_d(number->value, number->value, quarter / 4.0, MPFR_RNDN);
    mpfr_floor(number->value, number->value);
  }
  return mpfr_less_p(low.value, high.value) != 0;
}

/// The tightest enclosure of the function over the bounded interval x, from its monotone pieces.
Interval tightest(Elementary function, Interval x) {
  const auto ends = [&](double a, double b) {
    const double down = std::min(value(function, a, MPFR_RNDD), value(function, b, MPFR_RNDD));
    const double up = std::max(value(function, a, MPFR_RNDU), value(function, b, MPFR_RNDU));
    return Interval(down, up);
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
  const DefaultEnvironment environment;
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
    const Number a(end, 53);
    Number b(53);
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
  for (const double point : points_of(x, seed)) {
    if (function == Elementary::log && !(point > 0)) continue;
    if (!encloses(result, value(function, point, MPFR_RNDD), value(function, point, MPFR_RNDU))) {
      return fmt::format("{}: {} lacks the value at {:a}", show(x), show(result), point);
    }
  }
  if (x.is_point() && !one_ulp(result)) {
    return fmt::format("{}: {} is wider than one unit", show(x), show(result));
  }
  const std::string problem = mismatch(tightest(function, x), result);
  return problem.empty() ? "" : fmt::format("{}: {}", show(x), problem);
}

std::string check_power(Interval x, int n, Interval result, std::uint64_t seed) {
  const DefaultEnvironment environment;
  for (const double point : points_of(x, seed)) {
    if (point == 0 && n < 0) continue;
    const Number a(point, 53);
    Number b(53);
    mpfr_pow_si(b.value, a.value, n, MPFR_RNDD);
    const double down = mpfr_get_d(b.value, MPFR_RNDD);
    mpfr_pow_si(b.value, a.value, n, MPFR_RNDU);
    const double up = mpfr_get_d(b.value, MPFR_RNDU);
    if (!encloses(result, down, up) || (x.is_point() && !identical(result, Interval(down, up)))) {
      return fmt::format("{}^{}: {} at {:a}", show(x), n, show(result), point);
    }
  }
  return "";
}

std::string check_power(Interval x, Interval y, Interval result, std::uint64_t seed) {
  const DefaultEnvironment environment;
  for (const double base : points_of(x, seed)) {
    if (!(base > 0)) continue;
    for (const double exponent : points_of(y, seed + 1)) {
      const Number a(base, 53);
      const Number b(exponent, 53);
      Number c(53);
      mpfr_pow(c.value, a.value, b.value, MPFR_RNDD);
      const double down = mpfr_get_d(c.value, MPFR_RNDD);
      mpfr_pow(c.value, a.value, b.value, MPFR_RNDU);
      const double up = mpfr_get_d(c.value, MPFR_RNDU);
      if (!encloses(result, down, up)) {
        return fmt::format("{}^{}: {} at {:a}^{:a}", show(x), show(y), show(result), base,
                           exponent);
      }
    }
  }
  return "";
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
