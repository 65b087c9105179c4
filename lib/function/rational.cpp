#include "rational.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <vector>

namespace filippov::detail {

std::optional<Rational> Rational::from_decimal(std::string_view text) {
  constexpr long most = 4000;
  if (text.size() > most) return std::nullopt;
  std::string digits;
  long exponent = 0;
  std::size_t at = 0;
  const auto is_sign = [&] { return at < text.size() && (text[at] == '-' || text[at] == '+'); };
  const bool negative = text.starts_with('-');
  if (is_sign()) ++at;
  bool after_point = false;
  for (; at < text.size() && text[at] != 'e' && text[at] != 'E'; ++at) {
    if (text[at] == '.') {
      if (after_point) return std::nullopt;
      after_point = true;
      continue;
    }
    if (text[at] < '0' || text[at] > '9') return std::nullopt;
    digits += text[at];
    if (after_point) --exponent;
  }
  if (digits.empty()) return std::nullopt;
  if (at < text.size()) {
    ++at;
    if (at < text.size() && text[at] == '+') ++at;
    long written = 0;
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data() + at, end, written);
    if (error != std::errc{} || stop != end || std::labs(written) > most) return std::nullopt;
    exponent += written;
  }
  Rational result;
  mpz_set_str(mpq_numref(result.value_), digits.c_str(), 10);
  Rational power;
  mpz_ui_pow_ui(mpq_numref(power.value_), 10, static_cast<unsigned long>(std::labs(exponent)));
  if (exponent >= 0) {
    result *= power;
  } else {
    result /= power;
  }
  return negative ? -result : result;
}

std::optional<double> Rational::exact_double() const {
  const double x = mpq_get_d(value_);  // rounded towards 0
  if (!std::isfinite(x)) return std::nullopt;
  const Rational again(x);
  if (mpq_equal(again.value_, value_) == 0) return std::nullopt;
  return x;
}

Interval Rational::enclosure() const {
  constexpr double largest = std::numeric_limits<double>::max();
  const double inward = std::clamp(mpq_get_d(value_), -largest, largest);  // rounded towards 0
  const double outward = std::nextafter(inward, sign() * std::numeric_limits<double>::infinity());
  return sign() < 0 ? Interval(outward, inward) : Interval(inward, outward);
}

std::string Rational::text() const {
  // Two signs, the slash and the end beside the digits.
  std::vector<char> buffer(mpz_sizeinbase(mpq_numref(value_), 10) +
                           mpz_sizeinbase(mpq_denref(value_), 10) + 4);
  return mpq_get_str(buffer.data(), 10, value_);
}

}  // namespace filippov::detail
