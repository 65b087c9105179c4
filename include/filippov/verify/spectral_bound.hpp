#pragma once

#include "filippov/arithmetic/interval_matrix.hpp"
#include "filippov/network/data_set.hpp"
#include "filippov/network/network.hpp"

namespace filippov {

/// An upper bound of the largest eigenvalue of every symmetric matrix in A, n x n.
///
/// With Q about its eigenvectors, u = Q w, the quotient u.A u / u.u is w.(Q^T A Q) w / w.(Q^T Q) w;
/// Gershgorin's circles bound the numerator by lambda w.w, and |Q^T Q - I|_inf = e < 1 the
/// denominator from below by (1 - e) w.w. Throws Error if lambda or e cannot be bounded usefully
/// (infinite entries) or A is not square.
double largest_eigenvalue_bound(const IntervalMatrix& a);

/// An upper bound of sup |H(X; w)|_2 over the unit sphere, in any dimension.
///
/// Two layers: |sigma(z)| <= |z| and v^2 + |u|^2 = 1, so |v| |sigma(X^T u)| <= |X|_2 / 2. Squared
/// ReLU: sum_i (x_i.u)^4 = |K^T (u (x) u)|^2, K with the columns x_i (x) x_i, is at most lambda_max
/// of K^T K, whose entries are (x_i.x_j)^2; if n is large, max_i |x_i|^2 |X|_2^2 instead.
double spectral_bound(const Network& network, const DataSet& data);

}  // namespace filippov
