#include "filippov/verify/alignment.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "../arithmetic/infinity.hpp"
#include "departure.hpp"
#include "neuron_courses.hpp"

namespace filippov {

using detail::FlowDeparture;
using detail::NeuronCourses;

std::string_view name(AlignmentCase which) {
  return which == AlignmentCase::aligned ? "aligned" : "vanishing";
}

namespace {

using detail::infinity;

class Instance {
 public:
  Instance(const AlignmentProblem& problem, const AlignmentOptions& options)
      : problem_(problem),
        options_(options),
        courses_(problem.network, problem.data, problem.loss, problem.neurons,
                 problem.network.negative_neurons, problem.epsilon, "the initial weights") {
    network_.neurons = static_cast<int>(problem.neurons.size());
  }

  AlignmentProof run();

 private:
  FlowDeparture depart();
  void conclude(const FlowDeparture& departure);
  void fail(std::string reason) { result_.conclusion = {Proof::undecided, std::move(reason)}; }

  const AlignmentProblem& problem_;
  const AlignmentOptions& options_;
  Network network_ = problem_.network;
  AlignmentProof result_;
  NeuronCourses courses_;
};

/// How far the flow of the loss departs from that of N, by the better of two ways.
FlowDeparture Instance::depart() {
  const auto& neurons = courses_.courses();
  // The theorem asks for delta <= C^(-1/2).
  const double largest_p = (exp(-result_.ln_C) / sqr(courses_.norm())).lower();
  const detail::DepartureProblem problem{network_,          problem_.data, problem_.loss, neurons,
                                         courses_.radius(), result_.T_bar, largest_p};
  FlowDeparture best;
  if (neurons.front()->model().has_lipschitz_gradient()) {
    best = detail::gronwall_departure(problem, courses_.tubes(), courses_.times());
  }
  const std::size_t coordinates = neurons.size() * neurons.front()->start().size();
  if (coordinates <=
      (best.p > 0 ? detail::most_tube_coordinates : detail::most_coordinates_without_bound)) {
    FlowDeparture other =
        detail::tube_departure(problem, courses_.tubes(), courses_.times(), options_.delta_gap);
    if (other.p > best.p || best.p == 0) std::swap(best, other);
    if (other.p > 0 && other.p >= largest_p) best.intersect_statements(other);
  } else if (best.p == 0) {
    best.reason =
        fmt::format("{} coordinates are too many for a tube of the scaled flow", coordinates);
  }
  return best;
}

void Instance::conclude(const FlowDeparture& departure) {
  // delta = |neurons| sqrt p
  result_.ln_delta_tube = (log(Interval(departure.p)) / 2 + log(courses_.norm())).lower();
  result_.ln_delta_bar = std::min(result_.ln_delta_tube, (-result_.ln_C / 2).lower());
  detail::NeuronConclusion conclusion = courses_.conclude(departure);
  result_.which = conclusion.which;
  result_.alignment = conclusion.alignment;
  result_.bound = conclusion.bound;
  std::string& missing = conclusion.missing;
  if (missing.empty() &&
      !certainly_less_equal(log(departure.largest_norm / courses_.norm()), result_.ln_C / 2)) {
    missing = "|w| <= sqrt(C) delta is not proved";
  }
  result_.conclusion =
      missing.empty() ? Statement{Proof::certified, ""} : Statement{Proof::undecided, missing};
}

AlignmentProof Instance::run() {
  result_.ln_delta_tube = result_.ln_delta_bar = -infinity;
  result_.constants =
      theorem_constants(problem_.network, problem_.data, problem_.loss, options_.constants);
  const TheoremConstants& constants = result_.constants;
  const std::string problem =
      courses_.follow(std::max(4 * (constants.beta * constants.label_norm).upper(), 1e-300));
  result_.eta = courses_.eta();
  result_.neurons = courses_.neurons();
  if (!problem.empty()) {
    result_.T_bar = result_.ln_C = Interval(0, infinity);
    result_.eta = Interval(0, result_.eta.upper());
    fail(problem);
    return result_;
  }
  result_.T_bar = courses_.first_time();
  // Aligned from the beginning: C = e will do.
  if (!certainly_positive(result_.T_bar)) result_.T_bar = Interval(constants.time(1).midpoint());
  result_.ln_C = constants.ln_C(result_.T_bar);
  const std::string ends = courses_.enclose(result_.T_bar);
  result_.neurons = courses_.neurons();
  if (!ends.empty()) {
    fail(ends);
    return result_;
  }
  const FlowDeparture departure = depart();
  if (departure.p > 0) {
    conclude(departure);
  } else {
    fail(departure.reason);
  }
  return result_;
}

}  // namespace

AlignmentProof align(const AlignmentProblem& problem, const AlignmentOptions& options) {
  return Instance(problem, options).run();
}

}  // namespace filippov
