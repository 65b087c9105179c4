#pragma once

#include <span>
#include <vector>

#include "filippov/arithmetic/interval.hpp"
#include "filippov/network/data_set.hpp"
#include "filippov/network/network.hpp"
#include "filippov/verify/sphere_maximum.hpp"

namespace filippov {

/// g(u) = |sigma(X^T u)|_p, sigma(z) = max(z, leak z), p = 2 (two layers) or 4 (squared ReLU): what
/// beta is a maximum of, see theorem_constants.
///
/// |sigma(z)| = max(z, -leak z) is convex and positively one-homogeneous for 0 <= leak <= 1, and
/// the p-norm is monotone on vectors >= 0, so g is sublinear.
///
/// On the cone of v_1, ..., v_d, u = sum s_k v_k with s >= 0, let z_k = X^T v_k and a_k = max(z_k,
/// 0). As sigma(z)^2 = leak^2 z^2 + (1 - leak^2) max(z, 0)^2 and max(sum s_k z_k, 0) <= sum s_k
/// a_k, with products entry by entry and |.| the norm for p/2
///   g(u)^2 = |sigma(X^T u)^2| <= sum_kl s_k s_l |leak^2 z_k z_l + (1 - leak^2) a_k a_l|,
/// where for two layers |.| may be the sum without absolute values: then it is an equality where no
/// example changes its sign.
class NeuronNorm : public SublinearFunction {
 public:
  NeuronNorm(const Network& network, const DataSet& data);

  int dimension() const override { return dimension_; }
  double upper(std::span<const double> u) const override;
  void bound_on_cone(std::span<const double> points, double unit,
                     std::span<double> bound) const override;
  Interval value(std::span<const double> u) const override;
  void subgradient(std::span<const double> u, std::span<double> gradient) const override;

 private:
  int dimension_;
  int size_;
  bool squared_;
  Interval leak_;
  std::vector<Interval> exact_;  // row after row
  std::vector<double> inputs_;   // column after column, scaled
  double scale_;                 // a power of two: the inputs are inputs_ times scale_
  double slack_;                 // of |X u|_2 computed with inputs_, for |u| = 1
  double relative_;              // of the sums of n powers, with their roots
};

}  // namespace filippov
