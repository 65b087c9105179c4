#include "neuron_courses.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "filippov/arithmetic/error.hpp"
#include "filippov/arithmetic/interval_io.hpp"

namespace filippov::detail {

NeuronCourses::NeuronCourses(Network network, const DataSet& data, const Loss& loss,
                             const std::vector<Box>& start, int negative, Interval epsilon,
                             const std::string& what)
    : network_(std::move(network)),
      data_(data),
      loss_(loss),
      start_(start),
      negative_(negative),
      epsilon_(epsilon) {
  network_.neurons = 1;
  network_.negative_neurons = 0;
  if (start.empty()) throw Error(fmt::format("{}: there are no neurons", what));
  if (network_.kind == NetworkKind::diagonal && start.size() != 1) {
    throw Error(
        fmt::format("{}: a diagonal network has one row of weights, not {}", what, start.size()));
  }
  const auto size = static_cast<std::size_t>(neuron_size(network_, data));
  Interval square = 0;
  for (std::size_t k = 0; k < start.size(); ++k) {
    if (start[k].size() != size) {
      throw Error(fmt::format("{}: neuron {} has {} weights, expected {}", what, k + 1,
                              start[k].size(), size));
    }
    if (!is_bounded(start[k])) {
      throw Error(fmt::format("{}: a weight of neuron {} is not finite", what, k + 1));
    }
    square += squared_norm(start[k]);
  }
  if (!certainly_positive(square)) {
    throw Error(fmt::format("{}: the weights are all zero: expected a direction", what));
  }
  norm_ = sqrt(square);
  if (!certainly_positive(epsilon) || !certainly_less(epsilon, 1)) {
    throw Error(fmt::format("epsilon is in {}, expected a number in (0, 1)", to_string(epsilon)));
  }
}

std::string NeuronCourses::follow(double rate) {
  rate_ = rate;
  const std::size_t positive = start_.size() - static_cast<std::size_t>(negative_);
  // eta first: without it epsilon cannot be judged.
  for (std::size_t k = 0; k < start_.size(); ++k) {
    const int sign = k < positive ? 1 : -1;
    courses_.push_back(std::make_unique<NeuronCourse>(network_, data_, loss_, sign, start_[k],
                                                      radius(), epsilon_, rate, zeros_));
    const NeuronCourse& course = *courses_.back();
    NeuronAlignment& neuron = neurons_.emplace_back();
    neuron.which = course.which();
    neuron.limit = course.limit();
    if (!course.branching().empty()) neuron.nonbranching = {Proof::refuted, course.branching()};
    if (!course.problem().empty()) return fmt::format("neuron {}: {}", k + 1, course.problem());
    if (neuron.which == AlignmentCase::aligned) {
      eta_ = min(eta_, course.least_norm() / (2 * norm_));
    }
  }
  if (!certainly_less(epsilon_, eta_)) {
    throw Error(fmt::format("epsilon is in {}, expected a number less than eta, which is in {}",
                            to_string(epsilon_), to_string(eta_)));
  }
  return {};
}

Interval NeuronCourses::first_time() const {
  Interval time = 0;
  for (const auto& course : courses_) {
    time = max(time, course->first_time());
    if (course->which() == AlignmentCase::aligned) time = max(time, course->turning_time());
  }
  return time;
}

std::string NeuronCourses::enclose(Interval time) {
  time_ = time;
  const double end = time.upper();
  // What meets a hyperplane a little later than u departs by the time between, times a speed.
  std::vector<double> events;
  for (const auto& course : courses_) {
    events.insert(events.end(), course->event_times().begin(), course->event_times().end());
  }
  times_ = comparison_times(end, rate_, events, 1e-3 * epsilon_.lower() / rate_);
  std::vector<double> visit = times_;
  if (time.lower() < end) visit.push_back(time.lower());
  std::string missing;
  for (std::size_t k = 0; k < courses_.size(); ++k) {
    const NeuronCourse& course = *courses_[k];
    tubes_.push_back(course.enclose(std::max(end, course.after_last_event()), visit));
    if (tubes_.back().tube().uniqueness.proof == Proof::undecided &&
        !(tubes_.back().tube().t < end)) {
      // Up to `time` at least.
      tubes_.back() = course.enclose(end, visit);
    }
    judge(course, neurons_[k]);
    const Tube& tube = tubes_.back().tube();
    if (tube.t < end && missing.empty()) {
      missing = fmt::format("the tube of the neural correlation flow ends: {}", tube.message);
    }
  }
  return missing;
}

void NeuronCourses::judge(const NeuronCourse& course, NeuronAlignment& neuron) {
  const Tube& tube = tubes_.back().tube();
  neuron.events = course.events(tube);
  if (tube.t >= time_.upper()) {
    const Box u = tubes_.back().during(time_);
    neuron.alignment =
        neuron.which == AlignmentCase::aligned ? course.alignment(u) : detail::norm(u) / norm_;
  }
  neuron.nonbranching = tube.uniqueness;
  std::pair<bool, std::string> stays = course.stays(tube);
  bool turns = course.turns_to_limit(tube, stays.first);
  if (!stays.first && neuron.nonbranching.proof == Proof::certified) {
    const TubeCourse longer = course.enclose(course.horizon());
    if (longer.tube().uniqueness.proof == Proof::certified) {
      const std::pair<bool, std::string> later = course.stays(longer.tube());
      if (later.first) stays = later;
      turns = turns || course.turns_to_limit(longer.tube(), later.first);
    }
  }
  if (neuron.which == AlignmentCase::aligned) {
    for (const double near : {1e-2, 1e-5, 1e-9}) {
      if (turns || !course.model().has_lipschitz_gradient()) break;
      turns = course.turns_to_limit(course.enclose(course.near_limit(near)).tube(), true);
    }
    neuron.turns_to_limit =
        turns ? Statement{Proof::certified, ""}
              : Statement{Proof::undecided,
                          "that the direction stays near this KKT point for ever is not proved: it "
                          "may be on its way to another"};
  }
  neuron.for_all_time = stays.first && neuron.nonbranching.proof == Proof::certified;
  neuron.for_all_time_reason = stays.second;
  if (course.model().has_lipschitz_gradient()) {
    neuron.nonbranching = {Proof::certified, ""};
    neuron.for_all_time = true;
  }
}

NeuronConclusion NeuronCourses::conclude(const FlowDeparture& departure) const {
  NeuronConclusion result;
  const Interval bound = 1 - (1 + 3 / (2 * eta_)) * epsilon_;
  const bool all_vanish = std::all_of(
      neurons_.begin(), neurons_.end(),
      [](const NeuronAlignment& neuron) { return neuron.which == AlignmentCase::vanishing; });
  result.which = all_vanish ? AlignmentCase::vanishing : AlignmentCase::aligned;
  result.bound = all_vanish ? 2 * epsilon_ : bound;
  bool first = true;
  for (std::size_t k = 0; k < neurons_.size(); ++k) {
    const NeuronAlignment& neuron = neurons_[k];
    const Interval size = departure.norm[k] / norm_;
    std::string missing;
    if (neuron.nonbranching.proof != Proof::certified) {
      missing = fmt::format("neuron {}: {}", k + 1, neuron.nonbranching.reason);
    } else if (neuron.which == AlignmentCase::vanishing) {
      if (!certainly_less_equal(size, 2 * epsilon_)) {
        missing = fmt::format("neuron {}: |w|/delta is in {}, not proved to be <= 2 eps", k + 1,
                              to_string(size));
      }
    } else if (certainly_less(neuron.alignment, 1 - epsilon_)) {
      missing = fmt::format("neuron {} is not aligned any more at T_bar: u.limit/|u| is in {}",
                            k + 1, to_string(neuron.alignment));
    } else if (!certainly_less_equal(eta_, size)) {
      missing = fmt::format("neuron {}: |w|/delta is in {}, not proved to be >= eta", k + 1,
                            to_string(size));
    } else if (!certainly_less_equal(bound, departure.alignment[k])) {
      missing = fmt::format("neuron {}: the alignment is in {}, not proved to be >= {}", k + 1,
                            to_string(departure.alignment[k]), to_string(bound));
    }
    if (result.missing.empty()) result.missing = missing;
    if (all_vanish || neuron.which == AlignmentCase::aligned) {
      const Interval shown = all_vanish ? size : departure.alignment[k];
      result.alignment = first ? shown : hull(result.alignment, shown);
      first = false;
    }
  }
  return result;
}

}  // namespace filippov::detail
