#include <fmt/format.h>

#include <array>

#include "commands.hpp"
#include "filippov/arithmetic/error.hpp"
#include "filippov/solver/solve.hpp"
#include "filippov/view/csv.hpp"
#include "filippov/view/file.hpp"
#include "filippov/view/json.hpp"
#include "filippov/view/plot.hpp"
#include "numbers.hpp"
#include "output.hpp"
#include "problem_options.hpp"
#include "progress.hpp"
#include "summary.hpp"

namespace filippov::apps {

namespace {

constexpr std::array<std::pair<std::string_view, StepperKind>, 5> steppers = {{
    {"automatic", StepperKind::automatic},
    {"taylor", StepperKind::taylor},
    {"dopri5", StepperKind::dopri5},
    {"rosenbrock4", StepperKind::rosenbrock4},
    {"radau13", StepperKind::radau13},
}};
constexpr std::array<std::pair<std::string_view, BranchPolicy>, 3> policies = {{
    {"stop", BranchPolicy::stop},
    {"first", BranchPolicy::first},
    {"all", BranchPolicy::all},
}};

/// "a, b or c"
template <class Table>
std::string choices(const Table& table) {
  std::string list;
  for (std::size_t k = 0; k < table.size(); ++k) {
    if (k > 0) list += k + 1 == table.size() ? " or " : ", ";
    list += table[k].first;
  }
  return list;
}

template <class Table>
auto chosen(const Table& table, const std::string& option, const std::string& text) {
  for (const auto& [name, value] : table) {
    if (name == text) return value;
  }
  throw Error(fmt::format("{} is '{}': expected {}", option, text, choices(table)));
}

class Flow {
 public:
  explicit Flow(Command& command) : problem_(command), json_(command) {
    command.option("--from", from_, "VALUES", "initial state, as in 1,0.5", "The problem");
    command.option("--until", until_, "TIME", "final time", "The problem");
    command.option("--start", start_, "TIME", "initial time (default 0)", "The problem");
    command.flag("--backward", backward_, "solve backward in time; --until is before --start then",
                 "The problem");
    const std::string group = "How it is solved";
    command.option("--rtol", rtol_, "NUMBER", "relative tolerance (default 1e-8)", group);
    command.option("--atol", atol_, "NUMBER", "absolute tolerance (default 1e-10)", group);
    command.option("--stepper", stepper_, "NAME", choices(steppers) + " (default automatic)",
                   group);
    command.option("--branches", branches_, "POLICY",
                   "where several solutions continue: " + choices(policies) + " (default stop)",
                   group);
    command.option("--max-events", max_events_, "N", "fail after that many events (default 100000)",
                   group);
    command.option("--csv", csv_, "FILE", "write the trajectory as a table", "Output");
    command.option("--plot", plot_, "FILE.svg", "draw the solution (needs gnuplot)", "Output");
    command.footer(
        std::string(
            "Example: the ascent of u1*|u2|, from a point where three solutions continue\n"
            "  filippov flow --ascend 'u1*abs(u2)' --from 1,0 --until 2 --branches all --plot "
            "tree.svg") +
        formula_help());
  }

  int run() const {
    const NamedProblem named = problem_.read();
    const InitialValueProblem problem = initial_value_problem(named);
    require_potential(named, {problem.x0.begin(), problem.x0.end()},
                      "--from " + from_.value_or("of the file"));
    const SolverOptions options = solver_options();
    json_.check();
    check_output("--csv", csv_);
    check_output("--plot", plot_);
    if (plot_) require_gnuplot();

    Solution solution;
    {
      const Progress progress("solving");
      solution = solve(*named.inclusion, problem, options);
    }
    if (csv_) write_file(*csv_, trajectory_csv(solution, named.variables));
    if (plot_) plot(*plot_, solution, *named.inclusion, named.variables);
    json_.write([&] { return to_json(solution); },
                [&] { return flow_summary(solution, named.variables); });
    return 0;
  }

 private:
  InitialValueProblem initial_value_problem(const NamedProblem& named) const {
    const std::string or_in_file =
        named.file.empty() ? "" : fmt::format(" (and {} has none)", named.file);
    InitialValueProblem problem;
    if (from_) {
      problem.x0 = read_state(*from_, "--from", named.variables);
    } else if (named.initial) {
      problem.x0 = *named.initial;
    } else {
      throw Error(fmt::format("--from is missing{}: expected the initial state, {} values",
                              or_in_file, named.variables.size()));
    }
    problem.t0 = start_ ? read_number(*start_, "--start") : named.start.value_or(0);
    if (until_) {
      problem.t1 = read_number(*until_, "--until");
    } else if (named.until) {
      problem.t1 = *named.until;
    } else {
      throw Error(fmt::format("--until is missing{}: expected the final time", or_in_file));
    }
    if (!backward_ && problem.t1 <= problem.t0) {
      throw Error(fmt::format(
          "the final time {} is not after the initial time {}: expected --until after --start, or "
          "--backward to solve backward in time",
          problem.t1, problem.t0));
    }
    if (backward_ && problem.t1 >= problem.t0) {
      throw Error(fmt::format(
          "the final time {} is not before the initial time {}: expected --until before --start "
          "with --backward",
          problem.t1, problem.t0));
    }
    return problem;
  }

  SolverOptions solver_options() const {
    SolverOptions options;
    if (rtol_) options.rtol = positive(*rtol_, "--rtol");
    if (atol_) options.atol = positive(*atol_, "--atol");
    if (stepper_) options.stepper = chosen(steppers, "--stepper", *stepper_);
    if (branches_) options.branches = chosen(policies, "--branches", *branches_);
    if (max_events_) options.max_events = read_count(*max_events_, "--max-events");
    return options;
  }

  static double positive(const std::string& text, const std::string& option) {
    const double value = read_number(text, option);
    if (!(value > 0))
      throw Error(fmt::format("{} is {}: expected a positive number", option, text));
    return value;
  }

  ProblemOptions problem_;
  JsonOption json_;
  std::optional<std::string> from_, until_, start_, rtol_, atol_, stepper_, branches_, max_events_,
      csv_, plot_;
  bool backward_ = false;
};

}  // namespace

void add_flow(CommandLine& program) {
  program.add<Flow>("flow", "solve x' in F(t, x) with its events");
}

}  // namespace filippov::apps
