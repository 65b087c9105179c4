#include "problem_options.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "filippov/arithmetic/error.hpp"
#include "filippov/arithmetic/interval_io.hpp"
#include "filippov/function/interval_reading.hpp"
#include "filippov/function/parse.hpp"
#include "filippov/inclusion/clarke.hpp"
#include "filippov/inclusion/system_file.hpp"
#include "numbers.hpp"

namespace filippov::apps {

namespace {

/// The enclosures of constants of a graph.
std::vector<Interval> exact_values(const VectorField& field, const std::vector<NodeId>& nodes) {
  IntervalReading reading(Program(*field.graph(), field.dimension(), nodes));
  reading.evaluate(0, std::vector<Interval>(static_cast<std::size_t>(field.dimension())));
  std::vector<Interval> values;
  for (std::size_t i = 0; i < nodes.size(); ++i)
    values.push_back(reading.output(static_cast<int>(i)));
  return values;
}

/// "[lo,hi]" or a decimal, as the tightest interval around it.
Interval read_interval(const std::string& text, const std::string& what) {
  if (!text.starts_with('[')) read_number(text, what);
  try {
    const Interval value = parse_interval(text);
    if (value.is_bounded()) return value;
  } catch (const Error&) {
  }
  throw Error(fmt::format("{} is '{}': expected a number, or an interval [lo,hi] with lo <= hi",
                          what, text));
}

/// Throws Error unless the text is a number or a formula without variables, and finite.
void require_finite_parameter(const std::string& name, const std::string& text) {
  try {
    Graph graph;
    ParameterValue(text).node_in(graph);
  } catch (const Error& error) {
    throw Error(fmt::format("--parameter {}: {}", name, error.what()));
  }
}

/// The names in a formula beside functions, t and pi.
std::vector<std::string> used_names(const std::string& option, const std::string& formula) {
  try {
    return free_variables(formula);
  } catch (const Error& error) {
    throw Error(fmt::format("{}: {}", option, error.what()));
  }
}

}  // namespace

/// The values given by --parameter.
struct ProblemOptions::Parameters {
  ParameterOverrides overrides;
  std::vector<Interval> box;  ///< of overrides.coordinates
};

ProblemOptions::Parameters ProblemOptions::read_parameters(bool intervals) const {
  Parameters parameters;
  std::set<std::string> seen;
  for (const std::string& text : parameters_) {
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos || equals == 0 || equals + 1 == text.size()) {
      throw Error(fmt::format("--parameter is '{}': expected name=value, as in mu=0.4", text));
    }
    const std::string name = text.substr(0, equals);
    const std::string value = text.substr(equals + 1);
    require_name(name, "parameter");
    if (!seen.insert(name).second) {
      throw Error(fmt::format("--parameter {} is given twice: expected once", name));
    }
    if (intervals && value.starts_with('[')) {
      parameters.overrides.coordinates.push_back(name);
      parameters.box.push_back(read_interval(value, "--parameter " + name));
    } else {
      require_finite_parameter(name, value);
      parameters.overrides.values.emplace(name, value);
    }
  }
  return parameters;
}

ProblemOptions::ProblemOptions(Command& command) {
  const std::string group = "The problem";
  command.option("--ascend", ascend_, "FORMULA", "Clarke gradient flow x' in +df of a formula f",
                 group);
  command.option("--descend", descend_, "FORMULA", "Clarke gradient flow x' in -df of a formula f",
                 group);
  command.option("--system", system_, "FILE.toml", "a Filippov system in a TOML file", group);
  command.option("--variables", variables_, "u1,u2",
                 "order of the coordinates (default: natural order of the names)", group);
  command.option("--parameter", parameters_, "NAME=VALUE",
                 "value of a name in the formulas; repeatable", group);
}

NamedProblem ProblemOptions::read(bool intervals) const {
  const int named = ascend_.has_value() + descend_.has_value() + system_.has_value();
  if (named != 1) {
    throw Error(fmt::format("{} of --ascend, --descend and --system given: expected exactly one",
                            named == 0 ? "none" : "several"));
  }
  Parameters parameters = read_parameters(intervals);
  NamedProblem problem =
      system_ ? read_system(std::move(parameters)) : read_gradient_flow(std::move(parameters));
  for (int j = 0; j < problem.inclusion->switch_count(); ++j) {
    problem.surfaces.push_back(problem.inclusion->surface_name(j));
  }
  return problem;
}

NamedProblem ProblemOptions::read_gradient_flow(Parameters parameters) const {
  const std::string option = ascend_ ? "--ascend" : "--descend";
  const std::string& formula = ascend_ ? *ascend_ : *descend_;
  const std::vector<std::string>& coordinates = parameters.overrides.coordinates;
  const auto is_parameter = [&](const std::string& name) {
    return parameters.overrides.values.contains(name) ||
           std::find(coordinates.begin(), coordinates.end(), name) != coordinates.end();
  };
  const std::vector<std::string> names = used_names(option, formula);
  for (const std::string& text : parameters_) {
    const std::string name = text.substr(0, text.find('='));
    if (std::find(names.begin(), names.end(), name) != names.end()) continue;
    throw Error(fmt::format("--parameter {} is not in the formula of {}: expected one of {}", name,
                            option, fmt::join(names, ", ")));
  }
  try {
    NamedProblem problem;
    if (variables_) {
      problem.variables = split_list(*variables_, "--variables");
    } else {
      for (const std::string& name : names) {
        if (!is_parameter(name)) problem.variables.push_back(name);
      }
    }
    Scope scope{problem.variables, parameters.overrides.values};
    scope.variables.insert(scope.variables.end(), coordinates.begin(), coordinates.end());
    const Function f = parse(formula, scope);
    problem.inclusion =
        std::make_unique<FilippovMap>(ascend_ ? ascent(f, static_cast<int>(coordinates.size()))
                                              : descent(f, static_cast<int>(coordinates.size())));
    problem.potential = f;
    if (coordinates.empty()) {
      problem.gradient_of = ascend_ ? f.text() : "-(" + f.text() + ")";
    }
    problem.parameters = coordinates;
    problem.parameter_box = std::move(parameters.box);
    return problem;
  } catch (const Error& error) {
    throw Error(fmt::format("{}: {}", option, error.what()));
  }
}

NamedProblem ProblemOptions::read_system(Parameters parameters) const {
  if (variables_) {
    throw Error("--variables is given with --system: expected the file alone to name them");
  }
  SystemFile file = read_system_file(*system_, parameters.overrides);
  NamedProblem problem;
  problem.variables = std::move(file.variables);
  problem.initial = std::move(file.initial);
  problem.initial_box = exact_values(file.field, file.initial_nodes);
  problem.start = file.start;
  problem.until = file.until;
  problem.file = *system_;
  problem.inclusion = std::make_unique<FilippovMap>(std::move(file.field));
  problem.parameters = std::move(parameters.overrides.coordinates);
  problem.parameter_box = std::move(parameters.box);
  return problem;
}

void require_potential(const NamedProblem& problem, const std::vector<Interval>& box,
                       const std::string& place) {
  if (!problem.potential) return;
  const Function& f = *problem.potential;
  const std::vector<NodeId> nodes{f.node()};
  IntervalReading reading(Program(*f.graph(), f.dimension(), nodes));
  reading.evaluate(0, box);
  if (reading.domain(0) != Domain::nowhere) return;
  throw Error(
      fmt::format("{} is not defined at {}: expected a start inside the domain of log, sqrt and "
                  "division",
                  f.text(), place));
}

std::vector<double> read_state(const std::string& text, const std::string& option,
                               const std::vector<std::string>& variables) {
  std::vector<double> state = read_numbers(text, option);
  if (state.size() != variables.size()) {
    throw Error(fmt::format("{} has {} values: expected {}, for {}", option, state.size(),
                            variables.size(), fmt::join(variables, ",")));
  }
  return state;
}

std::vector<Interval> read_box(const std::string& text, const std::string& option,
                               const std::vector<std::string>& variables) {
  // Commas inside brackets belong to an interval.
  std::vector<std::string> parts{""};
  int depth = 0;
  for (const char c : text) {
    depth += c == '[' ? 1 : c == ']' ? -1 : 0;
    if (c == ',' && depth == 0) {
      parts.emplace_back();
    } else if (c != ' ') {
      parts.back() += c;
    }
  }
  if (parts.size() != variables.size()) {
    throw Error(fmt::format("{} has {} values: expected {}, for {}", option, parts.size(),
                            variables.size(), fmt::join(variables, ",")));
  }
  std::vector<Interval> box;
  for (const std::string& part : parts) {
    box.push_back(read_interval(part, fmt::format("entry {} of {}", box.size() + 1, option)));
  }
  return box;
}

std::string formula_help() {
  return "\n\nFormulas: + - * / ^ and parentheses, numbers, pi, the variables, parameters, and in "
         "files\n"
         "the time t; sqrt exp log sin cos tan atan sinh cosh tanh; abs max min relu sign step\n"
         "leaky_relu(a,x) select(h,a,b), which jump or have kinks. A file for --system:\n"
         "  variables = [\"x\", \"v\"]\n"
         "  rhs       = [\"v\", \"-x - mu*sign(v - 0.2) + 0.1*cos(t)\"]\n"
         "  initial   = [1.0, 0.0]\n"
         "  until     = 10.0\n"
         "  [parameters]\n"
         "  mu = 0.4\n"
         "or, with the right-hand side on either side of named surfaces instead of rhs:\n"
         "  [switches]\n"
         "  belt = \"v - 0.2\"\n"
         "  [[modes]]\n"
         "  where = { belt = \"+\" }\n"
         "  rhs   = [\"v\", \"-x - mu\"]\n"
         "  [[modes]]\n"
         "  where = { belt = \"-\" }\n"
         "  rhs   = [\"v\", \"-x + mu\"]";
}

}  // namespace filippov::apps
