#include "comparison.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

namespace filippov::problems {
namespace {

std::string text(const ExpectedEvent& event) {
  return fmt::format("{:.12g} {} {} -> {}{}", event.t, name(event.kind), event.surfaces,
                     event.sliding,
                     event.side > 0   ? " +"
                     : event.side < 0 ? " -"
                                      : "");
}

std::string text(const Event& event, int side) {
  return fmt::format("{:.12g} {} {} -> {}{}", event.t, name(event.kind), event.surfaces,
                     event.sliding,
                     side > 0   ? " +"
                     : side < 0 ? " -"
                                : "");
}

/// Side of the first surface of an event afterwards, in the words of ExpectedEvent.
int side_of(const Event& event) {
  if (event.surfaces.empty()) return 0;
  const int surface = event.surfaces.front();
  if (std::ranges::count(event.sliding, surface) > 0) return 0;
  return event.signature[static_cast<std::size_t>(surface)];
}

std::string text(const Event& event) { return text(event, side_of(event)); }

bool same_kind(const ExpectedEvent& expected, const Event& found) {
  if (expected.kind != found.kind || expected.surfaces != found.surfaces) return false;
  // Where several solutions go on, and at a limit, nothing is said about what comes after.
  if (expected.kind == EventKind::branching) return true;
  if (expected.kind == EventKind::accumulation && expected.sliding.empty()) return true;
  if (expected.sliding != found.sliding) return false;
  return expected.side == 0 || expected.side == side_of(found);
}

/// The events found without those that need not be reported: rest that begins with another event,
/// what happens at the final time itself, and crossings just before an accumulation.
std::vector<Event> events_to_compare(const Problem& problem, const Solution& solution) {
  std::vector<Event> events = solution.events;
  std::erase_if(events, [&](const Event& event) {
    return event.kind == EventKind::equilibrium && problem.status == Status::equilibrium &&
           !problem.events.empty() &&
           std::abs(event.t - problem.events.back().t) <= problem.time_tolerance;
  });
  const auto at_end = [&](const Event& event) {
    return std::abs(event.t - problem.value.t1) < 1e-9;
  };
  if (!problem.at_end.empty() && !events.empty() && at_end(events.back()) &&
      same_kind(problem.at_end.front(), events.back())) {
    events.pop_back();
  }
  if (problem.accumulates && events.size() > problem.events.size()) {
    const auto listed = static_cast<std::ptrdiff_t>(problem.events.size()) - 1;
    const auto limit = std::find_if(events.begin() + listed, events.end(), [](const Event& event) {
      return event.kind != EventKind::crossing;
    });
    events.erase(events.begin() + listed, limit);
  }
  return events;
}

std::string kinds(const Problem& problem, const std::vector<Event>& found) {
  std::string wrong;
  if (found.size() != problem.events.size()) {
    wrong += fmt::format("{} events instead of {}\n", found.size(), problem.events.size());
  }
  for (std::size_t i = 0; i < std::min(found.size(), problem.events.size()); ++i) {
    if (!same_kind(problem.events[i], found[i])) {
      wrong +=
          fmt::format("event {}: {} instead of {}\n", i, text(found[i]), text(problem.events[i]));
      break;
    }
  }
  return wrong;
}

std::string states(const Problem& problem, const Solution& solution) {
  std::string wrong;
  for (std::size_t i = 0; i < problem.final_state.size(); ++i) {
    const double exact = problem.final_state[i];
    if (!std::isfinite(exact)) continue;
    const double error = std::abs(solution.x.at(i) - exact);
    if (!(error <= problem.state_tolerance * std::max(1.0, std::abs(exact)))) {
      wrong += fmt::format("x{} ends at {:.12g} instead of {:.12g}, error {:.2g}\n", i + 1,
                           solution.x[i], exact, error);
    }
  }
  return wrong;
}

std::string times(const Problem& problem, const std::vector<Event>& found) {
  for (std::size_t i = 0; i < std::min(found.size(), problem.events.size()); ++i) {
    const ExpectedEvent& expected = problem.events[i];
    const double tolerance =
        expected.kind == EventKind::accumulation ? 1e-4 : problem.time_tolerance;
    const double error = std::abs(found[i].t - expected.t);
    if (!(error <= tolerance * std::max(std::abs(expected.t), 1e-6))) {
      return fmt::format("event {} at {:.15g} instead of {:.15g}, error {:.2g}\n", i, found[i].t,
                         expected.t, error);
    }
  }
  return {};
}

std::string ambiguities(const Problem& problem, const Solution& solution) {
  if (solution.ambiguous.size() != problem.ambiguous.size()) {
    return fmt::format("{} ambiguous intervals instead of {}\n", solution.ambiguous.size(),
                       problem.ambiguous.size());
  }
  for (std::size_t i = 0; i < problem.ambiguous.size(); ++i) {
    const Ambiguity& expected = problem.ambiguous[i];
    const Ambiguity& found = solution.ambiguous[i];
    if (std::abs(found.from - expected.from) > 1e-7 || std::abs(found.to - expected.to) > 1e-7 ||
        found.surfaces != expected.surfaces || found.dimension != expected.dimension ||
        found.selection != expected.selection) {
      return fmt::format(
          "ambiguous on [{:.9g}, {:.9g}], surfaces {}, dimension {}, {} instead of "
          "[{:.9g}, {:.9g}], {}, {}, {}\n",
          found.from, found.to, found.surfaces, found.dimension, found.selection, expected.from,
          expected.to, expected.surfaces, expected.dimension, expected.selection);
    }
  }
  return {};
}

/// Stopped as undecided where a surface, or the end of sliding, is touched: the exact contact is as
/// near to a crossing as to a miss.
bool undecided_at_a_contact(const Problem& problem, const Solution& solution) {
  const std::size_t count = solution.events.size();
  return solution.status == Status::undecided && count < problem.events.size() &&
         problem.events[count].kind == EventKind::grazing &&
         std::abs(solution.t - problem.events[count].t) <= problem.time_tolerance;
}

std::string with_context(const Problem& problem, const Solution& solution, std::string wrong) {
  if (wrong.empty()) return wrong;
  return fmt::format("\n{}\n{}{}", problem.name, wrong, side_by_side(problem, solution));
}

}  // namespace

std::string side_by_side(const Problem& problem, const Solution& solution) {
  std::string table = fmt::format("{:<60} | {}\n", "expected", "found");
  const auto& expected = problem.events;
  const auto& found = solution.events;
  for (std::size_t i = 0; i < std::max(expected.size(), found.size()); ++i) {
    table += fmt::format("{:<60} | {}\n", i < expected.size() ? text(expected[i]) : "",
                         i < found.size() ? text(found[i]) : "");
  }
  table += fmt::format("{:<60} | {} at {:.12g}: {}\n",
                       fmt::format("{} at {:.12g}", name(problem.status), problem.value.t1),
                       name(solution.status), solution.t, solution.message);
  return table;
}

std::string disagreement_of_kinds(const Problem& problem, const Solution& solution) {
  return with_context(problem, solution, kinds(problem, events_to_compare(problem, solution)));
}

std::string disagreement(const Problem& problem, const Solution& solution) {
  if (undecided_at_a_contact(problem, solution)) {
    Problem until_there = problem;
    until_there.events.resize(solution.events.size());
    until_there.status = Status::undecided;
    until_there.final_state.clear();
    return disagreement(until_there, solution);
  }
  const std::vector<Event> found = events_to_compare(problem, solution);
  std::string wrong;
  if (solution.status != problem.status) {
    wrong += fmt::format("status {} instead of {}\n", name(solution.status), name(problem.status));
  }
  if (solution.start.active != problem.start_surfaces) {
    wrong +=
        fmt::format("starts on {} instead of {}\n", solution.start.active, problem.start_surfaces);
  }
  wrong += kinds(problem, found) + times(problem, found);
  wrong += ambiguities(problem, solution) + states(problem, solution);
  return with_context(problem, solution, wrong);
}

std::vector<const Solution*> ends(const Solution& solution) {
  if (solution.branches.empty()) return {&solution};
  std::vector<const Solution*> all;
  for (const Solution& branch : solution.branches) {
    const auto below = ends(branch);
    all.insert(all.end(), below.begin(), below.end());
  }
  return all;
}

std::string disagreement_of_branches(const Problem& problem, const Solution& solution,
                                     double tolerance) {
  std::string wrong;
  const auto found = ends(solution);
  if (found.size() != problem.branches.size()) {
    wrong += fmt::format("{} branches instead of {}\n", found.size(), problem.branches.size());
  }
  for (const std::vector<double>& expected : problem.branches) {
    const auto matches = std::ranges::count_if(found, [&](const Solution* end) {
      for (std::size_t i = 0; i < expected.size(); ++i) {
        if (!(std::abs(end->x.at(i) - expected[i]) <= tolerance)) return false;
      }
      return end->t == problem.value.t1;
    });
    if (matches != 1) {
      wrong += fmt::format("{} branches end at {}\n", matches, fmt::join(expected, ", "));
    }
  }
  if (wrong.empty()) return wrong;
  for (const Solution* end : found) {
    wrong += fmt::format("found: {} at {:.12g}, x = {}: {}\n", name(end->status), end->t,
                         fmt::join(end->x, ", "), end->message);
  }
  return "\n" + problem.name + "\n" + wrong;
}

}  // namespace filippov::problems
