#include <algorithm>
#include <array>
#include <cmath>

#include "critical_points.hpp"

namespace filippov::detail {

namespace {

/// A vector of the plane, not normalised.
using Direction = std::array<Number, 2>;
using Unit = std::array<Interval, 2>;

Number cross(const Direction& a, const Direction& b) { return a[0] * b[1] - a[1] * b[0]; }
Number dot(const Direction& a, const Direction& b) { return a[0] * b[0] + a[1] * b[1]; }
/// A quarter turn counterclockwise.
Direction turned(const Direction& a) { return {-a[1], a[0]}; }
Direction opposite(const Direction& a) { return {-a[0], -a[1]}; }

Unit unit(const Direction& a) {
  const Interval x = a[0].range();
  const Interval y = a[1].range();
  const Interval norm = sqrt(sqr(x) + sqr(y));
  return {*intersect(x / norm, Interval(-1, 1)), *intersect(y / norm, Interval(-1, 1))};
}

double approximate_angle(const Direction& a) {
  return std::atan2(a[1].approximate(), a[0].approximate());
}

/// The angle of a unit vector, in (-pi, pi] or a little beyond.
Interval angle(const Unit& u) {
  const Interval half_turn = Interval::pi();
  if (u[0].mignitude() >= u[1].mignitude()) {
    const Interval slope = atan(u[1] / u[0]);
    if (certainly_positive(u[0])) return slope;
    return u[1].midpoint() >= 0 ? slope + half_turn : slope - half_turn;
  }
  const Interval slope = half_turn / 2 - atan(u[0] / u[1]);
  return certainly_positive(u[1]) ? slope : slope - half_turn;
}

/// The smooth function of one piece: b.u or u.A u.
class Piece {
 public:
  Piece(bool squared, const NumberVector& form) : squared_(squared) {
    if (squared) {
      a11_ = form[0];
      a12_ = form[1];
      a22_ = form[3];
    } else {
      a11_ = form[0];
      a22_ = form[1];
    }
  }

  /// T at u: u'.b or u'.A u with u' = turned(u).
  Number tangential(const Direction& u) const {
    if (!squared_) return u[0] * a22_ - u[1] * a11_;
    return a12_ * (u[0] * u[0] - u[1] * u[1]) + (a22_ - a11_) * u[0] * u[1];
  }

  /// T = 0 everywhere.
  std::optional<bool> is_flat() const {
    const auto first = squared_ ? a12_.sign() : a11_.sign();
    const auto second = squared_ ? (a22_ - a11_).sign() : a22_.sign();
    if ((first && *first != 0) || (second && *second != 0)) return false;
    if (first && second) return true;
    return std::nullopt;
  }

  /// The sign of T just counterclockwise of u.
  std::optional<int> after(const Direction& u) const {
    const auto here = tangential(u).sign();
    if (!here || *here != 0) return here;
    return slope(u).sign();
  }
  /// The sign of T just clockwise of u.
  std::optional<int> before(const Direction& u) const {
    const auto here = tangential(u).sign();
    if (!here || *here != 0) return here;
    return (-slope(u)).sign();
  }

  Interval value(const Unit& u) const {
    if (!squared_) return a11_.range() * u[0] + a22_.range() * u[1];
    return a11_.range() * sqr(u[0]) + 2 * a12_.range() * u[0] * u[1] + a22_.range() * sqr(u[1]);
  }

  /// b; of a linear piece.
  Direction gradient() const { return {a11_, a22_}; }
  /// The sign of b.u.
  std::optional<int> sign(const Direction& u) const { return dot(gradient(), u).sign(); }
  /// b.u / |u|, the point 0 if that is known.
  Interval value(const Direction& u) const { return sign(u) == 0 ? Interval(0) : value(unit(u)); }

  /// Value on a flat piece.
  Interval flat_value() const { return squared_ ? a11_.range() : Interval(0); }

  /// The critical point between p and q, at most a quarter turn apart (half a turn if not squared),
  /// where T changes its sign; T > 0 before it if `maximum`. Nothing if it cannot be enclosed.
  std::optional<std::pair<Unit, Interval>> root(const Direction& p, const Direction& q,
                                                bool maximum) const {
    const int sense = maximum ? 1 : -1;
    if (!squared_) {  // b / |b|, where T changes from + to -, or the opposite point
      const Interval norm = sqrt(sqr(a11_.range()) + sqr(a22_.range()));
      if (!certainly_positive(norm)) return std::nullopt;
      const Unit u = unit({sense * a11_, sense * a22_});
      return std::pair(u, sense * norm);
    }
    // F = tr/2 + (g, h).(cos 2t, sin 2t): extreme where (cos 2t, sin 2t) = +-(g, h) / |(g, h)|.
    const Interval g = (a11_ - a22_).range() / 2;
    const Interval h = a12_.range();
    const Interval amplitude = sqrt(sqr(g) + sqr(h));
    if (!certainly_positive(amplitude)) return std::nullopt;
    const Interval within(-1, 1);
    const auto cosine = intersect(sense * g / amplitude, within);
    const auto sine = intersect(sense * h / amplitude, within);
    if (!cosine || !sine) return std::nullopt;
    Unit u;
    if (cosine->midpoint() >= 0) {
      u[0] = sqrt((1 + *cosine) / 2);
      u[1] = *sine / (2 * u[0]);
    } else {
      u[1] = sqrt((1 - *cosine) / 2);
      u[0] = *sine / (2 * u[1]);
    }
    const Unit from = unit(p);
    const Unit to = unit(q);
    const Interval side = u[0] * (from[0] + to[0]) + u[1] * (from[1] + to[1]);
    if (!certainly_nonzero(side)) return std::nullopt;
    if (certainly_negative(side)) u = {-u[0], -u[1]};
    return std::pair(u, (a11_ + a22_).range() / 2 + sense * amplitude);
  }

 private:
  /// The derivative of T along the circle where T = 0, up to a positive factor.
  Number slope(const Direction& u) const {
    if (!squared_) return -(a11_ * u[0] + a22_ * u[1]);
    const Direction v = turned(u);
    const Number two = 2;
    return two * a12_ * (u[0] * v[0] - u[1] * v[1]) + (a22_ - a11_) * (u[0] * v[1] + u[1] * v[0]);
  }

  bool squared_;
  Number a11_, a12_, a22_;
};

/// Directions at which ridges become active or inactive, going counterclockwise; several where
/// their order is not known.
struct Kink {
  Direction at;                                      ///< of several: the enclosure of them all
  std::vector<std::pair<std::size_t, bool>> ridges;  ///< ridge, active afterwards
};

int half_plane(const Direction& a) {
  const int y = *a[1].sign();
  return y > 0 || (y == 0 && *a[0].sign() > 0) ? 0 : 1;
}

std::vector<Kink> sorted_kinks(const RidgeFunction& f) {
  std::vector<Kink> kinks;
  for (std::size_t j = 0; j < f.ridges().size(); ++j) {
    const NumberVector& r = f.ridges()[j].direction;
    const Direction left = turned({r[0], r[1]});  // r.u > 0 before it, r.u < 0 after it
    kinks.push_back({left, {{j, false}}});
    kinks.push_back({opposite(left), {{j, true}}});
  }
  if (f.is_exact()) {
    std::sort(kinks.begin(), kinks.end(), [](const Kink& a, const Kink& b) {
      const int p = half_plane(a.at);
      const int q = half_plane(b.at);
      return p != q ? p < q : *cross(a.at, b.at).sign() > 0;
    });
    return kinks;
  }
  std::sort(kinks.begin(), kinks.end(), [](const Kink& a, const Kink& b) {
    return approximate_angle(a.at) < approximate_angle(b.at);
  });
  return kinks;
}

Direction enclosing(const Direction& a, const Direction& b) {
  const Unit p = unit(a);
  const Unit q = unit(b);
  return {Number(hull(p[0], q[0])), Number(hull(p[1], q[1]))};
}

/// Joins neighbours whose order is not known. False if too many are.
bool join(std::vector<Kink>& kinks) {
  for (std::size_t k = 0; k < kinks.size() && kinks.size() > 2;) {
    const std::size_t next = (k + 1) % kinks.size();
    if (cross(kinks[k].at, kinks[next].at).sign() == 1) {
      ++k;
      continue;
    }
    Kink& into = kinks[k];
    into.at = enclosing(into.at, kinks[next].at);
    into.ridges.insert(into.ridges.end(), kinks[next].ridges.begin(), kinks[next].ridges.end());
    kinks.erase(kinks.begin() + static_cast<std::ptrdiff_t>(next));
    k = 0;
  }
  for (const Kink& kink : kinks) {
    const Interval x = kink.at[0].range();
    const Interval y = kink.at[1].range();
    if (x.contains_zero() && y.contains_zero()) return false;
  }
  return kinks.size() > 2 || (kinks.size() == 2 && kinks[0].ridges.size() == 1);
}

class Walk {
 public:
  explicit Walk(const RidgeFunction& f) : f_(f), kinks_(sorted_kinks(f)) {}

  CriticalPoints run() {
    if (kinks_.empty()) {
      whole_circle();
    } else if (join(kinks_)) {
      walk();
    } else {
      undecided("the order of the examples' surfaces could not be decided",
                {Interval(-1, 1), Interval(-1, 1)});
    }
    return std::move(result_);
  }

 private:
  void walk() {
    // What the first kink of a ridge does not make active was active before it.
    std::vector<signed char> on(f_.ridges().size(), -1);
    for (const Kink& kink : kinks_) {
      for (const auto& [j, active] : kink.ridges) {
        if (on[j] < 0) on[j] = active ? 0 : 1;
      }
    }
    NumberVector form = f_.piece(on);
    std::vector<Piece> pieces;  // pieces[k] follows kink k
    for (const Kink& kink : kinks_) {
      for (const auto& [j, active] : kink.ridges) {
        on[j] = active ? 1 : 0;
        const Ridge& ridge = f_.ridges()[j];
        if (f_.is_exact()) f_.add(ridge, active ? ridge.factor : -ridge.factor, form);
      }
      if (!f_.is_exact()) form = f_.piece(on);
      pieces.emplace_back(f_.squared(), form);
    }
    for (std::size_t k = 0; k < kinks_.size(); ++k) {
      const std::size_t next = (k + 1) % kinks_.size();
      const std::size_t previous = (k + kinks_.size() - 1) % kinks_.size();
      at_kink(kinks_[k], pieces[previous], pieces[k]);
      between(kinks_[k].at, kinks_[next].at, pieces[previous], pieces[k], pieces[next]);
      if (!f_.squared()) zeros(kinks_[k].at, kinks_[next].at, pieces[previous], pieces[k]);
    }
    if (!f_.squared()) result_.critical_at_zero = zero_in_hull(pieces);
  }

  void undecided(const char* reason, const Unit& box) {
    result_.undecided(reason, {box[0], box[1]});
  }

  CriticalPoint& add(const Unit& u, Interval value, std::optional<int> extremum) {
    const std::vector<Interval> box{u[0], u[1]};
    result_.points.push_back({.u = box, .box = box, .value = value, .extremum = extremum});
    return result_.points.back();
  }

  /// F is smooth: a quadratic form, or linear.
  void whole_circle() {
    const Piece piece(f_.squared(), f_.base());
    const auto flat = piece.is_flat();
    const Unit all{Interval(-1, 1), Interval(-1, 1)};
    if (!flat) {
      undecided("a function without kinks may be constant", all);
      return;
    }
    if (!f_.squared()) result_.critical_at_zero = *flat;
    if (*flat) {
      CriticalPoint& point = add({Interval(1), Interval(0)}, piece.flat_value(), std::nullopt);
      point.box = {all[0], all[1]};
      point.dimension = 1;
      point.arc = {-Interval::pi(), Interval::pi()};
      return;
    }
    // Quarter turns from a direction where T != 0; halves if F is linear.
    Direction start{Number(1), Number(0)};
    for (const Direction& other :
         {Direction{Number(3), Number(4)}, Direction{Number(0), Number(1)}}) {
      const auto sign = piece.tangential(start).sign();
      if (sign && *sign != 0) break;
      start = other;
    }
    for (int quarter = 0; quarter < (f_.squared() ? 4 : 2); ++quarter) {
      const Direction end = f_.squared() ? turned(start) : opposite(start);
      inside(start, end, piece);
      start = end;
    }
    if (!f_.squared()) {
      const Unit zero = unit(turned(piece.gradient()));
      result_.zeros = {{zero[0], zero[1]}, {-zero[0], -zero[1]}};
    }
  }

  void at_kink(const Kink& kink, const Piece& left, const Piece& right) {
    if (kink.ridges.size() > 1) {
      joined_kinks(kink, left, right);
      return;
    }
    const auto before = left.tangential(kink.at).sign();
    const auto after = right.tangential(kink.at).sign();
    const Unit u = unit(kink.at);
    if ((f_.squared() && ((before && *before != 0) || (after && *after != 0))) ||
        (before && after && *before * *after > 0)) {
      return;
    }
    if (!before || !after) {
      undecided("whether a kink is a KKT point could not be decided", u);
      return;
    }
    if (left.is_flat() != false || right.is_flat() != false) return;  // the end of an arc
    CriticalPoint& point = add(u, f_.squared() ? right.value(u) : right.value(kink.at),
                               extremum(left.before(kink.at), right.after(kink.at)));
    if (!f_.squared()) point.kinks = f_.ridges()[kink.ridges.front().first].rows;
  }

  /// Several kinks in unknown order: all that their ridges may add.
  void joined_kinks(const Kink& kink, const Piece& left, const Piece& right) {
    Interval all = hull(left.tangential(kink.at).range(), right.tangential(kink.at).range());
    for (const auto& [j, active] : kink.ridges) {
      NumberVector form(f_.base().size(), 0);
      f_.add(f_.ridges()[j], f_.ridges()[j].factor, form);
      const Interval change = Piece(f_.squared(), form).tangential(kink.at).range();
      all += hull(hull(change, -change), 0);
    }
    if (certainly_nonzero(all)) return;
    undecided("whether one of several kinks that lie together is a KKT point could not be decided",
              unit(kink.at));
  }

  static std::optional<int> extremum(std::optional<int> before, std::optional<int> after) {
    if (!before || !after) return std::nullopt;
    if (*before > 0 && *after < 0) return 1;
    if (*before < 0 && *after > 0) return -1;
    return 0;
  }

  void between(const Direction& p, const Direction& q, const Piece& before_p, const Piece& piece,
               const Piece& after_q) {
    const auto flat = piece.is_flat();
    if (!flat) {
      Unit box = unit(p);
      const Unit end = unit(q);
      box = {hull(box[0], end[0]), hull(box[1], end[1])};
      undecided("whether the function is constant on a piece could not be decided", box);
      return;
    }
    if (*flat) {
      flat_arc(p, q, piece, extremum(before_p.before(p), after_q.after(q)));
      return;
    }
    const auto wide = dot(p, q).sign();
    if (!f_.squared() || (wide && *wide >= 0)) {
      inside(p, q, piece);
      return;
    }
    // More than a quarter turn: T has opposite values at its beginning and a quarter turn on.
    const Direction middle = turned(p);
    if (!wide) {
      undecided("the width of a piece could not be decided", unit(p));
      return;
    }
    inside(p, middle, piece);
    const auto there = piece.tangential(middle).sign();
    if (there && *there == 0) {
      add(unit(middle), piece.value(unit(middle)),
          extremum(piece.before(middle), piece.after(middle)));
    }
    inside(middle, q, piece);
  }

  void flat_arc(const Direction& p, const Direction& q, const Piece& piece,
                std::optional<int> extremum) {
    const Interval begin = angle(unit(p));
    Interval end = angle(unit(q));
    if (certainly_less(end, begin)) end += 2 * Interval::pi();
    const Interval middle = (begin + end) / 2;
    const Interval angles(begin.lower(), end.upper());
    CriticalPoint& point = add({cos(middle), sin(middle)}, piece.flat_value(), extremum);
    point.box = {cos(angles), sin(angles)};
    point.dimension = 1;
    point.arc = {begin, end};
  }

  /// Isolated zeros of F from p on to before q that are not critical.
  void zeros(const Direction& p, const Direction& q, const Piece& before_p, const Piece& piece) {
    if (piece.is_flat() != false) return;
    const auto begin = piece.sign(p);
    const auto end = piece.sign(q);
    if (!begin || !end) {
      undecided("whether the function vanishes near a kink could not be decided", unit(p));
      return;
    }
    if (*begin == 0) {
      const auto before = before_p.tangential(p).sign();
      const auto after = piece.tangential(p).sign();
      if (before && after && *before * *after > 0) add_zero(unit(p));
    } else if (*begin * *end < 0) {
      // Counterclockwise F grows through the clockwise quarter turn of b, and falls opposite it.
      Unit zero = unit(turned(piece.gradient()));
      if (*begin < 0) zero = {-zero[0], -zero[1]};
      add_zero(zero);
    }
  }

  void add_zero(const Unit& u) { result_.zeros.push_back({u[0], u[1]}); }

  /// Whether 0 is in the hull of the gradients: no open half plane contains them all.
  static std::optional<bool> zero_in_hull(const std::vector<Piece>& pieces) {
    for (const Piece& piece : pieces) {
      if (piece.is_flat() == true) return true;
    }
    // In a half plane there would be a first gradient, clockwise of none of the others.
    for (const Piece& first : pieces) {
      bool is_first = true;
      for (const Piece& other : pieces) {
        if (&first == &other) continue;
        const auto side = cross(first.gradient(), other.gradient()).sign();
        const auto along = dot(first.gradient(), other.gradient()).sign();
        if (!side || (*side == 0 && !along)) return std::nullopt;
        is_first = is_first && (*side > 0 || (*side == 0 && *along > 0));
      }
      if (is_first) return false;
    }
    return true;
  }

  /// Where T changes its sign strictly between p and q.
  void inside(const Direction& p, const Direction& q, const Piece& piece) {
    const auto begin = piece.tangential(p).sign();
    const auto end = piece.tangential(q).sign();
    if (begin && end) {
      if (*begin * *end >= 0) return;
      if (const auto root = piece.root(p, q, *begin > 0)) {
        add(root->first, root->second, *begin > 0 ? 1 : -1);
        return;
      }
    }
    const Unit from = unit(p);
    const Unit to = unit(q);
    undecided("a KKT point too near a kink could not be separated from it",
              {hull(from[0], to[0]), hull(from[1], to[1])});
  }

  const RidgeFunction& f_;
  std::vector<Kink> kinks_;
  CriticalPoints result_;
};

}  // namespace

CriticalPoints circle_points(const RidgeFunction& f) { return Walk(f).run(); }

}  // namespace filippov::detail
