#include "run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <optional>
#include <utility>

#include "accumulation.hpp"
#include "continuations.hpp"
#include "event_refinement.hpp"
#include "event_search.hpp"
#include "filippov/geometry/polytope.hpp"
#include "polynomial_event.hpp"
#include "singular_start.hpp"
#include "sliding_ambiguity.hpp"
#include "step_check.hpp"
#include "stepper.hpp"

namespace filippov::detail {

namespace {

constexpr int most_events_at_one_time = 20;
constexpr int deepest_branch = 30;
constexpr int most_shortened_steps = 200;
/// A step after an event is at most that many times as long as the motion before it: what decides
/// soon after the event must not be rounding beside what is far away.
constexpr double longest_reach = 100;

std::vector<int> merged(std::vector<int> a, const std::vector<int>& b) {
  a.insert(a.end(), b.begin(), b.end());
  std::sort(a.begin(), a.end());
  a.erase(std::unique(a.begin(), a.end()), a.end());
  return a;
}

double length_of(std::span<const double> x) {
  double length = 0;  // without overflow
  for (const double value : x) length = std::hypot(length, value);
  return length;
}

/// Whether |x| <= radius; quickly, where no square overflows.
bool is_within(std::span<const double> x, double radius) {
  double sum = 0;
  for (const double value : x) sum += value * value;
  if (std::isfinite(sum)) return sum <= radius * radius;
  return length_of(x) <= radius;
}

EventKind kind_of_change(const Face& before, const Face& after) {
  if (before.sliding == after.sliding) return EventKind::crossing;
  if (before.sliding.empty()) return EventKind::sliding_entry;
  return after.sliding.empty() ? EventKind::sliding_exit : EventKind::sliding_change;
}

/// The state of one integration: where it is, on which face, and what it has found.
class Run {
 public:
  Run(const Inclusion& inclusion, double t0, double t1, const SolverOptions& options)
      : inclusion_(inclusion),
        options_(options),
        t1_(t1),
        direction_(t1 < t0 ? -1 : 1),
        fields_(inclusion, direction_),
        guard_(t0),
        start_time_(t0),
        t_(t0),
        last_stop_(t0) {}

  Solution from(const LocalPoint& start);
  Solution along(const LocalPoint& start, const Continuation& continuation);

  Departure settle_start(const LocalPoint& start);
  Departure run_to_event(const LocalPoint& start);
  Departure settle_limit(const LocalPoint& start, const AccumulationPoint& limit);

 private:
  void set_state(const LocalPoint& point);
  void decide_start(const LocalPoint& start);
  void integrate();
  void close();
  void count();
  Departure departure();
  void advance(StepEvent event);
  bool has_escaped();
  void give_up();
  void handle_hit(const StepEvent& event);
  void handle_grazing(const StepEvent& event);
  bool is_defined_beyond(int j);
  bool decide(const LocalPoint& point, const std::vector<int>& settled,
              const std::vector<int>& hits);
  void branch(const LocalPoint& point, Continuations continuations);
  std::vector<int> touched_only(const std::vector<int>& active, const std::vector<int>& changed,
                                const Face& before) const;
  bool is_one_mode(const Face& one, const Face& other) const;
  bool selection_has(const Eigen::VectorXd& velocity);
  std::string names_of(const std::vector<int>& surfaces) const;
  void enter(const Continuation& continuation, const std::vector<int>& active,
             bool is_unique = true);
  void record(EventKind kind, std::vector<int> surfaces);
  void watch_accumulation();
  void go_on_from(const AccumulationPoint& limit);
  bool rests_at_limit(const Face& face, const std::vector<double>& before) const;
  void ignore_tended();
  bool never_reached(const StepEvent& event);
  double state_size() const;
  std::vector<int> balanced_surfaces();
  bool has_no_rate(int j) const;
  std::optional<std::pair<int, int>> surface_in_two_places() const;
  void append_segment(double end);
  void rest(Status status, std::string message);
  void stop(Status status, std::string message);
  void close_ambiguity();
  bool running() const { return solution_.status == Status::not_solved; }
  void set_face(Face face) {
    face_ = std::move(face);
    field_ = nullptr;
  }
  FaceField& field() {
    if (field_ == nullptr) field_ = &fields_.at(face_);
    return *field_;
  }

  const Inclusion& inclusion_;
  const SolverOptions& options_;
  double t1_;
  double direction_;
  FaceFields fields_;
  AccumulationGuard guard_;
  std::unique_ptr<Stepper> stepper_;

  double start_time_;
  int depth_ = 0;  ///< branchings before this run
  double t_;
  std::vector<double> x_;
  std::vector<double> next_;
  std::vector<double> velocity_;
  std::vector<double> scale_;  ///< largest |x_i| so far
  Face face_;
  FaceField* field_ = nullptr;  ///< of face_, once it was asked for
  std::vector<int> tended_;     ///< surfaces that the motion tends to and never reaches
  std::vector<int> left_;       ///< surfaces through the state that the motion leaves
  Step step_;
  StepCheck check_;
  double trusted_length_ = std::numeric_limits<double>::infinity();  ///< of the next step
  double reach_ = std::numeric_limits<double>::infinity();           ///< of the next step, too
  double last_stop_;         ///< time of the last event or start
  int shortened_steps_ = 0;  ///< one after the other
  bool ambiguous_now_ = false;
  bool resting_ = false;
  bool to_first_event_ = false;  ///< stop when the first event is settled
  bool settled_event_ = false;
  double last_event_time_ = std::numeric_limits<double>::quiet_NaN();
  int events_at_one_time_ = 0;
  std::shared_ptr<const std::vector<std::string>> surface_names_;
  Solution solution_;
};

void Run::set_state(const LocalPoint& point) {
  x_.assign(point.x.begin(), point.x.end());
  for (const double value : x_) scale_.push_back(std::abs(value));
  set_face({point.signature, {}});
  std::copy_if(point.active.begin(), point.active.end(), std::back_inserter(solution_.start.active),
               [&](int j) { return inclusion_.jumps_across(j); });
  for (int j = 0; j < inclusion_.switch_count(); ++j) {
    solution_.surface_names.push_back(inclusion_.surface_name(j));
  }
  surface_names_ = std::make_shared<const std::vector<std::string>>(solution_.surface_names);
  FaceSeries series;
  const bool matters =
      options_.stepper == StepperKind::automatic || options_.stepper == StepperKind::taylor;
  const bool has_series = matters && field().series(t_, x_, 1, series);
  stepper_ = make_stepper(options_, has_series);
}

void Run::decide_start(const LocalPoint& start) {
  Continuations continuations = find_continuations(inclusion_, fields_, start);
  solution_.start.verdict = continuations.verdict();
  if (solution_.start.verdict == Verdict::unique) {
    enter(continuations.found.front(), start.active);
  } else if (solution_.start.verdict == Verdict::branching) {
    branch(start, std::move(continuations));
  } else {
    stop(Status::undecided, continuations.undecided.empty()
                                ? fmt::format("no continuation from the start at t = {:.17g}", t_)
                                : continuations.undecided);
  }
  solution_.start.sliding = face_.sliding;
}

Solution Run::from(const LocalPoint& start) {
  set_state(start);
  decide_start(start);
  integrate();
  close();
  return std::move(solution_);
}

Departure Run::settle_start(const LocalPoint& start) {
  set_state(start);
  decide_start(start);
  return departure();
}

Departure Run::run_to_event(const LocalPoint& start) {
  set_state(start);
  set_face({start.signature, start.active});
  field().begin(t_, x_);
  to_first_event_ = true;
  integrate();
  return departure();
}

Departure Run::settle_limit(const LocalPoint& start, const AccumulationPoint& limit) {
  set_state(start);
  set_face({start.signature, start.active});
  go_on_from(limit);
  return departure();
}

Departure Run::departure() {
  Departure result;
  count();
  result.t = t_;
  result.x = x_;
  result.face = face_;
  result.left = left_;
  result.tended = tended_;
  result.resting = resting_;
  result.event = settled_event_;
  if (ambiguous_now_) result.ambiguity = solution_.ambiguous.back();
  result.solution = std::move(solution_);
  return result;
}

Solution Run::along(const LocalPoint& start, const Continuation& continuation) {
  set_state(start);
  solution_.start.verdict = Verdict::branching;
  enter(continuation, start.active, false);
  solution_.start.sliding = face_.sliding;
  integrate();
  close();
  return std::move(solution_);
}

void Run::integrate() {
  while (running() && !(to_first_event_ && settled_event_)) {
    const double remaining = std::abs(t1_ - t_);
    if (remaining == 0 && to_first_event_) return;
    if (remaining == 0) {
      stop(Status::finished, "reached the final time");
    } else if (solution_.statistics.steps >= options_.max_steps) {
      stop(Status::failed,
           fmt::format("more than {} steps before t = {:.17g}: loosen the tolerances "
                       "or choose a stiff stepper",
                       options_.max_steps, t_));
    } else if (!stepper_->step(field(), t_, x_,
                               std::min({remaining, options_.max_step, trusted_length_, reach_}),
                               step_)) {
      give_up();
    } else {
      solution_.statistics.steps += step_.count;
      ignore_tended();
      advance(find_event(field(), step_, left_, stepper_->relative_tolerance()));
    }
  }
}

void Run::close() {
  close_ambiguity();
  solution_.t = resting_ ? t1_ : t_;
  solution_.x = x_;
  count();
}

void Run::count() {
  solution_.statistics.rhs_evaluations += fields_.evaluations();
  solution_.statistics.jacobian_evaluations += fields_.jacobian_evaluations();
  solution_.statistics.rejected_steps += stepper_->rejected_steps();
  solution_.statistics.events = static_cast<long>(solution_.events.size());
}

void Run::advance(StepEvent event) {
  const TakenStep taken{inclusion_, field(), *stepper_, t_, x_, step_};
  if (event.kind == StepEvent::Kind::hit) event.tau = refined_hit(taken, event);
  if (event.kind == StepEvent::Kind::grazing) event.tau = refined_touch(taken, event);
  // What happens at the final time itself belongs to whoever goes on from there.
  if (event.tau >= (1 - 1e-13) * std::abs(t1_ - t_)) event.kind = StepEvent::Kind::none;
  const double length = event.kind == StepEvent::Kind::none ? step_.length : event.tau;
  next_.resize(x_.size());
  stepper_->state(field(), t_, x_, step_, length, next_);
  if (!check_.solves_equation(field(), t_, step_, length, next_, state_size(),
                              stepper_->relative_tolerance())) {
    trusted_length_ = 0.5 * length;
    return;
  }
  shortened_steps_ = std::isfinite(trusted_length_) ? shortened_steps_ + 1 : 0;
  if (shortened_steps_ > most_shortened_steps) {
    give_up();
    return;
  }
  trusted_length_ = std::numeric_limits<double>::infinity();
  const bool last = length >= std::abs(t1_ - t_);
  const double end = last ? t1_ : t_ + direction_ * length;
  append_segment(end);
  reach_ *= longest_reach;
  if (event.kind == StepEvent::Kind::hit || event.kind == StepEvent::Kind::grazing) {
    if (end != last_stop_) reach_ = longest_reach * std::abs(end - last_stop_);
    last_stop_ = end;
  }
  t_ = end;
  x_.swap(next_);
  for (std::size_t i = 0; i < x_.size(); ++i) scale_[i] = std::max(scale_[i], std::abs(x_[i]));
  if (has_escaped()) return;
  if (!face_.sliding.empty()) field().project(t_, x_);
  left_.clear();
  switch (event.kind) {
    case StepEvent::Kind::none:
    case StepEvent::Kind::shorten:
      break;
    case StepEvent::Kind::hit:
      settled_event_ = true;
      handle_hit(event);
      break;
    case StepEvent::Kind::grazing:
      settled_event_ = true;
      handle_grazing(event);
      break;
  }
}

/// No step is possible.
void Run::give_up() {
  velocity_.resize(x_.size());
  field().velocity(t_, x_, velocity_);
  if (explodes(t_, x_, velocity_, state_size())) {
    stop(Status::escape,
         fmt::format("the solution grows without bound: at t = {:.17g} no step is short enough",
                     t_));
  } else if (std::isfinite(trusted_length_)) {
    stop(Status::failed,
         fmt::format("the right-hand side is not smooth, or not defined, beyond t = {:.17g}", t_));
  } else {
    stop(Status::failed, stepper_->failure());
  }
}

/// Stops where the state has left the ball that is looked at, or is about to.
bool Run::has_escaped() {
  if (!is_within(x_, options_.escape_norm)) {
    stop(Status::escape, fmt::format("|x| = {:.3g} exceeds {:.3g} at t = {:.17g}", length_of(x_),
                                     options_.escape_norm, t_));
    return true;
  }
  if (step_.length > 1e-9 * std::abs(t_) || step_.x.rows() < 2) return false;
  velocity_.resize(x_.size());
  for (std::size_t i = 0; i < x_.size(); ++i) {
    velocity_[i] =
        evaluate_slope(coefficients_of(step_.x, static_cast<Eigen::Index>(i)), step_.length);
  }
  if (!explodes(t_, x_, velocity_, state_size())) return false;
  stop(Status::escape, fmt::format("the solution grows without bound: |x| = {:.3g} at t = {:.17g}",
                                   length_of(x_), t_));
  return true;
}

void Run::append_segment(double end) {
  if (!options_.keep_trajectory) return;
  solution_.trajectory.append({t_, end, step_.x});
}

void Run::ignore_tended() {
  if (tended_.empty()) return;
  const std::vector<Monitor>& monitors = field().monitors();
  for (std::size_t m = 0; m < monitors.size(); ++m) {
    if (monitors[m].kind == Monitor::Kind::surface &&
        std::binary_search(tended_.begin(), tended_.end(), monitors[m].surface)) {
      step_.monitors.col(static_cast<Eigen::Index>(m)).setZero();
    }
  }
}

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
    hits = merged(std::move(hits), {monitor.surface});
  }
  Face through = face_;
  through.sliding = merged(through.sliding, hits);
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
  tended_ = merged(std::move(tended_), hits);
  stepper_->restart();
  return true;
}

double Run::state_size() const {
  return scale_.empty() ? 0 : *std::max_element(scale_.begin(), scale_.end());
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
    if (has_no_rate(monitors[m].surface)) result = merged(std::move(result), {monitors[m].surface});
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

/// A surface that jumps across one slid on, as that of sign(x + sign(y)) across y = 0, with that
/// one: then the state may be on both sides of it at once, which a face does not say.
std::optional<std::pair<int, int>> Run::surface_in_two_places() const {
  for (const int k : inclusion_.live_switches(face_.signature)) {
    if (face_.slides_on(k) || !inclusion_.depends_on_signs(k)) continue;
    for (const int j : face_.sliding) {
      Signature s = face_.signature;
      s[static_cast<std::size_t>(j)] = 1;
      const double above = inclusion_.switching(k, t_, x_, s);
      s[static_cast<std::size_t>(j)] = -1;
      const double below = inclusion_.switching(k, t_, x_, s);
      const double jump = std::abs(above - below);
      if (jump > 1e-8 * (std::abs(above) + std::abs(below)) && jump > 1e-12 * state_size()) {
        return std::pair(k, j);
      }
    }
  }
  return std::nullopt;
}

void Run::handle_hit(const StepEvent& event) {
  if (never_reached(event)) return;
  std::vector<int> hits;
  for (const int m : event.hits) {
    hits = merged(std::move(hits), {field().monitors()[static_cast<std::size_t>(m)].surface});
  }
  // Land on the surfaces reached.
  Face through = face_;
  through.sliding = merged(through.sliding, hits);
  fields_.at(through).project(t_, x_);
  for (std::size_t i = 0; i < x_.size(); ++i) {
    // What is left of a coordinate that the projection cancels: not even a rounding.
    if (std::abs(x_[i]) < 1e-30 * scale_[i]) x_[i] = 0;
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
    through.sliding = merged(through.sliding, surfaces);
    std::vector<double> x = x_;
    fields_.at(through).project(t_, x);
    LocalPoint point{t_, x, face_.signature, through.sliding, state_size()};
    // Others may be touched at the same time.
    LocalPoint complete = point;
    complete_active(inclusion_, complete, 1e-14, scale_);
    for (const int j : complete.active) {
      if (!face_.slides_on(j) && !inclusion_.depends_on_signs(j)) surfaces = merged(surfaces, {j});
    }
    point.active = merged(point.active, surfaces);
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
  record(same ? EventKind::grazing : kind_of_change(before, face_), merged(changed, {}));
  if (running()) watch_accumulation();
  const std::vector<int> touched = touched_only(point.active, changed, before);
  if (running() && !touched.empty()) record(EventKind::grazing, touched);
  return running();
}

/// Whether the field of the face moves with this velocity; true where it is not given.
bool Run::selection_has(const Eigen::VectorXd& velocity) {
  if (velocity.size() == 0 || face_.sliding.size() < 2) return true;
  Eigen::VectorXd own(velocity.size());
  field().velocity(t_, x_, {own.data(), x_.size()});
  const double error = (direction_ * own - velocity).lpNorm<Eigen::Infinity>();
  return error <= 1e-6 * velocity.lpNorm<Eigen::Infinity>();
}

std::string Run::names_of(const std::vector<int>& surfaces) const {
  std::string names;
  for (const int j : surfaces) {
    names += (names.empty() ? "" : ", ") + inclusion_.surface_name(j);
  }
  return names;
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

void Run::enter(const Continuation& continuation, const std::vector<int>& active, bool is_unique) {
  close_ambiguity();
  set_face(continuation.face);
  tended_.clear();
  left_ = active;
  stepper_->restart();
  FaceField& on_face = field();
  on_face.begin(t_, x_);
  if (!face_.sliding.empty()) {
    on_face.project(t_, x_);
    if (const auto jump = surface_in_two_places()) {
      stop(Status::undecided,
           fmt::format("slides on {} from t = {:.17g}, across which {} jumps: its sides are not "
                       "followed there",
                       inclusion_.surface_name(jump->second), t_,
                       inclusion_.surface_name(jump->first)));
      return;
    }
    if (continuation.kind == Continuation::Kind::slide && !selection_has(continuation.velocity)) {
      stop(Status::undecided,
           fmt::format("can slide on {} from t = {:.17g}, but the multilinear selection does not: "
                       "this solution is not followed",
                       names_of(face_.sliding), t_));
      return;
    }
    if (auto ambiguity = sliding_ambiguity(inclusion_, face_, t_, x_)) {
      ambiguity->from = t_;
      ambiguous_now_ = true;
      solution_.ambiguous.push_back(std::move(*ambiguity));
    }
  }
  if (continuation.kind == Continuation::Kind::rest) {
    if (ambiguous_now_) {
      rest(Status::finished,
           "the sliding velocity is not unique: rest is the solution with the selection used");
    } else if (!is_unique) {
      rest(Status::finished, "at rest; other solutions leave from there, at any time");
    } else {
      rest(Status::equilibrium, "at rest: 0 is in the right-hand side and no solution leaves");
    }
    return;
  }
  if (const auto starts = singular_starts(inclusion_, on_face, t_, x_)) {
    const SingularStart* start = leaving_with(*starts, direction_ * continuation.velocity);
    if (start == nullptr && !starts->empty()) start = &starts->front();
    if (start != nullptr) {
      Segment piece{t_, start->t, Eigen::MatrixXd(2, static_cast<Eigen::Index>(x_.size()))};
      const double length = std::abs(start->t - t_);
      for (std::size_t i = 0; i < x_.size(); ++i) {
        const auto k = static_cast<Eigen::Index>(i);
        piece.coefficients(0, k) = x_[i];
        piece.coefficients(1, k) = (start->x[i] - x_[i]) / length;
      }
      if (options_.keep_trajectory) solution_.trajectory.append(std::move(piece));
      t_ = start->t;
      x_ = start->x;
      left_.clear();
      on_face.begin(t_, x_);
    }
  }
}

void Run::record(EventKind kind, std::vector<int> surfaces) {
  solution_.events.push_back(
      {.t = t_, .kind = kind, .surfaces = std::move(surfaces), .surface_names = surface_names_});
  if (inclusion_.dimension() <= options_.largest_event_state) {
    Event& event = solution_.events.back();
    event.sliding = face_.sliding;
    event.signature = face_.signature;
    event.x = x_;
  }
  if (static_cast<long>(solution_.events.size()) >= options_.max_events && running()) {
    stop(Status::failed, fmt::format("more than {} events before t = {:.17g}: raise max_events",
                                     options_.max_events - 1, t_));
  }
}

void Run::branch(const LocalPoint& point, Continuations continuations) {
  const std::vector<double> x(point.x.begin(), point.x.end());
  x_ = x;
  record(EventKind::branching, point.active);
  if (!running()) return;
  if (options_.branches == BranchPolicy::first) {
    enter(continuations.found.front(), point.active, false);
    return;
  }
  if (options_.branches == BranchPolicy::all && depth_ > 0 &&
      (t_ == start_time_ || depth_ >= deepest_branch)) {
    stop(Status::undecided,
         t_ == start_time_
             ? fmt::format("branches again where it begins, at t = {:.17g}", t_)
             : fmt::format("more than {} branchings one after the other before t = {:.17g}",
                           deepest_branch, t_));
    return;
  }
  if (options_.branches == BranchPolicy::all) {
    for (const Continuation& c : continuations.found) {
      LocalPoint start = point;
      start.x = x;
      Run branch(inclusion_, t_, t1_, options_);
      branch.depth_ = depth_ + 1;
      solution_.branches.push_back(branch.along(start, c));
    }
  }
  stop(Status::branching,
       fmt::format("{} solutions continue from t = {:.17g}", continuations.count(), t_));
  solution_.continuations = std::move(continuations.found);
}

void Run::watch_accumulation() {
  Event event = solution_.events.back();
  event.sliding = face_.sliding;
  event.signature = face_.signature;
  event.x = x_;
  const auto limit = guard_.add(event);
  if (!limit) return;
  go_on_from(*limit);
  guard_.reset();
}

void Run::go_on_from(const AccumulationPoint& limit) {
  // The crossings left out are a straight piece.
  Segment piece{t_, limit.t, Eigen::MatrixXd(2, static_cast<Eigen::Index>(x_.size()))};
  for (std::size_t i = 0; i < x_.size(); ++i) {
    const auto k = static_cast<Eigen::Index>(i);
    piece.coefficients(0, k) = x_[i];
    piece.coefficients(1, k) = (limit.x[i] - x_[i]) / std::abs(limit.t - t_);
  }
  if (options_.keep_trajectory) solution_.trajectory.append(std::move(piece));
  const std::vector<double> before = std::exchange(x_, limit.x);
  t_ = limit.t;
  Face lower = face_;
  lower.sliding = merged(lower.sliding, limit.surfaces);
  fields_.at(lower).project(t_, x_);

  if (inclusion_.is_autonomous() && rests_at_limit(lower, before)) {
    set_face(lower);
    record(EventKind::accumulation, limit.surfaces);
    rest(Status::finished, "events accumulate; the limit is a point of rest");
    return;
  }
  FaceField& on_face = fields_.at(lower);
  on_face.begin(t_, x_);
  const Eigen::VectorXd u = on_face.multipliers(t_, x_);
  if (u.allFinite() && u.cwiseAbs().maxCoeff() <= 1) {
    Continuation slide;
    slide.kind = Continuation::Kind::slide;
    slide.face = lower;
    enter(slide, lower.sliding);
    record(EventKind::accumulation, limit.surfaces);
    return;
  }
  record(EventKind::accumulation, limit.surfaces);
  stop(Status::accumulation,
       fmt::format("events accumulate at t = {:.17g} and sliding on their surfaces is no solution",
                   t_));
}

/// Whether 0 is in F at the extrapolated limit of events, as far as that is known: what a component
/// of F has changed by since the state `before` may still be an error.
bool Run::rests_at_limit(const Face& face, const std::vector<double>& before) const {
  const auto velocities = [&](std::span<const double> x) {
    const LocalPoint point{t_, x, face.signature, face.sliding};
    const std::vector<Cell> cells = feasible_cells(inclusion_, point, direction_);
    return velocities_of(cells, static_cast<Eigen::Index>(x.size()));
  };
  Eigen::MatrixXd now = velocities(x_);
  const Eigen::MatrixXd then = velocities(before);
  for (Eigen::Index i = 0; i < now.rows(); ++i) {
    const double size = now.row(i).cwiseAbs().maxCoeff();
    const bool is_known = then.cols() == now.cols();
    const double error = is_known ? 2 * (now.row(i) - then.row(i)).cwiseAbs().maxCoeff() : 0;
    now.row(i) *= size > error ? 1 / size : 0;
  }
  return Polytope(now).minimum_norm_point().point.norm() <= 1e-6;
}

/// Stays at x up to the final time.
void Run::rest(Status status, std::string message) {
  if (options_.keep_trajectory && t_ != t1_) {
    Segment piece{t_, t1_, Eigen::MatrixXd(1, static_cast<Eigen::Index>(x_.size()))};
    for (std::size_t i = 0; i < x_.size(); ++i) {
      piece.coefficients(0, static_cast<Eigen::Index>(i)) = x_[i];
    }
    solution_.trajectory.append(std::move(piece));
  }
  resting_ = true;
  stop(status, std::move(message));
}

void Run::stop(Status status, std::string message) {
  solution_.status = status;
  solution_.message = std::move(message);
}

void Run::close_ambiguity() {
  if (!ambiguous_now_) return;
  solution_.ambiguous.back().to = resting_ ? t1_ : t_;
  ambiguous_now_ = false;
}

}  // namespace

Solution run(const Inclusion& inclusion, const LocalPoint& start, double t1,
             const SolverOptions& options) {
  return Run(inclusion, start.t, t1, options).from(start);
}

Departure settle_start(const Inclusion& inclusion, const LocalPoint& start, double t1,
                       const SolverOptions& options) {
  return Run(inclusion, start.t, t1, options).settle_start(start);
}

Departure run_to_event(const Inclusion& inclusion, double t, std::span<const double> x,
                       const Face& face, double t1, const SolverOptions& options) {
  return Run(inclusion, t, t1, options).run_to_event({t, x, face.signature, face.sliding});
}

Departure settle_limit(const Inclusion& inclusion, double t, std::span<const double> x,
                       const Face& face, const AccumulationPoint& limit, double t1,
                       const SolverOptions& options) {
  return Run(inclusion, t, t1, options).settle_limit({t, x, face.signature, face.sliding}, limit);
}

}  // namespace filippov::detail
