#include "formula_names.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <limits>
#include <numbers>

#include "filippov/arithmetic/error.hpp"
#include "printable.hpp"

namespace filippov {

namespace detail {

namespace {

constexpr int any_number = std::numeric_limits<int>::max();

constexpr FormulaFunction functions[] = {
    {"sqrt", "(x)", 1, 1},
    {"exp", "(x)", 1, 1},
    {"log", "(x)", 1, 1},
    {"sin", "(x)", 1, 1},
    {"cos", "(x)", 1, 1},
    {"tan", "(x)", 1, 1},
    {"atan", "(x)", 1, 1},
    {"sinh", "(x)", 1, 1},
    {"cosh", "(x)", 1, 1},
    {"tanh", "(x)", 1, 1},
    {"abs", "(x)", 1, 1},
    {"max", "(a, b, ...)", 2, any_number},
    {"min", "(a, b, ...)", 2, any_number},
    {"relu", "(x)", 1, 1},
    {"leaky_relu", "(slope, x)", 2, 2},
    {"sign", "(x)", 1, 1},
    {"step", "(x)", 1, 1},
    {"select", "(h, a, b)", 3, 3},
};

char lower(char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); }

/// Not finite numbers, which have no place in formulas, rather than variables.
bool is_number_word(std::string_view name) {
  std::string word(name);
  std::transform(word.begin(), word.end(), word.begin(), lower);
  return word == "nan" || word == "inf" || word == "infinity";
}

/// Levenshtein distance, letters compared without case.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t changed = diagonal + (lower(a[i - 1]) == lower(b[j - 1]) ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({changed, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row[b.size()];
}

/// `; did you mean "..."?` if one of the candidates looks like `name`.
std::string suggestion(std::string_view name, const std::vector<std::string>& candidates) {
  if (name.size() > 40) return {};
  const std::string* best = nullptr;
  std::size_t least = std::min<std::size_t>(2, (name.size() + 1) / 2) + 1;
  for (const std::string& candidate : candidates) {
    const std::size_t d = distance(name, candidate);
    if (d < least && d < candidate.size()) {
      least = d;
      best = &candidate;
    }
  }
  return best ? fmt::format("; did you mean \"{}\"?", *best) : std::string();
}

std::vector<std::string> function_names() {
  std::vector<std::string> names;
  for (const FormulaFunction& f : functions) names.emplace_back(f.name);
  return names;
}

std::string joined(const std::vector<std::string>& words) {
  constexpr std::size_t most_shown = 20;
  std::string text;
  for (std::size_t i = 0; i < words.size() && i < most_shown; ++i) {
    text += (i == 0 ? "" : ", ") + words[i];
  }
  return words.size() > most_shown ? text + ", ..." : text;
}

}  // namespace

const FormulaFunction* find_function(std::string_view name) {
  const auto* const place = std::find_if(std::begin(functions), std::end(functions),
                                         [&](const auto& f) { return f.name == name; });
  return place == std::end(functions) ? nullptr : place;
}

FormulaNames::FormulaNames(const Scope& scope)
    : has_time_(true), variables_(scope.variables), parameters_(scope.parameters) {
  for (const std::string& name : variables_) {
    require_name(name, "variable");
    if (!coordinates_.emplace(name, static_cast<int>(coordinates_.size())).second) {
      throw Error(
          fmt::format("variable {} is given twice: expected distinct names", in_quotes(name)));
    }
  }
  for (const auto& [name, value] : parameters_) {
    require_name(name, "parameter");
    if (coordinates_.contains(name)) {
      throw Error(fmt::format("{} is both a variable and a parameter: expected distinct names",
                              in_quotes(name)));
    }
  }
}

FormulaNames FormulaNames::collecting() {
  FormulaNames names;
  names.has_time_ = true;
  names.collects_ = true;
  return names;
}

NodeId FormulaNames::find(Graph& graph, std::string_view name) {
  if (name == "pi") return graph.constant(std::numbers::pi, "pi");
  if (name == "t" && has_time_) return graph.time();
  const std::string key(name);
  if (const auto place = coordinates_.find(key); place != coordinates_.end()) {
    return graph.variable(place->second);
  }
  if (const auto place = parameters_.find(key); place != parameters_.end()) {
    return place->second.node_in(graph);
  }
  if (!collects_ || is_number_word(name)) return -1;
  const auto coordinate = static_cast<int>(variables_.size());
  variables_.push_back(key);
  coordinates_.emplace(key, coordinate);
  return graph.variable(coordinate);
}

bool FormulaNames::knows(std::string_view name) const {
  const std::string key(name);
  return coordinates_.contains(key) || parameters_.contains(key);
}

std::string FormulaNames::advice(std::string_view name) const {
  std::vector<std::string> known = variables_;
  for (const auto& [parameter, value] : parameters_) known.push_back(parameter);
  if (has_time_) known.emplace_back("t");
  known.emplace_back("pi");
  std::vector<std::string> candidates = known;
  for (std::string& function : function_names()) candidates.push_back(std::move(function));
  return fmt::format("expected one of {}, a function or a number{}", joined(known),
                     suggestion(name, candidates));
}

std::string FormulaNames::function_advice(std::string_view name) {
  return fmt::format("expected one of {}{}", joined(function_names()),
                     suggestion(name, function_names()));
}

}  // namespace detail

void require_name(std::string_view name, std::string_view what) {
  const auto is_letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  };
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  if (name.empty() || !is_letter(name.front()) ||
      !std::all_of(name.begin(), name.end(), [&](char c) { return is_letter(c) || is_digit(c); })) {
    throw Error(
        fmt::format("{} cannot name a {}: expected a letter or _, then letters, digits or _",
                    detail::in_quotes(name), what));
  }
  const char* const meaning = name == "t"                    ? "the time"
                              : name == "pi"                 ? "a number"
                              : detail::is_number_word(name) ? "no finite number"
                              : detail::find_function(name)  ? "a function"
                                                             : nullptr;
  if (meaning) {
    throw Error(fmt::format("{} cannot name a {}: it means {}; expected another name",
                            detail::in_quotes(name), what, meaning));
  }
}

}  // namespace filippov
