#include "correlation_neuron.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace filippov::detail {

using Eigen::Index;
using Eigen::VectorXd;

namespace {

/// sum_j derivatives[j + from] t^j / j!
double taylor(const VectorXd& derivatives, double t, Index from = 0) {
  double sum = 0;
  for (Index j = derivatives.size() - 1; j >= from; --j) {
    sum = derivatives[j] + sum * t / static_cast<double>(j - from + 1);
  }
  return sum;
}

/// A zero between a and b, where the function has different signs: Newton's steps, bisection where
/// they leave the bracket.
double zero(const VectorXd& derivatives, double a, double b) {
  const bool rising = taylor(derivatives, b) > 0;
  double t = 0.5 * (a + b);
  for (int i = 0; i < 60; ++i) {
    const double value = taylor(derivatives, t);
    ((value > 0) == rising ? b : a) = t;
    double next = t - value / taylor(derivatives, t, 1);
    if (!(next > a && next < b)) next = 0.5 * (a + b);
    if (std::abs(next - t) <= 1e-13 * b) return next;
    t = next;
  }
  return t;
}

}  // namespace

CorrelationNeuron::CorrelationNeuron(const Eigen::MatrixXd& inputs, const VectorXd& weights,
                                     double leak)
    : inputs_(inputs),
      weights_(weights),
      leak_squared_(leak * leak),
      longest_(std::sqrt(inputs.colwise().squaredNorm().maxCoeff())),
      positive_(static_cast<std::size_t>(inputs.cols())),
      series_(inputs.rows(), order + 1) {}

double CorrelationNeuron::weight(Index i, bool positive) const {
  return weights_[i] * (positive ? 1 : leak_squared_);
}

void CorrelationNeuron::start(const Eigen::Ref<const VectorXd>& u) {
  u_ = u;
  activations_.noalias() = inputs_.transpose() * u_;
  VectorXd active(weights_.size());
  for (Index i = 0; i < active.size(); ++i) {
    const bool positive = activations_[i] > 0;
    positive_[static_cast<std::size_t>(i)] = positive ? 1 : 0;
    active[i] = weight(i, positive);
  }
  matrix_.noalias() = inputs_ * active.asDiagonal() * inputs_.transpose();
  const double rate = matrix_.norm();
  next_ = rate > 0 ? 0.05 / rate : HUGE_VAL;
}

void CorrelationNeuron::add_crossing(Index i, double tau, double h, bool to_positive,
                                     const VectorXd& derivatives) {
  crossings_.push_back(
      {i,
       weight(i, to_positive) - weight(i, !to_positive),
       h - tau,
       {taylor(derivatives, tau, 1), taylor(derivatives, tau, 2), taylor(derivatives, tau, 3)}});
}

void CorrelationNeuron::find_crossings(double h) {
  crossings_.clear();
  // |x_i.u''| over the step is about this at most; an activation that neither changes its sign nor
  // comes so near to zero has none inside.
  const double bend = 1.5 * longest_ * series_.col(2).norm() * h * h / 8;
  VectorXd derivatives(order + 1);
  for (Index i = 0; i < end_activations_.size(); ++i) {
    const bool positive = positive_[static_cast<std::size_t>(i)] != 0;
    const double end = end_activations_[i];
    const bool changes = (end > 0) != positive;
    if (!changes && std::min(std::abs(end), std::abs(activations_[i])) > bend) continue;
    derivatives.noalias() = series_.transpose() * inputs_.col(i);
    const bool here = derivatives[0] > 0;
    if (changes) {
      // Where rounding had put the start on the other side already, it crosses at once.
      add_crossing(i, here == positive ? zero(derivatives, 0, h) : 0, h, !positive, derivatives);
      continue;
    }
    if (here != positive) continue;  // and comes back
    // Both ends on one side: in between is an extremum, if the slope changes its sign.
    const VectorXd slopes = derivatives.tail(order);
    if ((taylor(slopes, 0) > 0) == (taylor(slopes, h) > 0)) continue;
    const double turn = zero(slopes, 0, h);
    if ((taylor(derivatives, turn) > 0) == positive) continue;
    add_crossing(i, zero(derivatives, 0, turn), h, !positive, derivatives);
    add_crossing(i, zero(derivatives, turn, h), h, positive, derivatives);
  }
}

double CorrelationNeuron::gain(double rate) {
  gain_.setZero(u_.size());
  double turned = 0;  // sum of |change| |x_i|^2 (h - tau)
  double longest_rest = 0;
  for (const Crossing& c : crossings_) {
    const auto x = inputs_.col(c.example);
    const double r = c.rest;
    image_.noalias() = matrix_ * x;
    second_image_.noalias() = matrix_ * image_;
    const double first = c.slope[0] * r * r / 2;
    const double second = r * r * r / 6;
    const double third = second * r / 4;
    gain_ += c.change * ((first + c.slope[1] * second + c.slope[2] * third) * x +
                         (c.slope[0] * second + c.slope[1] * third) * image_ +
                         c.slope[0] * third * second_image_);
    turned += std::abs(c.change) * x.squaredNorm() * r;
    longest_rest = std::max(longest_rest, r);
  }
  const double reach = rate * longest_rest;
  return gain_.norm() * (turned + reach * reach * reach / 20);
}

bool CorrelationNeuron::advance(double duration, double rtol) {
  double left = duration;
  while (left > 0) {
    series_.col(0) = u_;
    for (int j = 0; j < order; ++j) series_.col(j + 1).noalias() = matrix_ * series_.col(j);
    const double size = u_.norm();
    const double rate = size > 0 ? series_.col(1).norm() / size : 0;
    if (rate == 0) return true;  // at rest
    for (;;) {
      const double h = std::min(next_, left);
      if (!(h > 1e-14 * duration)) return left <= 1e-14 * duration;
      double factor = 1;
      end_ = u_;
      for (int j = 1; j <= order; ++j) end_ += series_.col(j) * (factor *= h / j);
      end_activations_.noalias() = inputs_.transpose() * end_;
      find_crossings(h);
      const double cut_off = series_.col(order).norm() * factor;
      const double error = (gain(rate) + cut_off) / (rtol * end_.norm());
      if (!(error <= 1)) {
        ++rejected_;
        next_ =
            h * (std::isfinite(error) ? std::clamp(0.9 * std::pow(error, -0.2), 0.2, 0.9) : 0.2);
        continue;
      }
      u_ = end_ + gain_;
      activations_.swap(end_activations_);
      for (const Crossing& c : crossings_) {
        const auto x = inputs_.col(c.example);
        char& positive = positive_[static_cast<std::size_t>(c.example)];
        positive = positive != 0 ? 0 : 1;
        matrix_ += c.change * x * x.transpose();
      }
      left = h == left ? 0 : left - h;
      ++steps_;
      const double grown = h * std::clamp(0.9 * std::pow(std::max(error, 1e-8), -0.2), 0.2, 4.0);
      next_ = h < next_ ? std::max(next_, grown) : grown;
      break;
    }
  }
  return true;
}

}  // namespace filippov::detail
