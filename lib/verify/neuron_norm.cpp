#include "filippov/verify/neuron_norm.hpp"

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <limits>

namespace filippov {

namespace {

constexpr double epsilon = std::numeric_limits<double>::epsilon();

using Inputs = Eigen::Map<const Eigen::MatrixXd>;
using Point = Eigen::Map<const Eigen::VectorXd>;

}  // namespace

NeuronNorm::NeuronNorm(const Network& network, const DataSet& data)
    : dimension_(data.dimension()),
      size_(data.size()),
      squared_(network.kind == NetworkKind::squared_relu),
      leak_(network.leak),
      inputs_(data.approximate_inputs().size()),
      scale_(1),
      relative_((size_ + dimension_ + 16) * epsilon) {
  double greatest = 0;
  for (const double x : data.approximate_inputs()) greatest = std::max(greatest, std::fabs(x));
  if (greatest > 0) scale_ = std::ldexp(1.0, std::ilogb(greatest));
  // |X - inputs scale|_F / scale, and what rounding may do to a dot product of d terms.
  Interval slack = 0;
  for (int i = 0; i < size_; ++i) {
    for (int k = 0; k < dimension_; ++k) {
      const Interval x = data.input(i)[static_cast<std::size_t>(k)];
      const double approximate = data.approximate_input(i)[static_cast<std::size_t>(k)] / scale_;
      exact_.push_back(x);
      inputs_[static_cast<std::size_t>(k * size_ + i)] = approximate;
      const Interval off = abs(x / scale_ - approximate) +
                           Interval(2 * dimension_ * epsilon) * std::fabs(approximate);
      slack += sqr(off);
    }
  }
  slack_ = sqrt(slack).upper();
}

double NeuronNorm::upper(std::span<const double> u) const {
  // With z computed for X^T u, |z - X^T u|_2 <= slack |u|; the p-norm is at most the 2-norm, and
  // |sigma| has the Lipschitz constant 1, so g(u) <= |sigma(z)|_p + slack |u|. The sum of n powers,
  // the roots and the rest are wrong by factors 1 + epsilon, n + 16 of them at most, epsilon =
  // 2^-52 for every rounding mode; numbers too small for a double change the fourth root by less
  // than 1e-70.
  const Point point(u.data(), dimension_);
  const Eigen::ArrayXd z = (Inputs(inputs_.data(), size_, dimension_) * point).array();
  const Eigen::ArrayXd square = z.max(-leak_.upper() * z).square();
  const double norm =
      squared_ ? std::sqrt(std::sqrt(square.square().sum())) : std::sqrt(square.sum());
  return scale_ * ((norm + slack_ * point.norm() + 1e-70) * (1 + relative_));
}

void NeuronNorm::bound_on_cone(std::span<const double> points, double unit,
                               std::span<double> bound) const {
  // With computed z_k, at a distance of at most e_k = slack |v_k| from X^T v_k in the 2-norm, each
  // product of entries is off by at most |z_k| e_l + e_k (|z_l| + e_l) in the norm for p/2, |z_k|
  // the p-norm, as max(z, 0) has the Lipschitz constant 1 and the two shares add up to 1. Rounding
  // the shares and sums is wrong by less than the relative error of upper(), of |z_k| |z_l|; what
  // underflows is far less than these errors and 1e-140 together.
  const Eigen::Map<const Eigen::MatrixXd> vertices(points.data(), dimension_, dimension_);
  const Inputs inputs(inputs_.data(), size_, dimension_);
  const Eigen::MatrixXd z = inputs * vertices;
  const Eigen::MatrixXd positive = z.cwiseMax(0);
  const double share = leak_.upper() * leak_.upper();
  Eigen::Map<Eigen::MatrixXd> result(bound.data(), dimension_, dimension_);
  Eigen::VectorXd norms;
  if (squared_) {
    norms = z.cwiseAbs2().colwise().norm().cwiseSqrt();
    for (int l = 0; l < dimension_; ++l) {
      for (int k = 0; k <= l; ++k) {
        result(k, l) = result(l, k) = (share * z.col(k).cwiseProduct(z.col(l)) +
                                       (1 - share) * positive.col(k).cwiseProduct(positive.col(l)))
                                          .norm();
      }
    }
  } else {
    norms = z.colwise().norm();
    result.noalias() = (1 - share) * (positive.transpose() * positive);
    if (share > 0) result.noalias() += share * (z.transpose() * z);
  }
  const Eigen::VectorXd errors = slack_ * vertices.colwise().norm().transpose();
  const double factor = scale_ / unit;
  for (int l = 0; l < dimension_; ++l) {
    for (int k = 0; k < dimension_; ++k) {
      const double missing = norms(k) * errors(l) + errors(k) * (norms(l) + errors(l)) +
                             relative_ * norms(k) * norms(l) + 1e-140;
      result(k, l) = (result(k, l) + missing * (1 + relative_)) * factor * factor;
    }
  }
}

Interval NeuronNorm::value(std::span<const double> u) const {
  Interval sum = 0;
  for (std::size_t i = 0; i < exact_.size(); i += u.size()) {
    Interval z = 0;
    for (std::size_t k = 0; k < u.size(); ++k) z += exact_[i + k] * u[k];
    const Interval square = sqr(max(z, -leak_ * z));
    sum += squared_ ? sqr(square) : square;
  }
  return squared_ ? sqrt(sqrt(sum)) : sqrt(sum);
}

void NeuronNorm::subgradient(std::span<const double> u, std::span<double> gradient) const {
  const Inputs inputs(inputs_.data(), size_, dimension_);
  const Eigen::ArrayXd z = (inputs * Point(u.data(), dimension_)).array();
  const double leak = leak_.midpoint();
  const Eigen::ArrayXd sigma = z.max(-leak * z);
  const double greatest = std::max(sigma.maxCoeff(), std::numeric_limits<double>::min());
  Eigen::ArrayXd weight = sigma / greatest;
  if (squared_) weight = weight.cube().eval();
  weight = (z > 0).select(weight, -leak * weight);
  Eigen::Map<Eigen::VectorXd>(gradient.data(), dimension_) = inputs.transpose() * weight.matrix();
}

}  // namespace filippov
