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

/// Proves that there is a KKT point of N on |w| = 1 in the box, with the objective claimed.
///
/// Squared ReLU: Krawczyk's operator for dN(u) = 2 lambda u, |u|^2 = 1 on the box, with Clarke's
/// Jacobian of dN: exactly one is there. Two layers (Lemma H.1: |v| = |u|): with G = sum z_i
/// sigma(x_i.u), u = sqrt(1/2) a/|a| or its opposite, a in dG(u) the gradient in the cell of u, or
/// on kinks the element of the hull that is orthogonal to their rows: linearly independent ones,
/// the share of each in [0, 1]. Throws Refusal.
void prove_point(const Problem& problem, const ClaimedPoint& claim);

}  // namespace network_checker
