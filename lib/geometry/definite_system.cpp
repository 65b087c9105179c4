#include "definite_system.hpp"

#include <algorithm>
#include <cmath>

namespace filippov::detail {

namespace {

/// A pivot below this part of its diagonal entry is rounding.
constexpr double smallest_pivot = 1e-10;
/// Entries of D A that differ by less than this part are equal.
constexpr double asymmetry = 1e-10;

double value_at(const std::vector<std::pair<int, double>>& row, int column) {
  for (const auto& [j, value] : row) {
    if (j == column) return value;
  }
  return 0;
}

}  // namespace

bool DefiniteSystem::arrange(const SparseRows& a) {
  const std::size_t k = a.size();
  order_.clear();
  place_.assign(k, -1);
  factors_.assign(k, 1.0);
  // From the ends of chains inward; what has no end starts anywhere.
  for (const bool ends_only : {true, false}) {
    for (std::size_t seed = 0; seed < k; ++seed) {
      if (place_[seed] >= 0 || (ends_only && a[seed].size() > 2)) continue;
      place_[seed] = static_cast<int>(order_.size());
      order_.push_back(static_cast<int>(seed));
      for (std::size_t next = order_.size() - 1; next < order_.size(); ++next) {
        const int i = order_[next];
        for (const auto& [j, value] : a[static_cast<std::size_t>(i)]) {
          if (j == i || value == 0) continue;
          const auto column = static_cast<std::size_t>(j);
          const double opposite = value_at(a[column], i);
          if (!(value * opposite > 0)) return false;
          const double factor = factors_[static_cast<std::size_t>(i)] * (value / opposite);
          if (place_[column] < 0) {
            place_[column] = static_cast<int>(order_.size());
            order_.push_back(j);
            factors_[column] = factor;
          } else if (std::abs(factor - factors_[column]) > asymmetry * factor) {
            return false;
          }
        }
      }
    }
  }
  return true;
}

bool DefiniteSystem::factor(const SparseRows& a) {
  if (!arrange(a)) return false;
  const std::size_t k = a.size();
  first_.resize(k);
  start_.resize(k);
  std::size_t size = 0;
  for (std::size_t i = 0; i < k; ++i) {
    first_[i] = i;
    for (const auto& entry : a[static_cast<std::size_t>(order_[i])]) {
      if (entry.second == 0) continue;
      first_[i] = std::min(first_[i],
                           static_cast<std::size_t>(place_[static_cast<std::size_t>(entry.first)]));
    }
    start_[i] = size;
    size += i - first_[i] + 1;
  }
  envelope_.assign(size, 0.0);
  for (std::size_t i = 0; i < k; ++i) {
    const auto row = static_cast<std::size_t>(order_[i]);
    for (const auto& [column, value] : a[row]) {
      const auto j = static_cast<std::size_t>(place_[static_cast<std::size_t>(column)]);
      if (j <= i && value != 0) entry(i, j) += factors_[row] * value;
    }
    const double diagonal = entry(i, i);
    for (std::size_t j = first_[i]; j < i; ++j) {
      double sum = entry(i, j);
      for (std::size_t l = std::max(first_[i], first_[j]); l < j; ++l) {
        sum -= entry(i, l) * entry(j, l);
      }
      entry(i, j) = sum / entry(j, j);
    }
    double pivot = diagonal;
    for (std::size_t l = first_[i]; l < i; ++l) pivot -= entry(i, l) * entry(i, l);
    if (!(pivot > smallest_pivot * diagonal)) return false;
    entry(i, i) = std::sqrt(pivot);
  }
  ordered_.resize(static_cast<Eigen::Index>(k));
  return true;
}

void DefiniteSystem::solve(Eigen::VectorXd& b) const {
  const std::size_t k = order_.size();
  const auto at = [&](std::size_t i) -> double& { return ordered_(static_cast<Eigen::Index>(i)); };
  for (std::size_t i = 0; i < k; ++i) {
    double sum = factors_[static_cast<std::size_t>(order_[i])] * b(order_[i]);
    for (std::size_t l = first_[i]; l < i; ++l) sum -= entry(i, l) * at(l);
    at(i) = sum / entry(i, i);
  }
  for (std::size_t i = k; i-- > 0;) {
    at(i) /= entry(i, i);
    for (std::size_t l = first_[i]; l < i; ++l) at(l) -= entry(i, l) * at(i);
  }
  for (std::size_t i = 0; i < k; ++i) b(order_[i]) = at(i);
}

}  // namespace filippov::detail
