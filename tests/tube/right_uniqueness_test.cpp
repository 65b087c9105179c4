#include <doctest/doctest.h>

#include "filippov/function/parse.hpp"
#include "filippov/tube/enclose.hpp"

using namespace filippov;

// Relays that turn each other: x' = -A (sign x, sign y) with A = [[1, 1/2], [-1/2, 1]]. From (1,
// 0.7) x1' = -3/2, y' = -1/2 until x = 0 at 2/3, y = 11/30; there sliding with sign x = -1/2, y' =
// -5/4 until y = 0 at 2/3 + 22/75 = 0.96, and rest.
TEST_CASE("relays whose coupling has a dominant diagonal have one solution") {
  const FilippovMap map(
      parse_field({"-sign(x) - 0.5*sign(y)", "0.5*sign(x) - sign(y)"}, {{"x", "y"}}));
  const Tube tube = enclose(map, {.t1 = 2, .x0 = {1, Interval::from_decimal("0.7")}});
  REQUIRE_EQ(tube.status, TubeStatus::finished);
  CHECK_EQ(tube.uniqueness.proof, Proof::certified);
  REQUIRE_EQ(tube.events.size(), 2);
  CHECK(tube.events[1].window.contains(0.96));
  CHECK(identical(tube.box[0], 0));
  CHECK(identical(tube.box[1], 0));
}

// Two masses of different weight that rub on each other, one of them on the ground: the coupling is
// symmetric in the metric of the masses only.
TEST_CASE("friction between masses of different weight") {
  const FilippovMap map(parse_field({"v", "w", "(-x - 0.5*(x - y) - 0.3*sign(v - w))/2",
                                     "0.5*(x - y) + 0.3*sign(v - w) - 0.2*sign(w)"},
                                    {{"x", "y", "v", "w"}}));
  const Tube tube = enclose(map, {.t1 = 10, .x0 = {1, -1, 0.5, 0}});
  REQUIRE_EQ(tube.status, TubeStatus::finished);
  CHECK_EQ(tube.uniqueness.proof, Proof::certified);
}

// A strength that changes in time: the jumps are not constant.
TEST_CASE("two sliding motions whose strengths change") {
  const FilippovMap map(parse_field(
      {"-(1 + 0.5*cos(t))*sign(x) + 0.2*sign(y)", "0.1 - (1 + 0.5*sin(t))*sign(y)"}, {{"x", "y"}}));
  const Tube tube = enclose(map, {.t1 = 5, .x0 = {0.5, 0.7}});
  REQUIRE_EQ(tube.status, TubeStatus::finished);
  CHECK_EQ(tube.uniqueness.proof, Proof::certified);
}

// x' = -sign x - 2 sign y, y' = -2 sign x - sign y: from 0 solutions rest or leave between the
// axes.
TEST_CASE("where the diagonal does not dominate, solutions branch and are not certified") {
  const FilippovMap map(
      parse_field({"-sign(x) - 2*sign(y)", "-2*sign(x) - sign(y)"}, {{"x", "y"}}));
  CHECK_NE(enclose(map, {.t1 = 1, .x0 = {1, 1}}).uniqueness.proof, Proof::certified);
  CHECK_EQ(enclose(map, {.t1 = 1, .x0 = {0, 0}}).uniqueness.proof, Proof::refuted);
}
