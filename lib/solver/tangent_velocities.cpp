#include "tangent_velocities.hpp"

#include "../geometry/least_squares.hpp"
#include "filippov/geometry/affine_section.hpp"

namespace filippov::detail {

namespace {

/// Rows to size 1; what is zero stays zero.
Eigen::MatrixXd scaled(Eigen::MatrixXd rates) {
  for (Eigen::Index i = 0; i < rates.rows(); ++i) {
    const double largest = rates.row(i).cwiseAbs().maxCoeff();
    if (largest > 0) rates.row(i) /= largest;
  }
  return rates;
}

}  // namespace

std::optional<TangentVelocities> tangent_velocities(const Eigen::MatrixXd& tangent,
                                                    const Eigen::MatrixXd& others,
                                                    double tolerance) {
  const Eigen::Index cells = tangent.cols();
  const Eigen::Index slid_on = tangent.rows();
  const Eigen::Index moved = others.rows();
  // Weights of the selections and, with a common factor, the rates of the others: all of them
  // nonnegative, with sum 1.
  const Eigen::Index size = cells + moved;
  Eigen::MatrixXd equations = Eigen::MatrixXd::Zero(size, slid_on + moved);
  const Eigen::MatrixXd tangent_rates = scaled(tangent);
  equations.topLeftCorner(cells, slid_on) = tangent_rates.transpose();
  equations.topRightCorner(cells, moved) = scaled(others).transpose();
  equations.bottomRightCorner(moved, moved) = -Eigen::MatrixXd::Identity(moved, moved);
  const AffineSection section(Eigen::MatrixXd::Identity(size, size), equations,
                              Eigen::VectorXd::Zero(slid_on + moved), tolerance);
  if (section.empty()) return std::nullopt;
  TangentVelocities result;
  Eigen::VectorXd mean = Eigen::VectorXd::Zero(size);
  result.strict = true;
  result.interior = true;
  for (Eigen::Index i = 0; i < size; ++i) {
    const Eigen::VectorXd farthest = section.support_weights(Eigen::VectorXd::Unit(size, i));
    const bool positive = farthest(i) > tolerance;
    mean += farthest;
    if (i < cells) {
      result.interior = result.interior && positive;
    } else {
      result.moves.push_back(positive);
      result.strict = result.strict && positive;
    }
  }
  const double sum = mean.head(cells).sum();
  if (!(sum > 0)) return std::nullopt;
  result.weights = mean.head(cells) / sum;
  if (slid_on > 0 && !tangent_rates.isZero(0)) {
    result.rank = LeastSquares(tangent_rates, tolerance).rank();
  }
  return result;
}

}  // namespace filippov::detail
