#include "filippov/geometry/sign_feasibility.hpp"

#include <algorithm>
#include <utility>

#include "checks.hpp"
#include "filippov/arithmetic/error.hpp"
#include "filippov/geometry/minimum_norm_point.hpp"

namespace filippov {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

/// Depth-first search over the forms; every node is a nonempty cell of the forms so far.
class CellSearch {
 public:
  CellSearch(Index dimension, Index count, const NormalOfForm& normal,
             const SignFeasibilityOptions& options)
      : normal_(normal), options_(options), signed_normals_(dimension, count), count_(count) {}

  std::vector<SignCell> run() {
    SignCell everything;
    everything.direction = VectorXd::Zero(signed_normals_.rows());
    everything.margin = 1;
    extend(everything, 0);
    return std::move(cells_);
  }

 private:
  /// `demands`: how many of the forms decided so far do not vanish; their unit normals, times their
  /// signs, are the first columns of signed_normals_.
  void extend(const SignCell& cell, Index demands) {
    if (cells_.size() > options_.most) return;
    const Index j = static_cast<Index>(cell.signs.size());
    if (j == count_) {
      cells_.push_back(cell);
      return;
    }
    const VectorXd normal = normal_(j, cell.signs);
    detail::require_size(normal.size(), signed_normals_.rows(), "feasible_sign_patterns",
                         "entries of a normal");
    detail::require_finite(normal, "feasible_sign_patterns");
    const double norm = normal.stableNorm();
    if (norm <= options_.zero_norm) {
      SignCell same = cell;
      same.signs.push_back(0);
      extend(same, demands);
      return;
    }
    const VectorXd unit = normal / norm;
    // The direction at hand settles one of the two sides for nothing, if it is well inside.
    const double value = unit.dot(cell.direction);
    for (const int sign : {-1, 1}) {
      signed_normals_.col(demands) = sign * unit;
      SignCell side;
      side.signs = cell.signs;
      side.signs.push_back(sign);
      if (sign * value > options_.tolerance) {
        side.direction = cell.direction;
        side.margin = std::min(cell.margin, sign * value);
      } else {
        const VectorXd nearest = minimum_norm_point(signed_normals_.leftCols(demands + 1)).point;
        side.margin = nearest.norm();
        if (side.margin <= options_.tolerance) continue;
        side.direction = nearest / side.margin;
      }
      extend(side, demands + 1);
    }
  }

  const NormalOfForm& normal_;
  SignFeasibilityOptions options_;
  MatrixXd signed_normals_;
  Index count_;
  std::vector<SignCell> cells_;
};

}  // namespace

SignCell widest_direction(const MatrixXd& normals, const SignPattern& signs,
                          const SignFeasibilityOptions& options) {
  detail::require_size(static_cast<Index>(signs.size()), normals.cols(), "widest_direction",
                       "signs");
  detail::require_finite(normals, "widest_direction");
  SignCell cell;
  cell.signs = signs;
  cell.direction = VectorXd::Zero(normals.rows());
  MatrixXd signed_normals(normals.rows(), normals.cols());
  Index demands = 0;
  for (Index j = 0; j < normals.cols(); ++j) {
    if (signs[j] == 0) continue;
    const double norm = normals.col(j).stableNorm();
    if (norm <= options.zero_norm) return cell;
    signed_normals.col(demands++) = (signs[j] > 0 ? 1 : -1) * normals.col(j) / norm;
  }
  cell.margin = 1;
  if (demands == 0) return cell;
  const VectorXd nearest = minimum_norm_point(signed_normals.leftCols(demands)).point;
  cell.margin = nearest.norm();
  if (cell.margin > 0) cell.direction = nearest / cell.margin;
  return cell;
}

bool is_feasible(const MatrixXd& normals, const SignPattern& signs,
                 const SignFeasibilityOptions& options) {
  return widest_direction(normals, signs, options).margin > options.tolerance;
}

std::vector<SignCell> feasible_sign_patterns(const MatrixXd& normals,
                                             const SignFeasibilityOptions& options) {
  return feasible_sign_patterns(
      normals.rows(), normals.cols(),
      [&](Index j, const SignPattern&) -> VectorXd { return normals.col(j); }, options);
}

std::vector<SignCell> feasible_sign_patterns(Index dimension, Index count,
                                             const NormalOfForm& normal,
                                             const SignFeasibilityOptions& options) {
  if (dimension < 1)
    throw Error("feasible_sign_patterns: expected normals of dimension at least 1");
  return CellSearch(dimension, count, normal, options).run();
}

}  // namespace filippov
