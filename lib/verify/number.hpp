#pragma once

#include <gmpxx.h>

#include <optional>
#include <string_view>

#include "filippov/arithmetic/interval.hpp"

namespace filippov::detail {

/// A real number: exactly, as a fraction, where that is known; else an interval that contains it.
/// Sums and products of exact numbers are exact, so that their signs are always known.
class Number {
 public:
  Number(int n = 0) : fraction_(n) {}  // NOLINT: implicit, so that 2 * x works
  explicit Number(mpq_class fraction) : fraction_(std::move(fraction)) {}
  /// An interval of one point is that number exactly.
  explicit Number(Interval enclosure);
  /// The decimal `text`, known to be in `enclosure`; the enclosure if the text is empty.
  Number(std::string_view text, Interval enclosure);

  bool is_exact() const { return exact_; }
  /// Meaningful for exact numbers.
  const mpq_class& fraction() const { return fraction_; }
  /// The tightest interval known to contain the number.
  Interval range() const;
  double approximate() const { return range().midpoint(); }
  /// -1, 0 or 1; nothing if the enclosure does not tell.
  std::optional<int> sign() const;
  /// Known to be zero.
  bool is_zero() const { return exact_ && sgn(fraction_) == 0; }

  friend Number operator+(const Number& a, const Number& b);
  friend Number operator-(const Number& a, const Number& b);
  friend Number operator*(const Number& a, const Number& b);
  friend Number operator-(const Number& a);
  Number& operator+=(const Number& b) { return *this = *this + b; }

 private:
  bool exact_ = true;
  mpq_class fraction_;
  Interval enclosure_;  // unless exact
};

}  // namespace filippov::detail
