#pragma once

#include <vector>

#include "problem.hpp"

namespace network_checker {

/// Proves that N vanishes at w, and 0 is in dN(w), squared ReLU or two layers. One of these:
///
///  - no row with z_i != 0 is active at w; two layers: those with x_i.u = 0 have v z_i <= 0, so
///    that N <= 0 nearby;
///  - two layers: it is in the cell of one of the neurons `resting`, where that is known;
///  - two layers, u = 0: with F = sum_i z_i sigma(x_i.u), 0 is a mean of the gradients of F in the
///    cells of the directions `around`.
///
/// Throws Refusal.
void prove_rest(const Problem& problem, const Box& w, const std::vector<Box>& resting,
                const std::vector<Box>& around);

}  // namespace network_checker
