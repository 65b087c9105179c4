#pragma once

#include "filippov/verify/saddle.hpp"

namespace filippov::detail {

/// The data with the labels y_bar = y - H_n(X; w_n): what is left to learn at the saddle.
DataSet saddle_residual(const SaddleProblem& problem);

/// Throws Error unless the saddle is made of neurons of the network, none of them zero.
void check_saddle(const SaddleProblem& problem);

}  // namespace filippov::detail
