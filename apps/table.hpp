#pragma once

#include <string>
#include <vector>

namespace filippov::apps {

/// Rows of text in aligned columns, two blanks before each.
std::string table(const std::vector<std::vector<std::string>>& rows);

}  // namespace filippov::apps
