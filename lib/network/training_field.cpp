#include "filippov/network/training_field.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "filippov/arithmetic/error.hpp"

namespace filippov {

namespace {

using Eigen::Index;

/// Examples in a block: about as many as keep H times them in the cache.
Index block_size(Index neurons, Index examples) {
  constexpr Index cached = 1 << 16;
  return std::clamp<Index>(cached / neurons, std::min<Index>(16, examples), examples);
}

Eigen::Map<const Eigen::VectorXd> vector(std::span<const double> x) {
  return {x.data(), static_cast<Index>(x.size())};
}

/// The activations of one example, by neuron, and what is known of their signs.
struct Activations {
  double* z;
  const signed char* signs;  // may be null: then as z says
  double leak;
  Index count;

  /// z becomes sigma(z), `slope` sigma'(z).
  void apply(double* slope) const {
    if (signs == nullptr) {
      for (Index k = 0; k < count; ++k) slope[k] = z[k] > 0 ? 1 : leak;
    } else {
      for (Index k = 0; k < count; ++k) slope[k] = signs[k] > 0 ? 1 : leak;
    }
    for (Index k = 0; k < count; ++k) z[k] *= slope[k];
  }
};

}  // namespace

TrainingField::TrainingField(const Network& network, const DataSet& data, const Loss& loss,
                             double delta)
    : network_(network),
      loss_(loss),
      delta_(delta),
      leak_(network.leak.midpoint()),
      factor_(loss.mean ? 1.0 / data.size() : 1.0),
      neurons_(network.kind == NetworkKind::diagonal ? 1 : network.neurons),
      positive_(neurons_ - network.negative_neurons),
      neuron_size_(filippov::neuron_size(network, data)),
      inputs_(Eigen::Map<const Eigen::MatrixXd>(data.approximate_inputs().data(), data.dimension(),
                                                data.size())),
      labels_(vector(data.approximate_labels())) {
  check_labels(loss, data);
  if (!(delta >= 0) || !std::isfinite(delta)) {
    throw Error(
        fmt::format("the scale delta is {}: expected a number that is not negative", delta));
  }
  if (neurons_ < 1) throw Error(fmt::format("{} neurons: expected at least one", neurons_));
  if (network.kind == NetworkKind::diagonal) return;
  activations_.resize(neurons_, block_size(neurons_, data.size()));
  column_.resize(neurons_);
}

TrainingField TrainingField::limit() const {
  TrainingField result = *this;
  result.delta_ = 0;
  return result;
}

double TrainingField::residual(double output, Index i) const {
  const double y = labels_[i];
  if (loss_.kind == LossKind::square) return factor_ * (y - output);
  return factor_ * y / (1 + std::exp(y * output));
}

void TrainingField::sweep(std::span<const double> s, const signed char* signs, double* velocity,
                          Eigen::VectorXd* outputs) const {
  const bool two_layer = network_.kind == NetworkKind::two_layer;
  const Index d = features();
  const Index H = neurons_;
  // The outputs are of degree two in the weights: in units in which these cannot overflow.
  const double unit = delta_ < 1e-140 ? std::max(1.0, vector(s).lpNorm<Eigen::Infinity>()) : 1.0;
  const double weight_scale = unit == 1 ? 1 : 1 / unit;
  const double output_scale = (delta_ * unit) * (delta_ * unit);

  const Weights inner(s.data() + (two_layer ? 1 : 0), d, H, Eigen::OuterStride<>(neuron_size_));
  const Eigen::Map<const Eigen::VectorXd, 0, Eigen::InnerStride<>> outer(
      s.data(), two_layer ? H : 0, Eigen::InnerStride<>(neuron_size_));
  Eigen::Map<Eigen::MatrixXd, 0, Eigen::OuterStride<>> inner_velocity(
      velocity + (two_layer && velocity != nullptr ? 1 : 0), d, H,
      Eigen::OuterStride<>(neuron_size_));
  Eigen::Map<Eigen::VectorXd, 0, Eigen::InnerStride<>> outer_velocity(
      velocity, two_layer ? H : 0, Eigen::InnerStride<>(neuron_size_));
  if (velocity != nullptr) std::fill_n(velocity, s.size(), 0.0);
  const Eigen::VectorXd v = outer;
  Eigen::VectorXd outer_sum = Eigen::VectorXd::Zero(v.size());

  const Index size = activations_.cols();
  for (Index first = 0; first < examples(); first += size) {
    const Index columns = std::min<Index>(size, examples() - first);
    const auto x = inputs_.middleCols(first, columns);
    Block z = activations_.leftCols(columns);
    z.noalias() = inner.transpose() * x;
    for (Index j = 0; j < columns; ++j) {
      const Index i = first + j;
      auto activation = z.col(j);
      Activations{activation.data(), signs == nullptr ? nullptr : signs + i * H, leak_, H}.apply(
          column_.data());
      double sum = 0;
      if (output_scale == 0) {
        sum = 0;
      } else if (two_layer) {
        sum = (weight_scale * activation).dot(weight_scale * v);
      } else {
        sum = (weight_scale * activation.head(positive_)).squaredNorm() -
              (weight_scale * activation.tail(H - positive_)).squaredNorm();
      }
      const double output = output_scale * sum;
      if (outputs != nullptr) (*outputs)[i] = output;
      if (velocity == nullptr) continue;
      const double r = residual(output, i);
      if (two_layer) {
        outer_sum += r * activation;
        activation = r * v.cwiseProduct(column_);
      } else {
        activation.head(positive_).array() *= 2 * r * column_.head(positive_).array();
        activation.tail(H - positive_).array() *= -2 * r * column_.tail(H - positive_).array();
      }
    }
    if (velocity != nullptr) inner_velocity.noalias() += x * z.transpose();
  }
  if (velocity != nullptr && two_layer) outer_velocity = outer_sum;
}

void TrainingField::diagonal(std::span<const double> s, double* velocity,
                             Eigen::VectorXd* outputs) const {
  const Index d = features();
  const auto u = vector(s).head(d);
  const auto v = vector(s).tail(d);
  Eigen::VectorXd z = inputs_.transpose() * (delta_ * u).cwiseProduct(delta_ * v);
  if (outputs != nullptr) *outputs = z;
  if (velocity == nullptr) return;
  for (Index i = 0; i < z.size(); ++i) z[i] = residual(z[i], i);
  const Eigen::VectorXd slope = inputs_ * z;
  Eigen::Map<Eigen::VectorXd>(velocity, d) = slope.cwiseProduct(v);
  Eigen::Map<Eigen::VectorXd>(velocity + d, d) = slope.cwiseProduct(u);
}

void TrainingField::velocity(std::span<const double> s, std::span<double> result) const {
  if (network_.kind == NetworkKind::diagonal) {
    diagonal(s, result.data(), nullptr);
  } else {
    sweep(s, nullptr, result.data(), nullptr);
  }
}

void TrainingField::velocity(std::span<const double> s, const Signature& signs,
                             std::span<double> result) const {
  if (network_.kind == NetworkKind::diagonal) {
    diagonal(s, result.data(), nullptr);
  } else {
    sweep(s, signs.data(), result.data(), nullptr);
  }
}

Eigen::VectorXd TrainingField::outputs(std::span<const double> s) const {
  Eigen::VectorXd result(examples());
  if (network_.kind == NetworkKind::diagonal) {
    diagonal(s, nullptr, &result);
  } else {
    sweep(s, nullptr, nullptr, &result);
  }
  return result;
}

Eigen::VectorXd TrainingField::residuals(const Eigen::VectorXd& outputs) const {
  Eigen::VectorXd result(outputs.size());
  for (Index i = 0; i < result.size(); ++i) result[i] = residual(outputs[i], i);
  return result;
}

double TrainingField::loss(std::span<const double> s) const {
  const Eigen::VectorXd z = outputs(s);
  double sum = 0;
  for (Index i = 0; i < z.size(); ++i) {
    const double margin = labels_[i] * z[i];
    if (loss_.kind == LossKind::square) {
      sum += 0.5 * (z[i] - labels_[i]) * (z[i] - labels_[i]);
    } else {
      sum += std::max(0.0, -margin) + std::log1p(std::exp(-std::abs(margin)));
    }
  }
  return factor_ * sum;
}

}  // namespace filippov
