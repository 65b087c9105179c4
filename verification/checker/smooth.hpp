#pragma once

#include "tube.hpp"
#include "uniqueness.hpp"

namespace checker {

/// A polynomial with ranges as coefficients.
inline Range value(const Box& c, const Range& t) {
  Range sum;
  for (std::size_t k = c.size(); k-- > 0;) sum = sum * t + c[k];
  return sum;
}

/// It has values on [lo, hi] of which `good` holds, by its mean value form; or, where it `departs`
/// from c_0 >= 0 at 0, positive ones on (0, hi].
inline bool stays(bool (Range::*good)() const, const Box& c, double lo, double hi, bool departs,
                  int depth = 0) {
  const Range all(lo, hi), middle(all.middle());
  const Box quotient(c.begin() + 1, c.end());  // (c(t) - c_0) / t
  Box slope = quotient;
  for (std::size_t k = 0; k < slope.size(); ++k) slope[k] = Range(k + 1) * slope[k];
  if (departs && lo == 0 ? value(quotient, all).positive()
                         : ((value(c, middle) + value(slope, all) * (all - middle)).*good)())
    return true;
  return depth < 50 && stays(good, c, lo, middle.lower(), departs, depth + 1) &&
         stays(good, c, middle.lower(), hi, departs, depth + 1);
}

/// Bounds |e| <= z for the deviation e of a disturbed solution: with M >= the Jacobian on the
/// box, diagonal one-sided, |e|' <= M |e| + s, so that |e(t)| <= t (s + M z) < z as long as it
/// is, and then |e(h)| <= h s + h^2/2 M (s + M z) (Kapela & Zgliczynski 2009), which is returned.
/// z is what the box leaves around the states that are `reached` without it.
inline Box deviate(Tube& at, const Step& step, Box& reached) {
  const Box jacobian = at.over(at.f.jacobian, at.face, step);
  const auto grow = [&](const Range& scale, const Box& by) {  // s + scale M by
    Box result = at.disturbance;
    for (std::size_t c = 0; c < jacobian.size(); ++c) {
      const std::size_t i = c / by.size(), j = c % by.size();
      const Range bound = i == j ? at_least_zero(jacobian[c]) : magnitude(jacobian[c]);
      result[i] += scale * Range(bound.upper()) * by[j];
    }
    return result;
  };
  Box z;
  for (std::size_t i = 0; i < reached.size(); ++i)
    z.emplace_back(0.99 * std::min(step.box[i].upper() - reached[i].upper(),
                                   reached[i].lower() - step.box[i].lower()));
  const Box growth = grow(1, z);
  Box spread = grow(Range(0.5) * step.length, growth);
  for (std::size_t i = 0; i < reached.size(); ++i) {
    require((z[i] - step.length * growth[i]).positive(), "the disturbance is not bounded");
    reached[i] += z[i] * Range(-1, 1);
    spread[i] = spread[i] * step.length * Range(-1, 1);
  }
  return spread;
}

inline Flow& flow_on(Tube& at, const Step& step) {
  if (const auto known = at.flows.find(at.face); known != at.flows.end()) return known->second;
  Inclusion& f = at.f;
  const Motion motion = motion_on(f, at.face, step.t0, at.set.center);
  Surfaces surfaces = f.map.live_switches(at.face);
  std::erase_if(surfaces, [&](int j) { return at.face[j] == 0; });
  Nodes outputs, slopes, field = motion.field;
  for (int i = 0; i < f.n; ++i) outputs.push_back(f.graph.variable(i));
  for (const int j : surfaces) outputs.push_back(f.scaled(at.face[j], f.surface(j)));
  outputs.insert(outputs.end(), motion.weights.begin(), motion.weights.end());
  // The derivatives V of the state by the one at the start are further coordinates, V' = Df V.
  std::vector<Nodes> columns(f.n);
  for (int c = 0; c < f.n * f.n; ++c) columns[c / f.n].push_back(f.graph.variable(f.n + c));
  for (const Nodes& column : columns)
    for (const NodeId node : motion.field) field.push_back(f.along(node, column));
  for (const NodeId node : outputs)
    for (const Nodes& column : columns) slopes.push_back(f.along(node, column));
  const auto rate = [&f, field](NodeId node) { return f.rate(node, field); };
  const Reading reading(f.graph, modes_around(at.face, false)[0], rate);
  return at.flows.emplace(at.face, Flow{motion, surfaces, outputs, slopes, reading}).first->second;
}

/// Every output is a polynomial in mean value form, with a remainder over the box, which is right
/// as the states stay inside it then (Corliss & Rihm 1996).
inline Set smooth(Tube& at, const Step& step) {
  require(step.face == at.face && at.across < 0, "it is not on the face of the one before");
  Inclusion& f = at.f;
  Flow& flow = flow_on(at, step);
  Box start = at.set.box();
  for (int c = 0; c < f.n * f.n; ++c) start.emplace_back(c / f.n == c % f.n ? 1 : 0);
  const std::vector<Box> center =
      flow.reading.follow(flow.outputs, step.t0, at.set.center, at.order);
  const std::vector<Box> slopes = flow.reading.follow(flow.slopes, step.t0, start, at.order);
  const std::vector<Box> over_box =
      flow.reading.follow(flow.outputs, step.times, step.box, at.order + 1);
  Set image = at.set;
  Box reached;
  bool is_attracted = false;  // from one side
  for (int o = 0; o < static_cast<int>(center.size()); ++o) {
    Box course = center[o];
    course.push_back(over_box[o].back());
    if (o < f.n) image.center[o] = value(course, step.length);
    for (int k = 0; k <= at.order; ++k) {
      Box slope;
      for (int j = 0; j < f.n; ++j) slope.push_back(slopes[o * f.n + j][k]);
      course[k] += at.set.spread(slope);
    }
    if (o < f.n) {
      reached.push_back(value(course, hull(step.length, 0)));
      Box slope;
      for (int j = 0; j < f.n; ++j) slope.push_back(value(slopes[o * f.n + j], step.length));
      for (std::size_t c = 0; c < image.columns.size(); ++c)
        image.columns[c][o] = dot(slope, at.set.columns[c]);
      continue;
    }
    if (!at.disturbance.empty()) course = {over_box[o][0]};
    const double end = step.length.upper();
    if (o < f.n + static_cast<int>(flow.surfaces.size())) {
      const int j = flow.surfaces[o - f.n];
      require(stays(&Range::positive, course, 0, end, at.departing.contains(j)), "the surface ",
              f.map.surface_name(j), " is not proved to be far");
      if (value(course, step.length).positive()) at.departing.erase(j);
    } else {
      require(stays(&Range::nonnegative, course, 0, end, false), "the velocity may leave F");
      is_attracted = is_attracted || stays(&Range::positive, course, 0, end, false);
    }
  }
  if (!at.disturbance.empty()) image.add(deviate(at, step, reached), true);
  require_inside(reached, step.box, true, "the solutions may leave their box");
  if (flow.motion.weights.empty()) return image;
  require(at.disturbance.empty(), "it slides under a disturbance");
  for (const int j : flow.surfaces)
    require(!f.jumps(j, at.face) || at.over(f.surface(j), at.face, step).sign() == at.face[j],
            f.map.surface_name(j), " jumps with the sides of surfaces slid on");
  if (!is_attracted || f.open(at.face).size() > 1)
    require_unique(f, at.face, step.times, step.box, false);
  if (!flow.motion.is_affine) require_motion(f, flow.motion, at.face, step.times, step.box);
  return image;
}

}  // namespace checker
