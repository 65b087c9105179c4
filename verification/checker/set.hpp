#pragma once

#include "range.hpp"

namespace checker {

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
    for (std::size_t i = 0; i < center.size(); ++i) {
      for (std::size_t c = 0; c < factors.size(); ++c)
        result[i].add_product(columns[c][i], factors[c]);
      result[i] = hull(result[i], center[i]);
    }
    return result;
  }
  /// Adds a box to it: unit vectors as columns.
  void add(const Box& box, bool is_shared) {
    for (std::size_t i = 0; i < box.size(); ++i) {
      if (box[i].is_zero()) continue;
      const std::size_t place = is_shared ? shared++ : columns.size();
      columns.insert(columns.begin() + place, Box(box.size()));
      columns[place][i] = 1;
      factors.insert(factors.begin() + place, box[i]);
    }
  }
  /// Makes ranges points, and returns what these leave out.
  static Box round(Box& ranges) {
    Box rest = ranges;
    for (std::size_t i = 0; i < ranges.size(); ++i) rest[i] -= ranges[i] = ranges[i].point();
    return rest;
  }
  /// The same states with points as center and shared columns, and the rest by the columns of a
  /// frame F, which are nearly orthonormal: with X = F^T the factors r of b are r = X b + (1 - X F)
  /// r, so that |r| <= |X b| / (1 - |1 - X F|) in the maximum norm, if that is less than 1.
  Set framed(const std::vector<Box>& frame) const {
    Set rest = *this, next = *this;
    next.columns.resize(shared);
    next.factors.resize(shared);
    rest.center = round(next.center);
    for (std::size_t c = 0; c < shared; ++c) rest.columns[c] = round(next.columns[c]);
    Range size, error;
    for (const Box& column : frame) {
      Range defect;
      for (const Box& other : frame)
        defect += magnitude(dot(column, other) - Range(&column == &other ? 1 : 0));
      next.columns.push_back(column);
      next.factors.push_back(dot(column, rest.center) + rest.spread(column));
      size = hull(size, magnitude(next.factors.back()));
      error = hull(error, defect);
    }
    require((Range(0.5) - error).positive(), "the frame is not orthonormal");
    for (std::size_t c = shared; c < next.factors.size(); ++c)
      next.factors[c] += Range(-1, 1) * error * size / (Range(1) - error);
    return next;
  }
};

}  // namespace checker
