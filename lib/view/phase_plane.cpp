#include "phase_plane.hpp"

#include <algorithm>
#include <cmath>
#include <map>

namespace filippov::detail {

namespace {

double at(const Range& range, double part) { return range.low + (range.high - range.low) * part; }

/// The signature of the cell that holds x, in triangular order; `values`, if given, takes h_j.
Signature cell_at(const Inclusion& inclusion, double t, std::array<double, 2> x, double* values) {
  const int m = inclusion.switch_count();
  Signature signature(static_cast<std::size_t>(m), 1);
  for (int j = 0; j < m; ++j) {
    const double h = inclusion.switching(j, t, x, signature);
    if (h < 0) signature[static_cast<std::size_t>(j)] = -1;
    if (values != nullptr) values[j] = h;
  }
  return signature;
}

/// Which surfaces matter in a mode; modes come again and again.
class LiveSurfaces {
 public:
  explicit LiveSurfaces(const Inclusion& inclusion) : inclusion_(inclusion) {}
  bool contain(const Signature& signature, int j) {
    auto [found, is_new] = known_.try_emplace(signature);
    if (is_new) found->second = inclusion_.live_switches(signature);
    return std::binary_search(found->second.begin(), found->second.end(), j);
  }

 private:
  const Inclusion& inclusion_;
  std::map<Signature, std::vector<int>> known_;
};

/// The values of all switching functions on a grid of the window.
class Grid {
 public:
  Grid(const Inclusion& inclusion, double t, const Window& window, int cells)
      : window_(window),
        cells_(cells),
        m_(static_cast<std::size_t>(inclusion.switch_count())),
        values_(static_cast<std::size_t>((cells + 1) * (cells + 1)) * m_) {
    for (int column = 0; column <= cells; ++column) {
      for (int row = 0; row <= cells; ++row) {
        signatures_.push_back(
            cell_at(inclusion, t, point(column, row), values_.data() + offset(column, row)));
      }
    }
  }

  std::array<double, 2> point(int column, int row) const {
    return {at(window_.x, static_cast<double>(column) / cells_),
            at(window_.y, static_cast<double>(row) / cells_)};
  }
  double value(int j, int column, int row) const {
    return values_[offset(column, row) + static_cast<std::size_t>(j)];
  }
  const Signature& signature(int column, int row) const {
    return signatures_[static_cast<std::size_t>(column * (cells_ + 1) + row)];
  }

 private:
  std::size_t offset(int column, int row) const {
    return static_cast<std::size_t>(column * (cells_ + 1) + row) * m_;
  }

  Window window_;
  int cells_;
  std::size_t m_;
  std::vector<double> values_;
  std::vector<Signature> signatures_;
};

/// Zeros of h_j on the edges of one grid cell, joined in pairs (marching squares).
void trace_cell(const Grid& grid, int j, int column, int row, std::vector<Stroke>& curve) {
  constexpr std::array<std::array<int, 2>, 4> corners = {{{0, 0}, {1, 0}, {1, 1}, {0, 1}}};
  std::array<std::array<double, 2>, 4> zeros{};
  std::size_t count = 0;
  for (std::size_t k = 0; k < 4; ++k) {
    const auto [c0, r0] = corners[k];
    const auto [c1, r1] = corners[(k + 1) % 4];
    const double a = grid.value(j, column + c0, row + r0);
    const double b = grid.value(j, column + c1, row + r1);
    if (!std::isfinite(a) || !std::isfinite(b) || (a < 0) == (b < 0)) continue;
    const auto p = grid.point(column + c0, row + r0);
    const auto q = grid.point(column + c1, row + r1);
    const double part = a / (a - b);
    zeros[count++] = {p[0] + (q[0] - p[0]) * part, p[1] + (q[1] - p[1]) * part};
  }
  for (std::size_t k = 0; k + 1 < count; k += 2) {
    curve.push_back(
        {zeros[k][0], zeros[k][1], zeros[k + 1][0] - zeros[k][0], zeros[k + 1][1] - zeros[k][1]});
  }
}

}  // namespace

std::vector<std::vector<Stroke>> surface_curves(const Inclusion& inclusion, double t,
                                                const Window& window) {
  const int m = inclusion.switch_count();
  std::vector<std::vector<Stroke>> curves(static_cast<std::size_t>(m));
  if (m == 0) return curves;
  const int cells = static_cast<int>(std::clamp(std::sqrt(2e6 / m), 20.0, 160.0));
  const Grid grid(inclusion, t, window, cells);
  LiveSurfaces live(inclusion);
  for (int column = 0; column < cells; ++column) {
    for (int row = 0; row < cells; ++row) {
      for (int j = 0; j < m; ++j) {
        std::vector<Stroke>& curve = curves[static_cast<std::size_t>(j)];
        const std::size_t before = curve.size();
        trace_cell(grid, j, column, row, curve);
        if (curve.size() == before) continue;
        const bool matters = live.contain(grid.signature(column, row), j) ||
                             live.contain(grid.signature(column + 1, row + 1), j);
        if (!matters) curve.resize(before);
      }
    }
  }
  return curves;
}

std::vector<Stroke> direction_arrows(const Inclusion& inclusion, double t, const Window& window,
                                     double aspect) {
  constexpr int rows = 16;  // even: no row on an axis of symmetry
  const int columns = static_cast<int>(std::lround(rows * aspect));
  const double height = window.y.high - window.y.low;
  const double width = window.x.high - window.x.low;
  std::vector<Stroke> arrows;
  for (int column = 0; column < columns; ++column) {
    for (int row = 0; row < rows; ++row) {
      const std::array<double, 2> x = {at(window.x, (column + 0.5) / columns),
                                       at(window.y, (row + 0.5) / rows)};
      std::array<double, 2> f{};
      inclusion.selection(t, x, cell_at(inclusion, t, x, nullptr), f);
      // In units of the panel's height.
      const double across = f[0] / width * aspect;
      const double up = f[1] / height;
      const double speed = std::hypot(across, up);
      if (!(speed > 0) || !std::isfinite(speed)) continue;
      constexpr double length = 0.55 / rows;
      const double dx = across / speed * length / aspect * width;
      const double dy = up / speed * length * height;
      arrows.push_back({x[0] - dx / 2, x[1] - dy / 2, dx, dy});
    }
  }
  return arrows;
}

}  // namespace filippov::detail
