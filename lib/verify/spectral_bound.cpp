#include "filippov/verify/spectral_bound.hpp"

#include <fmt/format.h>

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>

#include "filippov/arithmetic/error.hpp"

namespace filippov {

namespace {

/// Beyond this many examples the n x n matrix of squared products costs too much.
constexpr int largest_kernel = 1000;

std::size_t at(int row, int column, int width) {
  return static_cast<std::size_t>(row) * static_cast<std::size_t>(width) +
         static_cast<std::size_t>(column);
}

/// Largest row sum of the absolute values.
Interval row_sum_norm(const std::vector<Interval>& a, int n) {
  Interval largest = 0;
  for (int i = 0; i < n; ++i) {
    Interval sum = 0;
    for (int j = 0; j < n; ++j) sum += abs(a[at(i, j, n)]);
    largest = max(largest, sum);
  }
  return largest;
}

/// Q^T A Q
std::vector<Interval> transformed(const std::vector<Interval>& a, const Eigen::MatrixXd& q) {
  const int n = static_cast<int>(q.rows());
  std::vector<Interval> product(a.size());
  for (int i = 0; i < n; ++i) {
    for (int k = 0; k < n; ++k) {
      for (int j = 0; j < n; ++j) product[at(i, j, n)] += a[at(i, k, n)] * q(k, j);
    }
  }
  std::vector<Interval> result(a.size());
  for (int k = 0; k < n; ++k) {
    for (int i = 0; i < n; ++i) {
      for (int j = 0; j < n; ++j) result[at(i, j, n)] += q(k, i) * product[at(k, j, n)];
    }
  }
  return result;
}

std::vector<Interval> identity(int n) {
  std::vector<Interval> result(static_cast<std::size_t>(n) * static_cast<std::size_t>(n));
  for (int i = 0; i < n; ++i) result[at(i, i, n)] = 1;
  return result;
}

/// sum_i x_i x_i^T, d x d.
std::vector<Interval> second_moment(const DataSet& data) {
  const int d = data.dimension();
  std::vector<Interval> result(static_cast<std::size_t>(d) * static_cast<std::size_t>(d));
  for (int i = 0; i < data.size(); ++i) {
    const auto x = data.input(i);
    for (int k = 0; k < d; ++k) {
      for (int l = 0; l <= k; ++l) {
        const auto row = static_cast<std::size_t>(k);
        const auto column = static_cast<std::size_t>(l);
        result[at(k, l, d)] += k == l ? sqr(x[row]) : x[row] * x[column];
      }
    }
  }
  for (int k = 0; k < d; ++k) {
    for (int l = 0; l < k; ++l) result[at(l, k, d)] = result[at(k, l, d)];
  }
  return result;
}

Interval product(std::span<const Interval> x, std::span<const Interval> y) {
  Interval sum = 0;
  for (std::size_t k = 0; k < x.size(); ++k) sum += x[k] * y[k];
  return sum;
}

/// An upper bound of lambda_max of the n x n matrix (x_i.x_j)^2. Its entries are not negative, so
/// that lambda_max <= max_i (A p)_i / p_i for every p > 0 (Collatz, Wielandt); p about the
/// eigenvector.
double squared_kernel_bound(const DataSet& data) {
  const int n = data.size();
  std::vector<Interval> kernel(static_cast<std::size_t>(n) * static_cast<std::size_t>(n));
  Eigen::MatrixXd approximate(n, n);
  for (int i = 0; i < n; ++i) {
    for (int j = 0; j <= i; ++j) {
      const Interval entry = sqr(product(data.input(i), data.input(j)));
      kernel[at(i, j, n)] = kernel[at(j, i, n)] = entry;
      approximate(i, j) = approximate(j, i) = entry.midpoint();
    }
  }
  constexpr int iterations = 200;
  Eigen::VectorXd p = Eigen::VectorXd::Ones(n);
  for (int k = 0; k < iterations; ++k) {
    p = approximate * p;
    if (!(p.maxCoeff() > 0)) break;
    p /= p.maxCoeff();
  }
  // An example that is nearly orthogonal to the others would have p_i near 0.
  p = p.cwiseMax(1e-12);
  Interval largest = 0;
  for (int i = 0; i < n; ++i) {
    Interval sum = 0;
    for (int j = 0; j < n; ++j) sum += kernel[at(i, j, n)] * p(j);
    largest = max(largest, sum / p(i));
  }
  return largest.upper();
}

}  // namespace

double largest_eigenvalue_bound(const std::vector<Interval>& a, int n) {
  Eigen::MatrixXd centre(n, n);
  for (int i = 0; i < n; ++i) {
    for (int j = 0; j < n; ++j) centre(i, j) = a[at(i, j, n)].midpoint();
  }
  const Eigen::MatrixXd q = Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd>(centre).eigenvectors();
  if (!q.allFinite()) {
    throw Error(
        fmt::format("largest_eigenvalue_bound: the eigenvectors of the {} x {} matrix could "
                    "not be computed: its entries are too large",
                    n, n));
  }
  std::vector<Interval> residual = transformed(identity(n), q);
  for (int i = 0; i < n; ++i) residual[at(i, i, n)] -= 1;
  const Interval departure = row_sum_norm(residual, n);
  if (!certainly_less(departure, 1)) {
    throw Error("largest_eigenvalue_bound: the eigenvectors computed are not orthogonal");
  }
  const std::vector<Interval> nearly_diagonal = transformed(a, q);
  Interval numerator = nearly_diagonal[0];
  for (int i = 0; i < n; ++i) {
    Interval reach = nearly_diagonal[at(i, i, n)];
    for (int j = 0; j < n; ++j) {
      if (j != i) reach += abs(nearly_diagonal[at(i, j, n)]);
    }
    numerator = max(numerator, reach);
  }
  // A quotient of a negative numerator is largest for the largest denominator.
  return max(numerator / (1 - departure), numerator / (1 + departure)).upper();
}

double spectral_bound(const Network& network, const DataSet& data) {
  const bool two_layer = network.kind == NetworkKind::two_layer;
  if (!two_layer && data.size() <= largest_kernel) {
    return sqrt(Interval(squared_kernel_bound(data))).upper();
  }
  const double bound = largest_eigenvalue_bound(second_moment(data), data.dimension());
  const Interval square = max(Interval(bound), 0);
  if (two_layer) return (sqrt(square) / 2).upper();
  Interval longest = 0;
  for (int i = 0; i < data.size(); ++i) {
    longest = max(longest, product(data.input(i), data.input(i)));
  }
  return sqrt(longest * square).upper();
}

}  // namespace filippov
