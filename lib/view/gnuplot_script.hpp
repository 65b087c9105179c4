#pragma once

#include <fmt/format.h>

#include <iterator>
#include <string>
#include <vector>

#include "phase_plane.hpp"

namespace filippov::detail {

/// The text of a gnuplot script as it grows: data blocks, and the statements that draw them.
class GnuplotScript {
 public:
  /// Stores rows of numbers, a line each; returns the name of the data block.
  std::string block(const std::string& rows);

  /// A statement, or several.
  template <class... Values>
  void add(fmt::format_string<Values...> format, Values&&... values) {
    fmt::format_to(std::back_inserter(statements_), format, std::forward<Values>(values)...);
  }

  void begin_plot() { separator_ = "plot "; }
  /// One more item of the plot that was begun: "$d0 with lines".
  void item(const std::string& text, const std::string& title);
  void strokes(const std::vector<Stroke>& list, const std::string& style, const std::string& title);
  void end_plot() { statements_ += '\n'; }

  /// `header`, the data, then the statements.
  std::string text(const std::string& header) const { return header + data_ + statements_; }

 private:
  int blocks_ = 0;
  std::string separator_;
  std::string data_;
  std::string statements_;
};

}  // namespace filippov::detail
