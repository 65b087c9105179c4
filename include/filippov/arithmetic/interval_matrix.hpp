#pragma once

#include <Eigen/Core>

#include "filippov/arithmetic/box.hpp"
#include "filippov/arithmetic/interval.hpp"

namespace filippov {

/// A matrix of intervals, {A in R^(m x n) : lower <= A <= upper entry by entry}.
///
/// Kept as the two matrices of its ends. Guarantee as for Interval: the result of every operation
/// contains the results for all members. Sums and the like are the tightest; products see below.
/// Shapes that do not fit throw Error.
class IntervalMatrix {
 public:
  IntervalMatrix() = default;
  /// rows x columns zeros. Throws Error if one is negative.
  IntervalMatrix(Eigen::Index rows, Eigen::Index columns);
  /// The matrix itself, exactly its doubles. Throws Error if an entry is NaN or infinite.
  IntervalMatrix(Eigen::MatrixXd point);
  /// Throws Error unless every [lower_ij, upper_ij] is an interval.
  IntervalMatrix(Eigen::MatrixXd lower, Eigen::MatrixXd upper);
  static IntervalMatrix identity(Eigen::Index n);
  /// The tightest one with [midpoint_ij - radius_ij, midpoint_ij + radius_ij] in every entry.
  static IntervalMatrix around(const Eigen::MatrixXd& midpoint, const Eigen::MatrixXd& radius);
  /// Row after row. Throws Error unless there are rows x columns entries.
  static IntervalMatrix from_rows(std::span<const Interval> entries, Eigen::Index rows,
                                  Eigen::Index columns);

  Eigen::Index rows() const { return lower_.rows(); }
  Eigen::Index columns() const { return lower_.cols(); }
  Interval operator()(Eigen::Index i, Eigen::Index j) const;
  void set(Eigen::Index i, Eigen::Index j, Interval entry);
  const Eigen::MatrixXd& lower() const { return lower_; }
  const Eigen::MatrixXd& upper() const { return upper_; }
  /// Of every entry, a finite double near the middle and inside.
  Eigen::MatrixXd midpoint() const;
  /// max |A_ij|
  Eigen::MatrixXd magnitude() const;
  bool is_point() const;
  bool is_bounded() const;
  bool contains(const Eigen::MatrixXd& point) const;
  bool contains(const IntervalMatrix& other) const;
  IntervalMatrix transpose() const;

  friend IntervalMatrix operator+(const IntervalMatrix& a, const IntervalMatrix& b);
  friend IntervalMatrix operator-(const IntervalMatrix& a, const IntervalMatrix& b);
  friend IntervalMatrix hull(const IntervalMatrix& a, const IntervalMatrix& b);
  /// {A B}. Up to sharp_product_size multiplications each entry is the sum of the tightest
  /// products. Larger ones are as fast as two or three products of doubles: both directions of
  /// rounding if a and b are points; else, with midpoints m and radii r,
  ///
  ///     |A B - fl(m_A m_B)| <= |m_A| (r_B + g |m_B|) + r_A (|m_B| + r_B),
  ///
  /// g = k u / (1 - k u) for k columns of A, u = 2^-53; its radius is at most 1.5 times the
  /// tightest one, plus g |m_A| |m_B|. Source: S. M. Rump, Fast and parallel interval arithmetic,
  /// BIT 39 (1999); Higham, Accuracy and Stability of Numerical Algorithms, section 3.1.
  friend IntervalMatrix operator*(const IntervalMatrix& a, const IntervalMatrix& b);
  /// {A x}, sums of the tightest products.
  friend Box operator*(const IntervalMatrix& a, const Box& x);

 private:
  Eigen::MatrixXd lower_;
  Eigen::MatrixXd upper_;
};

/// rows x inner x columns of the largest product that is summed entry by entry.
constexpr Eigen::Index sharp_product_size = 1000;

/// An upper bound of |A|_inf = max_i sum_j |A_ij| over the members.
double row_sum_norm(const IntervalMatrix& a);

}  // namespace filippov
