#pragma once

#include "filippov/inclusion/inclusion.hpp"

namespace filippov::detail {

/// Columns of n entries.
inline Eigen::MatrixXd dense(const SparseColumns& columns, Eigen::Index n) {
  Eigen::MatrixXd result = Eigen::MatrixXd::Zero(n, static_cast<Eigen::Index>(columns.size()));
  for (std::size_t j = 0; j < columns.size(); ++j) {
    for (const auto& [component, value] : columns[j]) {
      result(component, static_cast<Eigen::Index>(j)) = value;
    }
  }
  return result;
}

}  // namespace filippov::detail
