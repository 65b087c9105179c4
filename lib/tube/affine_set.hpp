#pragma once

#include <Eigen/Core>
#include <span>
#include <vector>

#include "../arithmetic/precise_interval.hpp"
#include "../arithmetic/upward_interval.hpp"
#include "filippov/arithmetic/interval.hpp"
#include "filippov/tube/tube.hpp"

namespace filippov::detail {

/// An interval matrix for small systems, row after row.
class SmallIntervalMatrix {
 public:
  SmallIntervalMatrix() = default;
  SmallIntervalMatrix(int rows, int columns)
      : columns_(columns),
        entries_(static_cast<std::size_t>(rows) * static_cast<std::size_t>(columns)) {}

  UpwardInterval& operator()(int i, int j) { return entries_[place(i, j)]; }
  const UpwardInterval& operator()(int i, int j) const { return entries_[place(i, j)]; }
  int rows() const { return columns_ == 0 ? 0 : static_cast<int>(entries_.size()) / columns_; }
  int columns() const { return columns_; }

 private:
  std::size_t place(int i, int j) const {
    return static_cast<std::size_t>(i) * static_cast<std::size_t>(columns_) +
           static_cast<std::size_t>(j);
  }
  int columns_ = 0;
  std::vector<UpwardInterval> entries_;
};

using IntervalVector = std::vector<UpwardInterval>;

/// A set of states {center + offset + C r0 + Q r : r0 in R0, r in R} (doubleton): C R0 carries the
/// initial box through linear maps, Q R what was added on the way, in coordinates that turn with
/// the flow. The offset is what the centre, a double, rounds away: without it every step would
/// widen the set by a rounding error of the state instead of one of its change.
///
/// Source: R. J. Lohner, Enclosing the solutions of ordinary initial and boundary value problems
/// (1987); Zgliczynski, C1-Lohner algorithm (2002). All members are to be called inside one
/// UpwardScope.
class AffineSet {
 public:
  AffineSet() = default;
  explicit AffineSet(std::span<const Interval> box);

  int dimension() const { return static_cast<int>(center_.size()); }
  const std::vector<double>& center() const { return center_; }
  IntervalVector center_point() const;
  StateSet description() const;
  /// The smallest box around it.
  IntervalVector hull() const;
  /// A box around it and its centre, which need not be a member: mean values between them are
  /// there.
  IntervalVector hull_with_center() const;
  /// Range of sum_i row_i (x_i - center_i) over the set, row an interval vector.
  UpwardInterval spread(const IntervalVector& row) const;
  /// Replaces the set by one that contains every center + move + A (x - center) with x in the set,
  /// A in `slope`. False, and the set as before, if the result is not bounded.
  bool map(const std::vector<PreciseInterval>& move, const SmallIntervalMatrix& slope);
  bool map(const IntervalVector& move, const SmallIntervalMatrix& slope);
  /// Adds [-radius_i, radius_i] to every coordinate, independently of what is there, and carries it
  /// along like the initial box.
  void widen(const std::vector<double>& radius);
  /// The width of the set over that of its linear part C R0, or of R0 if that is larger (where the
  /// flow contracts); 1 for sets that come from a point.
  double inflation() const;
  /// The entry of R0 that contributes most.
  int widest_direction() const;

 private:
  std::vector<double> center_;
  std::vector<double> offset_;
  Eigen::MatrixXd shape_;  ///< C; empty for a point
  IntervalVector initial_;
  Eigen::MatrixXd frame_;  ///< Q
  IntervalVector rest_;
};

}  // namespace filippov::detail
