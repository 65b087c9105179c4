// All critical points of a piecewise linear function on the sphere in three dimensions.

#include <Eigen/Geometry>
#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <unordered_set>

#include "critical_points.hpp"
#include "filippov/geometry/minimum_norm_point.hpp"

namespace filippov::detail {

namespace {

template <class Scalar>
using Vector = std::array<Scalar, 3>;

template <class Scalar>
Scalar dot(const Vector<Scalar>& a, const Vector<Scalar>& b) {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

template <class Scalar>
Vector<Scalar> cross(const Vector<Scalar>& a, const Vector<Scalar>& b) {
  return {a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]};
}

template <class Scalar>
Vector<Scalar> combination(const Scalar& s, const Vector<Scalar>& a, const Scalar& t,
                           const Vector<Scalar>& b) {
  return {s * a[0] + t * b[0], s * a[1] + t * b[1], s * a[2] + t * b[2]};
}

/// Per ridge, whether it is positive.
using Active = std::string;

/// The function with numbers of one kind.
template <class Scalar>
struct Ridges {
  Vector<Scalar> base;
  std::vector<Vector<Scalar>> directions;
  std::vector<Scalar> factors;

  Vector<Scalar> gradient(const Active& on) const {
    Vector<Scalar> sum = base;
    for (std::size_t j = 0; j < directions.size(); ++j) {
      if (on[j] == 0) continue;
      for (std::size_t k = 0; k < 3; ++k) sum[k] = sum[k] + factors[j] * directions[j][k];
    }
    return sum;
  }
};

Vector<Interval> ranges(const Vector<Number>& a) {
  return {a[0].range(), a[1].range(), a[2].range()};
}

/// The planes r_j.u = 0 cut the sphere into cells, edges and vertices. Each is visited once, the
/// edges from the vertices they start from, the cells from their edges.
class SphereWalk {
 public:
  explicit SphereWalk(const RidgeFunction& f) : f_(f) {
    const auto take = [](const NumberVector& from) {
      return Vector<Number>{from[0], from[1], from[2]};
    };
    exact_.base = take(f.base());
    near_.base = ranges(exact_.base);
    for (const Ridge& ridge : f.ridges()) {
      exact_.directions.push_back(take(ridge.direction));
      exact_.factors.push_back(ridge.factor);
      near_.directions.push_back(ranges(exact_.directions.back()));
      near_.factors.push_back(ridge.factor.range());
    }
  }

  CriticalPoints run() {
    const std::size_t m = f_.ridges().size();
    const Vector<Interval> anywhere{Interval(1), Interval(0), Interval(0)};
    if (m == 0) cell(Active(), anywhere);
    if (m == 1) {
      const Vector<Interval>& r = near_.directions[0];
      edge(0, Active(1, 0),
           std::abs(r[0].midpoint()) > std::abs(r[2].midpoint())
               ? Vector<Interval>{-r[1], r[0], Interval(0)}
               : Vector<Interval>{Interval(0), r[2], -r[1]});
    }
    for (std::size_t i = 0; i < m; ++i) {
      for (std::size_t j = i + 1; j < m; ++j) {
        for (const int side : {1, -1}) vertex(i, j, side);
      }
    }
    decide_pole();
    find_zero();
    return std::move(result_);
  }

 private:
  /// The sign of an expression in the ridges' numbers, in exact arithmetic where intervals do not
  /// tell.
  template <class Expression>
  int sign(const Expression& expression) const {
    const Interval enclosure = expression(near_);
    if (certainly_positive(enclosure)) return 1;
    if (certainly_negative(enclosure)) return -1;
    return *expression(exact_).sign();
  }

  /// All signs of r_l.x but those of the ridges in `free` are as in `on`, strictly.
  template <class Point>
  bool is_inside(const Active& on, std::size_t free, const Point& point, int side) const {
    const auto nearby = point(near_);
    for (std::size_t l = 0; l < on.size(); ++l) {
      if (l == free) continue;
      const Interval h = dot(near_.directions[l], nearby);
      const int wanted = on[l] != 0 ? side : -side;
      if (wanted > 0 ? certainly_positive(h) : certainly_negative(h)) continue;
      if (wanted > 0 ? certainly_negative(h) : certainly_positive(h)) return false;
      if (*dot(exact_.directions[l], point(exact_)).sign() != wanted) return false;
    }
    return true;
  }

  CriticalPoint& add(const Vector<Interval>& direction, Interval value,
                     std::optional<int> extremum) {
    const Interval norm = sqrt(sqr(direction[0]) + sqr(direction[1]) + sqr(direction[2]));
    std::vector<Interval> u;
    for (const Interval& entry : direction) {
      u.push_back(intersect(entry / norm, Interval(-1, 1)).value_or(Interval(-1, 1)));
    }
    result_.points.push_back({.u = u, .box = u, .value = value, .extremum = extremum});
    return result_.points.back();
  }

  void add_flat(const Vector<Interval>& member, int dimension, std::vector<int> kinks) {
    CriticalPoint& point = add(member, 0, std::nullopt);
    point.box.assign(3, Interval(-1, 1));
    point.dimension = dimension;
    point.kinks = std::move(kinks);
  }

  void vertex(std::size_t i, std::size_t j, int side) {
    const auto place = [=](const auto& ridges) {
      return side > 0 ? cross(ridges.directions[i], ridges.directions[j])
                      : cross(ridges.directions[j], ridges.directions[i]);
    };
    const Vector<Interval> nearby = place(near_);
    Active on(near_.directions.size(), 0);
    std::vector<std::size_t> through;
    for (std::size_t l = 0; l < on.size(); ++l) {
      int s = 0;
      if (l != i && l != j) {
        const Interval h = dot(near_.directions[l], nearby);
        s = certainly_positive(h)   ? 1
            : certainly_negative(h) ? -1
                                    : *dot(exact_.directions[l], place(exact_)).sign();
      }
      if (s == 0) through.push_back(l);
      on[l] = s > 0 ? 1 : 0;
    }
    if (through[0] != i || through[1] != j) return;  // visited for another pair
    at_vertex(through, on, place);
    for (const std::size_t k : through) {
      Active along = on;
      for (const std::size_t l : through) {
        if (l == k) continue;
        along[l] = sign([&](const auto& ridges) {
                     return dot(ridges.directions[l], cross(ridges.directions[k], place(ridges)));
                   }) > 0;
      }
      edge(k, along, nearby);
    }
  }

  template <class Place>
  void at_vertex(const std::vector<std::size_t>& through, const Active& on, const Place& place) {
    std::optional<int> extremum;
    if (through.size() == 2) {
      const std::optional<bool> inner = is_critical(through[0], through[1], on);
      if (!inner || beside_flat(through, on)) return;
      if (*inner) extremum = extremum_at(through);
    } else if (!is_critical(through, on, place)) {
      return;
    }
    const auto value = [&](const auto& ridges) { return dot(ridges.gradient(on), place(ridges)); };
    const Vector<Interval> direction = ranges(place(exact_));
    const Interval norm = sqrt(sqr(direction[0]) + sqr(direction[1]) + sqr(direction[2]));
    CriticalPoint& point =
        add(direction, sign(value) == 0 ? Interval(0) : value(exact_).range() / norm, extremum);
    point.kinks = rows(through);
  }

  std::optional<int> extremum_at(const std::vector<std::size_t>& through) const {
    int concave = 0;
    for (const std::size_t l : through) concave += certainly_negative(near_.factors[l]) ? 1 : 0;
    if (concave == static_cast<int>(through.size())) return 1;
    return concave == 0 ? -1 : 0;
  }

  /// Two planes: a + tau_i r_i + tau_j r_j is orthogonal to both r for tau = N / D, by Cramer's
  /// rule; critical if 0 <= tau / factor <= 1. Whether both are strict; nothing: not critical.
  std::optional<bool> is_critical(std::size_t i, std::size_t j, const Active& on) const {
    bool strict = true;
    for (const auto& [first, second] : {std::pair(i, j), std::pair(j, i)}) {
      const auto numerator = [&, p = first, q = second](const auto& ridges) {
        const auto a = ridges.gradient(on);
        const auto& r = ridges.directions[p];
        const auto& s = ridges.directions[q];
        return (dot(a, s) * dot(r, s) - dot(a, r) * dot(s, s)) * ridges.factors[p];
      };
      const auto rest = [&, p = first, q = second](const auto& ridges) {
        const auto& r = ridges.directions[p];
        const auto& s = ridges.directions[q];
        const auto product = dot(r, s);
        return (dot(r, r) * dot(s, s) - product * product) * ridges.factors[p] * ridges.factors[p] -
               numerator(ridges);
      };
      const int lower = sign(numerator);
      const int upper = lower < 0 ? -1 : sign(rest);
      if (lower < 0 || upper < 0) return std::nullopt;
      strict = strict && lower > 0 && upper > 0;
    }
    return strict;
  }

  /// More planes: 0 in the hull of the tangential gradients of the sectors around the vertex.
  template <class Place>
  bool is_critical(const std::vector<std::size_t>& through, const Active& on,
                   const Place& place) const {
    std::vector<std::array<Number, 2>> gradients;
    const Vector<Number> vertex = place(exact_);
    const Vector<Number>& p = exact_.directions[through[0]];
    const Vector<Number>& q = exact_.directions[through[1]];
    for (const std::size_t k : through) {
      const Vector<Number> ray = cross(exact_.directions[k], vertex);
      for (const int side : {1, -1}) {
        Active sector = on;
        for (const std::size_t l : through) {
          if (l != k) sector[l] = side * *dot(exact_.directions[l], ray).sign() > 0;
        }
        for (const char own : {0, 1}) {
          sector[k] = own;
          const Vector<Number> gradient = exact_.gradient(sector);
          gradients.push_back({dot(gradient, p), dot(gradient, q)});
        }
      }
    }
    // If not, one of them has all others less than half a turn ahead.
    for (const auto& first : gradients) {
      if (first[0].is_zero() && first[1].is_zero()) return true;
    }
    for (const auto& first : gradients) {
      const bool all_ahead =
          std::all_of(gradients.begin(), gradients.end(), [&](const auto& other) {
            const int turn = *(first[0] * other[1] - first[1] * other[0]).sign();
            return turn > 0 ||
                   (turn == 0 && *(first[0] * other[0] + first[1] * other[1]).sign() > 0);
          });
      if (all_ahead) return false;
    }
    return true;
  }

  /// On the plane of r = r_k a critical point is +-p, p = |r|^2 a - (a.r) r, if the share -a.r /
  /// (|r|^2 factor) of the kink is in [0, 1].
  void edge(std::size_t k, Active on, const Vector<Interval>& start) {
    for (const char side : {0, 1}) {
      on[k] = side;
      cell(on, start);
    }
    on[k] = 0;
    const auto along = [&](const auto& ridges) {
      return dot(ridges.gradient(on), ridges.directions[k]) * ridges.factors[k];
    };
    const int lower = -sign(along);
    if (lower < 0) return;
    const int upper = sign([&](const auto& ridges) {
      const auto& r = ridges.directions[k];
      return dot(r, r) * ridges.factors[k] * ridges.factors[k] + along(ridges);
    });
    if (upper < 0) return;
    const auto summit = [&](const auto& ridges) {
      const auto a = ridges.gradient(on);
      const auto& r = ridges.directions[k];
      return combination(dot(r, r), a, -dot(a, r), r);
    };
    if (is_zero(summit)) {
      if (beside_flat({k}, on)) return;
      add_flat(start, 1, rows({k}));
      return;
    }
    for (const int side : {1, -1}) {
      if (!is_inside(on, k, summit, side)) continue;
      const Vector<Interval> p = ranges(summit(exact_));
      const Interval norm = sqrt(sqr(p[0]) + sqr(p[1]) + sqr(p[2]));
      const Interval square = dot(exact_.directions[k], exact_.directions[k]).range();
      std::optional<int> extremum;
      if (lower > 0 && upper > 0) {
        const bool concave = certainly_negative(near_.factors[k]);
        extremum = concave && side > 0 ? 1 : !concave && side < 0 ? -1 : 0;
      }
      add({side * p[0], side * p[1], side * p[2]}, side * norm / square, extremum).kinks =
          rows({k});
    }
  }

  /// In a cell with gradient a the critical points are +-a.
  void cell(const Active& on, const Vector<Interval>& corner) {
    if (!seen_.insert(on).second) return;
    const Vector<Interval> a = near_.gradient(on);
    gradients_.push_back(a);
    cells_.push_back(on);
    const auto gradient = [&](const auto& ridges) { return ridges.gradient(on); };
    if (is_zero(gradient)) {
      add_flat(corner, 2, {});
      return;
    }
    for (const int side : {1, -1}) {
      if (!is_inside(on, on.size(), gradient, side)) continue;
      const Vector<Interval> p = ranges(exact_.gradient(on));
      const Interval norm = sqrt(sqr(p[0]) + sqr(p[1]) + sqr(p[2]));
      add({side * p[0], side * p[1], side * p[2]}, side * norm, side);
    }
  }

  /// A cell that meets these planes where the others are as in `on` is flat: its closure holds what
  /// is on them. Two planes at most.
  bool beside_flat(const std::vector<std::size_t>& planes, Active on) const {
    for (unsigned signs = 0; signs < (1u << planes.size()); ++signs) {
      for (std::size_t i = 0; i < planes.size(); ++i)
        on[planes[i]] = static_cast<char>(signs >> i & 1u);
      if (is_zero([&](const auto& ridges) { return ridges.gradient(on); })) return true;
    }
    return false;
  }

  template <class Point>
  bool is_zero(const Point& point) const {
    for (const Interval& entry : point(near_)) {
      if (certainly_nonzero(entry)) return false;
    }
    const auto exact = point(exact_);
    return exact[0].is_zero() && exact[1].is_zero() && exact[2].is_zero();
  }

  std::vector<int> rows(const std::vector<std::size_t>& ridges) const {
    std::vector<int> result;
    for (const std::size_t l : ridges) {
      const std::vector<int>& own = f_.ridges()[l].rows;
      result.insert(result.end(), own.begin(), own.end());
    }
    std::sort(result.begin(), result.end());
    return result;
  }

  /// 0 is not in the hull of all gradients if they are on one side of a plane through 0; it is if
  /// it is inside a tetrahedron of four of them.
  void decide_pole() {
    Eigen::MatrixXd points(3, static_cast<Eigen::Index>(gradients_.size()));
    for (Eigen::Index c = 0; c < points.cols(); ++c) {
      for (Eigen::Index k = 0; k < 3; ++k) {
        points(k, c) =
            gradients_[static_cast<std::size_t>(c)][static_cast<std::size_t>(k)].midpoint();
      }
    }
    const MinimumNormPoint nearest = minimum_norm_point(points);
    const Vector<Interval> normal{Interval(nearest.point(0)), Interval(nearest.point(1)),
                                  Interval(nearest.point(2))};
    if (std::all_of(gradients_.begin(), gradients_.end(), [&](const Vector<Interval>& a) {
          return certainly_positive(dot(a, normal));
        })) {
      result_.critical_at_zero = false;
    } else if (nearest.columns.size() == 4) {
      const auto corner = [&](std::size_t k) {
        return gradients_[static_cast<std::size_t>(nearest.columns[k % 4])];
      };
      // The barycentric coordinates of 0, up to a common factor.
      int positive = 0;
      int negative = 0;
      for (std::size_t k = 0; k < 4; ++k) {
        const Interval volume = dot(corner(k + 1), cross(corner(k + 2), corner(k + 3)));
        const Interval coordinate = k % 2 == 0 ? volume : -volume;
        positive += certainly_positive(coordinate) ? 1 : 0;
        negative += certainly_negative(coordinate) ? 1 : 0;
      }
      if (positive == 4 || negative == 4) result_.critical_at_zero = true;
    } else if (is_between(nearest.columns)) {
      result_.critical_at_zero = true;
    }
  }

  /// 0 is exactly inside a triangle or segment of gradients, or one of them.
  bool is_between(const std::vector<Eigen::Index>& columns) const {
    std::vector<Vector<Number>> a;
    for (const Eigen::Index c : columns) {
      a.push_back(exact_.gradient(cells_[static_cast<std::size_t>(c)]));
    }
    const auto vanishes = [](const Vector<Number>& x) {
      return x[0].is_zero() && x[1].is_zero() && x[2].is_zero();
    };
    if (a.size() == 1) return vanishes(a[0]);
    const Vector<Number> first = cross(a[0], a[1]);
    if (a.size() == 2) return vanishes(first) && dot(a[0], a[1]).sign() == -1;
    const Vector<Number> second = cross(a[1], a[2]);
    const Vector<Number> third = cross(a[2], a[0]);
    return a.size() == 3 && dot(a[0], second).is_zero() && dot(first, second).sign() == 1 &&
           dot(second, third).sign() == 1;
  }

  double value(const Eigen::Vector3d& u) const {
    double sum = 0;
    for (int k = 0; k < 3; ++k) sum += near_.base[static_cast<std::size_t>(k)].midpoint() * u(k);
    for (std::size_t j = 0; j < near_.directions.size(); ++j) {
      double h = 0;
      for (int k = 0; k < 3; ++k) {
        h += near_.directions[j][static_cast<std::size_t>(k)].midpoint() * u(k);
      }
      sum += near_.factors[j].midpoint() * std::max(h, 0.0);
    }
    return sum;
  }

  /// About a zero of F between a point where F > 0 and one where F < 0, if there are both.
  void find_zero() {
    std::optional<Eigen::Vector3d> above;
    std::optional<Eigen::Vector3d> below;
    for (const CriticalPoint& point : result_.points) {
      const Eigen::Vector3d u(point.u[0].midpoint(), point.u[1].midpoint(), point.u[2].midpoint());
      if (certainly_positive(point.value)) above = u;
      if (certainly_negative(point.value)) below = u;
    }
    if (!above || !below) return;
    // Not through the origin, should they be opposite.
    Eigen::Vector3d middle = above->unitOrthogonal();
    (value(middle) > 0 ? above : below) = middle;
    constexpr int halvings = 60;
    for (int step = 0; step < halvings; ++step) {
      middle = (*above + *below).normalized();
      (value(middle) > 0 ? above : below) = middle;
    }
    result_.zero_on_curve = std::vector<double>(middle.begin(), middle.end());
  }

  const RidgeFunction& f_;
  Ridges<Interval> near_;
  Ridges<Number> exact_;
  std::unordered_set<Active> seen_;
  std::vector<Vector<Interval>> gradients_;  // one per cell
  std::vector<Active> cells_;
  CriticalPoints result_;
};

}  // namespace

CriticalPoints sphere_points(const RidgeFunction& f) { return SphereWalk(f).run(); }

}  // namespace filippov::detail
