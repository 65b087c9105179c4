#include "problem_options.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <map>

#include "filippov/arithmetic/error.hpp"
#include "filippov/function/parse.hpp"
#include "filippov/inclusion/clarke.hpp"
#include "filippov/inclusion/system_file.hpp"
#include "numbers.hpp"

namespace filippov::apps {

namespace {

std::map<std::string, ParameterValue> read_parameters(const std::vector<std::string>& given) {
  std::map<std::string, ParameterValue> parameters;
  for (const std::string& text : given) {
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos || equals == 0 || equals + 1 == text.size()) {
      throw Error(fmt::format("--parameter is '{}': expected name=value, as in mu=0.4", text));
    }
    const std::string name = text.substr(0, equals);
    require_name(name, "parameter");
    if (!parameters.emplace(name, text.substr(equals + 1)).second) {
      throw Error(fmt::format("--parameter {} is given twice: expected once", name));
    }
  }
  return parameters;
}

}  // namespace

ProblemOptions::ProblemOptions(CLI::App& command) {
  const std::string group = "The problem";
  command.add_option("--ascend", ascend_, "Clarke gradient flow x' in +df of a formula f")
      ->type_name("FORMULA")
      ->group(group);
  command.add_option("--descend", descend_, "Clarke gradient flow x' in -df of a formula f")
      ->type_name("FORMULA")
      ->group(group);
  command.add_option("--system", system_, "a Filippov system in a TOML file")
      ->type_name("FILE.toml")
      ->group(group);
  command
      .add_option("--variables", variables_,
                  "order of the coordinates (default: natural order of the names)")
      ->type_name("u1,u2")
      ->group(group);
  command.add_option("--parameter", parameters_, "value of a name in the formulas; repeatable")
      ->type_name("NAME=VALUE")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
      ->group(group);
}

NamedProblem ProblemOptions::read() const {
  const int named = ascend_.has_value() + descend_.has_value() + system_.has_value();
  if (named != 1) {
    throw Error(fmt::format("{} of --ascend, --descend and --system given: expected exactly one",
                            named == 0 ? "none" : "several"));
  }
  NamedProblem problem = system_ ? read_system() : read_gradient_flow();
  for (int j = 0; j < problem.inclusion->switch_count(); ++j) {
    problem.surfaces.push_back(problem.inclusion->surface_name(j));
  }
  return problem;
}

NamedProblem ProblemOptions::read_gradient_flow() const {
  const std::string option = ascend_ ? "--ascend" : "--descend";
  const std::string& formula = ascend_ ? *ascend_ : *descend_;
  try {
    Scope scope;
    scope.parameters = read_parameters(parameters_);
    if (variables_) {
      scope.variables = split_list(*variables_, "--variables");
    } else {
      for (std::string& name : free_variables(formula)) {
        if (!scope.parameters.contains(name)) scope.variables.push_back(std::move(name));
      }
    }
    const Function f = parse(formula, scope);
    NamedProblem problem;
    problem.inclusion = std::make_unique<FilippovMap>(ascend_ ? ascent(f) : descent(f));
    problem.variables = scope.variables;
    return problem;
  } catch (const Error& error) {
    throw Error(fmt::format("{}: {}", option, error.what()));
  }
}

NamedProblem ProblemOptions::read_system() const {
  if (variables_) throw Error("--variables is given with --system: the file names the variables");
  SystemFile file = read_system_file(*system_);
  NamedProblem problem;
  problem.variables = std::move(file.variables);
  problem.initial = std::move(file.initial);
  problem.start = file.start;
  problem.until = file.until;
  problem.file = *system_;
  problem.inclusion = std::make_unique<FilippovMap>(std::move(file.field));
  return problem;
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

}  // namespace filippov::apps
