#pragma once

#include <string>
#include <string_view>

namespace filippov::detail {

/// Foreign text as a one-line message can show it: blanks as spaces, other characters than ASCII's
/// printable ones as ?, and no more than `longest` characters.
std::string printable(std::string_view text, std::size_t longest = 60);

/// printable, in double quotes.
std::string in_quotes(std::string_view text);

}  // namespace filippov::detail
