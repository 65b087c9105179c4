#pragma once

#include <Eigen/Core>
#include <array>
#include <complex>

namespace filippov::detail {

/// Radau IIA method with 7 stages: collocation at the right Radau points, of order 13, L-stable,
/// of order 7 for every stage and so for every component however stiff.
///
/// Source: Hairer & Wanner, Solving Ordinary Differential Equations II, sections IV.5 and IV.8.
struct RadauCoefficients {
  static constexpr int stages = 7;
  static constexpr int pairs = stages / 2;
  using Stages = Eigen::Matrix<double, stages, 1>;
  using ComplexStages = Eigen::Matrix<std::complex<double>, stages, 1>;
  using Square = Eigen::Matrix<double, stages, stages>;

  /// Computed once, in extended precision.
  static const RadauCoefficients& get();

  Stages nodes;    ///< c, increasing, the last is 1
  Square inverse;  ///< A^-1

  // A^-1 = sum_e vector_e eigenvalue_e row_e over its eigenvalues: one is real, the others come in
  // conjugate pairs, of which the one with positive imaginary part is kept.
  double real_eigenvalue = 0;
  Stages real_vector;
  Stages real_row;
  std::array<std::complex<double>, pairs> eigenvalues;
  std::array<ComplexStages, pairs> vectors;
  std::array<ComplexStages, pairs> rows;

  /// Weights e of Z = X - x0 in the difference of an embedded formula of order 7, which is
  /// h f(t0, x0) / real_eigenvalue + Z e.
  Stages error_weights;
  /// Monomial coefficients 1 .. 7 of the collocation polynomial on [0, 1]: row k - 1 times Z.
  Square interpolation;

 private:
  RadauCoefficients();
};

}  // namespace filippov::detail
