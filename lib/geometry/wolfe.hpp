#pragma once

#include <Eigen/Core>
#include <functional>
#include <vector>

namespace filippov::detail {

/// A vertex of the set at which <direction, .> is largest.
using VertexOracle = std::function<Eigen::VectorXd(const Eigen::VectorXd& direction)>;

/// What Wolfe's algorithm ends with.
struct WolfeResult {
  Eigen::VectorXd point;
  Eigen::MatrixXd vertices;
  Eigen::VectorXd weights;
  /// For each vertex when it came: 0 for the start, k for the k-th call of the oracle. Lets the
  /// caller keep what it knows about a vertex (its column, its signs) outside the algorithm.
  std::vector<Eigen::Index> calls;
  double lower_bound = 0;
};

/// Wolfe's algorithm from a vertex `start`.
WolfeResult wolfe(const Eigen::VectorXd& start, const VertexOracle& oracle);

}  // namespace filippov::detail
