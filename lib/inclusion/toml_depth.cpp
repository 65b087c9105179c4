#include "toml_depth.hpp"

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

}  // namespace

int too_deep_line(std::string_view text) {
  int line = 1;
  int dots = 0;  // since the last separator
  int brackets = 0;
  for (std::size_t at = 0; at < text.size();) {
    if (const std::size_t length = opaque_length(text.substr(at)); length > 0) {
      const auto skipped = text.substr(at, length);
      line += static_cast<int>(std::count(skipped.begin(), skipped.end(), '\n'));
      at += length;
      continue;
    }
    const char c = text[at++];
    if (c == '.') ++dots;
    if (c == '[' || c == '{') ++brackets;
    if (c == ']' || c == '}') --brackets;
    if (dots > deepest || brackets > deepest) return line;
    if (c == '\n' || c == ',' || c == '=' || c == '{' || c == '[') dots = 0;
    if (c == '\n') ++line;
  }
  return 0;
}

}  // namespace filippov::detail
