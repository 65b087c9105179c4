#include "number.hpp"

#include <charconv>
#include <cmath>
#include <limits>
#include <string>

namespace filippov::detail {

namespace {

/// A decimal with a longer exponent is not worth a fraction.
constexpr int largest_exponent = 1000;

/// +-digits[.digits][e+-digits] as a fraction.
std::optional<mpq_class> fraction_of(std::string_view text) {
  const bool negative = text.starts_with('-');
  std::string digits;
  int exponent = 0;
  bool after_point = false;
  std::size_t at = negative || text.starts_with('+') ? 1 : 0;
  for (; at < text.size() && text[at] != 'e' && text[at] != 'E'; ++at) {
    if (text[at] == '.') {
      after_point = true;
      continue;
    }
    digits += text[at];
    if (after_point) --exponent;
  }
  if (at < text.size()) {
    std::string_view written = text.substr(at + 1);
    if (written.starts_with('+')) written.remove_prefix(1);
    int shift = 0;
    const auto [end, error] =
        std::from_chars(written.data(), written.data() + written.size(), shift);
    if (error != std::errc() || std::abs(shift) > largest_exponent) return std::nullopt;
    exponent += shift;
  }
  if (digits.empty() || std::abs(exponent) > largest_exponent) return std::nullopt;
  mpq_class value(mpz_class(digits, 10));
  mpz_class power;
  mpz_ui_pow_ui(power.get_mpz_t(), 10, static_cast<unsigned long>(std::abs(exponent)));
  if (exponent < 0) {
    value /= power;
  } else {
    value *= power;
  }
  return negative ? -value : value;
}

}  // namespace

Number::Number(Interval enclosure) : exact_(enclosure.is_point()), enclosure_(enclosure) {
  if (exact_) fraction_ = enclosure.lower();
}

Number::Number(std::string_view text, Interval enclosure) : Number(enclosure) {
  if (exact_ || text.empty()) return;
  if (const auto fraction = fraction_of(text)) {
    exact_ = true;
    fraction_ = *fraction;
  }
}

Interval Number::range() const {
  if (!exact_) return enclosure_;
  constexpr double infinity = std::numeric_limits<double>::infinity();
  const double d = fraction_.get_d();  // rounded towards zero
  if (!std::isfinite(d)) return Interval::entire();
  const int order = cmp(fraction_, mpq_class(d));
  if (order == 0) return d;
  return order > 0 ? Interval(d, std::nextafter(d, infinity))
                   : Interval(std::nextafter(d, -infinity), d);
}

std::optional<int> Number::sign() const {
  if (exact_) return sgn(fraction_);
  if (certainly_positive(enclosure_)) return 1;
  if (certainly_negative(enclosure_)) return -1;
  return std::nullopt;
}

Number operator+(const Number& a, const Number& b) {
  if (a.exact_ && b.exact_) return Number(mpq_class(a.fraction_ + b.fraction_));
  return Number(a.range() + b.range());
}

Number operator-(const Number& a, const Number& b) {
  if (a.exact_ && b.exact_) return Number(mpq_class(a.fraction_ - b.fraction_));
  return Number(a.range() - b.range());
}

Number operator*(const Number& a, const Number& b) {
  if (a.is_zero() || b.is_zero()) return 0;
  if (a.exact_ && b.exact_) return Number(mpq_class(a.fraction_ * b.fraction_));
  return Number(a.range() * b.range());
}

Number operator-(const Number& a) {
  return a.exact_ ? Number(mpq_class(-a.fraction_)) : Number(-a.enclosure_);
}

}  // namespace filippov::detail
