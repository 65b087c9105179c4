#pragma once

#include <Eigen/Core>

#include "filippov/function/function.hpp"
#include "filippov/inclusion/filippov_map.hpp"

namespace filippov {

/// The inclusion x' in +df(x) of a piecewise smooth f (positive Clarke gradient flow, paper eq.
/// (1)).
///
/// The last `parameters` coordinates of f are parameters: they have velocity 0, and the gradient is
/// that with respect to the others. Throws Error for an f that is seen to jump: it has no Clarke
/// subdifferential.
FilippovMap ascent(const Function& f, int parameters = 0);
/// The inclusion x' in -df(x), likewise.
FilippovMap descent(const Function& f, int parameters = 0);

}  // namespace filippov
