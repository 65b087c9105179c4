#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "departure.hpp"
#include "filippov/verify/spectral_bound.hpp"

namespace filippov::detail {

namespace {

class March {
 public:
  March(const DepartureProblem& problem, const std::vector<TubeCourse>& courses,
        const std::vector<double>& times)
      : problem_(problem), times_(times), count_(problem.neurons.size()) {
    for (std::size_t j = 0; j + 1 < times.size(); ++j) {
      std::vector<Box> boxes;
      for (const TubeCourse& course : courses) {
        boxes.push_back(course.during(times[j], times[j + 1]));
      }
      boxes_.push_back(std::move(boxes));
    }
    const Interval terms = problem.loss.mean ? Interval(problem.data.size()) : Interval(1);
    // l'(z, y) - l'(0, y) = curvature z
    curvature_ = (problem.loss.kind == LossKind::square ? Interval(1) : Interval(0, 1) / 4) / terms;
    if (problem.loss.kind == LossKind::logistic) {
      // l'' = y^2 s (1 - s) and y^2 = 1
      curvature_ = Interval(0, curvature_.upper());
    }
  }

  /// Bounds of |s_k - u_k| at the end; empty if their norm exceeds the radius before.
  std::vector<double> run(double p) const {
    std::vector<double> error(count_, 0.0);
    std::vector<double> tried(count_, 0.0);
    for (std::size_t j = 0; j + 1 < times_.size(); ++j) {
      const double elapsed = (Interval(times_[j + 1]) - Interval(times_[j])).upper();
      for (std::size_t k = 0; k < count_; ++k) tried[k] = std::max(1.05 * error[k], tried[k]);
      std::vector<double> next;
      for (int attempt = 0;; ++attempt) {
        if (attempt == 12) return {};
        next = step(j, p, elapsed, error, tried);
        bool inside = true;
        for (std::size_t k = 0; k < count_; ++k) {
          if (next[k] <= tried[k]) continue;
          inside = false;
          tried[k] = 1.1 * next[k];
          if (!std::isfinite(tried[k])) return {};
        }
        if (inside) break;
      }
      error = next;
      Interval square = 0;
      for (const double e : error) square += sqr(Interval(e));
      if (!certainly_less_equal(square, sqr(Interval(problem_.radius.lower())))) return {};
    }
    return error;
  }

 private:
  /// As long as |s_k - u_k| <= tried_k: bounds of it during the step.
  std::vector<double> step(std::size_t j, double p, double elapsed,
                           const std::vector<double>& error,
                           const std::vector<double>& tried) const {
    std::vector<Box> around;
    Box outputs(static_cast<std::size_t>(problem_.data.size()));
    for (std::size_t k = 0; k < count_; ++k) {
      around.push_back(widened(boxes_[j][k], tried[k]));
      const Box part = problem_.neurons[k]->model().outputs(around[k]);
      for (std::size_t i = 0; i < part.size(); ++i) outputs[i] += part[i];
    }
    for (Interval& output : outputs) output *= curvature_;
    std::vector<double> next;
    for (std::size_t k = 0; k < count_; ++k) {
      const NeuronModel& model = problem_.neurons[k]->model();
      const Interval push = p * norm(model.gradient(around[k], outputs));
      const double rate = largest_eigenvalue_bound(model.hessian(around[k]));
      const Interval growth = exp(Interval(rate) * elapsed);
      next.push_back(std::max(error[k], (max(growth, Interval(1)) * (elapsed * push) +
                                         max(growth, Interval(1)) * Interval(error[k]))
                                            .upper()));
    }
    return next;
  }

  const DepartureProblem& problem_;
  const std::vector<double>& times_;
  std::size_t count_;
  std::vector<std::vector<Box>> boxes_;
  Interval curvature_;
};

}  // namespace

std::vector<double> comparison_times(double end, double rate, const std::vector<double>& events,
                                     double gap) {
  std::vector<double> times{0};
  constexpr int uniform = 160;
  const double least = std::max(2e-3 / rate, 1e-6 * end);
  while (times.back() < end) {
    const double left = end - times.back();
    const double step = std::min(end / uniform, std::max(least, 0.1 * left));
    times.push_back(left < 1.5 * step ? end : times.back() + step);
  }
  const double shortest = 1e-12 * end;
  for (const double event : events) {
    for (double away = std::max(gap, shortest); away < end / uniform; away *= 4) {
      times.push_back(event - away);
      times.push_back(event + away);
    }
  }
  std::erase_if(times, [&](double t) { return t < 0 || t > end; });
  std::sort(times.begin(), times.end());
  std::vector<double> apart{0};
  for (const double t : times) {
    if (t - apart.back() > 0.1 * shortest && (t == end || end - t > shortest)) apart.push_back(t);
  }
  return apart;
}

void FlowDeparture::intersect_statements(const FlowDeparture& other) {
  const auto cut = [](Interval& statement, const Interval& by) {
    if (const auto both = intersect(statement, by)) statement = *both;
  };
  largest_norm = min(largest_norm, other.largest_norm);
  for (std::size_t k = 0; k < norm.size(); ++k) {
    cut(norm[k], other.norm[k]);
    cut(alignment[k], other.alignment[k]);
  }
}

void FlowDeparture::add_final_states(const std::vector<std::unique_ptr<NeuronCourse>>& neurons,
                                     const std::vector<TubeCourse>& courses, Interval time,
                                     const std::vector<double>& errors) {
  for (std::size_t k = 0; k < courses.size(); ++k) {
    const Box u = courses[k].during(time);
    const Interval e(errors[k]);
    const Interval size = detail::norm(u);
    norm.emplace_back(std::max(0.0, (size - e).lower()), (size + e).upper());
    if (neurons[k]->which() == AlignmentCase::vanishing) {
      alignment.push_back(size);
      continue;
    }
    const Interval along = dot(u, neurons[k]->limit().box);
    double lower = -1;
    if (certainly_less(e, size)) lower = ((along - e) / hull(size - e, size + e)).lower();
    alignment.emplace_back(std::max(-1.0, std::min(lower, 1.0)), 1.0);
  }
}

FlowDeparture gronwall_departure(const DepartureProblem& problem,
                                 const std::vector<TubeCourse>& courses,
                                 const std::vector<double>& times) {
  FlowDeparture result;
  const March march(problem, courses, times);
  double low = 0;
  double high = 1;
  std::vector<double> error;
  // First a power of 4 that works, then bisection of the exponent.
  constexpr int most = 400;
  int attempt = 0;
  for (; attempt < most && error.empty(); ++attempt, high /= 4) error = march.run(low = high);
  if (error.empty()) {
    result.reason = "Gronwall's inequality gives no bound";
    return result;
  }
  high = 4 * low;
  if (attempt == 1) {
    for (;; high *= 4) {
      const std::vector<double> next = march.run(high);
      if (next.empty() || high > 1e30) break;
      low = high;
      error = next;
    }
  }
  for (int k = 0; k < 8; ++k) {
    const double middle = std::sqrt(low * high);
    const std::vector<double> next = march.run(middle);
    if (next.empty()) {
      high = middle;
    } else {
      low = middle;
      error = next;
    }
  }
  result.p = low;
  result.reason = "Gronwall's inequality gives no more";
  Interval largest = 0;
  for (std::size_t j = 0; j + 1 < times.size(); ++j) {
    Interval square = 0;
    for (const TubeCourse& course : courses) {
      square += squared_norm(course.during(times[j], times[j + 1]));
    }
    largest = max(largest, sqrt(square) + problem.radius);
  }
  result.largest_norm = largest;
  result.add_final_states(problem.neurons, courses, problem.time, error);
  return result;
}

}  // namespace filippov::detail
