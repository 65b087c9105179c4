#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>

#include "../inclusion/multiplier_shift.hpp"
#include "integration.hpp"

namespace filippov::detail {

namespace {

constexpr int most_events_at_one_time = 20;

EventKind kind_of_change(const Face& before, const Face& after) {
  if (before.sliding == after.sliding) return EventKind::crossing;
  if (before.sliding.empty()) return EventKind::sliding_entry;
  return after.sliding.empty() ? EventKind::sliding_exit : EventKind::sliding_change;
}

}  // namespace

/// Whether the field of the face stays on the surfaces hit, to all orders that are looked at: then
/// the motion has come to within rounding of them, as x' = -x comes to 0, and is not there in
/// finite time.
bool Run::never_reached(const StepEvent& event) {
  std::vector<int> hits;
  for (const int m : event.hits) {
    const Monitor& monitor = field().monitors()[static_cast<std::size_t>(m)];
    // Only from close by, which is cheap to say and the rule.
    const bool close = step_.monitors(0, m) <= 1e-9 * state_size();
    if (monitor.kind != Monitor::Kind::surface || !close) return false;
    hits = sorted_union(std::move(hits), {monitor.surface});
  }
  Face through = face_;
  through.sliding = sorted_union(through.sliding, hits);
  std::vector<double> x = x_;
  fields_.at(through).project(t_, x);
  constexpr int order = 6;
  FaceSeries series;
  if (!field().series(t_, x, order, series) || !series.x.allFinite()) return false;
  for (const int m : event.hits) {
    const Monitor& monitor = field().monitors()[static_cast<std::size_t>(m)];
    const SwitchingGradient gradient =
        inclusion_.switching_gradient(monitor.surface, t_, x, face_.signature);
    for (int k = 1; k <= order; ++k) {
      const double size = series.x.row(k).cwiseAbs().dot(gradient.x.cwiseAbs()) +
                          (k == 1 ? std::abs(gradient.t) : 0.0);
      if (std::abs(series.monitors(k, m)) > 1e-12 * size) return false;
    }
  }
  tended_ = sorted_union(std::move(tended_), hits);
  stepper_->restart();
  return true;
}

/// Surfaces slid on at which the rates on both sides vanish: there sliding turns from attracting to
/// repelling, and rounding must not say on which side of that the state is.
std::vector<int> Run::balanced_surfaces() {
  if (face_.sliding.empty()) return {};
  const std::vector<Monitor>& monitors = field().monitors();
  std::vector<double> values(monitors.size());
  field().monitor_values(t_, x_, values);
  const auto vanishes = [&](std::size_t m) {
    double size = 0;
    double power = 1;
    for (Eigen::Index k = 0; k < step_.monitors.rows(); ++k, power *= step_.length) {
      size += std::abs(step_.monitors(k, static_cast<Eigen::Index>(m))) * power;
    }
    return size > 0 && std::abs(values[m]) <= 1e-9 * size;
  };
  std::vector<int> result;
  if (face_.sliding.size() == 1) {
    for (std::size_t m = 0; m < monitors.size(); ++m) {
      if (monitors[m].kind != Monitor::Kind::surface && !vanishes(m)) return {};
    }
    return face_.sliding;
  }
  for (std::size_t m = 0; m < monitors.size(); ++m) {
    if (monitors[m].kind != Monitor::Kind::stability || !vanishes(m)) continue;
    if (has_no_rate(monitors[m].surface))
      result = sorted_union(std::move(result), {monitors[m].surface});
  }
  return result;
}

/// Whether h_j has rate 0 whatever the signs of the surfaces slid on.
bool Run::has_no_rate(int j) const {
  if (face_.sliding.size() > most_enumerated) return false;
  const auto place = std::lower_bound(face_.sliding.begin(), face_.sliding.end(), j);
  const auto k = static_cast<Eigen::Index>(place - face_.sliding.begin());
  const LocalPoint point{t_, x_, face_.signature, face_.sliding};
  double largest = 0;
  double size = 0;
  for (const Cell& cell : feasible_cells(inclusion_, point, direction_)) {
    largest = std::max(largest, std::abs(cell.rates(k)));
    size =
        std::max(size, cell.normals.col(k).lpNorm<1>() * cell.velocity.lpNorm<Eigen::Infinity>());
  }
  return largest <= 1e-9 * size;
}

/// Whether only the multipliers chosen so far leave the box: on dependent surfaces others have the
/// same velocity, and sliding goes on with them.
bool Run::has_other_multipliers(const StepEvent& event) {
  if (face_.sliding.size() < 2 || t_ == last_other_multipliers_) return false;
  if (!inclusion_.affine_columns(face_.sliding, t_, x_, face_.signature)) return false;
  for (const int m : event.hits) {
    const Monitor::Kind kind = field().monitors()[static_cast<std::size_t>(m)].kind;
    if (kind != Monitor::Kind::upper_exit && kind != Monitor::Kind::lower_exit) return false;
  }
  field().begin(t_, x_);
  const double largest = field().multipliers(t_, x_).lpNorm<Eigen::Infinity>();
  if (!(largest < largest_multiplier)) return false;
  last_other_multipliers_ = t_;
  stepper_->restart();
  return true;
}

void Run::handle_hit(const StepEvent& event) {
  if (never_reached(event)) return;
  std::vector<int> hits;
  for (const int m : event.hits) {
    hits = sorted_union(std::move(hits), {field().monitors()[static_cast<std::size_t>(m)].surface});
  }
  // Land on the surfaces reached.
  Face through = face_;
  through.sliding = sorted_union(through.sliding, hits);
  fields_.at(through).project(t_, x_);
  for (std::size_t i = 0; i < x_.size(); ++i) {
    // What is left of a coordinate that the projection cancels: not even a rounding.
    if (std::abs(x_[i]) < std::max(1e-30 * scale_[i], least_size())) x_[i] = 0;
  }

  std::vector<int> settled;
  std::set_difference(face_.sliding.begin(), face_.sliding.end(), hits.begin(), hits.end(),
                      std::back_inserter(settled));
  LocalPoint point{t_, x_, face_.signature, through.sliding, state_size(), balanced_surfaces()};
  // Hits closer in time than the search resolves came together; here only roundings are left.
  complete_active(inclusion_, point, 1e-14, scale_);
  decide(point, settled, hits);
}

void Run::handle_grazing(const StepEvent& event) {
  if (never_reached(event)) return;
  const Monitor& monitor = field().monitors()[static_cast<std::size_t>(event.hits.front())];
  std::vector<int> surfaces{monitor.surface};
  if (monitor.kind == Monitor::Kind::surface) {
    // Could the motion leave to the other side as well?
    Face through = face_;
    through.sliding = sorted_union(through.sliding, surfaces);
    std::vector<double> x = x_;
    fields_.at(through).project(t_, x);
    LocalPoint point{t_, x, face_.signature, through.sliding, state_size()};
    // Others may be touched at the same time.
    LocalPoint complete = point;
    complete_active(inclusion_, complete, 1e-14, scale_);
    for (const int j : complete.active) {
      if (!face_.slides_on(j) && !inclusion_.depends_on_signs(j))
        surfaces = sorted_union(surfaces, {j});
    }
    point.active = sorted_union(point.active, surfaces);
    const Continuations continuations =
        find_continuations(inclusion_, fields_, point, face_.sliding);
    const auto stays = [&](const Continuation& c) { return c.face == face_; };
    if (continuations.found.size() > 1 &&
        std::any_of(continuations.found.begin(), continuations.found.end(), stays)) {
      record(EventKind::grazing, surfaces);
      if (running()) branch(point, continuations);
      return;
    }
  }
  left_ = surfaces;
  std::erase_if(surfaces, [&](int j) { return !inclusion_.jumps_across(j); });
  if (!surfaces.empty()) record(EventKind::grazing, surfaces);
  stepper_->restart();
}

bool Run::is_defined_beyond(int j) {
  Signature beyond = face_.signature;
  beyond[static_cast<std::size_t>(j)] *= -1;
  velocity_.resize(x_.size());
  inclusion_.selection(t_, x_, beyond, velocity_);
  return std::all_of(velocity_.begin(), velocity_.end(), [](double v) { return std::isfinite(v); });
}

/// Chooses how to go on from a point on surfaces; false when the run ends there.
bool Run::decide(const LocalPoint& point, const std::vector<int>& settled,
                 const std::vector<int>& hits) {
  events_at_one_time_ = t_ == last_event_time_ ? events_at_one_time_ + 1 : 0;
  last_event_time_ = t_;
  if (events_at_one_time_ > most_events_at_one_time) {
    stop(Status::undecided,
         fmt::format("more than {} events at t = {:.17g}", most_events_at_one_time, t_));
    return false;
  }
  for (const int j : hits) {
    if (is_defined_beyond(j)) continue;
    stop(Status::undecided,
         fmt::format("the right-hand side is not defined on the other side of {}, reached at t = "
                     "{:.17g}",
                     inclusion_.surface_name(j), t_));
    return false;
  }
  Continuations continuations = find_continuations(inclusion_, fields_, point, settled);
  switch (continuations.verdict()) {
    case Verdict::branching:
      branch(point, std::move(continuations));
      return running();
    case Verdict::undecided:
      stop(Status::undecided, continuations.undecided.empty()
                                  ? fmt::format("no continuation was found at t = {:.17g} on {}",
                                                t_, inclusion_.surface_name(hits.front()))
                                  : continuations.undecided);
      return false;
    case Verdict::unique:
      break;
  }
  const Face before = face_;
  enter(continuations.found.front(), point.active);
  const bool same = before == face_;
  const auto slid_on = [&](int j) { return before.slides_on(j); };
  if (same && std::all_of(hits.begin(), hits.end(), slid_on)) return true;
  const bool visible =
      std::any_of(hits.begin(), hits.end(), [&](int j) { return inclusion_.jumps_across(j); }) &&
      !is_one_mode(before, face_);
  if (!visible && before.sliding == face_.sliding) return running();
  std::vector<int> changed = hits;
  std::set_symmetric_difference(before.sliding.begin(), before.sliding.end(), face_.sliding.begin(),
                                face_.sliding.end(), std::back_inserter(changed));
  record(same ? EventKind::grazing : kind_of_change(before, face_), sorted_union(changed, {}));
  if (running()) watch_accumulation();
  const std::vector<int> touched = touched_only(point.active, changed, before);
  if (running() && !touched.empty()) record(EventKind::grazing, touched);
  return running();
}

/// Whether two modes have the same field, as those of max(a, b, c) on both sides of a = b where c
/// is the largest. Looked at here and at points nearby.
bool Run::is_one_mode(const Face& one, const Face& other) const {
  if (!one.sliding.empty() || !other.sliding.empty() || one == other) return false;
  std::vector<double> near(x_.size());
  std::vector<double> first(x_.size());
  std::vector<double> second(x_.size());
  for (const double distance : {0.0, 0.0123456789, -0.0234567891}) {
    double step = distance;
    for (std::size_t i = 0; i < x_.size(); ++i, step *= -0.937) {
      near[i] = x_[i] + step * std::max(1.0, std::abs(x_[i]));
    }
    const double time = t_ + step * std::max(1.0, std::abs(t_));
    inclusion_.selection(time, near, one.signature, first);
    inclusion_.selection(time, near, other.signature, second);
    if (first != second) return false;
  }
  return true;
}

/// Surfaces through the state that are left on the side they were reached from, while others,
/// `changed`, are not.
std::vector<int> Run::touched_only(const std::vector<int>& active, const std::vector<int>& changed,
                                   const Face& before) const {
  std::vector<int> touched;
  for (const int j : active) {
    const auto k = static_cast<std::size_t>(j);
    if (std::find(changed.begin(), changed.end(), j) != changed.end()) continue;
    if (before.slides_on(j) || face_.slides_on(j)) continue;
    if (before.signature[k] != face_.signature[k]) continue;
    if (inclusion_.jumps_across(j) && !inclusion_.depends_on_signs(j)) touched.push_back(j);
  }
  return touched;
}

}  // namespace filippov::detail
