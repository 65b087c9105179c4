#pragma once

#include <vector>

#include "filippov/arithmetic/interval.hpp"
#include "filippov/network/data_set.hpp"
#include "filippov/network/loss.hpp"
#include "filippov/network/network.hpp"

namespace filippov {

/// The constants of Theorem 5.1 for a network, its data and a loss. With Loss::mean, l stands for
/// the loss divided by n throughout.
struct TheoremConstants {
  /// beta = sup |H(X; w)|_2 over |w| = 1 (section 4).
  Interval beta;
  /// A neuron w of nearly unit norm with |H(X; w)|_2 >= beta.lower() |w|^2, the others being zero.
  std::vector<double> beta_argument;
  /// Whether the relative gap asked for was reached.
  bool beta_tight = false;
  /// Whether its upper end is the spectral_bound; else it comes from cones, or is exact.
  bool beta_by_eigenvalue = false;
  /// beta_hat with |l'(z, y) - l'(0, y)|_2 <= beta_hat |z|_2 for all |z|_2 <= beta (4).
  Interval beta_hat;
  /// |l'(0, y)|_2
  Interval label_norm;
  /// beta_hat beta + |l'(0, y)|_2
  Interval beta_tilde;

  /// T_bar = ln C / (4 beta beta_tilde) (Theorem 5.1). Throws Error unless ln C >= 0.
  Interval time(Interval ln_C) const;
  /// ln C = 4 beta beta_tilde T_bar; the logarithm because C itself overflows. Throws Error unless
  /// T_bar >= 0.
  Interval ln_C(Interval time) const;
};

struct ConstantsOptions {
  /// Refine beta until beta.upper() <= (1 + relative_gap) beta.lower(), where the dimension allows.
  double relative_gap = 1e-6;
  /// Effort spent on that, see SphereMaximumOptions.
  long max_cones = 1000000;
};

/// beta, by a local search from below, and from above by branch and bound over the sphere
/// (d <= largest_sphere_dimension) and by spectral_bound (any d).
///
/// One neuron decides: H = sum_k H_k(w_k) with w_k = r_k omega_k, |omega_k| = 1, sum r_k^2 = 1
/// makes H(X; w) = sum_k r_k^2 H_k(X; omega_k) a convex combination, and the norm is convex.
/// Squared ReLU: |H_k(X; u)|_2 = |sigma(X^T u)|_4^2. Two layers: |v sigma(X^T u)|_2 = |v| |u|
/// |sigma(X^T u/|u|)|_2 is largest for |v| = |u| = 1/sqrt 2. Both are increasing in the sublinear
/// function NeuronNorm. Diagonal: the vector of all u_i v_i runs over the ball sum |z_i| <= 1/2, on
/// which |X z|_2 is largest at a vertex: beta is half the greatest norm of a column of X.
///
/// beta_hat: a Lipschitz constant of l'(., y), which acts entry by entry: 1 for the square loss,
/// max y^2 / 4 for the logistic loss, whose l'' = y^2 s (1 - s) with s = 1 / (1 + e^(y z)).
///
/// Throws Error if the labels do not suit the loss.
TheoremConstants theorem_constants(const Network& network, const DataSet& data, const Loss& loss,
                                   const ConstantsOptions& options = {});

}  // namespace filippov
