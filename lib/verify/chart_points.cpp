// All critical points of a piecewise quadratic function on the sphere, by branch and bound.

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <deque>
#include <string>

#include "../geometry/linear_system.hpp"
#include "critical_points.hpp"
#include "filippov/arithmetic/interval_matrix.hpp"
#include "filippov/geometry/minimum_norm_point.hpp"
#include "ridge_certificate.hpp"

namespace filippov::detail {

namespace {

using Eigen::Index;

/// A part of the cube's surface |u|_max = 1: u_k = +-1 is a point, the other entries are in [-1,
/// 1]. F is homogeneous, so that u is as good as u / |u|.
struct Part {
  Box u;
  std::size_t k = 0;
};

/// A cell of the ridges where F = 0.
struct FlatCell {
  std::vector<signed char> on;  ///< which of them are positive
  std::vector<double> member;
  bool rises = false;  ///< F may be positive close beside it
  bool falls = false;  ///< and negative
};

/// u is critical when A(u) u is parallel to u, with A(u) the matrix of its piece:
///
///     f_i(u) = u_k g_i - u_i g_k = 0 for i != k,    g = A(u) u.
///
/// g is continuous and A its generalized Jacobian, so that the matrices of all pieces that meet a
/// part give a Krawczyk operator, which finds that the part has no critical point or exactly one.
class ChartSearch {
 public:
  explicit ChartSearch(const RidgeFunction& f)
      : f_(f), certificate_(f), d_(static_cast<std::size_t>(f.dimension())) {
    for (const Ridge& ridge : f.ridges()) {
      Box direction;
      for (const Number& entry : ridge.direction) direction.push_back(entry.range());
      directions_.push_back(std::move(direction));
    }
  }

  /// Nothing if the critical points cannot be separated.
  std::optional<CriticalPoints> run() {
    std::deque<Part> open;  // the widest first, which finds flat cells before their edges
    for (std::size_t k = 0; k < d_; ++k) {
      for (const int side : {1, -1}) {
        Part part{Box(d_, Interval(-1, 1)), k};
        part.u[k] = side;
        open.push_back(std::move(part));
      }
    }
    constexpr double most_products = 5e7;
    constexpr double narrowest = 1e-9;
    const double products_each = static_cast<double>((directions_.size() + 1) * d_ * d_);
    constexpr std::size_t most_open = 5000;  // along an arc of critical points there is no end
    for (double products = 0; !open.empty(); products += products_each) {
      if (products > most_products || open.size() > most_open) return std::nullopt;
      const Part part = std::move(open.front());
      open.pop_front();
      if (is_settled(part)) continue;
      if (width(part.u) < narrowest) return std::nullopt;
      auto [one, other] = bisect(part.u, widest(part.u));
      open.push_back({std::move(one), part.k});
      open.push_back({std::move(other), part.k});
    }
    add_flat_cells();
    return std::move(result_);
  }

 private:
  bool is_settled(const Part& part) {
    if (is_flat(part)) return true;
    const IntervalMatrix a = matrix(part.u);
    const Part centre{point_box(midpoint(part.u)), part.k};
    const Box g_centre = matrix(centre.u) * centre.u;
    const auto g = intersect(a * part.u, g_centre + a * (part.u - centre.u));
    if (!g) return true;
    const Box f = equations(part, *g);
    const auto zero = [](const Interval& entry) { return entry.contains_zero(); };
    if (!std::ranges::all_of(f, zero)) return true;
    const IntervalMatrix jacobian = derivative(part, a, *g);
    const Box mean =
        equations(centre, g_centre) + jacobian * free_entries(part.u - centre.u, part.k);
    if (!std::ranges::all_of(mean, zero)) return true;
    return has_one_point(part);
  }

  IntervalMatrix matrix(const Box& u) const {
    const auto n = static_cast<Index>(d_);
    return IntervalMatrix::from_rows(certificate_.matrices(u), n, n);
  }

  static Box free_entries(const Box& u, std::size_t k) {
    Box entries = u;
    entries.erase(entries.begin() + static_cast<std::ptrdiff_t>(k));
    return entries;
  }

  static Box equations(const Part& part, const Box& g) {
    Box f;
    for (std::size_t i = 0; i < g.size(); ++i) {
      if (i != part.k) f.push_back(part.u[part.k] * g[i] - part.u[i] * g[part.k]);
    }
    return f;
  }

  /// df_i/du_j = u_k A_ij - u_i A_kj - delta_ij g_k
  IntervalMatrix derivative(const Part& part, const IntervalMatrix& a, const Box& g) const {
    const auto n = static_cast<Index>(d_);
    const auto k = static_cast<Index>(part.k);
    IntervalMatrix jacobian(n - 1, n - 1);
    Index row = 0;
    for (Index i = 0; i < n; ++i) {
      if (i == k) continue;
      Index column = 0;
      for (Index j = 0; j < n; ++j) {
        if (j == k) continue;
        Interval entry = part.u[part.k] * a(i, j) - part.u[static_cast<std::size_t>(i)] * a(k, j);
        if (i == j) entry -= g[part.k];
        jacobian.set(row, column++, entry);
      }
      ++row;
    }
    return jacobian;
  }

  /// Proves that exactly one critical point is in a larger part around, and records it.
  bool has_one_point(const Part& part) {
    constexpr double widest_tried = 0.3;
    if (width(part.u) > widest_tried) return false;
    const auto root = newton(part);
    if (!root) return false;
    // With the root in the middle, where Krawczyk's operator is.
    Part around = part;
    const double radius = 1.1 * width(hull(part.u, point_box(*root)));
    for (std::size_t i = 0; i < d_; ++i) {
      if (i != part.k) around.u[i] = Interval::around((*root)[i], radius);
    }
    const IntervalMatrix a = matrix(around.u);
    const IntervalMatrix jacobian = derivative(around, a, a * around.u);
    const Eigen::MatrixXd inverse = LinearSystem(jacobian.midpoint()).inverse();
    if (!inverse.allFinite()) return false;
    const IntervalMatrix y(inverse);
    const Part centre{point_box(*root), part.k};
    const Box value = equations(centre, matrix(centre.u) * centre.u);
    const Box whole = free_entries(around.u, part.k);
    const Box start = free_entries(centre.u, part.k);
    const Box image =
        start - y * value + (IntervalMatrix::identity(y.rows()) - y * jacobian) * (whole - start);
    return contains_in_interior(whole, image) && record(around, *root);
  }

  /// Newton's method from the middle; nothing where it does not end near the part.
  std::optional<std::vector<double>> newton(const Part& part) const {
    std::vector<double> u = midpoint(part.u);
    const std::vector<double> middle = u;
    const double reach = 2 * width(part.u);
    constexpr int most = 12;
    for (int iteration = 0; iteration < most; ++iteration) {
      const Part here{point_box(u), part.k};
      const IntervalMatrix a = matrix(here.u);
      const Box g = a * here.u;
      const Box value = equations(here, g);
      Eigen::VectorXd right(static_cast<Index>(value.size()));
      for (std::size_t i = 0; i < value.size(); ++i) {
        right(static_cast<Index>(i)) = value[i].midpoint();
      }
      const Eigen::VectorXd step = LinearSystem(derivative(here, a, g).midpoint()).solve(right);
      if (!step.allFinite()) return std::nullopt;
      Index place = 0;
      for (std::size_t i = 0; i < d_; ++i) {
        if (i == part.k) continue;
        u[i] -= step(place++);
        if (std::abs(u[i] - middle[i]) > reach) return std::nullopt;
      }
      if (step.lpNorm<Eigen::Infinity>() < 1e-14) return u;
    }
    return std::nullopt;
  }

  /// Adds the critical point at the root, the only one in the part, unless it is known.
  bool record(const Part& part, const std::vector<double>& root) {
    for (const CriticalPoint& known : result_.points) {
      if (contains_direction(part, known.box)) return true;
    }
    const Eigen::Map<const Eigen::VectorXd> u(root.data(), static_cast<Index>(d_));
    auto point = certificate_.certify(u.normalized(), {});
    if (!point || !contains_direction(part, point->box)) return false;
    for (const CriticalPoint& known : result_.points) {
      if (intersect(known.box, point->box)) return false;
    }
    result_.points.push_back(std::move(*point));
    return true;
  }

  /// Every u of the box, scaled to the chart of the part, is in the part.
  static bool contains_direction(const Part& part, const Box& u) {
    const Interval pole = part.u[part.k];
    if (!certainly_positive(pole * u[part.k])) return false;
    for (std::size_t i = 0; i < u.size(); ++i) {
      if (i != part.k && !part.u[i].contains(pole * u[i] / u[part.k])) return false;
    }
    return true;
  }

  /// A cell with F = 0, such as that of a ReLU network where no example is active: all its points
  /// are critical. Of a part that meets such cells this proves that it has no other critical
  /// points.
  bool is_flat(const Part& part) {
    std::vector<signed char> on(directions_.size(), 0);
    std::vector<std::size_t> meeting;
    bool in_one_cell = true;
    for (std::size_t j = 0; j < directions_.size(); ++j) {
      const Interval h = dot(directions_[j], part.u);
      on[j] = h.upper() > 0 ? 1 : 0;
      if (!h.contains_zero()) continue;
      meeting.push_back(j);
      in_one_cell = in_one_cell && (h.lower() >= 0 || h.upper() <= 0);
    }
    if (in_one_cell && is_zero(part, on)) return true;
    if (meeting.empty() || meeting.size() > 2 * d_) return false;
    return std::ranges::any_of(flat_cells_, [&](FlatCell& cell) {
      const auto agrees = [&](std::size_t j) {
        return on[j] == cell.on[j] || std::ranges::find(meeting, j) != meeting.end();
      };
      for (std::size_t j = 0; j < on.size(); ++j) {
        if (!agrees(j)) return false;
      }
      return is_beside(part, meeting, cell);
    });
  }

  /// The part is in one cell: F = 0 there, exactly.
  bool is_zero(const Part& part, const std::vector<signed char>& on) {
    const auto entries = certificate_.matrices(part.u);
    const auto zero = [](const auto& entry) { return entry.contains_zero(); };
    if (!std::ranges::all_of(entries, zero)) return false;
    const auto known = [&](const FlatCell& cell) { return cell.on == on; };
    if (std::ranges::any_of(flat_cells_, known)) return true;
    const auto is_known_zero = [](const Number& entry) { return entry.is_zero(); };
    if (!std::ranges::all_of(f_.piece(on), is_known_zero)) return false;
    flat_cells_.push_back({on, midpoint(part.u)});
    return true;
  }

  /// Where ridges have changed their sign since the flat cell, with h_j = |r_j.u| and the factors
  /// +-k_j that this adds, g = sum k_j h_j r_j, and f = sum h_j p_j with p_j what is made of k_j
  /// r_j. If all p_j are less than a right angle from some w, f = 0 only where all h_j = 0.
  bool is_beside(const Part& part, const std::vector<std::size_t>& meeting, FlatCell& cell) const {
    Eigen::MatrixXd pushes(static_cast<Index>(d_) - 1, static_cast<Index>(meeting.size()));
    std::vector<Box> enclosures;
    for (std::size_t m = 0; m < meeting.size(); ++m) {
      // k r where the ridge came in; -k (-r) where it went out.
      enclosures.push_back(
          equations(part, f_.ridges()[meeting[m]].factor.range() * directions_[meeting[m]]));
      for (std::size_t i = 0; i + 1 < d_; ++i) {
        pushes(static_cast<Index>(i), static_cast<Index>(m)) = enclosures.back()[i].midpoint();
      }
    }
    pushes.colwise().normalize();
    if (!pushes.allFinite()) return false;
    const Eigen::VectorXd w = minimum_norm_point(pushes).point;
    const Box along = point_box({w.data(), static_cast<std::size_t>(w.size())});
    for (const Box& push : enclosures) {
      if (!certainly_positive(dot(along, push))) return false;
    }
    for (const std::size_t j : meeting) {
      const Interval factor = f_.ridges()[j].factor.range();
      const bool added = cell.on[j] == 0;
      cell.rises = cell.rises || !certainly_negative(added ? factor : -factor);
      cell.falls = cell.falls || !certainly_positive(added ? factor : -factor);
    }
    return true;
  }

  /// The flat cells, which are convex, each as one set.
  void add_flat_cells() {
    for (const FlatCell& cell : flat_cells_) {
      CriticalPoint point;
      const Eigen::Map<const Eigen::VectorXd> u(cell.member.data(), static_cast<Index>(d_));
      for (const double entry : u.normalized()) point.u.emplace_back(entry);
      point.box.assign(d_, Interval(-1, 1));
      point.value = 0;
      point.dimension = static_cast<int>(d_) - 1;
      if (cell.rises != cell.falls) point.extremum = cell.falls ? 1 : -1;
      result_.points.push_back(std::move(point));
    }
  }

  const RidgeFunction& f_;
  RidgeCertificate certificate_;
  std::size_t d_;
  std::vector<Box> directions_;
  std::vector<FlatCell> flat_cells_;
  CriticalPoints result_;
};

}  // namespace

CriticalPoints chart_points(const RidgeFunction& f, const KktOptions& options) {
  if (auto found = ChartSearch(f).run()) return std::move(*found);
  CriticalPoints some = search_points(f, options);
  some.reason = std::string(
      "the KKT points could not be separated: the list is that of a search from random starts");
  return some;
}

}  // namespace filippov::detail
