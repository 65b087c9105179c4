#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "filippov/arithmetic/interval.hpp"
#include "filippov/network/data_set.hpp"

namespace filippov {

/// The two-homogeneous networks of the paper's section 2; but for the diagonal one, sums over H
/// neurons with sigma(z) = max(z, leak z), 0 <= leak <= 1.
enum class NetworkKind {
  squared_relu,  ///< H(x; u) = sum_k p_k sigma(x.u_k)^2, one neuron u_k in R^d, p_k = 1 or -1
  two_layer,     ///< H(x; v, u) = sum_k v_k sigma(x.u_k), one neuron (v_k, u_k) in R^(1+d)
  diagonal,  ///< diagonal linear: H(x; u, v) = sum_i x_i u_i v_i, all of it one neuron in R^(2d)
};

struct Network {
  NetworkKind kind = NetworkKind::squared_relu;
  Interval leak = 0;
  /// H
  int neurons = 1;
  /// Of squared_relu the last neurons, this many, have p_k = -1.
  int negative_neurons = 0;
  /// The leak as it was written; empty if it is not known.
  std::string leak_decimal = {};
};

/// "squared-relu", "leaky-squared-relu:A", "relu" or "leaky-relu:A" (the last two: two layers),
/// each with ":H" after it for H neurons, A a decimal in [0, 1]; or "diagonal". The first two take
/// ":P-M" too, for P neurons with p_k = 1 and then M with p_k = -1. Throws Error for anything else.
Network parse_network(std::string_view text);

/// Weights per neuron: d; 1 + d with v first; or 2d with u first (diagonal).
int neuron_size(const Network& network, const DataSet& data);

/// Encloses H(X; w) in R^n for one neuron (with p = 1) with the weights w. Throws Error unless w
/// has neuron_size entries.
std::vector<Interval> neuron_output(const Network& network, const DataSet& data,
                                    std::span<const Interval> w);

}  // namespace filippov
