#include "filippov/geometry/affine_section.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "checks.hpp"
#include "filippov/arithmetic/error.hpp"
#include "filippov/geometry/minimum_norm_point.hpp"
#include "least_squares.hpp"
#include "linear_system.hpp"
#include "wolfe.hpp"

namespace filippov {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

/// An orthonormal basis of the rows of A, as rows; what is no longer than `threshold` beside the
/// others counts as dependent on them.
MatrixXd independent_rows(const MatrixXd& A, double threshold) {
  const double longest = A.rows() > 0 ? A.rowwise().norm().maxCoeff() : 0;
  if (longest <= threshold) return MatrixXd(0, A.cols());
  return detail::LeastSquares(A.transpose(), threshold / longest).span().transpose();
}

/// Adds columns of A to the independent ones in `basis` until they span all rows of A.
void complete_basis(const MatrixXd& A, std::vector<Index>& basis) {
  while (static_cast<Index>(basis.size()) < A.rows()) {
    const MatrixXd chosen = A(Eigen::all, basis);
    const detail::LeastSquares factor(chosen);
    MatrixXd rest = A;
    for (Index j = 0; j < A.cols(); ++j) rest.col(j) -= chosen * factor.solve(A.col(j));
    Index next = 0;
    rest.colwise().squaredNorm().maxCoeff(&next);
    basis.push_back(next);
  }
}

}  // namespace

AffineSection::AffineSection(MatrixXd points, const MatrixXd& normals, const VectorXd& offsets,
                             double tolerance)
    : points_(std::move(points)) {
  detail::require_points(points_, "AffineSection (points)");
  detail::require_size(normals.rows(), points_.rows(), "AffineSection", "entries per normal");
  detail::require_size(offsets.size(), normals.cols(), "AffineSection", "offsets");
  detail::require_finite(normals, "AffineSection (normals)");
  detail::require_finite(offsets, "AffineSection (offsets)");

  // Values of the constraints at the points, normals scaled to length 1.
  MatrixXd values = normals.transpose() * points_;
  values.colwise() -= offsets;
  double size = points_.colwise().norm().maxCoeff();
  double largest_offset = 0;
  for (Index j = 0; j < normals.cols(); ++j) {
    const double length = normals.col(j).stableNorm();
    if (length > 0) values.row(j) /= length;
    largest_offset = std::max(largest_offset, std::abs(offsets[j]) / (length > 0 ? length : 1.0));
  }
  size += largest_offset;

  // The nearest attainable value; its corral is a feasible basis of the equations shifted to it.
  std::vector<Index> corral = {0};
  if (values.rows() > 0) {
    const MinimumNormPoint nearest = filippov::minimum_norm_point(values);
    residual_ = nearest.point.norm();
    empty_ = residual_ > tolerance * size;
    values.colwise() -= nearest.point;
    corral = nearest.columns;
  }
  if (empty_) return;
  const MatrixXd independent = independent_rows(values, tolerance * size);
  // The rows are brought to the size of the last one, which makes pivots comparable.
  equations_.resize(independent.rows() + 1, points_.cols());
  equations_.topRows(independent.rows()) = independent;
  for (Index i = 0; i < independent.rows(); ++i) {
    equations_.row(i) /= equations_.row(i).cwiseAbs().maxCoeff();
  }
  equations_.bottomRows<1>().setOnes();
  basis_ = std::move(corral);
  complete_basis(equations_, basis_);
}

VectorXd AffineSection::support_weights(const VectorXd& direction) const {
  detail::require_size(direction.size(), dimension(), "AffineSection", "entries of the direction");
  if (empty_) throw Error("AffineSection: the section is empty, it has no support point");
  const Index rows = equations_.rows();
  const VectorXd right_side = VectorXd::Unit(rows, rows - 1);
  const VectorXd gain = points_.transpose() * direction;
  const double rounding = 1e-14 * (1 + static_cast<double>(rows)) * gain.cwiseAbs().maxCoeff();
  constexpr double smallest_pivot = 1e-11;

  std::vector<Index> basis = basis_;
  for (Index left = 100 * equations_.size();; --left) {
    const detail::LinearSystem system(equations_(Eigen::all, basis));
    const VectorXd weights = system.solve(right_side).cwiseMax(0);
    const VectorXd prices = system.solve_transposed(gain(basis));

    // Bland's rule: the first column that gains enters ...
    const VectorXd reduced = gain - equations_.transpose() * prices;
    Index enters = 0;
    while (enters < reduced.size() &&
           (reduced[enters] <= rounding || std::ranges::find(basis, enters) != basis.end())) {
      ++enters;
    }
    Index leaves = -1;
    if (enters < reduced.size()) {
      const VectorXd change = system.solve(equations_.col(enters));
      double shortest = 0;
      for (Index i = 0; i < rows; ++i) {
        if (change[i] <= smallest_pivot) continue;
        const double ratio = weights[i] / change[i];
        // ... and of those that become zero first, the first leaves.
        if (leaves < 0 || ratio < shortest || (ratio == shortest && basis[i] < basis[leaves])) {
          leaves = i;
          shortest = ratio;
        }
      }
    }
    // Rounding could undo Bland's guarantee; the vertex at hand is then as good as any.
    if (leaves < 0 || left == 0) {
      VectorXd result = VectorXd::Zero(points_.cols());
      for (Index i = 0; i < rows; ++i) result[basis[i]] = weights[i] / weights.sum();
      return result;
    }
    basis[leaves] = enters;
  }
}

VectorXd AffineSection::support_point(const VectorXd& direction) const {
  return points_ * support_weights(direction);
}

std::optional<SectionMinimumNormPoint> minimum_norm_point(const MatrixXd& points,
                                                          const MatrixXd& normals,
                                                          const VectorXd& offsets,
                                                          double tolerance) {
  const AffineSection section(points, normals, offsets, tolerance);
  if (section.empty()) return std::nullopt;
  std::vector<VectorXd> weights_of_call;
  const auto vertex = [&](const VectorXd& direction) -> VectorXd {
    weights_of_call.push_back(section.support_weights(direction));
    return points * weights_of_call.back();
  };
  const VectorXd start = vertex(VectorXd::Unit(section.dimension(), 0));
  auto found = detail::wolfe(start, vertex);
  SectionMinimumNormPoint result;
  result.weights = VectorXd::Zero(points.cols());
  for (Index i = 0; i < found.weights.size(); ++i) {
    result.weights += found.weights[i] * weights_of_call[found.calls[i]];
  }
  result.point = std::move(found.point);
  result.lower_bound = found.lower_bound;
  return result;
}

int intersection_dimension(const MatrixXd& points, const MatrixXd& normals, const VectorXd& offsets,
                           double tolerance) {
  const AffineSection section(points, normals, offsets, tolerance);
  if (section.empty()) return -1;
  // The section lies in the affine hull of the points: only its directions need to be tried.
  const MatrixXd edges = points.colwise() - points.col(0);
  return affine_dimension(section, detail::LeastSquares(edges, tolerance).span(), tolerance);
}

}  // namespace filippov
