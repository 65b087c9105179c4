#include "../../lib/inclusion/sliding_matrix.hpp"

#include <doctest/doctest.h>

#include <Eigen/LU>

using filippov::detail::SlidingMatrix;

namespace {

/// Gradients along single coordinates; column j has entries in the given components.
SlidingMatrix matrix_of(const std::vector<std::vector<int>>& columns) {
  std::vector<std::vector<SlidingMatrix::Entry>> gradients;
  std::vector<std::vector<SlidingMatrix::Entry>> entries;
  for (int i = 0; i < static_cast<int>(columns.size()); ++i) {
    gradients.push_back({{i, 100 + i, true}});
    auto& column = entries.emplace_back();
    for (const int component : columns[static_cast<std::size_t>(i)]) {
      column.push_back({component, 200 + component, component != 3});
    }
  }
  return {gradients, entries};
}

}  // namespace

TEST_CASE("elements and what they depend on") {
  const SlidingMatrix matrix = matrix_of({{0, 2}, {1}, {0, 2}, {3}});
  CHECK(matrix.elements().size() == 6);
  CHECK(!matrix.is_zero(0, 2));
  CHECK(!matrix.is_zero(2, 0));
  CHECK(matrix.is_zero(0, 1));
  CHECK(matrix.is_constant(0, 1));
  CHECK(matrix.is_constant(1, 1));
  CHECK(!matrix.is_constant(3, 3));
}

TEST_CASE("blocks are solved on their own, as the whole would be") {
  // 4 couples 0 and 2 in one direction only; 1 and 3 are alone.
  SlidingMatrix matrix = matrix_of({{0, 2}, {1}, {0, 2, 4}, {3}, {4}});
  Eigen::MatrixXd dense = Eigen::MatrixXd::Zero(5, 5);
  Eigen::VectorXd values(static_cast<Eigen::Index>(matrix.elements().size()));
  for (std::size_t e = 0; e < matrix.elements().size(); ++e) {
    const auto place = static_cast<Eigen::Index>(e);
    const SlidingMatrix::Element& element = matrix.elements()[e];
    values(place) = element.row == element.column ? 3 + element.row : 1.5;
    dense(element.row, element.column) = values(place);
  }
  matrix.factor(values, values.cwiseAbs());
  const Eigen::VectorXd r = (Eigen::VectorXd(5) << 1, -2, 3, 0.5, 7).finished();
  Eigen::VectorXd u = r;
  matrix.solve(u);
  CHECK((dense * u - r).lpNorm<Eigen::Infinity>() < 1e-14);
}

TEST_CASE("a surface whose sign does not move it has multiplier 0") {
  SlidingMatrix matrix = matrix_of({{0}, {}, {2}});
  // What is left of the third is rounding of its terms.
  matrix.factor((Eigen::VectorXd(2) << 2, 1e-16).finished(), Eigen::VectorXd::Ones(2));
  Eigen::VectorXd u = Eigen::VectorXd::Ones(3);
  matrix.solve(u);
  CHECK(u == (Eigen::VectorXd(3) << 0.5, 0, 0).finished());
}
