#include "json_text.hpp"

#include <algorithm>

namespace filippov::detail {

namespace {

constexpr std::size_t line_width = 100;

/// On one line, with a space after commas and colons.
void append_line(std::string& text, const Json& json) {
  if (!json.is_structured()) {
    text += json.dump(-1, ' ', false, Json::error_handler_t::replace);
    return;
  }
  text += json.is_array() ? '[' : '{';
  const char* separator = "";
  for (const auto& item : json.items()) {
    text += separator;
    separator = ", ";
    if (json.is_object()) {
      append_line(text, item.key());
      text += ": ";
    }
    append_line(text, item.value());
  }
  text += json.is_array() ? ']' : '}';
}

bool is_plain_list(const Json& json) {
  return json.is_array() && std::none_of(json.begin(), json.end(),
                                         [](const Json& entry) { return entry.is_structured(); });
}

/// `json` at a place that is `column` characters into its line, in a block indented by `indent`.
void append(std::string& text, const Json& json, std::size_t indent, std::size_t column) {
  std::string line;
  append_line(line, json);
  if (!json.is_structured() || is_plain_list(json) || column + line.size() < line_width) {
    text += line;
    return;
  }
  text += json.is_array() ? '[' : '{';
  const char* separator = "\n";
  for (const auto& item : json.items()) {
    text += separator;
    separator = ",\n";
    text.append(indent + 2, ' ');
    std::string key;
    if (json.is_object()) {
      append_line(key, item.key());
      key += ": ";
      text += key;
    }
    append(text, item.value(), indent + 2, indent + 2 + key.size());
  }
  text += '\n';
  text.append(indent, ' ');
  text += json.is_array() ? ']' : '}';
}

}  // namespace

std::string json_text(const Json& json) {
  std::string text;
  append(text, json, 0, 0);
  text += '\n';
  return text;
}

}  // namespace filippov::detail
