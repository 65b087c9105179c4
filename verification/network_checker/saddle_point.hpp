#pragma once

#include "problem.hpp"

namespace network_checker {

/// The nonzero weights of a saddle of the square loss of squared ReLU networks.
struct SaddlePoint {
  std::vector<Box> neurons;  ///< w_k
  Box residual;              ///< y_i - H(x_i; w)
  Range norm;                ///< |w|
};

/// Proves it in rational arithmetic for weights that are doubles, data as they were written.
SaddlePoint exact_saddle(const Problem& problem, const std::vector<Value>& rows);

/// Proves that there is one. Each of `rays` stands for neurons w_k = c_k r / |c| by its `neurons`
/// k, their `shares` c_k >= 0 and a `box` of r: these neurons act like the single one r, and their
/// gradients are multiples of its gradient. Krawczyk's operator, with Clarke's Jacobian, proves
/// that the gradients with respect to all r have a common zero in the boxes. Throws Refusal.
SaddlePoint prove_saddle(const Problem& problem, const std::vector<Value>& rays);

}  // namespace network_checker
