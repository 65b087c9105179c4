#include "filippov/arithmetic/interval.hpp"

#include <fmt/format.h>

#include <cmath>
#include <limits>

#include "filippov/arithmetic/error.hpp"
#include "infinity.hpp"
#include "ordering.hpp"
#include "rounding.hpp"
#include "verify_rounding.hpp"

namespace filippov {

using detail::RoundingMode;
using detail::RoundingScope;
using detail::UpwardRounding;

namespace {

using detail::infinity;

// Here, so that whatever links any Interval runs it.
const bool rounding_verified = (verify_rounding(), true);

}  // namespace

Interval::Interval(double x) : lower_(x), upper_(x) {
  if (!detail::is_finite(x)) {
    throw Error(fmt::format("Interval: expected a finite number, got {}", x));
  }
}

Interval::Interval(double lower, double upper) : lower_(lower), upper_(upper) {
  const bool numbers = !detail::is_nan(lower) && !detail::is_nan(upper);
  if (!numbers || detail::less(upper, lower) || lower == infinity || upper == -infinity) {
    throw Error(
        fmt::format("Interval: [{}, {}] is not an interval: expected lower <= upper with "
                    "a real number between them",
                    lower, upper));
  }
}

Interval Interval::from_signed(long long n) {
  const UpwardRounding rounding;
  // High and low halves are doubles exactly, so that the sum is rounded once.
  constexpr long long base = 1LL << 32;
  const long long high_half = n / base;
  const double high = static_cast<double>(high_half) * static_cast<double>(base);
  const double low = static_cast<double>(n % base);
  return ordered(rounding.add_down(high, low), rounding.add_up(high, low));
}

Interval Interval::from_unsigned(unsigned long long n) {
  const UpwardRounding rounding;
  constexpr unsigned long long base = 1ULL << 32;
  const unsigned long long high_half = n / base;
  const double high = static_cast<double>(high_half) * static_cast<double>(base);
  const double low = static_cast<double>(n % base);
  return ordered(rounding.add_down(high, low), rounding.add_up(high, low));
}

Interval Interval::around(double midpoint, double radius) {
  if (!detail::is_finite(midpoint) || detail::is_nan(radius) || detail::is_negative(radius)) {
    throw Error(fmt::format("Interval: expected a finite midpoint and a radius >= 0, got {} and {}",
                            midpoint, radius));
  }
  const UpwardRounding rounding;
  return ordered(rounding.sub_down(midpoint, radius), rounding.add_up(midpoint, radius));
}

double Interval::width() const { return UpwardRounding().sub_up(upper_, lower_); }

double Interval::midpoint() const {
  constexpr double largest = std::numeric_limits<double>::max();
  if (lower_ == -infinity) return upper_ == infinity ? 0 : -largest;
  if (upper_ == infinity) return largest;
  const RoundingScope nearest(RoundingMode::nearest);
  const double sum = detail::opaque(detail::opaque(lower_) + detail::opaque(upper_));
  // Halving a sum is the more accurate, unless it overflows.
  return detail::is_finite(sum) ? detail::opaque(0.5 * sum)
                                : detail::opaque(detail::opaque(0.5 * lower_) + 0.5 * upper_);
}

double Interval::radius() const {
  const double centre = midpoint();
  const UpwardRounding rounding;
  return detail::larger(rounding.sub_up(centre, lower_), rounding.sub_up(upper_, centre));
}

double Interval::magnitude() const { return detail::larger(std::fabs(lower_), std::fabs(upper_)); }

double Interval::mignitude() const {
  return contains_zero() ? 0 : detail::smaller(std::fabs(lower_), std::fabs(upper_));
}

bool Interval::contains(double x) const {
  return detail::is_finite(x) && detail::less_equal(lower_, x) && detail::less_equal(x, upper_);
}

bool Interval::contains(Interval other) const {
  return detail::less_equal(lower_, other.lower_) && detail::less_equal(other.upper_, upper_);
}

bool Interval::contains_in_interior(Interval other) const {
  return (lower_ == -infinity || detail::less(lower_, other.lower_)) &&
         (upper_ == infinity || detail::less(other.upper_, upper_));
}

bool Interval::contains_zero() const {
  return !detail::is_positive(lower_) && !detail::is_negative(upper_);
}

bool Interval::is_point() const { return detail::equal(lower_, upper_); }

bool Interval::is_bounded() const { return detail::is_finite(lower_) && detail::is_finite(upper_); }

Interval operator-(Interval x) { return Interval::ordered(-x.upper_, -x.lower_); }

Interval abs(Interval x) { return Interval::ordered(x.mignitude(), x.magnitude()); }

Interval min(Interval x, Interval y) {
  return Interval::ordered(detail::smaller(x.lower_, y.lower_),
                           detail::smaller(x.upper_, y.upper_));
}

Interval max(Interval x, Interval y) {
  return Interval::ordered(detail::larger(x.lower_, y.lower_), detail::larger(x.upper_, y.upper_));
}

Interval hull(Interval x, Interval y) {
  return Interval::ordered(detail::smaller(x.lower_, y.lower_), detail::larger(x.upper_, y.upper_));
}

std::optional<Interval> intersect(Interval x, Interval y) {
  const double lower = detail::larger(x.lower_, y.lower_);
  const double upper = detail::smaller(x.upper_, y.upper_);
  if (detail::less(upper, lower)) return std::nullopt;
  return Interval::ordered(lower, upper);
}

bool certainly_less(Interval x, Interval y) { return detail::less(x.upper_, y.lower_); }

bool certainly_less_equal(Interval x, Interval y) { return detail::less_equal(x.upper_, y.lower_); }

bool possibly_less(Interval x, Interval y) { return detail::less(x.lower_, y.upper_); }

bool possibly_less_equal(Interval x, Interval y) { return detail::less_equal(x.lower_, y.upper_); }

bool certainly_positive(Interval x) { return detail::is_positive(x.lower_); }

bool certainly_negative(Interval x) { return detail::is_negative(x.upper_); }

bool certainly_nonzero(Interval x) { return !x.contains_zero(); }

bool identical(Interval x, Interval y) {
  return detail::equal(x.lower_, y.lower_) && detail::equal(x.upper_, y.upper_);
}

void verify_rounding() { detail::verify_rounding(UpwardRounding()); }

}  // namespace filippov
