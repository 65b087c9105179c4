#pragma once

#include "range.hpp"

namespace checker {

/// Polynomials with ranges as coefficients.
inline Range value(const Box& c, const Range& t) {
  Range sum;
  for (std::size_t k = c.size(); k-- > 0;) sum = sum * t + c[k];
  return sum;
}

/// It has values on [lo, hi] of which `good` holds, as for all larger ones; or, where it `departs`
/// from c_0 >= 0 at 0, positive ones on (0, hi].
inline bool stays(bool (Range::*good)() const, const Box& c, double lo, double hi, bool departs,
                  int depth = 0) {
  const Box quotient(c.begin() + 1, c.end());  // (c(t) - c_0) / t
  if (departs && lo == 0) {
    if (value(quotient, Range(lo, hi)).positive()) return true;
  } else {
    Box slopes = quotient;
    for (std::size_t k = 0; k < slopes.size(); ++k) slopes[k] = Range(k + 1) * slopes[k];
    const int slope = value(slopes, Range(lo, hi)).sign();
    if (slope != 0) return (value(c, slope > 0 ? lo : hi).*good)();
    if ((value(c, Range(lo, hi)).*good)()) return true;
  }
  const double middle = 0.5 * lo + 0.5 * hi;
  return depth < 30 && stays(good, c, lo, middle, departs, depth + 1) &&
         stays(good, c, middle, hi, departs, depth + 1);
}

}  // namespace checker
