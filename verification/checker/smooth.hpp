#pragma once

#include "tube.hpp"

namespace checker {

/// It has values of which `good` holds on [lo, hi], if not at 0: by its mean value form; or as c_0
/// is not negative and it grows.
inline bool stays(bool (Range::*good)() const, const Box& c, double lo, double hi, int depth = 0) {
  const Range all(lo, hi), middle(all.middle());
  const Box quotient(c.begin() + 1, c.end());  // (c(t) - c_0) / t
  Box slope = quotient;
  for (std::size_t k = 0; k < slope.size(); ++k) slope[k] = Range(k + 1) * slope[k];
  if (((value(c, middle) + value(slope, all) * (all - middle)).*good)() ||
      (lo == 0 && c[0].nonnegative() && value(quotient, all).positive()))
    return true;
  return depth < 50 && stays(good, c, lo, middle.lower(), depth + 1) &&
         stays(good, c, middle.lower(), hi, depth + 1);
}

/// Bounds |e| <= z for the deviation e of a disturbed solution: with M >= the Jacobian on the
/// box, diagonal one-sided, |e|' <= M |e| + s, so that |e(t)| <= t (s + M z) < z as long as it
/// is, and then |e(h)| <= h s + h^2/2 M (s + M z) (Kapela & Zgliczynski 2009), which is returned.
/// z is what the box leaves around the states that are `reached` without it.
inline Box deviate(const Step& step, const std::vector<Box>& rates, const Box& s, Box& reached) {
  const std::size_t n = reached.size();
  std::vector<Box> m(n);
  Box z, growth, spread;
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < n; ++j)
      m[i].push_back(i == j ? at_least_zero(rates[i * n + j][1]) : magnitude(rates[i * n + j][1]));
    z.emplace_back(0.99 * std::min(step.place.x[i].upper() - reached[i].upper(),
                                   reached[i].lower() - step.place.x[i].lower()));
  }
  for (std::size_t i = 0; i < n; ++i) {
    growth.push_back(s[i] + dot(m[i], z));
    require((z[i] - step.length * growth[i]).positive(), "the disturbance is not bounded");
    reached[i] += z[i] * Range(-1, 1);
  }
  for (std::size_t i = 0; i < n; ++i)
    spread.push_back(step.length * (s[i] + 0.5 * step.length * dot(m[i], growth)) * Range(-1, 1));
  return spread;
}

inline Flow& flow_on(Tube& at) {
  if (const auto known = at.flows.find(at.face); known != at.flows.end()) return known->second;
  Inclusion& f = at.f;
  const Motion motion = motion_on(f, at.face, {at.t, at.set.center});
  Surfaces surfaces = f.map.live_switches(at.face);
  std::erase_if(surfaces, [&](int j) { return at.face[j] == 0; });
  Nodes outputs = f.coordinates, slopes, field = motion.field;
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
  const Flow flow{motion, surfaces, outputs, slopes, {f.graph, above(at.face), rate}};
  return at.flows.emplace(at.face, flow).first->second;
}

/// Every output is a polynomial in mean value form, with remainders over the box, which are right
/// as the solutions from the set and from what is between it and its center stay inside (Corliss &
/// Rihm 1996). The derivatives have one where that allows a lower order.
inline Set smooth(Tube& at, const Step& step) {
  require(step.face == at.face, "it is not on the face of the one before");
  Flow& flow = flow_on(at);
  const std::size_t n = at.f.n;
  Place start = at.now(), during = step.place;
  Box around = start.x;  // of the many columns under a disturbance
  add_product(around, at.set.center, -1);
  for (std::size_t c = 0; c < n * n; ++c)
    for (Box* x : {&start.x, &during.x}) x->emplace_back(c / n == c % n ? 1 : 0);
  const auto center = flow.reading.follow(flow.outputs, {at.t, at.set.center}, step.order);
  const auto over_box = flow.reading.follow(flow.outputs, step.place, step.order + 1);
  auto slopes = flow.reading.follow(flow.slopes, start, step.slope_order);
  const auto rates = flow.reading.follow(flow.slopes, during, 1);  // V' = Df, as V = 1
  if (step.slope_order < step.order) {
    Range norm;  // of Df, so that |V - 1| <= exp(norm t) - 1 by Gronwall's inequality
    Box row(n);
    for (std::size_t c = 0; c < n * n; ++c) norm = hull(norm, row[c / n] += magnitude(rates[c][1]));
    const Range growth = Range::of(mpfi_expm1, norm * step.length) * Range(-1, 1);
    for (std::size_t c = 0; c < n * n; ++c) during.x[n + c] += growth;
    const auto last = flow.reading.follow(flow.slopes, during, step.slope_order + 1);
    for (std::size_t c = 0; c < slopes.size(); ++c) slopes[c].push_back(last[c].back());
  }
  Set image = at.set;
  Box reached;
  const double end = step.length.upper();
  bool is_attracted = false;  // from one side, where it slides on one surface
  for (std::size_t o = 0; o < center.size(); ++o) {
    Box course = center[o];
    course.push_back(over_box[o].back());
    if (o < n) image.center[o] = value(course, step.length);
    Box slope(n), last;
    for (std::size_t k = 0; k < slopes[0].size(); ++k) {
      for (std::size_t j = 0; j < n; ++j) slope[j] = slopes[o * n + j][k];
      course[k] += o < n ? dot(slope, around) : at.set.spread(slope);
    }
    for (std::size_t j = 0; j < n; ++j) last.push_back(value(slopes[o * n + j], step.length));
    for (std::size_t c = 0; c < image.columns.size() && o < n; ++c)
      image.columns[c][o] = dot(last, at.set.columns[c]);
    if (!at.disturbance.empty() && o >= n) course = {over_box[o][0]};
    if (o < n) {
      reached.push_back(value(course, hull(step.length, 0)));
    } else if (o < n + flow.surfaces.size()) {
      const int j = flow.surfaces[o - n];
      if (at.departing.contains(j)) course[0] = at_least_zero(course[0]);
      require(stays(&Range::positive, course, 0, end), "the surface ", at.f.map.surface_name(j),
              " is not proved to be far");
      if (value(course, step.length).positive()) at.departing.erase(j);
    } else {
      const bool is_positive = stays(&Range::positive, course, 0, end);
      is_attracted = is_attracted || (is_positive && flow.motion.weights.size() == 2);
      require(is_positive || (flow.motion.is_affine && stays(&Range::nonnegative, course, 0, end)),
              "the sliding velocity is not proved to be in F");
    }
  }
  if (!at.disturbance.empty()) image.add(deviate(step, rates, at.disturbance, reached), true);
  require_inside(reached, step.place.x, true, "the solutions may leave their box");
  if (!flow.motion.weights.empty()) require_unique(at.f, at.face, step.place, false, is_attracted);
  return image;
}

}  // namespace checker
