#pragma once

#include <Eigen/Core>
#include <optional>
#include <utility>
#include <vector>

namespace filippov::detail {

/// A sparse square matrix: the entries (column, value) of each row.
using SparseRows = std::vector<std::vector<std::pair<int, double>>>;

/// Solves A x = b for sparse A whose symmetric part is positive definite once the rows are scaled.
///
/// With positive numbers d_i such that D A is symmetric (they exist when A is a symmetric matrix
/// with scaled rows or columns, and always where its graph is a tree and opposite entries agree in
/// sign) a Cholesky factorisation in an envelope proves definiteness and solves. Then A is a
/// P-matrix, so that the box complementarity problem of -A has one solution. Rows are ordered
/// breadth first: a chain costs O(k), a grid O(k^2).
class DefiniteSystem {
 public:
  /// False when D A is not symmetric or not definite to working precision: `solve` is undefined.
  bool factor(const SparseRows& a);
  /// b is replaced by the solution.
  void solve(Eigen::VectorXd& b) const;

 private:
  /// Finds an order and the factors d; false where D A cannot be symmetric.
  bool arrange(const SparseRows& a);
  double& entry(std::size_t i, std::size_t j) {
    return envelope_[static_cast<std::size_t>(start_[i]) + j - first_[i]];
  }
  double entry(std::size_t i, std::size_t j) const {
    return envelope_[static_cast<std::size_t>(start_[i]) + j - first_[i]];
  }

  std::vector<int> order_;  ///< row of A at each place
  std::vector<int> place_;
  std::vector<double> factors_;      ///< d, by row of A
  std::vector<std::size_t> first_;   ///< first column of the envelope in each row
  std::vector<std::size_t> start_;   ///< where it is stored
  std::vector<double> envelope_;     ///< the Cholesky factor, row by row
  mutable Eigen::VectorXd ordered_;  ///< right-hand side in the order of the places
};

}  // namespace filippov::detail
