#include "principal_minors.hpp"

#include <cmath>

namespace filippov::detail {

namespace {

/// Calls term(sign, entry positions) for the products of the Leibniz formula, at most 3 x 3.
template <class Term>
void for_each_product(const std::vector<int>& set, int k, const Term& term) {
  const auto at = [&](int i, int j) {
    return set[static_cast<std::size_t>(i)] * k + set[static_cast<std::size_t>(j)];
  };
  if (set.size() == 1) {
    term(1, std::vector<int>{at(0, 0)});
  } else if (set.size() == 2) {
    term(1, std::vector<int>{at(0, 0), at(1, 1)});
    term(-1, std::vector<int>{at(0, 1), at(1, 0)});
  } else {
    term(1, std::vector<int>{at(0, 0), at(1, 1), at(2, 2)});
    term(1, std::vector<int>{at(0, 1), at(1, 2), at(2, 0)});
    term(1, std::vector<int>{at(0, 2), at(1, 0), at(2, 1)});
    term(-1, std::vector<int>{at(0, 2), at(1, 1), at(2, 0)});
    term(-1, std::vector<int>{at(0, 1), at(1, 0), at(2, 2)});
    term(-1, std::vector<int>{at(0, 0), at(1, 2), at(2, 1)});
  }
}

/// Coefficient `order` of the product of the series in the given columns.
double product_coefficient(const Eigen::MatrixXd& series, const std::vector<int>& columns,
                           std::size_t first, int order) {
  if (first + 1 == columns.size()) return series(order, columns[first]);
  double sum = 0;
  for (int l = 0; l <= order; ++l) {
    const double factor = series(l, columns[first]);
    if (factor != 0) sum += factor * product_coefficient(series, columns, first + 1, order - l);
  }
  return sum;
}

}  // namespace

PrincipalMinors::PrincipalMinors(int k) : k_(k) {
  constexpr int most_surfaces = 8;
  if (k < 2 || k > most_surfaces) return;
  for (int i = 0; i < k; ++i) sets_.push_back({i});
  for (int i = 0; i < k; ++i) {
    for (int j = i + 1; j < k; ++j) sets_.push_back({i, j});
  }
  if (k == 3) sets_.push_back({0, 1, 2});
}

double PrincipalMinors::value(int m, const Eigen::MatrixXd& matrix) const {
  double sum = 0;
  for_each_product(set(m), k_, [&](int sign, const std::vector<int>& entries) {
    double product = sign;
    for (const int e : entries) product *= matrix(e / k_, e % k_);
    sum += product;
  });
  return sum;
}

double PrincipalMinors::size(int m, const Eigen::MatrixXd& matrix) const {
  const double largest_row = matrix.cwiseAbs().rowwise().sum().maxCoeff();
  return std::pow(largest_row, static_cast<double>(set(m).size()));
}

double PrincipalMinors::coefficient(int m, const Eigen::MatrixXd& series, int order) const {
  double sum = 0;
  for_each_product(set(m), k_, [&](int sign, const std::vector<int>& entries) {
    sum += sign * product_coefficient(series, entries, 0, order);
  });
  return sum;
}

}  // namespace filippov::detail
