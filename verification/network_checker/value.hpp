#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "checker/range.hpp"

namespace checker {

/// A value with its place in the file. What is not as expected throws Malformed.
struct Value {
  const nlohmann::json& json;
  std::string place;

  [[noreturn]] void fail(const std::string& expected) const;
  Value operator[](const char* name) const;
  /// The entries of a list, of that many if `count` >= 0.
  std::vector<Value> list(int count = -1) const;
  double number() const;
  int integer(int least, int most) const;
  std::string text() const;
  std::vector<std::string> texts() const;
  Range range() const;
  Box box(int count) const;    ///< a list of [lo, hi]
  Box point(int count) const;  ///< a list of numbers
};

}  // namespace checker
