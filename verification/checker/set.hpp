#pragma once

#include "inclusion.hpp"

namespace checker {

/// The states center + generators r, r in factors: first the `shared` factors that all sets have
/// in common, in the end those of a frame.
struct Set {
  Box center;
  Matrix generators;
  Box factors;
  std::size_t shared = 0;

  /// Of <row, x - center>.
  Range spread(const Box& row) const { return dot((Matrix{row} * generators)[0], factors); }
  Box box() const {
    Box result = center;
    for (std::size_t i = 0; i < center.size(); ++i) result[i] += dot(generators[i], factors);
    return result;
  }
  /// The box around it and its centre.
  Box around() const {
    Box result = box();
    for (std::size_t i = 0; i < center.size(); ++i) result[i] = hull(result[i], center[i]);
    return result;
  }
  /// Makes the unit vectors generators, with these factors, before the generator at `place`.
  void add(std::size_t place, const Box& more) {
    factors.insert(factors.begin() + place, more.begin(), more.end());
    for (std::size_t i = 0; i < more.size(); ++i) {
      Box unit(more.size());
      unit[i] = 1;
      generators[i].insert(generators[i].begin() + place, unit.begin(), unit.end());
    }
  }
  /// Makes the centre and the generators points. What they are uncertain by goes to new generators.
  void round() {
    Box rest = center;
    for (std::size_t i = 0; i < center.size(); ++i) {
      center[i] = center[i].middle();
      rest[i] -= center[i];
      for (std::size_t c = 0; c < factors.size(); ++c) {
        const Range middle = generators[i][c].middle();
        rest[i].add_product(generators[i][c] - middle, factors[c]);
        generators[i][c] = middle;
      }
    }
    add(factors.size(), rest);
  }
  /// Its states are on the plane <normal, x> = <normal, center> - height: one coordinate follows
  /// from the others.
  void land(const Box& normal, const Range& height, int row) {
    center[row] -= height / normal[row];
    generators[row] = Box(factors.size());
    const Box heights = (Matrix{normal} * generators)[0];
    for (std::size_t c = 0; c < factors.size(); ++c) generators[row][c] = -heights[c] / normal[row];
  }
};

/// All states of a set are in the next one, with the same shared factors. With b the difference of
/// the rest and X = F^T, nearly the inverse of the next frame F, the coefficients r' of b in F are
/// r' = X b + (1 - X F) r'. They are in R' if that maps R' into itself and 1 - X F contracts.
inline void require_included(const Set& set, const Set& next) {
  const std::size_t n = set.center.size();
  require(next.shared <= set.factors.size(), "the common factors are others");
  const Box rest(next.factors.end() - n, next.factors.end());
  Matrix inverse(n, Box(n)), frame(n), columns = set.generators;
  for (std::size_t i = 0; i < n; ++i) {
    frame[i] = Box(next.generators[i].end() - n, next.generators[i].end());
    for (std::size_t k = 0; k < n; ++k) inverse[k][i] = frame[i][k];
    for (std::size_t j = 0; j < next.shared; ++j) columns[i][j] -= next.generators[i][j];
    columns[i].push_back(set.center[i] - next.center[i]);
  }
  for (std::size_t j = 0; j < next.shared; ++j)
    require(set.factors[j].inside(next.factors[j]), "the common factors are others");
  Box factors = set.factors;
  factors.emplace_back(1.0);
  columns = inverse * columns;
  Matrix defect = inverse * frame;
  Box result;
  for (std::size_t i = 0; i < n; ++i) {
    defect[i][i] -= 1;
    Range norm;
    for (const Range& entry : defect[i]) norm += magnitude(entry);
    require((Range(0.5) - norm).positive(), "the frame of the next set is not orthogonal");
    result.push_back(dot(columns[i], factors) - dot(defect[i], rest));
  }
  require_inside(result, rest, false, "the rest of the next set");
}

}  // namespace checker
