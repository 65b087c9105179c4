#include "toml_shape.hpp"

#include <algorithm>
#include <cctype>

namespace filippov::detail {

namespace {

constexpr int deepest = 100;

/// Length of the string or comment that begins `text`; 0 if it begins with neither.
std::size_t opaque_length(std::string_view text) {
  const char c = text.front();
  if (c == '#') return std::min(text.find('\n'), text.size());
  if (c != '"' && c != '\'') return 0;
  const bool is_multiline = text.size() > 2 && text[1] == c && text[2] == c;
  const std::string_view end = is_multiline ? text.substr(0, 3) : text.substr(0, 1);
  for (std::size_t at = end.size(); at < text.size(); ++at) {
    if (c == '"' && text[at] == '\\') {
      ++at;
    } else if (text.substr(at, end.size()) == end) {
      return at + end.size();
    } else if (!is_multiline && text[at] == '\n') {
      return at;  // unterminated: the reader will say so
    }
  }
  return text.size();
}

bool begins_key(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-' || c == '"' ||
         c == '\'';
}

/// Whether the text, from the start of a line, is a table header like [[[x]] or [=x].
bool is_malformed_header(std::string_view text) {
  std::size_t at = text.find_first_not_of(" \t");
  if (at == std::string_view::npos || text[at] != '[') return false;
  if (at + 1 < text.size() && text[at + 1] == '[') ++at;
  at = text.find_first_not_of(" \t", at + 1);
  return at != std::string_view::npos && text[at] != ']' && !begins_key(text[at]);
}

/// Calls `character` with the place of each character of a TOML text outside strings and comments
/// until it returns true: the line of that one; 0 if it never does.
template <class Character>
int find_line(std::string_view text, Character character) {
  int line = 1;
  for (std::size_t at = 0; at < text.size();) {
    if (const std::size_t length = opaque_length(text.substr(at)); length > 0) {
      const auto skipped = text.substr(at, length);
      line += static_cast<int>(std::count(skipped.begin(), skipped.end(), '\n'));
      at += length;
      continue;
    }
    if (character(at)) return line;
    if (text[at++] == '\n') ++line;
  }
  return 0;
}

}  // namespace

int too_deep_line(std::string_view text) {
  int dots = 0;  // since the last separator
  int brackets = 0;
  return find_line(text, [&](std::size_t at) {
    const char c = text[at];
    if (c == '.') ++dots;
    if (c == '[' || c == '{') ++brackets;
    if (c == ']' || c == '}') --brackets;
    if (dots > deepest || brackets > deepest) return true;
    if (c == '\n' || c == ',' || c == '=' || c == '{' || c == '[') dots = 0;
    return false;
  });
}

int stray_character_line(std::string_view text) {
  constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
  const std::size_t begin = text.starts_with(byte_order_mark) ? byte_order_mark.size() : 0;
  return find_line(text.substr(begin), [&](std::size_t at) {
    return static_cast<unsigned char>(text[begin + at]) > 127;
  });
}

int malformed_header_line(std::string_view text) {
  int brackets = 0;
  return find_line(text, [&](std::size_t at) {
    const bool starts_line = at == 0 || text[at - 1] == '\n';
    if (starts_line && brackets <= 0 && is_malformed_header(text.substr(at))) return true;
    if (text[at] == '[' || text[at] == '{') ++brackets;
    if (text[at] == ']' || text[at] == '}') --brackets;
    return false;
  });
}

}  // namespace filippov::detail
