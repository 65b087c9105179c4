#include "spiral.hpp"

#include <algorithm>
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

std::optional<double> second_order_spiral_growth(FaceFields& fields, const LocalPoint& point,
                                                 const std::vector<Cell>& cells) {
  if (cells.size() != 4 || point.active.size() != 2) return std::nullopt;
  const auto is_along = [&](Eigen::Index j) {
    return std::all_of(cells.begin(), cells.end(), [&](const Cell& cell) {
      return std::abs(cell.rates(j)) <= 1e-12 * cell.rate_scales(j);
    });
  };
  const Eigen::Index position = is_along(0) ? 0 : 1;
  const Eigen::Index velocity = 1 - position;
  if (!is_along(position) || is_along(velocity)) return std::nullopt;
  const int h = point.active[static_cast<std::size_t>(position)];
  // With h' = c v and v' = b, from h = 0 and v = p to |h| = c p^2 / (2 b) and v = 0, and back with
  // c and b of the next cell.
  int orientation = 0;
  double square = 1;
  for (const Cell& cell : cells) {
    FaceField& field = fields.at({with_signs(point, cell.signs), {}});
    FaceSeries series;
    if (!field.series(point.t, point.x, 2, series)) return std::nullopt;
    const auto& monitors = field.monitors();
    const auto m = std::find_if(monitors.begin(), monitors.end(),
                                [&](const Monitor& monitor) { return monitor.surface == h; });
    if (m == monitors.end()) return std::nullopt;
    const double toward = -series.monitors(2, m - monitors.begin());
    if (!(toward > 0)) return std::nullopt;  // it does not come back
    const int side = cell.signs[static_cast<std::size_t>(position)];
    const double acceleration = -side * toward;
    const int sense = acceleration * cell.rates(velocity) > 0 ? 1 : -1;
    if (orientation != 0 && sense != orientation) return std::nullopt;
    orientation = sense;
    const bool goes_away = cell.signs[static_cast<std::size_t>(velocity)] * sense == side;
    const double ratio = toward / (cell.rates(velocity) * cell.rates(velocity));
    square *= goes_away ? ratio : 1 / ratio;
  }
  return std::sqrt(square);
}

}  // namespace filippov::detail
