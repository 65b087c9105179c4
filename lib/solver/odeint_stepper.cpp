#include "odeint_stepper.hpp"

#include <fmt/format.h>

#include <Eigen/LU>
#include <algorithm>
#include <boost/numeric/odeint/stepper/rosenbrock4.hpp>
#include <boost/numeric/odeint/stepper/runge_kutta_dopri5.hpp>
#include <cmath>
#include <limits>
#include <vector>

#include "inverse_root.hpp"
#include "monitor_sampling.hpp"

namespace filippov::detail {

namespace {

namespace odeint = boost::numeric::odeint;

using State = std::vector<double>;

/// Elapsed time is what odeint integrates in; t = t0 + direction * tau.
struct Problem {
  FaceField& field;
  double t0;

  double time(double tau) const { return t0 + field.direction() * tau; }
};

class Dopri5 {
 public:
  static constexpr int error_order = 5;

  void step(const Problem& problem, const State& x, const State& f, double length, State& end,
            State& end_velocity, State& error) {
    const auto system = [&](const State& state, State& velocity, double tau) {
      problem.field.velocity(problem.time(tau), state, velocity);
    };
    method_.do_step(system, x, f, 0.0, end, end_velocity, length, error);
  }
  void middle(const State& x, const State& f, const State& end, const State& end_velocity,
              double length, State& state) {
    method_.calc_state(0.5 * length, state, x, f, 0.0, end, end_velocity, length);
  }

 private:
  odeint::runge_kutta_dopri5<State> method_;
};

/// Odeint's method with its coefficients; the stages are written out here because uBLAS, which
/// odeint solves them with, does not compile as C++20 in every supported Boost.
class Rosenbrock4 {
 public:
  static constexpr int error_order = 4;

  void step(const Problem& problem, const State& x, const State& f, double length, State& end,
            State& end_velocity, State& error) {
    const auto n = static_cast<Eigen::Index>(x.size());
    problem.field.jacobian(problem.t0, x, jacobian_, time_derivative_);
    const double shift = 1 / (coefficients_.gamma * length);
    lu_.compute(shift * Eigen::MatrixXd::Identity(n, n) - jacobian_);

    const auto& k = coefficients_;
    const double a[5][4] = {{0, 0, 0, 0},
                            {k.a21, 0, 0, 0},
                            {k.a31, k.a32, 0, 0},
                            {k.a41, k.a42, k.a43, 0},
                            {k.a51, k.a52, k.a53, k.a54}};
    const double c[6][5] = {{0, 0, 0, 0, 0},
                            {k.c21, 0, 0, 0, 0},
                            {k.c31, k.c32, 0, 0, 0},
                            {k.c41, k.c42, k.c43, 0, 0},
                            {k.c51, k.c52, k.c53, k.c54, 0},
                            {k.c61, k.c62, k.c63, k.c64, k.c65}};
    // The last of them is negative (Hairer & Wanner, RODAS); Boost up to 1.81 has it without its
    // sign, which makes the method of first order where time appears.
    const double time_factor[6] = {k.d1, k.d2, k.d3, -std::abs(k.d4), 0, 0};
    const double place[6] = {0, k.c2, k.c3, k.c4, 1, 1};

    const Eigen::Map<const Eigen::VectorXd> start(x.data(), n);
    stages_.resize(n, 6);
    Eigen::VectorXd state = start;
    Eigen::VectorXd velocity = Eigen::Map<const Eigen::VectorXd>(f.data(), n);
    for (int i = 0; i < 6; ++i) {
      if (i > 0) {
        if (i < 5) {
          state = start;
          for (int j = 0; j < i; ++j) state += a[i][j] * stages_.col(j);
        } else {
          state += stages_.col(4);
        }
        problem.field.velocity(problem.time(place[i] * length), {state.data(), x.size()},
                               {velocity.data(), x.size()});
      }
      Eigen::VectorXd right = velocity + length * time_factor[i] * time_derivative_;
      for (int j = 0; j < i; ++j) right += c[i][j] / length * stages_.col(j);
      stages_.col(i) = lu_.solve(right);
    }
    Eigen::Map<Eigen::VectorXd>(error.data(), n) = stages_.col(5);
    Eigen::Map<Eigen::VectorXd>(end.data(), n) = state + stages_.col(5);
    problem.field.velocity(problem.time(length), end, end_velocity);
  }

  void middle(const State& x, const State&, const State& end, const State&, double,
              State& state) const {
    const auto& k = coefficients_;
    const auto n = static_cast<Eigen::Index>(x.size());
    const Eigen::VectorXd third =
        stages_.leftCols(5) * (Eigen::VectorXd(5) << k.d21, k.d22, k.d23, k.d24, k.d25).finished();
    const Eigen::VectorXd fourth =
        stages_.leftCols(5) * (Eigen::VectorXd(5) << k.d31, k.d32, k.d33, k.d34, k.d35).finished();
    for (Eigen::Index i = 0; i < n; ++i) {
      const auto place = static_cast<std::size_t>(i);
      state[place] = 0.5 * (x[place] + end[place]) + 0.25 * (third(i) + 0.5 * fourth(i));
    }
  }

 private:
  odeint::default_rosenbrock_coefficients<double> coefficients_;
  Eigen::PartialPivLU<Eigen::MatrixXd> lu_;
  Eigen::MatrixXd jacobian_;
  Eigen::VectorXd time_derivative_;
  Eigen::MatrixXd stages_;
};

/// Step-size control and dense output common to the one-step methods of odeint.
template <class Method>
class OneStepStepper : public Stepper {
 public:
  explicit OneStepStepper(const SolverOptions& options)
      : rtol_(options.rtol),
        atol_(options.atol),
        limited_(std::isfinite(options.max_step)),
        largest_square_(options.escape_norm * options.escape_norm),
        dense_(options.keep_trajectory),
        sampling_(rtol_, atol_) {
    relative_tolerance_ = rtol_;
  }

  bool step(FaceField& field, double t, std::span<const double> x, double max_length,
            Step& step) override {
    const std::size_t n = x.size();
    // The method has evaluated the field at its end, unless that was moved since.
    const bool goes_on = next_length_ > 0 && t == end_time_ && std::ranges::equal(x, end_);
    if (goes_on) {
      start_.swap(end_);
      velocity_.swap(end_velocity_);
    } else {
      start_.assign(x.begin(), x.end());
      velocity_.resize(n);
      field.velocity(t, x, velocity_);
    }
    end_.resize(n);
    end_velocity_.resize(n);
    error_.resize(n);
    if (!(next_length_ > 0)) next_length_ = first_length();
    step.is_series = false;
    if (!dense_ && field.monitors().empty()) return steps_in_a_row(field, t, max_length, step);
    step.count = 1;
    double length = std::min(next_length_, max_length);
    const Problem problem{field, t};
    double last_tail = std::numeric_limits<double>::infinity();
    int stalled = 0;
    for (;;) {
      if (!is_resolved(t, length, max_length)) {
        failure_ = fmt::format("step size underflow at t = {:.17g}", t);
        return false;
      }
      if (!is_accurate(problem, length)) continue;
      step.length = length;
      fill_dense_output(step);
      sampling_.fill(field, t, end_, error_, step);
      // A state at rest says nothing about the multiplier of a forced stick.
      const double tail = sampling_.tail(step);
      if (tail <= 1 || sampling_.gives_in(tail, last_tail, stalled)) break;
      last_tail = tail;
      ++rejected_steps_;
      length *= MonitorSampling::shortening(tail);
      next_length_ = length;
    }
    end_time_ = t + field.direction() * step.length;
    return true;
  }

  void state(FaceField& field, double t, std::span<const double> x, const Step& step, double tau,
             std::span<double> state) override {
    if (tau == step.length) {
      std::copy(end_.begin(), end_.end(), state.begin());
      return;
    }
    if (tau == 0) {
      std::copy(x.begin(), x.end(), state.begin());
      return;
    }
    // The dense output is of lower order than the method: take a step of just this length.
    const State start(x.begin(), x.end());
    State end(start.size());
    State end_velocity(start.size());
    State error(start.size());
    method_.step({field, t}, start, velocity_, tau, end, end_velocity, error);
    std::copy(end.begin(), end.end(), state.begin());
  }

  void restart() override { next_length_ = 0; }

 private:
  /// Goes on as far as nobody has to look: what happens only at the end of steps (escape, steps
  /// that become too short for the resolution of time) ends it.
  bool steps_in_a_row(FaceField& field, double t, double max_length, Step& step) {
    const int most = limited_ ? 1 : 64;
    step.length = 0;
    step.count = 0;
    double length = std::min(next_length_, max_length);
    for (;;) {
      const double now = t + field.direction() * step.length;
      const double rest = max_length - step.length;
      const bool last = length >= rest;
      if (last) length = rest;
      if (!is_resolved(now, length, rest)) {
        if (step.count == 0) {
          failure_ = fmt::format("step size underflow at t = {:.17g}", now);
          return false;
        }
        start_.swap(end_);
        velocity_.swap(end_velocity_);
        break;
      }
      if (!is_accurate({field, now}, length)) continue;
      step.length = last ? max_length : step.length + length;
      ++step.count;
      double square = 0;
      for (const double value : end_) square += value * value;
      const bool may_go_on = square <= largest_square_ && length > 1e-9 * std::abs(now);
      if (last || step.count == most || !may_go_on) break;
      start_.swap(end_);
      velocity_.swap(end_velocity_);
      length = next_length_;
    }
    end_time_ = t + field.direction() * step.length;
    return true;
  }

  /// Takes a step from the start; where its error is too large it does not count, and the length to
  /// try next is shorter.
  bool is_accurate(const Problem& problem, double& length) {
    method_.step(problem, start_, velocity_, length, end_, end_velocity_, error_);
    const double largest = relative_error();
    const double factor = growth(largest);
    if (largest <= 1) {
      next_length_ = length * factor;
      return true;
    }
    ++rejected_steps_;
    length *= std::min(factor, 0.9);
    return false;
  }

  double first_length() const {
    double size = 0;
    double speed = 0;
    for (std::size_t i = 0; i < start_.size(); ++i) {
      const double scale = atol_ + rtol_ * std::abs(start_[i]);
      size = std::max(size, std::abs(start_[i]) / scale);
      speed = std::max(speed, std::abs(velocity_[i]) / scale);
    }
    // Near the origin the size says nothing; a step that is too long is rejected.
    return speed > 0 ? std::max(1e-2 * size / speed, 1e-6) : 1e-3;
  }

  /// By what to change the length of a step of that error.
  static double growth(double error) {
    constexpr double least = 1e-4;  // grows as much as the clamp allows
    return std::clamp(0.9 * inverse_root<Method::error_order>(std::max(error, least)), 0.2, 5.0);
  }

  /// Largest error of a component relative to what is allowed for it; huge where it is not finite.
  double relative_error() const {
    double largest = 0;
    double sum = 0;
    for (std::size_t i = 0; i < start_.size(); ++i) {
      const double scale = atol_ + rtol_ * std::max(std::abs(start_[i]), std::abs(end_[i]));
      const double part = std::abs(error_[i]) / scale;
      sum += part;
      largest = std::max(largest, part);
    }
    return std::isfinite(sum) ? largest : 1e10;
  }

  /// Quartic through both ends with their velocities and the middle.
  void fill_dense_output(Step& step) {
    const std::size_t n = start_.size();
    State middle(n);
    method_.middle(start_, velocity_, end_, end_velocity_, step.length, middle);
    const double h = step.length;
    step.x.resize(5, static_cast<Eigen::Index>(n));
    for (std::size_t i = 0; i < n; ++i) {
      const auto column = static_cast<Eigen::Index>(i);
      const double d0 = h * velocity_[i];
      const double d1 = h * end_velocity_[i];
      const double rise = end_[i] - start_[i];
      const double half = middle[i] - start_[i];
      // a2 + a3 + a4 = rise - d0, 2 a2 + 3 a3 + 4 a4 = d1 - d0, a2/4 + a3/8 + a4/16 = half - d0/2
      const double p = rise - d0;
      const double q = d1 - d0;
      const double r = half - 0.5 * d0;
      const double a2 = 16 * r - 5 * p + q;
      const double a3 = -32 * r + 14 * p - 3 * q;
      const double a4 = p - a2 - a3;
      step.x(0, column) = start_[i];
      step.x(1, column) = velocity_[i];
      step.x(2, column) = a2 / (h * h);
      step.x(3, column) = a3 / (h * h * h);
      step.x(4, column) = a4 / (h * h * h * h);
    }
  }

  double rtol_;
  double atol_;
  bool limited_;  ///< every step has a largest length
  double largest_square_;
  bool dense_;
  double next_length_ = 0;
  double end_time_ = 0;
  Method method_;
  MonitorSampling sampling_;
  State start_;
  State end_;
  State velocity_;
  State end_velocity_;
  State error_;
};

}  // namespace

std::unique_ptr<Stepper> make_dopri5_stepper(const SolverOptions& options) {
  return std::make_unique<OneStepStepper<Dopri5>>(options);
}

std::unique_ptr<Stepper> make_rosenbrock4_stepper(const SolverOptions& options) {
  return std::make_unique<OneStepStepper<Rosenbrock4>>(options);
}

}  // namespace filippov::detail
