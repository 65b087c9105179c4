#pragma once

#include <limits>

namespace filippov::detail {

inline constexpr double infinity = std::numeric_limits<double>::infinity();

}  // namespace filippov::detail
