#include "event_window.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "right_uniqueness.hpp"

namespace filippov::detail {

namespace {

Face crossed(Face face, int surface) {
  signed char& side = face.signature[static_cast<std::size_t>(surface)];
  side = static_cast<signed char>(-side);
  return face;
}

Face joined(Face face, int surface) {
  face.sliding.insert(std::upper_bound(face.sliding.begin(), face.sliding.end(), surface), surface);
  return face;
}

Face released(Face face, int surface, int side) {
  face.sliding.erase(std::find(face.sliding.begin(), face.sliding.end(), surface));
  face.signature[static_cast<std::size_t>(surface)] = static_cast<signed char>(side);
  return face;
}

int side_of(const Face& face, int surface) {
  return face.signature[static_cast<std::size_t>(surface)];
}

/// Faces that may follow when `surface` is reached: the likeliest first.
std::vector<Face> candidates(const Face& face, int surface) {
  std::vector<Face> faces{crossed(face, surface), joined(face, surface)};
  for (const int k : face.sliding) {
    for (const int side : {1, -1}) {
      faces.push_back(crossed(released(face, k, side), surface));
      faces.push_back(joined(released(face, k, side), surface));
    }
  }
  for (const int k : face.sliding) {
    for (const int l : face.sliding) {
      if (l <= k) continue;
      for (const int sides : {0, 1, 2, 3}) {
        const Face one = released(face, k, sides % 2 == 0 ? 1 : -1);
        faces.push_back(crossed(released(one, l, sides < 2 ? 1 : -1), surface));
      }
    }
  }
  return faces;
}

/// Surfaces of `active` that are not slid on in `face`.
std::vector<int> left_behind(const std::vector<int>& active, const Face& face) {
  std::vector<int> left;
  for (const int j : active) {
    if (!face.slides_on(j)) left.push_back(j);
  }
  return left;
}

/// The surfaces of an event: those slid on, and the one reached.
std::vector<int> touched_by(const Face& face, const Monitor& monitor) {
  std::vector<int> touched = face.sliding;
  if (monitor.kind == Monitor::Kind::surface) {
    touched.insert(std::upper_bound(touched.begin(), touched.end(), monitor.surface),
                   monitor.surface);
  }
  return touched;
}

EventKind kind_of(const Face& before, const Face& after) {
  if (before.sliding == after.sliding) return EventKind::crossing;
  if (before.sliding.empty()) return EventKind::sliding_entry;
  return after.sliding.empty() ? EventKind::sliding_exit : EventKind::sliding_change;
}

std::string range(Interval x) { return fmt::format("[{:.4g}, {:.4g}]", x.lower(), x.upper()); }

}  // namespace

/// A window with what is known in it.
struct EventWindow::Setting {
  const TubeState& state;
  double end;
  Interval elapsed;          ///< [0, end - t], rounded outward
  Interval length;           ///< end - t
  Interval times;            ///< [t, end]
  std::vector<int> touched;  ///< surfaces that the box may meet
  Signature sides;           ///< 0 for those
  std::vector<double> center;
  Box start;
  Box box;
  Box velocity;  ///< contains F over the box
  /// Surfaces that do not matter on the old face, with their sides; 0 where that is not known.
  std::map<int, int> sides_now = {};
  std::vector<int> unknown = {};  ///< those with 0
  WindowResult failure = {};

  /// Gives a face that follows the sides of surfaces that did not matter before.
  void update(Face& face) const {
    for (const auto& [j, side] : sides_now) {
      if (side != 0) face.signature[static_cast<std::size_t>(j)] = static_cast<signed char>(side);
    }
  }
  /// `sides` from the old face, with those that are touched or not known open.
  void open_sides() {
    sides = state.face.signature;
    for (const auto& [j, side] : sides_now) {
      sides[static_cast<std::size_t>(j)] = static_cast<signed char>(side);
    }
    for (const int j : touched) sides[static_cast<std::size_t>(j)] = 0;
  }
};

/// What is common to the ways of reaching several surfaces.
struct EventWindow::Approach {
  Box velocity;
  std::vector<std::optional<Interval>> speed;  ///< towards each surface
  Face face;                                   ///< after all of them
};

EventWindow::EventWindow(FaceSystems& systems, SurfaceReading& surfaces, NodeReading& nodes)
    : systems_(systems), surfaces_(surfaces), nodes_(nodes) {}

const FaceSystem* EventWindow::system(const Face& face, const Setting& setting) {
  return systems_.find(face, setting.state.t, setting.center);
}

/// Y with start + [0, w] F(Y) in its interior, so that no solution gets to its boundary; the
/// surfaces that Y meets besides the known ones are added to `touched` unless every solution moves
/// away from them. Surfaces that do not matter on the old face may begin to: nobody has watched
/// them, so that their sides are those found here, or open.
bool EventWindow::enclose_box(Setting& setting) {
  const FilippovMap& map = systems_.map();
  const std::vector<int> live = systems_.live(setting.state.face);
  for (int j = 0; j < map.switch_count(); ++j) {
    if (std::binary_search(live.begin(), live.end(), j)) continue;
    setting.sides_now[j] = 0;
  }
  for (auto& [j, side] : setting.sides_now) {
    setting.open_sides();
    const Interval h = surfaces_.switching(j, setting.times, setting.start, setting.sides);
    side = certainly_positive(h) ? 1 : certainly_negative(h) ? -1 : 0;
  }
  // Each round opens a surface, or is the last.
  for (int round = 0; round <= map.switch_count(); ++round) {
    setting.open_sides();
    Box box = setting.start;
    bool found = false;
    for (int attempt = 0; attempt < 12 && !found; ++attempt) {
      setting.velocity = surfaces_.values(setting.times, box, setting.sides);
      if (setting.velocity.empty()) {
        setting.failure.reason = "the right-hand side is not defined around the event";
        return false;
      }
      found = attempt > 0;
      Box grown;
      for (std::size_t i = 0; i < box.size(); ++i) {
        const Interval needed = setting.start[i] + setting.elapsed * setting.velocity[i];
        if (!needed.is_bounded()) {
          setting.failure.reason = "the motion around the event could not be bounded";
          return false;
        }
        found = found && certainly_less(box[i].lower(), needed) &&
                certainly_less(needed, box[i].upper());
        const double margin = 0.1 * needed.width() + 1e-300;
        grown.push_back(needed + Interval(-margin, margin));
      }
      if (!found) box = std::move(grown);
    }
    if (!found) {
      setting.failure.reason = "the motion around the event could not be bounded";
      return false;
    }
    setting.box = box;
    if (!surfaces_.differentiable(setting.times, box, setting.sides)) {
      setting.failure.reason = "the right-hand side is not differentiable around the event";
      return false;
    }
    bool complete = true;
    setting.unknown.clear();
    for (int j = 0; j < map.switch_count(); ++j) {
      if (std::binary_search(setting.touched.begin(), setting.touched.end(), j)) continue;
      const Interval h = surfaces_.switching(j, setting.times, box, setting.sides);
      const auto now = setting.sides_now.find(j);
      if (now != setting.sides_now.end()) {
        int& side = now->second;
        if (side > 0 ? !certainly_positive(h) : side < 0 && !certainly_negative(h)) {
          side = 0;
          complete = false;
        }
        if (side == 0) setting.unknown.push_back(j);
        continue;
      }
      if (certainly_nonzero(h)) continue;
      if (setting.state.departing[static_cast<std::size_t>(j)] != 0) {
        const Interval rate = surfaces_.rate(j, setting.times, box, setting.sides);
        if (side_of(setting.state.face, j) > 0 ? certainly_positive(rate)
                                               : certainly_negative(rate)) {
          continue;
        }
      }
      setting.touched.insert(std::upper_bound(setting.touched.begin(), setting.touched.end(), j),
                             j);
      complete = false;
    }
    if (complete) return true;
  }
  setting.failure.reason = "the surfaces around the event could not be told";
  return false;
}

/// Empty if the sides of all surfaces that matter on the face are known.
std::string EventWindow::unknown_side(const Setting& setting, const Face& face) {
  const std::vector<int> live = systems_.live(face);
  for (const int j : setting.unknown) {
    if (!std::binary_search(live.begin(), live.end(), j)) continue;
    return fmt::format("the side of {} is not known", systems_.map().surface_name(j));
  }
  return {};
}

/// Empty if the motion on `face` is a solution over the box that leaves the surfaces `left`;
/// otherwise what is not proved. Multipliers are in [-1, 1] over the box; at a single time they
/// must be inside, so that they are in [-1, 1] for some time after it.
std::string EventWindow::face_holds(const Setting& setting, const Face& face,
                                    const FaceSystem& system, const std::vector<int>& left) {
  const auto multipliers = nodes_.over(system.multipliers, setting.times, setting.box);
  if (!multipliers) return "the sliding velocity is not determined";
  for (std::size_t k = 0; k < multipliers->size(); ++k) {
    const Interval u = (*multipliers)[k];
    if (setting.length.upper() > 0 ? Interval(-1, 1).contains(u)
                                   : certainly_less(-1, u) && certainly_less(u, 1)) {
      continue;
    }
    return fmt::format("the multiplier of {} is in {}",
                       systems_.map().surface_name(face.sliding[k]), range(u));
  }
  std::string unknown = unknown_side(setting, face);
  if (!unknown.empty()) return unknown;
  if (!system.weights.empty()) {
    const auto weights = nodes_.over(system.weights, setting.times, setting.box);
    if (!weights) return "the sliding velocity is not determined";
    for (const Interval w : *weights) {
      if (certainly_less(0, w) && certainly_less(w, 1)) continue;
      return fmt::format("a weight of the sliding velocity is in {}", range(w));
    }
    if (!surfaces_.independent(face.sliding, setting.times, setting.box, face.signature)) {
      return "the normals of the surfaces are not proved independent";
    }
  }
  for (const int j : left) {
    const auto rate = nodes_.over({systems_.rate(j, system)}, setting.times, setting.box);
    if (rate && (side_of(face, j) > 0 ? certainly_positive(rate->front())
                                      : certainly_negative(rate->front()))) {
      continue;
    }
    return fmt::format("the velocity away from {} is in {}", systems_.map().surface_name(j),
                       rate ? range(rate->front()) : "nothing bounded");
  }
  return {};
}

/// The box meets no other surfaces than these.
bool EventWindow::only(const Setting& setting, const std::vector<int>& active,
                       WindowResult& result) {
  if (setting.touched == active) return true;
  result.several = true;
  result.touched = setting.touched;
  result.reason = "several surfaces are met at once:";
  for (const int j : setting.touched) result.reason += " " + systems_.map().surface_name(j);
  return false;
}

bool EventWindow::finish(WindowResult& result, const Setting& setting, const IntervalVector& move,
                         const SmallIntervalMatrix& slope, const Face& face,
                         const std::vector<int>& departing) {
  result.state = setting.state;
  result.state.t = setting.end;
  result.state.face = face;
  result.box = setting.box;
  for (const int j : departing) result.state.departing[static_cast<std::size_t>(j)] = 1;
  for (const int j : face.sliding) result.state.departing[static_cast<std::size_t>(j)] = 0;
  result.passed = result.state.set.map(move, slope);
  if (!result.passed) result.reason = "the state after the event is not bounded";
  return result.passed;
}

/// With nothing known of the motion but the velocities: x(t_b) = x(t_a) + w v.
bool EventWindow::finish_within(WindowResult& result, const Setting& setting, const Box& velocity,
                                const Face& face, const std::vector<int>& departing) {
  const std::size_t n = setting.start.size();
  IntervalVector move(n);
  SmallIntervalMatrix slope(static_cast<int>(n), static_cast<int>(n));
  for (std::size_t i = 0; i < n; ++i) {
    move[i] = UpwardInterval(setting.length * velocity[i]);
    slope(static_cast<int>(i), static_cast<int>(i)) = UpwardInterval(1.0);
  }
  return finish(result, setting, move, slope, face, departing);
}

EventWindow::Setting EventWindow::setting(const TubeState& state, double end,
                                          std::vector<int> touched) {
  Setting setting{.state = state,
                  .end = end,
                  .elapsed = {},
                  .length = (Interval(end) - Interval(state.t)) * Interval(systems_.direction()),
                  .times = hull(Interval(state.t), end),
                  .touched = std::move(touched),
                  .sides = {},
                  .center = state.set.center(),
                  .start = {},
                  .box = {},
                  .velocity = {}};
  setting.elapsed = hull(Interval(0), setting.length);
  for (const UpwardInterval& entry : state.set.hull()) setting.start.push_back(entry.interval());
  return setting;
}

WindowResult EventWindow::pass(const TubeState& state, const PendingEvent& pending, double end) {
  const int j = pending.monitor.surface;
  Setting setting = this->setting(state, end, touched_by(state.face, pending.monitor));
  if (!enclose_box(setting)) return setting.failure;
  switch (pending.monitor.kind) {
    case Monitor::Kind::surface:
      return reach_surface(setting, j);
    case Monitor::Kind::upper_exit:
      return leave_sliding(setting, j, 1);
    case Monitor::Kind::lower_exit:
      return leave_sliding(setting, j, -1);
    case Monitor::Kind::stability:
      break;
  }
  return setting.failure;
}

WindowResult EventWindow::reach_surface(const Setting& setting, int j) {
  WindowResult result;
  const Face& face = setting.state.face;
  const std::string surface = systems_.map().surface_name(j);
  const FaceSystem* const before = system(face, setting);
  const NodeId h = systems_.switching(j, face.signature);
  std::vector<NodeId> wanted = before->field;
  wanted.push_back(systems_.rate(j, *before));
  const auto old_field = nodes_.over(wanted, setting.times, setting.box);
  std::vector<Interval> gradient;
  const auto height = nodes_.over(h, setting.state.t, setting.state.set, &gradient);
  const auto center_height = nodes_.at_center(h, setting.state.t, setting.state.set);
  if (!old_field || !height || !center_height) {
    result.reason = fmt::format("at the surface {} the field is not bounded", surface);
    return result;
  }
  const Interval rate = old_field->back();
  const int side = side_of(face, j);
  if (!(side > 0 ? certainly_negative(rate) : certainly_positive(rate))) {
    result.reason = fmt::format(
        "the surface {} is met with a normal velocity in {}: touched or crossed is not decided",
        surface, range(rate));
    return result;
  }
  // |h| at the start of the window; its sign is known.
  const Interval distance = max(0, side > 0 ? *height : -*height);
  const Interval delay = distance / abs(rate);
  if (!certainly_less_equal(delay, setting.length.lower())) {
    result.too_short = true;
    result.needed = delay.upper();
    result.reason = fmt::format("the surface {} is not reached by all solutions", surface);
    return result;
  }

  std::vector<int> active = face.sliding;
  active.insert(std::upper_bound(active.begin(), active.end(), j), j);
  if (!only(setting, active, result)) return result;
  result.reason = face_holds(setting, face, *before, {});
  if (!result.reason.empty()) return result;
  std::string reasons;
  for (Face after : candidates(face, j)) {
    setting.update(after);
    const FaceSystem* const next = system(after, setting);
    const std::vector<int> left = left_behind(active, after);
    const std::string reason = next ? face_holds(setting, after, *next, left) : systems_.why_not();
    if (!reason.empty()) {
      if (reasons.size() < 300) reasons += (reasons.empty() ? "" : "; ") + reason;
      continue;
    }
    Uniqueness unique = right_uniqueness(surfaces_, systems_.map(), setting.times, setting.box,
                                         setting.touched, setting.sides);
    if (!unique.proved && !after.slides_on(j)) {
      const Uniqueness crosses =
          crosses_while_sliding(surfaces_, systems_.map(), setting.times, setting.box, face.sliding,
                                j, after, setting.sides);
      unique.proved = crosses.proved;
      if (!crosses.proved) unique.reason += "; " + crosses.reason;
    }
    if (!unique.proved) {
      result.reason = unique.reason;
      return result;
    }
    const auto new_field = nodes_.over(next->field, setting.times, setting.box);
    if (!new_field) break;
    const std::size_t n = setting.start.size();
    IntervalVector move(n);
    SmallIntervalMatrix slope(static_cast<int>(n), static_cast<int>(n));
    for (std::size_t i = 0; i < n; ++i) {
      const Interval jump = ((*new_field)[i] - (*old_field)[i]) / rate;
      move[i] =
          UpwardInterval(setting.length * (*new_field)[i]) + UpwardInterval(*center_height * jump);
      for (std::size_t k = 0; k < n; ++k) {
        const Interval entry = jump * gradient[k] + Interval(i == k ? 1 : 0);
        slope(static_cast<int>(i), static_cast<int>(k)) = UpwardInterval(entry);
      }
    }
    result.event.kind = kind_of(face, after);
    result.event.surfaces = {j};
    for (const int k : left) {
      if (face.slides_on(k)) result.event.surfaces.push_back(k);
    }
    std::sort(result.event.surfaces.begin(), result.event.surfaces.end());
    result.event.sliding = after.sliding;
    result.event.signature = after.signature;
    const Interval moment = systems_.direction() > 0 ? Interval(setting.state.t) + delay
                                                     : Interval(setting.state.t) - delay;
    result.event.window = intersect(moment, setting.times).value_or(setting.times);
    for (std::size_t i = 0; i < n; ++i) {
      const Interval state = setting.start[i] + delay * (*old_field)[i];
      result.event.box.push_back(intersect(state, setting.box[i]).value_or(setting.box[i]));
    }
    finish(result, setting, move, slope, after, left);
    return result;
  }
  result.reason =
      fmt::format("what follows at the surface {} is not decided: {}", surface, reasons);
  return result;
}

/// At the end of the window solutions still slide, but both fields point away from the surface.
///
/// `away`, `opposite`: the normal velocities towards one side, of the fields on that side and on
/// the other. While away * opposite <= 0, some element of F is tangent to the surface, so that by
/// Nagumo's theorem for upper semicontinuous convex values a solution stays on it (Aubin & Cellina
/// 1984, ch. 4). Where at last away > 0 > opposite, it is one of at least three.
bool EventWindow::loses_stability(const Setting& setting, NodeId away, NodeId opposite,
                                  const FaceSystem& slides) {
  Graph& graph = *systems_.graph();
  if (!systems_.disturbance().empty()) return false;
  const auto product = nodes_.over({graph.multiply(away, opposite)}, setting.times, setting.box);
  const auto velocity = nodes_.over(slides.field, setting.times, setting.box);
  if (!product || !velocity || product->front().upper() > 0) return false;
  Box end;
  for (std::size_t i = 0; i < setting.start.size(); ++i) {
    end.push_back(setting.start[i] + setting.length * (*velocity)[i]);
  }
  const auto rates = nodes_.over({away, opposite}, setting.end, end);
  return rates && certainly_positive((*rates)[0]) && certainly_negative((*rates)[1]);
}

/// Sliding on `surface` ends towards `side`. On the face that leaves it, r = side dh/dtau is
/// negative before and positive after; it is proved to grow along the motion, so that it passes 0
/// once, and the solutions slide until then and leave from then on. Before and after, the velocity
/// is that of one of the two faces, which agree at the exit.
///
/// Under a disturbance r may pass 0 often: then only what is opposite is proved to push towards
/// `side` throughout, so that the solutions slide or are on that side, and r to be positive in the
/// end, so that they leave or have left.
WindowResult EventWindow::leave_sliding(const Setting& setting, int surface, int side) {
  WindowResult result;
  const Face& face = setting.state.face;
  const std::string name = systems_.map().surface_name(surface);
  Face after = released(face, surface, side);
  Face opposite = released(face, surface, -side);
  setting.update(after);
  setting.update(opposite);
  const FaceSystem* const slides = system(face, setting);
  const FaceSystem* const leaves = system(after, setting);
  const FaceSystem* const other = system(opposite, setting);
  if (!leaves || !other) {
    result.reason = systems_.why_not();
    return result;
  }
  if (!only(setting, face.sliding, result)) return result;
  for (const Face& beside : {after, opposite}) {
    result.reason = unknown_side(setting, beside);
    if (!result.reason.empty()) return result;
  }
  const NodeId rate = side > 0 ? systems_.rate(surface, *leaves)
                               : systems_.graph()->negate(systems_.rate(surface, *leaves));
  const NodeId other_rate = side > 0 ? systems_.rate(surface, *other)
                                     : systems_.graph()->negate(systems_.rate(surface, *other));
  std::vector<NodeId> wanted{rate, other_rate, systems_.derivative_along(rate, slides->field),
                             systems_.derivative_along(rate, leaves->field)};
  const auto rates = nodes_.over(wanted, setting.times, setting.box);
  const auto at_start = nodes_.over(rate, setting.state.t, setting.state.set);
  if (!rates || !at_start) {
    result.reason = fmt::format("at the end of sliding on {} the field is not bounded", name);
    return result;
  }
  if (!certainly_less((*rates)[0], (*rates)[1]) || !certainly_positive((*rates)[1])) {
    if (face.sliding.size() == 1 && loses_stability(setting, rate, other_rate, *slides)) {
      result.refuted = true;
      result.reason = fmt::format(
          "branching: from sliding on {}, which repels by then, solutions "
          "leave on both sides",
          name);
      return result;
    }
    result.reason =
        fmt::format("sliding on {} loses its attraction: the normal velocities are in {} and {}",
                    name, range((*rates)[0]), range((*rates)[1]));
    return result;
  }
  const bool disturbed = !systems_.disturbance().empty();
  const Interval growth = disturbed ? Interval(1) : hull((*rates)[2], (*rates)[3]);
  if (!certainly_positive(growth)) {
    result.reason = fmt::format(
        "the end of sliding on {} is not transversal: the normal velocity grows at a rate in {}",
        name, range(growth));
    return result;
  }
  const Interval delay = disturbed ? setting.elapsed : max(0, -*at_start) / growth;
  if (!disturbed && !certainly_less(delay, setting.length.lower())) {
    result.too_short = true;
    result.needed = delay.upper();
    result.reason = fmt::format("not all solutions stop sliding on {}", name);
    return result;
  }
  const std::string reason = face_holds(setting, after, *leaves, {});
  if (!reason.empty()) {
    result.reason = fmt::format("after sliding on {}: {}", name, reason);
    return result;
  }
  // While it still slides the other multipliers are in their range, too; its own is, as r < 0.
  const auto multipliers = nodes_.over(slides->multipliers, setting.times, setting.box);
  for (std::size_t k = 0; k < face.sliding.size(); ++k) {
    if (face.sliding[k] == surface) continue;
    if (multipliers && Interval(-1, 1).contains((*multipliers)[k])) continue;
    result.reason = fmt::format("sliding on {} ends while another multiplier is at its end", name);
    return result;
  }
  const Uniqueness unique = right_uniqueness(surfaces_, systems_.map(), setting.times, setting.box,
                                             setting.touched, setting.sides);
  if (!unique.proved) {
    result.reason = unique.reason;
    return result;
  }
  const auto old_field = nodes_.over(slides->field, setting.times, setting.box);
  const auto new_field = nodes_.over(leaves->field, setting.times, setting.box);
  if (!old_field || !new_field) {
    result.reason = fmt::format("at the end of sliding on {} the field is not bounded", name);
    return result;
  }
  const std::size_t n = setting.start.size();
  IntervalVector move(n);
  SmallIntervalMatrix slope(static_cast<int>(n), static_cast<int>(n));
  for (std::size_t i = 0; i < n; ++i) {
    const Interval velocity = hull((*old_field)[i], (*new_field)[i]);
    move[i] = UpwardInterval(setting.length * velocity);
    slope(static_cast<int>(i), static_cast<int>(i)) = UpwardInterval(1.0);
    result.event.box.push_back(setting.start[i] + delay * velocity);
  }
  result.event.kind = kind_of(face, after);
  result.event.surfaces = {surface};
  result.event.sliding = after.sliding;
  result.event.signature = after.signature;
  const Interval moment = systems_.direction() > 0 ? Interval(setting.state.t) + delay
                                                   : Interval(setting.state.t) - delay;
  result.event.window = intersect(moment, setting.times).value_or(setting.times);
  if (!finish(result, setting, move, slope, after, {surface})) return result;
  // What follows needs to see that the surface is being left.
  const auto at_end = nodes_.over(rate, result.state.t, result.state.set);
  if (!at_end || !certainly_positive(*at_end)) {
    result.passed = false;
    result.too_short = true;
    result.needed = 4 * setting.length.upper();
    result.reason = fmt::format("after sliding on {} the velocity away from it is in {}", name,
                                at_end ? range(*at_end) : "nothing bounded");
  }
  return result;
}

/// Whatever the order in which the surfaces are reached: after each subset of them there is a face,
/// on which the others are approached. By right uniqueness the solution follows one of these
/// sequences of faces, and all end on the same.
WindowResult EventWindow::reach_together(const TubeState& state, const std::vector<int>& touched,
                                         double end) {
  Setting setting = this->setting(state, end, touched);
  if (!enclose_box(setting)) return setting.failure;
  const Face& face = state.face;
  const std::vector<int> reached = left_behind(setting.touched, face);
  WindowResult result;
  constexpr std::size_t most = 4;
  if (reached.size() > most) {
    result.reason = "many surfaces are met at once";
    return result;
  }
  const unsigned subsets = 1U << reached.size();
  std::string reasons;
  for (unsigned joins = 0; joins < subsets && !result.passed; ++joins) {
    Approach approach;
    std::string reason;
    for (unsigned done = 0; done < subsets && reason.empty(); ++done) {
      reason = approach_after(setting, reached, joins, done, approach);
    }
    if (!reason.empty()) {
      if (reasons.size() < 300) reasons += (reasons.empty() ? "" : "; ") + reason;
      continue;
    }
    Interval delay(0);
    for (std::size_t k = 0; k < reached.size(); ++k) {
      const auto height =
          nodes_.over(systems_.switching(reached[k], face.signature), state.t, state.set);
      if (!height) return setting.failure;
      delay = hull(delay, abs(*height) / *approach.speed[k]);
    }
    if (!certainly_less_equal(delay, setting.length.lower())) {
      result.too_short = true;
      result.needed = delay.upper();
      result.reason = "several surfaces are not reached by all solutions";
      return result;
    }
    const Uniqueness unique = right_uniqueness(surfaces_, systems_.map(), setting.times,
                                               setting.box, setting.touched, setting.sides);
    if (!unique.proved) {
      result.reason = unique.reason;
      return result;
    }
    result.event.kind = kind_of(face, approach.face);
    result.event.surfaces = reached;
    result.event.sliding = approach.face.sliding;
    result.event.signature = approach.face.signature;
    const Interval moment =
        systems_.direction() > 0 ? Interval(state.t) + delay : Interval(state.t) - delay;
    result.event.window = intersect(moment, setting.times).value_or(setting.times);
    result.event.box = setting.box;
    finish_within(result, setting, approach.velocity, approach.face,
                  left_behind(setting.touched, approach.face));
    return result;
  }
  result.reason = "several surfaces are met at once and what follows is not decided: " + reasons;
  return result;
}

/// The face after the surfaces `reached` with bits in `done` have been reached: those with bits in
/// `joins` are slid on from then on, the others crossed. Empty if it carries solutions, on which
/// the other surfaces are approached; otherwise what is not proved.
std::string EventWindow::approach_after(const Setting& setting, const std::vector<int>& reached,
                                        unsigned joins, unsigned done, Approach& approach) {
  Face face = setting.state.face;
  std::vector<int> left;
  for (std::size_t k = 0; k < reached.size(); ++k) {
    if ((done >> k & 1U) == 0) continue;
    const bool join = (joins >> k & 1U) != 0;
    face = join ? joined(face, reached[k]) : crossed(face, reached[k]);
    if (!join) left.push_back(reached[k]);
  }
  if (done != 0) setting.update(face);
  const FaceSystem* const motion = system(face, setting);
  if (!motion) return systems_.why_not();
  std::string reason = face_holds(setting, face, *motion, left);
  if (!reason.empty()) return reason;
  const auto velocity = nodes_.over(motion->field, setting.times, setting.box);
  if (!velocity) return "the field is not bounded";
  approach.velocity = approach.velocity.empty() ? *velocity : approach.velocity;
  for (std::size_t i = 0; i < velocity->size(); ++i) {
    approach.velocity[i] = hull(approach.velocity[i], (*velocity)[i]);
  }
  approach.speed.resize(reached.size());
  for (std::size_t k = 0; k < reached.size(); ++k) {
    if ((done >> k & 1U) != 0) continue;
    const int side = side_of(setting.state.face, reached[k]);
    const auto rate = nodes_.over({systems_.rate(reached[k], *motion)}, setting.times, setting.box);
    const Interval speed = !rate ? Interval::entire() : side > 0 ? -rate->front() : rate->front();
    if (!certainly_positive(speed)) {
      return fmt::format("the velocity towards {} is in {}",
                         systems_.map().surface_name(reached[k]), range(speed));
    }
    approach.speed[k] = approach.speed[k] ? hull(*approach.speed[k], speed) : speed;
  }
  approach.face = std::move(face);
  return {};
}

WindowResult EventWindow::end_within(const TubeState& state, const PendingEvent& pending,
                                     double end) {
  Setting setting = this->setting(state, end, touched_by(state.face, pending.monitor));
  if (!enclose_box(setting)) return setting.failure;
  WindowResult result;
  // A surface that did not matter may begin to, and be crossed, before the end.
  std::vector<int> touched = setting.touched;
  touched.insert(touched.end(), setting.unknown.begin(), setting.unknown.end());
  const Uniqueness unique = right_uniqueness(surfaces_, systems_.map(), setting.times, setting.box,
                                             touched, setting.sides);
  if (!unique.proved) {
    result.reason = unique.reason;
    return result;
  }
  finish_within(result, setting, setting.velocity, state.face, {});
  return result;
}

std::string EventWindow::start_on(const Face& face, const std::vector<int>& left,
                                  const TubeState& state, const Box& box) {
  Setting setting = this->setting(state, state.t, {});
  setting.box = box;
  const FaceSystem* const motion = system(face, setting);
  if (!motion) return systems_.why_not();
  if (!nodes_.over(motion->field, setting.times, box)) return "the field is not defined there";
  return face_holds(setting, face, *motion, left);
}

/// From either side, every solution reaches the surface with a velocity of one sign there: it goes
/// to one side of it (both velocities of that sign) or stays on it (they oppose each other).
WindowResult EventWindow::start_across(int surface, const TubeState& state, double end) {
  WindowResult result;
  Setting setting = this->setting(state, end, {surface});
  if (!enclose_box(setting)) return setting.failure;
  if (!only(setting, {surface}, result)) return result;
  const auto rate = [&](int side) {
    Signature sides = setting.sides;
    sides[static_cast<std::size_t>(surface)] = static_cast<signed char>(side);
    return surfaces_.rate(surface, setting.times, setting.box, sides);
  };
  const Interval below = rate(-1);
  const Interval above = rate(1);
  const Interval height = surfaces_.switching(surface, state.t, setting.start, setting.sides);
  Interval delay(0);  // of the states that have a way to go
  Face after = state.face;
  if (certainly_positive(below) && certainly_negative(above)) {
    after = joined(after, surface);
    delay = hull(Interval(0), abs(height) / hull(below, -above));
  } else if (certainly_positive(below) && certainly_positive(above)) {
    after.signature[static_cast<std::size_t>(surface)] = 1;
    delay = hull(Interval(0), max(0, -height) / below);
  } else if (certainly_negative(below) && certainly_negative(above)) {
    after.signature[static_cast<std::size_t>(surface)] = -1;
    delay = hull(Interval(0), max(0, height) / -above);
  } else {
    result.reason =
        fmt::format("the normal velocities are in {} and {}", range(below), range(above));
    return result;
  }
  if (!certainly_less_equal(delay, setting.length.lower())) {
    result.too_short = true;
    result.needed = delay.upper();
    result.reason = "not all solutions get to it in time";
    return result;
  }
  setting.update(after);
  const FaceSystem* const next = system(after, setting);
  result.reason = next ? face_holds(setting, after, *next, {}) : systems_.why_not();
  if (!result.reason.empty()) return result;
  result.event.kind = kind_of(state.face, after);
  result.event.surfaces = {surface};
  result.event.sliding = after.sliding;
  result.event.signature = after.signature;
  result.event.window =
      systems_.direction() > 0 ? Interval(state.t) + delay : Interval(state.t) - delay;
  result.event.box = setting.box;
  finish_within(result, setting, setting.velocity, after, left_behind({surface}, after));
  return result;
}

}  // namespace filippov::detail
