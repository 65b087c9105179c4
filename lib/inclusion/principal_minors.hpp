#pragma once

#include <Eigen/Core>
#include <vector>

namespace filippov::detail {

/// Principal minors of the matrix M of sliding on k >= 2 surfaces, M_ij = <grad h_i, g_j>.
///
/// Sliding on them is the only solution, whatever the rest of the field, if and only if -M is a
/// P-matrix: all its principal minors are positive. Where one changes sign, solutions that leave
/// may appear although the multipliers are well inside (-1, 1).
/// Source: Cottle, Pang and Stone, The Linear Complementarity Problem (1992), theorem 3.3.7.
///
/// All minors for k <= 3, those of one and two surfaces for k <= 8, none beyond.
class PrincipalMinors {
 public:
  PrincipalMinors() = default;
  explicit PrincipalMinors(int k);

  /// Leaves out the minors whose set of surfaces satisfies the predicate.
  template <class Predicate>
  void remove_if(const Predicate& predicate) {
    std::erase_if(sets_, predicate);
  }
  int count() const { return static_cast<int>(sets_.size()); }
  /// Surfaces of minor m, as positions in the face.
  const std::vector<int>& set(int m) const { return sets_[static_cast<std::size_t>(m)]; }

  /// Minor m of M.
  double value(int m, const Eigen::MatrixXd& matrix) const;
  /// A bound of all minors with as many surfaces as minor m.
  double size(int m, const Eigen::MatrixXd& matrix) const;
  /// Taylor coefficient `order` of minor m, where row l of `series` has coefficient l of M, row by
  /// row.
  double coefficient(int m, const Eigen::MatrixXd& series, int order) const;

 private:
  int k_ = 0;
  std::vector<std::vector<int>> sets_;
};

}  // namespace filippov::detail
