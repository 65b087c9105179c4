#pragma once

#include <optional>
#include <vector>

#include "local_geometry.hpp"

namespace filippov::detail {

/// How the one solution from a point goes on where, next to it, the right-hand side is g(x) - sum_j
/// s_j lambda_j grad h_j with g Lipschitz continuous and lambda_j >= 0, as that of a descent of
/// g + sum_j lambda_j |h_j|: it is one-sided Lipschitz continuous there, so that solutions are
/// unique, and their velocity is the element of least norm (Filippov 1988, section 10; Brezis 1973,
/// theorem 3.1). That takes no list of the cells next to the point, of which many surfaces have
/// many.
struct MonotoneContinuation {
  /// One per active surface: the side it is left to, 0 for surfaces that h_j stays zero on to first
  /// order.
  std::vector<int> choice;
  bool rests = false;  ///< the velocity is zero
};

/// Nothing where the right-hand side is not of that form, or surfaces move. `direction`: of time.
std::optional<MonotoneContinuation> monotone_continuation(const Inclusion& inclusion,
                                                          const LocalPoint& point,
                                                          double direction);

}  // namespace filippov::detail
