#pragma once

#include <Eigen/Core>
#include <span>
#include <vector>

#include "filippov/inclusion/inclusion.hpp"
#include "filippov/solution/solution.hpp"

namespace filippov {

/// The right-hand side and its solutions at one point.
struct Classification {
  Verdict verdict = Verdict::undecided;
  std::string reason;        ///< why undecided; empty otherwise
  std::vector<int> active;   ///< surfaces through the point
  Eigen::MatrixXd vertices;  ///< columns: extreme points of F(t, x), when they are few
  Eigen::MatrixXd
      generators;          ///< columns: F = center + sum [-1, 1] generator, when affine and many
  Eigen::VectorXd center;  ///< with `generators`
  Eigen::VectorXd minimum_norm;  ///< element of F(t, x) of least norm
  std::vector<Continuation> continuations;
};

/// Which solutions leave (t, x): forward in time (direction 1) or backward (-1).
///
/// For every face of the arrangement of surfaces through the point (stay on the surfaces B, leave
/// the others with signs s): is there a velocity in the hull of the adjacent selections, tangent to
/// B, that moves the others strictly into s? Ties at first order are decided by the Taylor
/// coefficients of the motion on that face. Not verified. Source: Filippov (1988), sections 9-10.
Classification classify(const Inclusion& inclusion, std::span<const double> x, double t = 0,
                        double direction = 1);

}  // namespace filippov
