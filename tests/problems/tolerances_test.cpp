// The events are right at every tolerance, with no maximum step to help.

#include <doctest/doctest.h>

#include <cmath>

#include "comparison.hpp"
#include "filippov/inclusion/filippov_map.hpp"
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

TEST_CASE("the one-step methods find the same events at every tolerance") {
  for (const char* name : {"stick_slip_forced", "brake_pad_disode"}) {
    SUBCASE(name) {
      check_kinds(name, 4, 12, StepperKind::dopri5);
      check_kinds(name, 4, 9, StepperKind::rosenbrock4);
      check_kinds(name, 4, 12, StepperKind::radau13);
    }
  }
  SUBCASE("stiff_relay") { check_kinds("stiff_relay", 4, 12, StepperKind::radau13); }
  SUBCASE("double_root_dose with radau13") {
    check_kinds("double_root_dose", 4, 12, StepperKind::radau13);
  }
  // The double root is 1e-6 deep: looser tolerances cannot tell it from a contact.
  SUBCASE("double_root_dose") { check_kinds("double_root_dose", 8, 11, StepperKind::dopri5); }
}

// A mass that sticks lets the step grow: the multiplier, which oscillates, must hold it back. From
// t = 0.902 on the period of the force, 4 pi, brings two sticks and two slips (stick_slip_forced).
TEST_CASE("sticking does not let the step outgrow the multiplier") {
  Problem exact = problem("stick_slip_forced");
  exact.value.t1 = 600;
  for (const StepperKind stepper :
       {StepperKind::taylor, StepperKind::dopri5, StepperKind::radau13}) {
    const Solution s =
        solve(*exact.inclusion, exact.value, {.rtol = 1e-11, .atol = 1e-13, .stepper = stepper});
    CHECK(s.status == Status::finished);
    CHECK(s.events.size() == 191);
  }
}

// x1 = sin t touches x1 = 1 at pi/2 + 2 pi k. A method of fourth order with a state error of 1e-11
// does not see which: it is grazing, not silence and not two crossings.
TEST_CASE("every stepper reports an exact contact as grazing") {
  const Problem exact = problem("grazing_exact");
  for (const StepperKind stepper :
       {StepperKind::taylor, StepperKind::dopri5, StepperKind::rosenbrock4, StepperKind::radau13}) {
    const SolverOptions options{.rtol = 1e-11, .atol = 1e-13, .stepper = stepper};
    CHECK_EQ(disagreement_of_kinds(exact, solve(*exact.inclusion, exact.value, options)), "");
  }
}

// x' = -x + cos 3t, x(0) = 0: x = (cos 3t + 3 sin 3t - e^-t) / 10. A method of fourth order needs
// about tolerance^(-1/4) steps; one that forgets how f depends on time needs 1/tolerance.
TEST_CASE("rosenbrock4 keeps its order where the right-hand side depends on time") {
  const FilippovMap forced(
      VectorField(1, [](auto t, const auto& x) { return vector(cos(3 * t) - x[0]); }));
  const Solution s = solve(forced, {.t1 = 2, .x0 = {0}},
                           {.rtol = 1e-9, .atol = 1e-9, .stepper = StepperKind::rosenbrock4});
  const double answer = (std::cos(6.0) + 3 * std::sin(6.0) - std::exp(-2.0)) / 10;
  CHECK(std::abs(s.x[0] - answer) < 1e-7);
  CHECK(s.statistics.steps < 1000);
}
