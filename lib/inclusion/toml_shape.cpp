#include "toml_shape.hpp"

#include <algorithm>

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

std::string_view without_byte_order_mark(std::string_view text) {
  constexpr std::string_view mark = "\xef\xbb\xbf";
  return text.starts_with(mark) ? text.substr(mark.size()) : text;
}

/// Calls `character` with the place of each character of a TOML text outside strings and comments
/// until it returns true, and `string` with each string: the line of that one; 0 if there is none.
template <class Character, class String>
int find_line(std::string_view text, Character character, String string) {
  constexpr std::string_view before_string = "\n\r=.,[{";
  int line = 1;
  char last = '\n';  // but for spaces
  for (std::size_t at = 0; at < text.size();) {
    const bool may_begin = text[at] == '#' || before_string.find(last) != std::string_view::npos;
    const std::size_t length = may_begin ? opaque_length(text.substr(at)) : 0;
    if (length > 0) {
      const auto skipped = text.substr(at, length);
      if (skipped.front() != '#' && string(skipped)) return line;
      line += static_cast<int>(std::count(skipped.begin(), skipped.end(), '\n'));
      at += length;
      last = text[at - 1];
      continue;
    }
    if (character(at)) return line;
    if (text[at] == '\n') ++line;
    if (text[at] != ' ' && text[at] != '\t') last = text[at];
    ++at;
  }
  return 0;
}

}  // namespace

int too_deep_line(std::string_view text) {
  int dots = 0;  // since the last separator
  int brackets = 0;
  const auto step = [&](std::size_t at) {
    const char c = text[at];
    if (c == '.') ++dots;
    if (c == '[' || c == '{') ++brackets;
    if (c == ']' || c == '}') --brackets;
    if (dots > deepest || brackets > deepest) return true;
    if (c == '\n' || c == ',' || c == '=' || c == '{' || c == '[') dots = 0;
    return false;
  };
  return find_line(text, step, [](std::string_view) { return false; });
}

int stray_character_line(std::string_view text) {
  text = without_byte_order_mark(text);
  const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(text[at]); };
  // U+FC00 to U+FEFF, Arabic ligatures above all: toml++ 3.3 does not expect them.
  for (std::size_t at = 0; at + 1 < text.size(); ++at) {
    if (byte(at) == 0xef && byte(at + 1) >= 0xb0 && byte(at + 1) <= 0xbb) {
      return 1 + static_cast<int>(std::count(text.begin(), text.begin() + at, '\n'));
    }
  }
  const auto is_multiline = [](std::string_view string) {
    return string.starts_with("\"\"\"") || string.starts_with("'''");
  };
  const auto is_stray = [](char c) { return static_cast<unsigned char>(c) > 127; };
  return find_line(
      text, [&](std::size_t at) { return is_stray(text[at]); },
      [&](std::string_view string) {
        return is_multiline(string) && std::any_of(string.begin(), string.end(), is_stray);
      });
}

}  // namespace filippov::detail
