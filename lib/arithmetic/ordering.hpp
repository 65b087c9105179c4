#pragma once

#include <bit>
#include <cstdint>
#include <limits>

namespace filippov::detail {

// Comparisons of doubles, which are not NaN but for is_finite and is_nan, done on their bits: a
// processor told to flush subnormal numbers to zero (as a program linked with -ffast-math tells it)
// takes them for zero when it compares, too, and would find 0 in an interval that does not contain
// it, or the reverse.

/// Integers in the same order as the doubles; -0 and 0 are both 0.
inline std::int64_t rank(double x) noexcept {
  const auto bits = std::bit_cast<std::int64_t>(x);
  return bits >= 0 ? bits : std::numeric_limits<std::int64_t>::min() - bits;
}

inline bool less(double x, double y) noexcept { return rank(x) < rank(y); }
inline bool less_equal(double x, double y) noexcept { return rank(x) <= rank(y); }
inline bool equal(double x, double y) noexcept { return rank(x) == rank(y); }
inline bool is_negative(double x) noexcept { return rank(x) < 0; }
inline bool is_positive(double x) noexcept { return rank(x) > 0; }
inline bool is_zero(double x) noexcept { return rank(x) == 0; }
/// Neither infinite nor NaN.
inline bool is_finite(double x) noexcept {
  constexpr std::int64_t exponent = 0x7ff0000000000000;
  return (std::bit_cast<std::int64_t>(x) & exponent) != exponent;
}
inline bool is_nan(double x) noexcept {
  constexpr std::int64_t all_but_sign = 0x7fffffffffffffff;
  return (std::bit_cast<std::int64_t>(x) & all_but_sign) > 0x7ff0000000000000;
}
inline double smaller(double x, double y) noexcept { return less(y, x) ? y : x; }
inline double larger(double x, double y) noexcept { return less(x, y) ? y : x; }

/// The next double above x, which is not inf.
inline double next_up(double x) noexcept {
  const std::int64_t next = rank(x) + 1;
  return std::bit_cast<double>(next >= 0 ? next : std::numeric_limits<std::int64_t>::min() - next);
}

}  // namespace filippov::detail
