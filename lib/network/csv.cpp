#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "../function/decimal_text.hpp"
#include "filippov/arithmetic/error.hpp"
#include "filippov/network/data_set.hpp"
#include "number_table.hpp"

namespace filippov {

namespace {

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

/// As DataSet::row_classes says, by the numbers as they were written.
std::vector<int> row_classes(const std::vector<std::string>& decimals, std::size_t width,
                             bool opposite_too) {
  std::unordered_map<std::string, int> known;
  std::vector<int> classes;
  for (std::size_t first = 0; first < decimals.size(); first += width) {
    const auto text = [&](bool negated) {
      std::string row;
      for (std::size_t k = first; k < first + width; ++k) {
        row += detail::normal_text(decimals[k], negated) + ",";
      }
      return row;
    };
    const auto other = opposite_too ? known.find(text(true)) : known.end();
    if (other != known.end()) {
      classes.push_back(-other->second);
    } else {
      classes.push_back(
          known.emplace(text(false), static_cast<int>(known.size()) + 1).first->second);
    }
  }
  return classes;
}

std::vector<std::string> default_columns(std::size_t width) {
  std::vector<std::string> columns;
  for (std::size_t k = 1; k < width; ++k) columns.push_back(fmt::format("x{}", k));
  columns.push_back("y");
  return columns;
}

}  // namespace

DataSet parse_csv(std::string_view text, std::string_view name, const DataOptions& options) {
  detail::NumberTable table =
      detail::parse_number_table(text, name, "comma-separated numbers", default_columns);
  const std::size_t width = table.width;
  if (width < 2) {
    throw Error(fmt::format("{}, line {}: one column, expected features and a label", name,
                            table.lines.front()));
  }
  const bool has_header = !table.header.empty();
  std::vector<std::string> columns = has_header ? table.header : default_columns(width);
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
  for (std::size_t i = 0; i < table.rows.size(); ++i) {
    for (std::size_t k = 0; k < width; ++k) {
      (k == label ? labels : inputs).push_back(table.rows[i][k]);
      (k == label ? label_decimals : decimals).push_back(std::move(table.decimals[i][k]));
    }
  }

  const std::string label_name = columns[label];
  columns.erase(columns.begin() + static_cast<std::ptrdiff_t>(label));
  const int size = static_cast<int>(labels.size());
  // Opposite rows differ from the mean by vectors that are not.
  std::vector<int> classes = row_classes(decimals, columns.size(), !options.standardize);
  if (options.standardize) standardize(inputs, size, name, columns);
  if (options.normalize_rows) {
    for (std::size_t i = 0; i < table.lines.size(); ++i) {
      normalize(std::span(inputs).subspan(i * columns.size(), columns.size()), name,
                table.lines[i]);
    }
  }
  if (options.standardize || options.normalize_rows) {
    for (std::string& decimal : decimals) decimal.clear();
  }
  std::move(label_decimals.begin(), label_decimals.end(), std::back_inserter(decimals));
  const int dimension = static_cast<int>(columns.size());
  DataSet result(dimension, std::move(inputs), std::move(labels), std::move(columns), label_name,
                 std::move(decimals));
  result.set_row_classes(std::move(classes));
  return result;
}

DataSet read_csv(const std::filesystem::path& file, const DataOptions& options) {
  if (std::filesystem::is_directory(file)) {
    throw Error(fmt::format("{}: a directory, expected a CSV file", file.string()));
  }
  std::ifstream in(file, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  if (!in) throw Error(fmt::format("{}: cannot be read", file.string()));
  return parse_csv(text, file.string(), options);
}

}  // namespace filippov
