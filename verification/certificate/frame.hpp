#pragma once

#include "range.hpp"

namespace checker {

/// The factors r of b = F r by the products X b, X = F^T, where the columns of the frame F are
/// nearly orthonormal: r = X b + E r with E = 1 - X F, so that |r| <= R = |X b| + 2 e max |X b| if
/// the rows of |E| sum up to e < 1/2, and r is in X b +- |E| R. What a group of columns has no part
/// in hardly gets any of its rounding errors. Throws Refusal if they are not nearly orthonormal.
inline Box factors_in(const std::vector<Box>& frame, const Box& products) {
  Range largest;
  for (const Range& product : products) largest = hull(largest, magnitude(product));
  std::vector<Box> defects;  // |E|
  Box bounds;                // R
  for (std::size_t c = 0; c < frame.size(); ++c) {
    Box& defect = defects.emplace_back();
    Range sum;
    for (std::size_t k = 0; k < frame.size(); ++k) {
      defect.push_back(magnitude(dot(frame[c], frame[k]) - Range(c == k ? 1 : 0)));
      sum += defect.back();
    }
    require((Range(0.5) - sum).positive(), "the frame is not orthonormal");
    bounds.push_back(magnitude(products[c]) + 2 * sum * largest);
  }
  Box factors = products;
  for (std::size_t c = 0; c < frame.size(); ++c)
    factors[c] += dot(defects[c], bounds) * Range(-1, 1);
  return factors;
}

}  // namespace checker
