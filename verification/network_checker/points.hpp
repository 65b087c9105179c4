#pragma once

#include <vector>

#include "problem.hpp"

namespace network_checker {

/// A KKT point that a certificate claims.
struct ClaimedPoint {
  Box box;
  Range objective;
  std::vector<int> kinks;  ///< two layers: rows with x_i.u = 0 there
};

/// Proves that there is a KKT point of N on |w| = 1 in the box, with the objective claimed. Returns
/// 1 if it is proved to be a strict local maximum, 0 if N is proved to be larger somewhere
/// arbitrarily near, else -1 (as for diagonal networks).
///
/// Squared ReLU: Krawczyk's operator for dN(u) = 2 lambda u, |u|^2 = 1 on the box, with Clarke's
/// Jacobian of dN: exactly one is there. Two layers (Lemma H.1: |v| = |u|): with G = sum z_i
/// sigma(x_i.u), u = sqrt(1/2) a/|a| or its opposite, a in dG(u) the gradient in the cell of u, or
/// on kinks the element of the hull that is orthogonal to their rows: linearly independent ones,
/// the share of each in [0, 1]. Throws Refusal.
///
/// Stability, squared ReLU: with dN = 2 A u, N changes along a geodesic with the tangent t by t.A t
/// - lambda, to second order. Two layers: where N < 0 another |v| makes it larger. Else v G is
/// linear but for the kinks, and |u| the same: it decreases where all kinks bend v G downwards, the
/// shares in (0, 1), and increases across one that bends it upwards.
int prove_point(const Problem& problem, const ClaimedPoint& claim);

/// Squared ReLU: A with dN(u) = 2 A u on the box u; 2 A contains Clarke's Jacobian.
std::vector<Box> gradient_matrix(const Problem& problem, const Box& u);

}  // namespace network_checker
