#include "filippov/arithmetic/interval_io.hpp"

#include <fmt/format.h>
#include <mpfr.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <ostream>

#include "filippov/arithmetic/error.hpp"
#include "infinity.hpp"
#include "multiprecision.hpp"
#include "ordering.hpp"

namespace filippov {
namespace {

using detail::infinity;

double read_to_nearest(const std::string& text) {
  double x = 0;
  std::from_chars(text.data(), text.data() + text.size(), x);
  return x;
}

/// x > 0 finite, to `digits` significant digits, as "d.ddde-n" or plain, without trailing zeros.
std::string decimal(double x, int digits, mpfr_rnd_t rounding) {
  detail::Multiprecision<53> value(x);
  mpfr_exp_t exponent = 0;
  char mantissa[32];
  mpfr_get_str(mantissa, &exponent, 10, static_cast<std::size_t>(digits), value, rounding);
  std::string_view text(mantissa);
  text = text.substr(0, text.find_last_not_of('0') + 1);
  // The value is 0.text * 10^exponent.
  const auto point = [&](std::size_t place) {
    const std::string_view fraction = text.substr(place);
    return fmt::format("{}{}{}", text.substr(0, place), fraction.empty() ? "" : ".", fraction);
  };
  if (exponent > 17 || exponent < -4) return fmt::format("{}e{}", point(1), exponent - 1);
  if (exponent <= 0) return fmt::format("0.{:0<{}}{}", "", -exponent, text);
  if (exponent >= static_cast<mpfr_exp_t>(text.size()))
    return fmt::format("{:0<{}}", text, exponent);
  return point(static_cast<std::size_t>(exponent));
}

/// The number of digits of the shortest decimal, on whichever side, that is read as x > 0.
int shortest_length(double x) {
  char text[32];
  const char* const end =
      std::to_chars(text, text + sizeof text, x, std::chars_format::scientific).ptr;
  int digits = 0;
  for (const char* c = text; c != end && *c != 'e'; ++c) digits += *c != '.';
  return digits;
}

/// The shortest decimal on one side of x > 0 that is read as x.
std::string shortest(double x, bool upward) {
  if (x == infinity) return "inf";
  const mpfr_rnd_t rounding = upward ? MPFR_RNDU : MPFR_RNDD;
  // With 18 digits a decimal is nearer to x than half the distance to the next double.
  for (int digits = std::max(2, shortest_length(x)); digits < 18; ++digits) {
    std::string text = decimal(x, digits, rounding);
    if (detail::equal(read_to_nearest(text), x)) return text;
  }
  return decimal(x, 18, rounding);
}

std::string signed_decimal(double x, bool upward) {
  const detail::MultiprecisionScope scope;
  if (detail::is_nan(x)) throw Error("expected a number to print, got NaN");
  if (detail::is_zero(x)) return "0";
  return detail::is_positive(x) ? shortest(x, upward) : fmt::format("-{}", shortest(-x, !upward));
}

std::string_view trim(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

Interval parse_end(std::string_view text, bool is_lower) {
  if (is_lower && text == "-inf") return Interval(-infinity, 0);
  if (!is_lower && (text == "inf" || text == "+inf")) return Interval(0, infinity);
  return Interval::from_decimal(text);
}

}  // namespace

std::string decimal_below(double x) { return signed_decimal(x, false); }

std::string decimal_above(double x) { return signed_decimal(x, true); }

std::string to_string(Interval x) {
  return fmt::format("[{}, {}]", decimal_below(x.lower()), decimal_above(x.upper()));
}

std::ostream& operator<<(std::ostream& out, Interval x) { return out << to_string(x); }

Interval parse_interval(std::string_view text) {
  const std::string_view body = trim(text);
  if (body.empty() || body.front() != '[') return Interval::from_decimal(body);
  const std::size_t comma = body.find(',');
  if (body.back() != ']' || comma == std::string_view::npos) {
    throw Error(fmt::format("expected an interval such as [0.49, 0.51], got \"{}\"", text));
  }
  const Interval lower = parse_end(trim(body.substr(1, comma - 1)), true);
  const Interval upper = parse_end(trim(body.substr(comma + 1, body.size() - comma - 2)), false);
  if (detail::less(upper.upper(), lower.lower())) {
    throw Error(fmt::format("expected an interval with its lower end first, got \"{}\"", text));
  }
  return Interval(lower.lower(), upper.upper());
}

}  // namespace filippov
