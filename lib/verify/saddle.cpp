#include "filippov/verify/saddle.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "../arithmetic/infinity.hpp"
#include "departure.hpp"
#include "filippov/verify/spectral_bound.hpp"
#include "neuron_courses.hpp"
#include "resting_place.hpp"
#include "saddle_residual.hpp"

namespace filippov {

using detail::FlowDeparture;
using detail::NeuronCourses;
using detail::TubeCourse;

namespace {

using detail::infinity;

/// ln(e^a + e^b)
Interval ln_sum(Interval a, Interval b) {
  const Interval larger = max(a, b);
  return larger + log(1 + exp(min(a, b) - larger));
}

/// Not less than ln x, where x >= 0 may be 0.
Interval ln_bound(Interval x) { return log(max(x, Interval(1e-300))); }

constexpr double ln_of_nothing = -1e300;

/// The problem with the saddle enclosed, where the weights given are only near one.
SaddleProblem at_exact_saddle(SaddleProblem problem, SaddleProof& result) {
  SaddlePoint point = nearby_saddle(problem);
  result.stationary = point.exists;
  result.rays = std::move(point.rays);
  result.fitted = std::move(point.fitted);
  result.solved = std::move(point.solved);
  problem.saddle = std::move(point.neurons);
  return problem;
}

class Instance {
 public:
  /// `cell`: which of the known cells N is written for, see SaddleCorrelation.
  explicit Instance(const SaddleProblem& problem, std::size_t cell = 0)
      : problem_(at_exact_saddle(problem, result_)),
        correlation_(correlation_at(cell)),
        courses_(correlation_.network, correlation_.data, Loss{}, problem_.neurons, 0,
                 problem_.epsilon, "zeta_z") {
    result_.saddle = problem_.saddle;
    courses_.let_rest(correlation_.zeros);
  }

  SaddleProof run();
  /// How many different cells there are.
  std::size_t cells() const { return correlation_.zeros.cells.size(); }

 private:
  detail::SaddleCorrelation correlation_at(std::size_t cell) const;
  std::vector<NeuronAlignment> neurons() const;

  /// Bounds of |w_z,k / delta - u_k| at the end.
  using Errors = std::vector<double>;

  /// Logarithms, as delta may be far below all doubles: of raw with w_z = raw s, and of
  /// |w_n - saddle| on the way.
  struct Scale {
    Interval ln_raw;  ///< of delta / |rows|
    Interval ln_departed;
    Interval departed() const { return exp(ln_departed); }
  };

  Scale scale_at_start(double ln_delta) const;
  bool depart(Scale& scale, Interval elapsed, Interval square) const;
  std::optional<Errors> march(double ln_delta) const;
  std::optional<Errors> disturbed(double ln_delta) const;
  std::optional<double> disturbed(std::size_t k, double push) const;
  void find_delta();
  void conclude(const Errors& errors);
  void fail(std::string reason) { result_.conclusion = {Proof::undecided, std::move(reason)}; }

  SaddleProof result_;
  SaddleProblem problem_;
  detail::SaddleCorrelation correlation_;
  NeuronCourses courses_;
};

detail::SaddleCorrelation Instance::correlation_at(std::size_t cell) const {
  const bool exact = result_.stationary.proof == Proof::certified;
  return detail::correlation_at_saddle(problem_, detail::saddle_residual(problem_, result_.fitted),
                                       exact ? detail::known_zeros(problem_) : detail::KnownZeros{},
                                       cell);
}

/// The neurons with the rows as they were given.
std::vector<NeuronAlignment> Instance::neurons() const {
  std::vector<NeuronAlignment> neurons = courses_.neurons();
  for (NeuronAlignment& neuron : neurons) {
    LimitDirection& limit = neuron.limit;
    for (std::size_t k = 0; k < limit.kinks.size(); ++k) {
      if (std::ranges::binary_search(correlation_.flipped, limit.kinks[k])) {
        limit.multipliers[k] = 1 - limit.multipliers[k];
      }
    }
  }
  return neurons;
}

Instance::Scale Instance::scale_at_start(double ln_delta) const {
  return {ln_delta - log(courses_.norm()), ln_delta};
}

/// rho' <= (mu_2 + mu_1 mu_3) rho + raw beta mu_3 |s|^2 during a time in which |s|^2 is at most
/// `square`. False where w may leave the ball on which the constants hold.
bool Instance::depart(Scale& scale, Interval elapsed, Interval square) const {
  const SaddleConstants& c = result_.constants;
  const Interval growth = c.mu_2.value + c.mu_1.value * c.mu_3.value;
  const Interval added = elapsed * c.beta * c.mu_3.value * square;
  if (!std::isfinite(added.upper())) return false;
  const Interval push = 2 * scale.ln_raw + ln_bound(added);
  const double next = (growth * elapsed + ln_sum(scale.ln_departed, push)).upper();
  if (!std::isfinite(next)) return false;
  scale.ln_departed = next;
  const Interval distance = exp(2 * scale.ln_departed) + exp(2 * scale.ln_raw) * square;
  return certainly_less(distance, min(Interval(1), sqr(c.gamma.value)));
}

/// With rho = |w_n - saddle| / delta and s = w_z / delta,
///
///     rho' <= (mu_2 + mu_1 mu_3) rho + delta beta mu_3 |s|^2,   rho(0) = 1,
///     |s_k - u_k|' <= mu_k |s_k - u_k| + |J_k(s_k)| (delta mu_1 rho + delta^2 |H_z(s)|),
///
/// mu_k the largest eigenvalue of the Hessian around u_k; the rows of the problem stand for their
/// direction: s(0) has the norm of the rows, delta is measured accordingly.
std::optional<Instance::Errors> Instance::march(double ln_delta) const {
  const SaddleConstants& c = result_.constants;
  Scale scale = scale_at_start(ln_delta);
  const Interval ln_mu_1 = ln_bound(c.mu_1.value);
  const std::vector<double>& times = courses_.times();
  Errors error(courses_.courses().size(), 0.0);
  Errors ln_error(error.size(), ln_of_nothing);  // as it may grow from far below all doubles
  Errors tried = error;
  const double radius = courses_.radius().lower();
  for (std::size_t j = 0; j + 1 < times.size(); ++j) {
    const Interval elapsed = Interval(times[j + 1]) - Interval(times[j]);
    for (std::size_t k = 0; k < error.size(); ++k) tried[k] = std::max(tried[k], 1.05 * error[k]);
    Scale next_scale;
    Errors next;
    Errors ln_next;
    for (int attempt = 0;; ++attempt) {
      if (attempt == 12) return std::nullopt;
      std::vector<Box> around;
      Box outputs(static_cast<std::size_t>(problem_.data.size()));
      Interval square = 0;
      for (std::size_t k = 0; k < error.size(); ++k) {
        const Box u = courses_.tubes()[k].during(times[j], times[j + 1]);
        around.push_back(detail::widened(u, tried[k]));
        square += detail::squared_norm(around[k]);
        const Box part = courses_.courses()[k]->model().outputs(around[k]);
        for (std::size_t i = 0; i < part.size(); ++i) outputs[i] += part[i];
      }
      next_scale = scale;
      if (!depart(next_scale, elapsed, square)) return std::nullopt;
      const Interval ln_push = ln_sum(2 * scale.ln_raw + ln_bound(detail::norm(outputs)),
                                      ln_mu_1 + next_scale.ln_departed);
      next.clear();
      ln_next.clear();
      bool inside = true;
      for (std::size_t k = 0; k < error.size(); ++k) {
        const detail::NeuronModel& model = courses_.courses()[k]->model();
        const double rate = largest_eigenvalue_bound(model.hessian(around[k]));
        const Interval added = ln_push + ln_bound(elapsed * model.jacobian_norm(around[k]));
        const Interval grown = std::max(rate, 0.0) * elapsed + ln_sum(ln_error[k], added);
        if (!std::isfinite(grown.upper())) return std::nullopt;
        ln_next.push_back(grown.upper());
        next.push_back(exp(Interval(ln_next[k])).upper());
        if (!(next[k] <= tried[k])) {
          inside = false;
          tried[k] = 1.1 * next[k];
          if (!std::isfinite(tried[k])) return std::nullopt;
        }
      }
      if (inside) break;
    }
    scale = next_scale;
    error = next;
    ln_error = ln_next;
    Interval square = 0;
    for (const double e : error) square += sqr(Interval(e));
    if (!certainly_less_equal(sqrt(square), radius)) return std::nullopt;
  }
  return error;
}

/// Two layers: as long as |s - u| <= eps, |w_n - saddle| / delta <= rho with rho as above, so that
/// s_k solves the flow of u_k with a disturbance of at most |J_k(s_k)| (delta mu_1 rho + delta^2
/// |H_z(s)|), |J_k(s_k)| <= |X| |s_k|. The tube of that is compared with u_k.
std::optional<Instance::Errors> Instance::disturbed(double ln_delta) const {
  const SaddleConstants& c = result_.constants;
  Scale scale = scale_at_start(ln_delta);
  const std::vector<double>& times = courses_.times();
  const std::size_t count = courses_.courses().size();
  const double radius = courses_.radius().lower();
  std::vector<double> push(count, 0.0);
  for (std::size_t j = 0; j + 1 < times.size(); ++j) {
    const Interval elapsed = Interval(times[j + 1]) - Interval(times[j]);
    Interval square = 0;
    std::vector<Interval> size;
    for (std::size_t k = 0; k < count; ++k) {
      const Box u = courses_.tubes()[k].during(times[j], times[j + 1]);
      size.push_back(detail::norm(u) + radius);
      square += sqr(size.back());
    }
    if (!depart(scale, elapsed, square)) return std::nullopt;
    const Interval change =
        c.mu_1.value * scale.departed() + sqr(exp(scale.ln_raw)) * c.beta * square;
    for (std::size_t k = 0; k < count; ++k) {
      push[k] = std::max(push[k], (c.slope * size[k] * change).upper());
    }
  }
  Errors errors;
  Interval square = 0;
  for (std::size_t k = 0; k < count; ++k) {
    const std::optional<double> error = disturbed(k, push[k]);
    if (!error) return std::nullopt;
    errors.push_back(*error);
    square += sqr(Interval(errors.back()));
  }
  if (!certainly_less(sqrt(square), radius)) return std::nullopt;
  return errors;
}

/// A bound of |s_k - u_k|: up to the end by a tube, or to where u_k comes to rest and as in
/// `disturbed_rest` from there on.
std::optional<double> Instance::disturbed(std::size_t k, double push) const {
  const detail::NeuronCourse& course = *courses_.courses()[k];
  const TubeCourse& u = courses_.tubes()[k];
  std::vector<double> times = courses_.times();
  const double end = times.back();
  const std::vector<double> disturbance(course.start().size(), push);
  TubeCourse tube = course.enclose(end, times, disturbance);
  if (tube.tube().status == TubeStatus::finished) {
    return course.distance_between(tube, u, times, push).upper();
  }
  if (!course.resting_time() || !(*course.resting_time() < end)) return std::nullopt;
  const double rest = *course.resting_time();
  std::erase_if(times, [&](double t) { return t >= rest; });
  times.push_back(rest);
  tube = course.enclose(rest, times, disturbance);
  if (tube.tube().status != TubeStatus::finished) return std::nullopt;
  const std::optional<Box> s = detail::disturbed_rest(
      course.model(), course.limit().rest, tube.tube().box, push, Interval(end) - Interval(rest));
  if (!s) return std::nullopt;
  const Interval later = detail::norm(*s - u.during(rest, end));
  return max(later, course.distance_between(tube, u, times, push)).upper();
}

void Instance::find_delta() {
  const bool two_layer = problem_.network.kind == NetworkKind::two_layer;
  const auto errors_for = [&](double ln_delta) {
    return two_layer ? disturbed(ln_delta) : march(ln_delta);
  };
  double low = std::log(0.5);
  double step = std::log(16.0);
  double high = low + step;
  constexpr double least = -1e9;
  std::optional<Errors> best = errors_for(low);
  while (!best && low > least) {
    if (low < -500) step *= 2;
    high = low;
    low -= step;
    best = errors_for(low);
  }
  if (!best) {
    fail("no delta was found for which w_z / delta stays near u");
    return;
  }
  for (int k = 0; k < 8 || (k < 40 && high - low > 1e-4 * std::fabs(low)); ++k) {
    const double middle = 0.5 * (low + high);
    if (std::optional<Errors> errors = errors_for(middle)) {
      best = std::move(errors);
      low = middle;
    } else {
      high = middle;
    }
  }
  result_.ln_delta_tube = low;
  // delta^2 <= min(1, gamma^2) / (2 C)
  const Interval condition =
      (log(min(Interval(1), sqr(result_.constants.gamma.value)) / 2) - result_.ln_C) / 2;
  result_.ln_delta_bar = std::min(result_.ln_delta_tube, condition.lower());
  conclude(*best);
}

void Instance::conclude(const Errors& errors) {
  for (const TubeCourse& u : courses_.tubes()) result_.ends.push_back(u.at(result_.T_bar.upper()));
  FlowDeparture departure;
  departure.add_final_states(courses_.courses(), courses_.tubes(), result_.T_bar, errors);
  detail::NeuronConclusion conclusion = courses_.conclude(departure);
  result_.which = conclusion.which;
  result_.alignment = conclusion.alignment;
  result_.bound = conclusion.bound;
  std::string& missing = conclusion.missing;
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
  result_.ln_delta_tube = result_.ln_delta_bar = -infinity;
  result_.constants = saddle_constants(problem_);
  const SaddleConstants& c = result_.constants;
  if (!certainly_positive(c.gamma.value)) {
    fail(c.gamma.reason);
    return result_;
  }
  const std::string problem =
      courses_.follow(std::max(4 * (c.beta * c.residual_norm).upper(), 1e-300));
  result_.eta = courses_.eta();
  result_.neurons = neurons();
  if (!problem.empty()) {
    result_.T_bar = result_.ln_C = Interval(0, infinity);
    result_.eta = Interval(0, result_.eta.upper());
    fail(problem);
    return result_;
  }
  result_.T_bar = courses_.first_time();
  // C >= 4, see below: ln C = 4 M_2 T_bar >= ln 4, with room for a proof by other rounding.
  const Interval least = (1 + 1e-12) * log(Interval(4)) / (4 * c.M_2.value);
  if (certainly_less(result_.T_bar, least)) result_.T_bar = Interval(least.upper());
  result_.ln_C = 4 * c.M_2.value * result_.T_bar;
  const std::string ends = courses_.enclose(result_.T_bar);
  result_.neurons = neurons();
  if (ends.empty()) {
    find_delta();
  } else {
    fail(ends);
  }
  return result_;
}

}  // namespace

SaddleProof prove_at_saddle(const SaddleProblem& problem) {
  Instance instance(problem);
  SaddleProof first = instance.run();
  for (std::size_t cell = 1; cell < instance.cells(); ++cell) {
    if (first.conclusion.proof == Proof::certified) break;
    SaddleProof other = Instance(problem, cell).run();
    if (other.conclusion.proof == Proof::certified) return other;
  }
  return first;
}

}  // namespace filippov
