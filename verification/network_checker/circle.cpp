#include "circle.hpp"

#include <algorithm>

namespace network_checker {

namespace {

mpq_class cross(const Direction& a, const Direction& b) { return a[0] * b[1] - a[1] * b[0]; }
mpq_class along(const Direction& a, const Direction& b) { return a[0] * b[0] + a[1] * b[1]; }
Direction turned(const Direction& a) { return {-a[1], a[0]}; }
Direction negative(const Direction& a) { return {-a[0], -a[1]}; }
Direction sum(const Direction& a, const Direction& b) { return {a[0] + b[0], a[1] + b[1]}; }

Box unit(const Direction& a) {
  const Box u{range(a[0]), range(a[1])};
  const Range length = length_of(u);
  const auto within = [](const Range& x) {  // in [-1, 1], up to rounding
    const Range above = at_least_zero(x + Range(1)) - Range(1);
    return Range(1) - at_least_zero(Range(1) - above);
  };
  return {within(u[0] / length), within(u[1] / length)};
}

/// F on a cell: b.u, or u.A u.
struct Piece {
  bool squared_relu;
  std::array<mpq_class, 3> form;  ///< b; or A11, A12, A22

  /// The derivative of F along the circle at u, up to a positive factor.
  mpq_class slope(const Direction& u) const {
    if (!squared_relu) return cross(u, {form[0], form[1]});
    return form[1] * (u[0] * u[0] - u[1] * u[1]) + (form[2] - form[0]) * u[0] * u[1];
  }
  /// F(u), u not normalized.
  mpq_class value(const Direction& u) const {
    if (!squared_relu) return form[0] * u[0] + form[1] * u[1];
    return form[0] * u[0] * u[0] + 2 * form[1] * u[0] * u[1] + form[2] * u[1] * u[1];
  }
  Range value(const Box& u) const {
    if (!squared_relu) return range(form[0]) * u[0] + range(form[1]) * u[1];
    return range(form[0]) * squared(u[0]) + Range(2) * range(form[1]) * u[0] * u[1] +
           range(form[2]) * squared(u[1]);
  }
  bool flat() const {
    return squared_relu ? form[1] == 0 && form[0] == form[2] : form[0] == 0 && form[1] == 0;
  }
  /// The sign of the slope just after u (`side` = 1) or just before it (-1), counterclockwise.
  int sign_beside(const Direction& u, int side) const {
    const mpq_class here = slope(u);
    if (here != 0 || flat()) return sgn(here);
    // Further by a little: the next zero of the slope is a quarter turn away at least.
    const Direction beside = sum(u, side > 0 ? turned(u) : negative(turned(u)));
    return sgn(slope(beside));
  }
};

struct Ray {
  Direction at;
  Piece after;  ///< up to the next ray
};

class Walk {
 public:
  explicit Walk(const Problem& problem) : problem_(problem) {
    if (problem.d != 2 || !problem.exact || problem.diagonal) {
      throw Refusal("complete lists are proved for two features and data as they are written");
    }
    make_rays();
  }

  CriticalDirections run() {
    const auto start =
        std::find_if(rays_.begin(), rays_.end(), [](const Ray& ray) { return !ray.after.flat(); });
    if (start == rays_.end()) {
      if (!problem_.two_layer) throw Refusal("N is constant: every point is a KKT point");
      CriticalDirection& all = result_.points.emplace_back();
      all.arc = all.zero = all.everywhere = true;
      all.box = {Range(-1, 1), Range(-1, 1)};
      return std::move(result_);
    }
    std::rotate(rays_.begin(), start, rays_.end());
    for (std::size_t k = 0; k < rays_.size(); ++k) {
      at_ray(before(k), rays_[k]);
      between(before(k), rays_[k], next(k));
    }
    if (problem_.two_layer) result_.at_zero = zero_in_hull();
    return std::move(result_);
  }

 private:
  const Piece& before(std::size_t k) const {
    return rays_[(k + rays_.size() - 1) % rays_.size()].after;
  }
  const Ray& next(std::size_t k) const { return rays_[(k + 1) % rays_.size()]; }

  Piece piece(const Direction& inside) const {
    Piece result{!problem_.two_layer, {}};
    for (int i = 0; i < problem_.n; ++i) {
      const Direction x{problem_.exact_x[i][0], problem_.exact_x[i][1]};
      mpq_class z = problem_.exact_z[i];
      if (along(x, inside) < 0) {
        z *= problem_.exact_leak;
        if (result.squared_relu) z *= problem_.exact_leak;
      }
      if (result.squared_relu) {
        result.form[0] += z * x[0] * x[0];
        result.form[1] += z * x[0] * x[1];
        result.form[2] += z * x[1] * x[1];
      } else {
        result.form[0] += z * x[0];
        result.form[1] += z * x[1];
      }
    }
    return result;
  }

  /// The directions on the hyperplanes, and more so that no two are further apart than a quarter
  /// turn, and those of the axes, where coordinates are largest.
  void make_rays() {
    std::vector<Direction> directions{{1, 0}, {0, 1}, {-1, 0}, {0, -1}};
    for (const auto& row : problem_.exact_x) {
      const Direction x{row[0], row[1]};
      if (x[0] == 0 && x[1] == 0) continue;
      directions.insert(directions.end(), {turned(x), negative(turned(x)), x, negative(x)});
    }
    const auto lower = [](const Direction& a) { return a[1] < 0 || (a[1] == 0 && a[0] < 0); };
    std::sort(directions.begin(), directions.end(), [&](const Direction& a, const Direction& b) {
      if (lower(a) != lower(b)) return lower(b);
      return cross(a, b) > 0;
    });
    const auto same = [&](const Direction& a, const Direction& b) {
      return lower(a) == lower(b) && cross(a, b) == 0;
    };
    directions.erase(std::unique(directions.begin(), directions.end(), same), directions.end());
    for (std::size_t k = 0; k < directions.size(); ++k) {
      const Direction& p = directions[k];
      const Direction& q = directions[(k + 1) % directions.size()];
      rays_.push_back({p, piece(sum(p, q))});
    }
  }

  void add(const Box& u, const Range& value, bool zero, int before, int after) {
    CriticalDirection point;
    point.u = u;
    point.value = value;
    point.zero = zero;
    point.extremum = before > 0 && after < 0 ? 1 : before < 0 && after > 0 ? -1 : 0;
    result_.points.push_back(std::move(point));
  }

  void at_ray(const Piece& left, const Ray& ray) {
    if (left.flat() || ray.after.flat()) return;  // the end of an arc, which has it
    const Direction& u = ray.at;
    const mpq_class before = left.slope(u);
    const mpq_class after = ray.after.slope(u);
    if (before * after > 0) {
      if (problem_.two_layer && ray.after.value(u) == 0) result_.zeros.push_back(unit(u));
      return;
    }
    // Where the slope is 0 on one side alone F goes on rising or falling.
    add(unit(u), ray.after.value(unit(u)), ray.after.value(u) == 0, left.sign_beside(u, -1),
        ray.after.sign_beside(u, 1));
    if (!problem_.two_layer || left.form == ray.after.form) return;
    for (int i = 0; i < problem_.n; ++i) {
      const Direction x{problem_.exact_x[i][0], problem_.exact_x[i][1]};
      if (x != Direction() && along(x, u) == 0) result_.points.back().kinks.push_back(i);
    }
  }

  void between(const Piece& left, const Ray& ray, const Ray& end) {
    const Piece& piece = ray.after;
    if (piece.flat()) {
      if (!left.flat()) {
        arc_ = {unit(ray.at), unit(ray.at), Range(), left.sign_beside(ray.at, -1)};
        arc_.value = piece.squared_relu ? range(piece.form[0]) : Range(0);
      }
      const Box q = unit(end.at);
      for (int k = 0; k < 2; ++k) arc_.box[k] = hull(arc_.box[k], q[k]);
      if (end.after.flat()) return;
      add({arc_.from[0], arc_.from[1], q[0], q[1]}, arc_.value, problem_.two_layer, arc_.before,
          end.after.sign_beside(end.at, 1));
      result_.points.back().arc = true;
      result_.points.back().box = arc_.box;
      return;
    }
    const int first = sgn(piece.slope(ray.at));
    if (first * sgn(piece.slope(end.at)) < 0) {
      // One zero of the slope: two would be a quarter turn apart.
      const auto [p, q] =
          bisect(ray.at, end.at, first, [&](const Direction& u) { return sgn(piece.slope(u)); });
      const Box u = enclosing(p, q);
      add(u, piece.value(u), false, first, -first);
    }
    if (!problem_.two_layer) return;
    const int begins = sgn(piece.value(ray.at));
    if (begins * sgn(piece.value(end.at)) < 0) {
      const auto [p, q] =
          bisect(ray.at, end.at, begins, [&](const Direction& u) { return sgn(piece.value(u)); });
      result_.zeros.push_back(enclosing(p, q));
    }
  }

  /// Two directions beside the change of sign, or one there.
  template <class Sign>
  static std::pair<Direction, Direction> bisect(Direction p, Direction q, int first,
                                                const Sign& sign) {
    constexpr int steps = 200;
    for (int step = 0; step < steps; ++step) {
      // Of lengths that differ by less than a factor 2 the sum divides the angle.
      while (4 * along(p, p) < along(q, q)) p = sum(p, p);
      while (4 * along(q, q) < along(p, p)) q = sum(q, q);
      const Direction middle = sum(p, q);
      const int there = sign(middle);
      if (there == 0) return {middle, middle};
      (there == first ? p : q) = middle;
    }
    return {p, q};
  }

  static Box enclosing(const Direction& p, const Direction& q) {
    const Box a = unit(p);
    const Box b = unit(q);
    return {hull(a[0], b[0]), hull(a[1], b[1])};
  }

  /// Whether no open half plane contains all gradients.
  bool zero_in_hull() const {
    for (const Ray& first : rays_) {
      if (first.after.flat()) return true;
    }
    for (const Ray& first : rays_) {
      const Direction b{first.after.form[0], first.after.form[1]};
      // The first of all, going counterclockwise through less than half a turn?
      const bool is_first = std::all_of(rays_.begin(), rays_.end(), [&](const Ray& other) {
        const Direction c{other.after.form[0], other.after.form[1]};
        const mpq_class side = cross(b, c);
        return side > 0 || (side == 0 && along(b, c) > 0);
      });
      if (is_first) return false;
    }
    return true;
  }

  struct Arc {
    Box from;
    Box box;
    Range value;
    int before;  ///< the sign of the slope before it
  };

  const Problem& problem_;
  std::vector<Ray> rays_;
  Arc arc_;  ///< that the walk is on
  CriticalDirections result_;
};

}  // namespace

CriticalDirections critical_directions(const Problem& problem) { return Walk(problem).run(); }

}  // namespace network_checker
