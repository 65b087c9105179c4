#pragma once

#include <gmp.h>

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "filippov/arithmetic/interval.hpp"

namespace filippov::detail {

/// An exact rational number.
class Rational {
 public:
  Rational() { mpq_init(value_); }
  /// The double itself, which is finite.
  explicit Rational(double x) : Rational() { mpq_set_d(value_, x); }
  Rational(const Rational& other) : Rational() { mpq_set(value_, other.value_); }
  Rational(Rational&& other) noexcept : Rational() { mpq_swap(value_, other.value_); }
  Rational& operator=(Rational other) {
    mpq_swap(value_, other.value_);
    return *this;
  }
  ~Rational() { mpq_clear(value_); }
  /// The number that a decimal text denotes; nothing if it is no decimal or takes thousands of
  /// digits.
  static std::optional<Rational> from_decimal(std::string_view text);

  Rational& operator+=(const Rational& x) {
    mpq_add(value_, value_, x.value_);
    return *this;
  }
  Rational& operator*=(const Rational& x) {
    mpq_mul(value_, value_, x.value_);
    return *this;
  }
  /// x is not 0.
  Rational& operator/=(const Rational& x) {
    mpq_div(value_, value_, x.value_);
    return *this;
  }
  Rational operator-() const {
    Rational result(*this);
    mpq_neg(result.value_, result.value_);
    return result;
  }
  /// The number as a double, if it is one.
  std::optional<double> exact_double() const;
  /// Doubles next to each other that it is between, or equal to one of.
  Interval enclosure() const;
  int sign() const { return mpq_sgn(value_); }
  /// One text per number: "-3/7".
  std::string text() const;

 private:
  mpq_t value_;
};

}  // namespace filippov::detail
