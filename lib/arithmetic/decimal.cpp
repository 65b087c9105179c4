#include <fmt/format.h>
#include <mpfr.h>

#include <algorithm>
#include <cctype>
#include <string>
#include <string_view>

#include "filippov/arithmetic/error.hpp"
#include "filippov/arithmetic/interval.hpp"
#include "multiprecision.hpp"

namespace filippov {
namespace {

/// [+-] digits [. digits] [(e|E) [+-] digits], with a digit before or after the point.
bool is_decimal(std::string_view text) {
  std::size_t at = 0;
  const auto sign = [&] { at += at < text.size() && (text[at] == '+' || text[at] == '-'); };
  const auto digits = [&] {
    const std::size_t start = at;
    while (at < text.size() && text[at] >= '0' && text[at] <= '9') ++at;
    return at - start;
  };
  sign();
  std::size_t mantissa = digits();
  if (at < text.size() && text[at] == '.') {
    ++at;
    mantissa += digits();
  }
  if (mantissa == 0) return false;
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    sign();
    if (digits() == 0) return false;
  }
  return at == text.size();
}

double read(const std::string& text, mpfr_rnd_t rounding) {
  const detail::MultiprecisionScope scope;
  detail::Multiprecision<53> x;
  mpfr_strtofr(x, text.c_str(), nullptr, 10, rounding);
  return mpfr_get_d(x, rounding);
}

}  // namespace

Interval Interval::from_decimal(std::string_view text) {
  if (!is_decimal(text)) {
    throw Error(fmt::format("expected a decimal number such as -1.5e-3, got \"{}\"", text));
  }
  const std::string copy(text);
  return ordered(read(copy, MPFR_RNDD), read(copy, MPFR_RNDU));
}

}  // namespace filippov
