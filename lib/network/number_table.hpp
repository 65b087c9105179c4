#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "filippov/arithmetic/interval.hpp"

namespace filippov::detail {

/// A file of comma-separated decimal numbers, blank lines left out.
struct NumberTable {
  /// From the first line, if none of its fields is a number.
  std::vector<std::string> header;
  std::vector<int> lines;  ///< line number of each row, from 1
  std::vector<std::vector<Interval>> rows;
  std::vector<std::vector<std::string>> decimals;  ///< the same numbers as they were written
  std::size_t width = 0;
};

/// `expected` says what an empty file should have held. `names`: what columns are called in
/// messages when there is no header: given the width. Throws Error, naming file, line and column.
NumberTable parse_number_table(std::string_view text, std::string_view name,
                               std::string_view expected,
                               std::vector<std::string> (*names)(std::size_t width));

}  // namespace filippov::detail
