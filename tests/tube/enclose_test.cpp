#include "filippov/tube/enclose.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "../../lib/tube/pieces.hpp"
#include "filippov/arithmetic/error.hpp"
#include "filippov/function/parse.hpp"
#include "filippov/inclusion/clarke.hpp"

using namespace filippov;

namespace {

std::string error_of(const EnclosureProblem& problem, const EnclosureOptions& options = {}) {
  try {
    enclose(FilippovMap(parse_field({"y", "-x"}, {{"x", "y"}})), problem, options);
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

bool all_contain(const std::vector<Interval>& box, const std::vector<double>& x) {
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (!box[i].contains(x[i])) return false;
  }
  return true;
}

}  // namespace

TEST_CASE("a problem that makes no sense is an error with its values") {
  CHECK_EQ(error_of({.x0 = {0, 0}}), "no error");
  CHECK_EQ(error_of({.x0 = {0}}), "the initial box has 1 entries: expected 2, one per coordinate");
  CHECK_EQ(error_of({.x0 = {0, Interval::entire()}}), "entry 2 of the initial box is not bounded");
  CHECK_EQ(error_of({.t1 = NAN, .x0 = {0, 0}}), "the times are 0 and nan: expected finite numbers");
  CHECK_EQ(error_of({.x0 = {0, 0}}, {.order = 1}), "the order is 1: expected 2 to 60");
  CHECK_EQ(error_of({.x0 = {0, 0}}, {.order = 61}), "the order is 61: expected 2 to 60");
  CHECK_EQ(error_of({.x0 = {0, 0}}, {.max_step = 0}),
           "the longest step is 0: expected a positive number");
}

TEST_CASE("no time: the tube is its start") {
  const Tube tube = enclose(FilippovMap(parse_field({"y", "-x"}, {{"x", "y"}})),
                            {.t0 = 1, .t1 = 1, .x0 = {1, Interval(2, 3)}});
  CHECK_EQ(tube.status, TubeStatus::finished);
  CHECK(identical(tube.box[1], Interval(2, 3)));
}

TEST_CASE("limits stop the tube where it holds, and say so") {
  const FilippovMap relay(parse_field({"v", "-x - sign(x)"}, {{"x", "v"}}));
  const Tube events = enclose(relay, {.t1 = 20, .x0 = {1, 0}}, {.max_events = 2});
  CHECK_EQ(events.status, TubeStatus::stopped);
  CHECK_EQ(events.uniqueness.proof, Proof::undecided);
  CHECK(events.message.find("the maximum of 2 events") != std::string::npos);
  const Tube steps = enclose(relay, {.t1 = 20, .x0 = {1, 0}}, {.max_steps = 3});
  CHECK(steps.message.find("the maximum of 3 steps") != std::string::npos);
  CHECK(steps.t < 20);
}

TEST_CASE("steps say which orders are enough to prove them again") {
  const FilippovMap oscillator(parse_field({"y", "(1 - x*x)*y - x"}, {{"x", "y"}}));
  const auto tube_of = [&](double radius, bool with_room) {
    const Interval around = Interval(-radius, radius);
    return enclose(oscillator, {.t1 = 2, .x0 = {2 + around, around}},
                   {.room_for_checker = with_room, .max_pieces = 1});
  };
  for (const TubeSegment& step : tube_of(0, true).segments) {
    CHECK_LE(step.order, 20);
    // A thin set needs no sharp derivatives.
    CHECK_LT(step.slope_order, 12);
  }
  for (const TubeSegment& step : tube_of(1e-3, true).segments) {
    CHECK_LT(step.order, 19);
    CHECK_LE(step.slope_order, step.order);
  }
  for (const TubeSegment& step : tube_of(1e-3, false).segments) {
    CHECK_EQ(step.order, 22);
    CHECK_EQ(step.slope_order, 22);
  }
}

// A box of states crosses x = 0 over a long window, in which sign(y) begins to matter. y became
// positive before, where nobody watched. With d = t + x(0) the time since then, z = 10 d, and
// w = t + x(0) stands still before: w' = e^z - 1 from then on.
TEST_CASE("the box of a window knows the sides of surfaces that begin to matter in it") {
  const FilippovMap map(
      parse_field({"1", "1", "select(x, 10*sign(y), 0)", "exp(z)"}, {{"x", "y", "z", "w"}}));
  for (const double radius : {0.1, 0.05, 0.01}) {
    CAPTURE(radius);
    const Tube tube =
        enclose(map, {.t1 = 1.2, .x0 = {Interval(-1 - radius, -1 + radius), -0.5, 0, 0}},
                {.max_pieces = 1});
    REQUIRE_EQ(tube.status, TubeStatus::finished);
    for (const double start : {-1 - radius, -1.0, -1 + radius}) {
      for (const TubeSegment& segment : tube.segments) {
        const double t = segment.t1;
        const double since = std::max(0.0, t + start);
        // 1e-12 of room for the rounding of what follows.
        const std::vector<Interval> exact = {
            Interval::around(start + t, 1e-12), Interval::around(t - 0.5, 1e-12),
            Interval::around(10 * since, 1e-12),
            Interval::around(t - since + std::expm1(10 * since) / 10, 1e-12)};
        for (std::size_t i = 0; i < exact.size(); ++i) {
          CAPTURE(i);
          CHECK(intersect(segment.box[i], exact[i]).has_value());
          CHECK(intersect(segment.end[i], exact[i]).has_value());
        }
      }
    }
  }
}

// In one half of the box solutions branch at once, in the other each is unique.
TEST_CASE("a counter-example in one part of the box leaves the tube one of the whole box") {
  const Tube tube = enclose(ascent(parse("u1*abs(u2)")), {.t1 = 1, .x0 = {Interval(-1, 1), 0}});
  CHECK_EQ(tube.uniqueness.proof, Proof::refuted);
  CHECK_EQ(tube.status, TubeStatus::stopped);
  CHECK(identical(tube.x0[0], Interval(-1, 1)));
  CHECK(all_contain(tube.box, {-1, 0}));
  CHECK(all_contain(tube.box, {1, 0}));
}

// The speed jumps by 2^60 when x1 = 1, at the time 1 + t0: what is missed by one unit in the last
// place of the time is missed by more than 100 in x2.
TEST_CASE("events are at their exact times, to the last place") {
  const double jump = 0x1p60;
  const FilippovMap map(
      VectorField(2, [=](auto, const auto& x) { return vector(1.0, jump * step(x[0] - 1)); }));
  for (const double t0 : {1e-30, 1e-17, 1e-9, 1e-7, 3e-5, 1e-3, 0.1, 0.3, 1.0, 7.1}) {
    CAPTURE(t0);
    const double t1 = t0 + 1.5;
    const Tube tube = enclose(map, {.t0 = t0, .t1 = t1, .x0 = {0, 0}});
    REQUIRE_EQ(tube.status, TubeStatus::finished);
    const Interval time = Interval(1) + Interval(t0);
    CHECK(intersect(tube.events[0].window, time).has_value());
    const Interval end = (Interval(t1) - Interval(t0) - 1) * Interval(jump);
    CHECK(intersect(tube.box[1], end).has_value());
    // Backward from there: x1 = 1.5 - (t1 - t), x2 = -(t1 - t) jump until x1 = 1.
    const Tube back = enclose(map, {.t0 = t1, .t1 = t0, .x0 = {1.5, 0}});
    REQUIRE_EQ(back.status, TubeStatus::finished);
    CHECK(back.box[1].contains(-0.5 * jump));
  }
}

// x' = 1, y slides on 0 while |x| < 2 and has left it for (x - 2)^2 / 2 from then on. At t = 2 some
// solutions from the box have, others have not.
TEST_CASE("at the final time some solutions may have left a surface slid on") {
  const FilippovMap map(parse_field({"1", "x - 2*sign(y)"}, {{"x", "y"}}));
  for (const double radius : {1e-3, 1e-6}) {
    const Tube tube =
        enclose(map, {.t1 = 2, .x0 = {Interval(-radius, radius), 0}}, {.max_pieces = 1});
    REQUIRE_EQ(tube.status, TubeStatus::finished);
    CHECK(tube.box[1].contains(0));
    CHECK(tube.box[1].contains(radius * radius / 2));
  }
}

// While y slides on 0, x - s sign(y)/2 has the sign of x - 1/2 on one side and of x + 1/2 on the
// other: with |x| < 1/2 the third velocity is the mean of 1 and -1, not one of them.
TEST_CASE("a surface that jumps with the side of one slid on is not crossed there") {
  for (const char* const third : {"sign(x + 0.5*sign(y))", "sign(x - 0.5*sign(y))"}) {
    const FilippovMap map(parse_field({"1", "-sign(y)", third}, {{"x", "y", "z"}}));
    for (const double y : {1.0, -1.0}) {
      const Tube tube = enclose(map, {.t1 = 2, .x0 = {-2, y, 0}});
      CHECK_NE(tube.uniqueness.proof, Proof::certified);
      CHECK(tube.message.find("jumps with the side") != std::string::npos);
      CHECK(tube.t <= 1.5);
      const Tube far = enclose(map, {.t1 = 1.375, .x0 = {-2, y, 0}});
      CHECK_EQ(far.status, TubeStatus::finished);
      CHECK(far.box[2].contains(-1.375));
    }
  }
}

// Where the pieces y1 + y2, -y1 + y2 + |z|/4 and -2 y2 meet, the solution slides on both their
// surfaces, and z moves with the second piece alone, which is that of the last of the four sides
// around: it stays at 0 when it gets there.
TEST_CASE("a surface that matters on one side of those slid on is seen") {
  const FilippovMap map =
      descent(parse("max(max(y1 + y2, -y1 + y2 + abs(z)/4), -2*y2)", {{"y1", "y2", "z"}}));
  for (const double y1 : {0.4, -0.4}) {
    const Tube tube = enclose(map, {.t1 = 6, .x0 = {y1, -1, 0.05}});
    CHECK(tube.box[2].upper() >= 0);
    if (tube.status == TubeStatus::finished) CHECK(tube.box[2].contains(0));
  }
}

TEST_CASE("formulas kept from one tube to the next prove the same") {
  const FilippovMap relay(parse_field({"v", "-x - sign(x) - 0.2*sign(v)"}, {{"x", "v"}}));
  detail::Encloser encloser(relay);
  const EnclosureProblem problems[] = {{.t1 = 9, .x0 = {1, 0.5}},
                                       {.t1 = 7, .x0 = {-2, Interval(0.3, 0.30001)}},
                                       {.t1 = -1, .x0 = {-2, 0.3}},
                                       {.t1 = 9, .x0 = {1, 0.5}}};
  for (const EnclosureProblem& problem : problems) {
    const Tube again = encloser.enclose(problem, {.order = 14});
    const Tube fresh = enclose(relay, problem, {.order = 14});
    CHECK_EQ(again.status, fresh.status);
    CHECK_EQ(again.uniqueness.proof, fresh.uniqueness.proof);
    REQUIRE_EQ(again.events.size(), fresh.events.size());
    for (std::size_t k = 0; k < again.events.size(); ++k) {
      CHECK(intersect(again.events[k].window, fresh.events[k].window));
    }
    for (std::size_t i = 0; i < 2; ++i) {
      CHECK(intersect(again.box[i], fresh.box[i]));
      CHECK(again.box[i].width() <= 1.1 * fresh.box[i].width() + 1e-15);
    }
  }
}

TEST_CASE("many times to visit, near each other, do not widen a tube much") {
  // x = cos t, v = -sin t, but for the box.
  const FilippovMap oscillator(parse_field({"v", "-x"}, {{"x", "v"}}));
  std::vector<double> visit;
  for (int k = 1; k < 1000; ++k) visit.push_back(k * 0.003);
  for (const double radius : {0.0, 1e-3}) {
    const EnclosureProblem problem{.t1 = 3, .x0 = {Interval(1 - radius, 1 + radius), 0}};
    const Tube few = enclose(oscillator, problem, {.order = 14});
    const Tube many = enclose(oscillator, problem, {.order = 14, .visit = visit});
    REQUIRE_EQ(many.status, TubeStatus::finished);
    CHECK(many.segments.size() >= 1000);
    CHECK(all_contain(many.box, {std::cos(3), -std::sin(3)}));
    for (std::size_t i = 0; i < 2; ++i) {
      CHECK(many.box[i].width() <= 1.01 * few.box[i].width() + 1e-15);
    }
    // The box carries -cos 3 times its width.
    CHECK(many.box[0].width() <= 2.001 * radius + 2e-15);
  }
}

// v' = 2a, a' = 2v, so that v, a = ((v0 + a0) e^{2t} +- (v0 - a0) e^{-2t}) / 2. Divided by the
// jumps of the field, which grow with v, the velocity had boxes so wide that this tube needed 8
// parts.
TEST_CASE("sliding along the normals of planes divides by nothing that varies") {
  const Function n(5, [](const auto& x) {
    return x[0] * (2 * x[1] - abs(x[2] + 0.5 * x[3]) - 2 * abs(x[3]) - abs(x[4] - 0.25 * x[2]));
  });
  const Tube tube = enclose(ascent(n), {.t1 = 4, .x0 = {Interval(1, 1.125), 1, 0, 0, 0}});
  CHECK_EQ(tube.uniqueness.proof, Proof::certified);
  REQUIRE_FALSE(tube.segments.empty());  // in one part
  CHECK_EQ(tube.segments.front().face.sliding.size(), 3);
  const Interval low = exp(Interval(8));
  for (const std::size_t i : {0U, 1U}) {
    const double difference = i == 0 ? 0.125 : -0.125;
    const Interval high = (2.125 * exp(Interval(8)) + difference * exp(Interval(-8))) / 2;
    CHECK(tube.box[i].lower() <= low.upper());
    CHECK(tube.box[i].upper() >= high.lower());
    CHECK(tube.box[i].width() < 1.0001 * (high - low).upper());
  }
  for (const std::size_t i : {2U, 3U, 4U}) CHECK(tube.box[i].magnitude() < 1e-11);
}
