#include "filippov/verify/spectral_bound.hpp"

#include <fmt/format.h>

#include "../geometry/symmetric_eigen.hpp"
#include "filippov/arithmetic/error.hpp"

namespace filippov {

namespace {

/// Beyond this many examples the n x n matrix of squared products costs too much.
constexpr int largest_kernel = 1000;

/// The examples as rows.
IntervalMatrix inputs(const DataSet& data) {
  IntervalMatrix result(data.size(), data.dimension());
  for (int i = 0; i < data.size(); ++i) {
    const auto x = data.input(i);
    for (int k = 0; k < data.dimension(); ++k) result.set(i, k, x[static_cast<std::size_t>(k)]);
  }
  return result;
}

/// An upper bound of lambda_max of the n x n matrix (x_i.x_j)^2. Its entries are not negative, so
/// that lambda_max <= max_i (A p)_i / p_i for every p > 0 (Collatz, Wielandt); p about the
/// eigenvector.
double squared_kernel_bound(const DataSet& data) {
  const IntervalMatrix x = inputs(data);
  IntervalMatrix kernel = x * x.transpose();
  const Eigen::Index n = kernel.rows();
  for (Eigen::Index i = 0; i < n; ++i) {
    for (Eigen::Index j = 0; j < n; ++j) kernel.set(i, j, sqr(kernel(i, j)));
  }
  const Eigen::MatrixXd approximate = kernel.midpoint();
  constexpr int iterations = 200;
  Eigen::VectorXd p = Eigen::VectorXd::Ones(n);
  for (int k = 0; k < iterations; ++k) {
    p = approximate * p;
    if (!(p.maxCoeff() > 0)) break;
    p /= p.maxCoeff();
  }
  // An example that is nearly orthogonal to the others would have p_i near 0.
  p = p.cwiseMax(1e-12);
  const Box image = kernel * Box(p.begin(), p.end());
  Interval largest = 0;
  for (Eigen::Index i = 0; i < n; ++i) {
    largest = max(largest, image[static_cast<std::size_t>(i)] / p(i));
  }
  return largest.upper();
}

}  // namespace

double largest_eigenvalue_bound(const IntervalMatrix& a) {
  const Eigen::Index n = a.rows();
  if (n == 0 || a.columns() != n) {
    throw Error(fmt::format("largest_eigenvalue_bound: expected a square matrix, got {} x {}", n,
                            a.columns()));
  }
  const Eigen::MatrixXd approximate = detail::symmetric_eigen(a.midpoint()).vectors;
  if (!approximate.allFinite()) {
    throw Error(
        fmt::format("largest_eigenvalue_bound: the eigenvectors of the {} x {} matrix could "
                    "not be computed: its entries are too large",
                    n, n));
  }
  const IntervalMatrix q(approximate);
  const double departure = row_sum_norm(q.transpose() * q - IntervalMatrix::identity(n));
  if (!(departure < 1)) {
    throw Error("largest_eigenvalue_bound: the eigenvectors computed are not orthogonal");
  }
  const IntervalMatrix nearly_diagonal = q.transpose() * (a * q);
  Interval numerator = nearly_diagonal(0, 0);
  for (Eigen::Index i = 0; i < n; ++i) {
    Interval reach = nearly_diagonal(i, i);
    for (Eigen::Index j = 0; j < n; ++j) {
      if (j != i) reach += abs(nearly_diagonal(i, j));
    }
    numerator = max(numerator, reach);
  }
  // A quotient of a negative numerator is largest for the largest denominator.
  return max(numerator / (1 - Interval(departure)), numerator / (1 + Interval(departure))).upper();
}

double spectral_bound(const Network& network, const DataSet& data) {
  const bool two_layer = network.kind == NetworkKind::two_layer;
  if (!two_layer && data.size() <= largest_kernel) {
    return sqrt(Interval(squared_kernel_bound(data))).upper();
  }
  const IntervalMatrix x = inputs(data);
  const double bound = largest_eigenvalue_bound(x.transpose() * x);
  const Interval square = max(Interval(bound), 0);
  if (two_layer) return (sqrt(square) / 2).upper();
  Interval longest = 0;
  for (int i = 0; i < data.size(); ++i) {
    longest = max(longest, dot(data.input(i), data.input(i)));
  }
  return sqrt(longest * square).upper();
}

}  // namespace filippov
