#include "number_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "filippov/arithmetic/error.hpp"

namespace filippov::detail {

namespace {

struct Line {
  int number;  // from 1
  std::vector<std::string_view> fields;
};

std::string_view trim(std::string_view text) {
  constexpr std::string_view blank = " \t\r";
  const std::size_t first = text.find_first_not_of(blank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blank) - first + 1);
}

std::string_view unquote(std::string_view field) {
  if (field.size() >= 2 && field.front() == '"' && field.back() == '"') {
    return field.substr(1, field.size() - 2);
  }
  return field;
}

std::vector<Line> split(std::string_view text) {
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
  std::vector<Line> lines;
  for (int number = 1; !text.empty(); ++number) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view rest = trim(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (rest.empty()) continue;
    Line line{number, {}};
    for (;;) {
      const std::size_t comma = rest.find(',');
      line.fields.push_back(unquote(trim(rest.substr(0, comma))));
      if (comma == std::string_view::npos) break;
      rest.remove_prefix(comma + 1);
    }
    lines.push_back(std::move(line));
  }
  return lines;
}

/// The field as a bounded interval, or nothing.
std::optional<Interval> number(std::string_view field) {
  try {
    const Interval x = Interval::from_decimal(field);
    if (x.is_bounded()) return x;
  } catch (const Error&) {
  }
  return std::nullopt;
}

}  // namespace

NumberTable parse_number_table(std::string_view text, std::string_view name,
                               std::string_view expected,
                               std::vector<std::string> (*names)(std::size_t width)) {
  std::vector<Line> lines = split(text);
  if (lines.empty()) throw Error(fmt::format("{}: empty, expected {}", name, expected));
  NumberTable table;
  table.width = lines.front().fields.size();
  const bool has_header = std::none_of(lines.front().fields.begin(), lines.front().fields.end(),
                                       [](std::string_view field) { return number(field); });
  if (has_header) {
    table.header.assign(lines.front().fields.begin(), lines.front().fields.end());
    lines.erase(lines.begin());
  }
  if (lines.empty()) throw Error(fmt::format("{}: no numbers after the header line", name));
  const std::vector<std::string> columns = has_header ? table.header : names(table.width);
  for (const Line& line : lines) {
    if (line.fields.size() != table.width) {
      throw Error(fmt::format("{}, line {}: {} fields, expected {} as in the first line", name,
                              line.number, line.fields.size(), table.width));
    }
    table.lines.push_back(line.number);
    std::vector<Interval>& row = table.rows.emplace_back();
    table.decimals.emplace_back(line.fields.begin(), line.fields.end());
    for (std::size_t k = 0; k < table.width; ++k) {
      const std::optional<Interval> x = number(line.fields[k]);
      if (!x) {
        throw Error(
            fmt::format("{}, line {}, column {} ({}): expected a finite decimal number, got "
                        "\"{}\"",
                        name, line.number, k + 1, columns[k], line.fields[k]));
      }
      row.push_back(*x);
    }
  }
  return table;
}

}  // namespace filippov::detail
