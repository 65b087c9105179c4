#include "radau_stepper.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace filippov::detail {

namespace {

constexpr int most_iterations = 12;
/// Error left in the stages, over the tolerance.
constexpr double stage_accuracy = 0.01;
/// Newton's method faster than this does without a new Jacobian.
constexpr double quick_convergence = 1e-3;
constexpr double largest_growth = 8;
/// Steps that would grow by less keep their length, and with it the factored matrices.
constexpr double smallest_growth = 1.2;

}  // namespace

RadauStepper::RadauStepper(const SolverOptions& options)
    : method_(RadauCoefficients::get()),
      rtol_(std::clamp(options.rtol, 1e-13, 1e-10)),
      atol_(std::min(options.atol, 1e-11)),
      sampling_(rtol_, atol_) {
  relative_tolerance_ = rtol_;
}

void RadauStepper::restart() {
  next_length_ = 0;
  has_jacobian_ = false;
  convergence_ = 1;
  factored_length_ = 0;
  last_length_ = 0;
}

void RadauStepper::update_jacobian(FaceField& field, double t, std::span<const double> x) {
  field.jacobian(t, x, jacobian_, time_derivative_);
  has_jacobian_ = true;
  jacobian_is_new_ = true;
  factored_length_ = 0;
}

void RadauStepper::factor(double length) {
  if (factored_length_ == length) return;
  factored_length_ = length;
  const Eigen::Index n = jacobian_.rows();
  real_factors_.compute(method_.real_eigenvalue / length * Eigen::MatrixXd::Identity(n, n) -
                        jacobian_);
  for (std::size_t p = 0; p < factors_.size(); ++p) {
    factors_[p].compute(method_.eigenvalues[p] / length * Eigen::MatrixXcd::Identity(n, n) -
                        jacobian_);
  }
}

void RadauStepper::predict(const FaceField& field, double t, std::span<const double> x,
                           double length) {
  const auto n = static_cast<Eigen::Index>(x.size());
  stages_.setZero(n, stages);
  // Far beyond its step a polynomial says nothing.
  constexpr double farthest = 3;
  const double elapsed = field.direction() * (t - last_t_);
  if (!(elapsed + length <= farthest * last_length_)) return;
  for (int j = 0; j < stages; ++j) {
    const double tau = elapsed + method_.nodes(j) * length;
    for (Eigen::Index i = 0; i < n; ++i) {
      double value = 0;
      for (Eigen::Index k = last_x_.rows() - 1; k >= 0; --k) value = value * tau + last_x_(k, i);
      stages_(i, j) = value - x[static_cast<std::size_t>(i)];
    }
  }
}

double RadauStepper::scaled_norm(const Eigen::VectorXd& v) const {
  return v.cwiseQuotient(scale_).lpNorm<Eigen::Infinity>();
}

bool RadauStepper::solve_stages(FaceField& field, double t, std::span<const double> x,
                                double length) {
  const auto n = static_cast<Eigen::Index>(x.size());
  velocities_.resize(n, stages);
  change_.resize(n, stages);
  state_.resize(x.size());
  double last_norm = 0;
  // Until two norms are known the rate of the last step is taken.
  double rate = std::pow(std::max(convergence_, 1e-5), 0.8);
  for (iterations_ = 1; iterations_ <= most_iterations; ++iterations_) {
    for (int j = 0; j < stages; ++j) {
      for (Eigen::Index i = 0; i < n; ++i) {
        state_[static_cast<std::size_t>(i)] = x[static_cast<std::size_t>(i)] + stages_(i, j);
      }
      field.velocity(t + field.direction() * method_.nodes(j) * length, state_,
                     {velocities_.col(j).data(), x.size()});
    }
    velocities_.noalias() -= stages_ * (method_.inverse.transpose() / length);
    // One linear system per eigenvalue of A^-1.
    change_.noalias() = real_factors_.solve(velocities_ * method_.real_row).eval() *
                        method_.real_vector.transpose();
    for (std::size_t p = 0; p < factors_.size(); ++p) {
      const Eigen::VectorXcd part = factors_[p].solve(velocities_ * method_.rows[p]);
      change_ += 2 * (part * method_.vectors[p].transpose()).real();
    }
    stages_ += change_;
    double norm = 0;
    for (int j = 0; j < stages; ++j) norm = std::max(norm, scaled_norm(change_.col(j)));
    if (!std::isfinite(norm)) return false;
    if (iterations_ > 1) {
      const double ratio = norm / last_norm;
      convergence_ = iterations_ == 2 ? ratio : std::sqrt(ratio * convergence_);
      if (!(convergence_ < 0.99)) return norm <= stage_accuracy;
      rate = convergence_ / (1 - convergence_);
      // It would not be there in time.
      const int left = most_iterations - iterations_;
      if (rate * norm * std::pow(convergence_, left) > stage_accuracy) return false;
    }
    if (rate * norm <= stage_accuracy) {
      if (iterations_ == 1) convergence_ = rate;
      return true;
    }
    last_norm = norm;
  }
  return false;
}

double RadauStepper::estimate_error(FaceField& field, double t, std::span<const double> x,
                                    double length, bool refine) {
  const double shift = method_.real_eigenvalue / length;
  const Eigen::VectorXd part = shift * (stages_ * method_.error_weights);
  Eigen::VectorXd error = real_factors_.solve(velocity_ + part);
  double norm = scaled_norm(error);
  if (refine && norm >= 1) {
    // What of it decays within the step is no error.
    for (std::size_t i = 0; i < x.size(); ++i) {
      state_[i] = x[i] + error(static_cast<Eigen::Index>(i));
    }
    Eigen::VectorXd velocity(velocity_.size());
    field.velocity(t, state_, {velocity.data(), x.size()});
    error = real_factors_.solve(velocity + part);
    norm = scaled_norm(error);
  }
  error_.assign(error.begin(), error.end());
  norm = std::max(norm, interpolation_error());
  return std::isfinite(norm) ? norm : 1e10;
}

/// The formula damps the error of stiff components, which at the nodes are as good as exact; what
/// lies between is seen in the last Chebyshev coefficient of the polynomial.
double RadauStepper::interpolation_error() const {
  // T_7 of [0, 1] begins with 2^13; the coefficients of a smooth motion fall by about 30 there.
  constexpr double leading = 8192;
  constexpr double decay = 30;
  const Eigen::VectorXd last = stages_ * method_.interpolation.row(stages - 1).transpose();
  return scaled_norm(last) / (leading * decay);
}

void RadauStepper::fill_dense_output(std::span<const double> x, Step& step) const {
  step.x.resize(stages + 1, stages_.rows());
  step.x.bottomRows(stages).noalias() = method_.interpolation * stages_.transpose();
  double power = 1;
  for (int k = 1; k <= stages; ++k) {
    power *= step.length;
    step.x.row(k) /= power;
  }
  for (std::size_t i = 0; i < x.size(); ++i) step.x(0, static_cast<Eigen::Index>(i)) = x[i];
}

double RadauStepper::first_length(std::span<const double> x) const {
  double size = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    size = std::max(size, std::abs(x[i]) / scale_(static_cast<Eigen::Index>(i)));
  }
  const double speed = scaled_norm(velocity_);
  return speed > 0 ? std::max(1e-2 * size / speed, 1e-6) : 1e-3;
}

bool RadauStepper::step(FaceField& field, double t, std::span<const double> x, double max_length,
                        Step& step) {
  const auto n = static_cast<Eigen::Index>(x.size());
  scale_.resize(n);
  velocity_.resize(n);
  end_.resize(x.size());
  for (Eigen::Index i = 0; i < n; ++i) {
    scale_(i) = atol_ + rtol_ * std::abs(x[static_cast<std::size_t>(i)]);
  }
  field.velocity(t, x, {velocity_.data(), x.size()});
  const bool starts = !(next_length_ > 0);
  if (starts) next_length_ = first_length(x);
  jacobian_is_new_ = false;
  double length = std::min(next_length_, max_length);
  double last_tail = std::numeric_limits<double>::infinity();
  int stalled = 0;
  bool refine = starts;
  for (;;) {
    if (!is_resolved(t, length, max_length)) {
      failure_ = fmt::format("step size underflow at t = {:.17g}", t);
      return false;
    }
    if (!has_jacobian_ || (!jacobian_is_new_ && convergence_ > quick_convergence)) {
      update_jacobian(field, t, x);
    }
    factor(length);
    predict(field, t, x, length);
    if (!solve_stages(field, t, x, length)) {
      ++rejected_steps_;
      convergence_ = 1;
      if (jacobian_is_new_) length *= 0.5;
      continue;
    }
    const double error = estimate_error(field, t, x, length, refine);
    // Steps that need many iterations may not grow as fast.
    const double safety = 0.9 * (2 * most_iterations + 1) / (2 * most_iterations + iterations_);
    const double factor = std::clamp(safety * std::pow(std::max(error, 1e-20), -1.0 / (stages + 1)),
                                     0.1, largest_growth);
    if (error > 1) {
      ++rejected_steps_;
      refine = true;
      length *= std::min(factor, 0.9);
      continue;
    }
    next_length_ = factor > 1 && factor < smallest_growth ? length : length * factor;
    step.length = length;
    step.is_series = false;
    fill_dense_output(x, step);
    for (std::size_t i = 0; i < x.size(); ++i) {
      end_[i] = x[i] + stages_(static_cast<Eigen::Index>(i), stages - 1);
    }
    sampling_.fill(field, t, end_, error_, step);
    const double tail = sampling_.tail(step);
    if (tail <= 1 || sampling_.gives_in(tail, last_tail, stalled)) break;
    last_tail = tail;
    ++rejected_steps_;
    length *= MonitorSampling::shortening(tail);
    next_length_ = length;
  }
  last_t_ = t;
  last_length_ = step.length;
  last_x_ = step.x;
  return true;
}

void RadauStepper::state(FaceField& field, double t, std::span<const double> x, const Step& step,
                         double tau, std::span<double> state) {
  if (tau == step.length) {
    std::copy(end_.begin(), end_.end(), state.begin());
    return;
  }
  if (tau == 0) {
    std::copy(x.begin(), x.end(), state.begin());
    return;
  }
  // The dense output is of lower order than the method: take a step of just this length.
  factor(tau);
  predict(field, t, x, tau);
  const double convergence = convergence_;
  if (!solve_stages(field, t, x, tau)) predict(field, t, x, tau);
  convergence_ = convergence;
  for (std::size_t i = 0; i < x.size(); ++i) {
    state[i] = x[i] + stages_(static_cast<Eigen::Index>(i), stages - 1);
  }
}

}  // namespace filippov::detail
