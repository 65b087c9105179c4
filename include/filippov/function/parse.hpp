#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "filippov/function/function.hpp"

namespace filippov {

/// The value of a parameter: a number, or a formula without variables such as "0.4" or "2*pi/3",
/// recorded exactly as it is written.
class ParameterValue {
 public:
  /// Exactly the double: 0.4 is not four tenths, "0.4" is.
  ParameterValue(double value) : value_(value) {}                                // NOLINT: implicit
  ParameterValue(std::string formula) : formula_(std::move(formula)) {}          // NOLINT: implicit
  ParameterValue(const char* formula) : ParameterValue(std::string(formula)) {}  // NOLINT: implicit

  /// The value as a node of `graph`. Throws Error if it is not finite or does not parse.
  NodeId node_in(Graph& graph) const;

 private:
  double value_ = 0;
  std::string formula_;
};

/// The names that a formula may use beside t, pi and the functions.
struct Scope {
  std::vector<std::string> variables;  ///< x[0], x[1], ...
  std::map<std::string, ParameterValue> parameters = {};
};

/// Formulas. Operators, from the loosest: + - (binary); * /; + - (sign); ^. They group from left to
/// right, ^ from right to left: -x^2 = -(x^2), 2^3^2 = 2^(3^2), 2^-x is allowed. Numbers as in C,
/// each the exact decimal; pi; the time t; sqrt exp log sin cos tan atan sinh cosh tanh abs relu
/// sign step of one argument, leaky_relu(slope, x), select(h, a, b), max and min of two or more.
///
/// A switching surface is named by the argument as written: sign(v - 0.2) has "v - 0.2". A max or
/// min has one per comparison, named by the difference: max(x, y) has "x - y".
///
/// All functions here throw Error with one line that quotes the formula and says the column
/// (counted from 1), what is wrong and what was expected. At most 500 parentheses, calls, signs and
/// exponents may be open at a time.

/// Records `formula` in `graph`, so that several formulas can share it. Gives the graph's
/// coordinates the names of the scope.
NodeId parse_into(Graph& graph, std::string_view formula, const Scope& scope);

/// f of the scope's variables. If the formula contains t, Function::operator() takes it at t = 0.
Function parse(std::string_view formula, const Scope& scope);

/// f of the variables that occur in the formula, in natural order (u1, u2, ..., u10).
Function parse(std::string_view formula);

/// One formula per component, in one graph.
VectorField parse_field(const std::vector<std::string>& formulas, const Scope& scope);

/// The names in a formula that are neither t, pi nor functions, each once, in natural order.
std::vector<std::string> free_variables(std::string_view formula);

/// Whether a comes before b when runs of digits compare as numbers: u2 before u10.
bool natural_less(std::string_view a, std::string_view b);

/// Throws Error unless `name` can name a variable or parameter: a letter or _, then letters, digits
/// and _, and neither t, pi nor a function. `what` says in the message what it would have named.
void require_name(std::string_view name, std::string_view what);

}  // namespace filippov
