#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "filippov/function/parse.hpp"

namespace filippov::detail {

/// A function that formulas can call.
struct FormulaFunction {
  std::string_view name;
  std::string_view arguments;  ///< as shown to the user
  int least;                   ///< number of arguments
  int most;
};

/// Null if there is none.
const FormulaFunction* find_function(std::string_view name);

/// What the names in a formula mean.
class FormulaNames {
 public:
  /// No names but pi and the functions: for the values of parameters.
  FormulaNames() = default;
  /// Throws Error if the names of the scope are not distinct or cannot be names.
  explicit FormulaNames(const Scope& scope);
  /// Every name is a variable; `variables` tells afterwards which occurred, in that order.
  static FormulaNames collecting();

  /// The node that `name` stands for, or -1.
  NodeId find(Graph& graph, std::string_view name);
  /// Whether `name` is a variable or a parameter.
  bool knows(std::string_view name) const;
  const std::vector<std::string>& variables() const { return variables_; }
  /// What could have been meant instead of the unknown `name`, as the end of a message.
  std::string advice(std::string_view name) const;
  static std::string function_advice(std::string_view name);

 private:
  bool has_time_ = false;
  bool collects_ = false;
  std::vector<std::string> variables_;
  std::unordered_map<std::string, int> coordinates_;
  std::map<std::string, ParameterValue> parameters_;
};

}  // namespace filippov::detail
