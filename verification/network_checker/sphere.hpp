#pragma once

#include <vector>

#include "points.hpp"

namespace network_checker {

/// Proves that squared ReLU networks with three features have no KKT points but those claimed,
/// which prove_point has proved one by one, and that these are different.
///
/// Around each point a box is found in which Krawczyk's operator proves that it is the only one.
/// The surface of the cube |u|_max = 1 is bisected into parts that are in such a box, once divided
/// by |u|, or have no critical direction: g = A u is parallel to u when f_i = u_k g_i - u_i g_k =
/// 0, u_k = +-1 on the part. Throws Refusal.
void prove_no_others(const Problem& problem, const std::vector<ClaimedPoint>& points);

}  // namespace network_checker
