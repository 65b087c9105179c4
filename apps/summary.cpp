#include "summary.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "table.hpp"

namespace filippov::apps {

namespace {

using Names = std::vector<std::string>;

constexpr std::size_t most_events = 40;
constexpr std::size_t most_names = 12;
constexpr std::size_t most_entries = 12;

const char* meaning(Status status) {
  switch (status) {
    case Status::not_solved:
      return "nothing was solved";
    case Status::finished:
      return "the final time was reached";
    case Status::branching:
      return "several solutions continue from the last state";
    case Status::equilibrium:
      return "at rest for ever: no solution leaves the last state";
    case Status::accumulation:
      return "infinitely many events accumulate, and no continuation of the limit was found";
    case Status::escape:
      return "the state grows beyond every bound before the final time";
    case Status::undecided:
      return "what happens at the last state could not be decided";
    case Status::failed:
      return "the solver gave up; the solution up to there is good";
  }
  return "";
}

std::string names_of(const std::vector<int>& surfaces, const Names& names) {
  std::string list;
  const bool all = surfaces.size() <= most_names;
  for (std::size_t k = 0; k < (all ? surfaces.size() : most_names - 1); ++k) {
    if (!list.empty()) list += ", ";
    list += names[static_cast<std::size_t>(surfaces[k])];
  }
  if (!all) list += fmt::format(", ... {} in all", surfaces.size());
  return list.empty() ? "-" : list;
}

template <class Vector>
std::string tuple_text(const Vector& vector) {
  const auto size = static_cast<std::size_t>(vector.size());
  const auto shown = static_cast<std::ptrdiff_t>(std::min(size, most_entries));
  return fmt::format("({}{})", fmt::join(vector.begin(), vector.begin() + shown, ", "),
                     size > most_entries ? fmt::format(", ... {} entries", size) : "");
}

std::string state_text(const Names& variables, std::span<const double> x) {
  if (x.size() > most_entries) return tuple_text(x);
  std::string text;
  for (std::size_t i = 0; i < x.size(); ++i) {
    text += fmt::format("{}{} = {}", i == 0 ? "" : ", ", variables[i], x[i]);
  }
  return text;
}

std::vector<std::string> event_row(const Event& event, const Names& surfaces) {
  return {fmt::format("{}", event.t), std::string(name(event.kind)),
          names_of(event.surfaces, surfaces),
          event.signature.empty() ? "not kept" : names_of(event.sliding, surfaces)};
}

std::string event_table(const std::vector<Event>& events, const Names& surfaces) {
  if (events.empty()) return "no events\n";
  std::vector<std::vector<std::string>> rows = {{"t", "event", "surfaces", "slides on afterwards"}};
  const bool all = events.size() <= most_events;
  const std::size_t first = all ? events.size() : most_events - 10;
  for (std::size_t k = 0; k < first; ++k) rows.push_back(event_row(events[k], surfaces));
  if (!all) {
    rows.push_back(
        {fmt::format("... {} more (--json FILE has them)", events.size() - most_events)});
    for (std::size_t k = events.size() - 10; k < events.size(); ++k) {
      rows.push_back(event_row(events[k], surfaces));
    }
  }
  return table(rows);
}

/// "u2 > 0, v < 0" for the surfaces that the continuation leaves.
std::string sides(const Face& face, const std::vector<int>& active, const Names& surfaces) {
  std::string text;
  for (const int j : active) {
    if (face.slides_on(j)) continue;
    if (!text.empty()) text += ", ";
    text += surfaces[static_cast<std::size_t>(j)];
    text += face.signature[static_cast<std::size_t>(j)] > 0 ? " > 0" : " < 0";
  }
  return text;
}

std::string continuation_text(const Continuation& continuation, const std::vector<int>& active,
                              const Names& surfaces) {
  const std::string leaves = sides(continuation.face, active, surfaces);
  const std::string slides = names_of(continuation.face.sliding, surfaces) + " = 0";
  const std::string velocity = "with velocity " + tuple_text(continuation.velocity);
  switch (continuation.kind) {
    case Continuation::Kind::rest:
      return "rest for any time";
    case Continuation::Kind::slide:
      return fmt::format("slide on {}{} {}", slides, leaves.empty() ? "" : " in " + leaves,
                         velocity);
    case Continuation::Kind::leave:
      break;
  }
  return leaves.empty() ? "go on " + velocity : fmt::format("leave into {} {}", leaves, velocity);
}

std::string continuation_list(const std::vector<Continuation>& continuations,
                              const std::vector<int>& active, const Names& surfaces) {
  std::string text;
  for (const Continuation& continuation : continuations) {
    text += "  " + continuation_text(continuation, active, surfaces) + "\n";
  }
  return text;
}

std::string start_line(const Start& start, const Names& surfaces) {
  if (start.active.empty()) return "";
  return fmt::format(
      "start   on {} = 0, {}{}\n", names_of(start.active, surfaces), name(start.verdict),
      start.sliding.empty() ? "" : ", slides on " + names_of(start.sliding, surfaces));
}

std::string ambiguity_lines(const Solution& solution) {
  std::string text;
  for (const Ambiguity& ambiguity : solution.ambiguous) {
    text += fmt::format(
        "not unique: from t = {} to {} the sliding velocity on {} is one of a set of dimension {}; "
        "taken: {}\n",
        ambiguity.from, ambiguity.to, names_of(ambiguity.surfaces, solution.surface_names),
        ambiguity.dimension, ambiguity.selection);
  }
  return text;
}

/// Branch 2.1 is the first one of those that branch 2 ends in.
void add_branches(const Solution& solution, const Names& variables, std::string& text,
                  const std::string& prefix = "") {
  int count = 0;
  for (const Solution& branch : solution.branches) {
    const std::string number = prefix + std::to_string(++count);
    text += fmt::format("\nbranch {}: {} ({})\n", number, name(branch.status), branch.message);
    if (!branch.start.sliding.empty()) {
      text += "slides on " + names_of(branch.start.sliding, branch.surface_names) + " at first\n";
    }
    text += event_table(branch.events, branch.surface_names);
    text += ambiguity_lines(branch);
    text += fmt::format("final   t = {}  {}\n", branch.t, state_text(variables, branch.x));
    add_branches(branch, variables, text, number + ".");
  }
}

/// Sums over the whole tree.
Statistics total(const Solution& solution) {
  Statistics sum = solution.statistics;
  for (const Solution& branch : solution.branches) {
    const Statistics more = total(branch);
    sum.rhs_evaluations += more.rhs_evaluations;
    sum.jacobian_evaluations += more.jacobian_evaluations;
    sum.steps += more.steps;
    sum.rejected_steps += more.rejected_steps;
    sum.events += more.events;
  }
  return sum;
}

}  // namespace

std::string flow_summary(const Solution& solution, const Names& variables) {
  const Names& surfaces = solution.surface_names;
  std::string text = fmt::format("{}: {}\n", name(solution.status), meaning(solution.status));
  const bool explained = solution.status == Status::finished || solution.message.empty();
  if (!explained) text += solution.message + "\n";
  text += '\n';
  text += start_line(solution.start, surfaces);
  text += event_table(solution.events, surfaces);
  text += ambiguity_lines(solution);
  text += fmt::format("final   t = {}  {}\n", solution.t, state_text(variables, solution.x));

  if (solution.status == Status::branching) {
    text += "\nfrom there a solution can\n";
    text += continuation_list(solution.continuations, solution.events.back().surfaces, surfaces);
    if (solution.branches.empty()) {
      text += "--branches all follows each of them, --branches first the first\n";
    }
  }
  add_branches(solution, variables, text);

  const Statistics cost = total(solution);
  text +=
      fmt::format("\ncost    {} right-hand sides, {} Jacobians, {} steps, {} rejected, {} events\n",
                  cost.rhs_evaluations, cost.jacobian_evaluations, cost.steps, cost.rejected_steps,
                  cost.events);
  return text;
}

std::string classification_summary(const Classification& classification, std::span<const double> x,
                                   double t, const Names& variables, const Names& surfaces) {
  std::string text =
      fmt::format("{} at t = {}, {}\n", name(classification.verdict), t, state_text(variables, x));
  if (!classification.reason.empty()) text += classification.reason + "\n";
  text += classification.active.empty()
              ? "on no surface\n"
              : fmt::format("on {} = 0\n", names_of(classification.active, surfaces));
  if (classification.generators.cols() > 0) {
    text +=
        fmt::format("\nF is {}, plus [-1, 1] times each of\n", tuple_text(classification.center));
    for (const auto& generator : classification.generators.colwise()) {
      text += "  " + tuple_text(generator) + "\n";
    }
  } else if (classification.vertices.cols() > 0) {
    text += "\nF is the convex hull of\n";
    for (const auto& vertex : classification.vertices.colwise()) {
      text += "  " + tuple_text(vertex) + "\n";
    }
  }
  if (classification.minimum_norm.size() > 0) {
    text +=
        fmt::format("its element of least norm is {}\n", tuple_text(classification.minimum_norm));
  }
  text +=
      classification.continuations.empty() ? "\nno continuation was found\n" : "\na solution can\n";
  text += continuation_list(classification.continuations, classification.active, surfaces);
  return text;
}

}  // namespace filippov::apps
