#include <doctest/doctest.h>

#include "comparison.hpp"
#include "filippov/solver/solve.hpp"

using namespace filippov;
using namespace filippov::problems;

namespace {

const SolverOptions accurate{.rtol = 1e-11, .atol = 1e-13};

void check_family(const std::vector<Problem>& family) {
  for (const Problem& problem : family) {
    SUBCASE(problem.name.c_str()) {
      CHECK_EQ(disagreement(problem, solve(*problem.inclusion, problem.value, accurate)), "");
    }
  }
}

}  // namespace

TEST_CASE("oscillators with dry friction") { check_family(dry_friction()); }

TEST_CASE("relays") { check_family(relays()); }

TEST_CASE("crossings and contacts") { check_family(crossings()); }

TEST_CASE("sliding on curved and moving surfaces") { check_family(curved_sliding()); }

TEST_CASE("sliding on several surfaces") { check_family(several_surfaces()); }

TEST_CASE("gradient flows") { check_family(gradient_flows()); }

TEST_CASE("events that accumulate") { check_family(accumulations()); }

TEST_CASE("the solution up to a branching") { check_family(branchings()); }

TEST_CASE("all branches") {
  SolverOptions all = accurate;
  all.branches = BranchPolicy::all;
  for (const Problem& problem : branchings()) {
    SUBCASE(problem.name.c_str()) {
      const Solution solution = solve(*problem.inclusion, problem.value, all);
      CHECK_EQ(disagreement_of_branches(problem, solution, 1e-9), "");
    }
  }
}

TEST_CASE("the first branch is one of all") {
  SolverOptions first = accurate;
  first.branches = BranchPolicy::first;
  for (const Problem& problem : branchings()) {
    SUBCASE(problem.name.c_str()) {
      // Rest and sliding come before leaving, and the staying solution is listed first.
      Problem one = problem;
      one.branches = {problem.branches.front()};
      const Solution solution = solve(*problem.inclusion, problem.value, first);
      CHECK(solution.branches.empty());
      CHECK_EQ(disagreement_of_branches(one, solution, 1e-9), "");
    }
  }
}
