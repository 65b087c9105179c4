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

/// The states center + sum_c columns_c r_c, r_c in factors_c: first the `shared` columns, whose
/// factors all sets of a tube have in common, in the end those of a frame.
struct Set {
  Box center;
  std::vector<Box> columns;
  Box factors;
  std::size_t shared = 0;

  /// Of <row, x - center>.
  Range spread(const Box& row) const {
    Range sum;
    for (std::size_t c = 0; c < factors.size(); ++c)
      sum.add_product(dot(row, columns[c]), factors[c]);
    return sum;
  }
  /// The box around it and its center.
  Box box() const {
    Box result = center;
    for (std::size_t c = 0; c < factors.size(); ++c) add_product(result, columns[c], factors[c]);
    for (std::size_t i = 0; i < center.size(); ++i) result[i] = hull(result[i], center[i]);
    return result;
  }
  /// Adds a box to it: unit vectors as columns.
  void add(const Box& box, bool is_shared) {
    for (std::size_t i = 0; i < box.size(); ++i) {
      if (box[i].is_zero()) continue;
      const std::size_t place = is_shared ? shared++ : columns.size();
      columns.insert(columns.begin() + place, Box(box.size()))->at(i) = 1;
      factors.insert(factors.begin() + place, box[i]);
    }
  }
  /// The same states with points as center and shared columns, and the rest by the columns of a
  /// frame.
  Set framed(const std::vector<Box>& frame) const {
    Set rest = *this, next = *this;
    next.columns.resize(shared);
    next.factors.resize(shared);
    rest.center = make_points(next.center);
    for (std::size_t c = 0; c < shared; ++c) rest.columns[c] = make_points(next.columns[c]);
    Box products;
    for (const Box& column : frame)
      products.push_back(dot(column, rest.center) + rest.spread(column));
    const Box factors = factors_in(frame, products);
    next.columns.insert(next.columns.end(), frame.begin(), frame.end());
    next.factors.insert(next.factors.end(), factors.begin(), factors.end());
    return next;
  }
};

}  // namespace checker
