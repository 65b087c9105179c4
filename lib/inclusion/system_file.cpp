#include "filippov/inclusion/system_file.hpp"

#include <fmt/format.h>

#define TOML_HEADER_ONLY 1
#define TOML_EXCEPTIONS 0
#define TOML_ENABLE_FORMATTERS 0
// toml++ asserts some of what its next lines report as errors, of text like [[[x]].
#define TOML_ASSERT(condition) static_cast<void>(0)
#include <toml++/toml.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <fstream>
#include <map>
#include <optional>
#include <set>

#include "../function/formula_reader.hpp"
#include "../function/printable.hpp"
#include "filippov/arithmetic/error.hpp"
#include "filippov/function/double_reading.hpp"
#include "filippov/function/parse.hpp"
#include "mode_selection.hpp"
#include "toml_shape.hpp"

namespace filippov {

namespace {

constexpr std::size_t most_switches = 12;
constexpr std::size_t largest_file = 16 << 20;

const char* type_name(const toml::node& node) {
  switch (node.type()) {
    case toml::node_type::table:
      return "a table";
    case toml::node_type::array:
      return "an array";
    case toml::node_type::string:
      return "a string";
    case toml::node_type::integer:
    case toml::node_type::floating_point:
      return "a number";
    case toml::node_type::boolean:
      return "a boolean";
    default:
      return "a date or time";
  }
}

/// A node of the document with its name, such as "modes 2, rhs 1".
struct Field {
  const toml::node& node;
  std::string name;
};

class SystemReader {
 public:
  SystemReader(const toml::table& root, std::string_view file, const ParameterOverrides& overrides)
      : root_(root), file_(file), overrides_(overrides), graph_(std::make_shared<Graph>()) {}

  SystemFile read() {
    require_known(
        root_, "",
        {"variables", "rhs", "initial", "until", "start", "parameters", "switches", "modes"});
    read_variables();
    const std::vector<std::string> variables = scope_.variables;
    read_parameters();
    graph_->set_variable_names(scope_.variables);
    std::vector<std::string> switches;
    const bool has_modes = root_.contains("switches") || root_.contains("modes");
    if (has_modes && root_.contains("rhs")) {
      fail({*root_.get("rhs"), "rhs"}, "given beside modes: expected either rhs or modes");
    }
    std::vector<NodeId> rhs = has_modes ? read_modes(switches) : read_rhs(root_, "");
    rhs.resize(scope_.variables.size(), graph_->constant(0));
    SystemFile system{.field = VectorField(dimension(), graph_, std::move(rhs)),
                      .variables = variables,
                      .initial = {},
                      .initial_nodes = read_initial(),
                      .until = read_time("until"),
                      .start = read_time("start"),
                      .switches = std::move(switches)};
    if (!system.initial_nodes.empty()) {
      system.initial.emplace();
      for (const NodeId node : system.initial_nodes) system.initial->push_back(value(node));
    }
    return system;
  }

 private:
  int dimension() const { return static_cast<int>(scope_.variables.size()); }

  [[noreturn]] void fail(const Field& field, const std::string& message) const {
    throw Error(fmt::format("{}, line {}, {}: {}", file_, field.node.source().begin.line,
                            field.name, message));
  }
  [[noreturn]] void fail_type(const Field& field, std::string_view expected) const {
    fail(field, fmt::format("is {}: expected {}", type_name(field.node), expected));
  }

  /// Runs `step`; adds file, line and field to what it throws.
  template <class Step>
  auto located(const Field& field, const Step& step) const {
    try {
      return step();
    } catch (const Error& error) {
      fail(field, error.what());
    }
  }

  void require_known(const toml::table& table, const std::string& prefix,
                     const std::vector<std::string_view>& known) const {
    for (const auto& [key, node] : table) {
      if (std::find(known.begin(), known.end(), key.str()) != known.end()) continue;
      fail({node, prefix + detail::in_quotes(key.str())},
           fmt::format("unknown field: expected {}", fmt::join(known, ", ")));
    }
  }

  Field require(const toml::table& table, const std::string& prefix, const char* name) const {
    const toml::node* const node = table.get(name);
    if (!node) {
      const auto line = table.source().begin.line;
      throw Error(fmt::format("{}{}: field {}{} is missing", file_,
                              prefix.empty() ? "" : fmt::format(", line {}", line), prefix, name));
    }
    return {*node, prefix + name};
  }

  const toml::table& table(const Field& field) const {
    if (!field.node.is_table()) fail_type(field, "a table");
    return *field.node.as_table();
  }

  const std::string& string(const Field& field, std::string_view expected) const {
    if (!field.node.is_string()) fail_type(field, expected);
    return field.node.as_string()->get();
  }

  std::vector<Field> entries(const Field& field, std::string_view expected) const {
    if (!field.node.is_array()) fail_type(field, expected);
    std::vector<Field> found;
    for (const toml::node& node : *field.node.as_array()) {
      found.push_back({node, fmt::format("{} {}", field.name, found.size() + 1)});
    }
    if (found.empty()) fail(field, fmt::format("is empty: expected {}", expected));
    return found;
  }

  /// A number, as a double.
  double number(const Field& field) const {
    if (const auto* const integer = field.node.as_integer()) {
      constexpr std::int64_t largest = std::int64_t{1} << 53;
      if (integer->get() > largest || integer->get() < -largest) {
        fail(field, "integer beyond 2^53: expected a smaller one, or a formula in a string");
      }
      return static_cast<double>(integer->get());
    }
    const auto* const floating = field.node.as_floating_point();
    if (!floating) fail_type(field, "a number");
    if (!std::isfinite(floating->get())) {
      fail(field, fmt::format("is {}: expected a finite number", floating->get()));
    }
    return floating->get();
  }

  /// A number or a formula without variables, as a formula.
  std::string constant(const Field& field) const {
    if (!field.node.is_string()) {
      if (!field.node.is_number()) fail_type(field, "a number or a formula");
      return fmt::format("{}", number(field));
    }
    return field.node.as_string()->get();
  }

  double value(NodeId node) const {
    const NodeId outputs[] = {node};
    return DoubleReading(Program(*graph_, dimension(), outputs)).output(0);
  }

  /// The node of a number or a formula without variables, which must have a finite value.
  NodeId constant_node(const Field& field) {
    const std::string text = constant(field);
    const NodeId node = located(field, [&] { return ParameterValue(text).node_in(*graph_); });
    if (!std::isfinite(value(node))) fail(field, "is not finite: expected a finite number");
    return node;
  }

  void read_variables() {
    const Field field = require(root_, "", "variables");
    std::set<std::string> seen;
    for (const Field& entry : entries(field, "an array of names")) {
      const std::string& name = string(entry, "a name");
      located(entry, [&] { require_name(name, "variable"); });
      if (!seen.insert(name).second) {
        fail(entry, fmt::format("{} is given twice: expected distinct names", name));
      }
      scope_.variables.push_back(name);
    }
  }

  void read_parameters() {
    const toml::node* const node = root_.get("parameters");
    require_parameters(node ? node->as_table() : nullptr);
    if (!node) return;
    for (const auto& [key, entry] : table({*node, "parameters"})) {
      const Field field{entry, fmt::format("parameters, {}", detail::printable(key.str()))};
      const std::string name(key.str());
      located(field, [&] { require_name(name, "parameter"); });
      if (std::find(scope_.variables.begin(), scope_.variables.end(), name) !=
          scope_.variables.end()) {
        fail(field, "is a variable too: expected distinct names");
      }
      constant_node(field);
      if (is_coordinate(name)) {
        scope_.variables.push_back(name);
        continue;
      }
      const auto given = overrides_.values.find(name);
      scope_.parameters.emplace(
          name, given != overrides_.values.end() ? given->second : ParameterValue(constant(field)));
    }
  }

  bool is_coordinate(std::string_view name) const {
    return std::find(overrides_.coordinates.begin(), overrides_.coordinates.end(), name) !=
           overrides_.coordinates.end();
  }

  /// Every override is of a parameter of the file.
  void require_parameters(const toml::table* parameters) const {
    std::vector<std::string> names = overrides_.coordinates;
    for (const auto& entry : overrides_.values) names.push_back(entry.first);
    for (const std::string& name : names) {
      if (parameters && parameters->contains(name)) continue;
      throw Error(fmt::format("{}: has no parameter {}: expected a name from [parameters]", file_,
                              detail::in_quotes(name)));
    }
  }

  NodeId formula(const Field& field) {
    const std::string& text = string(field, "a formula in a string");
    return located(field, [&] {
      if (!names_) {
        names_.emplace(scope_);
        graph_->set_variable_names(scope_.variables);
      }
      return detail::read_formula(*graph_, text, *names_);
    });
  }

  std::vector<NodeId> read_rhs(const toml::table& from, const std::string& prefix) {
    const Field field = require(from, prefix, "rhs");
    const std::vector<Field> formulas = entries(field, "an array of formulas");
    require_size(field, formulas.size());
    std::vector<NodeId> nodes;
    for (const Field& entry : formulas) nodes.push_back(formula(entry));
    return nodes;
  }

  void require_size(const Field& field, std::size_t size) const {
    const std::size_t expected = scope_.variables.size() - overrides_.coordinates.size();
    if (size == expected) return;
    fail(field, fmt::format("has {} entries: expected {}, one for each variable", size, expected));
  }

  std::vector<NodeId> read_initial() {
    const toml::node* const node = root_.get("initial");
    if (!node) return {};
    const Field field{*node, "initial"};
    const std::vector<Field> numbers = entries(field, "an array of numbers");
    require_size(field, numbers.size());
    std::vector<NodeId> nodes;
    for (const Field& entry : numbers) nodes.push_back(constant_node(entry));
    return nodes;
  }

  std::optional<double> read_time(const char* name) const {
    const toml::node* const node = root_.get(name);
    if (!node) return std::nullopt;
    return number({*node, name});
  }

  std::vector<NodeId> read_modes(std::vector<std::string>& names) {
    const std::vector<detail::NamedSwitch> switches = read_switches();
    for (const detail::NamedSwitch& s : switches) names.push_back(s.name);
    const Field field = require(root_, "", "modes");
    std::vector<detail::Mode> modes;
    for (const Field& entry : entries(field, "an array of tables")) {
      modes.push_back(read_mode(entry, names));
    }
    return located(field, [&] { return detail::select_modes(*graph_, switches, modes); });
  }

  std::vector<detail::NamedSwitch> read_switches() {
    const Field field = require(root_, "", "switches");
    // By place in the file: a table forgets the order.
    std::map<std::pair<toml::source_index, toml::source_index>, std::pair<std::string, Field>>
        found;
    for (const auto& [key, node] : table(field)) {
      const toml::source_position at = node.source().begin;
      const std::string name(key.str());
      found.try_emplace({at.line, at.column}, name,
                        Field{node, fmt::format("switches, {}", detail::printable(name))});
    }
    if (found.empty()) fail(field, "is empty: expected at least one switch");
    if (found.size() > most_switches) {
      fail(field, fmt::format("has {} switches: expected at most {}", found.size(), most_switches));
    }
    std::vector<detail::NamedSwitch> switches;
    std::map<int, std::string> surfaces;
    for (const auto& [place_in_file, named] : found) {
      const auto& [name, entry] = named;
      if (name.empty() || detail::printable(name) != name) {
        fail(entry, "has no usable name: expected 1 to 60 printable ASCII characters");
      }
      const NodeId node = formula(entry);
      const int surface =
          located(entry, [&, &name = name] { return graph_->switch_of(node, name).first; });
      const auto [place, is_new] = surfaces.emplace(surface, name);
      if (!is_new) {
        fail(entry,
             fmt::format("is a multiple of switch {}: expected distinct surfaces", place->second));
      }
      graph_->set_switch_name(surface, name);  // it may be part of an earlier one
      switches.push_back({name, node});
    }
    return switches;
  }

  detail::Mode read_mode(const Field& field, const std::vector<std::string>& names) {
    const toml::table& mode = table(field);
    const std::string prefix = field.name + ", ";
    require_known(mode, prefix, {"where", "rhs"});
    detail::Mode result{Signature(names.size(), 0), read_rhs(mode, prefix)};
    const toml::node* const where = mode.get("where");
    if (!where) return result;
    for (const auto& [key, node] : table({*where, prefix + "where"})) {
      const Field sign{node, fmt::format("{}where, {}", prefix, detail::in_quotes(key.str()))};
      const auto place = std::find(names.begin(), names.end(), key.str());
      if (place == names.end()) {
        fail(sign, fmt::format("unknown switch: expected {}", fmt::join(names, ", ")));
      }
      const std::string& text = string(sign, "\"+\" or \"-\"");
      if (text != "+" && text != "-") {
        fail(sign, fmt::format("is {}: expected \"+\" or \"-\"", detail::in_quotes(text)));
      }
      result.where[static_cast<std::size_t>(place - names.begin())] =
          static_cast<signed char>(text == "+" ? 1 : -1);
    }
    return result;
  }

  const toml::table& root_;
  std::string file_;
  const ParameterOverrides& overrides_;
  std::shared_ptr<Graph> graph_;
  Scope scope_;
  /// Of the scope when it is complete: made once, not for each of thousands of formulas.
  std::optional<detail::FormulaNames> names_;
};

}  // namespace

SystemFile read_system_file(const std::filesystem::path& path,
                            const ParameterOverrides& overrides) {
  std::ifstream in(path, std::ios::binary);
  std::string text(largest_file + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (in.bad() || (in.fail() && !in.eof())) {
    throw Error(fmt::format("{}: cannot be read: expected a TOML file", path.string()));
  }
  text.resize(static_cast<std::size_t>(in.gcount()));
  if (text.size() > largest_file) {
    throw Error(fmt::format("{}: is too large: expected at most 16 MB", path.string()));
  }
  return parse_system_file(text, path.string(), overrides);
}

SystemFile parse_system_file(std::string_view text, std::string_view name,
                             const ParameterOverrides& overrides) {
  if (const int line = detail::too_deep_line(text); line > 0) {
    throw Error(
        fmt::format("{}, line {}: nested too deeply: expected at most 100 levels", name, line));
  }
  if (const int line = detail::stray_character_line(text); line > 0) {
    throw Error(fmt::format(
        "{}, line {}: a character that is not understood: expected TOML, ASCII but for strings and "
        "comments",
        name, line));
  }
  const toml::parse_result root = toml::parse(text, name);
  if (!root) {
    const toml::source_position at = root.error().source().begin;
    throw Error(fmt::format("{}, line {}, column {}: {}: expected TOML", name, at.line, at.column,
                            detail::printable(root.error().description(), 300)));
  }
  if (root.table().empty()) {
    throw Error(fmt::format("{}: is empty: expected variables, and rhs or modes", name));
  }
  return SystemReader(root.table(), name, overrides).read();
}

}  // namespace filippov
