#include "filippov/tube/enclose.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "commands.hpp"
#include "filippov/arithmetic/error.hpp"
#include "filippov/arithmetic/interval_io.hpp"
#include "filippov/solver/solve.hpp"
#include "filippov/view/certificate.hpp"
#include "filippov/view/file.hpp"
#include "filippov/view/json.hpp"
#include "filippov/view/plot.hpp"
#include "filippov/view/tube_plot.hpp"
#include "numbers.hpp"
#include "output.hpp"
#include "problem_options.hpp"
#include "progress.hpp"
#include "table.hpp"

namespace filippov::apps {

namespace {

constexpr std::size_t most_events = 40;

std::string names_of(const std::vector<int>& surfaces, const Tube& tube) {
  std::string list;
  for (const int j : surfaces) {
    if (!list.empty()) list += ", ";
    list += tube.surface_names[static_cast<std::size_t>(j)];
  }
  return list.empty() ? "-" : list;
}

std::string tube_summary(const Tube& tube, const std::vector<std::string>& variables) {
  std::string text = fmt::format(
      "{}: {}\nuniqueness {}{}{}\n", name(tube.status), tube.message, name(tube.uniqueness.proof),
      tube.uniqueness.reason.empty() ? "" : ": ", tube.uniqueness.reason);
  const auto count = std::count_if(tube.events.begin(), tube.events.end(),
                                   [](const TubeEvent& event) { return event.jumps; });
  if (count > 0) {
    std::vector<std::vector<std::string>> rows{
        {"time window", "event", "surfaces", "slides on afterwards"}};
    for (const TubeEvent& event : tube.events) {
      if (!event.jumps) continue;
      if (rows.size() > most_events) break;
      rows.push_back({to_string(event.window), std::string(name(event.kind)),
                      names_of(event.surfaces, tube), names_of(event.sliding, tube)});
    }
    text += "\n" + table(rows);
    if (count > static_cast<std::ptrdiff_t>(most_events)) {
      text += fmt::format("  ... {} events in all; --json has them\n", count);
    }
  }
  std::vector<std::vector<std::string>> rows;
  for (std::size_t i = 0; i < variables.size(); ++i) {
    rows.push_back(
        {variables[i], to_string(tube.box[i]), fmt::format("width {:.2g}", tube.box[i].width())});
  }
  text += fmt::format("\nat t = {} every solution is in\n{}", tube.t, table(rows));
  return text;
}

class Enclose {
 public:
  explicit Enclose(Command& command) : problem_(command), json_(command) {
    const std::string problem = "The problem";
    command.option("--from", from_, "VALUES",
                   "initial state; an entry may be an interval, as in 1,[0.49,0.51]", problem);
    command.option("--until", until_, "TIME", "final time", problem);
    command.option("--start", start_, "TIME", "initial time (default 0)", problem);
    command.flag("--backward", backward_, "backward in time; --until is before --start then",
                 problem);
    const std::string how = "How it is enclosed";
    command.option(
        "--disturbance", disturbance_, "VALUES",
        "bounds d_i >= 0: any measurable xi(t) with |xi_i| <= d_i is added to the velocity",
        problem);
    command.option("--order", order_, "N", "of the Taylor series, 2 to 60 (default 20)", how);
    command.option("--max-events", max_events_, "N", "stop after that many (default 10000)", how);
    command.option("--max-pieces", max_pieces_, "N",
                   "split the initial box into at most that many parts (default 1024)", how);
    command.flag("--tube", with_tube_, "write the tube into the JSON", "Output");
    command.option("--certificate", certificate_, "FILE.json",
                   "write what `filippov check` needs to prove the result again", "Output");
    command.option("--plot", plot_, "FILE.svg",
                   "draw the tube over the floating-point trajectory (needs gnuplot)", "Output");
    command.footer(
        std::string(
            "A decimal is taken exactly: 0.1 is one tenth. Everything printed is proved of all\n"
            "solutions, or said to be undecided. Example: from a box of states to the sliding set\n"
            "  filippov enclose --ascend 'u1*abs(u2)' --from '-1,[0.49,0.51]' --until 2") +
        formula_help());
  }

  int run() const {
    const NamedProblem named = problem_.read(true);
    const EnclosureProblem problem = enclosure_problem(named);
    require_potential(named, problem.x0, "--from " + from_.value_or("of the file"));
    EnclosureOptions options;
    if (order_) {
      const long order = read_count(*order_, "--order");
      if (order < 2 || order > 60) {
        throw Error(fmt::format("--order is {}: expected 2 to 60", order));
      }
      options.order = static_cast<int>(order);
    }
    if (max_events_) options.max_events = read_count(*max_events_, "--max-events");
    if (max_pieces_) {
      options.max_pieces =
          static_cast<int>(std::min<long>(read_count(*max_pieces_, "--max-pieces"), 1L << 30));
    }
    options.keep_segments = with_tube_ || certificate_;
    if (certificate_) {
      options.exponentials = false;
      options.room_for_checker = true;
    }
    json_.check();
    check_output("--certificate", certificate_);
    check_output("--plot", plot_);
    if (plot_) require_gnuplot();

    Tube tube;
    Tube drawn;
    {
      const Progress progress("enclosing");
      tube = enclose(*named.inclusion, problem, options);
      if (plot_) {
        // Short segments for the eye alone: what is reported does not depend on a picture.
        options.keep_segments = true;
        options.max_step = std::max(std::abs(tube.t - problem.t0) / 500, 1e-300);
        drawn = enclose(*named.inclusion, problem, options);
      }
    }
    if (plot_) plot_tube(*plot_, drawn, trajectory(named, problem), named.variables);
    if (certificate_) {
      std::vector<std::string> coordinates = named.variables;
      coordinates.insert(coordinates.end(), named.parameters.begin(), named.parameters.end());
      write_file(*certificate_,
                 certificate(*named.inclusion, problem, tube, coordinates, named.gradient_of));
    }
    const auto shown = static_cast<int>(named.variables.size());
    json_.write([&] { return to_json(tube, with_tube_, shown); },
                [&] { return tube_summary(tube, named.variables); });
    return 0;
  }

 private:
  EnclosureProblem enclosure_problem(const NamedProblem& named) const {
    const std::string or_in_file =
        named.file.empty() ? "" : fmt::format(" (and {} has none)", named.file);
    EnclosureProblem problem;
    if (from_) {
      problem.x0 = read_box(*from_, "--from", named.variables);
    } else if (named.initial) {
      problem.x0 = named.initial_box;
    } else {
      throw Error(fmt::format("--from is missing{}: expected the initial state, {} values",
                              or_in_file, named.variables.size()));
    }
    problem.x0.insert(problem.x0.end(), named.parameter_box.begin(), named.parameter_box.end());
    if (disturbance_) {
      problem.disturbance = read_numbers(*disturbance_, "--disturbance");
      if (problem.disturbance.size() != named.variables.size()) {
        throw Error(fmt::format("--disturbance has {} entries: expected {}, one per coordinate",
                                problem.disturbance.size(), named.variables.size()));
      }
      problem.disturbance.resize(problem.x0.size());
    }
    problem.t0 = start_ ? read_number(*start_, "--start") : named.start.value_or(0);
    if (!until_ && !named.until) {
      throw Error(fmt::format("--until is missing{}: expected the final time", or_in_file));
    }
    problem.t1 = until_ ? read_number(*until_, "--until") : *named.until;
    if (backward_ ? problem.t1 >= problem.t0 : problem.t1 <= problem.t0) {
      throw Error(fmt::format("the final time {} is not {} the initial time {}: expected {}",
                              problem.t1, backward_ ? "before" : "after", problem.t0,
                              backward_ ? "--until before --start with --backward"
                                        : "--until after --start, or --backward"));
    }
    return problem;
  }

  /// The floating-point solution from the middle of the initial box, as far as the tube goes.
  static Solution trajectory(const NamedProblem& named, const EnclosureProblem& problem) {
    InitialValueProblem middle{.t0 = problem.t0, .t1 = problem.t1, .x0 = {}};
    for (const Interval& entry : problem.x0) middle.x0.push_back(entry.midpoint());
    return solve(*named.inclusion, middle, {.rtol = 1e-10, .atol = 1e-12});
  }

  ProblemOptions problem_;
  JsonOption json_;
  std::optional<std::string> from_, until_, start_, disturbance_, order_, max_events_, max_pieces_,
      plot_, certificate_;
  bool backward_ = false;
  bool with_tube_ = false;
};

}  // namespace

void add_enclose(CommandLine& program) {
  program.add<Enclose>("enclose", "enclose all solutions and prove what they do");
}

}  // namespace filippov::apps
