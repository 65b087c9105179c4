#pragma once

#include "certificate/separation.hpp"
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

/// Solutions that slide on surfaces cross one more, c, even one that drives them apart, and stay on
/// some of the first and leave others. None leaves those kept: all fields lead to them; or they are
/// planes, none is left, and jumps towards them along their normals outweigh what else the fields
/// before and behind c have along these, as on both sides they can slide (`pass`). So the speeds
/// r_b of solutions along the normals of those kept vanish, and multiples of r_b may be added to
/// what follows. Along the normal of one that is left, to its side, the speed r_a is negative there
/// before c, positive on the other side, where none gets, and behind c. Across c it is greater than
/// sum z_a r_a, z_a >= 0: c's height less z_a times theirs grows, so behind c all are left.
inline bool crosses_while_sliding(Tube& at, const Step& step, const Signature& sides) {
  Inclusion& f = at.f;
  const Surfaces met = f.open(sides);
  Surfaces kept, left, crossed;
  for (const int j : met)
    (at.face[j] != 0 ? crossed : step.face[j] != 0 ? left : kept).push_back(j);
  const auto depends = [&](int j) { return f.map.depends_on_signs(j); };
  if (crossed.size() != 1 || met.size() < 2 || met.size() > 7 ||
      step.face[crossed[0]] != -at.face[crossed[0]] || std::ranges::any_of(met, depends))
    return false;
  const int c = crossed[0];
  const bool jumps_inward =
      left.empty() && f.map.is_affine(met) && std::ranges::all_of(kept, [&](int b) {
        const NodeId h = f.surface(b);
        return f.are_constant(f.slopes(h), sides) && f.map.jumps_along_normal(b) &&
               f.over_modes(f.along(h, f.jump(b)), sides, step.place).nonnegative();
      });
  std::vector<Box> across;
  std::map<std::pair<int, int>, std::vector<Box>> along;
  for (unsigned choice = 0; choice < 1U << met.size(); ++choice) {
    Signature mode = sides;
    for (std::size_t k = 0; k < met.size(); ++k) mode[met[k]] = (choice >> k & 1U) != 0 ? 1 : -1;
    const auto speed = [&](int j) {
      return f.over(f.rate(f.surface(j), f.field), mode, step.place);
    };
    Box rest(1);
    for (const int b : kept) {
      rest.push_back(speed(b));
      if (!jumps_inward && rest.back().sign() != -mode[b]) return false;
    }
    const auto row = [&](const Range& first) { return rest[0] = first, rest; };
    across.push_back(row(Range(step.face[c]) * speed(c)));
    for (const int a : left) {
      const Range away = Range(step.face[a]) * speed(a);
      across.back().push_back(-away);
      const bool above = mode[a] == step.face[a], behind = mode[c] == step.face[c];
      if (above && !behind) along[{a, 0}].push_back(row(-away));
      if (!above) along[{a, 1}].push_back(row(away));
      if (behind) along[{a, 2}].push_back(row(away));
    }
  }
  for (const int way : {1, -1}) require_unique(f, with(sides, c, way), step.place, false);
  const auto is_positive = [&](const auto& rows) { return separated(rows.second, kept.size()); };
  return separated(across, kept.size()) && std::ranges::all_of(along, is_positive);
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
