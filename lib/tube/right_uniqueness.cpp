#include "right_uniqueness.hpp"

#include <fmt/format.h>

#include <Eigen/Core>
#include <algorithm>
#include <optional>

#include "../geometry/linear_system.hpp"

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

/// Weights with which the rates across the held surfaces even out, over the corners, those across
/// the surface met, on each side of it; by least squares. The first column of `rates` is the
/// latter, row k that with the side of bit 0 of k.
std::vector<double> balance(const std::vector<std::vector<Interval>>& rates) {
  const auto held = static_cast<Eigen::Index>(rates.front().size()) - 1;
  const auto count = static_cast<Eigen::Index>(rates.size());
  Eigen::MatrixXd terms(count, held + 2);
  Eigen::VectorXd right(count);
  for (Eigen::Index k = 0; k < count; ++k) {
    const std::vector<Interval>& row = rates[static_cast<std::size_t>(k)];
    for (Eigen::Index a = 0; a < held; ++a) {
      terms(k, a) = -row[static_cast<std::size_t>(a) + 1].midpoint();
    }
    terms(k, held) = k % 2 == 0 ? 1 : 0;
    terms(k, held + 1) = k % 2 == 0 ? 0 : 1;
    right(k) = row.front().midpoint();
  }
  const Eigen::VectorXd weights =
      LinearSystem(terms.transpose() * terms).solve(terms.transpose() * right);
  return {weights.begin(), weights.begin() + held};
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
                                 int side, Signature sides) {
  constexpr std::size_t most = 6;
  if (held.size() > most) return {false, "many surfaces are slid on"};
  Uniqueness beside = unique_beside(reading, map, t, box, held, crossed, sides);
  if (!beside.proved) return beside;
  std::vector<int> all{crossed};
  all.insert(all.end(), held.begin(), held.end());
  std::vector<std::vector<Interval>> rates;
  for (const Signature& corner : corners(sides, all)) {
    std::vector<Interval>& row = rates.emplace_back();
    row.push_back(side * reading.rate(crossed, t, box, corner));
    for (const int a : held) {
      row.push_back(reading.rate(a, t, box, corner));
      if (!certainly_negative(corner[static_cast<std::size_t>(a)] * row.back())) {
        return {false, "that no solution leaves " + map.surface_name(a) + " is not proved"};
      }
    }
  }
  const std::vector<double> weights = balance(rates);
  for (const std::vector<Interval>& row : rates) {
    Interval sum = row.front();
    for (std::size_t a = 0; a < held.size(); ++a) sum += Interval(weights[a]) * row[a + 1];
    if (!certainly_positive(sum)) {
      return {false,
              "that " + map.surface_name(crossed) + " is crossed while sliding is not proved"};
    }
  }
  return {true, {}};
}

Uniqueness leaves_while_crossing(SurfaceReading& reading, const FilippovMap& map, Interval t,
                                 const Box& box, int held, int side_left, int crossed, int side,
                                 Signature sides) {
  const std::string name = map.surface_name(held);
  Uniqueness beside = unique_beside(reading, map, t, box, {held}, crossed, sides);
  if (!beside.proved) return beside;
  const auto set_side = [&](int j, int sign) {
    sides[static_cast<std::size_t>(j)] = static_cast<signed char>(sign);
  };
  std::optional<Interval> least;  // of the three fields that lead away
  Interval held_by = 0;
  for (const int c : {-side, side}) {
    for (const int a : {-side_left, side_left}) {
      set_side(crossed, c);
      set_side(held, a);
      const bool holds = c != side && a == side_left;
      const Interval away = side_left * reading.rate(held, t, box, sides);
      const Interval across = side * reading.rate(crossed, t, box, sides);
      if (holds ? !certainly_negative(away)
                : !certainly_positive(away) || !certainly_positive(across)) {
        return {false, "that all solutions leave " + name + " to one side is not proved"};
      }
      const Interval quotient = across / abs(away);
      if (holds) {
        held_by = quotient;
      } else {
        least = least ? min(*least, quotient) : quotient;
      }
    }
  }
  if (!certainly_positive(held_by + *least)) {
    return {false, "that " + name + " is left where " + map.surface_name(crossed) +
                       " is crossed is not proved"};
  }
  return {true, {}};
}

}  // namespace filippov::detail
