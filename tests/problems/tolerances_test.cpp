// The events are right at every tolerance, with no maximum step to help.

#include <doctest/doctest.h>

#include <cmath>

#include "comparison.hpp"
#include "filippov/solver/solve.hpp"

using namespace filippov;
using namespace filippov::problems;

namespace {

void check_kinds(const std::string& name, int loosest, int strictest, StepperKind stepper) {
  const Problem exact = problem(name);
  for (int digits = loosest; digits <= strictest; ++digits) {
    for (const double ratio : {1e-2, 1.0}) {
      const double tolerance = std::pow(10, -digits);
      CAPTURE(tolerance);
      CAPTURE(ratio);
      const SolverOptions options{.rtol = tolerance, .atol = ratio * tolerance, .stepper = stepper};
      CHECK_EQ(disagreement_of_kinds(exact, solve(*exact.inclusion, exact.value, options)), "");
    }
  }
}

}  // namespace

TEST_CASE("the events are right at every tolerance") {
  for (const char* name : {"stick_slip_forced", "double_root_dose", "brake_pad_disode"}) {
    SUBCASE(name) { check_kinds(name, 4, 12, StepperKind::automatic); }
  }
}

TEST_CASE("the events of fast relays are right from 1e-8 on") {
  for (const char* name : {"stiff_relay", "relay_feedback", "gene_negative_feedback"}) {
    SUBCASE(name) { check_kinds(name, 8, 12, StepperKind::automatic); }
  }
}
