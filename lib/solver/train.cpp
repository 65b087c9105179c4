#include "filippov/solver/train.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "correlation_neuron.hpp"
#include "dormand_prince.hpp"
#include "filippov/arithmetic/error.hpp"
#include "filippov/network/training_flow.hpp"
#include "filippov/solver/solve.hpp"

namespace filippov {

namespace {

using Eigen::Index;
using Matrix = Eigen::MatrixXd;

std::span<const double> entries(const Matrix& x) {
  return {x.data(), static_cast<std::size_t>(x.size())};
}

void check_start(const TrainingField& field, std::span<const double> s0) {
  if (static_cast<int>(s0.size()) != field.dimension()) {
    throw Error(fmt::format("the initial weights are {} numbers, expected {}: {} neurons of {}",
                            s0.size(), field.dimension(), field.neurons(), field.neuron_size()));
  }
  for (std::size_t k = 0; k < s0.size(); ++k) {
    if (std::isfinite(s0[k])) continue;
    throw Error(fmt::format("initial weight {} of neuron {} is {}, expected a finite number",
                            k % static_cast<std::size_t>(field.neuron_size()) + 1,
                            k / static_cast<std::size_t>(field.neuron_size()) + 1, s0[k]));
  }
  if (std::all_of(s0.begin(), s0.end(), [](double x) { return x == 0; })) {
    throw Error("the initial weights are all zero, where the flow rests: expected others");
  }
}

void check_final_time(double t1) {
  if (!(t1 > 0) || !std::isfinite(t1)) {
    throw Error(fmt::format("the final time is {}: expected a positive number", t1));
  }
}

double sample_time(int sample, double t1, const TrainingOptions& options) {
  return sample == options.samples ? t1 : t1 * sample / options.samples;
}

/// A column per neuron; the only one of a diagonal network is its u and v.
Matrix by_neuron(const TrainingField& field, std::span<const double> s) {
  return Eigen::Map<const Matrix>(s.data(), field.neuron_size(), field.neurons());
}

TrainingResult by_runge_kutta(const TrainingField& field, std::span<const double> s0, double t1,
                              const TrainingObserver& observer, const TrainingOptions& options) {
  detail::DormandPrince stepper(
      [&field](const Matrix& x, Matrix& f) {
        field.velocity(entries(x), {f.data(), static_cast<std::size_t>(f.size())});
      },
      by_neuron(field, s0), options.rtol);
  TrainingResult result;
  result.events_located = field.network().kind != NetworkKind::two_layer;
  Matrix x = stepper.x();
  observer(0, entries(x));
  int sample = 1;
  while (stepper.t() < t1) {
    if (stepper.steps() >= options.max_steps) {
      result.status = Status::failed;
      result.message = fmt::format("stopped after {} steps", options.max_steps);
      break;
    }
    if (!stepper.step(t1)) {
      result.status = Status::failed;
      result.message = fmt::format("the step became too small at t = {}", stepper.t());
      break;
    }
    for (; sample <= options.samples && sample_time(sample, t1, options) <= stepper.t(); ++sample) {
      const double t = sample_time(sample, t1, options);
      stepper.interpolate(t, x);
      observer(t, entries(x));
    }
  }
  if (stepper.t() == t1) {
    result.status = Status::finished;
    result.message = "the final time was reached";
  }
  result.t = stepper.t();
  result.s.assign(stepper.x().data(), stepper.x().data() + stepper.x().size());
  result.statistics.rhs_evaluations = stepper.evaluations();
  result.statistics.steps = stepper.steps();
  result.statistics.rejected_steps = stepper.rejected();
  return result;
}

TrainingResult with_events(const TrainingField& field, std::span<const double> s0, double t1,
                           const TrainingObserver& observer, const TrainingOptions& options) {
  const TrainingFlow flow(field);
  const double size = Eigen::Map<const Eigen::VectorXd>(s0.data(), static_cast<Index>(s0.size()))
                          .lpNorm<Eigen::Infinity>();
  Solution solution = solve(flow, {0, t1, {s0.begin(), s0.end()}},
                            {.rtol = options.rtol, .atol = options.rtol * 1e-3 * size});
  for (int sample = 0; sample <= options.samples; ++sample) {
    const double t = sample_time(sample, t1, options);
    if (solution.trajectory.empty() || t > solution.trajectory.end()) break;
    observer(t, solution.trajectory(t));
  }
  TrainingResult result;
  result.status = solution.status;
  result.message = std::move(solution.message);
  result.t = solution.t;
  result.s = std::move(solution.x);
  result.events = std::move(solution.events);
  result.surface_names = std::move(solution.surface_names);
  result.statistics = solution.statistics;
  return result;
}

}  // namespace

TrainingResult gradient_flow(const TrainingField& field, std::span<const double> s0, double t1,
                             const TrainingObserver& observer, const TrainingOptions& options) {
  check_start(field, s0);
  check_final_time(t1);
  const bool small =
      static_cast<double>(field.neurons()) * field.examples() <= options.max_surfaces;
  if (field.network().kind == NetworkKind::two_layer && small) {
    return with_events(field, s0, t1, observer, options);
  }
  return by_runge_kutta(field, s0, t1, observer, options);
}

TrainingResult correlation_flow(const TrainingField& field, std::span<const double> s0, double t1,
                                double rtol) {
  check_start(field, s0);
  check_final_time(t1);
  if (field.network().kind != NetworkKind::squared_relu) {
    throw Error("correlation_flow: expected a squared ReLU network");
  }
  const Matrix start = by_neuron(field, s0);
  const Eigen::VectorXd residuals = field.residuals(Eigen::VectorXd::Zero(field.examples()));
  const double leak = field.network().leak.midpoint();
  TrainingResult result;
  result.status = Status::finished;
  result.message = "the final time was reached";
  result.t = t1;
  result.s.resize(s0.size());
  Eigen::Map<Matrix> end(result.s.data(), start.rows(), start.cols());
  for (const double sign : {1.0, -1.0}) {
    const Eigen::VectorXd weights = 2 * sign * residuals;
    detail::CorrelationNeuron neuron(field.inputs(), weights, leak);
    for (int k = 0; k < field.neurons(); ++k) {
      if (field.sign(k) != sign) continue;
      neuron.start(start.col(k));
      if (!neuron.advance(t1, rtol)) {
        result.status = Status::failed;
        result.message = fmt::format("the step of neuron {} became too small", k + 1);
        result.t = 0;
      }
      end.col(k) = neuron.u();
    }
    result.statistics.steps += neuron.steps();
    result.statistics.rejected_steps += neuron.rejected();
  }
  return result;
}

TrainingResult gradient_descent(const TrainingField& field, std::span<const double> s0, double step,
                                long count, const TrainingObserver& observer,
                                const TrainingOptions& options) {
  check_start(field, s0);
  if (!(step > 0) || !std::isfinite(step) || count < 1) {
    throw Error(
        fmt::format("{} steps of {}: expected at least one step of positive size", count, step));
  }
  TrainingResult result;
  result.events_located = field.network().kind != NetworkKind::two_layer;
  result.s.assign(s0.begin(), s0.end());
  std::vector<double> velocity(s0.size());
  Eigen::Map<Eigen::VectorXd> s(result.s.data(), static_cast<Index>(s0.size()));
  const Eigen::Map<const Eigen::VectorXd> v(velocity.data(), s.size());
  const long samples = std::min<long>(options.samples, count);
  long sample = 0;
  for (long i = 0; i <= count; ++i) {
    if (sample <= samples && i == count * sample / samples) {
      observer(step * static_cast<double>(i), result.s);
      ++sample;
    }
    if (i == count) break;
    field.velocity(result.s, velocity);
    s += step * v;
  }
  const bool finite = s.allFinite();
  result.status = finite ? Status::finished : Status::escape;
  result.message = finite ? "all steps were taken" : "the weights grew beyond every bound";
  result.t = step * static_cast<double>(count);
  result.statistics.rhs_evaluations = count;
  result.statistics.steps = count;
  return result;
}

Alignment alignment(const TrainingField& field, std::span<const double> s) {
  const Matrix x = by_neuron(field, s);
  Matrix f(x.rows(), x.cols());
  const TrainingField limit = field.limit();
  limit.velocity(s, {f.data(), static_cast<std::size_t>(f.size())});
  Alignment result;
  for (Index k = 0; k < x.cols(); ++k) {
    const double size = x.col(k).stableNorm();
    const double speed = f.col(k).stableNorm();
    const double cosine = (x.col(k) / size).dot(f.col(k) / speed);
    result.cosine.push_back(cosine);
    result.rate.push_back((x.col(k) / size).dot(f.col(k) / size));
  }
  return result;
}

}  // namespace filippov
