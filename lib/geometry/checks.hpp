#pragma once

#include <Eigen/Core>
#include <string>

namespace filippov::detail {

/// Throws Error unless `points` has at least one row and one column and only finite entries.
void require_points(const Eigen::MatrixXd& points, const std::string& where);

/// Throws Error unless `matrix` has only finite entries.
void require_finite(const Eigen::MatrixXd& matrix, const std::string& where);

/// Throws Error unless actual == expected.
void require_size(Eigen::Index actual, Eigen::Index expected, const std::string& where,
                  const std::string& what);

}  // namespace filippov::detail
