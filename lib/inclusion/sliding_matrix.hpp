#pragma once

#include <Eigen/Core>
#include <vector>

#include "multiplier_solver.hpp"

namespace filippov::detail {

/// Where the matrix M_ij = <grad h_i, g_j> of sliding on k surfaces has entries, and the groups of
/// surfaces that it couples: with many surfaces most of them do not interact, and then the
/// multipliers are found one by one.
class SlidingMatrix {
 public:
  /// An output of the program of a face, in row `position` of a gradient or column.
  struct Entry {
    int position;  ///< coordinate or component
    int output;
    bool is_constant = false;
  };
  struct Product {
    Entry gradient;
    Entry column;
  };
  /// M_ij = sum of gradient times column over its products.
  struct Element {
    int row;
    int column;
    std::vector<Product> products;
    bool is_constant;
  };

  SlidingMatrix() = default;
  /// Entry lists of the gradients and of the columns g_j, one per surface.
  SlidingMatrix(const std::vector<std::vector<Entry>>& gradients,
                const std::vector<std::vector<Entry>>& columns);

  const std::vector<Element>& elements() const { return elements_; }
  /// Whether M_ij may be anything but 0, or may change.
  bool is_zero(int i, int j) const { return element_at(i, j) < 0; }
  bool is_constant(int i, int j) const;

  /// Factors the blocks; values[e] belongs to elements()[e], sizes[e] bounds its terms.
  void factor(const Eigen::VectorXd& values, const Eigen::VectorXd& sizes);
  /// Solves M u = r in place, after `factor`. Where M is singular: see MultiplierSolver.
  void solve(Eigen::Ref<Eigen::VectorXd> r) const;

 private:
  struct Block {
    std::vector<int> surfaces;
    std::vector<int> elements;
    MultiplierSolver solver = {};  ///< of more than one surface
    double scalar = 0;             ///< of one
  };
  int element_at(int i, int j) const;

  int size_ = 0;
  std::vector<Element> elements_;  ///< by rows, then columns
  std::vector<int> row_begin_;
  std::vector<Block> blocks_;
};

}  // namespace filippov::detail
