// All critical points of a piecewise linear function on the sphere in three dimensions.

#include <Eigen/Core>
#include <map>
#include <set>
#include <string>
#include <unordered_set>

#include "bends.hpp"
#include "critical_points.hpp"
#include "filippov/geometry/minimum_norm_point.hpp"
#include "zero_curves.hpp"

namespace filippov::detail {

namespace {

std::vector<double> middle(const Box& box) {
  std::vector<double> result;
  for (const Interval& entry : box) result.push_back(entry.midpoint());
  return result;
}

/// 0 is in the hull of the points.
template <class Scalar>
bool surround_zero(const std::vector<std::array<Scalar, 2>>& points) {
  const auto is_origin = [](const std::array<Scalar, 2>& a) {
    return is_zero(Vector3<Scalar>{a[0], a[1], Scalar(0)});
  };
  if (std::ranges::any_of(points, is_origin)) return true;
  // If not, one of them has all others less than half a turn ahead.
  for (const auto& first : points) {
    const bool all_ahead = std::ranges::all_of(points, [&](const auto& other) {
      if (&other == &first) return true;
      const int turn = sign<Scalar>(first[0] * other[1] - first[1] * other[0]);
      return turn > 0 || (turn == 0 && sign<Scalar>(first[0] * other[0] + first[1] * other[1]) > 0);
    });
    if (all_ahead) return false;
  }
  return true;
}

/// The planes r_j.u = 0 cut the sphere into cells, edges and vertices. A walk along each great
/// circle meets the edges and the vertices on it, and the cells on its two sides.
template <class Scalar>
class SphereWalk {
 public:
  SphereWalk(const RidgeFunction& f, Bends<Scalar> bends) : f_(f), bends_(std::move(bends)) {
    for (std::size_t k = 0; k < size(); ++k) {
      senses_.push_back(sign(dot(bends_.jumps[k], bends_.normals[k])));
    }
  }

  CriticalPoints run() {
    if (size() == 0) whole_sphere();
    for (std::size_t k = 0; k < size(); ++k) walk(k);
    for (auto& [on, set] : flat_cells_) result_.points.push_back(std::move(set));
    for (auto& member : zero_curves_.members()) zero_members_.push_back(std::move(member));
    result_.zero_curves = std::move(zero_members_);
    decide_pole();
    return std::move(result_);
  }

 private:
  using Point = Vector3<Scalar>;
  using Active = std::string;  ///< per ridge, whether it is positive

  /// Part of a great circle; all of it if there is no end.
  struct Arc {
    std::size_t circle;
    const Point* from;
    const Point* to;
  };

  std::size_t size() const { return bends_.normals.size(); }

  static Point orthogonal(const Point& a) {
    const std::optional<int> known = sign_if_known(a[0]);
    if (known && *known != 0) return {a[1], -a[0], Scalar(0)};
    return {Scalar(0), a[2], -a[1]};
  }

  /// F is linear.
  void whole_sphere() {
    const Point& a = bends_.base;
    gradients_.push_back(enclosure(a));
    if (is_zero(a)) {
      CriticalPoint& all = result_.points.emplace_back();
      all.u = {1, 0, 0};
      all.box.assign(3, Interval(-1, 1));
      all.dimension = 2;
      return;
    }
    for (const int side : {1, -1}) add(side > 0 ? a : -a, side * length(a, 1), side);
    zero_members_.push_back(middle(unit(orthogonal(a))));
  }

  // What is beside the great circle k, edge by edge. The gradients are those of the cells where
  // r_k.u < 0.
  void walk(std::size_t k) {
    const std::vector<Junction<Scalar>> meet = junctions(bends_.normals, k);
    auto [on, gradient] = start(meet);
    starts_.push_back(gradients_.size());
    if (meet.empty()) {
      edge(on, gradient, {k, nullptr, nullptr});
      only_circle(gradient);
      return;
    }
    int before = sign(dot(gradient, meet[0].at));
    for (std::size_t i = 0; i < meet.size(); ++i) {
      const Junction<Scalar>& next = meet[(i + 1) % meet.size()];
      edge(on, gradient, {k, &meet[i].at, &next.at});
      const int value = sign(dot(gradient, next.at));
      if (before * value < 0) crossing(k, on, gradient, meet[i].at);
      before = value;
      if (meet.size() == 2 && value == 0) {
        pencil_.insert(sign(dot(gradient, cross(bends_.normals[k], meet[i].at))));
      }
      if (is_first(k, next)) vertex(k, on, gradient, next, value, meet.size() == 2);
      pass(next, on, gradient);
    }
    // All planes through one line on which F = 0, F with both signs: the zeros meet on the line.
    if (meet.size() == 2 && k + 1 == size() && pencil_.count(1) + pencil_.count(-1) == 2) {
      zero_members_.push_back(middle(unit(meet[0].at)));
    }
  }

  /// Between the first two junctions on the circle k.
  std::pair<Active, Point> start(const std::vector<Junction<Scalar>>& meet) const {
    Active on(size(), 0);
    Point gradient = bends_.base;
    // A ridge is positive before a crossing of side 1, negative after it.
    for (std::size_t i = 1; i <= meet.size() / 2; ++i) {
      for (const Crossing& c : meet[i].crossings) {
        if (c.side < 0) continue;
        on[c.circle] = 1;
        add_to(gradient, bends_.jumps[c.circle]);
      }
    }
    return {on, gradient};
  }

  void pass(const Junction<Scalar>& junction, Active& on, Point& gradient) const {
    for (const Crossing& c : junction.crossings) {
      on[c.circle] = c.side > 0 ? 0 : 1;
      if (c.side > 0) {
        subtract_from(gradient, bends_.jumps[c.circle]);
      } else {
        add_to(gradient, bends_.jumps[c.circle]);
      }
    }
  }

  static bool is_first(std::size_t k, const Junction<Scalar>& junction) {
    return std::ranges::all_of(junction.crossings, [&](const Crossing& c) { return k < c.circle; });
  }

  /// The zeros of F if there is but one circle.
  void only_circle(const Point& gradient) {
    const Point& r = bends_.normals[0];
    Point across = cross(gradient, r);
    if (is_zero(across)) {
      // F = 0 on the circle, and critical unless F changes its sign there.
      const int below = -sign(dot(gradient, r));
      const int above = sign<Scalar>(dot(gradient, r) + dot(bends_.jumps[0], r));
      if (below * above >= 0) return;
      across = orthogonal(r);
    }
    zero_members_.push_back(middle(unit(across)));
  }

  void crossing(std::size_t k, const Active& on, const Point& gradient, const Point& from) {
    const Point& r = bends_.normals[k];
    Point zero = cross(gradient, r);
    if (sign(dot(cross(r, from), zero)) < 0) zero = -zero;
    Active other = on;
    other[k] = 1;
    zero_curves_.add_crossing(on, other, middle(unit(zero)));
  }

  CriticalPoint& add(const Point& direction, Interval value, int extremum) {
    const Box u = unit(direction);
    result_.points.push_back({.u = u, .box = u, .value = value, .extremum = extremum});
    return result_.points.back();
  }

  /// side * point is where the ridges have these signs.
  bool is_inside(const Active& on, const Point& point, int side) {
    const auto is_outside = [&](std::size_t l) -> std::optional<bool> {
      const std::optional<int> s = sign_if_known(dot(bends_.normals[l], point));
      if (!s) return std::nullopt;
      return side * *s != (on[l] != 0 ? 1 : -1);
    };
    if (is_outside(last_) == true) return false;  // as often the one before
    bool unknown = false;
    for (std::size_t l = 0; l < size(); ++l) {
      const std::optional<bool> outside = is_outside(l);
      if (outside == true) {
        last_ = l;
        return false;
      }
      unknown = unknown || !outside;
    }
    if (unknown) throw UnknownSign();
    return true;
  }

  /// |a| / divisor in the units of F.
  Interval length(const Point& a, const Scalar& divisor) const {
    const Scalar power = power_beyond_doubles(a);
    return norm(quotient(a, power)) * quotient(power, Scalar(divisor * bends_.scale));
  }

  /// In a cell with gradient a the critical points are +-a. Of these `side` a is on the cell's side
  /// of the plane along which it is met.
  void cell(Active& on, char own, const Point& a, int side, const Arc& arc) {
    gradients_.push_back(enclosure(a));
    on[arc.circle] = own;
    if (side == 0) {
      if (is_zero(a)) flat_cell(on, arc);
    } else if (is_inside(on, a, side) && seen_.insert(on).second) {
      add(side > 0 ? a : -a, side * length(a, 1), side);
    }
    on[arc.circle] = 0;
  }

  /// The set of a cell with gradient 0, put together from its edges.
  void flat_cell(const Active& on, const Arc& arc) {
    const Box box = enclosing(arc);
    const auto [place, is_new] = flat_cells_.try_emplace(on);
    CriticalPoint& set = place->second;
    if (!is_new) {
      for (std::size_t t = 0; t < 3; ++t) set.box[t] = hull(set.box[t], box[t]);
      return;
    }
    zero_curves_.add_critical(on);
    set.u = arc.from != nullptr ? unit(*arc.from) : unit(orthogonal(bends_.normals[arc.circle]));
    set.box = box;
    set.value = 0;
    set.extremum = 0;
    set.dimension = 2;
    for (std::size_t t = 0; t < 3; ++t) {  // the largest and smallest may be inside
      Point axis{Scalar(0), Scalar(0), Scalar(0)};
      axis[t] = 1;
      for (const int side : {1, -1}) {
        if (is_inside(on, axis, side)) set.box[t] = hull(set.box[t], side);
      }
    }
  }

  bool contains(const Arc& arc, const Point& p) const {
    if (arc.from == nullptr) return true;
    const Point& r = bends_.normals[arc.circle];
    return sign(dot(cross(r, *arc.from), p)) > 0 && sign(dot(cross(r, p), *arc.to)) > 0;
  }

  Box enclosing(const Arc& arc) const {
    const Point& r = bends_.normals[arc.circle];
    const Scalar square = dot(r, r);
    Box box = unit(arc.from != nullptr ? *arc.from : orthogonal(r));
    if (arc.to != nullptr) {
      const Box end = unit(*arc.to);
      for (std::size_t t = 0; t < 3; ++t) box[t] = hull(box[t], end[t]);
    }
    for (std::size_t t = 0; t < 3; ++t) {  // where the coordinate is largest or smallest
      Point summit{-r[t] * r[0], -r[t] * r[1], -r[t] * r[2]};
      summit[t] += square;
      if (is_zero(summit)) continue;
      for (const Point& p : {summit, -summit}) {
        if (contains(arc, p)) box[t] = hull(box[t], unit(p)[t]);
      }
    }
    return box;
  }

  /// Where the gradients on the two sides of the plane k are a and a + J_k: on the plane a critical
  /// point is +-p, p = |r|^2 a - (a.r) r, if the hull of the two meets the plane.
  bool bends_through(std::size_t k, int below, int above) const {
    return senses_[k] * below <= 0 && senses_[k] * above >= 0;
  }

  Point along(std::size_t k, const Point& a) const {
    const Point& r = bends_.normals[k];
    const Scalar square = dot(r, r);
    const Scalar part = dot(a, r);
    return {square * a[0] - part * r[0], square * a[1] - part * r[1], square * a[2] - part * r[2]};
  }

  void edge(Active& on, const Point& a, const Arc& arc) {
    const std::size_t k = arc.circle;
    const Point& r = bends_.normals[k];
    Point b = a;
    add_to(b, bends_.jumps[k]);
    const int below = sign(dot(a, r));
    const int above = sign(dot(b, r));
    cell(on, 0, a, -below, arc);
    cell(on, 1, b, above, arc);
    if (!bends_through(k, below, above)) return;
    const Point p = along(k, a);
    if (is_zero(p)) {
      Active other = on;
      other[k] = 1;
      zero_curves_.add_critical(on);
      zero_curves_.add_critical(other);
      if ((below == 0 && is_zero(a)) || (above == 0 && is_zero(b))) return;  // beside a flat cell
      CriticalPoint& set = result_.points.emplace_back();
      set.u = unit(arc.from != nullptr ? *arc.from : orthogonal(r));
      set.box = enclosing(arc);
      set.value = 0;
      set.extremum = 0;
      set.dimension = 1;
      set.kinks = f_.ridges()[k].rows;
      return;
    }
    for (const int side : {1, -1}) {
      const Point u = side > 0 ? p : -p;
      if (!contains(arc, u)) continue;
      // F = side |u|, and it bends in the sense of J.
      add(u, side * length(p, dot(r, r)), senses_[k] != side ? side : 0).kinks =
          f_.ridges()[k].rows;
    }
  }

  /// What meets at a vertex.
  struct Corner {
    Point at;
    std::vector<std::size_t> through;  ///< ridges with r.u = 0
    Point gradient;                    ///< where none of them is positive
  };

  /// Some of the ridges through a corner are positive: per ridge, in the order of `through`.
  using Sector = std::string;

  Point gradient(const Corner& corner, const Sector& sector) const {
    Point sum = corner.gradient;
    for (std::size_t i = 0; i < sector.size(); ++i) {
      if (sector[i] != 0) add_to(sum, bends_.jumps[corner.through[i]]);
    }
    return sum;
  }

  /// The edge that leaves a corner along side * (r x corner) on the plane of its i-th ridge: where
  /// the others are positive.
  Sector along_edge(const Corner& corner, std::size_t i, int side) const {
    const Point ray = cross(bends_.normals[corner.through[i]], corner.at);
    Sector sector(corner.through.size(), 0);
    for (std::size_t j = 0; j < sector.size(); ++j) {
      if (j != i) sector[j] = side * sign(dot(bends_.normals[corner.through[j]], ray)) > 0 ? 1 : 0;
    }
    return sector;
  }

  std::vector<Sector> sectors(const Corner& corner) const {
    if (corner.through.size() == 2) return {{0, 0}, {0, 1}, {1, 0}, {1, 1}};
    std::set<Sector> all;
    for (std::size_t i = 0; i < corner.through.size(); ++i) {
      for (const int side : {1, -1}) {
        Sector sector = along_edge(corner, i, side);
        all.insert(sector);
        sector[i] = 1;
        all.insert(sector);
      }
    }
    return {all.begin(), all.end()};
  }

  void vertex(std::size_t k, const Active& on, const Point& a, const Junction<Scalar>& junction,
              int value, bool is_pencil) {
    Corner corner{junction.at, {k}, a};
    for (const Crossing& c : junction.crossings) {
      corner.through.push_back(c.circle);
      if (on[c.circle] != 0) subtract_from(corner.gradient, bends_.jumps[c.circle]);
    }
    const std::vector<Sector> around = sectors(corner);
    std::vector<std::array<Scalar, 2>> tangential;
    for (const Sector& sector : around) {
      const Point g = gradient(corner, sector);
      tangential.push_back(
          {dot(g, bends_.normals[corner.through[0]]), dot(g, bends_.normals[corner.through[1]])});
    }
    const bool critical = surround_zero(tangential);
    if (value == 0 && !is_pencil) {
      std::vector<Active> cells;
      for (const Sector& sector : around) {
        cells.push_back(on);
        for (std::size_t i = 0; i < sector.size(); ++i) cells.back()[corner.through[i]] = sector[i];
      }
      zero_curves_.add_vertex(cells, critical, middle(unit(corner.at)));
    }
    if (!critical || (value == 0 && is_in_set(corner, around))) return;
    const Scalar height = dot(a, corner.at);
    Interval objective = 0;
    if (value != 0) {
      const Scalar power = power_beyond_doubles(corner.at);
      objective = quotient(height, Scalar(bends_.scale * power)) / norm(quotient(corner.at, power));
    }
    CriticalPoint& point = add(corner.at, objective, extremum(corner, value));
    for (const std::size_t l : corner.through) {
      const std::vector<int>& rows = f_.ridges()[l].rows;
      point.kinks.insert(point.kinks.end(), rows.begin(), rows.end());
    }
    std::ranges::sort(point.kinks);
  }

  /// Near a point F(u + p) = (F(u) + F'(u; p)) / sqrt(1 + |p|^2), F' linear in each sector: its
  /// signs along the edges tell.
  int extremum(const Corner& corner, int value) const {
    bool rises = false;
    bool falls = false;
    bool level = false;
    for (std::size_t i = 0; i < corner.through.size(); ++i) {
      const Point ray = cross(bends_.normals[corner.through[i]], corner.at);
      for (const int side : {1, -1}) {
        const int slope = side * sign(dot(gradient(corner, along_edge(corner, i, side)), ray));
        rises = rises || slope > 0;
        falls = falls || slope < 0;
        level = level || slope == 0;
      }
    }
    if (!rises && (!level || value > 0)) return 1;
    if (!falls && (!level || value < 0)) return -1;
    return 0;
  }

  /// A cell that meets here, or an edge, is all critical.
  bool is_in_set(const Corner& corner, const std::vector<Sector>& around) const {
    for (const Sector& sector : around) {
      if (is_zero(gradient(corner, sector))) return true;
    }
    for (std::size_t i = 0; i < corner.through.size(); ++i) {
      const std::size_t l = corner.through[i];
      for (const int side : {1, -1}) {
        const Point a = gradient(corner, along_edge(corner, i, side));
        const Scalar part = dot(a, bends_.normals[l]);
        const Scalar other = part + dot(bends_.jumps[l], bends_.normals[l]);
        if (bends_through(l, sign(part), sign(other)) && is_zero(along(l, a))) return true;
      }
    }
    return false;
  }

  /// The gradient that was met as the index-th.
  Point met_gradient(std::size_t index) const {
    if (size() == 0) return bends_.base;
    std::size_t k = size() - 1;
    while (starts_[k] > index) --k;
    const std::vector<Junction<Scalar>> meet = junctions(bends_.normals, k);
    auto [on, gradient] = start(meet);
    for (std::size_t i = 0; i < (index - starts_[k]) / 2; ++i) pass(meet[i + 1], on, gradient);
    if ((index - starts_[k]) % 2 == 1) add_to(gradient, bends_.jumps[k]);
    return gradient;
  }

  /// Whether 0 is in dF(0): it is not if all gradients are on one side of a plane through 0; it is
  /// if it is inside a tetrahedron of four of them.
  void decide_pole() {
    Eigen::MatrixXd points(3, static_cast<Eigen::Index>(gradients_.size()));
    for (Eigen::Index c = 0; c < points.cols(); ++c) {
      for (Eigen::Index t = 0; t < 3; ++t) {
        points(t, c) =
            gradients_[static_cast<std::size_t>(c)][static_cast<std::size_t>(t)].midpoint();
      }
    }
    const MinimumNormPoint nearest = minimum_norm_point(points);
    const Vector3<Interval> normal{Interval(nearest.point(0)), Interval(nearest.point(1)),
                                   Interval(nearest.point(2))};
    if (std::ranges::all_of(gradients_, [&](const Vector3<Interval>& a) {
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
    std::vector<Point> a;
    for (const Eigen::Index c : columns) a.push_back(met_gradient(static_cast<std::size_t>(c)));
    const auto known = [](const Scalar& x, int wanted) { return sign_if_known(x) == wanted; };
    const auto vanishes = [&](const Point& x) {
      return std::ranges::all_of(x, [&](const Scalar& entry) { return known(entry, 0); });
    };
    if (a.size() == 1) return vanishes(a[0]);
    const Point first = cross(a[0], a[1]);
    if (a.size() == 2) return vanishes(first) && known(dot(a[0], a[1]), -1);
    const Point second = cross(a[1], a[2]);
    const Point third = cross(a[2], a[0]);
    return a.size() == 3 && known(dot(a[0], second), 0) && known(dot(first, second), 1) &&
           known(dot(second, third), 1);
  }

  const RidgeFunction& f_;
  Bends<Scalar> bends_;
  std::vector<int> senses_;          ///< 1 where F bends upwards
  std::size_t last_ = 0;             ///< the ridge that told a point outside
  std::unordered_set<Active> seen_;  ///< cells with a critical point
  std::map<Active, CriticalPoint> flat_cells_;
  std::vector<Vector3<Interval>> gradients_;  ///< of the cells, several times
  std::vector<std::size_t> starts_;           ///< per circle, the first of its gradients
  ZeroCurves zero_curves_;
  std::vector<std::vector<double>> zero_members_;
  std::set<int> pencil_;  ///< signs of F between the two points in which all circles meet
  CriticalPoints result_;
};

CriticalPoints searched(const RidgeFunction& f, const KktOptions& options, const char* why) {
  CriticalPoints some = search_points(f, options);
  some.reason = std::string(why) + ": the list is that of a search from random starts";
  return some;
}

}  // namespace

CriticalPoints sphere_points(const RidgeFunction& f, const KktOptions& options) {
  constexpr std::size_t most_planes = 500;
  if (f.ridges().size() > most_planes) {
    return searched(f, options, "there are more than 500 surfaces");
  }
  if (f.is_exact()) return SphereWalk<mpz_class>(f, integers(f)).run();
  try {
    return SphereWalk<Interval>(f, enclosures(f)).run();
  } catch (const UnknownSign&) {
    return searched(f, options,
                    "which surfaces meet, or where N vanishes, cannot be told as the data are "
                    "known in enclosures only");
  }
}

}  // namespace filippov::detail
