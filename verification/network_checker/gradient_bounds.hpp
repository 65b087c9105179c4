#pragma once

#include "problem.hpp"

namespace network_checker {

/// Whether all symmetric matrices in A are positive definite, by elimination.
bool positive_definite(std::vector<Box> a);

/// Bounds of the gradient of N(u) = sum_i z_i sigma(x_i.u)^2, squared ReLU.
class GradientBounds {
 public:
  GradientBounds(const Problem& problem, Box z) : problem_(problem), z_(std::move(z)) {}

  /// Proves that the largest eigenvalue of 2 sum_i max(0, sign z_i) x_i x_i^T, and so every one of
  /// Clarke's Hessian of sign N, is at most the rate.
  bool grows_at_most(const Range& rate, int sign) const;
  /// The same for N on a convex box, in which rows may be known to be active or not.
  bool grows_at_most(const Range& rate, const Box& u) const;
  /// Proves |dN(u) - dN(c)| <= bound |u - c| for all |u - c| <= 1, by the eigenvalues or by
  /// bisection of that ball. Throws Refusal.
  void prove_quotient(const Box& centre, const Range& bound) const;

 private:
  bool exceeds(const Range& rate, const Box& shares) const;
  bool holds(const Box& u, const Box& centre, const Range& square) const;

  const Problem& problem_;
  Box z_;
};

}  // namespace network_checker
