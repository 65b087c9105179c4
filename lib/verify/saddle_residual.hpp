#pragma once

#include "filippov/verify/saddle.hpp"

namespace filippov::detail {

/// The data with the labels y_bar = y - H_n(X; w_n): what is left to learn at the saddle.
DataSet saddle_residual(const SaddleProblem& problem);

/// Throws Error unless the saddle is made of neurons of the network, none of them zero.
void check_saddle(const SaddleProblem& problem);

/// Two layers: an exact saddle near the weights given, by Krawczyk's operator for the sums of v_k
/// u_k over the neurons in one cell, whose v_k are kept. Undecided and without neurons if none is
/// proved.
SaddlePoint two_layer_saddle(const SaddleProblem& problem);

/// Two layers: the cells of an exact saddle's neurons with v != 0, in which a neuron w_z rests, as
/// there sum_i y_bar_i sigma'_i x_i = 0.
std::vector<std::vector<int>> resting_cells(const SaddleProblem& problem);

/// Two layers: the constants on the ball of radius gamma, in which no neuron of the saddle meets a
/// hyperplane; with gamma = 0 if there may be none.
SaddleConstants two_layer_constants(const SaddleProblem& problem, const DataSet& residual);

}  // namespace filippov::detail
