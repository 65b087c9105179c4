#include "problem.hpp"

#include "filippov/arithmetic/error.hpp"
#include "filippov/inclusion/clarke.hpp"

namespace filippov::problems {

ExpectedEvent crossing(double t, int surface, int side, std::vector<int> sliding) {
  return {t, EventKind::crossing, {surface}, std::move(sliding), side};
}

ExpectedEvent entry(double t, int surface) {
  return {t, EventKind::sliding_entry, {surface}, {surface}, 0};
}

ExpectedEvent joined(double t, int surface, std::vector<int> sliding) {
  return {t, EventKind::sliding_change, {surface}, std::move(sliding), 0};
}

ExpectedEvent left(double t, int surface, int side, std::vector<int> sliding) {
  return {t, EventKind::sliding_change, {surface}, std::move(sliding), side};
}

ExpectedEvent exit(double t, int surface, int side) {
  return {t, EventKind::sliding_exit, {surface}, {}, side};
}

Problem ascending(const Function& f, Problem problem) {
  problem.inclusion = std::shared_ptr<const Inclusion>(new FilippovMap(ascent(f)));
  problem.potential = std::make_shared<Function>(f);
  problem.direction = 1;
  return problem;
}

Problem descending(const Function& f, Problem problem) {
  problem.inclusion = std::shared_ptr<const Inclusion>(new FilippovMap(descent(f)));
  problem.potential = std::make_shared<Function>(f);
  problem.direction = -1;
  return problem;
}

std::vector<Problem> all_problems() {
  std::vector<Problem> all;
  for (auto* family : {&dry_friction, &relays, &crossings, &curved_sliding, &several_surfaces,
                       &gradient_flows, &accumulations, &branchings}) {
    for (Problem& problem : family()) all.push_back(std::move(problem));
  }
  return all;
}

Problem problem(const std::string& name) {
  for (Problem& problem : all_problems()) {
    if (problem.name == name) return problem;
  }
  throw Error("no problem is called '" + name + "'");
}

}  // namespace filippov::problems
