#pragma once

#include <string_view>

namespace filippov::detail {

/// A TOML text whose tables nest so deeply that a recursive reader of it could run out of stack:
/// the line (from 1) where a key has more than 100 parts or more than 100 brackets are open; 0 if
/// there is none.
int too_deep_line(std::string_view text);

/// The first line of a TOML text with a character beyond ASCII outside its one-line strings and
/// comments, or an Arabic ligature (U+FC00 to U+FEFF) anywhere; 0 if there is none. The reader
/// relies on there being none, too.
int stray_character_line(std::string_view text);

}  // namespace filippov::detail
