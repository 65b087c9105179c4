#pragma once

#include <bit>
#include <cstdint>

namespace filippov::detail {

/// x^(-1/n) to within 0.3 %, for normal positive x and n = 4 or 5: what a step's length needs, at a
/// small part of the time of `pow`. The bits of a double are nearly its logarithm; that guess is
/// good to 3.2 %, and one step of Newton's method for y^-n = x squares its error.
template <int n>
double inverse_root(double x) {
  static_assert(n == 4 || n == 5);
  // 1023 is the exponent's bias; 0.06 spreads the error of the guess evenly.
  constexpr auto one = static_cast<std::uint64_t>((1023 * (1 + 1.0 / n) - 0.06) * 0x1p52);
  const double y = std::bit_cast<double>(one - std::bit_cast<std::uint64_t>(x) / n);
  const double square = y * y;
  const double rest = n == 4 ? x : x * y;
  return (y * (1.0 / n)) * ((n + 1) - square * square * rest);
}

}  // namespace filippov::detail
