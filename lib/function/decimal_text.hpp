#pragma once

#include <string>
#include <string_view>

namespace filippov::detail {

/// Whether two decimal texts ("0.1", "-1e-1", "+.10") denote the same real number.
bool same_number(std::string_view a, std::string_view b);

/// One text for every number that decimal texts denote ("-1e-1"), or for its negative.
std::string normal_text(std::string_view decimal, bool negated = false);

}  // namespace filippov::detail
