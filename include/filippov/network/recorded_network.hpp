#pragma once

#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "filippov/function/function.hpp"
#include "filippov/network/data_set.hpp"
#include "filippov/network/loss.hpp"

namespace filippov {

/// A network of one's own, H(x; w), as a formula of the features x and the weights w:
///
///     RecordedNetwork net(2, 4, [](const auto& x, const auto& w) {
///         return w[0] * relu(w[1] * x[0] + w[2] * x[1]) + w[3] * w[3] * x[0]; });
///
/// `two_homogeneous` (verify/homogeneity.hpp) says whether it is what the theorems ask for.
class RecordedNetwork {
 public:
  using Formula =
      std::function<Expression(const std::vector<Expression>& x, const std::vector<Expression>& w)>;

  RecordedNetwork(int features, int weights, Formula formula)
      : features_(features), weights_(weights), formula_(std::move(formula)) {}

  int features() const { return features_; }
  int weights() const { return weights_; }

  /// H(x_i; .) as a function of the weights, inputs as they were written. Throws Error for data
  /// with another number of features.
  Function output(const DataSet& data, int i) const;
  /// |H(X; .)|_2^2
  Function squared_norm(const DataSet& data) const;
  /// N(w) = sum_i z_i H(x_i; w), z_i = -l'(0, y_i). As `correlation_function` for other networks.
  Function correlation(const DataSet& data, const Loss& loss = {}) const;
  /// H(x_i; w) recorded in `graph`, w being expressions of it.
  Expression record(const DataSet& data, int i, const std::shared_ptr<Graph>& graph,
                    const std::vector<Expression>& w) const;
  /// sum_i c_i H(x_i; w)
  Function combination(const DataSet& data, const std::vector<Interval>& c) const;

 private:
  void check(const DataSet& data) const;

  int features_;
  int weights_;
  Formula formula_;
};

/// A loss of one's own, l(z, y) of a prediction z and a label y, summed over the examples:
///
///     RecordedLoss huber([](auto z, auto y) { return sqrt(1 + (z - y) * (z - y)); });
class RecordedLoss {
 public:
  using Formula = std::function<Expression(const Expression& z, const Expression& y)>;

  explicit RecordedLoss(Formula formula) : formula_(std::move(formula)) {}

  /// l'(z, y) over a box of (z, y), and Clarke's l''(z, y). Throws Error where they are not
  /// defined.
  Interval derivative(Interval z, Interval y) const;
  Interval second_derivative(Interval z, Interval y) const;
  /// l'(., y) is continuous: where it jumps beta-hat does not exist.
  bool has_continuous_derivative() const;
  /// z_i = -l'(0, y_i)
  std::vector<Interval> pulls(const DataSet& data) const;
  /// L(w) = sum_i l(H(x_i; w), y_i), to be minimized by `descent`.
  Function training_loss(const RecordedNetwork& network, const DataSet& data) const;

 private:
  Function derivative_function(int order) const;

  Formula formula_;
};

}  // namespace filippov
