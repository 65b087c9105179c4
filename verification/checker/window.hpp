#pragma once

#include "smooth.hpp"

namespace checker {

/// The motion changes when functions that grow, the triggers, pass 0: the heights of surfaces that
/// are reached, or, where sliding on one ends, the velocity away from it on the face after it.
/// This may happen in any order; after each subset there is a face on which the motion is a
/// solution and the other triggers grow. By uniqueness the solutions follow these faces.
inline Set pass(Tube& at, const Step& step, const Signature& sides) {
  Inclusion& f = at.f;
  const Face& after = step.face;
  Face before = at.face;
  Surfaces reached, changed;
  Nodes triggers;
  for (const int j : f.open(sides)) {
    if (before[j] != after[j]) changed.push_back(j);
    if (before[j] == 0) continue;
    reached.push_back(j);
    triggers.push_back(f.scaled(-before[j], f.surface(j)));
    require(before[j] != after[j], "it does not cross ", f.map.surface_name(j));
  }
  for (const int j : reached)
    require(reached.size() == 1 || (reached.size() <= 6 && !f.map.depends_on_signs(j)),
            "too many surfaces are met at once, or such as change with others");
  for (std::size_t j = 0; j < sides.size(); ++j)
    if (sides[j] != 0) before[j] = sides[j];
  // Sliding ends where a weight vanishes, that of the side which is not left.
  const bool ends = reached.empty();
  std::size_t vanishing = -1;
  const auto motion = [&](const Face& face) { return motion_on(f, face, step.times, step.box); };
  if (ends) {
    require(changed.size() == 1, "no surface is left or reached");
    const Surfaces sliding = f.open(before);
    const auto place = std::ranges::find(sliding, changed[0]) - sliding.begin();
    vanishing = place + (after[changed[0]] > 0 ? 0 : sliding.size());
    triggers = {f.scaled(after[changed[0]], at.rate(changed[0], motion(after).field))};
  }
  Box speeds(triggers.size()), velocity, first, last;
  const unsigned all = (1U << triggers.size()) - 1;
  for (unsigned done = 0; done <= all; ++done) {
    Face face = done == all ? after : before;
    for (std::size_t k = 0; k < reached.size(); ++k)
      if ((done >> k & 1U) != 0) face[reached[k]] = after[reached[k]];
    const Motion moving = motion(face);
    require_motion(f, moving, face, step.times, step.box, done == 0 ? vanishing : -1);
    last = at.over(moving.field, face, step);
    if (done == 0) first = velocity = last;
    for (int i = 0; i < f.n; ++i) velocity[i] = hull(velocity[i], last[i]);
    for (std::size_t k = 0; k < triggers.size(); ++k) {
      const bool is_done = (done >> k & 1U) != 0;
      if (is_done && !ends && after[reached[k]] == 0) continue;
      const Range speed = at.over(f.rate(triggers[k], moving.field), face, step);
      require(speed.positive(), "a surface is approached with a speed in ", speed);
      if (!is_done) speeds[k] = done == 0 ? speed : hull(speeds[k], speed);
    }
    for (const int j : ends || done != all ? Surfaces{} : changed)
      require(before[j] != 0 || at.over(at.rate(j, moving.field), face, step).sign() == after[j],
              "it does not leave ", f.map.surface_name(j));
  }
  const bool is_one = triggers.size() == 1;
  Set image = at.set;
  Range delay;
  for (std::size_t k = 0; k < triggers.size(); ++k) {
    const Face& face = ends ? after : before;
    const Box gradient = f.over(f.slopes(triggers[k]), face, step.t0, at.set.box());
    const Range height = f.over(triggers[k], face, step.t0, at.set.center);
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
  const Surfaces from = f.open(before), to = f.open(after);
  const std::string kind = from == to     ? "crossing"
                           : from.empty() ? "sliding-entry"
                           : to.empty()   ? "sliding-exit"
                                          : "sliding-change";
  if (std::ranges::any_of(changed, [&](int j) { return f.map.jumps_across(j); }))
    at.events.push_back({{{"kind", kind}, {"surfaces", changed}, {"face", after}},
                         step.t0 + Range(f.direction) * delay,
                         place});
  at.face = after;
  for (const int j : changed) after[j] != 0 ? at.departing.insert(j).second : at.departing.erase(j);
  return image;
}

/// A short time in which solutions stay in a small box that surfaces pass through.
inline Set window(Tube& at, const Step& step, bool is_last) {
  require(at.disturbance.empty(), "a surface is met under a disturbance");
  Inclusion& f = at.f;
  const Signature sides = at.sides_over(step.times, step.box);
  const Set image = at.drift(step, at.over(f.field, sides, step));
  const Surfaces known = f.map.live_switches(at.face);
  for (const int j : f.map.live_switches(sides)) {
    if (at.face[j] == 0 || j == at.across) continue;
    const bool is_known = std::ranges::binary_search(known, j) && at.across < 0;
    require(sides[j] == 0 ? is_known
                          : step.face[j] == sides[j] && (!is_known || at.face[j] == sides[j]),
            "the side of ", f.map.surface_name(j), " is not known, or another");
  }
  require_unique(f, sides, step.times, step.box, false);
  if (at.across < 0) {
    if (!is_last || step.face != at.face) return pass(at, step, sides);
    at.face = modes_around(at.face, false)[0];  // wherever in an event they are at the final time
    return image;
  }
  for (const int side : {1, -1}) {  // from each that it does not end on
    if (step.face[at.across] == side) continue;
    at.face = with(sides, at.across, side);
    pass(at, step, sides);
  }
  at.events.clear();
  at.across = -1;
  return image;
}

}  // namespace checker
