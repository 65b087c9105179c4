#pragma once

#include <span>
#include <string>
#include <vector>

namespace filippov::detail {

/// The name of surface j; "h1", "h2", ... where there is none.
std::string surface_name(std::span<const std::string> names, int j);

/// "x1, x2"; "-" for none.
std::string surface_list(std::span<const std::string> names, const std::vector<int>& surfaces);

}  // namespace filippov::detail
