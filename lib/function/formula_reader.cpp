#include "formula_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "filippov/arithmetic/error.hpp"
#include "printable.hpp"

namespace filippov::detail {

namespace {

constexpr int deepest = 500;

bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

/// Without blanks at the ends, and with each run of blanks inside made one space.
std::string tidied(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (!is_blank(c)) {
      out += c;
    } else if (!out.empty() && out.back() != ' ') {
      out += ' ';
    }
  }
  if (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

/// The formula as a message can quote it: only the part around `at` if it is long.
std::string quoted_around(std::string_view formula, std::size_t at) {
  constexpr std::size_t around = 30;
  const std::size_t from = at > around ? at - around : 0;
  const std::size_t to = std::min(formula.size(), at + around);
  return fmt::format("\"{}{}{}\"", from > 0 ? "..." : "",
                     printable(formula.substr(from, to - from)), to < formula.size() ? "..." : "");
}

std::string count(int n) { return n == 1 ? "1 argument" : fmt::format("{} arguments", n); }

Operation elementary(std::string_view name) {
  constexpr std::pair<std::string_view, Operation> table[] = {
      {"sqrt", Operation::square_root},
      {"exp", Operation::exponential},
      {"log", Operation::logarithm},
      {"sin", Operation::sine},
      {"cos", Operation::cosine},
      {"tan", Operation::tangent},
      {"atan", Operation::arctangent},
      {"sinh", Operation::hyperbolic_sine},
      {"cosh", Operation::hyperbolic_cosine},
      {"tanh", Operation::hyperbolic_tangent},
  };
  return std::find_if(std::begin(table), std::end(table),
                      [&](const auto& entry) { return entry.first == name; })
      ->second;
}

}  // namespace

FormulaReader::FormulaReader(Graph& graph, std::string_view formula, FormulaNames& names)
    : graph_(graph), formula_(formula), names_(names) {
  if (std::all_of(formula.begin(), formula.end(), is_blank)) {
    throw Error("formula is empty: expected an expression such as x1*abs(x2)");
  }
  for (std::size_t at = 0; at < formula.size(); ++at) {
    const char c = formula[at];
    if ((c < ' ' || c > '~') && !is_blank(c)) {
      fail(at, fmt::format("character code {}: expected ASCII text (write pi, * and - in ASCII)",
                           static_cast<unsigned char>(c)));
    }
  }
}

void FormulaReader::fail(std::size_t at, const std::string& message) const {
  throw Error(
      fmt::format("formula {}, column {}: {}", quoted_around(formula_, at), at + 1, message));
}

std::string FormulaReader::found(std::size_t at) const {
  return at == formula_.size() ? "the formula ends" : fmt::format("unexpected '{}'", formula_[at]);
}

void FormulaReader::fail_operand(std::size_t at) const {
  const bool power =
      at > 0 && at < formula_.size() && formula_[at] == '*' && formula_[at - 1] == '*';
  fail(at, found(at) + ": expected a number, a name or \"(\"" +
               (power ? "; a power is written with ^" : ""));
}

void FormulaReader::fail_close(std::size_t at, bool in_call) const {
  const std::size_t open = open_.back();
  if (at == formula_.size()) fail(open, "this \"(\" is not closed: expected a \")\" for it");
  fail(at, fmt::format("{}: expected an operator, {}or \")\" for the \"(\" in column {}", found(at),
                       in_call ? "\",\" " : "", open + 1));
}

void FormulaReader::fail_end(std::size_t at) const {
  if (formula_[at] == ')') fail(at, "this \")\" closes nothing: expected a \"(\" before it");
  if (formula_[at] == ',') fail(at, "unexpected ',': expected it between arguments only");
  fail(at, found(at) + ": expected an operator or the end of the formula");
}

template <class Record>
NodeId FormulaReader::recorded(std::size_t at, const Record& record) {
  try {
    return record();
  } catch (const Error& error) {
    fail(at, error.what());
  }
}

NodeId FormulaReader::take() {
  const NodeId value = values_.back();
  values_.pop_back();
  return value;
}

void FormulaReader::number(std::string_view text) {
  const std::size_t at = offset(text.data());
  double value = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
  const std::string_view mantissa = text.substr(0, text.find_first_of("eE"));
  const bool is_zero = mantissa.find_first_of("123456789") == std::string_view::npos;
  if (!is_zero && (result.ec == std::errc::result_out_of_range || value == 0)) {
    fail(at, fmt::format("number {} is out of range: expected a size between 4.9e-324 and 1.8e308",
                         printable(text, 40)));
  }
  values_.push_back(is_zero ? graph_.constant(0) : graph_.constant(value, text));
}

void FormulaReader::name(std::string_view text) { name_ = text; }

void FormulaReader::begin_call() {
  const FormulaFunction* const function = find_function(name_);
  const std::size_t at = offset(name_.data());
  const std::size_t parenthesis = formula_.find('(', at);
  if (!function) {
    if (name_ == "pi" || name_ == "t" || names_.knows(name_)) {
      fail(parenthesis,
           fmt::format("{} is not a function: expected an operator", in_quotes(name_)));
    }
    fail(at, fmt::format("unknown function {}: {}", in_quotes(name_),
                         FormulaNames::function_advice(name_)));
  }
  open_.push_back(parenthesis);
  calls_.push_back({function, at, {}, {}});
}

void FormulaReader::argument(std::string_view text) {
  Call& call = calls_.back();
  const std::size_t switching = call.function->name == "leaky_relu" ? 1 : 0;
  if (call.arguments.size() == switching) call.surface = tidied(text);
  call.arguments.push_back(take());
}

void FormulaReader::end_call() {
  const Call call = std::move(calls_.back());
  calls_.pop_back();
  open_.pop_back();
  const auto given = static_cast<int>(call.arguments.size());
  const FormulaFunction& f = *call.function;
  if (given < f.least || given > f.most) {
    fail(call.at, fmt::format("{} has {}: expected {}{}{}", f.name, count(given), f.name,
                              f.arguments, f.most > f.least ? " with 2 or more" : ""));
  }
  values_.push_back(recorded(call.at, [&] { return apply(call); }));
}

NodeId FormulaReader::apply(const Call& call) {
  const std::string_view name = call.function->name;
  const std::vector<NodeId>& a = call.arguments;
  if (name == "abs") return graph_.absolute(a[0], call.surface);
  if (name == "relu") return graph_.relu(a[0], call.surface);
  if (name == "sign") return graph_.sign(a[0], call.surface);
  if (name == "step") return graph_.step(a[0], call.surface);
  if (name == "leaky_relu") return graph_.leaky_relu(a[0], a[1], call.surface);
  if (name == "select") return graph_.select(a[0], a[1], a[2], call.surface);
  if (name == "max" || name == "min") return extremum(name == "max", a, 0, a.size());
  return graph_.unary(elementary(name), a[0]);
}

NodeId FormulaReader::extremum(bool maximum, const std::vector<NodeId>& nodes, std::size_t from,
                               std::size_t to) {
  if (to - from == 1) return nodes[from];
  const std::size_t middle = to - (to - from) / 2;
  const NodeId a = extremum(maximum, nodes, from, middle);
  const NodeId b = extremum(maximum, nodes, middle, to);
  return maximum ? graph_.maximum(a, b) : graph_.minimum(a, b);
}

void FormulaReader::end_name() {
  const std::size_t at = offset(name_.data());
  if (find_function(name_)) {
    fail(at, fmt::format("\"{0}\" is a function: expected {0}{1}", name_,
                         find_function(name_)->arguments));
  }
  const NodeId node = recorded(at, [&] { return names_.find(graph_, name_); });
  if (node < 0)
    fail(at, fmt::format("unknown name {}: {}", in_quotes(name_), names_.advice(name_)));
  values_.push_back(node);
}

void FormulaReader::binary(Operation operation, std::size_t at) {
  const NodeId b = take();
  const NodeId a = take();
  values_.push_back(recorded(at, [&] {
    switch (operation) {
      case Operation::add:
        return graph_.add(a, b);
      case Operation::subtract:
        return graph_.subtract(a, b);
      case Operation::multiply:
        return graph_.multiply(a, b);
      default:
        return graph_.divide(a, b);
    }
  }));
}

void FormulaReader::negate() { values_.push_back(graph_.negate(take())); }

void FormulaReader::power(std::size_t at) {
  const NodeId exponent = take();
  const NodeId base = take();
  if (graph_.is_constant(base, 0) && graph_.is_constant(exponent) &&
      graph_.constant_value(exponent) < 0) {
    fail(at, "division by the constant zero: 0 has no negative power");
  }
  values_.push_back(recorded(at, [&] { return graph_.power(base, exponent); }));
}

void FormulaReader::enter(std::size_t at) {
  if (++depth_ > deepest) {
    fail(at, fmt::format("nested too deeply: expected at most {} open parentheses, calls, signs "
                         "and exponents",
                         deepest));
  }
}

}  // namespace filippov::detail
