#pragma once

#include <Eigen/Core>
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

/// A continuous, piecewise polynomial function of time: the dense output of a solve. Pieces are in
/// the order in which they were integrated (t decreases when integrating backward).
class Trajectory {
 public:
  void append(Segment segment) { segments_.push_back(std::move(segment)); }
  const std::vector<Segment>& segments() const { return segments_; }
  bool empty() const { return segments_.empty(); }
  double start() const { return segments_.front().t0; }
  double end() const { return segments_.back().t1; }
  /// State at t, to the accuracy of the integration. Throws Error for t outside [start, end] and
  /// for an empty trajectory. Cost: a binary search and one polynomial.
  std::vector<double> operator()(double t) const;

 private:
  std::vector<Segment> segments_;
};

}  // namespace filippov
