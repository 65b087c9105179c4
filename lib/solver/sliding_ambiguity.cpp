#include "sliding_ambiguity.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "../geometry/least_squares.hpp"
#include "../inclusion/sparse_columns.hpp"
#include "filippov/geometry/affine_section.hpp"
#include "local_geometry.hpp"

namespace filippov::detail {

namespace {

/// Affine in the signs: the set is f + G ker(M), M = N^T G.
int affine_dimension(const Inclusion& inclusion, const Face& face, double t,
                     std::span<const double> x, const SparseColumns& columns) {
  const auto n = static_cast<Eigen::Index>(x.size());
  const auto k = static_cast<Eigen::Index>(face.sliding.size());
  const Eigen::MatrixXd g = dense(columns, n);
  Eigen::MatrixXd normals(n, k);
  for (Eigen::Index j = 0; j < k; ++j) {
    normals.col(j) =
        inclusion
            .switching_gradient(face.sliding[static_cast<std::size_t>(j)], t, x, face.signature)
            .x;
  }
  constexpr double threshold = 1e-10;
  // Each row in units of its terms: surfaces may be slow and fast.
  Eigen::MatrixXd m = normals.transpose() * g;
  const Eigen::MatrixXd sizes = normals.cwiseAbs().transpose() * g.cwiseAbs();
  for (Eigen::Index i = 0; i < k; ++i) {
    const double size = sizes.row(i).maxCoeff();
    if (size > 0) m.row(i) /= size;
  }
  // Surfaces that do not interact.
  if (m.isDiagonal(0) && m.diagonal().cwiseAbs().minCoeff() > threshold) return 0;
  const LeastSquares rows(m.transpose(), threshold);
  if (rows.rank() == k) return 0;
  const Eigen::MatrixXd image = g * rows.complement();
  const double zero = threshold * g.norm();
  const double longest = image.colwise().norm().maxCoeff();
  if (longest <= zero) return 0;
  return static_cast<int>(LeastSquares(image, zero / longest).rank());
}

/// One surface: the jump may be tangent to it at a single instant, where sliding begins or ends.
/// Then it is not a little way along.
bool jump_stays_tangent(const Inclusion& inclusion, const Face& face, double t,
                        std::span<const double> x) {
  const auto n = static_cast<Eigen::Index>(x.size());
  Eigen::VectorXd f(n);
  inclusion.selection(t, x, face.signature, {f.data(), x.size()});
  const double size = largest_entry(x, 1e-3);
  const double speed = std::max(f.lpNorm<Eigen::Infinity>(), 1e-300);
  const double elapsed = 1e-3 * std::min(1.0, size / speed);
  std::vector<double> moved(x.begin(), x.end());
  for (Eigen::Index i = 0; i < n; ++i) moved[static_cast<std::size_t>(i)] += elapsed * f(i);
  const auto columns = inclusion.affine_columns(face.sliding, t + elapsed, moved, face.signature);
  const SwitchingGradient gradient =
      inclusion.switching_gradient(face.sliding.front(), t + elapsed, moved, face.signature);
  double product = 0;
  double terms = 0;
  for (const auto& [component, value] : columns->front()) {
    product += gradient.x(component) * value;
    terms += std::abs(gradient.x(component) * value);
  }
  return std::abs(product) <= 1e-12 * terms;
}

bool are_independent(const Inclusion& inclusion, const Face& face, double t,
                     std::span<const double> x) {
  if (face.sliding.size() < 2) return true;
  const auto n = static_cast<Eigen::Index>(x.size());
  Eigen::MatrixXd normals(n + 1, static_cast<Eigen::Index>(face.sliding.size()));
  for (std::size_t j = 0; j < face.sliding.size(); ++j) {
    const SwitchingGradient g = inclusion.switching_gradient(face.sliding[j], t, x, face.signature);
    auto column = normals.col(static_cast<Eigen::Index>(j));
    column << g.x, g.t;
    if (!column.isZero(0)) column.normalize();
  }
  return LeastSquares(normals, 1e-10).rank() == normals.cols();
}

}  // namespace

std::optional<Ambiguity> sliding_ambiguity(const Inclusion& inclusion, const Face& face, double t,
                                           std::span<const double> x) {
  if (face.sliding.empty()) return std::nullopt;
  const auto columns = inclusion.affine_columns(face.sliding, t, x, face.signature);
  int dimension = 0;
  if (columns) {
    if (face.sliding.size() > 200) return std::nullopt;
    dimension = affine_dimension(inclusion, face, t, x, *columns);
    if (dimension == 0) return std::nullopt;
  }
  // Surfaces that depend on one another do not have all sign patterns: the set may be smaller.
  const bool all_patterns = (face.sliding.size() > most_enumerated && x.size() > most_dimensions) ||
                            are_independent(inclusion, face, t, x);
  if (columns && all_patterns) {
    if (face.sliding.size() == 1 && !jump_stays_tangent(inclusion, face, t, x)) return std::nullopt;
  } else if (face.sliding.size() == 1) {
    return std::nullopt;
  } else {
    const LocalPoint point{t, x, face.signature, face.sliding};
    const std::vector<Cell> cells = feasible_cells(inclusion, point, 1);
    if (cells.empty()) return std::nullopt;
    const Eigen::MatrixXd velocities = velocities_of(cells, static_cast<Eigen::Index>(x.size()));
    const Cell& reference = cells.front();
    const Eigen::VectorXd offsets =
        reference.normals.transpose() * reference.velocity - reference.rates;
    dimension = intersection_dimension(velocities, reference.normals, offsets, 1e-9);
  }
  if (dimension <= 0) return std::nullopt;
  return Ambiguity{t, t, face.sliding, dimension, "multilinear"};
}

}  // namespace filippov::detail
