#include "wolfe.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "least_squares.hpp"

namespace filippov::detail {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

/// The affinely independent vertices Wolfe calls a corral, and a point in the inside of their hull.
class Corral {
 public:
  explicit Corral(const VectorXd& start)
      : vertices_(start), weights_(VectorXd::Ones(1)), point_(start), calls_{0} {}

  Index size() const { return static_cast<Index>(calls_.size()); }
  bool is_full() const { return size() == vertices_.rows() + 2; }
  const VectorXd& point() const { return point_; }

  bool has(const VectorXd& vertex) const {
    for (Index i = 0; i < size(); ++i) {
      if (vertices_.col(i) == vertex) return true;
    }
    return false;
  }

  void append(const VectorXd& vertex, Index call) {
    vertices_.conservativeResize(Eigen::NoChange, size() + 1);
    vertices_.rightCols<1>() = vertex;
    weights_.conservativeResize(size() + 1);
    weights_[size()] = 0;
    calls_.push_back(call);
  }

  /// Wolfe's minor cycle: go towards the nearest point of the affine hull, drop the vertices whose
  /// weight becomes zero on the way, until that nearest point is inside.
  void improve() {
    while (true) {
      auto [affine, nearest] = affine_minimum();
      Index leaves = -1;
      double step = 1;
      for (Index i = 0; i < size(); ++i) {
        if (affine[i] > 0) continue;
        const double ratio = weights_[i] > 0 ? weights_[i] / (weights_[i] - affine[i]) : 0.0;
        if (leaves < 0 || ratio < step) {
          step = ratio;
          leaves = i;
        }
      }
      if (leaves < 0) {
        weights_ = std::move(affine);
        point_ = std::move(nearest);
        return;
      }
      weights_ += step * (affine - weights_);
      weights_[leaves] = 0;
      for (Index i = size() - 1; i >= 0; --i) {
        if (weights_[i] <= 0) remove(i);
      }
    }
  }

  WolfeResult result(double lower_bound) const {
    WolfeResult result;
    result.point = point_;
    result.vertices = vertices_;
    result.weights = weights_ / weights_.sum();
    result.calls = calls_;
    result.lower_bound = lower_bound;
    return result;
  }

 private:
  void remove(Index i) {
    for (Index k = i; k + 1 < size(); ++k) {
      vertices_.col(k) = vertices_.col(k + 1);
      weights_[k] = weights_[k + 1];
    }
    calls_.erase(calls_.begin() + i);
    vertices_.conservativeResize(Eigen::NoChange, size());
    weights_.conservativeResize(size());
  }

  /// Weights (sum 1, any sign) of the point of the affine hull nearest to 0, and that point.
  std::pair<VectorXd, VectorXd> affine_minimum() const {
    if (size() == 1) return {VectorXd::Ones(1), vertices_.col(0)};
    Index anchor = 0;
    vertices_.colwise().squaredNorm().minCoeff(&anchor);
    const auto origin = vertices_.col(anchor);
    MatrixXd edges(vertices_.rows(), size() - 1);
    for (Index i = 0, k = 0; i < size(); ++i) {
      if (i != anchor) edges.col(k++) = vertices_.col(i) - origin;
    }
    const LeastSquares factor(edges);
    VectorXd steps = factor.solve(-origin);
    VectorXd nearest = origin + edges * steps;
    // Once more: then `nearest` is orthogonal to the edges relative to its own norm, however small.
    const VectorXd correction = factor.solve(-nearest);
    steps += correction;
    nearest += edges * correction;

    VectorXd weights(size());
    for (Index i = 0, k = 0; i < size(); ++i) {
      if (i != anchor) weights[i] = steps[k++];
    }
    weights[anchor] = 1 - steps.sum();
    return {weights, nearest};
  }

  MatrixXd vertices_;
  VectorXd weights_;
  VectorXd point_;
  std::vector<Index> calls_;
};

}  // namespace

WolfeResult wolfe(const VectorXd& start, const VertexOracle& oracle) {
  // In exact arithmetic every major cycle shortens the point, and a corral determines its point: no
  // corral comes twice, so the loop ends. In floating point a useful vertex can leave the norm as
  // it is or even add rounding (a long thin hull), but only a few in a row.
  const double epsilon = std::numeric_limits<double>::epsilon();
  const double rounding = (8 + static_cast<double>(start.size())) * epsilon;
  const Index patience = start.size() + 2;
  Corral corral(start);
  double size = start.norm();
  double shortest = size;
  double lower_bound = 0;
  Index stalled = 0;
  for (Index call = 1;; ++call) {
    const double norm = corral.point().norm();
    if (norm <= rounding * size) return corral.result(0);
    const VectorXd vertex = oracle(-corral.point());
    const double reach = corral.point().dot(vertex) / norm;
    size = std::max(size, vertex.norm());
    lower_bound = std::max(lower_bound, std::min(reach, norm));
    if (norm - reach <= rounding * size || corral.has(vertex) || corral.is_full()) {
      return corral.result(lower_bound);
    }
    Corral next = corral;
    next.append(vertex, call);
    next.improve();
    const double next_norm = next.point().norm();
    stalled = next_norm < shortest ? 0 : stalled + 1;
    shortest = std::min(shortest, next_norm);
    if (next_norm > norm + 4 * epsilon * size || stalled > patience) {
      return corral.result(lower_bound);
    }
    corral = std::move(next);
  }
}

}  // namespace filippov::detail
