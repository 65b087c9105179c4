#pragma once

#include <Eigen/Core>

#include "filippov/function/function.hpp"
#include "filippov/inclusion/filippov_map.hpp"

namespace filippov {

/// The inclusion x' in +df(x) of a piecewise smooth f (positive Clarke gradient flow, paper eq.
/// (1)).
FilippovMap ascent(const Function& f);
/// The inclusion x' in -df(x).
FilippovMap descent(const Function& f);

}  // namespace filippov
