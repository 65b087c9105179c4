#include "local_geometry.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "../inclusion/sparse_columns.hpp"
#include "filippov/geometry/sign_feasibility.hpp"

namespace filippov::detail {

namespace {

/// |h_j| = |h| in units of sum |dh_j/dx_i| scale_i, with the sign of h_j; 0 on the surface.
double relative_height(const Inclusion& inclusion, const LocalPoint& point, int j,
                       const Signature& s, std::span<const double> scale, double h) {
  if (h == 0) return 0;
  const SwitchingGradient gradient = inclusion.switching_gradient(j, point.t, point.x, s);
  double size = std::abs(gradient.t * point.t);
  for (std::size_t i = 0; i < scale.size(); ++i) {
    size += std::abs(gradient.x(static_cast<Eigen::Index>(i))) * scale[i];
  }
  return h / size;
}

/// The feasible sign patterns of the active surfaces to first order, 0 for a switching function
/// without gradient. None where they are too many.
std::vector<SignCell> sign_cells(const Inclusion& inclusion, const LocalPoint& point) {
  const std::size_t k = point.active.size();
  if (k > most_enumerated && std::max(k, point.x.size()) > most_dimensions) return {};
  // Normals in (x, t): a surface that moves is crossed in time as well.
  const auto n = static_cast<Eigen::Index>(point.x.size());
  const auto normal = [&](Eigen::Index j, const SignPattern& earlier) {
    std::vector<int> signs(earlier.begin(), earlier.end());
    for (int& sign : signs) sign = sign == 0 ? 1 : sign;
    const SwitchingGradient gradient = inclusion.switching_gradient(
        point.active[static_cast<std::size_t>(j)], point.t, point.x, with_signs(point, signs));
    Eigen::VectorXd extended(n + 1);
    extended << gradient.x, gradient.t;
    return extended;
  };
  SignFeasibilityOptions options;
  options.most = most_cells;
  std::vector<SignCell> cells =
      feasible_sign_patterns(n + 1, static_cast<Eigen::Index>(k), normal, options);
  if (cells.size() > most_cells) cells.clear();
  return cells;
}

/// Whether the right-hand side asks for all signs in the cell of the point, and so in all cells as
/// a rule.
bool all_live(const Inclusion& inclusion, const LocalPoint& point) {
  return inclusion.live_switches(point.signature).size() ==
         static_cast<std::size_t>(inclusion.switch_count());
}

/// Calls visit(signature) for every sign pattern of the active surfaces; where they are more than a
/// few, for that of the point and, unless the surfaces that matter are the same in all, for the
/// feasible ones.
template <class Visit>
void for_each_pattern(const Inclusion& inclusion, const LocalPoint& point, const Visit& visit) {
  if (point.active.size() > most_enumerated) {
    visit(point.signature);
    if (all_live(inclusion, point)) return;
    for (SignCell& cell : sign_cells(inclusion, point)) {
      for (int& sign : cell.signs) sign = sign == 0 ? 1 : sign;
      visit(with_signs(point, cell.signs));
    }
    return;
  }
  std::vector<int> signs(point.active.size());
  for (std::size_t p = 0; p < std::size_t{1} << signs.size(); ++p) {
    for (std::size_t k = 0; k < signs.size(); ++k) signs[k] = (p >> k) & 1 ? 1 : -1;
    visit(with_signs(point, signs));
  }
}

}  // namespace

bool is_void_surface(const Inclusion& inclusion, double t, std::span<const double> x,
                     const Signature& s, int j) {
  if (inclusion.switching(j, t, x, s) != 0) return false;
  std::vector<double> near(x.size());
  std::vector<double> one(x.size());
  std::vector<double> other(x.size());
  Signature opposite = s;
  opposite[static_cast<std::size_t>(j)] *= -1;
  // Distances without a common measure, so that no polynomial vanishes at all three by accident.
  for (const double distance : {0.0, 0.0123456789, -0.0234567891}) {
    double step = distance;
    for (std::size_t i = 0; i < x.size(); ++i, step *= -0.937) {
      near[i] = x[i] + step * std::max(1.0, std::abs(x[i]));
    }
    const double time = t + step * std::max(1.0, std::abs(t));
    if (inclusion.switching(j, time, near, s) != 0) return false;
    inclusion.selection(time, near, s, one);
    inclusion.selection(time, near, opposite, other);
    if (one != other) return false;
  }
  return true;
}

Signature with_signs(const LocalPoint& point, std::span<const int> signs) {
  Signature s = point.signature;
  for (std::size_t k = 0; k < signs.size(); ++k) {
    s[static_cast<std::size_t>(point.active[k])] = static_cast<signed char>(signs[k]);
  }
  return s;
}

double largest_entry(std::span<const double> x, double at_least) {
  double largest = at_least;
  for (const double value : x) largest = std::max(largest, std::abs(value));
  return largest;
}

Eigen::VectorXd change_by_rounding(const Inclusion& inclusion, const LocalPoint& point,
                                   const Signature& s) {
  const double rounding = 1e-14 * largest_entry(point.x, point.size);
  std::vector<double> x(point.x.begin(), point.x.end());
  double part = 0;
  for (double& value : x) {
    part = std::fmod(part + 0.6180339887498949, 1.0);
    value += (1 + part) * rounding;
  }
  Eigen::VectorXd f(static_cast<Eigen::Index>(x.size()));
  Eigen::VectorXd moved(f.size());
  inclusion.selection(point.t, point.x, s, {f.data(), x.size()});
  inclusion.selection(point.t, x, s, {moved.data(), x.size()});
  return (moved - f).cwiseAbs();
}

std::optional<AffineValues> affine_values(const Inclusion& inclusion, const LocalPoint& point) {
  const auto columns = inclusion.affine_columns(point.active, point.t, point.x, point.signature);
  if (!columns) return std::nullopt;
  const auto n = static_cast<Eigen::Index>(point.x.size());
  AffineValues values{Eigen::VectorXd(n), dense(*columns, n)};
  inclusion.selection(point.t, point.x, point.signature, {values.center.data(), point.x.size()});
  for (std::size_t j = 0; j < columns->size(); ++j) {
    values.center -= point.signature[static_cast<std::size_t>(point.active[j])] *
                     values.generators.col(static_cast<Eigen::Index>(j));
  }
  return values;
}

Eigen::MatrixXd velocities_of(const std::vector<Cell>& cells, Eigen::Index n) {
  Eigen::MatrixXd velocities(n, static_cast<Eigen::Index>(cells.size()));
  for (std::size_t c = 0; c < cells.size(); ++c) {
    velocities.col(static_cast<Eigen::Index>(c)) = cells[c].velocity;
  }
  return velocities;
}

double characteristic_length(const FaceSeries& series, double state_size) {
  double size = std::max(series.x.row(0).lpNorm<Eigen::Infinity>(), state_size);
  if (size == 0) size = 1;
  double growth = 0;
  for (int k = 1; k <= series.order; ++k) {
    growth = std::max(growth, std::pow(series.x.row(k).lpNorm<Eigen::Infinity>() / size, 1.0 / k));
  }
  return growth > 0 && std::isfinite(growth) ? 1 / growth : 1;
}

Eigen::VectorXd largest_components(const Inclusion& inclusion, const LocalPoint& point,
                                   const Signature& s) {
  const auto n = static_cast<Eigen::Index>(point.x.size());
  Eigen::VectorXd f(n);
  Eigen::VectorXd largest = Eigen::VectorXd::Zero(n);
  const auto visit = [&](const Signature& signs) {
    inclusion.selection(point.t, point.x, signs, {f.data(), point.x.size()});
    for (Eigen::Index i = 0; i < n; ++i) {
      if (std::isfinite(f(i))) largest(i) = std::max(largest(i), std::abs(f(i)));
    }
  };
  visit(s);
  Signature opposite = s;
  for (const int j : point.active) {
    opposite[static_cast<std::size_t>(j)] *= -1;
    if (point.active.size() > most_enumerated) continue;
    Signature one = s;
    one[static_cast<std::size_t>(j)] *= -1;
    visit(one);
  }
  visit(opposite);
  return largest;
}

void complete_active(const Inclusion& inclusion, LocalPoint& point, double tolerance,
                     std::span<const double> scale) {
  // What is farther than this from a surface that was watched is on the side it was on.
  constexpr double far = 1e-9;
  struct Surface {
    bool known = false;  ///< the height is, and is the same in all patterns
    bool active = false;
    bool corrected = false;
    double h = std::numeric_limits<double>::quiet_NaN();
    double height = 0;  ///< relative, for the last h
  };
  std::vector<Surface> surfaces(static_cast<std::size_t>(inclusion.switch_count()));
  for (const int j : point.active) surfaces[static_cast<std::size_t>(j)].active = true;
  const auto measure = [&](Surface& surface, int j, const Signature& s) {
    if (surface.known) return;
    const double h = inclusion.switching(j, point.t, point.x, s);
    if (surface.h != h) {
      surface.h = h;
      surface.height = relative_height(inclusion, point, j, s, scale, h);
    }
    surface.known = !inclusion.depends_on_signs(j);
  };
  for (bool grown = true; grown;) {
    grown = false;
    for_each_pattern(inclusion, point, [&](const Signature& s) {
      for (const int j : inclusion.live_switches(s)) {
        Surface& surface = surfaces[static_cast<std::size_t>(j)];
        if (surface.active) continue;
        measure(surface, j, s);
        const double height = surface.height;
        signed char& side = point.signature[static_cast<std::size_t>(j)];
        if (std::abs(height) <= tolerance) {
          surface.active = true;
          grown = true;
        } else if (std::abs(height) > far && (height > 0) != (side > 0) && !surface.corrected) {
          surface.corrected = true;
          side = static_cast<signed char>(height > 0 ? 1 : -1);
          grown = true;
        }
      }
    });
    point.active.clear();
    for (std::size_t j = 0; j < surfaces.size(); ++j) {
      if (surfaces[j].active) point.active.push_back(static_cast<int>(j));
    }
  }
  if (point.active.size() > most_enumerated && all_live(inclusion, point)) return;
  std::set<int> live;
  for_each_pattern(inclusion, point, [&](const Signature& s) {
    if (live.size() == static_cast<std::size_t>(inclusion.switch_count())) return;
    for (const int j : inclusion.live_switches(s)) live.insert(j);
  });
  std::erase_if(point.active, [&](int j) { return !live.contains(j); });
  // Nor do those that are void in all. Nearly always one pattern says that none is.
  std::set<int> real;
  const auto find_real = [&](const Signature& s) {
    for (const int j : point.active) {
      if (!real.contains(j) && !is_void_surface(inclusion, point.t, point.x, s, j)) real.insert(j);
    }
  };
  find_real(point.signature);
  if (real.size() == point.active.size()) return;
  for_each_pattern(inclusion, point, find_real);
  std::erase_if(point.active, [&](int j) { return !real.contains(j); });
}

std::vector<Cell> feasible_cells(const Inclusion& inclusion, const LocalPoint& point,
                                 double direction) {
  const auto n = static_cast<Eigen::Index>(point.x.size());
  const auto k = static_cast<Eigen::Index>(point.active.size());
  std::vector<Cell> cells;
  for (const SignCell& sign_cell : sign_cells(inclusion, point)) {
    // A switching function without gradient here (|x|^2 at 0) excludes neither side.
    std::vector<std::vector<int>> patterns{{}};
    std::vector<bool> is_void(sign_cell.signs.size(), false);
    for (std::size_t i = 0; i < sign_cell.signs.size(); ++i) {
      if (sign_cell.signs[i] != 0) continue;
      std::vector<int> signs = sign_cell.signs;
      for (int& sign : signs) sign = sign == 0 ? 1 : sign;
      is_void[i] =
          is_void_surface(inclusion, point.t, point.x, with_signs(point, signs), point.active[i]);
    }
    for (std::size_t i = 0; i < sign_cell.signs.size(); ++i) {
      const int sign = is_void[i] ? 1 : sign_cell.signs[i];
      std::vector<std::vector<int>> next;
      for (std::vector<int>& pattern : patterns) {
        for (const int choice : sign == 0 ? std::vector<int>{-1, 1} : std::vector<int>{sign}) {
          next.push_back(pattern);
          next.back().push_back(choice);
        }
      }
      patterns = std::move(next);
    }
    for (std::vector<int>& signs : patterns) {
      Cell cell;
      const Signature s = with_signs(point, signs);
      cell.velocity.resize(n);
      inclusion.selection(point.t, point.x, s, {cell.velocity.data(), static_cast<std::size_t>(n)});
      cell.normals.resize(n, k);
      cell.rates.resize(k);
      cell.rate_scales.resize(k);
      for (Eigen::Index i = 0; i < k; ++i) {
        const SwitchingGradient gradient = inclusion.switching_gradient(
            point.active[static_cast<std::size_t>(i)], point.t, point.x, s);
        cell.normals.col(i) = gradient.x;
        cell.rates(i) = direction * (gradient.x.dot(cell.velocity) + gradient.t);
        cell.rate_scales(i) =
            gradient.x.cwiseAbs().dot(cell.velocity.cwiseAbs()) + std::abs(gradient.t);
        if (std::find(point.balanced.begin(), point.balanced.end(),
                      point.active[static_cast<std::size_t>(i)]) != point.balanced.end()) {
          cell.rates(i) = 0;
        }
      }
      cell.signs = std::move(signs);
      cell.is_void = is_void;
      cells.push_back(std::move(cell));
    }
  }
  return cells;
}

}  // namespace filippov::detail
