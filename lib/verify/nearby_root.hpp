#pragma once

#include <Eigen/Core>
#include <functional>
#include <optional>
#include <vector>

#include "filippov/arithmetic/box.hpp"
#include "filippov/function/function.hpp"

namespace filippov::detail {

/// Rows i of which the unit vector e_i is in the span of the columns, as far as doubles tell:
/// M^T r = 0 means r_i = 0 there.
std::vector<int> spanned_rows(const Eigen::MatrixXd& m);

/// As many equations as there are rows in `jacobian`, taken near `centre`, or less than there are
/// unknowns.
struct Equations {
  /// Their left sides, for the unknowns w; `number` makes constants.
  using Number = std::function<Expression(Interval)>;
  std::function<std::vector<Expression>(const std::vector<Expression>& w, const Number& number)>
      values;
  Eigen::MatrixXd jacobian;
};

struct NearbyRoot {
  Box box;
  std::vector<int> solved;  ///< the unknowns that were solved for, in ascending order
};

/// A box with a root: Krawczyk's operator proves it for some of the unknowns, while the others stay
/// what they are at the centre. Nothing if none is proved within about 1e-3 `size`, or the
/// equations depend on each other.
std::optional<NearbyRoot> nearby_root(const Equations& equations, const Box& centre, double size);

}  // namespace filippov::detail
