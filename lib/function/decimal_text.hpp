#pragma once

#include <string_view>

namespace filippov::detail {

/// Whether two decimal texts ("0.1", "-1e-1", "+.10") denote the same real number.
bool same_number(std::string_view a, std::string_view b);

}  // namespace filippov::detail
