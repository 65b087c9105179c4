#pragma once

#include "filippov/verify/saddle.hpp"
#include "neuron_model.hpp"

namespace filippov::detail {

/// The data with the labels y_bar = y - H_n(X; w_n): what is left to learn at the saddle; 0 for the
/// rows `fitted`.
DataSet saddle_residual(const SaddleProblem& problem, const std::vector<int>& fitted = {});

/// Throws Error unless the saddle is made of neurons of the network, none of them zero.
void check_saddle(const SaddleProblem& problem);

/// Two layers: an exact saddle near the weights given, by Krawczyk's operator for the sums of v_k
/// u_k over the neurons in one cell, whose v_k are kept. Undecided and without neurons if none is
/// proved.
SaddlePoint two_layer_saddle(const SaddleProblem& problem);

/// At an exact saddle the gradient of its loss with respect to each neuron w_k vanishes, 0 in
/// dN(w_k), N with y_bar. Two layers: in the cells of neurons with v != 0 the part v sum_i y_bar_i
/// sigma'_i x_i of it does. Lipschitz gradient: dN(s w) = s dN(w) for s > 0, so that it does in the
/// direction of w_k.
KnownZeros known_zeros(const SaddleProblem& problem);

/// The neural correlation function N at a saddle, as that of other data.
struct SaddleCorrelation {
  Network network;
  DataSet data;              ///< labels: the coefficients of N
  std::vector<int> flipped;  ///< rows with -x_i for x_i
  KnownZeros zeros;
};

/// N with y_bar, the labels of `residual`. Two layers: if there is an exact saddle, written for its
/// known cell of number `which`. There a = sum_i y_bar_i sigma'_i x_i = 0, and with the sides S_i
/// of the cell sigma(t) = sigma'_i t + (1 - leak) max(0, -S_i t), so that
///
///     N = v a.u + v sum_i (1 - leak) y_bar_i max(0, -S_i x_i.u)
///
/// is N of a network without leak for the rows -S_i x_i, none of which is active in the cell.
SaddleCorrelation correlation_at_saddle(const SaddleProblem& problem, const DataSet& residual,
                                        KnownZeros zeros, std::size_t which);

/// Two layers: the constants on the ball of radius gamma, in which no neuron of the saddle meets a
/// hyperplane; with gamma = 0 if there may be none.
SaddleConstants two_layer_constants(const SaddleProblem& problem, const DataSet& residual);

}  // namespace filippov::detail
