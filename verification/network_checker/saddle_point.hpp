#pragma once

#include "problem.hpp"

namespace network_checker {

/// The nonzero weights of a saddle of the square loss of squared ReLU or two-layer networks.
struct SaddlePoint {
  std::vector<Box> neurons;  ///< w_k
  Box residual;              ///< y_i - H(x_i; w)
  Range norm;                ///< |w|
  Range drive = 0;           ///< two layers: the largest |a_k|, a_k = sum_i residual_i sigma'_i x_i
  /// Two layers: neurons with a_k = 0. Else all, as dN(w_k) = 0.
  std::vector<Box> resting = {};
};

/// Proves it in rational arithmetic for weights that are doubles, data as they were written. Two
/// layers: where no x_i.u_k is 0, which is not looked at here.
SaddlePoint exact_saddle(const Problem& problem, const std::vector<Value>& rows);

/// Proves that there is one. Each of the `rays` of the proof stands for neurons w_k = c_k r / |c|
/// by its `neurons` k, their `shares` c_k >= 0 and a `box` of r: these neurons act like the single
/// one r, and their gradients are multiples of its gradient. Krawczyk's operator, with Clarke's
/// Jacobian, proves that the gradients with respect to all r have a common zero in the boxes: the
/// coordinates `solved` (all, if that is left out) have one while the others are points. Of the
/// rows `fitted`, if there are any, the residual is 0. Throws Refusal.
SaddlePoint prove_saddle(const Problem& problem, const Value& proof);

/// The same for two layers. Each of the `cells` stands for neurons with the same rows active by
/// their numbers, their `weights`, doubles v and u, and a `box` of the sum q of their v u: they act
/// like q. Krawczyk's operator proves that a = 0 for all cells, linear equations, has a solution q
/// in the boxes; the neurons that have it are (v, u + v r), r the same for all of the cell. Throws
/// Refusal, too, if one may be on a hyperplane of the data.
SaddlePoint prove_saddle_in_cells(const Problem& problem, const Value& proof);

}  // namespace network_checker
