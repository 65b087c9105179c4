#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "range.hpp"

namespace checker {

/// Whether y.row > 0 is proved for each row, with some y whose first entry is > 0, the next `free`
/// of any sign, and the others > 0: found by the perceptron.
inline bool separated(std::vector<Box> rows, std::size_t free) {
  const std::size_t size = rows[0].size();
  for (std::size_t i = 0; i < size; ++i)
    if (i == 0 || i > free) rows.emplace_back(size)[i] = 1;
  std::vector<std::vector<double>> units;
  for (const Box& row : rows) {
    double square = 0;
    std::vector<double>& unit = units.emplace_back();
    for (const Range& entry : row) {
      unit.push_back(entry.middle());
      square += unit.back() * unit.back();
    }
    for (double& entry : unit) entry /= std::sqrt(square);
  }
  constexpr int most_steps = 20000;
  std::vector<double> y(size, 0.0);
  for (int step = 0; step < most_steps; ++step) {
    double least = std::numeric_limits<double>::infinity();
    const std::vector<double>* worst = nullptr;
    for (const std::vector<double>& unit : units) {
      double product = 0;
      for (std::size_t i = 0; i < size; ++i) product += y[i] * unit[i];
      if (!(product < least)) continue;
      least = product;
      worst = &unit;
    }
    if (worst == nullptr || least > 1) break;
    for (std::size_t i = 0; i < size; ++i) y[i] += (*worst)[i];
  }
  const Box exact(y.begin(), y.end());
  return std::ranges::all_of(rows, [&](const Box& row) { return dot(row, exact).positive(); });
}

}  // namespace checker
