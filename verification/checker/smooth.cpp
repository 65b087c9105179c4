#include "polynomial.hpp"
#include "tube.hpp"
#include "uniqueness.hpp"

namespace checker {

Tube::Flow& Tube::flow_on(const Step& step) {
  if (const auto known = flows_.find(face_); known != flows_.end()) return known->second;
  const Motion motion = motion_on(f_, face_, step.t0, step.set.center);
  Surfaces surfaces;
  Nodes outputs;
  for (int i = 0; i < n_; ++i) outputs.push_back(f_.graph.variable(i));
  for (const int j : f_.map.live_switches(with(face_.signature, face_.sliding, 0))) {
    if (face_.slides_on(j)) continue;
    outputs.push_back(f_.scaled(face_.signature[j], f_.surface(j)));
    surfaces.push_back(j);
  }
  outputs.insert(outputs.end(), motion.weights.begin(), motion.weights.end());
  // The derivatives V of the state by the one at the start are further coordinates, V' = Df V.
  Nodes field = motion.field;
  Nodes slopes;
  std::vector<Nodes> columns(n_);
  for (int c = 0; c < n_ * n_; ++c) columns[c / n_].push_back(f_.graph.variable(n_ + c));
  for (const Nodes& column : columns)
    for (const NodeId node : motion.field) field.push_back(f_.along(node, column));
  for (const NodeId node : outputs)
    for (const Nodes& column : columns) slopes.push_back(f_.along(node, column));
  const auto rate = [&](NodeId node) { return f_.rate(node, field); };
  const Flow flow{surfaces, Reading(f_.graph, face_.signature, outputs, rate),
                  Reading(f_.graph, face_.signature, slopes, rate)};
  return flows_.emplace(face_, flow).first->second;
}

/// Every output as a polynomial in mean value form, with a remainder over the box, which is right
/// as the states stay inside it then (Corliss & Rihm 1996).
Set Tube::smooth(const Step& step) {
  require(step.face == face_ && across_ < 0, "it is not on the face where the one before ends");
  Flow& flow = flow_on(step);
  Box start = step.set.around();
  for (int c = 0; c < n_ * n_; ++c) start.emplace_back(c / n_ == c % n_ ? 1 : 0);
  const std::vector<Box> centre = flow.outputs.follow(step.t0, step.set.center, order_);
  std::vector<Box> set = flow.outputs.follow(step.t0, step.set.around(), order_);
  const std::vector<Box> slopes = flow.slopes.follow(step.t0, start, order_);
  const std::vector<Box> box = flow.outputs.follow(step.times, step.box, order_ + 1);
  Box spread;  // by a disturbance
  Box reached = deviate(step, spread);
  Set image = step.set;
  Matrix derivative(n_);
  bool is_attracted = false;  // from one side
  for (int o = 0; o < static_cast<int>(centre.size()); ++o) {
    Box course = centre[o];
    course.push_back(box[o].back());
    set[o].push_back(box[o].back());
    if (o < n_) image.center[o] = value(course, step.length);
    for (int k = 0; k <= order_; ++k) {
      Box slope;
      for (int j = 0; j < n_; ++j) slope.push_back(slopes[o * n_ + j][k]);
      course[k] += step.set.spread(slope);
    }
    if (o < n_) {
      reached[o] += value(set[o], hull(step.length, 0));
      for (int j = 0; j < n_; ++j) derivative[o].push_back(value(slopes[o * n_ + j], step.length));
      continue;
    }
    if (!disturbance_.empty()) course = {box[o][0]};
    const double end = step.length.upper();
    const std::size_t place = o - n_;
    if (place >= flow.surfaces.size()) {
      is_attracted = is_attracted || stays(&Range::positive, course, 0, end, false);
      require(stays(&Range::nonnegative, course, 0, end, false), "the velocity may leave F");
      continue;
    }
    const int j = flow.surfaces[place];
    require(stays(&Range::positive, course, 0, end, departing_[j] != 0), "the surface ",
            f_.map.surface_name(j), " is not proved to be far");
    if (value(course, step.length).positive()) departing_[j] = 0;
  }
  require_inside(reached, step.box, true, "the solutions may leave their box");
  image.generators = derivative * image.generators;
  if (!spread.empty()) image.add(step.set.shared, spread);
  if (face_.sliding.empty()) return image;
  require(disturbance_.empty(), "it slides under a disturbance");
  const Signature sides = with(face_.signature, face_.sliding, 0);
  for (const int j : flow.surfaces) {
    require(!f_.reading({f_.surface(j)}, sides).jumps() ||
                over(f_.surface(j), sides, step).sign() == face_.signature[j],
            f_.map.surface_name(j), " jumps with the sides of surfaces slid on");
  }
  if (!is_attracted || face_.sliding.size() > 1)
    require_unique(f_, face_.sliding, sides, step.times, step.box, false);
  const Motion motion = motion_on(f_, face_, step.t0, step.set.center);
  if (!motion.is_affine) require_motion(motion, face_, step.times, step.box, false);
  return image;
}

/// Bounds |e| <= z for the deviation e of a disturbed solution: with M >= the Jacobian on the
/// box, diagonal one-sided, |e|' <= M |e| + s, so that |e(t)| <= t (s + M z) <= z as long as it
/// is, and then |e(h)| <= h s + h^2/2 M (s + M z) (Kapela & Zgliczynski 2009), the `spread`.
Box Tube::deviate(const Step& step, Box& spread) {
  Box z(n_);
  if (disturbance_.empty()) return z;
  const Box jacobian = over(f_.jacobian, face_.signature, step);
  const auto grow = [&](const Box& by, const Range& scale) {  // s + scale M by
    Box result = disturbance_;
    for (int c = 0; c < n_ * n_; ++c) {
      const Range& entry = jacobian[c];
      const Range bound = c / n_ == c % n_ ? at_least_zero(entry) : magnitude(entry);
      result[c / n_] += scale * Range(bound.upper()) * by[c % n_];
    }
    return result;
  };
  Box growth = disturbance_;
  for (int attempt = 0; attempt < 10; ++attempt) {  // towards a bound a little above the least
    for (int i = 0; i < n_; ++i) z[i] = Range(1.2) * step.length * growth[i];
    growth = grow(z, 1);
  }
  const Box later = grow(growth, Range(0.5) * step.length);
  for (int i = 0; i < n_; ++i) {
    require((z[i] - step.length * growth[i]).nonnegative(), "the disturbance is not bounded");
    spread.push_back(step.length * later[i] * Range(-1, 1));
    z[i] = z[i] * Range(-1, 1);
  }
  return z;
}

}  // namespace checker
