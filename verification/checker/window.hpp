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
    require(before[j] != after[j], "it does not cross ", f.map.surface_name(j));
    reached.push_back(j);
    triggers.push_back(f.scaled(-before[j], f.surface(j)));
  }
  const auto depends = [&](int j) { return f.map.depends_on_signs(j); };
  require(reached.size() < 2 || (reached.size() < 7 && std::ranges::none_of(reached, depends)),
          "too many surfaces are met at once, or such as change with others");
  for (std::size_t j = 0; j < sides.size(); ++j)
    if (sides[j] != 0) before[j] = sides[j];
  // Sliding ends where a weight vanishes, that of the side which is not left.
  const bool ends = reached.empty();
  std::size_t vanishing = -1;
  if (ends) {
    require(changed.size() == 1, "no surface is left or reached");
    reached = changed;
    const int j = changed[0];
    vanishing = 2 * std::ranges::count_if(f.open(before), [j](int i) { return i < j; });
    vanishing += after[j] > 0 ? 0 : 1;
    const NodeId away = f.rate(f.surface(j), motion_on(f, after, step.place).field);
    triggers = {f.scaled(after[j], away)};
  }
  Box speeds(triggers.size()), velocity, first, last;
  const unsigned all = (1U << triggers.size()) - 1;
  for (unsigned done = 0; done <= all; ++done) {
    const auto is_done = [done](std::size_t k) { return (done >> k & 1U) != 0; };
    Face face = done == all ? after : before;
    for (std::size_t k = 0; k < reached.size(); ++k)
      if (is_done(k)) face[reached[k]] = after[reached[k]];
    const Motion moving = motion_on(f, face, step.place);
    const Box weights = f.over(moving.weights, face, step.place);
    for (std::size_t k = 0; k < weights.size(); ++k)
      require(weights[k].positive() ||
                  (moving.is_affine && (weights[k].nonnegative() || (done == 0 && k == vanishing))),
              "the sliding velocity is not proved to be in F: ", weights[k]);
    last = f.over(moving.field, face, step.place);
    if (done == 0) first = velocity = last;
    for (int i = 0; i < f.n; ++i) velocity[i] = hull(velocity[i], last[i]);
    const auto speed = [&](NodeId node) {
      return f.over(f.rate(node, moving.field), face, step.place);
    };
    for (std::size_t k = 0; k < triggers.size(); ++k) {
      if (is_done(k) && after[reached[k]] == 0) continue;
      const Range approach = speed(triggers[k]);
      require(approach.positive(), "a surface is approached with a speed in ", approach);
      if (!is_done(k)) speeds[k] = done == 0 ? approach : hull(speeds[k], approach);
    }
    for (const int j : ends || done != all ? Surfaces{} : changed)
      require(before[j] != 0 || speed(f.surface(j)).sign() == after[j], "it does not leave ",
              f.map.surface_name(j));
  }
  const bool is_one = triggers.size() == 1;
  Set image = at.set;
  Range delay;
  for (std::size_t k = 0; k < triggers.size(); ++k) {
    const Face& face = ends ? after : before;
    const Box gradient = f.over(f.slopes(triggers[k]), face, at.now());
    const Range height = f.over(triggers[k], face, {at.t, at.set.center});
    const Range wait = at_least_zero(-height - at.set.spread(gradient)) / speeds[k];
    delay = is_one ? wait : hull(delay, wait);
    if (!is_one || ends) continue;
    // x(t1) = x(t0) + q v1 + (w - q) v2, q = -h / h'
    Box jump = last;
    add_product(jump, first, -1);
    add_product(image.center, jump, height / speeds[0]);
    for (Box& column : image.columns) add_product(column, jump, dot(gradient, column) / speeds[0]);
  }
  require((step.length - delay).nonnegative(), "not all solutions get there in time");
  add_product(image.center, is_one && !ends ? last : velocity, step.length);
  Box place = is_one ? at.set.box() : step.place.x;
  if (is_one) add_product(place, ends ? velocity : first, delay);
  const Surfaces from = f.open(before), to = f.open(after);
  const std::string how = from.empty() ? "entry" : to.empty() ? "exit" : "change";
  const std::string kind = from == to ? "crossing" : "sliding-" + how;
  const nlohmann::json what{{"kind", kind}, {"surfaces", changed}, {"face", after}};
  if (at.across < 0 && std::ranges::any_of(changed, [&](int j) { return f.map.jumps_across(j); }))
    at.happen(what, at.t + Range(f.direction) * delay, place);
  at.face = after;
  for (const int j : changed) after[j] != 0 ? at.departing.insert(j).second : at.departing.erase(j);
  return image;
}

/// Solutions that slide on one surface cross another, even one that drives them apart, where they
/// stay on the first or leave it; with speeds r of the fields in the four modes along the normal of
/// the first and q across the second, q / |r| of any with r > 0 and of any with r < 0 have a
/// positive sum. Where all fields lead to the first, none leaves it, and means that are tangent to
/// it have q > 0. To leave it above (say), r < 0 only before the second and above; in the other
/// three also q > 0. Then none gets below, and with some z > 0 the second height less z times the
/// first grows along all solutions: behind the second there is only the way above.
inline bool crosses_while_sliding(Tube& at, const Step& step, const Signature& sides) {
  Inclusion& f = at.f;
  const Surfaces met = f.open(sides);
  if (met.size() != 2 || (at.face[met[0]] == 0) == (at.face[met[1]] == 0)) return false;
  const int held = met[at.face[met[0]] != 0], crossed = met[at.face[met[0]] == 0];
  const int side = step.face[crossed], left = step.face[held];
  if (side == 0 || f.map.depends_on_signs(held) || f.map.depends_on_signs(crossed)) return false;
  std::map<int, Range> quotients;  // by the sign of r
  for (const int a : {1, -1}) {
    for (const int c : {1, -1}) {
      const Signature mode = with(with(sides, held, a), crossed, c);
      const auto speed = [&](int j) {
        return f.over(f.rate(f.surface(j), f.field), mode, step.place);
      };
      const Range r = speed(held), q = Range(side) * speed(crossed);
      const int sign = left == 0 || (a == left && c != side) ? -a : left;
      if (r.sign() != sign || (sign == left && !q.positive())) return false;
      const Range quotient = q / magnitude(r);
      quotients[sign] = quotients.contains(sign) ? hull(quotients[sign], quotient) : quotient;
      if (a > 0) require_unique(f, with(sides, crossed, c), step.place, false);
    }
  }
  return (quotients[1] + quotients[-1]).positive();
}

/// A short time in which solutions stay in a small box that surfaces pass through.
inline Set window(Tube& at, const Step& step, bool is_last) {
  Inclusion& f = at.f;
  const Signature sides = f.sides_over(step.place);
  const Set image = at.drift(step, f.over(f.field, sides, step.place));
  const Surfaces known = f.map.live_switches(at.face);
  for (const int j : f.map.live_switches(sides))
    require(sides[j] != 0   ? step.face[j] == sides[j]
            : at.across < 0 ? std::ranges::binary_search(known, j)
                            : j == at.across,
            "the side of ", f.map.surface_name(j), " is not known, or another");
  if (at.across >= 0 || !crosses_while_sliding(at, step, sides))
    require_unique(f, sides, step.place, false);
  if (at.across < 0) {
    if (!is_last || step.face != at.face) return pass(at, step, sides);
    at.face = above(at.face);  // wherever in an event they are at the final time
    return image;
  }
  for (const int side : {1, -1}) {  // from each that it does not end on
    if (step.face[at.across] == side) continue;
    at.face = with(sides, at.across, side);
    pass(at, step, sides);
  }
  at.across = -1;
  return image;
}

}  // namespace checker
