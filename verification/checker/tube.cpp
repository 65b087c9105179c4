#include "tube.hpp"

#include "uniqueness.hpp"

namespace checker {

Tube::Tube(const filippov::FilippovMap& map, int direction, const Box& disturbance, int order,
           double t0, const Json& part)
    : t(t0),
      end(list(part.at("box"), map.dimension())),
      f_(map, direction),
      n_(map.dimension()),
      m_(map.switch_count()),
      order_(order),
      disturbance_(disturbance),
      face_(read_face(part.at("start"), m_)),
      departing_(m_, 0) {
  const Json& steps = array(part.at("steps"));
  const Box coefficients = list(part.at("coefficients"), part.at("coefficients").size());
  Set image;
  for (std::size_t k = 0; k < steps.size(); ++k) {
    const Step step(steps[k], n_, m_, coefficients);
    try {
      if (k == 0) image = start(end, step);
      require_included(image, step.set);
      require(step.t0 == t && !branches, "it does not begin where the step before it ends");
      image = prove(step, k + 1 == steps.size());
      active_.clear();
      image.round();
      t = step.t1;
      if (step.kind == "window") land(image);
      end = image.box();
    } catch (const Refusal& refusal) {
      throw Refusal("step " + std::to_string(k) + ", from t = " + text(Range(step.t0)) + ": " +
                    refusal.what());
    }
  }
}

Set Tube::prove(const Step& step, bool is_last) {
  const double time = f_.direction * (step.t1 - step.t0);
  require(time > 0 || (time == 0 && step.kind == "branching"), "time does not go on");
  if (step.kind == "branching") return branch(step);
  if (step.kind == "smooth") return smooth(step);
  if (step.kind == "window") return window(step, is_last);
  require(step.kind == "rest", "a step is of no known kind");
  return rest(step);
}

/// All initial states are in the first set; where they lie on surfaces, the motion on the first
/// face is the only one from there.
Set Tube::start(const Box& box, const Step& step) {
  const std::size_t shared = step.set.shared;
  Set first{shared == 0 ? box : step.set.center, Matrix(n_, Box(shared)), step.set.factors};
  first.factors.resize(shared);
  for (int i = 0; i < n_ && shared > 0; ++i) first.generators[i].at(i) = 1;
  require_inside(box, first.box(), false, "the initial box is not in the first set");
  const Signature sides = find_sides(Signature(m_, 0), t, box);
  for (const int j : f_.map.live_switches(sides)) {
    if (sides[j] != 0) continue;
    if (f_.over(f_.surface(j), sides, t, box).is_zero()) {
      active_.push_back(j);
    } else {
      require(across_ < 0 && step.kind == "window", "the initial box lies across a surface");
      across_ = j;
    }
  }
  require(across_ < 0 || active_.empty(), "the initial box lies across a surface");
  if (step.kind == "branching" || step.kind == "rest") return first;
  departs(face_, sides, t, box);
  if (!active_.empty()) require_unique(f_, active_, sides, t, box, true);
  for (const int j : active_) departing_[j] = face_.slides_on(j) ? 0 : 1;
  return first;
}

/// The motion on the face is a solution from the states of the box, which have these sides, and are
/// on the surfaces `active_`. Returns on which side it leaves each of them, or 0.
std::vector<int> Tube::departs(const Face& face, const Signature& sides, const Range& t,
                               const Box& box) {
  const Motion motion = motion_on(f_, face, t, box);
  f_.over(f_.jacobian, with(face.signature, face.sliding, 0), t, box);
  require_motion(motion, face, t, box, true);
  require(std::includes(active_.begin(), active_.end(), face.sliding.begin(), face.sliding.end()),
          "the start is not on the face");
  std::vector<int> ways;
  for (const int j : f_.map.live_switches(with(sides, active_, 0))) {
    const int side = face.slides_on(j) ? 0 : face.signature[j];
    require(has(active_, j) || j == across_ || side == sides[j], "the start is not on the face");
    if (!has(active_, j)) continue;
    ways.push_back(side);
    const int speed = f_.over(rate(j, motion.field), face.signature, t, box).sign();
    require(side == 0 || speed == side, "it does not leave ", f_.map.surface_name(j));
  }
  return ways;
}

/// The velocity on the face is in F: at a single time strictly, so that this is so for some time.
void Tube::require_motion(const Motion& motion, const Face& face, const Range& t, const Box& box,
                          bool strictly, int except) {
  const Box weights = f_.over(motion.weights, face.signature, t, box);
  for (std::size_t k = 0; k < weights.size(); ++k) {
    if (motion.is_affine && face.sliding[k / 2] == except) continue;
    require(strictly || !motion.is_affine ? weights[k].positive() : weights[k].nonnegative(),
            "the sliding velocity is not proved to be in F: ", weights[k]);
  }
  if (motion.is_affine) return;
  for (const Signature& mode : modes_around(face))  // the normals are independent in all of them
    f_.over(motion.weights, mode, t, box);
}

/// States on planes slid on have coordinates determined by the others.
void Tube::land(Set& image) {
  for (const auto& [j, row] : motion_on(f_, face_, t, image.center).planes) {
    const Range height = f_.over(f_.surface(j), face_.signature, t, image.center);
    const Nodes slopes = f_.slopes(f_.surface(j));
    image.land(f_.over(slopes, face_.signature, t, image.center), height, row);
  }
}

/// The sides over t x box, as far as h has one sign there; some are known already.
Signature Tube::find_sides(Signature sides, const Range& t, const Box& box) {
  for (int j = 0; j < m_; ++j) {
    if (sides[j] != 0 || face_.slides_on(j)) continue;
    sides[j] = static_cast<signed char>(f_.over(f_.surface(j), sides, t, box).sign());
  }
  return sides;
}

/// x(t1) = x(t0) + w v. In between x(t0) + [0, w] v is in the box, so that no solution with
/// velocities in v leaves it.
Set Tube::drift(const Step& step, const Box& velocity) const {
  Set image = step.set;
  Box box = step.set.box();
  for (int i = 0; i < n_; ++i) {
    box[i] += hull(step.length, 0.0) * velocity[i];
    image.center[i] += step.length * velocity[i];
  }
  require_inside(box, step.box, true, "the solutions may leave their box");
  return image;
}

/// All fields around the initial state vanish there and are differentiable, |F| <= L |x - start|,
/// so that by Gronwall's inequality no solution leaves it.
Set Tube::rest(const Step& step) {
  require(f_.map.is_autonomous() && disturbance_.empty(), "time matters");
  const Signature sides = find_sides(Signature(m_, 0), t, end);
  f_.over(f_.jacobian, sides, t, end);
  for (const Range& v : f_.over(f_.field, sides, t, end))
    require(v.is_zero(), "the initial state does not rest");
  for (const Range& x : end) require((x - x).is_zero(), "the start is no point");
  return step.set;
}

/// Two solutions go on from every state at the end of the step, on the faces that it lists. Until
/// then, if that is not the start, one slides on a surface: along it the normal velocities beside
/// it have opposite signs, so that an element of F is tangent (Nagumo's theorem; Aubin & Cellina
/// 1984, ch. 4).
Set Tube::branch(const Step& step) {
  require(disturbance_.empty(), "it branches under a disturbance");
  Set image = step.set;
  if (step.t1 != step.t0) {
    require(face_.sliding.size() == 1 && active_.empty(), "it does not slide on one surface");
    active_ = face_.sliding;
    const Signature sides = find_sides(Signature(m_, 0), step.times, step.box);
    image = drift(step, over(f_.field, sides, step));
    NodeId product = f_.graph.constant(1);
    for (const int side : {1, -1}) {
      const Nodes field = f_.field_in(with(face_.signature, active_, side));
      product = f_.graph.multiply(product, rate(active_[0], field));
    }
    require(over(product, sides, step).nonpositive(), "sliding may end");
  }
  const Box box = image.box();
  const Signature sides = find_sides(Signature(m_, 0), step.t1, box);
  std::set<std::vector<int>> ways;
  for (const Json& face : step.faces)
    ways.insert(departs(read_face(face, m_), sides, step.t1, box));
  branches = ways.size() > 1;
  require(branches, "it does not branch");
  return image;
}

}  // namespace checker
