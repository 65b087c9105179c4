#pragma once

#include <set>

#include "formulas.hpp"
#include "json.hpp"

namespace checker {

/// The states center + generators r, r in factors: first those that all sets have in common.
struct Set {
  Box center;
  Matrix generators;
  Box factors;

  /// Of <row, x - center>.
  Range spread(const Box& row) const { return dot((Matrix{row} * generators)[0], factors); }
  Box hull() const {
    Box box = center;
    for (std::size_t i = 0; i < box.size(); ++i) box[i] += dot(generators[i], factors);
    return box;
  }
};

struct Step {
  Step(const Json& json, int n, int surfaces, const Box& coefficients)
      : kind(json.at("kind").get<std::string>()),
        t0(number(list(json.at("t"), 2)[0])),
        t1(number(json.at("t")[1])),
        times(std::min(t0, t1), std::max(t0, t1)),
        length(magnitude(Range(t1) - Range(t0))),
        face(read_face(json.at("face"), surfaces)),
        box(read_box(json.at("box"), n)),
        set{points(json.at("center"), n), {}, read_box(json.at("rest"), n)},
        shared(list(json.at("shape"), n)[0].size()) {
    if (shared > coefficients.size()) throw Malformed("a shape has too many columns");
    const Box offset = points(json.at("offset"), n);
    for (int i = 0; i < n; ++i) {
      set.center[i] += offset[i];
      set.generators.push_back(points(json.at("shape")[i], shared));
      for (const Range& entry : points(list(json.at("frame"), n)[i], n))
        set.generators[i].push_back(entry);
      box[i] += number(json.at("room")) * Range(-1, 1);
    }
    set.factors.insert(set.factors.begin(), coefficients.begin(), coefficients.begin() + shared);
  }

  std::string kind;
  double t0, t1;
  Range times, length;
  Face face;  ///< on it during a smooth step, at its end in a window
  Box box;    ///< no solution leaves it during the step
  Set set;    ///< contains all states at t0
  std::size_t shared;
};

struct Event {
  std::string kind;
  Surfaces surfaces;
  Face face;  ///< afterwards
  Range window;
  Box box;
};

/// Polynomials with ranges as coefficients.
inline Range value(const Box& c, const Range& t) {
  Range sum;
  for (std::size_t k = c.size(); k-- > 0;) sum = sum * t + c[k];
  return sum;
}

/// It has values on [lo, hi] of which `good` holds, as for all larger ones.
inline bool stays(bool (Range::*good)() const, const Box& c, double lo, double hi, int depth = 0) {
  Box slopes;
  for (std::size_t k = 1; k < c.size(); ++k) slopes.push_back(Range(static_cast<double>(k)) * c[k]);
  const int slope = value(slopes, Range(lo, hi)).sign();
  if (slope != 0) return (value(c, slope > 0 ? lo : hi).*good)();
  if ((value(c, Range(lo, hi)).*good)()) return true;
  const double middle = 0.5 * lo + 0.5 * hi;
  return depth < 30 && stays(good, c, lo, middle, depth + 1) &&
         stays(good, c, middle, hi, depth + 1);
}

/// It is positive on (0, end], where c_0 >= 0 is known from elsewhere.
inline bool leaves_zero(const Box& c, double end) {
  double until = end;
  while (until > 1e-9 * end && !stays(&Range::positive, {c.begin() + 1, c.end()}, 0, until)) {
    until *= 0.25;
  }
  return until > 1e-9 * end && (until == end || stays(&Range::positive, c, until, end));
}

/// Proves the steps of one tube, from one box of initial states.
class Tube {
 public:
  Tube(const filippov::FilippovMap& map, int direction, const Box& disturbance, const Json& part,
       int order)
      : map_(map),
        formulas_(map, direction),
        n_(map.dimension()),
        m_(map.switch_count()),
        direction_(direction),
        order_(order),
        disturbance_(disturbance),
        face_(read_face(part.at("start"), m_)),
        departing_(m_, 0) {
    for (const NodeId node : formulas_.field()) {
      for (const NodeId slope : formulas_.gradient(node)) jacobian_.push_back(slope);
    }
  }

  double t = 0;
  Box end;  ///< contains all states at time t, after the events
  std::vector<Event> events;
  bool branches = false;  ///< several solutions go on from there

  void run(double t0, const Json& part) {
    const Box box = read_box(part.at("box"), n_);
    const Json& steps = part.at("steps");
    const Box coefficients = read_box(part.at("coefficients"), part.at("coefficients").size());
    Step next(steps.at(0), n_, m_, coefficients);
    t = t0;
    start(box, next);
    for (std::size_t k = 0; k < steps.size(); ++k) {
      const Step step = next;
      const bool is_last = k + 1 == steps.size();
      try {
        require(step.t0 == t && !branches, "it does not begin where the step before it ends");
        require(direction_ * (step.t1 - step.t0) > 0 || step.kind == "branching",
                "time does not go on");
        Set image = step.kind == "smooth"   ? smooth(step)
                    : step.kind == "window" ? window(step, is_last)
                    : step.kind == "rest"   ? rest(step)
                                            : branch(step, steps[k].at("faces"));
        land(step, image);
        t = step.t1;
        end = image.hull();
        if (is_last) break;
        next = Step(steps[k + 1], n_, m_, coefficients);
        include(image, next);
      } catch (const Refusal& refusal) {
        throw Refusal("step " + std::to_string(k) + ", from t = " + text(Range(step.t0)) + ": " +
                      refusal.what());
      }
    }
  }

 private:
  /// The flow on a face, with functions that are positive while the motion stays there.
  struct Flow {
    Surfaces surfaces;  ///< of the first functions; the others say the velocity is in F
    std::size_t functions;
    Series at_center, over_set, over_box;
  };

  std::string name(int j) const { return map_.surface_name(j); }
  /// Enclosures during a step.
  template <class What>
  auto over(const What& nodes, const Signature& sides, const Step& step) {
    return formulas_.over(nodes, sides, step.times, step.box);
  }
  NodeId rate(int j, const Nodes& v) { return formulas_.rate(formulas_.surface(j), v); }
  Range rate(int j, const Signature& sides, const Step& step) {  // of all elements of F
    return over(rate(j, formulas_.field()), sides, step);
  }
  /// A function at the start of a step, in mean value form.
  Range height(const Step& step, NodeId h, const Signature& signature, Box* gradient = nullptr) {
    const Box slope = formulas_.over(formulas_.gradient(h), signature, step.t0, around(step.set));
    if (gradient) *gradient = slope;
    return formulas_.over(h, signature, step.t0, step.set.center) + step.set.spread(slope);
  }
  /// The box around a set and its centre.
  static Box around(const Set& set) {
    Box box = set.hull();
    for (std::size_t i = 0; i < box.size(); ++i) box[i] = hull(box[i], set.center[i]);
    return box;
  }
  /// x(t1) = x(t0) + w v
  Set drift(const Step& step, const Box& velocity) const {
    Set image = step.set;
    for (int i = 0; i < n_; ++i) image.center[i] += step.length * velocity[i];
    return image;
  }
  /// start + [0, w] v is in the box, so that no solution with velocities in v leaves it.
  void stays_in_box(const Step& step, const Box& velocity) const {
    Box box = step.set.hull();
    for (int i = 0; i < n_; ++i) box[i] += hull(step.length, 0.0) * velocity[i];
    require_inside(box, step.box, true, "the solutions may leave their box");
  }

  /// The sides over t x box, as far as h has one sign there; some are known already.
  Signature find_sides(Signature sides, const Range& t, const Box& box) {
    for (int j = 0; j < m_; ++j) {
      if (sides[j] != 0 || face_.slides_on(j)) continue;
      sides[j] =
          static_cast<signed char>(formulas_.over(formulas_.surface(j), sides, t, box).sign());
    }
    return sides;
  }

  /// All initial states are in the first set; where they lie on surfaces, the motion on the first
  /// face is the only one from there.
  void start(const Box& box, const Step& step) {
    start_ = box;
    Box first = step.set.center;
    for (int i = 0; i < n_; ++i) {
      for (std::size_t j = 0; j < step.shared; ++j) {
        require(step.set.generators[i][j].inside(i == static_cast<int>(j)), "the set is no box");
      }
      if (step.shared > 0) first[i] += step.set.factors[i];
      require(Range().inside(step.set.factors[step.shared + i]), "the first set is no box");
    }
    require_inside(box, first, false, "the initial box is not in the first set");
    const Face face = face_;
    face_.sliding.clear();
    const Signature sides = find_sides(Signature(m_, 0), t, box);
    Surfaces left;
    for (const int j : map_.live_switches(sides)) {
      if (sides[j] != 0) {
        require(face.signature[j] == sides[j] && !face.slides_on(j), "the start is beside ",
                name(j));
      } else if (formulas_.over(formulas_.surface(j), sides, t, box).is_zero()) {
        active_.push_back(j);
        if (!face.slides_on(j)) left.push_back(j);
      } else {
        require(across_ < 0, "the initial box lies across several surfaces");
        across_ = j;
      }
    }
    face_ = face;
    require(across_ < 0 || (active_.empty() && step.kind == "window"),
            "the initial box lies across " + (across_ < 0 ? "" : name(across_)));
    require(active_.size() == left.size() + face_.sliding.size(), "the start is not on the face");
    if (active_.empty() || step.kind == "branching" || step.kind == "rest") return;
    formulas_.over(jacobian_, sides, t, box);
    holds(face_, left, t, box, true);
    right_unique(active_, sides, t, box, true);
    for (const int j : left) departing_[j] = 1;
  }

  /// The motion on the face is a solution that leaves the surfaces `left`: its velocity is in F,
  /// and away from them. At a single time strictly, so that this is so for some time.
  void holds(const Face& face, const Surfaces& left, const Range& t, const Box& box,
             bool strictly) {
    const Motion& motion = formulas_.motion(face, t, box);
    for (const Range& w : formulas_.over(motion.inside, face.signature, t, box)) {
      require(strictly || !motion.affine ? w.positive() : w.nonnegative(),
              "the sliding velocity is not proved to be in F: ", w);
    }
    for (unsigned corner = 0; !motion.affine && corner < 1U << face.sliding.size(); ++corner) {
      Signature signature = face.signature;  // the normals are independent in every mode around
      for (std::size_t k = 0; k < face.sliding.size(); ++k) {
        signature[face.sliding[k]] = (corner >> k & 1U) != 0 ? 1 : -1;
      }
      formulas_.over(motion.inside, signature, t, box);
    }
    for (const int j : left) {
      const NodeId away = rate(j, motion.field);
      const Range speed = formulas_.over(away, face.signature, t, box);
      require(speed.sign() == face.signature[j], "the velocity away from ", name(j), " is in ",
              speed);
    }
  }

  /// At most one solution goes on from each state of the box, where the surfaces `touched` may be.
  void right_unique(const Surfaces& touched, Signature sides, const Range& t, const Box& box,
                    bool strictly) {
    sides = with(std::move(sides), touched, 0);
    Surfaces kept;
    std::string where = "uniqueness is not proved at";
    const auto sign = [&](int j, const Signature& s) {
      const NodeId speed = rate(j, formulas_.field());
      return formulas_.over(speed, s, t, box).sign();
    };
    for (const int j : touched) {
      require(!formulas_.jumps(formulas_.surface(j), sides), name(j), " jumps with other surfaces");
      // What every element of F crosses with one sign is passed at an isolated time.
      if (!map_.jumps_across(j) || sign(j, sides) != 0) continue;
      kept.push_back(j);
      where += " " + name(j);
    }
    // Filippov 1988, section 10, theorem 2: one of the sides leads to the surface throughout.
    if (kept.empty() || (kept.size() == 1 && (sign(kept[0], with(sides, kept, -1)) > 0 ||
                                              sign(kept[0], with(sides, kept, 1)) < 0))) {
      return;
    }
    Matrix m(kept.size());  // <grad h_i, g_j>
    bool constant = map_.is_affine(kept);
    bool diagonal = true;
    bool symmetric = true;
    for (std::size_t i = 0; i < kept.size(); ++i) {
      const NodeId h = formulas_.surface(kept[i]);
      constant = constant && formulas_.constant(formulas_.gradient(h), sides) &&
                 formulas_.constant(formulas_.half_jump(kept[i]), sides);
      for (std::size_t j = 0; j < kept.size(); ++j) {
        const NodeId coupling = formulas_.along(h, formulas_.half_jump(kept[j]));
        m[i].push_back(formulas_.over(coupling, sides, t, box));
        diagonal = diagonal && (i == j || m[i][j].is_zero());
        symmetric = symmetric && (j >= i || (m[i][j] - m[j][i]).is_zero());
      }
      if (!map_.is_gradient_flow()) continue;
      // The potential is concave across each surface (convex in a descent): one-sided Lipschitz.
      require(map_.is_affine(Surfaces{kept[i]}) &&
                  (strictly ? m[i][i].sign() < 0 : m[i][i].nonpositive()),
              where);
    }
    if (map_.is_gradient_flow()) return;
    // P with P g_j = -d_j grad h_j, d_j > 0, exists, and F is one-sided Lipschitz in its norm.
    require(constant && (diagonal || symmetric), where);
    for (std::size_t k = 0; k < m.size(); ++k) {
      require(m[k][k].sign() < 0, where);
      for (std::size_t i = k + 1; i < m.size(); ++i) {
        const Range factor = m[i][k] / m[k][k];
        for (std::size_t j = k + 1; j < m.size(); ++j) m[i][j] -= factor * m[k][j];
      }
    }
  }

  Flow& flow(const Step& step) {
    const auto [place, inserted] = flows_.try_emplace(face_);
    Flow& flow = place->second;
    if (!inserted) return flow;
    const Motion& motion = formulas_.motion(face_, step.t0, step.set.center);
    Nodes outputs = motion.field;
    for (const int j : map_.live_switches(with(face_.signature, face_.sliding, 0))) {
      if (face_.slides_on(j)) continue;
      outputs.push_back(formulas_.product(face_.signature[j], formulas_.surface(j)));
      flow.surfaces.push_back(j);
    }
    outputs.insert(outputs.end(), motion.inside.begin(), motion.inside.end());
    flow.functions = outputs.size() - n_;
    const filippov::Program program(*map_.field().graph(), n_, outputs, face_.signature);
    flow.at_center = Series(program, order_, false);
    flow.over_set = Series(program, order_, true);
    flow.over_box = Series(program, order_ + 1, false);
    return flow;
  }

  /// The box by sum_{k<=p} c_k(set) [0,h]^k + c_{p+1}(box) [0,h]^{p+1} inside it (Corliss & Rihm
  /// 1996), the end by sum c_k(centre) h^k and the derivatives of the c_k over the set.
  Set smooth(const Step& step) {
    require(step.face == face_ && across_ < 0, "it is not on the face where the one before ends");
    Flow& flow = this->flow(step);
    flow.at_center.follow(step.t0, step.set.center, direction_);
    flow.over_set.follow(step.t0, around(step.set), direction_);
    flow.over_box.follow(step.times, step.box, direction_);
    const Box deviation = deviate(step);
    Box reached;
    Set image = step.set;
    Matrix slope(n_, Box(n_));
    for (int i = 0; i < n_; ++i) {
      const Range& last = flow.over_box.last(i);
      reached.push_back(value(flow.over_set.state(i, 0, last), hull(step.length, 0.0)) +
                        deviation[i]);
      image.center[i] = value(flow.at_center.state(i, 0, last), step.length);
      for (int j = 0; j < n_; ++j) {
        slope[i][j] = value(flow.over_set.state(i, 1 + j, 0.0), step.length);
      }
    }
    image.generators = slope * step.set.generators;
    require_inside(reached, step.box, true, "the solutions may leave their box");
    const double end = step.length.upper();
    bool is_attracted = false;  // from one side
    for (std::size_t w = 0; w < flow.functions; ++w) {
      const int i = n_ + static_cast<int>(w);
      const bool is_surface = w < flow.surfaces.size();
      if (!disturbance_.empty()) {
        require(is_surface && flow.over_box.output(i, 0).positive(), "a surface is near");
        continue;
      }
      Box course;  // in mean value form
      for (int k = 0; k <= order_; ++k) {
        Box row;
        for (int j = 0; j < n_; ++j) row.push_back(flow.over_set.output(i, k, 1 + j));
        course.push_back(flow.at_center.output(i, k) + step.set.spread(row));
      }
      course.push_back(flow.over_box.output(i, order_ + 1));
      if (!is_surface) {
        is_attracted = is_attracted || stays(&Range::positive, course, 0, end);
        require(stays(&Range::nonnegative, course, 0, end),
                "the sliding velocity is not proved to be in F");
        continue;
      }
      const int j = flow.surfaces[w];
      require(stays(&Range::positive, course, 0, end) ||
                  (departing_[j] != 0 && leaves_zero(course, end)),
              "the surface ", name(j), " is not proved to be far");
      if (value(course, step.length).positive()) departing_[j] = 0;
    }
    if (!face_.sliding.empty()) {
      const Signature sides = with(face_.signature, face_.sliding, 0);
      over(jacobian_, sides, step);
      for (const int j : flow.surfaces) {
        const NodeId h = formulas_.surface(j);
        require(!formulas_.jumps(h, sides) || over(h, sides, step).sign() == face_.signature[j],
                name(j), " jumps with the sides of surfaces slid on");
      }
      if (!is_attracted || face_.sliding.size() > 1) {
        right_unique(face_.sliding, sides, step.times, step.box, false);
      }
      if (!formulas_.motion(face_, step.t0, step.set.center).affine) {
        holds(face_, {}, step.times, step.box, false);
      }
    }
    return image;
  }

  /// Bounds |e| <= z for the deviation e of a disturbed solution: with M >= the Jacobian on the
  /// box, diagonal one-sided, |e|' <= M |e| + s, so that |e(t)| <= t (s + M z) <= z as long as it
  /// is, and then |e(h)| <= h s + h^2/2 M (s + M z) (Kapela & Zgliczynski 2009). The latter is
  /// kept.
  Box deviate(const Step& step) {
    spread_ = Box(disturbance_.empty() ? 0 : n_);
    if (disturbance_.empty()) return Box(n_);
    const Range& h = step.length;
    const Box jacobian = over(jacobian_, face_.signature, step);
    const auto grow = [&](const Box& z, const Range& scale) {  // s + scale M z
      Box result = disturbance_;
      for (int i = 0; i < n_ * n_; ++i) {
        const Range& entry = jacobian[i];
        const Range bound = i / n_ == i % n_ ? at_least_zero(entry) : magnitude(entry);
        result[i / n_] += scale * Range(bound.upper()) * z[i % n_];
      }
      return result;
    };
    Box z(n_);
    Box growth = disturbance_;
    for (int attempt = 0; attempt < 10; ++attempt) {  // towards a bound a little above the least
      for (int i = 0; i < n_; ++i) z[i] = Range(1.2) * h * growth[i];
      growth = grow(z, 1);
    }
    const Box later = grow(growth, Range(0.5) * h);
    for (int i = 0; i < n_; ++i) {
      require((z[i] - h * growth[i]).nonnegative(), "the disturbance is not bounded");
      spread_[i] = h * later[i] * Range(-1, 1);
      z[i] = z[i] * Range(-1, 1);
    }
    return z;
  }

  /// A short time in which solutions stay in a small box that surfaces pass through.
  Set window(const Step& step, bool is_last) {
    require(disturbance_.empty(), "a surface is met under a disturbance");
    Signature sides(m_, 0);
    for (int j = 0; j < m_; ++j) {
      if (departing_[j] == 0) continue;
      const Signature known = with(sides, {j}, face_.signature[j]);
      if (rate(j, known, step).sign() == face_.signature[j]) sides = known;
    }
    sides = find_sides(sides, step.times, step.box);
    const Box velocity = over(formulas_.field(), sides, step);
    over(jacobian_, sides, step);
    stays_in_box(step, velocity);
    Surfaces touched = face_.sliding;
    Surfaces reached;
    const Surfaces before = map_.live_switches(with(face_.signature, face_.sliding, 0));
    for (const int j : map_.live_switches(sides)) {
      if (face_.slides_on(j)) continue;
      if (sides[j] != 0) {
        require(step.face.signature[j] == sides[j] && !step.face.slides_on(j) &&
                    (!has(before, j) || face_.signature[j] == sides[j]),
                "the side of ", name(j), " is another");
        continue;
      }
      if (!has(before, j) && j != across_) {
        const int side = height(step, formulas_.surface(j), sides).sign();
        require(side != 0, "the side of ", name(j), " is not known");
        face_.signature[j] = static_cast<signed char>(side);
      }
      reached.push_back(j);
      touched.insert(std::upper_bound(touched.begin(), touched.end(), j), j);
    }
    right_unique(touched, sides, step.times, step.box, false);
    if (across_ >= 0) {
      require(reached == Surfaces{across_}, "the start is across another surface");
      return enter(step, sides, velocity);
    }
    if (is_last && step.face == face_) {  // wherever in an event they are at the final time
      face_.sliding.clear();
      return drift(step, velocity);
    }
    return reached.empty() ? leave(step) : reach(step, sides, reached);
  }

  /// The start is on both sides of a surface, which all reach, or pass, or have passed.
  Set enter(const Step& step, const Signature& sides, const Box& velocity) {
    const int j = across_;
    const Range below = rate(j, with(sides, {j}, -1), step);
    const Range above = rate(j, with(sides, {j}, 1), step);
    const int side = step.face.slides_on(j) ? 0 : step.face.signature[j];
    require(side >= 0 ? below.positive() : below.sign() < 0, "it is not crossed upwards");
    require(side > 0 ? above.positive() : above.sign() < 0, "it is not crossed downwards");
    const Range h = height(step, formulas_.surface(j), sides);
    const Range delay = side == 0
                            ? magnitude(h) / hull(below, -above)
                            : at_least_zero(Range(-side) * h) / magnitude(side > 0 ? below : above);
    require((step.length - delay).nonnegative(), "not all solutions get there in time");
    holds(step.face, {}, step.times, step.box, false);
    face_ = step.face;
    departing_[j] = side == 0 ? 0 : 1;
    across_ = -1;
    return drift(step, velocity);
  }

  Surfaces released_by(const Step& step) const {
    Surfaces released;
    for (const int j : face_.sliding) {
      if (!step.face.slides_on(j)) released.push_back(j);
    }
    return released;
  }

  /// The surfaces are reached in any order; after each subset of them there is a face that holds,
  /// on which the others are approached. By uniqueness the solutions follow these faces.
  Set reach(const Step& step, const Signature& sides, const Surfaces& reached) {
    require(reached.size() <= 6, "too many surfaces are met at once");
    Surfaces surfaces = reached;
    const Surfaces released = released_by(step);
    surfaces.insert(surfaces.end(), released.begin(), released.end());
    for (const int j : step.face.sliding) {
      require(face_.slides_on(j) || has(reached, j), "it slides on a surface that is not reached");
    }
    Face first = face_;
    for (int j = 0; j < m_; ++j) {
      if (sides[j] != 0) first.signature[j] = sides[j];
    }
    Box speed(reached.size());
    Box old_velocity;
    Box velocity;
    Box new_velocity;
    const unsigned all = (1U << reached.size()) - 1;
    for (unsigned done = 0; done <= all; ++done) {
      Face face = first;
      Surfaces left;
      for (std::size_t k = 0; k < reached.size(); ++k) {
        const int j = reached[k];
        if ((done >> k & 1U) == 0) continue;
        if (step.face.slides_on(j)) {
          face.sliding.insert(std::upper_bound(face.sliding.begin(), face.sliding.end(), j), j);
        } else {
          require(step.face.signature[j] == -face_.signature[j], "it does not cross ", name(j));
          face.signature[j] = step.face.signature[j];
          left.push_back(j);
        }
      }
      if (done == all) {
        face = step.face;
        left.insert(left.end(), released.begin(), released.end());
      }
      holds(face, left, step.times, step.box, false);
      const Motion& motion = formulas_.motion(face, step.times, step.box);
      new_velocity = over(motion.field, face.signature, step);
      if (done == 0) old_velocity = velocity = new_velocity;
      for (int i = 0; i < n_; ++i) velocity[i] = hull(velocity[i], new_velocity[i]);
      for (std::size_t k = 0; k < reached.size(); ++k) {
        const NodeId h = formulas_.surface(reached[k]);
        if ((done >> k & 1U) != 0) continue;
        const NodeId away = formulas_.rate(h, motion.field);
        const Range towards =
            Range(-face_.signature[reached[k]]) * over(away, face.signature, step);
        require(towards.positive(), "the velocity towards ", name(reached[k]), " is in ", towards);
        speed[k] = done == 0 ? towards : hull(speed[k], towards);
        const filippov::Program program(*map_.field().graph(), n_, Nodes{h}, sides);
        for (const int j : program.live_switches()) {
          require(!has(reached, j), name(reached[k]), " changes with other surfaces");
        }
      }
    }
    const bool one = reached.size() == 1;
    Range delay;
    Box gradient;
    for (std::size_t k = 0; k < reached.size(); ++k) {
      const Range h = height(step, formulas_.surface(reached[k]), first.signature, &gradient);
      const Range wait = at_least_zero(Range(face_.signature[reached[k]]) * h) / speed[k];
      delay = one ? wait : hull(delay, wait);
    }
    require((step.length - delay).nonnegative(), "not all solutions get there in time");
    Set image = drift(step, one ? new_velocity : velocity);
    if (one) {  // x(t1) = x(t0) + q v1 + (w - q) v2 with q = -h(x(t0)) / (dh/dtau)
      const Range h =
          formulas_.over(formulas_.surface(reached[0]), first.signature, step.t0, step.set.center);
      Matrix slope(n_, Box(n_));
      for (int i = 0; i < n_; ++i) {
        const Range jump =
            (new_velocity[i] - old_velocity[i]) / (Range(-face_.signature[reached[0]]) * speed[0]);
        image.center[i] += jump * h;
        for (int k = 0; k < n_; ++k) slope[i][k] = Range(i == k ? 1 : 0) + jump * gradient[k];
      }
      image.generators = slope * image.generators;
    }
    record(step, surfaces, delay, one ? &old_velocity : nullptr);
    return image;
  }

  /// Sliding on one surface ends towards a side. On the face after it the velocity r to that side
  /// is less than on the other side, and grows along both motions: it passes 0 once, and the
  /// solutions slide until then and leave from then on.
  Set leave(const Step& step) {
    const Surfaces released = released_by(step);
    require(released.size() == 1 && face_.sliding.size() == step.face.sliding.size() + 1,
            "no surface is left or reached");
    const int surface = released.front();
    const int side = step.face.signature[surface];
    const Face opposite{with(step.face.signature, released, -side), step.face.sliding};
    const Motion slides = formulas_.motion(face_, step.times, step.box);
    const Motion leaves = formulas_.motion(step.face, step.times, step.box);
    const Motion other = formulas_.motion(opposite, step.times, step.box);
    const auto away = [&](const Motion& motion) {
      return formulas_.product(side, formulas_.rate(formulas_.surface(surface), motion.field));
    };
    const NodeId r = away(leaves);
    const Box rates =
        over(Nodes{r, formulas_.rate(r, slides.field), formulas_.rate(r, leaves.field)},
             step.face.signature, step);
    const Range beyond = over(away(other), opposite.signature, step);
    const Range growth = hull(rates[1], rates[2]);
    require((beyond - rates[0]).positive() && beyond.positive() && growth.positive(),
            "the end of sliding on ", name(surface), " is not transversal");
    const Range delay = at_least_zero(-height(step, r, step.face.signature)) / growth;
    require((step.length - delay).positive(), "not all solutions stop sliding");
    holds(step.face, {}, step.times, step.box, false);
    const Box inside = over(slides.inside, face_.signature, step);
    for (std::size_t k = 0; k < inside.size(); ++k) {
      require(inside[k].nonnegative() || (slides.affine && face_.sliding[k / 2] == surface),
              "another multiplier is at its end");
    }
    Box velocity = over(slides.field, face_.signature, step);
    const Box after = over(leaves.field, step.face.signature, step);
    for (int i = 0; i < n_; ++i) velocity[i] = hull(velocity[i], after[i]);
    record(step, released, delay, &velocity);
    return drift(step, velocity);
  }

  /// The motion goes on on the face of the step; an event if F jumps there.
  void record(const Step& step, Surfaces surfaces, const Range& delay, const Box* velocity) {
    std::sort(surfaces.begin(), surfaces.end());
    const std::string kind = face_.sliding == step.face.sliding ? "crossing"
                             : face_.sliding.empty()            ? "sliding-entry"
                             : step.face.sliding.empty()        ? "sliding-exit"
                                                                : "sliding-change";
    Event event{kind, surfaces, step.face, Range(step.t0) + Range(direction_) * delay, step.box};
    const Box start = step.set.hull();
    for (int i = 0; velocity && i < n_; ++i) event.box[i] = start[i] + delay * (*velocity)[i];
    if (std::any_of(surfaces.begin(), surfaces.end(),
                    [&](int j) { return map_.jumps_across(j); })) {
      events.push_back(std::move(event));
    }
    face_ = step.face;
    for (const int j : surfaces) departing_[j] = face_.slides_on(j) ? 0 : 1;
  }

  /// All fields around the initial state vanish there and are differentiable, |F| <= L |x - start|,
  /// so that by Gronwall's inequality no solution leaves it.
  Set rest(const Step& step) {
    require(map_.is_autonomous() && disturbance_.empty() && events.empty() && step.t0 == t,
            "time matters");
    const Signature sides = find_sides(Signature(m_, 0), t, start_);
    formulas_.over(jacobian_, sides, t, start_);
    for (const Range& v : formulas_.over(formulas_.field(), sides, t, start_)) {
      require(v.is_zero(), "the initial state does not rest");
    }
    for (const Range& x : start_) require((x - x).is_zero(), "the start is no point");
    return step.set;
  }

  /// Two solutions go on from every state at the end of the step, on the faces that it lists. Until
  /// then, if that is not the start, one slides on a surface: along it the normal velocities beside
  /// it have opposite signs, so that an element of F is tangent (Nagumo's theorem; Aubin & Cellina
  /// 1984, ch. 4).
  Set branch(const Step& step, const Json& faces) {
    require(step.kind == "branching" && disturbance_.empty(), "a step is of no known kind");
    Set image = step.set;
    Signature sides = face_.signature;
    if (step.t1 != step.t0) {
      require(face_.sliding.size() == 1 && active_.empty(), "it does not slide on one surface");
      active_ = face_.sliding;
      sides = find_sides(Signature(m_, 0), step.times, step.box);
      const Box velocity = over(formulas_.field(), sides, step);
      stays_in_box(step, velocity);
      image = drift(step, velocity);
      NodeId product = formulas_.number(1);
      for (const int side : {1, -1}) {
        const Nodes field = formulas_.field_in(with(face_.signature, active_, side));
        product = formulas_.multiply(product, formulas_.rate(formulas_.surface(active_[0]), field));
      }
      require(over(product, sides, step).nonpositive(), "sliding may end");
    }
    std::set<std::vector<int>> proved;
    for (const Json& json : faces) {
      const Face face = read_face(json, m_);
      Surfaces left;
      std::vector<int> way;  // 1, 0, -1: above, on and below each active surface
      for (const int j : map_.live_switches(with(sides, active_, 0))) {
        const int side = face.slides_on(j) ? 0 : face.signature[j];
        require(has(active_, j) || side == sides[j], "a face is elsewhere");
        if (!has(active_, j)) continue;
        way.push_back(side);
        if (side != 0) left.push_back(j);
      }
      formulas_.over(jacobian_, face.signature, step.t1, image.hull());
      holds(face, left, step.t1, image.hull(), true);
      proved.insert(way);
    }
    require(proved.size() > 1, "it does not branch");
    branches = true;
    return image;
  }

  /// States on planes slid on, from a window on, have coordinates determined by the others. What
  /// the centre is uncertain by, and a disturbance, become generators.
  void land(const Step& step, Set& image) {
    const std::size_t before = image.factors.size();
    for (int i = 0; i < n_; ++i) {
      const Range middle = image.center[i].middle();
      image.factors.push_back(image.center[i] - middle);
      image.center[i] = middle;
      image.generators[i].resize(before + n_);
      image.generators[i][before + i] = 1;
    }
    for (std::size_t i = 0; i < spread_.size(); ++i) {
      image.factors.insert(image.factors.begin() + step.shared + i, spread_[i]);
      for (int k = 0; k < n_; ++k)
        image.generators[k].insert(image.generators[k].begin() + step.shared + i,
                                   k == static_cast<int>(i) ? 1 : 0);
    }
    if (step.kind != "window") return;
    // The generators as points, so that what is normal to a plane cancels.
    for (int i = 0; i < n_; ++i) {
      for (std::size_t c = 0; c < before; ++c) {
        const Range middle = image.generators[i][c].middle();
        image.factors[before + i] += (image.generators[i][c] - middle) * image.factors[c];
        image.generators[i][c] = middle;
      }
    }
    for (const auto& [j, row] : formulas_.motion(face_, step.t1, image.center).planes) {
      const NodeId h = formulas_.surface(j);
      const Box slopes =
          formulas_.over(formulas_.gradient(h), face_.signature, step.t1, image.center);
      image.center[row] = 0.0;
      image.generators[row] = Box(image.factors.size());
      image.center[row] = -formulas_.over(h, face_.signature, step.t1, image.center) / slopes[row];
      for (int k = 0; k < n_; ++k) {
        for (std::size_t c = 0; c < image.factors.size() && k != row; ++c) {
          image.generators[row][c] -= slopes[k] / slopes[row] * image.generators[k][c];
        }
      }
    }
  }

  /// The image of a set is in the next one. With b the difference and X = F'^T, nearly the inverse
  /// of its frame, the coefficients r' of b in the frame are r' = X b + (1 - X F') r'; they are in
  /// R' if that maps R' into itself.
  void include(const Set& image, const Step& next) const {
    Matrix columns = image.generators;
    Matrix frame(n_), transpose(n_, Box(n_));
    for (int i = 0; i < n_; ++i) {
      const Box& to = next.set.generators[i];
      for (std::size_t j = 0; j < next.shared; ++j) columns[i][j] -= to[j];
      columns[i].push_back(image.center[i] - next.set.center[i]);
      frame[i] = Box(to.end() - n_, to.end());
      for (int k = 0; k < n_; ++k) transpose[k][i] = frame[i][k];
    }
    for (std::size_t j = 0; j < next.shared; ++j) {
      require(j < image.factors.size() && image.factors[j].inside(next.set.factors[j]),
              "the common factors are others");
    }
    const Matrix product = transpose * frame;
    columns = transpose * columns;
    Box factors = image.factors;
    factors.emplace_back(1.0);
    const Box rest(next.set.factors.end() - n_, next.set.factors.end());
    Box result;
    for (int i = 0; i < n_; ++i) {
      Range norm;
      Range sum = dot(columns[i], factors);
      for (int j = 0; j < n_; ++j) {
        const Range defect = Range(i == j ? 1 : 0) - product[i][j];
        norm += magnitude(defect);
        sum += defect * rest[j];
      }
      require((Range(0.5) - norm).positive(), "the frame of the next set is not orthogonal");
      result.push_back(sum);
    }
    require_inside(result, rest, false, "the rest of the next set");
  }

  const filippov::FilippovMap& map_;
  Formulas formulas_;
  int n_, m_, direction_, order_;
  Box disturbance_, spread_, start_;
  Face face_;                    // where the motion is
  std::vector<char> departing_;  // from a surface where it may be at first
  Surfaces active_;              // where the start is
  int across_ = -1;              // a surface that the start is across
  Nodes jacobian_;
  std::map<Face, Flow> flows_;
};

}  // namespace checker
