#include "tube.hpp"

#include <algorithm>
#include <functional>

namespace checker {

namespace {

void require(bool holds, const std::string& otherwise) {
  if (!holds) throw Refusal(otherwise);
}

bool has(const std::vector<int>& surfaces, int j) {
  return std::binary_search(surfaces.begin(), surfaces.end(), j);
}

Range dot(const Box& a, const Box& b) {
  Range sum;
  for (std::size_t i = 0; i < a.size(); ++i) sum.add_product(a[i], b[i]);
  return sum;
}

/// sum_k c_k t^k
Range value(const Box& c, const Range& t) {
  Range sum;
  for (std::size_t k = c.size(); k-- > 0;) sum = sum * t + c[k];
  return sum;
}

/// The polynomial has values with `good` lower bounds on [lo, hi].
using Good = bool (Range::*)() const;
bool stays(Good good, const Box& c, double lo, double hi, int depth = 0) {
  Box slopes;
  for (std::size_t k = 1; k < c.size(); ++k) slopes.push_back(Range(static_cast<double>(k)) * c[k]);
  const Range slope = value(slopes, Range(lo, hi));
  if (slope.sign() != 0) return (value(c, slope.positive() ? lo : hi).*good)();
  if ((value(c, Range(lo, hi)).*good)()) return true;
  const double middle = 0.5 * lo + 0.5 * hi;
  return depth < 30 && stays(good, c, lo, middle, depth + 1) &&
         stays(good, c, middle, hi, depth + 1);
}

/// It is positive on (0, end], where c_0 >= 0 is known from elsewhere.
bool leaves_zero(const Box& c, double end) {
  const Box divided(c.begin() + 1, c.end());
  double until = end;
  while (until > 1e-9 * end && !stays(&Range::positive, divided, 0, until)) until *= 0.25;
  return until > 1e-9 * end && (until == end || stays(&Range::positive, c, until, end));
}

}  // namespace

Step::Step(const Value& value, int n, int surfaces, int coefficients)
    : smooth(value["kind"].text() == "smooth"),
      t0(value["t"].list(2)[0].number()),
      t1(value["t"].list(2)[1].number()),
      face(value["face"].face(surfaces)),
      box(value["box"].box(n)),
      set{value["center"].point(n), value["shape"].matrix(n, coefficients),
          value["frame"].matrix(n, n), value["rest"].box(n)},
      times(std::min(t0, t1), std::max(t0, t1)),
      length(magnitude(Range(t1) - Range(t0))) {
  if (!smooth && value["kind"].text() != "window") value["kind"].fail("smooth or window");
  const Box offset = value["offset"].point(n);
  const double room = value["room"].number();
  for (int i = 0; i < n; ++i) {
    set.center[i] += offset[i];
    box[i] += hull(Range(room), -Range(room));
  }
}

TubeCheck::TubeCheck(const filippov::FilippovMap& map, int direction, const Value& part, int order)
    : map_(map),
      formulas_(map, direction),
      part_(part),
      n_(map.dimension()),
      surfaces_(map.switch_count()),
      direction_(direction),
      order_(order),
      open_(surfaces_, 0),
      coefficients_(part["coefficients"].box(part["coefficients"].json.empty() ? 0 : n_)),
      face_(part["start"].face(surfaces_)),
      departing_(surfaces_, 0) {
  for (const NodeId node : formulas_.field()) {
    for (int i = 0; i < n_; ++i) jacobian_.push_back(formulas_.derivative(node, i));
  }
}

void TubeCheck::run(double t0, const Box& box) {
  const std::vector<Value> steps = part_["steps"].list();
  if (steps.empty()) part_["steps"].fail("a step at least");
  const int coefficients = static_cast<int>(coefficients_.size());
  Step next(steps.front(), n_, surfaces_, coefficients);
  start(t0, box, next.set);
  t = t0;
  for (std::size_t k = 0; k < steps.size(); ++k) {
    const Step step = next;
    const bool is_last = k + 1 == steps.size();
    try {
      require(step.t0 == t, "it does not begin where the step before it ends");
      require(direction_ * (step.t1 - step.t0) > 0, "time does not go on");
      Image image = step.smooth ? smooth(step) : window(step, is_last);
      land(step, image);
      t = step.t1;
      if (!is_last) {
        next = Step(steps[k + 1], n_, surfaces_, coefficients);
        include(step, image, next.set);
      }
      for (int i = 0; is_last && i < n_; ++i) {
        const Box noise(image.slope[i].begin() + n_, image.slope[i].end());
        end.push_back(image.center[i] + dot(noise, image.noise) + spread(step.set, image.slope[i]));
      }
    } catch (const Refusal& refusal) {
      throw Refusal(steps[k].place + ", from t = " + Range(step.t0).text() + ": " + refusal.what());
    }
  }
}

Box TubeCheck::hull_of(const Set& set, bool with_center) const {
  Box box;
  for (int i = 0; i < n_; ++i) {
    const Range off = dot(set.shape[i], coefficients_) + dot(set.frame[i], set.rest);
    box.push_back(set.center[i] + (with_center ? hull(off, 0.0) : off));
  }
  return box;
}

/// Range of <row, x - centre> over the set.
Range TubeCheck::spread(const Set& set, const Box& row) const {
  Range sum;
  const auto add = [&](const std::vector<Box>& matrix, const Box& range) {
    for (std::size_t j = 0; j < range.size(); ++j) {
      Range entry;
      for (int i = 0; i < n_; ++i) entry.add_product(row[i], matrix[i][j]);
      sum.add_product(entry, range[j]);
    }
  };
  add(set.shape, coefficients_);
  add(set.frame, set.rest);
  return sum;
}

/// dh_j/dtau for every element of F.
Range TubeCheck::rate(int j, const Signature& sides, const Range& t, const Box& box) {
  return formulas_.over(formulas_.rate(formulas_.surface(j), formulas_.field()), sides, t, box);
}

/// A function at the start of a step, in mean value form.
Range TubeCheck::height(const Step& step, NodeId h, const Signature& signature, Box* gradient) {
  Nodes nodes;
  for (int i = 0; i < n_; ++i) nodes.push_back(formulas_.derivative(h, i));
  const Box slope = formulas_.over(nodes, signature, step.t0, hull_of(step.set, true));
  if (gradient) *gradient = slope;
  return formulas_.over(h, signature, step.t0, step.set.center) + spread(step.set, slope);
}

/// All initial states are in the first set; where they lie on surfaces, the motion on the first
/// face is the only one from there.
void TubeCheck::start(double t, const Box& box, const Set& set) {
  for (int i = 0; i < n_; ++i) {
    for (int j = 0; j < static_cast<int>(coefficients_.size()); ++j) {
      require(set.shape[i][j].inside(i == j ? 1 : 0), "the first set is not a box");
    }
    const Range offset = coefficients_.empty() ? Range() : coefficients_[i];
    require(box[i].inside(set.center[i] + offset) && Range().inside(set.rest[i]),
            "the first set does not contain the initial box");
  }
  Signature sides = open_;
  std::vector<int> active;
  std::vector<int> left;
  for (int j = 0; j < surfaces_; ++j) {
    const int side = formulas_.over(formulas_.surface(j), sides, t, box).sign();
    sides[j] = static_cast<signed char>(side);
  }
  for (const int j : map_.live_switches(sides)) {
    const std::string name = map_.surface_name(j);
    if (sides[j] != 0) {
      require(face_.signature[j] == sides[j] && !face_.slides_on(j), "the start is beside " + name);
      continue;
    }
    require(formulas_.over(formulas_.surface(j), sides, t, box).is_zero(),
            "the initial box lies across " + name);
    active.push_back(j);
    if (!face_.slides_on(j)) left.push_back(j);
  }
  require(active.size() == left.size() + face_.sliding.size(), "the start is not on the face");
  if (active.empty()) return;
  formulas_.over(jacobian_, sides, t, box);
  holds(face_, left, t, box, true);
  right_unique(active, sides, t, box, true);
  for (const int j : left) departing_[j] = 1;
}

/// The motion on the face is a solution that leaves the surfaces `left`: its velocity is in F, and
/// away from them.
void TubeCheck::holds(const Face& face, const std::vector<int>& left, const Range& t,
                      const Box& box, bool strictly) {
  const Motion& motion = formulas_.motion(face, t, box);
  for (const Range& value : formulas_.over(motion.inside, face.signature, t, box)) {
    require(strictly || motion.weights ? value.positive() : value.nonnegative(),
            "the sliding velocity is not proved to be in F: " + value.text());
  }
  for (unsigned corner = 0; motion.weights && corner < 1U << face.sliding.size(); ++corner) {
    Signature signature = face.signature;  // the normals are independent in every mode around
    for (std::size_t k = 0; k < face.sliding.size(); ++k) {
      signature[face.sliding[k]] = (corner >> k & 1U) != 0 ? 1 : -1;
    }
    formulas_.over(motion.inside, signature, t, box);
  }
  for (const int j : left) {
    const NodeId away = formulas_.rate(formulas_.surface(j), motion.field);
    const Range speed = formulas_.over(away, face.signature, t, box);
    require(speed.sign() == face.signature[j],
            "the velocity away from " + map_.surface_name(j) + " is in " + speed.text());
  }
}

/// At most one solution goes on from each state of the box, where the surfaces `touched` may be.
void TubeCheck::right_unique(const std::vector<int>& touched, Signature sides, const Range& t,
                             const Box& box, bool strictly) {
  sides = with(std::move(sides), touched, 0);
  std::vector<int> kept;
  std::string where = "uniqueness is not proved at";
  for (const int j : touched) {
    // What every element of F crosses with one sign is passed at an isolated time.
    if (!map_.jumps_across(j) || rate(j, sides, t, box).sign() != 0) continue;
    kept.push_back(j);
    where += " " + map_.surface_name(j);
  }
  // Filippov 1988, section 10, theorem 2: one of the sides leads to the surface throughout.
  if (kept.empty() ||
      (kept.size() == 1 && (rate(kept[0], with(sides, kept, -1), t, box).sign() > 0 ||
                            rate(kept[0], with(sides, kept, 1), t, box).sign() < 0))) {
    return;
  }
  std::vector<Box> m;  // <grad h_i, g_j>
  bool constant = map_.is_affine(kept);
  bool diagonal = true;
  bool symmetric = true;
  for (std::size_t i = 0; i < kept.size(); ++i) {
    m.emplace_back();
    for (std::size_t j = 0; j < kept.size(); ++j) {
      const Nodes jump = formulas_.half_jump(kept[j]);
      const NodeId h = formulas_.surface(kept[i]);
      m[i].push_back(formulas_.over(formulas_.along(h, jump), sides, t, box));
      for (int k = 0; k < n_; ++k) {
        constant = constant && formulas_.constant(formulas_.derivative(h, k), sides) &&
                   formulas_.constant(jump[k], sides);
      }
      if (j >= i) continue;
      diagonal = diagonal && m[i][j].is_zero() && m[j][i].is_zero();
      symmetric = symmetric && (m[i][j] - m[j][i]).is_zero();
    }
  }
  if (map_.is_gradient_flow()) {
    // The potential is concave across each surface (convex in a descent): one-sided Lipschitz.
    for (std::size_t i = 0; i < kept.size(); ++i) {
      require(map_.is_affine(std::vector<int>{kept[i]}) &&
                  (strictly ? m[i][i].sign() < 0 : (-m[i][i]).nonnegative()),
              where);
    }
    return;
  }
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

TubeCheck::Flow& TubeCheck::flow(const Step& step) {
  const auto [place, inserted] = flows_.try_emplace(face_);
  Flow& flow = place->second;
  if (!inserted) return flow;
  const Motion& motion = formulas_.motion(face_, step.t0, step.set.center);
  Nodes outputs = motion.field;
  for (const int j : map_.live_switches(with(face_.signature, face_.sliding, 0))) {
    if (face_.slides_on(j)) continue;
    outputs.push_back(
        formulas_.product(formulas_.number(face_.signature[j]), formulas_.surface(j)));
    flow.surfaces.push_back(j);
  }
  outputs.insert(outputs.end(), motion.inside.begin(), motion.inside.end());
  flow.functions = static_cast<int>(outputs.size()) - n_;
  const filippov::Program program(*map_.field().graph(), n_, outputs, face_.signature);
  flow.at_center = Series(program, order_, false);
  flow.over_set = Series(program, order_, true);
  flow.over_box = Series(program, order_ + 1, false);
  return flow;
}

void TubeCheck::stays(const Step& step, const Box& reached) const {
  for (int i = 0; i < n_; ++i) {
    require(reached[i].strictly_inside(step.box[i]),
            "coordinate " + std::to_string(i + 1) + " may leave its box: " + reached[i].text());
  }
}

/// The box by sum_{k<=p} c_k(set) [0,h]^k + c_{p+1}(box) [0,h]^{p+1} inside it (Corliss & Rihm
/// 1996), the end by sum c_k(centre) h^k and the derivatives of the c_k over the set.
Image TubeCheck::smooth(const Step& step) {
  require(step.face == face_, "it is not on the face where the step before it ends");
  Flow& flow = this->flow(step);
  const double end = step.length.upper();
  flow.at_center.follow(step.t0, step.set.center, direction_);
  flow.over_set.follow(step.t0, hull_of(step.set, true), direction_);
  flow.over_box.follow(step.times, step.box, direction_);
  const auto series = [&](const std::function<Range(int)>& coefficient, const Range& last) {
    Box c;
    for (int k = 0; k <= order_; ++k) c.push_back(coefficient(k));
    c.push_back(last);
    return c;
  };
  Box reached;
  Box center;
  std::vector<Box> slope(n_, Box(2 * n_));
  for (int i = 0; i < n_; ++i) {
    const Range last = flow.over_box.state(i, order_ + 1);
    const Box course = series([&](int k) { return flow.over_set.state(i, k); }, last);
    reached.push_back(value(course, hull(step.length, 0.0)));
    const Box middle = series([&](int k) { return flow.at_center.state(i, k); }, last);
    center.push_back(value(middle, step.length));
    for (int j = 0; j < n_; ++j) {
      slope[i][j] =
          value(series([&](int k) { return flow.over_set.state(i, k, 1 + j); }, 0.0), step.length);
    }
  }
  stays(step, reached);
  for (int w = 0; w < flow.functions; ++w) {
    const Box course = series(
        [&](int k) {
          Box row;
          for (int j = 0; j < n_; ++j) row.push_back(flow.over_set.output(n_ + w, k, 1 + j));
          return flow.at_center.output(n_ + w, k) + spread(step.set, row);
        },
        flow.over_box.output(n_ + w, order_ + 1));
    if (w >= static_cast<int>(flow.surfaces.size())) {
      require(checker::stays(&Range::nonnegative, course, 0, end),
              "the sliding velocity is not proved to be in F");
      continue;
    }
    const int j = flow.surfaces[w];
    if (!checker::stays(&Range::positive, course, 0, end)) {
      require(departing_[j] != 0 && leaves_zero(course, end),
              "the surface " + map_.surface_name(j) + " is not proved to be far");
    }
    if (value(course, step.length).positive()) departing_[j] = 0;
  }
  if (!face_.sliding.empty()) {
    const Signature sides = with(face_.signature, face_.sliding, 0);
    formulas_.over(jacobian_, sides, step.times, step.box);
    right_unique(face_.sliding, sides, step.times, step.box, false);
    if (formulas_.motion(face_, step.t0, step.set.center).weights) {
      holds(face_, {}, step.times, step.box, false);
    }
  }
  Image image{center, {}, slope};
  return image;
}

/// A short time in which solutions stay in a small box that surfaces pass through.
Image TubeCheck::window(const Step& step, bool is_last) {
  Signature sides = open_;
  const auto side_of = [&](int j) { return face_.signature[j]; };
  for (int j = 0; j < surfaces_; ++j) {
    if (departing_[j] == 0) continue;
    const Signature known = with(sides, {j}, side_of(j));
    if (rate(j, known, step.times, step.box).sign() == side_of(j)) sides = known;
  }
  for (int j = 0; j < surfaces_; ++j) {
    if (sides[j] != 0 || face_.slides_on(j)) continue;
    const Range h = formulas_.over(formulas_.surface(j), sides, step.times, step.box);
    sides[j] = static_cast<signed char>(h.sign());
  }
  const Box velocity = formulas_.over(formulas_.field(), sides, step.times, step.box);
  formulas_.over(jacobian_, sides, step.times, step.box);
  Box box = hull_of(step.set, false);
  for (int i = 0; i < n_; ++i) box[i] += hull(step.length, 0.0) * velocity[i];
  stays(step, box);
  std::vector<int> touched = face_.sliding;
  std::vector<int> reached;
  const std::vector<int> before = map_.live_switches(with(face_.signature, face_.sliding, 0));
  for (const int j : map_.live_switches(sides)) {
    if (face_.slides_on(j)) continue;
    if (sides[j] == 0) {
      if (!has(before, j)) {
        const int side = height(step, formulas_.surface(j), sides).sign();
        require(side != 0, "the side of " + map_.surface_name(j) + " is not known");
        face_.signature[j] = static_cast<signed char>(side);
      }
      reached.push_back(j);
      touched.insert(std::upper_bound(touched.begin(), touched.end(), j), j);
    } else {
      require(step.face.signature[j] == sides[j] && !step.face.slides_on(j) &&
                  (!has(before, j) || side_of(j) == sides[j]),
              "the side of " + map_.surface_name(j) + " is another");
    }
  }
  right_unique(touched, sides, step.times, step.box, false);
  // Wherever in an event the solutions are at the final time.
  if (is_last && step.face == face_) return drift(step, velocity);
  return reached.empty() ? leave(step) : reach(step, sides, reached);
}

/// x(t1) = x(t0) + w v
Image TubeCheck::drift(const Step& step, const Box& velocity) const {
  Image image{step.set.center, {}, std::vector<Box>(n_, Box(2 * n_))};
  for (int i = 0; i < n_; ++i) {
    image.center[i] += step.length * velocity[i];
    image.slope[i][i] = 1;
  }
  return image;
}

/// The surfaces are reached in any order; after each subset of them there is a face that holds, on
/// which the others are approached. By uniqueness the solutions follow these faces.
Image TubeCheck::reach(const Step& step, const Signature& sides, const std::vector<int>& reached) {
  constexpr std::size_t most = 6;
  require(reached.size() <= most, "too many surfaces are met at once");
  Face first = face_;
  for (int j = 0; j < surfaces_; ++j) {
    if (sides[j] != 0) first.signature[j] = sides[j];
  }
  std::vector<int> surfaces = reached;
  for (const int j : face_.sliding) {
    if (!step.face.slides_on(j)) surfaces.push_back(j);
  }
  for (const int j : step.face.sliding) {
    require(face_.slides_on(j) || has(reached, j), "it slides on a surface that is not reached");
  }
  const bool one = reached.size() == 1;
  Box speed(reached.size());
  Box old_velocity;
  Box velocity;
  Box new_velocity;
  const unsigned all = (1U << reached.size()) - 1;
  for (unsigned done = 0; done <= all; ++done) {
    Face face = first;
    std::vector<int> left;
    for (std::size_t k = 0; k < reached.size(); ++k) {
      const int j = reached[k];
      if ((done >> k & 1U) == 0) continue;
      if (step.face.slides_on(j)) {
        face.sliding.insert(std::upper_bound(face.sliding.begin(), face.sliding.end(), j), j);
      } else {
        require(step.face.signature[j] == -face_.signature[j],
                "it does not cross " + map_.surface_name(j));
        face.signature[j] = step.face.signature[j];
        left.push_back(j);
      }
    }
    if (done == all) {
      face = step.face;
      left.insert(left.end(), surfaces.begin() + reached.size(), surfaces.end());
    }
    holds(face, left, step.times, step.box, false);
    const Motion& motion = formulas_.motion(face, step.times, step.box);
    new_velocity = formulas_.over(motion.field, face.signature, step.times, step.box);
    if (done == 0) old_velocity = velocity = new_velocity;
    for (int i = 0; i < n_; ++i) velocity[i] = hull(velocity[i], new_velocity[i]);
    for (std::size_t k = 0; k < reached.size(); ++k) {
      const NodeId h = formulas_.surface(reached[k]);
      if ((done >> k & 1U) != 0) continue;
      const Range towards =
          Range(-face_.signature[reached[k]]) *
          formulas_.over(formulas_.rate(h, motion.field), face.signature, step.times, step.box);
      require(towards.positive(),
              "the velocity towards " + map_.surface_name(reached[k]) + " is in " + towards.text());
      speed[k] = done == 0 ? towards : hull(speed[k], towards);
      const filippov::Program program(*map_.field().graph(), n_, Nodes{h}, sides);
      for (const int j : program.live_switches()) {
        require(!has(reached, j), map_.surface_name(reached[k]) + " changes with other surfaces");
      }
    }
  }
  Range delay;
  Box gradient;
  for (std::size_t k = 0; k < reached.size(); ++k) {
    const Range h = height(step, formulas_.surface(reached[k]), first.signature, &gradient);
    const Range wait = at_least_zero(Range(face_.signature[reached[k]]) * h) / speed[k];
    delay = one ? wait : hull(delay, wait);
  }
  require((step.length - delay).nonnegative(), "not all solutions get there in time");
  Image image = drift(step, one ? new_velocity : velocity);
  if (one) {  // x(t1) = x(t0) + q v1 + (w - q) v2 with q = -h(x(t0)) / (dh/dtau)
    const Range h =
        formulas_.over(formulas_.surface(reached[0]), first.signature, step.t0, step.set.center);
    for (int i = 0; i < n_; ++i) {
      const Range jump =
          (new_velocity[i] - old_velocity[i]) / (Range(-face_.signature[reached[0]]) * speed[0]);
      image.center[i] += jump * h;
      for (int k = 0; k < n_; ++k) image.slope[i][k].add_product(jump, gradient[k]);
    }
  }
  record(step, surfaces, delay, one ? &old_velocity : nullptr);
  return image;
}

/// Sliding on one surface ends towards a side. On the face after it the velocity r to that side is
/// less than on the other side, and grows along both motions: it passes 0 once, and the solutions
/// slide until then and leave from then on.
Image TubeCheck::leave(const Step& step) {
  std::vector<int> released;
  for (const int j : face_.sliding) {
    if (!step.face.slides_on(j)) released.push_back(j);
  }
  require(released.size() == 1 && face_.sliding.size() == step.face.sliding.size() + 1,
          "no surface is left or reached");
  const int surface = released.front();
  const int side = step.face.signature[surface];
  const Face opposite{with(step.face.signature, released, -side), step.face.sliding};
  const Motion slides = formulas_.motion(face_, step.times, step.box);
  const Motion leaves = formulas_.motion(step.face, step.times, step.box);
  const Motion other = formulas_.motion(opposite, step.times, step.box);
  const auto away = [&](const Motion& motion) {
    return formulas_.product(formulas_.number(side),
                             formulas_.rate(formulas_.surface(surface), motion.field));
  };
  const auto over = [&](const Nodes& nodes, const Face& face) {
    return formulas_.over(nodes, face.signature, step.times, step.box);
  };
  const NodeId r = away(leaves);
  const Box rates =
      over({r, formulas_.rate(r, slides.field), formulas_.rate(r, leaves.field)}, step.face);
  const Range beyond = over({away(other)}, opposite).front();
  const Range growth = hull(rates[1], rates[2]);
  require((beyond - rates[0]).positive() && beyond.positive() && growth.positive(),
          "the end of sliding on " + map_.surface_name(surface) + " is not transversal");
  const Range delay = at_least_zero(-height(step, r, step.face.signature)) / growth;
  require((step.length - delay).positive(), "not all solutions stop sliding");
  holds(step.face, {}, step.times, step.box, false);
  const Box inside = over(slides.inside, face_);
  for (std::size_t k = 0; k < inside.size(); ++k) {
    require(inside[k].nonnegative() || (!slides.weights && face_.sliding[k / 2] == surface),
            "another multiplier is at its end");
  }
  Box velocity = over(slides.field, face_);
  const Box after = over(leaves.field, step.face);
  for (int i = 0; i < n_; ++i) velocity[i] = hull(velocity[i], after[i]);
  record(step, released, delay, &velocity);
  return drift(step, velocity);
}

/// The motion goes on on the face of the step; an event if F jumps there.
void TubeCheck::record(const Step& step, std::vector<int> surfaces, const Range& delay,
                       const Box* velocity) {
  std::sort(surfaces.begin(), surfaces.end());
  const std::string kind = face_.sliding == step.face.sliding ? "crossing"
                           : face_.sliding.empty()            ? "sliding-entry"
                           : step.face.sliding.empty()        ? "sliding-exit"
                                                              : "sliding-change";
  Event event{kind, surfaces, step.face, Range(step.t0) + Range(direction_) * delay, step.box};
  const Box start = hull_of(step.set, false);
  for (int i = 0; velocity && i < n_; ++i) event.box[i] = start[i] + delay * (*velocity)[i];
  if (std::any_of(surfaces.begin(), surfaces.end(), [&](int j) { return map_.jumps_across(j); })) {
    events.push_back(std::move(event));
  }
  face_ = step.face;
  for (const int j : surfaces) departing_[j] = face_.slides_on(j) ? 0 : 1;
}

/// States on planes slid on, from a window on, have coordinates determined by the others.
void TubeCheck::land(const Step& step, Image& image) {
  for (int i = 0; i < n_; ++i) {
    const Range middle = image.center[i].middle();
    image.noise.push_back(image.center[i] - middle);
    image.center[i] = middle;
    image.slope[i][n_ + i] = 1;
  }
  if (step.smooth) return;
  for (const auto& [row, j] : formulas_.motion(face_, step.t1, image.center).solved) {
    const NodeId h = formulas_.surface(j);
    const auto at_end = [&](NodeId node) {
      return formulas_.over(node, face_.signature, step.t1, image.center);
    };
    const Range pivot = at_end(formulas_.derivative(h, row));
    image.center[row] = 0.0;
    image.center[row] = -at_end(h) / pivot;
    Box slope(2 * n_);
    for (int k = 0; k < n_; ++k) {
      const Range factor = k == row ? Range() : -at_end(formulas_.derivative(h, k)) / pivot;
      for (int c = 0; c < 2 * n_; ++c) slope[c].add_product(factor, image.slope[k][c]);
    }
    image.slope[row] = slope;
  }
}

/// The image of the set of a step is in the next set, with the same coefficients r0:
/// r' = F'^-1 ((image of the centre - centre') + (A C - C') r0 + A F r) is in R'.
void TubeCheck::include(const Step& from, const Image& image, const Set& to) const {
  const std::size_t m = coefficients_.size();
  Box factors = coefficients_;  // then r, the noise and 1
  factors.insert(factors.end(), from.set.rest.begin(), from.set.rest.end());
  factors.insert(factors.end(), image.noise.begin(), image.noise.end());
  factors.emplace_back(1.0);
  std::vector<Box> columns(n_, Box(factors.size()));
  for (int i = 0; i < n_; ++i) {
    for (std::size_t j = 0; j < m + n_; ++j) {
      for (int k = 0; k < n_; ++k) {
        const Box& row = j < m ? from.set.shape[k] : from.set.frame[k];
        columns[i][j].add_product(image.slope[i][k], row[j < m ? j : j - m]);
      }
      if (j < m) columns[i][j] -= to.shape[i][j];
    }
    for (int k = 0; k < n_; ++k) columns[i][m + n_ + k] = image.slope[i][n_ + k];
    columns[i].back() = image.center[i] - to.center[i];
  }
  // X = F'^T is nearly the inverse. With E = 1 - X F' and b the columns, r' = (1 + E) X b + E^2 r'.
  std::vector<Box> defect(n_, Box(n_));
  std::vector<Box> inverse(n_, Box(n_));
  Range norm;
  for (int i = 0; i < n_; ++i) {
    Range sum;
    for (int j = 0; j < n_; ++j) {
      defect[i][j] = i == j ? 1 : 0;
      for (int k = 0; k < n_; ++k) defect[i][j].add_product(-to.frame[k][i], to.frame[k][j]);
      sum += magnitude(defect[i][j]);
    }
    for (int j = 0; j < n_; ++j) {
      inverse[i][j] = to.frame[j][i];
      for (int k = 0; k < n_; ++k) inverse[i][j].add_product(defect[i][k], to.frame[j][k]);
    }
    norm = hull(norm, square(sum));
  }
  require((Range(0.5) - norm).positive(), "the frame of the next set is not orthogonal");
  Box result(n_);
  Range largest;
  for (int i = 0; i < n_; ++i) {
    for (std::size_t j = 0; j < factors.size(); ++j) {
      Range entry;
      for (int k = 0; k < n_; ++k) entry.add_product(inverse[i][k], columns[k][j]);
      result[i].add_product(entry, factors[j]);
    }
    largest = hull(largest, magnitude(result[i]));
  }
  const Range error = norm / (Range(1) - norm) * largest;
  for (int i = 0; i < n_; ++i) {
    result[i] += hull(error, -error);
    require(result[i].inside(to.rest[i]), "coordinate " + std::to_string(i + 1) +
                                              " of the rest of the next set is in " +
                                              result[i].text() + ", not in " + to.rest[i].text());
  }
}

}  // namespace checker
