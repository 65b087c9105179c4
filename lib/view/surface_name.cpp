#include "surface_name.hpp"

#include <fmt/format.h>

namespace filippov::detail {

std::string surface_name(std::span<const std::string> names, int j) {
  const auto index = static_cast<std::size_t>(j);
  return index < names.size() ? names[index] : fmt::format("h{}", j + 1);
}

std::string surface_list(std::span<const std::string> names, const std::vector<int>& surfaces) {
  std::string list;
  for (const int j : surfaces) {
    if (!list.empty()) list += ", ";
    list += surface_name(names, j);
  }
  return list.empty() ? "-" : list;
}

}  // namespace filippov::detail
