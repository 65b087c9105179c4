#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "range.hpp"

namespace checker {

/// What is no certificate: where, what, and what was expected.
struct Malformed : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// The JSON of a file. Throws Malformed if there is none.
nlohmann::json read(const std::string& file);

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
  std::string one_of(const std::vector<std::string>& known) const;
  std::vector<std::string> texts(int count = -1) const;
  /// [lo, hi], and a list of them
  Range range() const;
  Box box(int count) const;
  /// A list of numbers.
  Box point(int count) const;
};

}  // namespace checker
