#pragma once

#include <Eigen/Core>
#include <optional>
#include <vector>

#include "critical_points.hpp"
#include "filippov/arithmetic/box.hpp"

namespace filippov::detail {

/// Proves critical points of a RidgeFunction on the unit sphere, given them approximately.
class RidgeCertificate {
 public:
  explicit RidgeCertificate(const RidgeFunction& f);

  /// A box with exactly one critical point, near u; nothing if that could not be proved. F linear:
  /// `kinks` are the ridges with r.u = 0.
  std::optional<CriticalPoint> certify(const Eigen::VectorXd& u,
                                       const std::vector<int>& kinks) const;

  /// Encloses the matrices of all pieces that meet the box, of a quadratic F: d x d entries.
  Box matrices(const Box& box) const;

 private:
  std::optional<CriticalPoint> certify_linear(const Eigen::VectorXd& u,
                                              const std::vector<int>& kinks) const;
  std::optional<CriticalPoint> certify_quadratic(const Eigen::VectorXd& u) const;
  std::optional<int> second_order(const Box& u, Interval value, const Box& a) const;

  const RidgeFunction& f_;
  std::size_t d_;
  Box base_;
  std::vector<Box> directions_;
  Box factors_;
};

}  // namespace filippov::detail
