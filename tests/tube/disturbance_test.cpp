#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "filippov/solver/solve.hpp"
#include "filippov/tube/enclose.hpp"

using namespace filippov;

namespace {

/// Floating-point solutions with xi = strength (s1, s2) for several courses of the signs s1, s2 are
/// in the tube, at the end of each segment and at its events.
template <class Field>
Tube check_disturbed(const Field& field, const EnclosureProblem& problem) {
  const double strength = problem.disturbance[0];
  const Tube tube = enclose(FilippovMap(VectorField(2, field)), problem);
  for (const double frequency : {0.0, 0.7, 3.1, 40.0}) {
    for (const double phase : {0.5, 2.0, 3.7, 5.3}) {
      CAPTURE(frequency);
      CAPTURE(phase);
      const FilippovMap map(VectorField(2, [&](auto t, const auto& x) {
        const auto f = field(t, x);
        return vector(f[0] + strength * sign(sin(frequency * t + phase)),
                      f[1] + strength * sign(cos(frequency * t + phase)));
      }));
      std::vector<double> start;
      for (const Interval& entry : problem.x0) {
        start.push_back(phase < 3 ? entry.lower() : entry.upper());
      }
      const Solution solution = solve(map, {.t0 = problem.t0, .t1 = problem.t1, .x0 = start},
                                      {.rtol = 1e-11, .atol = 1e-12});
      if (solution.status != Status::finished) continue;
      for (const TubeSegment& segment : tube.segments) {
        const std::vector<double> x =
            solution.trajectory(std::min(segment.t1, solution.trajectory.end()));
        for (std::size_t i = 0; i < 2; ++i) {
          CAPTURE(segment.t1);
          CHECK(x[i] >= segment.end[i].lower() - 1e-9);
          CHECK(x[i] <= segment.end[i].upper() + 1e-9);
          CHECK(x[i] >= segment.box[i].lower() - 1e-9);
          CHECK(x[i] <= segment.box[i].upper() + 1e-9);
        }
      }
    }
  }
  return tube;
}

}  // namespace

TEST_CASE("a relay is crossed under a disturbance") {
  const auto relay = [](auto, const auto& x) { return vector(x[1], -x[0] - 0.5 * sign(x[0])); };
  const Tube tube = check_disturbed(relay, {.t1 = 6, .x0 = {1, 0}, .disturbance = {1e-4, 1e-4}});
  REQUIRE_EQ(tube.status, TubeStatus::finished);
  CHECK_EQ(tube.uniqueness.proof, Proof::certified);
  CHECK(tube.events.size() >= 2);
  for (const TubeEvent& event : tube.events) CHECK_EQ(event.kind, EventKind::crossing);
  // 2 . 1e-4 . (integral of |e^{As}|) = 1.5e-3 without the surfaces.
  CHECK(tube.box[0].width() < 4e-3);
  const Tube free = enclose(FilippovMap(VectorField(2, relay)), {.t1 = 6, .x0 = {1, 0}});
  CHECK_EQ(free.events.size(), tube.events.size());
  CHECK(tube.box[0].contains(free.box[0]));
}

TEST_CASE("dry friction sticks and slips under a disturbance") {
  const auto friction = [](auto t, const auto& x) {
    return vector(x[1], 1.5 * cos(0.5 * t) - x[0] - 0.8 * sign(x[1]));
  };
  for (const double strength : {1e-5, 1e-3}) {
    const Tube tube =
        check_disturbed(friction, {.t1 = 12, .x0 = {1, 0.5}, .disturbance = {0, strength}});
    INFO(tube.message);
    const bool sticks =
        std::any_of(tube.events.begin(), tube.events.end(),
                    [](const TubeEvent& event) { return event.kind == EventKind::sliding_entry; });
    const bool slips =
        std::any_of(tube.events.begin(), tube.events.end(),
                    [](const TubeEvent& event) { return event.kind == EventKind::sliding_exit; });
    CHECK(sticks);
    CHECK(slips);
    CHECK_EQ(tube.status, TubeStatus::finished);
  }
}

// y slides on 0 and keeps it, whatever |xi| <= 0.5 does: x' = 1 + xi, y' = 0 alone.
TEST_CASE("sliding takes up what a disturbance does across the surface") {
  const FilippovMap map(
      VectorField(2, [](auto, const auto& x) { return vector(1.0, -2 * sign(x[1])); }));
  const Tube tube = enclose(map, {.t1 = 2, .x0 = {0, 0.125}, .disturbance = {0.25, 0.5}});
  REQUIRE_EQ(tube.status, TubeStatus::finished);
  CHECK(identical(tube.box[1], 0));
  CHECK(tube.box[0].contains(Interval(1.5, 2.5)));
  CHECK(tube.box[0].width() < 1.04);
  CHECK(tube.events[0].window.contains(Interval(0.05, 0.125 / 1.5)));
  // Stronger than the relay it may leave the surface: nothing is proved.
  const Tube torn = enclose(map, {.t1 = 2, .x0 = {0, 0.125}, .disturbance = {0, 2.5}});
  CHECK_EQ(torn.status, TubeStatus::stopped);
  CHECK_NE(torn.uniqueness.proof, Proof::certified);
}

// x' in 1 + [-0.5, 0.5] on both sides of 0.
TEST_CASE("a box across a surface is followed under a disturbance") {
  const FilippovMap map(
      VectorField(2, [](auto, const auto& x) { return vector(1.0, 2 + sign(x[0])); }));
  const Tube tube = enclose(
      map, {.t1 = 1, .x0 = {Interval(-1e-3, 1e-3), 0}, .disturbance = {.5, 0}}, {.max_pieces = 1});
  REQUIRE_EQ(tube.status, TubeStatus::finished);
  CHECK(tube.box[0].contains(Interval(-1e-3 + 0.5, 1e-3 + 1.5)));
  CHECK(tube.box[1].contains(3));
  CHECK(tube.box[1].contains(3 - 2 * 0.002));
}

// Solutions from (0, d) move along x_1 = x_2, at a distance that changes by 2 strength at most.
TEST_CASE("a surface at a small distance does not shorten the steps along it") {
  const auto field = [](auto, const auto& x) { return vector(1.0, sign(x[1] - x[0])); };
  const double distance = 1e-6;
  const Tube tube =
      check_disturbed(field, {.t1 = 1, .x0 = {0, distance}, .disturbance = {1e-7, 1e-7}});
  REQUIRE_EQ(tube.status, TubeStatus::finished);
  CHECK(tube.events.empty());
  CHECK(tube.segments.size() < 1000);
  // Where the disturbance can be in time, the surface is met.
  const Tube met = enclose(FilippovMap(VectorField(2, field)),
                           {.t1 = 1, .x0 = {0, distance}, .disturbance = {1e-6, 1e-6}});
  CHECK((met.status != TubeStatus::finished || !met.events.empty()));
}
