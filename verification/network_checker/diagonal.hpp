#pragma once

#include <vector>

#include "problem.hpp"

namespace network_checker {

/// A connected set of KKT points of a diagonal network, N constant on it.
struct DiagonalSet {
  Box box;          ///< the smallest
  Range objective;  ///< N
  int stable;       ///< 1: N is less beside the set, 0: greater somewhere beside it, -1: not said
  int dimension;
};

/// All of them. N(u, v) = sum_k q_k u_k v_k, q = sum_i z_i x_i, is a quadratic form with the
/// eigenvalues +-q_k / 2: its critical points on the sphere are its unit eigenvectors, points for
/// simple eigenvalues, else spheres. Throws Refusal where it is not decided which q agree.
std::vector<DiagonalSet> diagonal_sets(const Problem& problem);

}  // namespace network_checker
