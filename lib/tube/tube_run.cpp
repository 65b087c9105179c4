#include "tube_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <tuple>

#include "right_uniqueness.hpp"

namespace filippov::detail {

namespace {

std::vector<Interval> intervals(const IntervalVector& box) {
  std::vector<Interval> result;
  for (const UpwardInterval& entry : box) result.push_back(entry.interval());
  return result;
}

/// |to - from|, rounded upward.
double time_between(double from, double to) { return (Interval(to) - Interval(from)).magnitude(); }

double spacing(double t) { return std::max(std::abs(t) * 0x1p-52, 0x1p-60); }

}  // namespace

TubeFormulas::TubeFormulas(const FilippovMap& map, double direction,
                           const std::vector<double>& disturbance, const EnclosureOptions& options)
    : systems(map, direction),
      disturbed(map, direction, disturbance),
      surfaces(map, direction, disturbed.disturbance()),
      nodes(systems),
      disturbed_nodes(disturbed),
      window(disturbed, surfaces, disturbed_nodes),
      order(options.order),
      room_for_checker(options.room_for_checker),
      exponentials(options.exponentials) {}

TubeRun::TubeRun(const FilippovMap& map, const EnclosureProblem& problem,
                 const EnclosureOptions& options, TubeFormulas& formulas)
    : map_(map),
      problem_(problem),
      options_(options),
      systems_(formulas.systems),
      disturbed_(formulas.disturbed),
      surfaces_(formulas.surfaces),
      nodes_(formulas.nodes),
      disturbed_nodes_(formulas.disturbed_nodes),
      window_(formulas.window),
      flows_(formulas.flows) {
  for (auto& [face, watched] : flows_) watched.stride = 0;
  tube_.status = TubeStatus::stopped;
  for (int j = 0; j < map.switch_count(); ++j) tube_.surface_names.push_back(map.surface_name(j));
}

Tube TubeRun::run() {
  state_.t = problem_.t0;
  state_.set = AffineSet(problem_.x0);
  state_.departing.assign(static_cast<std::size_t>(map_.switch_count()), 0);
  tube_.t = problem_.t0;
  tube_.box = problem_.x0;
  tube_.x0 = problem_.x0;
  tube_.uniqueness = {Proof::certified, {}};
  if (!start()) return tube_;
  for (long steps = 0; !arrived(); ++steps) {
    if (steps >= options_.max_steps) {
      stop(fmt::format("the maximum of {} steps was reached", options_.max_steps));
      return tube_;
    }
    if (static_cast<long>(tube_.events.size()) > options_.max_events) {
      stop(fmt::format("the maximum of {} events was reached{}", options_.max_events, gathering()));
      return tube_;
    }
    const bool goes_on = advance();
    tube_.t = state_.t;
    tube_.box = intervals(state_.set.hull());
    if (!goes_on) return tube_;
  }
  tube_.t = state_.t;
  tube_.status = TubeStatus::finished;
  tube_.message = "the final time was reached";
  return tube_;
}

std::string TubeRun::place() const { return fmt::format("t = {:.10g}", state_.t); }

/// Whether the last events came faster and faster, at distances that became negligible.
std::string TubeRun::gathering() const {
  const std::size_t count = tube_.events.size();
  const auto time = [&](std::size_t i) { return tube_.events[i].window.midpoint(); };
  constexpr int few = 6;
  int shrinking = 0;
  for (std::size_t i = 2; i < count; ++i) {
    const double gap = std::abs(time(i) - time(i - 1));
    shrinking = gap < 0.9 * std::abs(time(i - 1) - time(i - 2)) ? shrinking + 1 : 0;
    if (shrinking >= few && gap < 1e-6 * std::abs(time(i) - problem_.t0)) {
      return fmt::format("; the events seem to accumulate at t = {:.8g}", time(count - 1));
    }
  }
  return {};
}

bool TubeRun::stop(const std::string& reason) {
  tube_.message = fmt::format("{}: {}{}", place(), reason, gathering());
  if (tube_.uniqueness.proof == Proof::certified) {
    tube_.uniqueness = {Proof::undecided, tube_.message};
  }
  return false;
}

bool TubeRun::start() {
  Face& face = state_.face;
  face.signature.assign(static_cast<std::size_t>(map_.switch_count()), 0);
  std::vector<int> active;
  std::vector<int> across;
  // Switching functions may depend on the signs of earlier ones: in order.
  for (int j = 0; j < map_.switch_count(); ++j) {
    const Interval h = surfaces_.switching(j, state_.t, problem_.x0, face.signature);
    signed char& side = face.signature[static_cast<std::size_t>(j)];
    if (certainly_positive(h)) {
      side = 1;
    } else if (certainly_negative(h)) {
      side = -1;
    } else if (identical(h, 0)) {
      active.push_back(j);
    } else {
      across.push_back(j);
    }
  }
  for (const int j : active) face.signature[static_cast<std::size_t>(j)] = 1;
  for (const int j : across) face.signature[static_cast<std::size_t>(j)] = 1;
  if (active.empty() && across.empty()) return true;
  if (across.empty()) return start_on_surfaces(active);
  if (across.size() == 1 && active.empty()) return start_across(across.front());
  return stop("the initial box lies across several surfaces: split it");
}

/// All states lie exactly on the surfaces `active`: which faces carry a solution from there?
bool TubeRun::start_on_surfaces(const std::vector<int>& active) {
  constexpr std::size_t most = 6;
  if (rests_forever(active)) {
    state_.t = problem_.t1;
    return true;
  }
  if (active.size() > most) return stop("the start lies on too many surfaces");
  int choices = 1;
  for (std::size_t k = 0; k < active.size(); ++k) choices *= 3;
  std::vector<Face> faces;
  std::string reasons;
  for (int choice = 0; choice < choices; ++choice) {
    Face face = state_.face;
    std::vector<int> left;
    int rest = choice;
    for (const int j : active) {
      if (rest % 3 == 0) {
        face.sliding.push_back(j);
      } else {
        face.signature[static_cast<std::size_t>(j)] = rest % 3 == 1 ? 1 : -1;
        left.push_back(j);
      }
      rest /= 3;
    }
    const std::string reason = window_.start_on(face, left, state_, problem_.x0);
    if (reason.empty()) {
      faces.push_back(face);
    } else if (reasons.size() < 300) {
      reasons += (reasons.empty() ? "" : "; ") + reason;
    }
  }
  if (faces.size() > 1) {
    tube_.uniqueness = {Proof::refuted,
                        fmt::format("{}: at least {} solutions leave each state of the initial box",
                                    place(), faces.size())};
    return stop("branching: several solutions continue");
  }
  if (faces.empty()) return stop("no motion from the surfaces is proved: " + reasons);
  Signature sides = state_.face.signature;
  const Uniqueness unique = right_uniqueness(surfaces_, map_, state_.t, problem_.x0, active, sides);
  if (!unique.proved) return stop(unique.reason);
  for (const int j : active) sides[static_cast<std::size_t>(j)] = 0;
  if (!surfaces_.differentiable(state_.t, problem_.x0, sides)) {
    return stop("the right-hand side is not differentiable at the start");
  }
  state_.face = faces.front();
  for (const int j : active) {
    state_.departing[static_cast<std::size_t>(j)] = state_.face.slides_on(j) ? 0 : 1;
  }
  return true;
}

/// Every selection around the start vanishes there. Where they are differentiable, |F(x)| <= L |x -
/// start| near it, so that by Gronwall's inequality no solution ever leaves.
bool TubeRun::rests_forever(const std::vector<int>& active) {
  const bool is_point = std::all_of(problem_.x0.begin(), problem_.x0.end(),
                                    [](const Interval& entry) { return entry.is_point(); });
  if (!map_.is_autonomous() || !is_point || !problem_.disturbance.empty()) return false;
  Signature sides = state_.face.signature;
  for (const int j : active) sides[static_cast<std::size_t>(j)] = 0;
  const Box values = surfaces_.values(state_.t, problem_.x0, sides);
  return !values.empty() && surfaces_.differentiable(state_.t, problem_.x0, sides) &&
         std::all_of(values.begin(), values.end(),
                     [](const Interval& value) { return identical(value, 0); });
}

bool TubeRun::start_across(int surface) {
  const std::vector<Interval>& box = problem_.x0;
  Signature open = state_.face.signature;
  open[static_cast<std::size_t>(surface)] = 0;
  const Interval h = surfaces_.switching(surface, state_.t, box, open);
  double wait = 0;
  for (const int side : {1, -1}) {
    Signature sides = state_.face.signature;
    sides[static_cast<std::size_t>(surface)] = static_cast<signed char>(side);
    const Interval rate = surfaces_.rate(surface, state_.t, box, sides);
    wait = std::max(wait, h.magnitude() / std::max(rate.mignitude(), 1e-12));
  }
  WindowResult result;
  for (double length = 1.5 * wait; length < 1e6 * wait + 1e-300; length *= 2) {
    const double end = state_.t + systems_.direction() * length;
    if (std::abs(end - problem_.t0) >= std::abs(problem_.t1 - problem_.t0)) break;
    result = window_.start_across(surface, state_, end);
    if (result.passed) {
      // No event: some solutions start beyond the surface already.
      result.event.surfaces.clear();
      accept(result);
      land();
      return true;
    }
    if (!result.too_short) break;
  }
  return stop("the initial box lies across the surface " + map_.surface_name(surface) + ": " +
              (result.reason.empty() ? "not all solutions get away from it by the final time"
                                     : result.reason));
}

WatchedFlow* TubeRun::flow_on(const Face& face) {
  const auto place = flows_.find(face);
  if (place != flows_.end()) return &place->second;
  const std::vector<double>& center = state_.set.center();
  const FaceSystem* const system = systems_.find(face, state_.t, center);
  if (!system) return nullptr;
  WatchedFlow watched;
  for (const int j : systems_.live(face)) {
    if (face.slides_on(j)) continue;
    watched.monitors.push_back({Monitor::Kind::surface, j});
    if (std::any_of(face.sliding.begin(), face.sliding.end(),
                    [&](int i) { return surfaces_.jumps_with(j, i); })) {
      watched.jumping.push_back(j);
    }
  }
  for (std::size_t k = 0; k < system->weights.size(); ++k) {
    watched.monitors.push_back({Monitor::Kind::upper_exit, -1});
  }
  for (std::size_t k = 0; system->weights.empty() && k < face.sliding.size(); ++k) {
    watched.monitors.push_back({Monitor::Kind::upper_exit, face.sliding[k]});
    watched.monitors.push_back({Monitor::Kind::lower_exit, face.sliding[k]});
  }
  watched.nodes = monitor_nodes(systems_, *system);
  StepControl control;
  control.order = options_.order;
  control.with_room = options_.room_for_checker;
  control.jacobian = !problem_.disturbance.empty();
  watched.flow = std::make_unique<FaceFlow>(systems_, *system, watched.nodes, control);
  watched.may_be_linear = options_.exponentials && problem_.disturbance.empty();
  if (!problem_.disturbance.empty()) {
    const FaceSystem* const disturbed = disturbed_.find(face, state_.t, center);
    if (!disturbed) return nullptr;
    watched.disturbed_nodes = monitor_nodes(disturbed_, *disturbed);
    const int n = map_.dimension();
    for (int i = 0; i < n; ++i) {
      const NodeId node = disturbed->field[static_cast<std::size_t>(i)];
      for (const auto& [variable, derivative] : disturbed_.graph()->gradient(node).entries) {
        if (variable < n) continue;
        watched.responses.emplace_back(i, variable - n);
        watched.response_nodes.push_back(derivative);
      }
    }
  }
  return &flows_.emplace(face, std::move(watched)).first->second;
}

bool TubeRun::is_linear(WatchedFlow& watched) {
  if (watched.may_be_linear) {
    const FaceSystem* const system = systems_.find(state_.face, state_.t, state_.set.center());
    watched.linear = LinearFlow::make(systems_, *system, options_.order);
    watched.may_be_linear = false;
  }
  return watched.linear != nullptr;
}

/// What is positive while the motion stays on the face, in the order of the monitors.
std::vector<NodeId> TubeRun::monitor_nodes(FaceSystems& systems, const FaceSystem& system) {
  const Face& face = system.face;
  Graph& graph = *systems.graph();
  std::vector<NodeId> nodes;
  for (const int j : systems.live(face)) {
    if (face.slides_on(j)) continue;
    const NodeId h = systems.switching(j, face.signature);
    nodes.push_back(face.signature[static_cast<std::size_t>(j)] > 0 ? h : graph.negate(h));
  }
  nodes.insert(nodes.end(), system.weights.begin(), system.weights.end());
  for (std::size_t k = 0; system.weights.empty() && k < face.sliding.size(); ++k) {
    const int j = face.sliding[k];
    if (face.sliding.size() == 1) {
      // Normal velocities beside the surface: towards it on both sides.
      for (const int side : {1, -1}) {
        Face beside = face;
        beside.sliding.clear();
        beside.signature[static_cast<std::size_t>(j)] = static_cast<signed char>(side);
        const FaceSystem* const motion = systems.find(beside, state_.t, state_.set.center());
        const NodeId rate = systems.rate(j, *motion);
        nodes.push_back(side > 0 ? graph.negate(rate) : rate);
      }
    } else {
      nodes.insert(nodes.end(), system.room[k].begin(), system.room[k].end());
    }
  }
  return nodes;
}

double TubeRun::next_stop() {
  const std::vector<double>& visit = options_.visit;
  const double direction = systems_.direction();
  while (visited_ < visit.size() && direction * (visit[visited_] - state_.t) <= 0) ++visited_;
  if (visited_ < visit.size() && direction * (problem_.t1 - visit[visited_]) > 0) {
    return visit[visited_];
  }
  return problem_.t1;
}

bool TubeRun::advance() {
  WatchedFlow* const watched = flow_on(state_.face);
  if (!watched) return stop(systems_.why_not());
  FaceFlow& flow = *watched->flow;
  const double left = time_between(state_.t, next_stop());
  // What a disturbance adds is bounded by a box a step: short steps keep that tight.
  constexpr double disturbed_steps = 256;
  const double longest =
      problem_.disturbance.empty()
          ? options_.max_step
          : std::min(options_.max_step, std::abs(problem_.t1 - problem_.t0) / disturbed_steps);
  if (!flow.step(state_.t, state_.set, std::min(left, longest))) {
    return stop("no step could be proved, however short");
  }
  if (!problem_.disturbance.empty()) return disturbed_step(*watched);
  double length = flow.length();
  // Where a coordinate forgets its past within a step, stability limits the series.
  if (flow.decay() * length > 0.5 && is_linear(*watched)) {
    const auto done = linear_step(*watched, length, std::min(left, longest));
    if (done) return *done;
  }
  std::optional<PendingEvent> pending;
  std::size_t event = 0;
  int resting = 0;
  double margin = 0;
  for (std::size_t i = 0; i < watched->monitors.size(); ++i) {
    // A certificate has steps over which the course itself is seen to be positive.
    const bool may_be_rough = !options_.room_for_checker;
    if (may_be_rough && flow.is_positive_throughout(static_cast<int>(i))) continue;
    const Monitor& monitor = watched->monitors[i];
    const bool departing = monitor.kind == Monitor::Kind::surface &&
                           state_.departing[static_cast<std::size_t>(monitor.surface)] != 0;
    if (may_be_rough &&
        flow.roughly_watched(static_cast<int>(i)).positive_until(flow.length(), departing) >=
            length) {
      continue;
    }
    const IntervalPolynomial course = flow.watched(static_cast<int>(i), state_.set);
    const double positive = course.positive_until(flow.length(), departing);
    if (positive >= length) continue;
    // A multiplier may rest at the end of its range where uniqueness does not depend on that: it
    // is proved apart for several surfaces, and by the other side for one.
    if (monitor.kind != Monitor::Kind::surface && course.nonnegative(flow.length()) &&
        (state_.face.sliding.size() > 1 || ++resting == 1)) {
      continue;
    }
    length = positive;
    event = i;
    const auto negative = course.negative_from(positive, 4 * spacing(state_.t));
    margin = negative ? 1e-3 * (*negative - positive) : 1e-7 * flow.length();
    pending = PendingEvent{monitor, negative.value_or(positive + 1e-6 * flow.length())};
  }
  if (!pending) return smooth_step(*watched, length);
  // Up to just before the event; then through it. A certificate of the tube has sets that are a
  // little wider, which are to be away from the event, too.
  const double before = length - 2 * spacing(state_.t) - std::max(margin, 0.0);
  const double t0 = state_.t;
  if (before > 8 * spacing(state_.t) && !smooth_step(*watched, before)) return false;
  if (arrived()) return true;
  // What the step said of a distant time may be vague: see from here, while all solutions are far
  // from the event compared with each other.
  if (before > 64 * spacing(state_.t)) {
    const auto distance = nodes_.over(watched->nodes[event], state_.t, state_.set);
    if (distance && distance->lower() > 0.5 * distance->upper()) return true;
  }
  pending->until -= std::abs(state_.t - t0);
  return handle_event(*pending);
}

/// A step under a disturbance, up to an event, or through one that is so near that no much shorter
/// step keeps away from it.
bool TubeRun::disturbed_step(const WatchedFlow& watched) {
  FaceFlow& flow = *watched.flow;
  constexpr int halvings = 14;
  constexpr int along_surfaces = 4;  // shorter steps are for what approaches one
  std::size_t nearest = 0;
  for (int attempt = 0; attempt <= halvings; ++attempt) {
    if (attempt > 0 && !flow.step(state_.t, state_.set, 0.5 * flow.length())) break;
    const auto spread = spread_of(watched);
    if (!spread) continue;
    const double end = end_of_step(flow.length());
    const Interval times = hull(Interval(state_.t), end);
    const Box box = intervals(flow.box());
    if (const auto met = met_by(watched, times, box, attempt <= along_surfaces)) {
      nearest = *met;
      continue;
    }
    if (!smooth_step(watched, flow.length())) return false;
    state_.set.widen(*spread);
    const Box reached = intervals(state_.set.hull());
    if (options_.keep_segments) tube_.segments.back().end = reached;
    const auto values = disturbed_nodes_.over(watched.disturbed_nodes, state_.t, reached);
    for (std::size_t i = 0; values && i < watched.monitors.size(); ++i) {
      if (watched.monitors[i].kind != Monitor::Kind::surface) break;
      if (!certainly_positive((*values)[i])) continue;
      state_.departing[static_cast<std::size_t>(watched.monitors[i].surface)] = 0;
    }
    return true;
  }
  if (watched.monitors.empty()) return stop("the effect of the disturbance is not bounded");
  return handle_event({watched.monitors[nearest], flow.length()});
}

/// How far the disturbance takes solutions from the undisturbed ones over the step of the flow,
/// whose box then holds them all; nothing if that is not bounded.
///
/// With x' = g(x, 0) and y' = g(y, xi), g(y, xi) - g(y, 0) = B xi, where B encloses dg/dxi: the
/// velocity along surfaces that are slid on responds to a part of xi alone.
std::optional<std::vector<double>> TubeRun::spread_of(const WatchedFlow& watched) {
  FaceFlow& flow = *watched.flow;
  const std::size_t n = problem_.x0.size();
  const Interval times =
      hull(Interval(state_.t),
           Interval(state_.t) + Interval(systems_.direction()) * Interval(flow.length()));
  Box around = intervals(flow.box());
  for (std::size_t i = 0; i < n; ++i) {
    const double most = *std::max_element(problem_.disturbance.begin(), problem_.disturbance.end());
    around[i] += Interval(-1, 1) * Interval(4 * most * flow.length() + 0.1 * around[i].width());
  }
  const auto responses = disturbed_nodes_.over(watched.response_nodes, times, around);
  if (!responses) return std::nullopt;
  std::vector<Interval> strength(n, Interval(0));
  for (std::size_t k = 0; k < responses->size(); ++k) {
    const auto [i, j] = watched.responses[k];
    strength[static_cast<std::size_t>(i)] +=
        abs((*responses)[k]) * Interval(problem_.disturbance[static_cast<std::size_t>(j)]);
  }
  std::vector<double> bounds;
  for (const Interval& entry : strength) bounds.push_back(entry.upper());
  auto spread = flow.disturb(state_.t, bounds, nodes_);
  for (std::size_t i = 0; spread && i < n; ++i) {
    if (!around[i].contains(flow.box()[i].interval())) return std::nullopt;
  }
  return spread;
}

/// A monitor that is not proved to be positive over the box after the first moment, under the
/// disturbance; nothing if all are. `along_surfaces`: by the distance at the start and the normal
/// velocity, too, as a box says little of solutions that move along a surface.
std::optional<std::size_t> TubeRun::met_by(const WatchedFlow& watched, Interval times,
                                           const Box& box, bool along_surfaces) {
  const auto values = disturbed_nodes_.over(watched.disturbed_nodes, times, box);
  const FaceSystem* const motion = disturbed_.find(state_.face, state_.t, state_.set.center());
  for (std::size_t i = 0; i < watched.monitors.size(); ++i) {
    if (values && certainly_positive((*values)[i])) continue;
    const int j = watched.monitors[i].surface;
    if (watched.monitors[i].kind != Monitor::Kind::surface) return i;
    const bool departing = state_.departing[static_cast<std::size_t>(j)] != 0;
    if (!departing && !along_surfaces) return i;
    const Interval side = state_.face.signature[static_cast<std::size_t>(j)];
    const auto rate = disturbed_nodes_.over({disturbed_.rate(j, *motion)}, times, box);
    if (!rate) return i;
    const Interval outward = side * rate->front();
    if (departing && certainly_positive(outward)) continue;
    if (along_surfaces) {
      const auto distance = disturbed_nodes_.over(watched.disturbed_nodes[i], state_.t, state_.set);
      const Interval elapsed = abs(times - times.lower());
      if (distance && certainly_positive(*distance + elapsed * outward)) continue;
    }
    return i;
  }
  return std::nullopt;
}

bool TubeRun::smooth_step(const WatchedFlow& watched, double elapsed) {
  const FaceFlow& flow = *watched.flow;
  const double end = end_of_step(elapsed);
  const PreciseInterval taken =
      (PreciseInterval(end) - PreciseInterval(state_.t)) * systems_.direction();
  if (!taken.is_positive()) return stop("the steps become shorter than the time can tell");
  const std::vector<Interval> box = intervals(flow.box());
  const std::string reason = unproved(watched, hull(Interval(state_.t), end), box);
  if (!reason.empty()) return stop(reason);
  for (std::size_t i = 0; i < watched.monitors.size(); ++i) {
    const Monitor& monitor = watched.monitors[i];
    if (monitor.kind != Monitor::Kind::surface) continue;
    char& departing = state_.departing[static_cast<std::size_t>(monitor.surface)];
    if (!problem_.disturbance.empty()) break;  // it is seen afterwards
    if (departing != 0 &&
        flow.watched(static_cast<int>(i), state_.set)(taken.interval()).is_positive()) {
      departing = 0;
    }
  }
  std::vector<PreciseInterval> move;
  SmallIntervalMatrix slope;
  flow.at(taken, move, slope);
  if (!go_on(end, box, move, slope, false)) return false;
  if (options_.keep_segments) {
    TubeSegment& segment = tube_.segments.back();
    std::tie(segment.order, segment.slope_order) = flow.sufficient_orders(elapsed, slope);
  }
  return true;
}

/// The end of a step that is proved over `elapsed`.
double TubeRun::end_of_step(double elapsed) {
  const double direction = systems_.direction();
  const double stop_at = next_stop();
  if (time_between(state_.t, stop_at) <= elapsed) return stop_at;
  double end = state_.t + direction * elapsed;
  // The sum may have been rounded away from the start.
  while (direction * (end - state_.t) > 0 && time_between(state_.t, end) > elapsed) {
    end = std::nextafter(end, state_.t);
  }
  return end;
}

/// Empty if the solutions in the box stay on the face, as far as its monitors do not say it;
/// otherwise why that is not proved.
std::string TubeRun::unproved(const WatchedFlow& watched, Interval times, const Box& box) {
  if (const int jumping = near_jumping(watched, times, box); jumping >= 0) {
    return fmt::format("the surface {} jumps with the side of a surface slid on",
                       map_.surface_name(jumping));
  }
  if (state_.face.sliding.size() <= 1) return {};
  const Uniqueness unique =
      right_uniqueness(surfaces_, map_, times, box, state_.face.sliding, state_.face.signature);
  if (!unique.proved) return unique.reason;
  const FaceSystem* const system = systems_.find(state_.face, state_.t, state_.set.center());
  if (!system->weights.empty() &&
      !surfaces_.independent(state_.face.sliding, times, box, state_.face.signature)) {
    return "the normals of the surfaces slid on are not proved independent";
  }
  return {};
}

bool TubeRun::go_on(double end, Box box, const std::vector<PreciseInterval>& move,
                    const SmallIntervalMatrix& slope, bool by_exponential) {
  StateSet start = state_.set.description();
  if (!state_.set.map(move, slope)) return stop("the tube is not bounded any more");
  if (options_.keep_segments) {
    tube_.segments.push_back({.kind = TubeSegment::Kind::smooth,
                              .t0 = state_.t,
                              .t1 = end,
                              .before = state_.face,
                              .face = state_.face,
                              .start = std::move(start),
                              .box = std::move(box),
                              .end = intervals(state_.set.hull()),
                              .by_exponential = by_exponential});
  }
  state_.t = end;
  return true;
}

std::optional<bool> TubeRun::linear_step(WatchedFlow& watched, double short_step, double longest) {
  constexpr double much = 4;
  LinearFlow& flow = *watched.linear;
  double elapsed = watched.stride > 0 ? std::min(longest, 4 * watched.stride) : longest;
  for (; elapsed > much * short_step; elapsed *= 0.5) {
    const double end = end_of_step(elapsed);
    const Interval times = hull(Interval(state_.t), end);
    const UpwardInterval taken((Interval(end) - Interval(state_.t)) *
                               Interval(systems_.direction()));
    if (!flow.step(state_.t, times, taken, state_.set, nodes_)) continue;
    const Box box = intervals(flow.box());
    const auto monitors = nodes_.over(watched.nodes, times, box);
    if (!monitors || !std::all_of(monitors->begin(), monitors->end(), [](const Interval& value) {
          return certainly_positive(value);
        })) {
      continue;
    }
    if (!unproved(watched, times, box).empty()) continue;
    watched.stride = elapsed;
    const std::vector<PreciseInterval> move(flow.move().begin(), flow.move().end());
    return go_on(end, box, move, flow.slope(), true);
  }
  return std::nullopt;
}

/// One of the surfaces `jumping` of the flow that is not proved to be on its side whatever the
/// sides of those slid on; -1 if there is none.
int TubeRun::near_jumping(const WatchedFlow& watched, Interval times, const Box& box) {
  const Face& face = state_.face;
  Signature sides = face.signature;
  for (const int j : face.sliding) sides[static_cast<std::size_t>(j)] = 0;
  for (const int j : watched.jumping) {
    const Interval h = surfaces_.switching(j, times, box, sides);
    const bool positive = face.signature[static_cast<std::size_t>(j)] > 0;
    if (!(positive ? certainly_positive(h) : certainly_negative(h))) return j;
  }
  return -1;
}

bool TubeRun::handle_event(const PendingEvent& pending) {
  if (pending.monitor.surface < 0) {
    return stop("a weight of the sliding velocity vanishes: what follows is not decided");
  }
  const double direction = systems_.direction();
  const double left = time_between(state_.t, problem_.t1);
  double length = 1.05 * std::max(pending.until, 0.0) + 8 * spacing(state_.t);
  // Under a disturbance the tube is wide, compared with how near it comes to the event.
  const double longer = problem_.disturbance.empty() ? 1e3 : 1e9;
  WindowResult result;
  for (int attempt = 0; attempt < 12; ++attempt) {
    const double end = length < left ? state_.t + direction * length : problem_.t1;
    result = window_.pass(state_, pending, end);
    if (result.several) {
      const std::vector<int> touched = result.touched;
      result = window_.reach_together(state_, touched, end);
    }
    if (result.passed || !result.too_short || length >= left) break;
    if (!(result.needed < longer * length)) break;
    length = std::max(1.5 * length, 1.1 * result.needed);
  }
  const bool at_the_end = !result.passed && result.too_short && length >= left;
  if (at_the_end) result = window_.end_within(state_, pending, problem_.t1);
  if (!result.passed) {
    if (result.refuted) {
      tube_.uniqueness = {Proof::refuted, fmt::format("{}: {}", place(), result.reason)};
    }
    return stop(result.reason);
  }
  accept(result);
  // At the final time some may have left a surface slid on, or not be there yet.
  if (!at_the_end) land();
  return true;
}

/// The velocities on the two faces are not the same function.
bool TubeRun::jumps_between(const Face& before, const Face& after) {
  const FaceSystem* const first = systems_.find(before, state_.t, state_.set.center());
  const FaceSystem* const second = systems_.find(after, state_.t, state_.set.center());
  if (!first || !second) return true;
  Graph& graph = *systems_.graph();
  for (std::size_t i = 0; i < first->field.size(); ++i) {
    if (graph.number(graph.subtract(first->field[i], second->field[i])) != 0.0) return true;
  }
  return false;
}

void TubeRun::accept(WindowResult& result) {
  if (options_.keep_segments) {
    tube_.segments.push_back({.kind = TubeSegment::Kind::window,
                              .t0 = state_.t,
                              .t1 = result.state.t,
                              .before = state_.face,
                              .face = result.state.face,
                              .start = state_.set.description(),
                              .box = std::move(result.box),
                              .end = intervals(result.state.set.hull())});
  }
  const std::vector<int>& surfaces = result.event.surfaces;
  // Where the right-hand side is continuous a surface is no event.
  if (std::any_of(surfaces.begin(), surfaces.end(), [&](int j) { return map_.jumps_across(j); })) {
    // A switch inside another, as of max(max(a, b), c) with c > b, may change nothing.
    if (result.event.kind == EventKind::crossing) {
      result.event.jumps = jumps_between(state_.face, result.state.face);
    }
    tube_.events.push_back(std::move(result.event));
  }
  state_ = std::move(result.state);
}

/// What is known exactly: the states lie on the surfaces slid on. Where such a surface is a plane,
/// that determines one coordinate from the others, h(center) + <n, x - center> = 0.
void TubeRun::land() {
  const auto n = static_cast<int>(problem_.x0.size());
  for (const int j : state_.face.sliding) {
    const NodeId h = systems_.switching(j, state_.face.signature);
    const NodeGradient gradient = systems_.graph()->gradient(h);
    std::vector<NodeId> nodes;
    for (const auto& entry : gradient.entries) nodes.push_back(entry.second);
    const bool plane = std::all_of(nodes.begin(), nodes.end(), [&](NodeId node) {
      return systems_.graph()->is_constant(node);
    });
    const auto normal = nodes_.over(nodes, state_.t, problem_.x0);
    const auto height = nodes_.at_center(h, state_.t, state_.set);
    if (!plane || !normal || !height || nodes.empty()) continue;
    // The same coordinate that the sliding field gives up (see FaceSystems).
    const auto pivot = nodes.size() - 1;
    if ((*normal)[pivot].contains_zero()) continue;
    const auto row = static_cast<std::size_t>(gradient.entries[pivot].first);
    IntervalVector move(static_cast<std::size_t>(n));
    SmallIntervalMatrix slope(n, n);
    for (int i = 0; i < n; ++i) slope(i, i) = UpwardInterval(1.0);
    slope(static_cast<int>(row), static_cast<int>(row)) = UpwardInterval();
    move[row] = UpwardInterval(-*height / (*normal)[pivot]);
    for (std::size_t k = 0; k < pivot; ++k) {
      slope(static_cast<int>(row), gradient.entries[k].first) =
          UpwardInterval(-(*normal)[k] / (*normal)[pivot]);
    }
    state_.set.map(move, slope);
  }
}

}  // namespace filippov::detail
