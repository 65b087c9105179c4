#include "filippov/verify/saddle.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <optional>

#include "departure.hpp"
#include "filippov/arithmetic/error.hpp"
#include "filippov/arithmetic/interval_io.hpp"
#include "filippov/verify/spectral_bound.hpp"
#include "neuron_course.hpp"
#include "saddle_residual.hpp"

namespace filippov {

using detail::NeuronCourse;
using detail::TubeCourse;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

class Instance {
 public:
  explicit Instance(const SaddleProblem& problem)
      : problem_(problem), residual_(detail::saddle_residual(problem)) {
    one_.neurons = 1;
  }

  SaddleProof run();

 private:
  /// Bounds of |w_z,k / delta - u_k| at the end.
  using Errors = std::vector<double>;

  void check();
  void check_stationary();
  bool follow_neurons();
  bool find_times();
  void enclose_neurons();
  std::optional<Errors> march(double delta) const;
  void find_delta();
  void conclude(const Errors& errors);
  bool fail(std::string reason) {
    result_.conclusion = {Proof::undecided, std::move(reason)};
    return false;
  }

  const SaddleProblem& problem_;
  DataSet residual_;
  Network one_ = problem_.network;
  Interval norm_;
  SaddleProof result_;
  std::vector<std::unique_ptr<NeuronCourse>> courses_;
  std::vector<TubeCourse> tubes_;
  std::vector<double> times_;
};

void Instance::check() {
  const int size = neuron_size(problem_.network, problem_.data);
  Interval square = 0;
  for (const Box& w : problem_.neurons) {
    if (static_cast<int>(w.size()) != size) {
      throw Error(fmt::format("a neuron of zeta_z has {} weights, expected {}", w.size(), size));
    }
    square += detail::squared_norm(w);
  }
  if (!certainly_positive(square)) throw Error("zeta_z is zero: expected a direction");
  norm_ = sqrt(square);
  if (!certainly_positive(problem_.epsilon) || !certainly_less(problem_.epsilon, 1)) {
    throw Error(
        fmt::format("epsilon is in {}, expected a number in (0, 1)", to_string(problem_.epsilon)));
  }
}

void Instance::check_stationary() {
  const detail::NeuronModel model(one_, residual_, Loss{});
  result_.stationary = {Proof::certified, ""};
  for (const Box& w : problem_.saddle) {
    for (const Interval& entry : model.gradient(w)) {
      if (entry.contains_zero() && entry.width() < 1e-6) continue;
      result_.stationary = {
          entry.contains_zero() ? Proof::undecided : Proof::refuted,
          fmt::format("a component of the gradient at the saddle is in {}", to_string(entry))};
    }
  }
}

bool Instance::follow_neurons() {
  const double rate =
      std::max(4 * (result_.constants.beta * result_.constants.residual_norm).upper(), 1e-300);
  Interval eta = 1;
  for (const Box& w0 : problem_.neurons) {
    courses_.push_back(std::make_unique<NeuronCourse>(
        one_, residual_, Loss{}, 1, w0, problem_.epsilon * norm_, problem_.epsilon, rate));
    const NeuronCourse& course = *courses_.back();
    NeuronAlignment& neuron = result_.neurons.emplace_back();
    neuron.which = course.which();
    neuron.limit = course.limit();
    if (!course.problem().empty()) {
      return fail(fmt::format("neuron {}: {}", courses_.size(), course.problem()));
    }
    if (neuron.which == AlignmentCase::aligned) eta = min(eta, course.least_norm() / (2 * norm_));
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
  // C >= 4, see below: ln C = 4 M_2 T_bar >= ln 4.
  const Interval least = log(Interval(4)) / (4 * result_.constants.M_2.value);
  if (certainly_less(time, least)) time = Interval(least.upper());
  result_.T_bar = time;
  result_.ln_C = 4 * result_.constants.M_2.value * time;
  return true;
}

void Instance::enclose_neurons() {
  const double end = result_.T_bar.upper();
  times_ = detail::comparison_times(
      end, 4 * (result_.constants.beta * result_.constants.residual_norm).upper());
  std::vector<double> visit = times_;
  if (result_.T_bar.lower() < end) visit.push_back(result_.T_bar.lower());
  for (std::size_t k = 0; k < courses_.size(); ++k) {
    NeuronAlignment& neuron = result_.neurons[k];
    tubes_.push_back(courses_[k]->enclose(end, visit));
    const Tube& tube = tubes_.back().tube();
    neuron.events = courses_[k]->events(tube);
    neuron.nonbranching = {Proof::certified, ""};
    neuron.for_all_time = true;
    neuron.for_all_time_reason = courses_[k]->stays(tube).second;
    if (tube.t < end) {
      neuron.nonbranching = {Proof::undecided, tube.message};
      continue;
    }
    const Box u = tubes_.back().during(result_.T_bar.lower(), end);
    neuron.alignment = neuron.which == AlignmentCase::aligned ? courses_[k]->alignment(u)
                                                              : detail::norm(u) / norm_;
  }
}

/// With rho = |w_n - saddle| / delta and s = w_z / delta,
///
///     rho' <= (mu_2 + mu_1 mu_3) rho + delta beta mu_3 |s|^2,   rho(0) = 1,
///     |s_k - u_k|' <= mu_k |s_k - u_k| + |J_k(s_k)| (delta mu_1 rho + delta^2 |H_z(s)|),
///
/// mu_k the largest eigenvalue of the Hessian around u_k; the rows of the problem stand for their
/// direction: s(0) has the norm of the rows, delta is measured accordingly.
std::optional<Instance::Errors> Instance::march(double delta) const {
  const SaddleConstants& c = result_.constants;
  const Interval raw = Interval(delta) / norm_;  // s = w_z / raw
  const Interval growth = c.mu_2.value + c.mu_1.value * c.mu_3.value;
  Interval rho = norm_;  // |w_n - saddle| / raw at the start
  Errors error(courses_.size(), 0.0);
  Errors tried(courses_.size(), 0.0);
  const double radius = (problem_.epsilon * norm_).lower();
  for (std::size_t j = 0; j + 1 < times_.size(); ++j) {
    const Interval elapsed = Interval(times_[j + 1]) - Interval(times_[j]);
    for (std::size_t k = 0; k < error.size(); ++k) tried[k] = std::max(tried[k], 1.05 * error[k]);
    Interval next_rho;
    Errors next;
    for (int attempt = 0;; ++attempt) {
      if (attempt == 12) return std::nullopt;
      std::vector<Box> around;
      Box outputs(static_cast<std::size_t>(problem_.data.size()));
      Interval square = 0;
      for (std::size_t k = 0; k < error.size(); ++k) {
        around.push_back(detail::widened(tubes_[k].during(times_[j], times_[j + 1]), tried[k]));
        square += detail::squared_norm(around[k]);
        const Box part = courses_[k]->model().outputs(around[k]);
        for (std::size_t i = 0; i < part.size(); ++i) outputs[i] += part[i];
      }
      next_rho = Interval(
          (exp(growth * elapsed) * (rho + elapsed * raw * c.beta * c.mu_3.value * square)).upper());
      // Inside the ball on which the constants hold?
      const Interval distance = sqr(raw) * (sqr(next_rho) + square);
      if (!certainly_less(distance, min(Interval(1), sqr(c.gamma.value)))) return std::nullopt;
      const Interval push = raw * c.mu_1.value * next_rho + sqr(raw) * detail::norm(outputs);
      next.clear();
      bool inside = true;
      for (std::size_t k = 0; k < error.size(); ++k) {
        const detail::NeuronModel& model = courses_[k]->model();
        const double rate = largest_eigenvalue_bound(model.hessian(around[k]));
        const Interval grown = exp(Interval(std::max(rate, 0.0)) * elapsed);
        next.push_back(
            (grown * (error[k] + elapsed * push * model.jacobian_norm(around[k]))).upper());
        if (!(next[k] <= tried[k])) {
          inside = false;
          tried[k] = 1.1 * next[k];
        }
      }
      if (inside) break;
    }
    rho = next_rho;
    error = next;
    Interval square = 0;
    for (const double e : error) square += sqr(Interval(e));
    if (!certainly_less_equal(sqrt(square), radius)) return std::nullopt;
  }
  return error;
}

void Instance::find_delta() {
  for (const TubeCourse& tube : tubes_) {
    if (tube.tube().t < times_.back()) {
      fail(fmt::format("the tube of the neural correlation flow ends: {}", tube.tube().message));
      return;
    }
  }
  double low = 0.5;
  std::optional<Errors> best;
  while (low > 1e-280 && !(best = march(low))) low /= 16;
  if (!best) {
    fail("no delta was found for which w_z / delta stays near u");
    return;
  }
  double high = 16 * low;
  for (int k = 0; k < 8; ++k) {
    const double middle = std::sqrt(low * high);
    if (std::optional<Errors> errors = march(middle)) {
      best = std::move(errors);
      low = middle;
    } else {
      high = middle;
    }
  }
  result_.ln_delta_tube = log(Interval(low)).lower();
  // delta^2 <= min(1, gamma^2) / (2 C)
  const Interval condition =
      (log(min(Interval(1), sqr(result_.constants.gamma.value)) / 2) - result_.ln_C) / 2;
  result_.ln_delta_bar = std::min(result_.ln_delta_tube, condition.lower());
  conclude(*best);
}

void Instance::conclude(const Errors& errors) {
  const Interval epsilon = problem_.epsilon;
  const bool all_vanish = std::all_of(
      result_.neurons.begin(), result_.neurons.end(),
      [](const NeuronAlignment& neuron) { return neuron.which == AlignmentCase::vanishing; });
  const Interval bound = 1 - (1 + 3 / (2 * result_.eta)) * epsilon;
  result_.which = all_vanish ? AlignmentCase::vanishing : AlignmentCase::aligned;
  result_.bound = all_vanish ? 2 * epsilon : bound;
  std::optional<Interval> shown;
  std::string missing;
  for (std::size_t k = 0; k < errors.size(); ++k) {
    const NeuronAlignment& neuron = result_.neurons[k];
    const Box u = tubes_[k].during(result_.T_bar.lower(), result_.T_bar.upper());
    const Interval e(errors[k]);
    const Interval least = (detail::norm(u) - e) / norm_;
    const Interval most = (detail::norm(u) + e) / norm_;
    if (neuron.which == AlignmentCase::vanishing) {
      if (!certainly_less_equal(most, 2 * epsilon)) {
        missing = fmt::format("neuron {}: |w_z|/delta <= 2 eps is not proved", k + 1);
      }
      if (all_vanish) shown = shown ? hull(*shown, Interval(0, most.upper())) : most;
      continue;
    }
    const Interval along = (dot(u, neuron.limit.box) - e) / (detail::norm(u) + e);
    const Interval range(std::max(-1.0, std::min(along.lower(), 1.0)), 1);
    shown = shown ? hull(*shown, range) : range;
    if (!certainly_less_equal(result_.eta, least)) {
      missing = fmt::format("neuron {}: |w_z|/delta >= eta is not proved", k + 1);
    } else if (!certainly_less_equal(bound, range)) {
      missing = fmt::format("neuron {}: the alignment is only proved to be in {}", k + 1,
                            to_string(range));
    }
  }
  if (shown) result_.alignment = *shown;
  if (missing.empty() && !certainly_less_equal(log(Interval(4)), result_.ln_C)) {
    missing = "C >= 4 is not proved, so that C delta^2 may not bound the distance";
  }
  if (missing.empty() && result_.stationary.proof != Proof::certified) {
    missing = result_.stationary.reason;
  }
  result_.conclusion =
      missing.empty() ? Statement{Proof::certified, ""} : Statement{Proof::undecided, missing};
}

SaddleProof Instance::run() {
  check();
  result_.ln_delta_tube = result_.ln_delta_bar = -infinity;
  if (problem_.network.kind == NetworkKind::two_layer) {
    fail("the gradient of a two-layer network jumps: its constants at a saddle are not bounded");
    return result_;
  }
  result_.constants = saddle_constants(problem_);
  check_stationary();
  if (!follow_neurons() || !find_times()) return result_;
  enclose_neurons();
  find_delta();
  return result_;
}

}  // namespace

SaddleProof prove_at_saddle(const SaddleProblem& problem) { return Instance(problem).run(); }

}  // namespace filippov
