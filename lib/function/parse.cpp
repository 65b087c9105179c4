#include "filippov/function/parse.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "filippov/arithmetic/error.hpp"
#include "formula_reader.hpp"

namespace filippov {

namespace {

void require_variables(const std::vector<std::string>& variables) {
  if (variables.empty()) throw Error("there are no variables: expected at least one");
}

}  // namespace

NodeId ParameterValue::node_in(Graph& graph) const {
  if (formula_.empty()) return graph.constant(value_);
  detail::FormulaNames names;
  return detail::read_formula(graph, formula_, names);
}

NodeId parse_into(Graph& graph, std::string_view formula, const Scope& scope) {
  detail::FormulaNames names(scope);
  graph.set_variable_names(scope.variables);
  return detail::read_formula(graph, formula, names);
}

Function parse(std::string_view formula, const Scope& scope) {
  require_variables(scope.variables);
  auto graph = std::make_shared<Graph>();
  const NodeId node = parse_into(*graph, formula, scope);
  return {static_cast<int>(scope.variables.size()), std::move(graph), node};
}

Function parse(std::string_view formula) {
  return parse(formula, {.variables = free_variables(formula)});
}

VectorField parse_field(const std::vector<std::string>& formulas, const Scope& scope) {
  require_variables(scope.variables);
  detail::FormulaNames names(scope);
  auto graph = std::make_shared<Graph>();
  graph->set_variable_names(scope.variables);
  std::vector<NodeId> nodes;
  for (const std::string& formula : formulas) {
    try {
      nodes.push_back(detail::read_formula(*graph, formula, names));
    } catch (const Error& error) {
      throw Error(fmt::format("component {}: {}", nodes.size() + 1, error.what()));
    }
  }
  return {static_cast<int>(scope.variables.size()), std::move(graph), std::move(nodes)};
}

std::vector<std::string> free_variables(std::string_view formula) {
  auto names = detail::FormulaNames::collecting();
  Graph graph;
  detail::read_formula(graph, formula, names);
  std::vector<std::string> found = names.variables();
  std::sort(found.begin(), found.end(), natural_less);
  return found;
}

bool natural_less(std::string_view a, std::string_view b) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  // The run of digits that begins at `at`, without leading zeros.
  const auto run = [&](std::string_view text, std::size_t& at) {
    const auto is_end = [&] { return at == text.size() || !is_digit(text[at]); };
    while (!is_end() && text[at] == '0') ++at;
    const std::size_t start = at;
    while (!is_end()) ++at;
    return text.substr(start, at - start);
  };
  std::size_t i = 0;
  std::size_t j = 0;
  while (i < a.size() && j < b.size()) {
    if (is_digit(a[i]) && is_digit(b[j])) {
      const std::string_view m = run(a, i);
      const std::string_view n = run(b, j);
      if (m.size() != n.size()) return m.size() < n.size();
      if (m != n) return m < n;
    } else {
      if (a[i] != b[j]) return a[i] < b[j];
      ++i;
      ++j;
    }
  }
  const bool a_ends = i == a.size();
  const bool b_ends = j == b.size();
  return a_ends && b_ends ? a < b : a_ends;
}

}  // namespace filippov
