#include "right_uniqueness.hpp"

#include <fmt/format.h>

#include <Eigen/Core>
#include <algorithm>
#include <limits>
#include <map>
#include <optional>
#include <utility>

#include "filippov/geometry/minimum_norm_point.hpp"

namespace filippov::detail {

namespace {

/// All leading minors of -matrix are proved to be positive, by elimination without pivoting.
bool negative_pivots(std::vector<std::vector<Interval>> matrix) {
  const std::size_t size = matrix.size();
  for (std::size_t k = 0; k < size; ++k) {
    if (!certainly_negative(matrix[k][k])) return false;
    for (std::size_t i = k + 1; i < size; ++i) {
      const Interval factor = matrix[i][k] / matrix[k][k];
      for (std::size_t j = k + 1; j < size; ++j) matrix[i][j] -= factor * matrix[k][j];
    }
  }
  return true;
}

/// Symmetric negative definite, or diagonal and negative.
bool dissipative(const std::vector<std::vector<Interval>>& matrix) {
  bool diagonal = true;
  bool symmetric = true;
  for (std::size_t i = 0; i < matrix.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      const Interval a = matrix[i][j];
      const Interval b = matrix[j][i];
      diagonal = diagonal && identical(a, 0) && identical(b, 0);
      symmetric = symmetric && a.is_point() && identical(a, b);
    }
  }
  return (diagonal || symmetric) && negative_pivots(matrix);
}

/// The diagonal is negative and, with some weights d > 0, dominates its columns, d_j |m_jj| > sum_i
/// d_i |m_ij|: that is so if the matrix of -|m_jj| and |m_ij| has negative pivots (Berman &
/// Plemmons 1979, ch. 6: -it is a nonsingular M-matrix).
bool column_dominant(std::vector<std::vector<Interval>> matrix) {
  for (std::size_t i = 0; i < matrix.size(); ++i) {
    for (std::size_t j = 0; j < matrix.size(); ++j) {
      if (i != j) matrix[i][j] = matrix[i][j].magnitude();
    }
  }
  return negative_pivots(std::move(matrix));
}

/// `sides` with each choice of the sides of these surfaces: bit i of the place is that of the i-th.
std::vector<Signature> corners(Signature sides, const std::vector<int>& surfaces) {
  std::vector<Signature> result;
  for (unsigned choice = 0; choice < 1U << surfaces.size(); ++choice) {
    for (std::size_t k = 0; k < surfaces.size(); ++k) {
      sides[static_cast<std::size_t>(surfaces[k])] =
          static_cast<signed char>((choice >> k & 1U) != 0 ? 1 : -1);
    }
    result.push_back(sides);
  }
  return result;
}

/// The kink of the surface j for every choice of the sides of the other surfaces: where one switch
/// stands inside another the sides belong together, as in max(max(a, b), c).
Interval largest_kink(SurfaceReading& reading, int j, Interval t, const Box& box,
                      std::vector<int> touched, const Signature& sides) {
  constexpr std::size_t most = 8;
  const Interval any = reading.kink(j, t, box, sides);
  if (any.upper() <= 0 || touched.size() > most) return any;
  std::erase(touched, j);
  std::optional<Interval> largest;
  for (const Signature& corner : corners(sides, touched)) {
    const Interval kink = reading.kink(j, t, box, corner);
    largest = largest ? hull(*largest, kink) : kink;
  }
  return *largest;
}

/// Contains dh_j/dtau for every element of F, whatever the open sides: these are means of the
/// fields with each choice of the sides of the surfaces touched. Where h_j has a kink, as x + |y|
/// on y = 0, its derivative along a mean is no mean of those in the corners.
Interval rate_at_corners(SurfaceReading& reading, const FilippovMap& map, int j, Interval t,
                         const Box& box, const std::vector<int>& touched, const Signature& sides) {
  const Interval whole = reading.rate(j, t, box, sides);
  std::vector<int> open;
  for (const int i : touched) {
    if (sides[static_cast<std::size_t>(i)] == 0) open.push_back(i);
  }
  constexpr std::size_t most = 4;
  if (certainly_nonzero(whole) || open.size() < 2 || open.size() > most ||
      map.depends_on_signs(j)) {
    return whole;
  }
  std::optional<Interval> all;
  for (const Signature& corner : corners(sides, open)) {
    const Interval rate = reading.rate(j, t, box, corner);
    all = all ? hull(*all, rate) : rate;
  }
  return *all;
}

}  // namespace

Uniqueness right_uniqueness(SurfaceReading& reading, const FilippovMap& map, Interval t,
                            const Box& box, const std::vector<int>& touched, Signature sides) {
  for (const int j : touched) sides[static_cast<std::size_t>(j)] = 0;
  for (const int j : touched) {
    for (const int i : touched) {
      if (!reading.jumps_with(j, i)) continue;
      return {false, fmt::format("the surface {} jumps with the side of the surface {}",
                                 map.surface_name(j), map.surface_name(i))};
    }
  }
  std::vector<int> kept;
  for (const int j : touched) {
    if (!map.jumps_across(j)) continue;
    if (!certainly_nonzero(rate_at_corners(reading, map, j, t, box, touched, sides)))
      kept.push_back(j);
  }
  if (kept.empty()) return {true, {}};
  const auto side_rate = [&](int j, int sign) {
    Signature chosen = sides;
    chosen[static_cast<std::size_t>(j)] = static_cast<signed char>(sign);
    return rate_at_corners(reading, map, j, t, box, touched, chosen);
  };
  // Of a gradient flow, or of one like it where the terms have factors of their own.
  const bool is_along_normals =
      map.is_gradient_flow() ||
      (map.is_affine(kept) &&
       std::all_of(kept.begin(), kept.end(), [&](int j) { return map.jumps_along_normal(j); }));
  if (kept.size() == 1) {
    const Interval below = side_rate(kept.front(), -1);
    const Interval above = side_rate(kept.front(), 1);
    if (certainly_positive(below) || certainly_negative(above)) return {true, {}};
    if (!is_along_normals) {
      return {false,
              fmt::format("at the surface {}: the normal velocities are in [{:.3g}, {:.3g}] below "
                          "it and [{:.3g}, {:.3g}] above it",
                          map.surface_name(kept.front()), below.lower(), below.upper(),
                          above.lower(), above.upper())};
    }
  }
  if (is_along_normals) {
    for (const int j : kept) {
      const int alone[] = {j};
      const Interval kink = map.is_affine(alone) ? largest_kink(reading, j, t, box, touched, sides)
                                                 : Interval::entire();
      if (kink.upper() <= 0) continue;
      return {false, fmt::format("across the surface {} the velocity jumps outward: twice [{:.3g}, "
                                 "{:.3g}] along its normal",
                                 map.surface_name(j), kink.lower(), kink.upper())};
    }
    return {true, {}};
  }
  if (map.is_affine(kept)) {
    bool constant = true;
    std::vector<std::vector<Interval>> matrix(kept.size());
    for (std::size_t i = 0; i < kept.size(); ++i) {
      for (const int j : kept) {
        matrix[i].push_back(reading.coupling(kept[i], j, t, box, sides, constant));
      }
    }
    if (constant && dissipative(matrix)) return {true, {}};
    const bool smooth = std::all_of(kept.begin(), kept.end(),
                                    [&](int j) { return reading.smooth(j, t, box, sides); });
    if (smooth && column_dominant(matrix)) return {true, {}};
  }
  std::string names;
  for (const int j : kept) names += (names.empty() ? "" : ", ") + map.surface_name(j);
  return {false,
          fmt::format("where the surfaces {} meet, F is not proved one-sided Lipschitz", names)};
}

namespace {

/// Whether w.row > 0 is proved for each row, with weights w of which the first is 1 and those from
/// the place `nonnegative` on are >= 0: about the point of least norm in the hull of the rows and
/// of these axes.
bool separated(const std::vector<std::vector<Interval>>& rows, std::size_t nonnegative) {
  const auto size = static_cast<Eigen::Index>(rows.front().size());
  const auto count = static_cast<Eigen::Index>(rows.size());
  const auto is_signed = [&](Eigen::Index i) {
    return i == 0 || i >= static_cast<Eigen::Index>(nonnegative);
  };
  Eigen::MatrixXd points(size, count);
  for (Eigen::Index k = 0; k < count; ++k) {
    for (Eigen::Index i = 0; i < size; ++i) {
      const Interval entry = rows[static_cast<std::size_t>(k)][static_cast<std::size_t>(i)];
      if (!entry.is_bounded()) return false;
      points(i, k) = entry.midpoint();
    }
  }
  const Eigen::VectorXd scale =
      points.cwiseAbs().rowwise().maxCoeff().cwiseMax(std::numeric_limits<double>::min());
  points = scale.cwiseInverse().asDiagonal() * points;
  for (Eigen::Index i = 0; i < size; ++i) {
    if (!is_signed(i)) continue;
    points.conservativeResize(Eigen::NoChange, points.cols() + 1);
    points.rightCols(1) = Eigen::VectorXd::Unit(size, i);
  }
  Eigen::VectorXd weights = minimum_norm_point(points).point.cwiseQuotient(scale);
  if (!(weights(0) > 0)) return false;
  weights /= weights(0);
  if (!weights.allFinite()) return false;
  return std::all_of(rows.begin(), rows.end(), [&](const std::vector<Interval>& row) {
    Interval sum = 0;
    for (Eigen::Index i = 0; i < size; ++i) {
      const double weight = is_signed(i) ? std::max(weights(i), 0.0) : weights(i);
      sum += Interval(weight) * row[static_cast<std::size_t>(i)];
    }
    return certainly_positive(sum);
  });
}

/// On either side of a surface that is met, the motion on those held is unique; the heights are
/// functions without kinks.
Uniqueness unique_beside(SurfaceReading& reading, const FilippovMap& map, Interval t,
                         const Box& box, const std::vector<int>& held, int met, Signature sides) {
  for (const int j : held) {
    if (map.depends_on_signs(j)) return {false, "a surface depends on the sides of others"};
  }
  if (map.depends_on_signs(met)) return {false, "a surface depends on the sides of others"};
  for (const int side : {-1, 1}) {
    sides[static_cast<std::size_t>(met)] = static_cast<signed char>(side);
    Uniqueness beside = right_uniqueness(reading, map, t, box, held, sides);
    if (!beside.proved) return beside;
  }
  return {true, {}};
}

}  // namespace

Uniqueness crosses_while_sliding(SurfaceReading& reading, const FilippovMap& map, Interval t,
                                 const Box& box, const std::vector<int>& held, int crossed,
                                 const Face& after, Signature sides) {
  constexpr std::size_t most = 6;
  if (held.size() > most) return {false, "many surfaces are slid on"};
  Uniqueness beside = unique_beside(reading, map, t, box, held, crossed, sides);
  if (!beside.proved) return beside;
  std::vector<int> kept;
  std::vector<int> left;
  for (const int a : held) (after.slides_on(a) ? kept : left).push_back(a);
  std::vector<int> all{crossed};
  all.insert(all.end(), held.begin(), held.end());
  struct Mode {
    Signature sides;
    std::map<int, Interval> rates;  // of the heights along its field
  };
  Signature open = sides;
  for (const int j : all) open[static_cast<std::size_t>(j)] = 0;
  bool ignored = true;
  const bool jumps_inward =
      left.empty() && map.is_affine(all) && std::all_of(kept.begin(), kept.end(), [&](int b) {
        return reading.is_plane(b) && map.jumps_along_normal(b) &&
               reading.coupling(b, b, t, box, open, ignored).upper() <= 0;
      });
  std::vector<Mode> modes;
  for (const Signature& corner : corners(std::move(sides), all)) {
    Mode& mode = modes.emplace_back(Mode{corner, {}});
    for (const int j : all) mode.rates.emplace(j, reading.rate(j, t, box, corner));
    for (const int b : kept) {
      if (jumps_inward ||
          certainly_negative(corner[static_cast<std::size_t>(b)] * mode.rates.at(b))) {
        continue;
      }
      return {false, "that no solution leaves " + map.surface_name(b) + " is not proved"};
    }
  }
  const auto side_after = [&](int j) { return after.signature[static_cast<std::size_t>(j)]; };
  const auto is_beyond = [&](const Mode& mode, int j) {
    return mode.sides[static_cast<std::size_t>(j)] == side_after(j);
  };
  // The rate of j towards its side afterwards, or away from it, and those of the surfaces kept.
  const auto row = [&](const Mode& mode, int j, int way) {
    std::vector<Interval> result{way * side_after(j) * mode.rates.at(j)};
    for (const int b : kept) result.push_back(mode.rates.at(b));
    return result;
  };
  const std::size_t free_end = 1 + kept.size();
  for (const int a : left) {
    std::vector<std::vector<Interval>> holding;
    std::vector<std::vector<Interval>> below;
    std::vector<std::vector<Interval>> behind;
    for (const Mode& mode : modes) {
      if (!is_beyond(mode, a)) below.push_back(row(mode, a, 1));
      if (is_beyond(mode, crossed)) behind.push_back(row(mode, a, 1));
      if (is_beyond(mode, a) && !is_beyond(mode, crossed)) holding.push_back(row(mode, a, -1));
    }
    for (const auto* rows : {&holding, &below, &behind}) {
      if (separated(*rows, free_end)) continue;
      return {false,
              "that all solutions leave " + map.surface_name(a) + " to one side is not proved"};
    }
  }
  std::vector<std::vector<Interval>> rows;
  for (const Mode& mode : modes) {
    rows.push_back(row(mode, crossed, 1));
    for (const int a : left) rows.back().push_back(-side_after(a) * mode.rates.at(a));
  }
  if (!separated(rows, free_end)) {
    return {false, "that " + map.surface_name(crossed) + " is crossed while sliding is not proved"};
  }
  return {true, {}};
}

}  // namespace filippov::detail
