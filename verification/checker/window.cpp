#include "tube.hpp"
#include "uniqueness.hpp"

namespace checker {

/// A short time in which solutions stay in a small box that surfaces pass through.
Set Tube::window(const Step& step, bool is_last) {
  require(disturbance_.empty(), "a surface is met under a disturbance");
  const Signature sides = find_sides(Signature(m_, 0), step.times, step.box);
  const Set image = drift(step, over(f_.field, sides, step));
  const Surfaces before = f_.map.live_switches(with(face_.signature, face_.sliding, 0));
  Surfaces reached;
  Surfaces touched = face_.sliding;
  for (const int j : f_.map.live_switches(sides)) {
    if (face_.slides_on(j)) continue;
    const bool is_known = has(before, j);
    if (sides[j] == 0) {
      require(is_known || j == across_, "the side of ", f_.map.surface_name(j), " is not known");
      reached.push_back(j);
      touched.insert(std::upper_bound(touched.begin(), touched.end(), j), j);
    } else {
      require(step.face.signature[j] == sides[j] && !step.face.slides_on(j) &&
                  (!is_known || face_.signature[j] == sides[j]),
              "the side of ", f_.map.surface_name(j), " is another");
    }
  }
  require_unique(f_, touched, sides, step.times, step.box, false);
  if (across_ >= 0) {  // from each side that it does not end on
    require(reached == Surfaces{across_}, "the start is across another surface");
    const Face face = face_;
    for (const int side : {1, -1}) {
      if (!step.face.slides_on(across_) && step.face.signature[across_] == side) continue;
      face_ = {with(face.signature, reached, side), face.sliding};
      pass(step, sides, reached);
    }
    events.clear();
    across_ = -1;
    return image;
  }
  if (!is_last || step.face != face_) return pass(step, sides, reached);
  face_.sliding.clear();  // wherever in an event they are at the final time
  return image;
}

/// The motion changes when functions that grow, the triggers, pass 0: the heights of surfaces that
/// are reached, or, where sliding on one ends, the velocity away from it on the face after it,
/// which is less than that on the other side. This may happen in any order; after each subset there
/// is a face on which the motion is a solution and the other triggers grow. By uniqueness the
/// solutions follow these faces.
Set Tube::pass(const Step& step, const Signature& sides, const Surfaces& reached) {
  require(reached.size() <= 6, "too many surfaces are met at once");
  const bool ends = reached.empty();
  Face first = face_;
  for (int j = 0; j < m_; ++j)
    if (sides[j] != 0) first.signature[j] = sides[j];
  Surfaces released;
  for (const int j : face_.sliding)
    if (!step.face.slides_on(j)) released.push_back(j);
  for (const int j : step.face.sliding)
    require(face_.slides_on(j) || has(reached, j), "it slides on a surface that is not reached");
  Nodes triggers;
  for (const int j : reached) {
    triggers.push_back(f_.scaled(-face_.signature[j], f_.surface(j)));
    require(step.face.slides_on(j) || step.face.signature[j] != face_.signature[j],
            "it does not cross ", f_.map.surface_name(j));
    for (const int other : f_.reading({f_.surface(j)}, sides).open_switches())
      require(!has(reached, other), f_.map.surface_name(j), " changes with other surfaces");
  }
  const auto motion = [&](const Face& face) { return motion_on(f_, face, step.times, step.box); };
  if (ends) {
    require(released.size() == 1, "no surface is left or reached");
    first.signature = step.face.signature;
    const int side = first.signature[released[0]];
    const Face opposite{with(first.signature, released, -side), step.face.sliding};
    const auto away = [&](const Face& face) {
      return f_.scaled(side, rate(released[0], motion(face).field));
    };
    triggers = {away(step.face)};
    const Range beyond = over(away(opposite), opposite.signature, step);
    require(beyond.positive() && (beyond - over(triggers[0], first.signature, step)).positive(),
            "the end of sliding is not transversal");
  }
  Box speeds(triggers.size());
  Box velocity, before, after;
  const unsigned all = (1U << triggers.size()) - 1;
  for (unsigned done = 0; done <= all; ++done) {
    Face face = done == all ? step.face : first;
    for (std::size_t k = 0; k < reached.size() && done != all; ++k) {
      const int j = reached[k];
      if ((done >> k & 1U) == 0) continue;
      if (step.face.slides_on(j)) {
        face.sliding.insert(std::upper_bound(face.sliding.begin(), face.sliding.end(), j), j);
      } else {
        face.signature[j] = step.face.signature[j];
      }
    }
    const Motion moving = motion(face);
    require_motion(moving, face, step.times, step.box, false, ends && done == 0 ? released[0] : -1);
    after = over(moving.field, face.signature, step);
    if (done == 0) before = velocity = after;
    for (int i = 0; i < n_; ++i) velocity[i] = hull(velocity[i], after[i]);
    for (std::size_t k = 0; k < triggers.size(); ++k) {
      const bool is_done = (done >> k & 1U) != 0;
      if (is_done && !ends && step.face.slides_on(reached[k])) continue;
      const Range speed = over(f_.rate(triggers[k], moving.field), face.signature, step);
      require(speed.positive(), "a surface is approached with a speed in ", speed);
      if (!is_done) speeds[k] = done == 0 ? speed : hull(speeds[k], speed);
    }
    for (const int j : ends || done != all ? Surfaces{} : released)
      require(over(rate(j, moving.field), face.signature, step).sign() == face.signature[j],
              "it does not leave ", f_.map.surface_name(j));
  }
  const bool is_one = triggers.size() == 1;
  Set image = step.set;
  Range delay;
  Matrix slope(n_, Box(n_));
  for (std::size_t k = 0; k < triggers.size(); ++k) {
    const Box gradient =
        f_.over(f_.slopes(triggers[k]), first.signature, step.t0, step.set.around());
    const Range height = f_.over(triggers[k], first.signature, step.t0, step.set.center);
    const Range wait = at_least_zero(-height - step.set.spread(gradient)) / speeds[k];
    delay = is_one ? wait : hull(delay, wait);
    // x(t1) = x(t0) + q v1 + (w - q) v2, q = -h / h'
    for (int i = 0; i < n_ && is_one && !ends; ++i) {
      const Range jump = (after[i] - before[i]) / speeds[0];
      image.center[i] += jump * height;
      for (int j = 0; j < n_; ++j) slope[i][j] = Range(i == j ? 1 : 0) + jump * gradient[j];
    }
  }
  require((step.length - delay).nonnegative(), "not all solutions get there in time");
  if (is_one && !ends) image.generators = slope * image.generators;
  Box place = step.set.box();
  for (int i = 0; i < n_; ++i) {
    image.center[i] += step.length * (is_one && !ends ? after[i] : velocity[i]);
    place[i] = is_one ? place[i] + delay * (ends ? velocity[i] : before[i]) : step.box[i];
  }
  Surfaces surfaces = released;
  surfaces.insert(surfaces.end(), reached.begin(), reached.end());
  std::sort(surfaces.begin(), surfaces.end());
  const std::string kind = face_.sliding == step.face.sliding ? "crossing"
                           : face_.sliding.empty()            ? "sliding-entry"
                           : step.face.sliding.empty()        ? "sliding-exit"
                                                              : "sliding-change";
  const auto jumps = [&](int j) { return f_.map.jumps_across(j); };
  if (std::any_of(surfaces.begin(), surfaces.end(), jumps)) {
    const Range time = Range(step.t0) + Range(f_.direction) * delay;
    events.push_back({kind, surfaces, step.face, time, place});
  }
  face_ = step.face;
  for (const int j : surfaces) departing_[j] = face_.slides_on(j) ? 0 : 1;
  return image;
}

}  // namespace checker
