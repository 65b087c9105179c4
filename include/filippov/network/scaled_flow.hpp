#pragma once

#include "filippov/inclusion/filippov_map.hpp"
#include "filippov/network/data_set.hpp"
#include "filippov/network/loss.hpp"
#include "filippov/network/network.hpp"

namespace filippov {

/// Gradient flow (3) of the training loss from delta s(0) in the variables s = w / delta:
///
///     s' in sum_i -l'(p H(x_i; s), y_i) dH(x_i; s),    p' = 0,    p = delta^2,
///
/// the modes of all terms taken together. Coordinates: the network's neurons one after another,
/// each in the order of neuron_size, then p. With p = 0 it is the neural correlation flow. Nothing
/// underflows, however small delta is. Throws Error if the labels do not suit the loss.
FilippovMap scaled_flow(const Network& network, const DataSet& data, const Loss& loss = {});

}  // namespace filippov
