#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "filippov/function/parse.hpp"
#include "filippov/tube/enclose.hpp"

using namespace filippov;

namespace {

FilippovMap system_of(const std::vector<std::string>& formulas,
                      const std::vector<std::string>& variables) {
  return FilippovMap(parse_field(formulas, {variables}));
}

long exponentials(const Tube& tube) {
  return std::count_if(tube.segments.begin(), tube.segments.end(),
                       [](const TubeSegment& segment) { return segment.by_exponential; });
}

}  // namespace

// x' = -L (x - sin t): x = (L^2 sin t - L cos t)/(1 + L^2) + (x(0) + L/(1 + L^2)) e^{-L t}.
TEST_CASE("stiffness does not limit the steps of a linear motion") {
  for (const double rate : {50.0, 1e3, 1e4, 1e6}) {
    CAPTURE(rate);
    const Interval L(rate);
    const auto exact = [&](Interval t, Interval x0) {
      return (sqr(L) * sin(t) - L * cos(t)) / (Interval(1) + sqr(L)) +
             (x0 + L / (Interval(1) + sqr(L))) * exp(-L * t);
    };
    const FilippovMap map(
        VectorField(1, [=](auto t, const auto& x) { return vector(-rate * (x[0] - sin(t))); }));
    for (const Interval start : {Interval(2), Interval(-1, 1)}) {
      const Tube tube = enclose(map, {.t1 = 10, .x0 = {start}});
      REQUIRE_EQ(tube.status, TubeStatus::finished);
      CHECK_LE(tube.segments.size(), 150);
      CHECK_GE(exponentials(tube), 3);
      CHECK_LE(tube.box[0].width(), 1e-12);
      for (const double x0 : {start.lower(), start.upper()}) {
        for (const TubeSegment& segment : tube.segments) {
          const Interval end = exact(segment.t1, x0);
          CHECK(intersect(segment.end[0], end).has_value());
          CHECK(intersect(segment.box[0], end).has_value());
          const Interval middle = exact(Interval(0.5 * (segment.t0 + segment.t1)), x0);
          CHECK(intersect(segment.box[0], middle).has_value());
        }
      }
    }
  }
}

// Upper triangular, with nearby rates and large couplings: nothing is normal here.
TEST_CASE("exponentials and Taylor series enclose the same solutions") {
  std::mt19937 random(7);
  const auto number = [&](double low, double high) {
    return std::uniform_real_distribution<double>(low, high)(random);
  };
  for (int trial = 0; trial < 12; ++trial) {
    CAPTURE(trial);
    const double a = number(40, 60);
    const double b = number(40, 60);
    const double c = number(-30, 30);
    const double d = number(-3, 3);
    const FilippovMap map(VectorField(3, [=](auto t, const auto& x) {
      return vector(-a * x[0] + c * x[1] + d * cos(3 * t), -b * x[1] + d * x[2] + sign(x[2]),
                    -0.5 * x[2] + 0.1 * x[0] + sin(t));
    }));
    const EnclosureProblem problem{
        .t1 = 6,
        .x0 = {number(-1, 1), Interval::around(number(-1, 1), trial % 2 == 0 ? 0 : 1e-4), 1}};
    const Tube fast = enclose(map, problem);
    const Tube slow = enclose(map, problem, {.exponentials = false});
    REQUIRE_EQ(fast.status, TubeStatus::finished);
    REQUIRE_EQ(slow.status, TubeStatus::finished);
    CHECK_EQ(exponentials(slow), 0);
    CHECK_GE(exponentials(fast), 1);
    REQUIRE_EQ(fast.events.size(), slow.events.size());
    for (std::size_t k = 0; k < fast.events.size(); ++k) {
      CHECK(intersect(fast.events[k].window, slow.events[k].window).has_value());
    }
    for (std::size_t i = 0; i < 3; ++i) {
      CHECK(intersect(fast.box[i], slow.box[i]).has_value());
      CHECK_LE(fast.box[i].width(), 2 * slow.box[i].width() + 1e-11);
    }
  }
}

TEST_CASE("steps that follow a slow motion see the surfaces in its way") {
  // y follows sin t, which has passed 0.5 at t = pi/6 + 1e-4 or so; z counts from then on.
  const Tube tube = enclose(system_of({"-1e4*(y - sin(t))", "step(y - 0.5)"}, {"y", "z"}),
                            {.t1 = 2, .x0 = {0, 0}});
  REQUIRE_EQ(tube.status, TubeStatus::finished);
  REQUIRE_EQ(tube.events.size(), 1);
  const double crossed = std::asin(0.5) + 1e-4;
  CHECK(std::abs(tube.events[0].window.midpoint() - crossed) < 1e-7);
  CHECK(tube.events[0].window.width() < 1e-9);
  CHECK(std::abs(tube.box[1].midpoint() - (2 - crossed)) < 1e-7);
  CHECK(exponentials(tube) >= 5);
  CHECK(tube.segments.size() <= 300);
}
