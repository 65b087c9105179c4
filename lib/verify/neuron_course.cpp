#include "neuron_course.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "branching_place.hpp"
#include "filippov/arithmetic/interval_io.hpp"
#include "filippov/inclusion/clarke.hpp"
#include "filippov/network/correlation.hpp"
#include "filippov/solver/solve.hpp"
#include "filippov/tube/enclose.hpp"
#include "resting_place.hpp"

namespace filippov::detail {

namespace {

constexpr int tube_order = 14;
constexpr const char* not_excluded = "an earlier time of alignment is not excluded";

double length(const std::vector<double>& x) {
  double sum = 0;
  for (const double entry : x) sum += entry * entry;
  return std::sqrt(sum);
}

std::vector<double> direction(std::vector<double> x) {
  const double norm = length(x);
  for (double& entry : x) entry /= norm;
  return x;
}

double distance(const std::vector<double>& a, const std::vector<double>& b) {
  double sum = 0;
  for (std::size_t k = 0; k < a.size(); ++k) sum += (a[k] - b[k]) * (a[k] - b[k]);
  return std::sqrt(sum);
}

/// The times at which pieces of the trajectory begin or end; of each component, where there are so
/// many surfaces that the parts of the flow are integrated on their own.
std::vector<double> breakpoints(const Trajectory& trajectory) {
  std::vector<double> times;
  if (trajectory.empty()) return times;
  times.push_back(trajectory.start());
  for (const Segment& segment : trajectory.segments()) times.push_back(segment.t1);
  for (const ComponentPiece& piece : trajectory.pieces()) times.push_back(piece.t1);
  std::sort(times.begin(), times.end());
  times.erase(std::unique(times.begin(), times.end()), times.end());
  return times;
}

/// Times that come nearer and nearer to `time`, from both sides.
void approach(double time, double ratio, std::vector<double>& times) {
  for (double gap = 0.85; gap > 1e-15; gap *= gap > 1e-3 ? ratio : 0.4) {
    times.push_back(time * (1 - gap));
    if (gap < 1e-5) times.push_back(time * (1 + gap));
  }
}

/// Times from which what happens at `time` may be told, where tubes may end.
std::vector<double> shortly_before(double time) {
  std::vector<double> times;
  for (const double gap : {1e-12, 1e-9, 1e-6, 1e-4, 1e-2}) times.push_back((1 - gap) * time);
  return times;
}

}  // namespace

Box TubeCourse::at(double t) const {
  if (t == 0) return tube_.x0;
  for (const TubeSegment& segment : tube_.segments) {
    if (segment.t1 == t) return segment.end;
  }
  return during(t, t);
}

Box TubeCourse::during(double from, double to) const {
  Box box;
  const auto first =
      std::lower_bound(tube_.segments.begin(), tube_.segments.end(), from,
                       [](const TubeSegment& segment, double time) { return segment.t1 < time; });
  for (auto segment = first; segment != tube_.segments.end() && segment->t0 <= to; ++segment) {
    // What only touches is not needed.
    if (from < to && (segment->t1 == from || segment->t0 == to)) continue;
    box = box.empty() ? segment->box : hull_of(std::move(box), segment->box);
  }
  return box;
}

std::optional<Face> TubeCourse::face(double from, double to) const {
  std::optional<Face> face;
  for (const TubeSegment& segment : tube_.segments) {
    if (segment.t1 <= from || segment.t0 >= to) continue;
    if (segment.kind != TubeSegment::Kind::smooth) return std::nullopt;
    if (face && *face != segment.face) return std::nullopt;
    face = segment.face;
  }
  return face;
}

NeuronCourse::NeuronCourse(const Network& network, const DataSet& data, const Loss& loss, int sign,
                           Box w0, Interval small, Interval epsilon, double rate, KnownZeros zeros)
    : model_(network, data, loss, sign),
      map_(sign > 0 ? ascent(correlation_function(network, data, loss))
                    : descent(correlation_function(network, data, loss))),
      w0_(std::move(w0)),
      small_(small),
      epsilon_(epsilon) {
  model_.let_rest(std::move(zeros));
  if (model_.two_layer()) conserved_ = sqr(w0_[0]) - squared_norm(std::span(w0_).subspan(1));
  explore(rate);
  if (problem_.empty()) find_limit();
  if (problem_.empty()) bracket();
}

void NeuronCourse::explore(double rate) {
  std::vector<double> start;
  for (const Interval& w : w0_) start.push_back(w.midpoint());
  constexpr int most = 40;
  constexpr std::size_t most_lingering = 500;  // pieces of the trajectory
  double end = 1 / rate;
  Trajectory settled;
  for (int attempt = 0; attempt < most; ++attempt, end *= 1.5) {
    Solution solution =
        solve(map_, {.t1 = end, .x0 = start}, {.rtol = 1e-13, .atol = 1e-17, .escape_norm = 1e150});
    if (solution.status != Status::finished && solution.status != Status::equilibrium &&
        solution.status != Status::escape) {
      problem_ = fmt::format("in floating point the flow ends as {}: {}", name(solution.status),
                             solution.message);
      trajectory_ = std::move(solution.trajectory);
      for (const double time : shortly_before(solution.t)) {
        const std::optional<State> state = state_at(time);
        if (!state) continue;
        if (branches_from(*state)) return;
        if (solution.status != Status::undecided || !rests_from(*state, time)) continue;
        problem_.clear();
        return;
      }
      return;
    }
    sliding_ = solution.events.empty() ? solution.start.sliding : solution.events.back().sliding;
    at_rest_ = solution.status == Status::equilibrium;
    event_times_.clear();
    for (const Event& event : solution.events) event_times_.push_back(event.t);
    const std::vector<double> x = solution.x;
    trajectory_ = std::move(solution.trajectory);
    if (length(x) <= small_.lower() * (at_rest_ ? 1 : 1e-3)) {
      which_ = AlignmentCase::vanishing;
      return;
    }
    if (at_rest_) return;
    if (solution.status == Status::escape) break;
    // A direction may be constant while the neuron shrinks: not before it grows.
    const std::vector<double> earlier = trajectory_(0.8 * trajectory_.end());
    const bool shrinks = length(x) < (1 - 1e-9) * length(earlier);
    if (shrinks || !(distance(direction(x), direction(earlier)) < 1e-10)) continue;
    if (settles(x) || is_on_edge(x)) return;
    // It may only linger near an unstable direction.
    if (settled.empty()) settled = trajectory_;
    if (breakpoints(trajectory_).size() > most_lingering) break;
  }
  if (settles(trajectory_(trajectory_.end()))) return;
  if (!settled.empty()) {
    trajectory_ = std::move(settled);
  } else if (length(trajectory_(trajectory_.end())) < 1e100) {
    problem_ = "the direction of the flow does not settle";
  }
}

/// The state is in the region of attraction of a limit near it, as far as that can be judged.
bool NeuronCourse::settles(const std::vector<double>& x) const {
  if (!model_.has_lipschitz_gradient()) return true;
  const LimitDirection limit = enclose_limit(model_, direction(x), {});
  return limit.certified.proof == Proof::certified &&
         attracts(model_, limit, Box(x.begin(), x.end()));
}

std::vector<int> NeuronCourse::rows_of(int surface) const {
  const std::vector<double> x(w0_.size(), 0.5);
  const Signature sides(static_cast<std::size_t>(map_.switch_count()), 1);
  return rows_with_normal(map_.switching_gradient(surface, 0, x, sides).x);
}

std::vector<int> NeuronCourse::rows_with_normal(const Eigen::VectorXd& weights) const {
  const DataSet& data = model_.data();
  const Eigen::VectorXd normal = weights.tail(data.dimension());
  int best = 0;
  double best_sine = 2;
  for (int i = 0; i < data.size(); ++i) {
    const Eigen::Map<const Eigen::VectorXd> row(data.approximate_input(i).data(), data.dimension());
    const double norms = row.norm() * normal.norm();
    if (!(norms > 0)) continue;
    const double cosine = row.dot(normal) / norms;
    const double sine = (row / row.norm() - cosine * normal / normal.norm()).norm();
    if (sine < best_sine) {
      best_sine = sine;
      best = i;
    }
  }
  return rows_parallel_to(data, best);
}

std::vector<int> NeuronCourse::kinks_of(const std::vector<int>& sliding) const {
  std::vector<int> kinks;
  for (const int surface : sliding) {
    for (const int row : rows_of(surface)) kinks.push_back(row);
  }
  return kinks;
}

std::vector<int> NeuronCourse::kinks_at_end(const Tube& tube) const {
  return kinks_of(tube.segments.empty() ? std::vector<int>() : tube.segments.back().face.sliding);
}

void NeuronCourse::find_limit() {
  if (which_ == AlignmentCase::vanishing || resting_time_ || comes_to_rest()) return;
  const bool at_start = trajectory_.empty();
  const std::vector<double> last =
      direction(at_start ? midpoint(w0_) : trajectory_(trajectory_.end()));
  if (at_start || at_rest_) {
    limit_ = known_limit(model_, last);
    if (limit_.certified.proof != Proof::certified) {
      limit_.certified.reason = "the neuron rests where the gradient may not vanish";
    }
  } else {
    limit_ = enclose_limit(model_, last, kinks_of(sliding_));
  }
  if (limit_.certified.proof != Proof::certified) problem_ = limit_.certified.reason;
  if (limit_.saddle_neuron >= 0) bound_norm_by_turning();
}

/// Where dN vanishes at the limit, and `attracts` is proved at time t. N / |u|^2 does not fall, so
/// it is <= 0 and |u| falls. On the great circle from the limit to u / |u|, at the angle phi, n =
/// N is concave with n(0) = n'(0) = 0, so that -n(phi) <= -phi n'(phi); and phi' = n'(phi). So
///
///     d ln|u| / dt = 2 n(phi) >= 2 phi phi' = (phi^2)',
///
/// the limit of |u| is at least |u(t)| e^(-phi(t)^2), and phi <= (pi/2) |u/|u| - limit|.
void NeuronCourse::bound_norm_by_turning() {
  for (const double near : {1e-2, 1e-5, 1e-9}) {
    const bool at_start = trajectory_.empty() || at_rest_;
    const std::optional<State> state = state_at(at_start ? 0 : near_limit(near));
    if (!state || !attracts(model_, limit_, state->w)) continue;
    const Interval size = norm(state->w);
    const Interval square = squared_distance(limit_, state->w);
    const Interval least = size * exp(-sqr(Interval::pi()) / 4 * square);
    least_norm_ = Interval(least.lower(), size.upper());
    falls_to_limit_ = true;
    return;
  }
  problem_ = "that u turns to a neuron of the saddle, where N = 0, is not proved";
}

/// By a tube; nothing where that does not get there.
std::optional<NeuronCourse::State> NeuronCourse::state_at(double time) const {
  if (!(time > 0)) return State{w0_, {}};
  const Tube tube = enclose(time).tube();
  if (tube.status != TubeStatus::finished) return std::nullopt;
  return State{tube.box, kinks_at_end(tube)};
}

bool NeuronCourse::branches_from(const State& state) {
  branching_ = detail::branching(model_, state.w, conserved_, state.kinks);
  if (branching_.empty()) return false;
  problem_ = "its flow branches, so that a hypothesis of the theorem does not hold: " + branching_;
  return true;
}

/// When it may be proved that the neuron comes to rest.
std::vector<double> NeuronCourse::resting_times() const {
  if (trajectory_.empty()) return {0.0};
  std::vector<double> candidates;
  const std::vector<double> times = breakpoints(trajectory_);
  const std::vector<double> last = trajectory_(trajectory_.end());
  // The first time, before x_i.u is rounding errors alone.
  const auto there =
      std::ranges::find_if(times, [&](double t) { return t > 0 && is_on_edge(trajectory_(t)); });
  if (there != times.end()) candidates.push_back(*there);
  if (at_rest_ || is_flat(model_, Box(last.begin(), last.end()))) {
    candidates.push_back(after_last_event());
    // A tube may end where many hyperplanes are met, as at u = 0.
    if (model_.two_layer() && !event_times_.empty()) {
      for (const double time : shortly_before(event_times_.back())) candidates.push_back(time);
    }
  }
  return candidates;
}

bool NeuronCourse::rests_from(const State& state, double time) {
  const RestingPlace place = resting_place(model_, state.w, conserved_, state.kinks);
  if (place.limit.certified.proof != Proof::certified) return false;
  limit_ = place.limit;
  least_norm_ = place.size;  // |w| falls to that, as N <= 0
  falls_to_limit_ = true;
  resting_time_ = time;
  if (!place.unique.empty()) rest_ = place.box;
  return true;
}

bool NeuronCourse::comes_to_rest() {
  return std::ranges::any_of(resting_times(), [&](double time) {
    const std::optional<State> state = state_at(time);
    return state && rests_from(*state, time);
  });
}

/// Nearly so, where the others are not active and those that are hold it back.
bool NeuronCourse::is_on_edge(const std::vector<double>& x) const {
  if (model_.network().kind == NetworkKind::diagonal || !identical(model_.network().leak, 0)) {
    return false;
  }
  constexpr double near = 1e-10;
  for (int i = 0; i < model_.data().size(); ++i) {
    const Box w(x.begin(), x.end());
    const double t = model_.activation(i, w).midpoint();
    const double size = norm(model_.data().input(i)).midpoint() * length(x);
    const bool absent = identical(model_.coefficients()[static_cast<std::size_t>(i)], 0);
    if (absent) continue;
    const bool holds = certainly_less_equal(pull(model_, i, w), 0);
    if (t > near * size || (t > -near * size && !holds)) return false;
  }
  return true;
}

Interval NeuronCourse::alignment(const Box& u) const { return dot(u, limit_.box) / norm(u); }

Interval NeuronCourse::progress(const Box& u) const {
  if (which_ == AlignmentCase::vanishing) return small_ - norm(u);
  return alignment(u) - (1 - epsilon_);
}

Interval NeuronCourse::progress_rate(const Box& before, const TubeSegment& segment) const {
  if (which_ == AlignmentCase::vanishing) {
    return -2 * model_.correlation(segment.box) / norm(segment.box);
  }
  std::vector<int> kinks;
  if (segment.kind == TubeSegment::Kind::smooth) kinks = kinks_of(segment.face.sliding);
  // The direction e moves with dN(e) - 2 N(e) e, whatever the norm, which may grow much faster:
  // where e is follows from where it was and from how fast it moves, from coarse to fine.
  const auto direction_of = [](Box u) {
    const Interval size = norm(u);
    for (Interval& entry : u) entry /= size;
    return u;
  };
  const Box first = direction_of(before);
  const Interval elapsed = hull(Interval(0), Interval(segment.t1) - Interval(segment.t0));
  Box e = direction_of(segment.box);
  Interval rate = 0;
  constexpr int refinements = 4;
  for (int k = 0; k < refinements; ++k) {
    Box velocity = gradient_along(model_, e, model_.coefficients(), kinks);
    const Interval twice = 2 * model_.correlation(e);
    for (std::size_t i = 0; i < e.size(); ++i) {
      velocity[i] -= twice * e[i];
      e[i] = intersect(e[i], first[i] + elapsed * velocity[i]).value_or(e[i]);
    }
    const Interval along = dot(velocity, limit_.box);
    rate = k == 0 ? along : intersect(rate, along).value_or(rate);
  }
  return rate;
}

TubeCourse NeuronCourse::enclose(double time, std::vector<double> visit,
                                 std::vector<double> disturbance) const {
  const bool disturbed = !disturbance.empty();
  TubeCourse course = through_events(time, visit, std::move(disturbance));
  const bool finished = course.tube().status == TubeStatus::finished;
  if (finished || disturbed || !resting_time() || !(*resting_time() < time)) return course;
  std::erase_if(visit, [&](double t) { return t > *resting_time(); });
  Tube tube = through_events(*resting_time(), std::move(visit), {}).tube();
  if (tube.status != TubeStatus::finished) return course;
  const Face face = tube.segments.empty() ? Face{} : tube.segments.back().face;
  TubeSegment& rest = tube.segments.emplace_back();
  rest.kind = TubeSegment::Kind::window;
  rest.t0 = *resting_time();
  rest.t1 = tube.t = time;
  rest.before = rest.face = face;
  rest.box = rest.end = tube.box = rest_;
  return TubeCourse(std::move(tube));
}

TubeCourse NeuronCourse::through_events(double time, std::vector<double> visit,
                                        std::vector<double> disturbance) const {
  std::sort(visit.begin(), visit.end());
  return TubeCourse(
      encloser_.enclose({.t1 = time, .x0 = w0_, .disturbance = std::move(disturbance)},
                        {.order = tube_order, .visit = std::move(visit), .max_pieces = 1}));
}

template <class Value>
std::optional<double> NeuronCourse::first_root(const Value& value) const {
  double before = 0;
  const std::vector<double> times = breakpoints(trajectory_);
  for (std::size_t j = 0; j + 1 < times.size(); ++j) {
    constexpr int samples = 32;
    for (int k = 1; k <= samples; ++k) {
      double after = std::min(times[j] + (times[j + 1] - times[j]) * k / samples, times[j + 1]);
      if (value(trajectory_(after)) < 0) {
        before = after;
        continue;
      }
      for (int step = 0; step < 80; ++step) {
        const double middle = 0.5 * (before + after);
        (value(trajectory_(middle)) < 0 ? before : after) = middle;
      }
      return after;
    }
  }
  return std::nullopt;
}

double NeuronCourse::after_last_event() const {
  if (resting_time_) return *resting_time_;
  if (trajectory_.empty()) return 0;
  const auto side = [&](int i, const std::vector<double>& u) {
    const Interval t = model_.activation(i, Box(u.begin(), u.end()));
    if (t.magnitude() < 1e-10 * length(u)) return 0;
    return t.midpoint() > 0 ? 1 : -1;
  };
  if (model_.network().kind == NetworkKind::diagonal) return 0;
  const auto sides = [&](double t) {
    const std::vector<double> u = trajectory_(t);
    std::vector<int> result;
    for (int i = 0; i < model_.data().size(); ++i) result.push_back(side(i, u));
    return result;
  };
  const std::vector<int> last = sides(trajectory_.end());
  const std::vector<double> times = breakpoints(trajectory_);
  std::size_t j = times.size() - 1;
  while (j > 0 && sides(times[j - 1]) == last) --j;
  return std::min(1.01 * (j > 0 ? times[j] : 0), trajectory_.end());
}

void NeuronCourse::bracket() {
  const auto box = [](const std::vector<double>& u) { return Box(u.begin(), u.end()); };
  std::vector<double> turning;
  double first_root_time = 0;
  const bool turns =
      which_ == AlignmentCase::aligned && !falls_to_limit_ && model_.correlation(w0_).lower() < 0;
  if (!falls_to_limit_) least_norm_ = norm(w0_);
  if (turns) {
    const auto root = first_root(
        [&](const std::vector<double>& u) { return model_.correlation(box(u)).upper(); });
    approach(root.value_or(trajectory_.end()), 0.85, turning);
  }
  if (!certainly_less_equal(0, progress(w0_))) {
    const auto root =
        first_root([&](const std::vector<double>& u) { return progress(box(u)).midpoint(); });
    if (!root) {
      problem_ = "it is not aligned at the end of what was explored";
      return;
    }
    first_root_time = *root;
  }
  std::sort(turning.begin(), turning.end());
  // Shorter steps where longer ones do not exclude an earlier time.
  struct Resolution {
    int coarse;
    double ratio;
  };
  for (const Resolution resolution : {Resolution{100, 0.85}, {600, 0.95}, {3000, 0.98}}) {
    problem_.clear();
    std::vector<double> first;
    if (first_root_time > 0) approach(first_root_time, resolution.ratio, first);
    std::vector<double> visit = turning;
    visit.insert(visit.end(), first.begin(), first.end());
    if (visit.empty()) return;
    const double end = *std::max_element(visit.begin(), visit.end());
    for (int k = 1; first_root_time > 0 && k < resolution.coarse; ++k) {
      visit.push_back(end * k / resolution.coarse);
    }
    const TubeCourse course = enclose(end, visit);
    std::sort(first.begin(), first.end());
    if (turns) bracket_turning(course, turning);
    if (first.empty() || !problem_.empty()) return;
    bracket_first_time(course, first);
    if (problem_ != not_excluded) return;
  }
}

/// N grows along the flow: it is negative up to a time at which it is.
void NeuronCourse::bracket_turning(const TubeCourse& course, const std::vector<double>& times) {
  double a = 0;
  for (const double b : times) {
    if (b > course.tube().t) break;
    const Box u = course.at(b);
    const Interval value = model_.correlation(u);
    if (certainly_negative(value)) {
      a = b;
    } else if (certainly_less_equal(0, value)) {
      turning_time_ = Interval(a, b);
      // (|u|^2)' = 4 N, negative before t0 and at most 4 N(b) from there to b.
      const Interval fall = 4 * value * (Interval(b) - Interval(a));
      const double lower = (squared_norm(u) - fall).lower();
      const double upper = std::min(norm(course.at(a)).upper(), norm(u).upper());
      least_norm_ = Interval(sqrt(Interval(std::max(lower, 0.0))).lower(), upper);
      return;
    }
  }
  problem_ = course.tube().status == TubeStatus::stopped
                 ? course.tube().message
                 : "N < 0: the norm may still fall, so that eta is not bounded from below";
}

bool NeuronCourse::below_until(const TubeCourse& course, double time) const {
  Interval at_start = progress(w0_);
  const Box* before = &w0_;
  for (const TubeSegment& segment : course.tube().segments) {
    if (segment.t1 > time) break;
    const Interval at_end = progress(segment.end);
    if (!certainly_negative(at_end) && segment.t1 <= time) return false;
    if (!certainly_negative(progress(segment.box))) {
      const Interval rate = progress_rate(*before, segment);
      const Interval elapsed = Interval(segment.t1) - Interval(segment.t0);
      const bool rises = certainly_positive(rate);
      const Interval most = at_start + elapsed * max(rate, Interval(0));
      const Interval backward = at_end - elapsed * min(rate, Interval(0));
      if (!rises && !certainly_negative(most) && !certainly_negative(backward)) return false;
    }
    at_start = at_end;
    before = &segment.end;
  }
  return true;
}

void NeuronCourse::bracket_first_time(const TubeCourse& course, const std::vector<double>& times) {
  double a = 0;
  for (const double b : times) {
    if (b > course.tube().t) break;
    const Interval value = progress(course.at(b));
    if (certainly_negative(value)) {
      a = b;
    } else if (certainly_less_equal(0, value)) {
      if (!below_until(course, a)) {
        problem_ = not_excluded;
        return;
      }
      first_time_ = Interval(a, b);
      return;
    }
  }
  problem_ = course.tube().status == TubeStatus::stopped ? course.tube().message
                                                         : "the time of alignment is not bracketed";
}

/// Between two times the distance changes no faster than what the gradients differ by, and `push`
/// more. Where both are on one face, with one a, it grows no faster than with the rate |a|.
Interval NeuronCourse::distance_between(const TubeCourse& s, const TubeCourse& u,
                                        const std::vector<double>& times, Interval push) const {
  const auto difference = [](Box x, const Box& y) {
    for (std::size_t k = 0; k < x.size(); ++k) x[k] -= y[k];
    return norm(x);
  };
  Interval rate = 0;
  for (int i = 0; i < model_.data().size(); ++i) {
    rate += abs(model_.coefficients()[static_cast<std::size_t>(i)]) * norm(model_.data().input(i));
  }
  Interval largest = 0;
  Interval before = difference(s.at(0), u.at(0));
  for (std::size_t j = 0; j + 1 < times.size(); ++j) {
    const double from = times[j];
    const double to = times[j + 1];
    const Interval elapsed = Interval(to) - Interval(from);
    const Box s_box = s.during(from, to);
    const Box u_box = u.during(from, to);
    const Interval speed = difference(model_.gradient(s_box), model_.gradient(u_box)) + push;
    const Interval after = difference(s.at(to), u.at(to));
    Interval between = min((before + after + elapsed * speed) / 2, difference(s_box, u_box));
    const std::optional<Face> face = s.face(from, to);
    if (model_.two_layer() && face && face == u.face(from, to)) {
      between = min(between, exp(rate * elapsed) * (before + elapsed * push));
    }
    largest = max(largest, max(after, between));
    before = after;
  }
  return largest;
}

std::vector<NeuronEvent> NeuronCourse::events(const Tube& tube) const {
  std::vector<NeuronEvent> result;
  for (const TubeEvent& event : tube.events) {
    for (const int surface : event.surfaces) {
      result.push_back({event.kind, rows_of(surface).front(), event.window});
    }
  }
  // Where the right-hand side does not jump, a crossing is a window of the tube but no event.
  const Signature* before = nullptr;
  for (const TubeSegment& segment : tube.segments) {
    const Signature& after = segment.face.signature;
    for (int j = 0; before && segment.kind == TubeSegment::Kind::window && j < surface_count();
         ++j) {
      const auto place = static_cast<std::size_t>(j);
      if (map_.jumps_across(j) || (*before)[place] == after[place]) continue;
      result.push_back({EventKind::crossing, rows_of(j).front(), Interval(segment.t0, segment.t1)});
    }
    before = &after;
  }
  std::stable_sort(result.begin(), result.end(), [](const NeuronEvent& a, const NeuronEvent& b) {
    return a.window.lower() < b.window.lower();
  });
  return result;
}

std::pair<bool, std::string> NeuronCourse::stays(const Tube& tube) const {
  if (model_.has_lipschitz_gradient()) {
    return {true, "the gradient of the network is locally Lipschitz"};
  }
  if (tube.status != TubeStatus::finished) return {false, tube.message};
  const Box& w = tube.box;
  if (resting_time_) {
    const RestingPlace place = resting_place(model_, w, conserved_, kinks_at_end(tube));
    if (place.unique.empty())
      return {false, "that no solution parts on the way to rest is not proved"};
    return {true, place.unique};
  }
  const ActivationCell cell = cell_of(model_, Box(w.begin() + 1, w.end()), kinks_at_end(tube));
  if (!cell.problem.empty()) return {false, cell.problem};
  // v v' = N, and N does not fall; or v^2 - |u|^2, which is conserved, is positive.
  const bool grows = certainly_positive(model_.correlation(w));
  if (!certainly_nonzero(w[0]) || !(grows || certainly_positive(conserved_))) {
    return {false, "v is not proved to keep its sign"};
  }
  const int sign = certainly_positive(w[0]) ? 1 : -1;
  for (std::size_t i = 0; i < cell.sides.size(); ++i) {
    if (cell.sides[i] == 0) continue;
    const Interval pull =
        cell.sides[i] * sign * dot(model_.data().input(static_cast<int>(i)), cell.drive);
    if (!certainly_less_equal(0, pull)) {
      return {false, fmt::format("after the tube x{}.u may change its sign", i)};
    }
  }
  std::string text = fmt::format("{}; x_i.u moves away from 0 for every row",
                                 certainly_positive(conserved_)
                                     ? "v^2 - |u|^2 > 0 is conserved, so v keeps its sign"
                                     : "N > 0 grows, so |v| does");
  if (!cell.kinks.empty()) {
    if (!holds_all_kinks(cell, sign) || !is_sliding(cell)) {
      return {false, "the hyperplane slid on is not proved to attract for ever"};
    }
    for (const HyperplaneKink& kink : cell.kinks) {
      text += fmt::format("{} {}", &kink == &cell.kinks.front() ? " but" : ",", kink.rows.front());
    }
    text += cell.kinks.size() == 1 ? ", whose hyperplane attracts for ever"
                                   : ", whose hyperplanes attract for ever";
  }
  return {true, text};
}

double NeuronCourse::near_limit(double close) const {
  std::vector<double> limit;
  for (const Interval& entry : limit_.box) limit.push_back(entry.midpoint());
  for (const double t : breakpoints(trajectory_)) {
    if (t > 0 && distance(direction(trajectory_(t)), limit) < close) return t;
  }
  return horizon();
}

bool NeuronCourse::turns_to_limit(const Tube& tube, bool stays) const {
  if (which_ == AlignmentCase::vanishing) return false;
  if (falls_to_limit_) return true;
  if (tube.status != TubeStatus::finished) return false;
  const Box& w = tube.box;
  if (model_.has_lipschitz_gradient()) return attracts(model_, limit_, w);
  // In a cell that it never leaves, v' = a.u, u' = v a: it turns to (v, a / |a|) where N > 0.
  if (!stays || !certainly_positive(model_.correlation(w))) return false;
  const std::vector<int> kinks = kinks_at_end(tube);
  const ActivationCell here = cell_of(model_, Box(w.begin() + 1, w.end()), kinks);
  const ActivationCell there =
      cell_of(model_, Box(limit_.box.begin() + 1, limit_.box.end()), limit_.kinks);
  return here.problem.empty() && there.problem.empty() && kinks == limit_.kinks &&
         here.sides == there.sides && certainly_positive(w[0] * limit_.box[0]);
}

}  // namespace filippov::detail
