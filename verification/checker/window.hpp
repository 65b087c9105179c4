#pragma once

#include "smooth.hpp"

namespace checker {

/// The motion changes when functions that grow, the triggers, pass 0: the heights of surfaces that
/// are reached, or, where sliding on one ends, the velocity away from it on the face after it.
/// This may happen in any order; after each subset there is a face on which the motion is a
/// solution and the other triggers grow. By uniqueness the solutions follow these faces.
inline Set pass(Tube& at, const Step& step, const Signature& sides, const Surfaces& reached) {
  require(reached.size() <= 6, "too many surfaces are met at once");
  Inclusion& f = at.f;
  Face before = at.face;
  for (std::size_t j = 0; j < sides.size(); ++j)
    if (sides[j] != 0) before.signature[j] = sides[j];
  Surfaces surfaces = reached;  // of the event
  for (const int j : before.sliding)
    if (!step.face.slides_on(j)) surfaces.push_back(j);
  for (const int j : step.face.sliding)
    require(before.slides_on(j) || has(reached, j), "it slides on a surface that is not reached");
  Nodes triggers;
  for (const int j : reached) {
    triggers.push_back(f.scaled(-before.signature[j], f.surface(j)));
    require(step.face.slides_on(j) || step.face.signature[j] != before.signature[j],
            "it does not cross ", f.map.surface_name(j));
    for (const int other : f.reading({f.surface(j)}, sides).open_switches())
      require(!has(reached, other), f.map.surface_name(j), " changes with other surfaces");
  }
  // Sliding ends where a weight vanishes: while it is positive both sides lead to the surface, or
  // the one that is left does not yet.
  const auto motion = [&](const Face& face) { return motion_on(f, face, step.times, step.box); };
  std::size_t vanishing = -1;
  const bool ends = reached.empty();
  if (ends) {
    require(surfaces.size() == 1, "no surface is left or reached");
    const int j = surfaces[0];
    const auto place = std::find(before.sliding.begin(), before.sliding.end(), j);
    const int side = step.face.signature[j];
    vanishing = 2 * (place - before.sliding.begin()) + (side == before.signature[j] ? 0 : 1);
    triggers = {f.scaled(side, at.rate(j, motion(step.face).field))};
  }
  Box speeds(triggers.size()), velocity, first, last;
  const unsigned all = (1U << triggers.size()) - 1;
  for (unsigned done = 0; done <= all; ++done) {
    Face face = done == all ? step.face : before;
    for (std::size_t k = 0; k < reached.size() && done != all; ++k) {
      const int j = reached[k];
      if ((done >> k & 1U) == 0) continue;
      face.signature[j] = step.face.signature[j];
      if (step.face.slides_on(j))
        face.sliding.insert(std::upper_bound(face.sliding.begin(), face.sliding.end(), j), j);
    }
    const Motion moving = motion(face);
    require_motion(f, moving, face, step.times, step.box, done == 0 ? vanishing : -1);
    last = at.over(moving.field, face.signature, step);
    if (done == 0) first = velocity = last;
    for (int i = 0; i < f.n; ++i) velocity[i] = hull(velocity[i], last[i]);
    for (std::size_t k = 0; k < triggers.size(); ++k) {
      const bool is_done = (done >> k & 1U) != 0;
      if (is_done && !ends && step.face.slides_on(reached[k])) continue;
      const Range speed = at.over(f.rate(triggers[k], moving.field), face.signature, step);
      require(speed.positive(), "a surface is approached with a speed in ", speed);
      if (!is_done) speeds[k] = done == 0 ? speed : hull(speeds[k], speed);
    }
    for (const int j : ends || done != all ? Surfaces{} : surfaces)
      require(has(reached, j) || at.over(at.rate(j, moving.field), face.signature, step).sign() ==
                                     face.signature[j],
              "it does not leave ", f.map.surface_name(j));
  }
  const bool is_one = triggers.size() == 1;
  Set image = at.set;
  Range delay;
  for (std::size_t k = 0; k < triggers.size(); ++k) {
    const Signature& mode = ends ? step.face.signature : before.signature;
    const Box gradient = f.over(f.slopes(triggers[k]), mode, step.t0, at.set.box());
    const Range height = f.over(triggers[k], mode, step.t0, at.set.center);
    const Range wait = at_least_zero(-height - at.set.spread(gradient)) / speeds[k];
    delay = is_one ? wait : hull(delay, wait);
    // x(t1) = x(t0) + q v1 + (w - q) v2, q = -h / h'
    for (int i = 0; i < f.n && is_one && !ends; ++i) {
      const Range jump = (last[i] - first[i]) / speeds[0];
      image.center[i] += jump * height;
      for (std::size_t c = 0; c < image.columns.size(); ++c)
        image.columns[c][i].add_product(jump, dot(gradient, at.set.columns[c]));
    }
  }
  require((step.length - delay).nonnegative(), "not all solutions get there in time");
  Box place = at.set.box();
  for (int i = 0; i < f.n; ++i) {
    image.center[i] += step.length * (is_one && !ends ? last[i] : velocity[i]);
    place[i] = is_one ? place[i] + delay * (ends ? velocity[i] : first[i]) : step.box[i];
  }
  std::sort(surfaces.begin(), surfaces.end());
  const std::string kind = before.sliding == step.face.sliding ? "crossing"
                           : before.sliding.empty()            ? "sliding-entry"
                           : step.face.sliding.empty()         ? "sliding-exit"
                                                               : "sliding-change";
  if (std::any_of(surfaces.begin(), surfaces.end(), [&](int j) { return f.map.jumps_across(j); }))
    at.events.push_back(
        {kind, surfaces, step.face, Range(step.t0) + Range(f.direction) * delay, place});
  at.face = step.face;
  for (const int j : surfaces) at.departing[j] = at.face.slides_on(j) ? 0 : 1;
  return image;
}

/// A short time in which solutions stay in a small box that surfaces pass through.
inline Set window(Tube& at, const Step& step, bool is_last) {
  require(at.disturbance.empty(), "a surface is met under a disturbance");
  Inclusion& f = at.f;
  const Signature sides = at.sides_over(step.times, step.box);
  const Set image = at.drift(step, at.over(f.field, sides, step));
  const Surfaces before = at.live(with(at.face.signature, at.face.sliding, 0));
  Surfaces reached = at.across, touched = at.face.sliding;
  for (const int j : at.live(sides)) {
    if (at.face.slides_on(j) || has(at.across, j)) continue;
    const bool is_known = has(before, j);
    if (sides[j] == 0) {
      require(is_known && at.across.empty(), "the side of ", f.map.surface_name(j),
              " is not known");
      reached.push_back(j);
    } else {
      require(step.face.signature[j] == sides[j] && !step.face.slides_on(j) &&
                  (!is_known || at.face.signature[j] == sides[j]),
              "the side of ", f.map.surface_name(j), " is another");
    }
  }
  touched.insert(touched.end(), reached.begin(), reached.end());
  std::sort(touched.begin(), touched.end());
  require_unique(f, touched, sides, step.times, step.box, false);
  if (!at.across.empty()) {  // from each side that it does not end on
    const Face face = at.face;
    for (const int side : {1, -1}) {
      if (!step.face.slides_on(reached[0]) && step.face.signature[reached[0]] == side) continue;
      at.face = {with(face.signature, reached, side), face.sliding};
      pass(at, step, sides, reached);
    }
    at.events.clear();
    at.across.clear();
    return image;
  }
  if (!is_last || step.face != at.face) return pass(at, step, sides, reached);
  at.face.sliding.clear();  // wherever in an event they are at the final time
  return image;
}

}  // namespace checker
