#pragma once

#include <Eigen/Core>
#include <vector>

namespace filippov::detail {

/// One neuron u in R^d under u' = sum_i c_i g(x_i.u) (x_i.u) x_i with g = 1 for positive and g =
/// leak^2 for negative activations: a squared (leaky) ReLU neuron that follows the neural
/// correlation function.
///
/// Between changes of activations u' = M u with constant M: a step is the Taylor series of
/// exp(h M) u, of any length. An activation that changes its sign at the time tau changes M by a
/// matrix of rank one, which acts on x_i.u, zero at tau: to first order in c_i the rest of the step
/// gains
///
///     c_i (g+ - g-) int_tau^h exp((h - s) M) x_i (x_i.u(s)) ds,
///
/// a series in h - tau. What is of second order in the c_i is estimated and controls the step. One
/// product X^T u per step finds all activations that may have changed; only these are looked at one
/// by one.
class CorrelationNeuron {
 public:
  /// `inputs`: d x n, kept; `weights`: the c_i, kept.
  CorrelationNeuron(const Eigen::MatrixXd& inputs, const Eigen::VectorXd& weights, double leak);

  /// Starts at u.
  void start(const Eigen::Ref<const Eigen::VectorXd>& u);
  /// Moves on by the time `duration`, with an error of about `rtol` |u| per step. False if a step
  /// would have to be smaller than rounding allows.
  bool advance(double duration, double rtol);
  const Eigen::VectorXd& u() const { return u_; }

  long steps() const { return steps_; }
  long rejected() const { return rejected_; }

 private:
  struct Crossing {
    Eigen::Index example;
    double change;          // of c_i g
    double rest;            // h - tau
    Eigen::Vector3d slope;  // derivatives of x_i.u at tau, of orders 1, 2, 3
  };
  static constexpr int order = 10;

  double weight(Eigen::Index example, bool positive) const;
  void find_crossings(double h);
  void add_crossing(Eigen::Index example, double tau, double h, bool to_positive,
                    const Eigen::VectorXd& derivatives);
  /// The gain of all crossings into `gain_`; the estimate of what is left out.
  double gain(double rate);

  const Eigen::MatrixXd& inputs_;
  const Eigen::VectorXd& weights_;
  double leak_squared_;
  double longest_;  // max |x_i|
  Eigen::VectorXd u_, end_, gain_, image_, second_image_;
  Eigen::VectorXd activations_, end_activations_;
  std::vector<char> positive_;
  Eigen::MatrixXd matrix_;
  Eigen::MatrixXd series_;  // d x (order + 1): derivatives of exp(t M) u at 0
  std::vector<Crossing> crossings_;
  double next_ = 0;
  long steps_ = 0;
  long rejected_ = 0;
};

}  // namespace filippov::detail
