#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "filippov/arithmetic/error.hpp"
#include "filippov/network/data_set.hpp"

namespace filippov {

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

/// Column by column in place. The names are for messages.
void standardize(std::vector<Interval>& inputs, int size, std::string_view file,
                 const std::vector<std::string>& names) {
  const std::size_t width = names.size();
  for (std::size_t k = 0; k < width; ++k) {
    bool constant = true;
    Interval mean = 0;
    for (std::size_t i = k; i < inputs.size(); i += width) {
      constant = constant && identical(inputs[i], inputs[k]);
      mean += inputs[i];
    }
    mean /= size;
    Interval variance = 0;
    for (std::size_t i = k; i < inputs.size(); i += width) variance += sqr(inputs[i] - mean);
    variance /= size;
    if (constant || !certainly_positive(variance)) {
      throw Error(fmt::format(
          "{}: column {} ({}) is constant, so it has no standard deviation to be divided by", file,
          k + 1, names[k]));
    }
    const Interval deviation = sqrt(variance);
    for (std::size_t i = k; i < inputs.size(); i += width)
      inputs[i] = (inputs[i] - mean) / deviation;
  }
}

void normalize(std::span<Interval> row, std::string_view file, int line) {
  Interval square = 0;
  for (const Interval& x : row) square += sqr(x);
  if (!certainly_positive(square)) {
    throw Error(fmt::format("{}, line {}: all features are zero, so the row cannot be normalized",
                            file, line));
  }
  const Interval norm = sqrt(square);
  for (Interval& x : row) x /= norm;
}

}  // namespace

DataSet parse_csv(std::string_view text, std::string_view name, const DataOptions& options) {
  std::vector<Line> lines = split(text);
  if (lines.empty()) throw Error(fmt::format("{}: empty, expected comma-separated numbers", name));
  const std::size_t width = lines.front().fields.size();
  if (width < 2) {
    throw Error(fmt::format("{}, line {}: one column, expected features and a label", name,
                            lines.front().number));
  }

  std::vector<std::string> columns;
  const bool has_header = std::none_of(lines.front().fields.begin(), lines.front().fields.end(),
                                       [](std::string_view field) { return number(field); });
  if (has_header) {
    columns.assign(lines.front().fields.begin(), lines.front().fields.end());
    lines.erase(lines.begin());
  } else {
    for (std::size_t k = 1; k < width; ++k) columns.push_back(fmt::format("x{}", k));
    columns.push_back("y");
  }
  if (lines.empty()) throw Error(fmt::format("{}: no examples after the header line", name));

  std::size_t label = width - 1;
  if (!options.label.empty()) {
    const auto found = std::find(columns.begin(), columns.end(), options.label);
    if (!has_header || found == columns.end()) {
      throw Error(fmt::format("{}: no column named \"{}\" for the label; {}", name, options.label,
                              has_header
                                  ? fmt::format("the columns are {}", fmt::join(columns, ", "))
                                  : "the file has no header line"));
    }
    label = static_cast<std::size_t>(found - columns.begin());
  }

  std::vector<Interval> inputs;
  std::vector<Interval> labels;
  std::vector<std::string> decimals;
  std::vector<std::string> label_decimals;
  for (const Line& line : lines) {
    if (line.fields.size() != width) {
      throw Error(fmt::format("{}, line {}: {} fields, expected {} as in the first line", name,
                              line.number, line.fields.size(), width));
    }
    for (std::size_t k = 0; k < width; ++k) {
      const std::optional<Interval> x = number(line.fields[k]);
      if (!x) {
        throw Error(
            fmt::format("{}, line {}, column {} ({}): expected a finite decimal number, got "
                        "\"{}\"",
                        name, line.number, k + 1, columns[k], line.fields[k]));
      }
      (k == label ? labels : inputs).push_back(*x);
      (k == label ? label_decimals : decimals).emplace_back(line.fields[k]);
    }
  }

  const std::string label_name = columns[label];
  columns.erase(columns.begin() + static_cast<std::ptrdiff_t>(label));
  const int size = static_cast<int>(labels.size());
  if (options.standardize) standardize(inputs, size, name, columns);
  if (options.normalize_rows) {
    for (std::size_t i = 0; i < lines.size(); ++i) {
      normalize(std::span(inputs).subspan(i * columns.size(), columns.size()), name,
                lines[i].number);
    }
  }
  if (options.standardize || options.normalize_rows) {
    for (std::string& decimal : decimals) decimal.clear();
  }
  std::move(label_decimals.begin(), label_decimals.end(), std::back_inserter(decimals));
  const int dimension = static_cast<int>(columns.size());
  return DataSet(dimension, std::move(inputs), std::move(labels), std::move(columns), label_name,
                 std::move(decimals));
}

DataSet read_csv(const std::filesystem::path& file, const DataOptions& options) {
  std::ifstream in(file, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  if (!in) throw Error(fmt::format("{}: cannot be read", file.string()));
  return parse_csv(text, file.string(), options);
}

}  // namespace filippov
