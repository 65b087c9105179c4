#include "decimal_text.hpp"

#include <charconv>
#include <string>

namespace filippov::detail {

namespace {

/// +-digits * 10^exponent, without zeros at either end of the digits.
struct Decimal {
  bool negative = false;
  std::string digits;
  long long exponent = 0;

  bool operator==(const Decimal&) const = default;
};

constexpr long long largest_exponent = 1'000'000'000'000'000;

long long read_exponent(std::string_view text) {
  if (!text.empty() && text.front() == '+') text.remove_prefix(1);
  const bool negative = !text.empty() && text.front() == '-';
  long long exponent = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), exponent);
  if (result.ec != std::errc{}) return negative ? -largest_exponent : largest_exponent;
  return exponent;
}

Decimal normalised(std::string_view text) {
  Decimal d;
  std::size_t at = 0;
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) {
    d.negative = text[0] == '-';
    at = 1;
  }
  bool after_point = false;
  for (; at < text.size() && text[at] != 'e' && text[at] != 'E'; ++at) {
    if (text[at] == '.') {
      after_point = true;
    } else {
      if (!d.digits.empty() || text[at] != '0') d.digits += text[at];
      if (after_point) --d.exponent;
    }
  }
  if (at < text.size()) d.exponent += read_exponent(text.substr(at + 1));
  while (!d.digits.empty() && d.digits.back() == '0') {
    d.digits.pop_back();
    ++d.exponent;
  }
  return d.digits.empty() ? Decimal{} : d;
}

}  // namespace

bool same_number(std::string_view a, std::string_view b) { return normalised(a) == normalised(b); }

std::string normal_text(std::string_view decimal, bool negated) {
  const Decimal d = normalised(decimal);
  if (d.digits.empty()) return "0";
  return (d.negative != negated ? "-" : "") + d.digits + "e" + std::to_string(d.exponent);
}

}  // namespace filippov::detail
