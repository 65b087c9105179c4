#pragma once

#include "filippov/function/function.hpp"
#include "filippov/network/data_set.hpp"
#include "filippov/network/loss.hpp"
#include "filippov/network/network.hpp"

namespace filippov {

/// The neural correlation function of one neuron, N(w) = sum_i z_i H(x_i; w) with z_i =
/// -l'(0, y_i) (section 4): z = y for the square loss, y / 2 for the logistic one, divided by n
/// with Loss::mean. Its Clarke subdifferential is the true one, which can be smaller than sum_i z_i
/// dH(x_i; w).
///
/// The coordinates are the weights of one neuron in the order of neuron_size, named u1, ..., ud; v,
/// u1, ..., ud; or u1, ..., ud, v1, ..., vd. Surface i is x_i.u = 0, one for parallel rows. Numbers
/// that were written as decimals are these exactly; of others the enclosure is known, and entries
/// of a feature with the same enclosure are taken to be equal. `network.neurons` does not matter.
/// Throws Error if the labels do not suit the loss.
Function correlation_function(const Network& network, const DataSet& data, const Loss& loss = {});

}  // namespace filippov
