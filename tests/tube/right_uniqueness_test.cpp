#include <doctest/doctest.h>

#include "filippov/function/parse.hpp"
#include "filippov/inclusion/clarke.hpp"
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

// Normals at an acute angle: no diagonal dominates, and the jumps are not constant. From (1/2,
// 7/10) to x = 0, along it to y = 0 and rest, as 0.3 = 1 s + 1.8 r, 0.2 = 0.8 r has s = -0.15, r =
// 0.25.
TEST_CASE("jumps along normals with factors that change have one solution") {
  const FilippovMap map(parse_field({"0.3 - (1 + y^2)*sign(x) - 0.9*(2 + x)*sign(0.9*x + 0.4*y)",
                                     "0.2 - 0.4*(2 + x)*sign(0.9*x + 0.4*y)"},
                                    {{"x", "y"}}));
  const Tube tube =
      enclose(map, {.t1 = 2, .x0 = {Interval::from_decimal("0.5"), Interval::from_decimal("0.7")}});
  REQUIRE_EQ(tube.status, TubeStatus::finished);
  CHECK_EQ(tube.uniqueness.proof, Proof::certified);
  for (const Interval& entry : tube.box) {
    CHECK(entry.contains(0));
    CHECK(entry.magnitude() < 1e-14);
  }
}

// f = max(x, y, z, -x - y - z) is convex, so that each descent is unique: from (1, 1/2, 1/5) x
// falls to y at 1/2, both to z at 1.1 (by 1/2 each time unit), all to 0 at 1.7 (by 1/3), where four
// gradients meet. Which of y and z is greater decides nothing as long as x is.
TEST_CASE("a maximum of maxima is convex, and its inner switches are no events") {
  const Tube tube =
      enclose(descent(parse("max(max(y, z), max(x, -x - y - z))", {{"x", "y", "z"}})),
              {.t1 = 3, .x0 = {1, Interval::from_decimal("0.5"), Interval::from_decimal("0.2")}});
  REQUIRE_EQ(tube.status, TubeStatus::finished);
  CHECK_EQ(tube.uniqueness.proof, Proof::certified);
  for (const Interval& entry : tube.box) CHECK(entry.contains(0));
  // x1 and x2 change places below the maximum x3.
  const Tube inner =
      enclose(descent(parse("max(max(x1, x2), x3) - x1/2 - x2", {{"x1", "x2", "x3"}})),
              {.t1 = 1, .x0 = {1, Interval::from_decimal("0.8"), 9}});
  REQUIRE_EQ(inner.status, TubeStatus::finished);
  REQUIRE_EQ(inner.events.size(), 1);
  CHECK(inner.events[0].window.contains(0.4));
  CHECK_FALSE(inner.events[0].jumps);
}

// x' = sign(x): nothing is gained by splitting a box around 0.
TEST_CASE("a box is not split for ever where that does not help") {
  const Tube tube =
      enclose(ascent(parse("abs(x) + abs(x)^1.5", {{"x"}})), {.t1 = 1, .x0 = {Interval(0, 0.01)}});
  CHECK_EQ(tube.status, TubeStatus::stopped);
  CHECK_EQ(tube.uniqueness.proof, Proof::undecided);
  CHECK(tube.pieces.size() < 100);
}

// x' = -sign x - 2 sign y, y' = -2 sign x - sign y: from 0 solutions rest or leave between the
// axes.
TEST_CASE("where the diagonal does not dominate, solutions branch and are not certified") {
  const FilippovMap map(
      parse_field({"-sign(x) - 2*sign(y)", "-2*sign(x) - sign(y)"}, {{"x", "y"}}));
  CHECK_NE(enclose(map, {.t1 = 1, .x0 = {1, 1}}).uniqueness.proof, Proof::certified);
  CHECK_EQ(enclose(map, {.t1 = 1, .x0 = {0, 0}}).uniqueness.proof, Proof::refuted);
}

// Sliding on y = 0, as -2|y| holds, at x' = 1/2 until x + 0.3 y passes 0 at t = 2, across which the
// potential bends upwards: x' = 3/2 from then on. Some elements of F at the origin lead back, but
// none that is tangent to y = 0.
TEST_CASE("a surface that drives apart is crossed while sliding on another") {
  const Tube tube = enclose(ascent(parse("x + 0.5*abs(x + 0.3*y) - 2*abs(y)", {{"x", "y"}})),
                            {.t1 = 3, .x0 = {-1, Interval::from_decimal("0.5")}});
  REQUIRE_EQ(tube.status, TubeStatus::finished);
  CHECK_EQ(tube.uniqueness.proof, Proof::certified);
  REQUIRE_EQ(tube.events.size(), 2);
  CHECK_EQ(tube.events[1].kind, EventKind::crossing);
  CHECK(tube.events[1].window.contains(2));
  CHECK(tube.box[0].contains(1.5));
  CHECK(tube.box[0].width() < 1e-14);
  CHECK(identical(tube.box[1], 0));
  // Two surfaces held, and three coordinates: x' = 1/2, then 3/2.
  const Tube two =
      enclose(ascent(parse("x + 0.5*abs(x + 0.3*y - 0.2*z) - 2*abs(y) - 2*abs(z + 0.1*y)",
                           {{"x", "y", "z"}})),
              {.t1 = 3, .x0 = {-1, Interval::from_decimal("0.1"), Interval::from_decimal("0.2")}});
  REQUIRE_EQ(two.status, TubeStatus::finished);
  CHECK_EQ(two.uniqueness.proof, Proof::certified);
  CHECK(two.box[0].contains(1.5));
  // Normals at an acute angle: some of the fields lead away from y = 0, but those that slide on the
  // second do not.
  const Tube acute =
      enclose(ascent(parse("x + 0.5*y + 0.5*abs(x + 0.3*y + 0.1*z) - 2*abs(y) - 2*abs(0.9*y + "
                           "0.3*z)",
                           {{"x", "y", "z"}})),
              {.t1 = 3, .x0 = {-1, 0, 0}});
  CAPTURE(acute.message);
  REQUIRE_EQ(acute.status, TubeStatus::finished);
  CHECK_EQ(acute.uniqueness.proof, Proof::certified);
  CHECK(acute.box[0].contains(1.5));
  // With a slower motion along y = 0 the element that is tangent leads back from x > 0: it stays.
  const Tube stays = enclose(ascent(parse("x - 2*abs(x + 0.3*y) - 2*abs(y)", {{"x", "y"}})),
                             {.t1 = 3, .x0 = {-1, Interval::from_decimal("0.5")}});
  REQUIRE_EQ(stays.status, TubeStatus::finished);
  CHECK(stays.box[0].contains(0));
}

// Sliding on y = 0 at x' = 1/2 until x + 3y passes 0 at t = 2, across which the potential bends
// upwards: (3/2, 1) leads away above y = 0, (3/2, 5) from below. Before it (1/2, -2) leads back.
TEST_CASE("a surface is left where one that drives apart is crossed") {
  const FilippovMap map = ascent(parse("0.5*x - 2*abs(y) + relu(x + 3*y)", {{"x", "y"}}));
  for (const double y : {0.0, 0.125}) {
    const Tube tube = enclose(map, {.t1 = 3, .x0 = {-1 - 0.25 * y, y}});
    REQUIRE_EQ(tube.status, TubeStatus::finished);
    CHECK_EQ(tube.uniqueness.proof, Proof::certified);
    CHECK_EQ(tube.events.back().kind, EventKind::sliding_exit);
    CHECK(tube.events.back().window.contains(2 + 0.5 * y));
    CHECK(tube.box[0].contains(1.5 - 0.75 * y));
    CHECK(tube.box[1].contains(1 - 0.5 * y));
    CHECK(tube.box[1].width() < 1e-14);
  }
  // (1/2, -2) leads back faster than (1/2, 2) leads on: along x + 3y = 0 solutions leave, too.
  const Tube two = enclose(ascent(parse("-0.1*x - 2*abs(y) + relu(x + 3*y)", {{"x", "y"}})),
                           {.t1 = 3, .x0 = {0, 0}});
  CHECK_NE(two.uniqueness.proof, Proof::certified);
}

// Sliding on y = 0 and z = 0 at x' = 1/2 until x + 3y + z/5 passes 0 at t = 2: y is left with (3/2,
// 1), as above, z holds, at z' = 0. With 3z instead both are left, with (3/2, 1, 1).
TEST_CASE("of two surfaces one is left, or both, where one that drives apart is crossed") {
  for (const bool both : {false, true}) {
    const std::string crossed = both ? "x + 3*y + 3*z" : "x + 3*y + 0.2*z";
    const Tube tube = enclose(
        ascent(parse("0.5*x - 2*abs(y) - 2*abs(z) + relu(" + crossed + ")", {{"x", "y", "z"}})),
        {.t1 = 3, .x0 = {-1, 0, 0}});
    CAPTURE(tube.message);
    REQUIRE_EQ(tube.status, TubeStatus::finished);
    CHECK_EQ(tube.uniqueness.proof, Proof::certified);
    REQUIRE_EQ(tube.events.size(), 1);
    CHECK(tube.events[0].window.contains(2));
    CHECK(tube.events[0].surfaces.size() == (both ? 3 : 2));
    CHECK(tube.box[0].contains(1.5));
    CHECK(tube.box[1].contains(1));
    CHECK(tube.box[2].contains(both ? 1 : 0));
    CHECK(tube.box[2].width() < 1e-14);
  }
}

// Sliding on y = 0 at x' = 2/5 on both sides of x = 0, where (-1, -1) above in x < 0 and (-1, 1)
// below in x > 0 are fields too: at (0, 0) solutions may rest. In every mode x + 2|y| decreases,
// but not along y = 0.
TEST_CASE("a surface with a kink is not crossed as the corners say") {
  const std::string h = "sign(x + 2*abs(y))";
  const FilippovMap map(
      parse_field({"2.5 + 3.5*" + h + "*sign(y)", "-2.5*sign(y) - 1.5*" + h}, {{"x", "y"}}));
  const Tube tube = enclose(map, {.t1 = 1, .x0 = {Interval::from_decimal("-0.1"), 0}});
  CHECK_NE(tube.uniqueness.proof, Proof::certified);
  CHECK(tube.t < 0.2501);
}

// y = 0 holds in x < 0 only: where x passes 0 the motion on it is unstable, and two more leave.
TEST_CASE("a surface that stops holding where another is crossed") {
  const Tube tube =
      enclose(ascent(parse("x + x*abs(y)/2 + abs(x)/4", {{"x", "y"}})), {.t1 = 3, .x0 = {-1, 0}});
  CHECK_NE(tube.uniqueness.proof, Proof::certified);
}

// Sliding on y = 0 with x' = 1 until x + y passes 0 at t = 1; beyond it (2, 1 - sign(y)/2) drives
// from y = 0 on both sides upwards: (2, 1/2).
TEST_CASE("a surface is left where another is crossed") {
  const Tube tube =
      enclose(ascent(parse("x - abs(y)/2 + relu(x + y)", {{"x", "y"}})), {.t1 = 2, .x0 = {-1, 0}});
  REQUIRE_EQ(tube.status, TubeStatus::finished);
  CHECK_EQ(tube.uniqueness.proof, Proof::certified);
  REQUIRE_EQ(tube.events.size(), 1);
  CHECK_EQ(tube.events[0].kind, EventKind::sliding_exit);
  CHECK(tube.events[0].window.contains(1));
  CHECK(tube.box[0].contains(2));
  CHECK(tube.box[1].contains(0.5));
  CHECK(tube.box[1].width() < 1e-14);
}
