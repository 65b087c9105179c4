#pragma once

// Intervals of about twice the digits of a double, for the few numbers that need them.

#include <bit>
#include <cmath>
#include <cstdint>
#include <string_view>

#include "upward_interval.hpp"

namespace filippov::detail {

/// The set {middle + x : x in rest} of numbers near a double: of 106 bits where the rest is some
/// 2^-53 of the middle and known to 53 bits ("double-double"). To be used inside an UpwardScope
/// only; as unchecked as UpwardInterval.
///
/// Every operation contains the exact result, and the proof uses no error-free transformation
/// (those are for rounding to nearest). The middle of a result may be any double m at all: the rest
/// is an enclosure, in UpwardInterval, of an expression equal to the exact result minus m, such as
/// (a - m) + b for a + b. That m is the rounded result makes these differences doubles, or nearly
/// so, and the rest narrow; it does not matter to what is claimed. Source of the expressions:
/// Dekker, A floating-point technique for extending the available precision (1971).
class PreciseInterval {
 public:
  PreciseInterval() = default;
  PreciseInterval(double x) noexcept : middle_(x) {}  // NOLINT: as in 2 * x
  PreciseInterval(double middle, UpwardInterval rest) noexcept : middle_(middle), rest_(rest) {}
  explicit PreciseInterval(const UpwardInterval& x) noexcept
      : middle_(opaque(x.midpoint())), rest_(x - UpwardInterval(middle_)) {}
  /// The number that a text denotes: as in Interval::from_decimal, or "pi".
  static PreciseInterval from_decimal(std::string_view text);

  double middle() const { return middle_; }
  const UpwardInterval& rest() const { return rest_; }
  UpwardInterval interval() const { return UpwardInterval(middle_) + rest_; }
  bool is_bounded() const { return interval().is_bounded(); }
  bool is_positive() const { return interval().is_positive(); }
  bool contains_zero() const { return interval().contains_zero(); }
  /// The same set around a double in it, or next to it.
  PreciseInterval centered() const {
    const double offset = opaque(rest_.midpoint());
    return sum(middle_, offset) + (rest_ - UpwardInterval(offset));
  }

  friend PreciseInterval operator-(const PreciseInterval& a) { return {-a.middle_, -a.rest_}; }
  friend PreciseInterval operator+(const PreciseInterval& a, const UpwardInterval& b) {
    return {a.middle_, a.rest_ + b};
  }
  friend PreciseInterval operator+(const PreciseInterval& a, const PreciseInterval& b) {
    return sum(a.middle_, b.middle_) + (a.rest_ + b.rest_);
  }
  friend PreciseInterval operator-(const PreciseInterval& a, const PreciseInterval& b) {
    return a + -b;
  }
  friend PreciseInterval operator*(const PreciseInterval& a, const PreciseInterval& b) {
    const UpwardInterval crossed = b.interval() * a.rest_ + b.rest_ * a.middle_;
    return product(a.middle_, b.middle_) + crossed;
  }
  friend PreciseInterval operator*(const PreciseInterval& a, double b) {
    return product(a.middle_, b) + a.rest_ * b;
  }
  /// x / y = q + (x - q y) / y for every number q.
  friend PreciseInterval operator/(const PreciseInterval& a, const PreciseInterval& b) {
    const double q = opaque(opaque(a.middle_) / opaque(b.middle_));
    return {q, (a - b * q).interval() / b.interval()};
  }
  /// a / n for a positive number n.
  friend PreciseInterval divided(const PreciseInterval& a, double n) {
    const double q = opaque(opaque(a.middle_) / opaque(n));
    return {q, divided((a - product(q, n)).interval(), n)};
  }
  friend PreciseInterval sqr(const PreciseInterval& a) {
    const UpwardInterval crossed = a.rest_ * a.middle_;
    return product(a.middle_, a.middle_) + (crossed + crossed + sqr(a.rest_));
  }
  friend PreciseInterval add_product(const PreciseInterval& sum, const PreciseInterval& a,
                                     const PreciseInterval& b) {
    return sum + a * b;
  }

 private:
  /// a + b
  static PreciseInterval sum(double a, double b) {
    const double s = opaque(opaque(a) + opaque(b));
    const bool ordered = std::abs(a) >= std::abs(b);
    const UpwardInterval larger(ordered ? a : b);
    return {s, (larger - UpwardInterval(s)) + UpwardInterval(ordered ? b : a)};
  }
  /// a b, from the four products of the halves of a and b, in an order in which p goes first.
  static PreciseInterval product(double a, double b) {
    const double p = opaque(opaque(a) * opaque(b));
    const double a1 = leading(a);
    const double b1 = leading(b);
    const UpwardInterval a2 = UpwardInterval(a) - UpwardInterval(a1);
    const UpwardInterval b2 = UpwardInterval(b) - UpwardInterval(b1);
    const UpwardInterval first = UpwardInterval(a1) * b1 - UpwardInterval(p);
    return {p, ((first + b2 * a1) + a2 * b1) + a2 * b2};
  }
  /// x to 26 bits; not finite for some of the largest.
  static double leading(double x) {
    constexpr std::uint64_t unit = std::uint64_t{1} << 27;
    return std::bit_cast<double>((std::bit_cast<std::uint64_t>(x) + unit / 2) & ~(unit - 1));
  }

  double middle_ = 0;
  UpwardInterval rest_;
};

/// The square root of a set of positive numbers.
PreciseInterval sqrt(const PreciseInterval& x);
PreciseInterval exp(const PreciseInterval& x);
/// Of a set of positive numbers.
PreciseInterval log(const PreciseInterval& x);
PreciseInterval sin(const PreciseInterval& x);
PreciseInterval cos(const PreciseInterval& x);
/// Not bounded if the set may contain a pole.
PreciseInterval tan(const PreciseInterval& x);
PreciseInterval atan(const PreciseInterval& x);
PreciseInterval sinh(const PreciseInterval& x);
PreciseInterval cosh(const PreciseInterval& x);
PreciseInterval tanh(const PreciseInterval& x);
/// x^p for a set of positive numbers x and all p in the exponent; to 53 bits.
PreciseInterval pow(const PreciseInterval& x, const UpwardInterval& exponent);

}  // namespace filippov::detail
