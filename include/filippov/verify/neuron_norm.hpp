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
class NeuronNorm : public SublinearFunction {
 public:
  NeuronNorm(const Network& network, const DataSet& data);

  int dimension() const override { return dimension_; }
  double upper(std::span<const double> u) const override;
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
};

}  // namespace filippov
