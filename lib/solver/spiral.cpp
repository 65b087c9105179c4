#include "spiral.hpp"

#include <cmath>

namespace filippov::detail {

std::optional<double> spiral_growth(const std::vector<Cell>& cells) {
  if (cells.size() != 4) return std::nullopt;
  int turn = 0;
  double growth = 1;
  for (const Cell& cell : cells) {
    if (cell.signs.size() != 2) return std::nullopt;
    const double first = cell.rates(0);
    const double second = cell.rates(1);
    // Counterclockwise (turn 1) the field of the cell (s1, s2) points to -s2 along h1 and s1 along
    // h2.
    const double along_first = -cell.signs[1] * first;
    const double along_second = cell.signs[0] * second;
    const int sense = along_first > 0 && along_second > 0   ? 1
                      : along_first < 0 && along_second < 0 ? -1
                                                            : 0;
    if (sense == 0 || (turn != 0 && sense != turn)) return std::nullopt;
    turn = sense;
    // In the cells with equal signs a counterclockwise turn goes from h2 = 0 to h1 = 0.
    const double ratio = std::abs(second / first);
    growth *= (cell.signs[0] == cell.signs[1]) == (sense > 0) ? ratio : 1 / ratio;
  }
  return growth;
}

}  // namespace filippov::detail
