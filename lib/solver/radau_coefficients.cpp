#include "radau_coefficients.hpp"

#include <algorithm>
#include <cmath>

namespace filippov::detail {

namespace {

using Real = long double;
using Complex = std::complex<Real>;
constexpr std::size_t stages = RadauCoefficients::stages;
using Numbers = std::array<Real, stages>;
using Polynomial = std::array<Real, stages + 1>;  ///< monomial coefficients
using ComplexSquare = std::array<std::array<Complex, stages>, stages>;

/// Difference of the Legendre polynomials of degree `stages` and one less, shifted to [0, 1].
Real radau_polynomial(Real c) {
  const Real z = 2 * c - 1;
  Real before = 1;
  Real now = z;
  for (std::size_t k = 1; k < stages; ++k) {
    const auto degree = static_cast<Real>(k);
    const Real next = ((2 * degree + 1) * z * now - degree * before) / (degree + 1);
    before = now;
    now = next;
  }
  return now - before;
}

/// Its zeros, all in (0, 1].
Numbers radau_points() {
  Numbers points{};
  constexpr int cells = 200;
  std::size_t found = 0;
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
    points.at(found++) = (left + right) / 2;
  }
  points.back() = 1;
  return points;
}

/// prod_{k != without} (t - c_k)
Polynomial node_polynomial(const Numbers& c, std::size_t without = stages) {
  Polynomial m{1};
  for (std::size_t k = 0; k < stages; ++k) {
    if (k == without) continue;
    for (std::size_t i = stages; i > 0; --i) m[i] = m[i - 1] - c[k] * m[i];
    m[0] *= -c[k];
  }
  return m;
}

Polynomial derivative(const Polynomial& a) {
  Polynomial result{};
  for (std::size_t k = 1; k <= stages; ++k) result[k - 1] = static_cast<Real>(k) * a[k];
  return result;
}

Real evaluate(const Polynomial& a, Real t) {
  Real value = 0;
  for (std::size_t k = stages + 1; k-- > 0;) value = value * t + a[k];
  return value;
}

/// The derivatives M^(j) of M = prod (t - c_k).
std::array<Polynomial, stages + 1> derivatives(const Numbers& c) {
  std::array<Polynomial, stages + 1> all{node_polynomial(c)};
  for (std::size_t j = 1; j <= stages; ++j) all[j] = derivative(all[j - 1]);
  return all;
}

/// All zeros of a polynomial, by the method of Weierstrass (Durand & Kerner).
std::array<Complex, stages> zeros(const Polynomial& a) {
  std::array<Complex, stages> z;
  for (std::size_t k = 0; k < stages; ++k) {
    z[k] = std::pow(Complex(2, 5), static_cast<Real>(k + 1) / 3);
  }
  constexpr int iterations = 400;
  for (int i = 0; i < iterations; ++i) {
    for (Complex& x : z) {
      Complex value = a[stages];
      for (std::size_t k = stages; k-- > 0;) value = value * x + a[k];
      Complex others = a[stages];
      for (const Complex& y : z) others *= &x == &y ? 1 : x - y;
      x -= value / others;
    }
  }
  return z;
}

/// By Gauss-Jordan elimination with row exchanges.
ComplexSquare inverse_of(ComplexSquare a) {
  ComplexSquare result{};
  for (std::size_t i = 0; i < stages; ++i) result[i][i] = 1;
  for (std::size_t k = 0; k < stages; ++k) {
    std::size_t pivot = k;
    for (std::size_t i = k; i < stages; ++i) {
      if (std::abs(a[i][k]) > std::abs(a[pivot][k])) pivot = i;
    }
    std::swap(a[k], a[pivot]);
    std::swap(result[k], result[pivot]);
    for (std::size_t i = 0; i < stages; ++i) {
      const Complex factor = i == k ? Real(1) - Real(1) / a[k][k] : a[i][k] / a[k][k];
      for (std::size_t j = 0; j < stages; ++j) {
        a[i][j] -= factor * a[k][j];
        result[i][j] -= factor * result[k][j];
      }
    }
  }
  return result;
}

}  // namespace

const RadauCoefficients& RadauCoefficients::get() {
  static const RadauCoefficients coefficients;
  return coefficients;
}

RadauCoefficients::RadauCoefficients() {
  const Numbers c = radau_points();
  // A^-1 Z is the derivative at the nodes of the polynomial through 0 at 0 and Z there: its basis
  // is t / c_i prod_{k != i} (t - c_k) / (c_i - c_k).
  std::array<Numbers, stages> a_inverse{};
  Numbers at_zero{};  // the basis polynomials without the factor t / c_i, at 0
  for (std::size_t i = 0; i < stages; ++i) {
    nodes(static_cast<Eigen::Index>(i)) = static_cast<double>(c[i]);
    const Polynomial others = node_polynomial(c, i);
    const Real size = evaluate(others, c[i]);
    at_zero[i] = others[0] / size;
    Polynomial basis{};
    for (std::size_t k = 1; k <= stages; ++k) basis[k] = others[k - 1] / (c[i] * size);
    const Polynomial slope = derivative(basis);
    for (std::size_t k = 0; k < stages; ++k) {
      const auto row = static_cast<Eigen::Index>(k);
      const auto column = static_cast<Eigen::Index>(i);
      interpolation(row, column) = static_cast<double>(basis[k + 1]);
      a_inverse[k][i] = evaluate(slope, c[k]);
      inverse(row, column) = static_cast<double>(a_inverse[k][i]);
    }
  }

  // A p = mu p for a polynomial p of degree 6 at the nodes: its integral from 0 less mu p is a
  // multiple of M. So p = sum_j mu^j M^(j+1), and sum_j mu^j M^(j)(0) = 0.
  const std::array<Polynomial, stages + 1> m = derivatives(c);
  Polynomial characteristic{};  // in 1 / mu
  for (std::size_t j = 0; j <= stages; ++j) characteristic[stages - j] = m[j][0];
  std::array<Complex, stages> lambda = zeros(characteristic);
  const auto imaginary_size = [](const Complex& x, const Complex& y) {
    return std::abs(x.imag()) < std::abs(y.imag());
  };
  const auto real = std::min_element(lambda.begin(), lambda.end(), imaginary_size);
  *real = real->real();
  ComplexSquare all_vectors{};
  for (std::size_t e = 0; e < stages; ++e) {
    for (std::size_t i = 0; i < stages; ++i) {
      Complex p = 0;
      for (std::size_t j = stages; j-- > 0;) p = p / lambda[e] + evaluate(m[j + 1], c[i]);
      all_vectors[i][e] = p;
    }
    const Complex last = all_vectors[stages - 1][e];
    for (std::size_t i = 0; i < stages; ++i) all_vectors[i][e] /= last;
  }
  const ComplexSquare all_rows = inverse_of(all_vectors);
  std::size_t pair = 0;
  for (std::size_t e = 0; e < stages; ++e) {
    if (lambda[e].imag() < 0) continue;
    const bool is_real = lambda[e].imag() == 0;
    if (is_real) {
      real_eigenvalue = static_cast<double>(lambda[e].real());
    } else {
      eigenvalues.at(pair) = std::complex<double>(lambda[e]);
    }
    for (std::size_t i = 0; i < stages; ++i) {
      const auto k = static_cast<Eigen::Index>(i);
      if (is_real) {
        real_vector(k) = static_cast<double>(all_vectors[i][e].real());
        real_row(k) = static_cast<double>(all_rows[e][i].real());
      } else {
        vectors.at(pair)(k) = std::complex<double>(all_vectors[i][e]);
        rows.at(pair)(k) = std::complex<double>(all_rows[e][i]);
      }
    }
    if (!is_real) ++pair;
  }

  // Quadrature with weight gamma at 0: sum_i d_i c_i^k = -gamma for k = 0, 0 for k < 7.
  for (std::size_t j = 0; j < stages; ++j) {
    Real sum = 0;
    for (std::size_t i = 0; i < stages; ++i) sum -= a_inverse[i][j] * at_zero[i];
    error_weights(static_cast<Eigen::Index>(j)) =
        static_cast<double>(sum / static_cast<Real>(real_eigenvalue));
  }
}

}  // namespace filippov::detail
