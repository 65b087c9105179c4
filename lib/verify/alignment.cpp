#include "filippov/verify/alignment.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>

#include "departure.hpp"
#include "filippov/arithmetic/error.hpp"
#include "filippov/arithmetic/interval_io.hpp"
#include "neuron_course.hpp"

namespace filippov {

using detail::FlowDeparture;
using detail::NeuronCourse;
using detail::TubeCourse;

std::string_view name(AlignmentCase which) {
  return which == AlignmentCase::aligned ? "aligned" : "vanishing";
}

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

class Instance {
 public:
  Instance(const AlignmentProblem& problem, const AlignmentOptions& options)
      : problem_(problem), options_(options) {
    network_.neurons = static_cast<int>(problem.neurons.size());
    one_.neurons = 1;
    one_.negative_neurons = 0;
  }

  AlignmentProof run();

 private:
  void check();
  bool follow_neurons();
  bool find_times();
  void enclose_neurons();
  void find_delta();
  void conclude(const FlowDeparture& departure);
  bool fail(std::string reason) {
    result_.conclusion = {Proof::undecided, std::move(reason)};
    return false;
  }
  double rate() const {
    return std::max(4 * (result_.constants.beta * result_.constants.label_norm).upper(), 1e-300);
  }

  const AlignmentProblem& problem_;
  const AlignmentOptions& options_;
  Network network_ = problem_.network;
  Network one_ = problem_.network;
  Interval norm_;
  AlignmentProof result_;
  std::vector<std::unique_ptr<NeuronCourse>> courses_;
  std::vector<TubeCourse> tubes_;
  std::vector<double> times_;
};

void Instance::check() {
  const int size = neuron_size(problem_.network, problem_.data);
  if (problem_.neurons.empty()) throw Error("there are no neurons");
  if (problem_.network.kind == NetworkKind::diagonal && problem_.neurons.size() != 1) {
    throw Error(
        fmt::format("a diagonal network has one row of weights, not {}", problem_.neurons.size()));
  }
  Interval square = 0;
  for (std::size_t k = 0; k < problem_.neurons.size(); ++k) {
    if (static_cast<int>(problem_.neurons[k].size()) != size) {
      throw Error(fmt::format("neuron {} has {} weights, expected {}", k + 1,
                              problem_.neurons[k].size(), size));
    }
    for (const Interval& w : problem_.neurons[k]) {
      if (!w.is_bounded()) throw Error(fmt::format("a weight of neuron {} is not finite", k + 1));
      square += sqr(w);
    }
  }
  if (!certainly_positive(square)) {
    throw Error("the initial weights are all zero: expected a direction");
  }
  norm_ = sqrt(square);
  if (!certainly_positive(problem_.epsilon) || !certainly_less(problem_.epsilon, 1)) {
    throw Error(
        fmt::format("epsilon is in {}, expected a number in (0, 1)", to_string(problem_.epsilon)));
  }
}

bool Instance::follow_neurons() {
  const int positive = network_.neurons - network_.negative_neurons;
  for (const std::vector<Interval>& w0 : problem_.neurons) {
    const int sign = static_cast<int>(courses_.size()) < positive ? 1 : -1;
    courses_.push_back(std::make_unique<NeuronCourse>(one_, problem_.data, problem_.loss, sign, w0,
                                                      problem_.epsilon * norm_, problem_.epsilon,
                                                      rate()));
  }
  // eta first: without it epsilon cannot be judged.
  Interval eta = 1;
  for (std::size_t k = 0; k < courses_.size(); ++k) {
    NeuronAlignment& neuron = result_.neurons.emplace_back();
    neuron.which = courses_[k]->which();
    neuron.limit = courses_[k]->limit();
    if (!courses_[k]->problem().empty()) {
      return fail(fmt::format("neuron {}: {}", k + 1, courses_[k]->problem()));
    }
    if (neuron.which == AlignmentCase::vanishing) continue;
    eta = min(eta, courses_[k]->least_norm() / (2 * norm_));
  }
  result_.eta = eta;
  if (!certainly_less(problem_.epsilon, eta)) {
    throw Error(fmt::format("epsilon is in {}, expected a number less than eta, which is in {}",
                            to_string(problem_.epsilon), to_string(eta)));
  }
  return true;
}

bool Instance::find_times() {
  Interval time = 0;
  for (const auto& course : courses_) {
    time = max(time, course->first_time());
    if (course->which() == AlignmentCase::aligned) time = max(time, course->turning_time());
  }
  if (!certainly_positive(time)) {
    // Aligned from the beginning: C = e will do.
    time = result_.constants.time(1);
    time = Interval(time.midpoint());
  }
  result_.T_bar = time;
  result_.ln_C = result_.constants.ln_C(time);
  return true;
}

void Instance::enclose_neurons() {
  const double end = result_.T_bar.upper();
  times_ = detail::comparison_times(end, rate());
  std::vector<double> visit = times_;
  if (result_.T_bar.lower() < end) visit.push_back(result_.T_bar.lower());
  for (std::size_t k = 0; k < courses_.size(); ++k) {
    const NeuronCourse& course = *courses_[k];
    NeuronAlignment& neuron = result_.neurons[k];
    tubes_.push_back(course.enclose(std::max(end, course.after_last_event()), visit));
    const Tube& tube = tubes_.back().tube();
    neuron.events = course.events(tube);
    if (tube.t >= end) {
      const Box u = tubes_.back().during(result_.T_bar.lower(), end);
      neuron.alignment =
          neuron.which == AlignmentCase::aligned ? course.alignment(u) : detail::norm(u) / norm_;
    }
    neuron.nonbranching = tube.uniqueness;
    std::pair<bool, std::string> stays = course.stays(tube);
    if (!stays.first && neuron.nonbranching.proof == Proof::certified) {
      const TubeCourse longer = course.enclose(course.horizon());
      if (longer.tube().uniqueness.proof == Proof::certified) {
        const std::pair<bool, std::string> later = course.stays(longer.tube());
        if (later.first) stays = later;
      }
    }
    neuron.for_all_time = stays.first && neuron.nonbranching.proof == Proof::certified;
    neuron.for_all_time_reason = stays.second;
    if (course.model().has_lipschitz_gradient()) {
      neuron.nonbranching = {Proof::certified, ""};
      neuron.for_all_time = true;
    }
  }
}

void Instance::find_delta() {
  const detail::DepartureProblem problem{
      network_, problem_.data, problem_.loss, courses_, problem_.epsilon * norm_, result_.T_bar};
  for (const TubeCourse& tube : tubes_) {
    if (tube.tube().t < times_.back()) {
      fail(fmt::format("the tube of the neural correlation flow ends: {}", tube.tube().message));
      return;
    }
  }
  FlowDeparture best;
  std::string reason;
  if (courses_.front()->model().has_lipschitz_gradient()) {
    best = detail::gronwall_departure(problem, tubes_, times_);
    reason = best.reason;
  }
  const std::size_t coordinates = courses_.size() * courses_.front()->start().size();
  if (coordinates <= detail::most_tube_coordinates) {
    const FlowDeparture other = detail::tube_departure(problem, tubes_, times_, options_.delta_gap);
    if (other.p > best.p) best = other;
    reason = other.reason;
  } else if (best.p == 0) {
    reason = fmt::format("{} coordinates are too many for a tube of the scaled flow", coordinates);
  }
  if (!(best.p > 0)) {
    fail(reason);
    return;
  }
  conclude(best);
}

void Instance::conclude(const FlowDeparture& departure) {
  // delta = |neurons| sqrt p
  result_.ln_delta_tube = (log(Interval(departure.p)) / 2 + log(norm_)).lower();
  result_.ln_delta_bar = std::min(result_.ln_delta_tube, (-result_.ln_C / 2).lower());
  const Interval epsilon = problem_.epsilon;
  const Interval bound = 1 - (1 + 3 / (2 * result_.eta)) * epsilon;
  const bool all_vanish = std::all_of(
      result_.neurons.begin(), result_.neurons.end(),
      [](const NeuronAlignment& neuron) { return neuron.which == AlignmentCase::vanishing; });
  result_.which = all_vanish ? AlignmentCase::vanishing : AlignmentCase::aligned;
  result_.bound = all_vanish ? 2 * epsilon : bound;
  bool first = true;
  std::string missing;
  for (std::size_t k = 0; k < result_.neurons.size(); ++k) {
    const NeuronAlignment& neuron = result_.neurons[k];
    const Interval size = departure.norm[k] / norm_;
    if (neuron.nonbranching.proof != Proof::certified) {
      missing = fmt::format("neuron {}: {}", k + 1, neuron.nonbranching.reason);
    } else if (neuron.which == AlignmentCase::vanishing) {
      if (!certainly_less_equal(size, 2 * epsilon)) {
        missing = fmt::format("neuron {}: |w|/delta is in {}, not proved to be <= 2 eps", k + 1,
                              to_string(size));
      }
    } else if (certainly_less(neuron.alignment, 1 - epsilon)) {
      missing = fmt::format("neuron {} is not aligned any more at T_bar: u.limit/|u| is in {}",
                            k + 1, to_string(neuron.alignment));
    } else if (!certainly_less_equal(result_.eta, size)) {
      missing = fmt::format("neuron {}: |w|/delta is in {}, not proved to be >= eta", k + 1,
                            to_string(size));
    } else if (!certainly_less_equal(bound, departure.alignment[k])) {
      missing = fmt::format("neuron {}: the alignment is in {}, not proved to be >= {}", k + 1,
                            to_string(departure.alignment[k]), to_string(bound));
    }
    if (all_vanish || neuron.which == AlignmentCase::aligned) {
      const Interval shown = all_vanish ? size : departure.alignment[k];
      result_.alignment = first ? shown : hull(result_.alignment, shown);
      first = false;
    }
  }
  if (missing.empty() &&
      !certainly_less_equal(log(departure.largest_norm / norm_), result_.ln_C / 2)) {
    missing = "|w| <= sqrt(C) delta is not proved";
  }
  result_.conclusion =
      missing.empty() ? Statement{Proof::certified, ""} : Statement{Proof::undecided, missing};
}

AlignmentProof Instance::run() {
  check();
  result_.ln_delta_tube = result_.ln_delta_bar = -infinity;
  result_.constants =
      theorem_constants(problem_.network, problem_.data, problem_.loss, options_.constants);
  if (!follow_neurons() || !find_times()) return result_;
  enclose_neurons();
  find_delta();
  return result_;
}

}  // namespace

AlignmentProof align(const AlignmentProblem& problem, const AlignmentOptions& options) {
  return Instance(problem, options).run();
}

}  // namespace filippov
