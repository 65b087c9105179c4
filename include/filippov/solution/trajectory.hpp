#pragma once

#include <Eigen/Core>
#include <utility>
#include <vector>

namespace filippov {

/// One smooth piece: x(t) = sum_k coefficients(k, .) tau^k with tau = |t - t0| in [0, length].
struct Segment {
  double t0 = 0;
  double t1 = 0;
  Eigen::MatrixXd coefficients;  ///< (degree + 1) x n

  /// State at t in [t0, t1] (unchecked; outside, the polynomial is extrapolated).
  std::vector<double> operator()(double t) const;
};

/// A smooth piece of some components alone, as in Segment. It may add to other components, which
/// record what many pieces do: column k of `contributions`, zero at t0, is a part of component
/// `recorded[k]` and stays in it, with its value at t1, when the piece is over.
struct ComponentPiece {
  double t0 = 0;
  double t1 = 0;
  std::vector<int> components = {};
  Eigen::MatrixXd coefficients = {};  ///< (degree + 1) x components
  std::vector<int> recorded = {};
  Eigen::MatrixXd contributions = {};  ///< (degree + 1) x recorded
};

/// A continuous, piecewise polynomial function of time: the dense output of a solve. Pieces are in
/// the order in which they were integrated (t decreases when integrating backward).
///
/// The parts of a large system are integrated on their own; then there are no segments, and each
/// component has pieces of its own.
class Trajectory {
 public:
  void append(Segment segment) { segments_.push_back(std::move(segment)); }
  /// The pieces of a component come in order; together they cover the same time for all.
  void append_piece(ComponentPiece piece);
  const std::vector<Segment>& segments() const { return segments_; }
  const std::vector<ComponentPiece>& pieces() const { return pieces_; }
  bool empty() const { return segments_.empty() && pieces_.empty(); }
  double start() const { return pieces_.empty() ? segments_.front().t0 : pieces_.front().t0; }
  double end() const { return pieces_.empty() ? segments_.back().t1 : piece_end_; }
  /// State at t, to the accuracy of the integration. Throws Error for t outside [start, end] and
  /// for an empty trajectory. Cost: a binary search and one polynomial; with pieces, that for each
  /// component and, where components record others, one look at every piece.
  std::vector<double> operator()(double t) const;

 private:
  std::vector<double> from_pieces(double t) const;

  std::vector<Segment> segments_;
  std::vector<ComponentPiece> pieces_;
  /// Per component its pieces, each with its column there.
  std::vector<std::vector<std::pair<int, int>>> of_component_;
  double piece_end_ = 0;
  bool records_ = false;
};

}  // namespace filippov
