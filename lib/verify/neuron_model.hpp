#pragma once

#include <span>
#include <vector>

#include "filippov/arithmetic/box.hpp"
#include "filippov/arithmetic/interval_matrix.hpp"
#include "filippov/network/data_set.hpp"
#include "filippov/network/loss.hpp"
#include "filippov/network/network.hpp"

namespace filippov::detail {

Interval squared_norm(std::span<const Interval> a);
Interval norm(std::span<const Interval> a);
Box hull_of(Box a, std::span<const Interval> b);
/// The box with `radius` added on all sides.
Box widened(Box a, double radius);

/// The side of every row's hyperplane that the input weights u are on: 1, -1, or 0 where it does
/// not matter, for a row of zeros or without a kink. Empty if one is not decided.
std::vector<int> activation_sides(const Network& network, const DataSet& data,
                                  std::span<const Interval> u);

/// Where all of dN is known to be exactly 0, whatever its enclosure says: at a saddle, for the
/// neurons that it has itself.
struct KnownZeros {
  /// Two layers: cells, by their `activation_sides`, in which sum_i z_i sigma'_i x_i = 0.
  std::vector<std::vector<int>> cells = {};
  /// Lipschitz gradient: boxes with a unit vector e each, dN(e) = 0 and so N(e) = <e, dN(e)>/2 = 0.
  std::vector<Box> directions = {};
};

/// One neuron on its data: enclosures over boxes of its weights w. z_i = -l'(0, y_i), over n with a
/// mean loss.
class NeuronModel {
 public:
  /// `sign` = p, 1 or -1: what is written H here is p H (squared ReLU).
  NeuronModel(const Network& network, const DataSet& data, const Loss& loss, int sign = 1);
  /// With other coefficients z, as at a saddle.
  NeuronModel(const Network& network, const DataSet& data, Box coefficients, int sign = 1);

  void let_rest(KnownZeros zeros) { zeros_ = std::move(zeros); }
  const KnownZeros& known_zeros() const { return zeros_; }
  /// All of w is in one of the cells where dN is known to be 0.
  bool rests(std::span<const Interval> w) const;

  const Network& network() const { return network_; }
  const DataSet& data() const { return data_; }
  const Box& coefficients() const { return z_; }
  int sign() const { return sign_; }
  int size() const { return neuron_size(network_, data_); }
  bool two_layer() const { return network_.kind == NetworkKind::two_layer; }
  /// The gradient of H is locally Lipschitz: all but two layers.
  bool has_lipschitz_gradient() const { return !two_layer(); }

  /// H(X; w)
  Box outputs(std::span<const Interval> w) const;
  /// N(w) = sum_i z_i H(x_i; w)
  Interval correlation(std::span<const Interval> w) const;
  /// Contains sum_i c_i dH(x_i; w).
  Box gradient(std::span<const Interval> w, std::span<const Interval> c) const;
  Box gradient(std::span<const Interval> w) const {
    return rests(w) ? Box(w.size(), Interval(0)) : gradient(w, z_);
  }
  /// Clarke's Jacobian of the gradient of N, where that is Lipschitz.
  IntervalMatrix hessian(std::span<const Interval> w) const;
  /// An upper bound of |(H'(x_i; w))_i|_2 over the box, where H has a Lipschitz gradient.
  Interval jacobian_norm(std::span<const Interval> w) const;
  /// x_i.u, u the input weights of the neuron w.
  Interval activation(int i, std::span<const Interval> w) const;
  /// sigma'(t): the leak, 1, or their hull.
  Interval slope(Interval t) const;

 private:
  Network network_;
  const DataSet& data_;
  Box z_;
  int sign_;
  KnownZeros zeros_;
};

}  // namespace filippov::detail
