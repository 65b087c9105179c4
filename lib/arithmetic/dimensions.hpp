#pragma once

#include <cstddef>

namespace filippov::detail {

/// Throws Error unless two interval vectors have the same number of entries.
void check_same_size(std::size_t first, std::size_t second);

}  // namespace filippov::detail
