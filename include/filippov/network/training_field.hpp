#pragma once

#include <Eigen/Core>
#include <span>

#include "filippov/function/program.hpp"
#include "filippov/network/data_set.hpp"
#include "filippov/network/loss.hpp"
#include "filippov/network/network.hpp"

namespace filippov {

/// The velocity of training a network by gradient flow, w' in -∂L(w), in scaled weights s with
/// w = delta s:
///
///     s' = -sum_i l'(H(x_i; delta s), y_i) ∂H(x_i; s)        (divided by n for a mean loss).
///
/// That is the same flow, H being two-homogeneous, but s is of order one where w is as small as the
/// initialization, 1e-300 say. With delta = 0 it is the flow of the neural correlation function,
/// s' in ∂N(s), N(s) = sum_i -l'(0, y_i) H(x_i; s), which the flow tends to (eq. 5).
///
/// Two matrix products per evaluation, over blocks of examples: memory of the order of the network
/// and the data. The weights of neuron k follow those of neuron k - 1; `neuron_size` says what they
/// are. Where an activation x_i.u_k is zero, sigma' = leak. In double precision. An object keeps
/// scratch memory: one per thread.
class TrainingField {
 public:
  /// Throws Error for labels that do not suit the loss and unless 0 <= delta < infinity.
  TrainingField(const Network& network, const DataSet& data, const Loss& loss, double delta = 1);

  /// The same with delta = 0: the flow of the neural correlation function.
  TrainingField limit() const;

  /// Number of weights.
  int dimension() const { return neurons_ * neuron_size_; }
  int neurons() const { return neurons_; }
  int neuron_size() const { return neuron_size_; }
  /// n and d
  int examples() const { return static_cast<int>(inputs_.cols()); }
  int features() const { return static_cast<int>(inputs_.rows()); }
  const Network& network() const { return network_; }
  const Loss& loss_function() const { return loss_; }
  double delta() const { return delta_; }
  /// d x n, an example in each column.
  const Eigen::MatrixXd& inputs() const { return inputs_; }
  const Eigen::VectorXd& labels() const { return labels_; }
  /// p_k
  double sign(int neuron) const { return neuron < positive_ ? 1 : -1; }

  /// s' into `velocity`.
  void velocity(std::span<const double> s, std::span<double> velocity) const;
  /// The same with the activations held: that of neuron k for example i is taken to be positive
  /// where signs[i H + k] > 0 and negative elsewhere, whatever x_i.u_k is. Diagonal networks have
  /// none.
  void velocity(std::span<const double> s, const Signature& signs,
                std::span<double> velocity) const;

  /// H(x_i; delta s) for all i.
  Eigen::VectorXd outputs(std::span<const double> s) const;
  /// -l'(z_i, y_i), or divided by n for a mean loss: what is left to learn.
  Eigen::VectorXd residuals(const Eigen::VectorXd& outputs) const;
  /// L(delta s)
  double loss(std::span<const double> s) const;

 private:
  using Block = Eigen::Block<Eigen::MatrixXd, Eigen::Dynamic, Eigen::Dynamic, true>;
  using Weights = Eigen::Map<const Eigen::MatrixXd, 0, Eigen::OuterStride<>>;

  void sweep(std::span<const double> s, const signed char* signs, double* velocity,
             Eigen::VectorXd* outputs) const;
  void diagonal(std::span<const double> s, double* velocity, Eigen::VectorXd* outputs) const;
  double residual(double output, Eigen::Index example) const;

  Network network_;
  Loss loss_;
  double delta_;
  double leak_;
  double factor_;  // 1, or 1/n for a mean loss
  int neurons_;
  int positive_;
  int neuron_size_;
  Eigen::MatrixXd inputs_;
  Eigen::VectorXd labels_;
  mutable Eigen::MatrixXd activations_;  // H x block
  mutable Eigen::VectorXd column_;       // H
};

}  // namespace filippov
