// Products of matrices by Eigen's, in a rounding mode that is set once.
//
// Eigen here has a name of its own. Its templates are compiled wherever they are used, and a linker
// keeps one copy of each: without the name that copy could be one of the program that uses the
// library, compiled with whatever flags its author likes.
//
// A sum of products that all round upward is an upper bound, one of which all round downward a
// lower bound, in any order and with fused multiply-adds. This holds for C = A B and C += A B, not
// for C -= A B or a product that contains a negation, which Eigen would take out of it; nor in
// threads of a pool, which do not have our mode.

#define Eigen filippov_eigen
#define EIGEN_DONT_PARALLELIZE
#include "matrix_kernels.hpp"

#include <Eigen/Core>

#include "ordering.hpp"
#include "rounding.hpp"

namespace filippov::detail {

namespace {

using Matrix = Eigen::MatrixXd;
using Input = Eigen::Map<const Matrix>;
using Output = Eigen::Map<Matrix>;

/// What is computed before stays before, and is in memory; what comes after reads it from there.
template <class... Matrices>
void settle(const Matrices&... matrices) {
  (void(([](const double* data) {
     asm volatile("" : : "r"(data) : "memory");
   })(matrices.data())),
   ...);
}

/// The intervals [lower_k, upper_k] as midpoints and radii, in the upward mode.
void split(const double* lower, const double* upper, Output& midpoint, Output& radius) {
  double* const middle = midpoint.data();
  double* const reach = radius.data();
  for (std::ptrdiff_t k = 0; k < midpoint.size(); ++k) middle[k] = 0.5 * lower[k] + 0.5 * upper[k];
  settle(midpoint);  // the radius is that about the double
  for (std::ptrdiff_t k = 0; k < radius.size(); ++k) {
    const double below = middle[k] - lower[k];
    const double above = upper[k] - middle[k];
    reach[k] = below > above ? below : above;
  }
  settle(radius);
}

/// No end of an entry is infinite or not a number. False also where a width overflows.
bool all_finite(const Output& lower, const Output& upper) {
  const RoundingScope scope(RoundingMode::nearest);  // in which no operation traps
  return (upper - lower).allFinite();
}

bool is_zero(const Output& matrix) { return (matrix.array() == 0).all(); }

}  // namespace

bool enclose_point_product(const double* a, const double* b, const ProductShape& shape,
                           double* lower, double* upper) {
  const Input left(a, shape.rows, shape.inner);
  const Input right(b, shape.inner, shape.columns);
  Output below(lower, shape.rows, shape.columns);
  Output above(upper, shape.rows, shape.columns);
  settle(left, right);
  {
    const RoundingScope upward(RoundingMode::upward);
    above.noalias() = left * right;
    settle(above);
  }
  {
    const RoundingScope downward(RoundingMode::downward);
    below.noalias() = left * right;
    settle(below);
  }
  return all_finite(below, above);
}

bool enclose_interval_product(const double* a_lower, const double* a_upper, const double* b_lower,
                              const double* b_upper, const ProductShape& shape, double* lower,
                              double* upper) {
  // One piece of memory: several would be given back to the system and cleared by it every time.
  const std::ptrdiff_t left = shape.rows * shape.inner;
  const std::ptrdiff_t right = shape.inner * shape.columns;
  Matrix workspace(2 * left + 3 * right, 1);
  double* const start = workspace.data();
  Output a(start, shape.rows, shape.inner);
  Output a_radius(start + left, shape.rows, shape.inner);
  Output b(start + 2 * left, shape.inner, shape.columns);
  Output b_radius(start + 2 * left + right, shape.inner, shape.columns);
  Output factor(start + 2 * left + 2 * right, shape.inner, shape.columns);
  settle(workspace);
  // The midpoints' product, then the lower ends; the radii, then the upper ends.
  Output below(lower, shape.rows, shape.columns);
  Output above(upper, shape.rows, shape.columns);
  {
    const RoundingScope upward(RoundingMode::upward);
    split(a_lower, a_upper, a, a_radius);
    split(b_lower, b_upper, b, b_radius);
    {
      const RoundingScope nearest(RoundingMode::nearest);
      below.noalias() = a * b;
      settle(below);
    }
    // k u / (1 - k u) <= k u (1 + 2 k u) where k u <= 1/2; a product that underflows is wrong by
    // half the least double.
    const auto terms = static_cast<double>(shape.inner);
    const double share = opaque(terms * 0x1p-53);
    const double growth = opaque(share * opaque(1 + opaque(2 * share)));
    const double underflow = opaque(terms * 0x1p-1074);
    a = a.cwiseAbs();
    b = b.cwiseAbs();
    settle(a, b);
    if (is_zero(b_radius)) {
      a_radius += growth * a;
      settle(a_radius);
      above.noalias() = a_radius * b;
    } else {
      factor = b_radius + growth * b;
      settle(factor);
      above.noalias() = a * factor;
      if (!is_zero(a_radius)) {
        b_radius += b;
        settle(b_radius);
        above.noalias() += a_radius * b_radius;
      }
    }
    settle(above);
    const std::ptrdiff_t size = shape.rows * shape.columns;
    for (std::ptrdiff_t k = 0; k < size; ++k) {
      const double radius = upper[k] + underflow;
      upper[k] = lower[k] + radius;
      lower[k] = radius - lower[k];
    }
    settle(above, below);
  }
  below = -below;
  return all_finite(below, above);
}

bool equal_entries(const double* a, const double* b, std::ptrdiff_t size) {
  const RoundingScope scope(RoundingMode::nearest);  // in which subnormal numbers are not zero
  return (Input(a, size, 1).array() == Input(b, size, 1).array()).all();
}

}  // namespace filippov::detail
