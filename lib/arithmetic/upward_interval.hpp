#pragma once

// Intervals for hot loops: all operations between one change of the rounding mode and the next.

#include <algorithm>
#include <cmath>
#include <limits>

#include "filippov/arithmetic/interval.hpp"
#include "ordering.hpp"
#include "rounding.hpp"

namespace filippov::detail {

/// While it lives, results are rounded upward: what UpwardInterval needs.
class UpwardScope {
 public:
  UpwardScope() noexcept : scope_(RoundingMode::upward) {}

 private:
  RoundingScope scope_;
};

/// A closed interval [lower, upper], kept as the pair (-lower, upper), so that both ends round
/// outward in the upward mode. Every operation contains the exact result; + - and products with a
/// double are as tight as Interval's, * and / too. To be used inside an UpwardScope only.
///
/// Unlike Interval it is checked nowhere: overflow gives infinite ends, a division by an interval
/// with 0 the real line, 0 times infinity an end that is not a number; is_bounded() is false for
/// each of these, and no comparison that proves something is true.
///
/// What it rests on: every value that enters, every result and every negated factor passes an empty
/// volatile assembly statement, so that the compiler folds none of them, takes no minus sign out of
/// a product (as clang does) and moves nothing across the change of mode, which is volatile
/// assembly too (see rounding.hpp).
class UpwardInterval {
 public:
  UpwardInterval() noexcept : ends_{0, 0} {}
  UpwardInterval(double x) noexcept : ends_(pinned(Pair{-x, x})) {}  // NOLINT: as in 2 * x
  UpwardInterval(double lower, double upper) noexcept : ends_(pinned(Pair{-lower, upper})) {}
  explicit UpwardInterval(Interval x) noexcept : UpwardInterval(x.lower(), x.upper()) {}

  double lower() const { return -ends_[0]; }
  double upper() const { return ends_[1]; }
  /// Throws Error if the ends are not an interval's: check is_bounded() first.
  Interval interval() const { return {lower(), upper()}; }
  double magnitude() const {
    const double m = std::max(std::abs(ends_[0]), std::abs(ends_[1]));
    return ends_[0] + ends_[1] == ends_[0] + ends_[1] ? m : std::numeric_limits<double>::infinity();
  }
  /// A double near the centre.
  double midpoint() const { return 0.5 * (ends_[1] - ends_[0]); }
  bool is_bounded() const { return is_finite(ends_[0]) && is_finite(ends_[1]); }
  bool is_positive() const { return -ends_[0] > 0 && ends_[1] > 0; }
  bool is_negative() const { return ends_[1] < 0 && ends_[0] > 0; }
  /// True also when it is not known.
  bool contains_zero() const { return !(is_positive() || is_negative()); }
  bool contains(const UpwardInterval& other) const {
    return other.ends_[0] <= ends_[0] && other.ends_[1] <= ends_[1];
  }
  /// In its interior.
  bool contains_inside(const UpwardInterval& other) const {
    return other.ends_[0] < ends_[0] && other.ends_[1] < ends_[1];
  }

  friend UpwardInterval operator-(const UpwardInterval& a) { return from(swapped(a.ends_)); }
  friend UpwardInterval operator+(const UpwardInterval& a, const UpwardInterval& b) {
    return from(pinned(a.ends_ + b.ends_));
  }
  friend UpwardInterval operator-(const UpwardInterval& a, const UpwardInterval& b) {
    return from(pinned(a.ends_ + swapped(b.ends_)));
  }
  /// (-lower, upper) of the product is the larger of (-a0 b, a1 b) and (-a1 b, a0 b) over the ends
  /// b of the second factor.
  friend UpwardInterval operator*(const UpwardInterval& a, const UpwardInterval& b) {
    const Pair low{-b.ends_[0], -b.ends_[0]};
    const Pair high{b.ends_[1], b.ends_[1]};
    const Pair crossed = pinned(-swapped(a.ends_));
    return from(pinned(larger(larger(pinned(a.ends_ * low), pinned(a.ends_ * high)),
                              larger(pinned(crossed * low), pinned(crossed * high)))));
  }
  friend UpwardInterval operator*(const UpwardInterval& a, double b) {
    const Pair factor = pinned(Pair{b, b});
    return from(b >= 0 ? pinned(a.ends_ * factor) : pinned(pinned(-swapped(a.ends_)) * factor));
  }
  friend UpwardInterval operator/(const UpwardInterval& a, const UpwardInterval& b) {
    if (b.contains_zero()) {
      constexpr double infinity = std::numeric_limits<double>::infinity();
      return {-infinity, infinity};
    }
    const Pair low{-b.ends_[0], -b.ends_[0]};
    const Pair high{b.ends_[1], b.ends_[1]};
    const Pair crossed = pinned(-swapped(a.ends_));
    return from(pinned(larger(larger(pinned(a.ends_ / low), pinned(a.ends_ / high)),
                              larger(pinned(crossed / low), pinned(crossed / high)))));
  }
  /// a / n for a positive number n.
  friend UpwardInterval divided(const UpwardInterval& a, double n) {
    return from(pinned(a.ends_ / pinned(Pair{n, n})));
  }
  friend UpwardInterval sqr(const UpwardInterval& a) {
    const UpwardInterval square = a * a;
    return a.contains_zero() ? UpwardInterval(0.0, square.upper()) : square;
  }
  /// sum + a b
  friend UpwardInterval add_product(const UpwardInterval& sum, const UpwardInterval& a,
                                    const UpwardInterval& b) {
    return sum + a * b;
  }
  friend UpwardInterval add_product(const UpwardInterval& sum, const UpwardInterval& a, double b) {
    return sum + a * b;
  }

 private:
  using Pair __attribute__((vector_size(16))) = double;
  using Mask __attribute__((vector_size(16))) = long long;

  static UpwardInterval from(Pair ends) {
    UpwardInterval result;
    result.ends_ = ends;
    return result;
  }
  static Pair swapped(Pair x) { return Pair{x[1], x[0]}; }
  /// Not a number where one of them is not: x > y ? x : y is y there.
  static Pair larger(Pair x, Pair y) {
    return (Pair)((Mask)(x > y ? x : y) | (Mask)(x != x));  // NOLINT: the bits, not the value
  }
  static Pair pinned(Pair x) noexcept {
#if defined(__x86_64__)
    asm volatile("" : "+x"(x));
#elif defined(__aarch64__)
    asm volatile("" : "+w"(x));
#else
    asm volatile("" : "+m"(x));
#endif
    return x;
  }

  Pair ends_;
};

}  // namespace filippov::detail
