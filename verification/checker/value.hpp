#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "formulas.hpp"

namespace checker {

/// What is no certificate: what, where, and what was expected.
struct Malformed : std::runtime_error {
  using std::runtime_error::runtime_error;
};

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
  std::vector<Box> matrix(int rows, int columns) const;
  std::vector<int> surfaces(int count) const;  ///< increasing positions
  Face face(int surface_count) const;
};

}  // namespace checker
