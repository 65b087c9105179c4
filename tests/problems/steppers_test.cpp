// Every stepper finds the same events.

#include <doctest/doctest.h>

#include <algorithm>

#include "comparison.hpp"
#include "filippov/solver/solve.hpp"

using namespace filippov;
using namespace filippov::problems;

namespace {

void check_with(StepperKind stepper, const std::vector<const char*>& names) {
  for (const char* name : names) {
    SUBCASE(name) {
      Problem exact = problem(name);
      exact.time_tolerance = std::max(exact.time_tolerance, 1e-6);
      exact.state_tolerance = std::max(exact.state_tolerance, 1e-6);
      const Solution solution =
          solve(*exact.inclusion, exact.value, {.rtol = 1e-10, .atol = 1e-12, .stepper = stepper});
      CHECK_EQ(disagreement(exact, solution), "");
    }
  }
}

const std::vector<const char*> not_stiff = {"stick_slip_forced",
                                            "brake_pad_disode",
                                            "coulomb_stop",
                                            "coulomb_by_hand",
                                            "double_root_stick",
                                            "relays_12",
                                            "surface_never_reached",
                                            "circle_crossing_nosnoc",
                                            "circle_crossing_backward",
                                            "tangential_exit",
                                            "exit_at_the_origin",
                                            "circle_slide",
                                            "sphere_slide",
                                            "moving_parabola",
                                            "four_modes",
                                            "flow_max3",
                                            "flow_tv8",
                                            "flow_curved_valley",
                                            "double_root_fast",
                                            "curved_intersection"};

}  // namespace

TEST_CASE("a motion that decays to subnormal numbers goes on") {
  const Problem exact = problem("surface_never_reached");
  for (const double tolerance : {1e-6, 1e-11}) {
    const Solution solution =
        solve(*exact.inclusion, exact.value,
              {.rtol = tolerance, .atol = tolerance, .stepper = StepperKind::radau13});
    CHECK_EQ(disagreement(exact, solution), "");
  }
}

TEST_SUITE_BEGIN("slow");

TEST_CASE("dopri5 finds the same events") { check_with(StepperKind::dopri5, not_stiff); }

TEST_CASE("rosenbrock4 finds the same events") {
  check_with(StepperKind::rosenbrock4,
             {"stick_slip_forced", "brake_pad_disode", "coulomb_stop", "circle_slide",
              "tangential_exit", "exit_at_the_origin", "stiff_relay"});
}

TEST_CASE("radau13 finds the same events") {
  check_with(StepperKind::radau13, not_stiff);
  check_with(StepperKind::radau13, {"stiff_relay", "relay_feedback", "gene_negative_feedback"});
}

TEST_SUITE_END();
