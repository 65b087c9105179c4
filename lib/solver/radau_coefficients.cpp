#include "radau_coefficients.hpp"

#include <Eigen/Eigenvalues>
#include <Eigen/LU>

namespace filippov::detail {

namespace {

using Real = long double;
constexpr int stages = RadauCoefficients::stages;
using Matrix = Eigen::Matrix<Real, stages, stages>;

/// Difference of the Legendre polynomials of degree `stages` and one less, shifted to [0, 1].
Real radau_polynomial(Real c) {
  const Real z = 2 * c - 1;
  Real before = 1;
  Real now = z;
  for (int k = 1; k < stages; ++k) {
    const Real next = ((2 * k + 1) * z * now - k * before) / (k + 1);
    before = now;
    now = next;
  }
  return now - before;
}

/// Its zeros, all in (0, 1].
Eigen::Matrix<Real, stages, 1> radau_points() {
  Eigen::Matrix<Real, stages, 1> points;
  constexpr int cells = 200;
  int found = 0;
  for (int cell = 0; cell < cells && found < stages - 1; ++cell) {
    Real left = static_cast<Real>(cell) / cells;
    Real right = static_cast<Real>(cell + 1) / cells;
    const bool rising = radau_polynomial(left) < 0;
    if (cell + 1 == cells || rising == (radau_polynomial(right) < 0)) continue;
    constexpr int bisections = 80;
    for (int i = 0; i < bisections; ++i) {
      const Real middle = (left + right) / 2;
      ((radau_polynomial(middle) < 0) == rising ? left : right) = middle;
    }
    points(found++) = (left + right) / 2;
  }
  points(stages - 1) = 1;
  return points;
}

}  // namespace

const RadauCoefficients& RadauCoefficients::get() {
  static const RadauCoefficients coefficients;
  return coefficients;
}

RadauCoefficients::RadauCoefficients() {
  const Eigen::Matrix<Real, stages, 1> c = radau_points();
  nodes = c.cast<double>();
  // A integrates the polynomials of degree < 7 exactly: A V = W, V_ik = c_i^k.
  Matrix v;
  Matrix w;
  for (int i = 0; i < stages; ++i) {
    Real power = 1;
    for (int k = 0; k < stages; ++k) {
      v(i, k) = power;
      power *= c(i);
      w(i, k) = power / (k + 1);
    }
  }
  const Matrix a_inverse = v * w.inverse();
  inverse = a_inverse.cast<double>();

  const Eigen::EigenSolver<Matrix> solver(a_inverse);
  const auto all_vectors = solver.eigenvectors();
  const auto all_rows = all_vectors.inverse().eval();
  std::size_t pair = 0;
  for (int e = 0; e < stages; ++e) {
    const std::complex<Real> value = solver.eigenvalues()(e);
    if (value.imag() == 0) {
      real_eigenvalue = static_cast<double>(value.real());
      const std::complex<Real> size = all_vectors(stages - 1, e);
      real_vector = (all_vectors.col(e) / size).real().cast<double>();
      real_row = (all_rows.row(e) * size).transpose().real().cast<double>();
    } else if (value.imag() > 0) {
      eigenvalues.at(pair) = std::complex<double>(value);
      vectors.at(pair) = all_vectors.col(e).cast<std::complex<double>>();
      rows.at(pair++) = all_rows.row(e).transpose().cast<std::complex<double>>();
    }
  }

  // Quadrature with weight gamma at 0: sum_i d_i c_i^k = -gamma for k = 0, 0 for k < 7.
  const Eigen::Matrix<Real, stages, 1> first = Eigen::Matrix<Real, stages, 1>::Unit(0);
  const Eigen::Matrix<Real, stages, 1> d =
      v.transpose().inverse() * first * (-1 / static_cast<Real>(real_eigenvalue));
  error_weights = (a_inverse.transpose() * d).cast<double>();
  Matrix powers;
  for (int i = 0; i < stages; ++i) {
    for (int k = 0; k < stages; ++k) powers(i, k) = v(i, k) * c(i);
  }
  interpolation = powers.inverse().cast<double>();
}

}  // namespace filippov::detail
