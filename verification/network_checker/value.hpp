#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "checker/check.hpp"
#include "checker/range.hpp"

namespace network_checker {

using checker::Box;
using checker::Malformed;
using checker::Range;
using checker::Refusal;

/// A value of the certificate with its place there. What is not as expected throws Malformed.
struct Value {
  const nlohmann::json& json;
  std::string place;

  [[noreturn]] void fail(const std::string& expected) const;
  bool has(const char* name) const { return json.is_object() && json.contains(name); }
  Value operator[](const char* name) const;
  /// The entries of a list, of that many if `count` >= 0.
  std::vector<Value> list(int count = -1) const;
  double number() const;
  bool flag() const;
  int integer(int least, int most) const;
  std::string text() const;
  /// [lo, hi], and a list of them
  Range range() const;
  Box box(int count) const;
  /// A list of numbers.
  Box point(int count) const;
};

}  // namespace network_checker
