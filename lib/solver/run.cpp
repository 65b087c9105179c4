#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>

#include "event_refinement.hpp"
#include "integration.hpp"
#include "polynomial_event.hpp"

namespace filippov::detail {

namespace {

constexpr int most_shortened_steps = 200;
/// A step after an event is at most that many times as long as the motion before it: what decides
/// soon after the event must not be rounding beside what is far away.
constexpr double longest_reach = 100;

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

}  // namespace

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
  if (!check_.solves_equation(inclusion_, field(), t_, step_, length, next_, state_size(),
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
  t_ = end;
  x_.swap(next_);
  if (has_escaped()) return;
  if (!face_.sliding.empty()) field().project(t_, x_);
  for (std::size_t i = 0; i < x_.size(); ++i) scale_[i] = std::max(scale_[i], std::abs(x_[i]));
  left_.clear();
  const bool is_hit = event.kind == StepEvent::Kind::hit;
  if (!is_hit && event.kind != StepEvent::Kind::grazing) return;
  if (is_hit && has_other_multipliers(event)) return;
  if (end != last_stop_) reach_ = longest_reach * std::abs(end - last_stop_);
  last_stop_ = end;
  settled_event_ = true;
  if (is_hit) {
    handle_hit(event);
  } else {
    handle_grazing(event);
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

double Run::state_size() const {
  const double size = scale_.empty() ? 0 : *std::max_element(scale_.begin(), scale_.end());
  return size < least_size() ? 0 : size;
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
