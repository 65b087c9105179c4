// Surfaces that are crossed or touched, never slid on.

#include <cmath>
#include <limits>
#include <numbers>

#include "filippov/inclusion/filippov_map.hpp"
#include "problem.hpp"

namespace filippov::problems {
namespace {

using std::numbers::pi;

VectorField reversing_rotation() {
  return {2, [](auto, const auto& x) {
            const auto turn = 2 * pi * sign(x[0] * x[0] + x[1] * x[1] - 1);
            return vector(x[0] - turn * x[1], x[1] + turn * x[0]);
          }};
}

// x1' = -x1, x2' = sign x1 from (1, 0): x1 = e^-t comes within rounding of 0 but is never there,
// and x2 = t throughout.
Problem surface_never_reached() {
  return {.name = "surface_never_reached",
          .inclusion = std::make_shared<FilippovMap>(
              VectorField(2, [](auto, const auto& x) { return vector(-x[0], sign(x[0])); })),
          .value = {.t1 = 800, .x0 = {1, 0}},
          .final_state = {0, 800}};
}

// r' = r, angle' = 2 pi sign(r - 1) from (1/e, 0): crosses the unit circle at t = 1, at angle
// -2 pi, and is at radius e^(t-1) and angle 2 pi (t - 1) afterwards.
Problem circle_crossing() {
  const double end = pi / 2;
  return {.name = "circle_crossing_nosnoc",
          .inclusion = std::make_shared<FilippovMap>(reversing_rotation()),
          .value = {.t1 = end, .x0 = {std::exp(-1.0), 0}},
          .events = {crossing(1, 0, +1)},
          .final_state = {std::exp(end - 1) * std::cos(2 * pi * (end - 1)),
                          std::exp(end - 1) * std::sin(2 * pi * (end - 1))}};
}

// The same, backward in time.
Problem circle_crossing_backward() {
  Problem problem = circle_crossing();
  problem.name = "circle_crossing_backward";
  std::swap(problem.value.t0, problem.value.t1);
  std::swap(problem.value.x0, problem.final_state);
  problem.events = {crossing(1, 0, -1)};
  return problem;
}

// Two genes that inhibit each other's thresholds in a loop. In a quadrant x_i relaxes to 0 or 1 as
// target + (x_i - target) e^-t, so the time to a threshold is a logarithm. The 70 crossings spiral
// to (0.4, 0.55), more slowly than geometrically: they do not accumulate in finite time.
Problem gene_negative_feedback() {
  Problem problem{.name = "gene_negative_feedback",
                  .inclusion = std::make_shared<FilippovMap>(VectorField(
                      2,
                      [](auto, const auto& x) {
                        const auto first = sign(x[0] - 0.4);
                        const auto second = sign(x[1] - 0.55);
                        return vector(0.5 - 0.5 * second - x[0], 0.5 + 0.5 * first - x[1]);
                      })),
                  .value = {.t1 = 5, .x0 = {0.9, 0.1}}};
  const double threshold[] = {0.4, 0.55};
  std::vector<double> x = problem.value.x0;
  bool above[] = {true, false};
  double t = 0;
  for (;;) {
    const double target[] = {above[1] ? 0.0 : 1.0, above[0] ? 1.0 : 0.0};
    double wait = problem.value.t1 - t;
    int hit = -1;
    for (int i = 0; i < 2; ++i) {
      const double ratio = (x[i] - target[i]) / (threshold[i] - target[i]);
      if (ratio > 1 && std::log(ratio) < wait) {
        wait = std::log(ratio);
        hit = i;
      }
    }
    for (int i = 0; i < 2; ++i) x[i] = target[i] + (x[i] - target[i]) * std::exp(-wait);
    if (hit < 0) break;
    t += wait;
    x[hit] = threshold[hit];
    above[hit] = !above[hit];
    problem.events.push_back(crossing(t, hit, above[hit] ? +1 : -1));
  }
  problem.final_state = x;
  return problem;
}

/// x1 = amplitude sin(frequency t), and x3' = rate (1 + sign(x1 - 1)): each pass above 1 lasts for
/// 2 acos(1 / amplitude) / frequency and adds 2 rate times that to x3.
Problem passes(std::string name, double excess, double frequency, double rate, double end) {
  const double amplitude = 1 + excess;
  // acos(1/A), without the cancellation in 1/A near 1.
  const double half = std::atan2(std::sqrt(excess * (2 + excess)), 1.0);
  Problem problem{.name = std::move(name),
                  .inclusion = std::make_shared<FilippovMap>(
                      VectorField(3,
                                  [=](auto, const auto& x) {
                                    return vector(x[1], -(frequency * frequency) * x[0],
                                                  rate * (1 + sign(x[0] - 1)));
                                  })),
                  .value = {.t1 = end, .x0 = {0, frequency * amplitude, 0}}};
  double dose = 0;
  for (int k = 0; pi / 2 + 2 * pi * k + half < frequency * end; ++k) {
    const double top = pi / 2 + 2 * pi * k;
    if (excess > 0) {
      problem.events.push_back(crossing((top - half) / frequency, 0, +1));
      problem.events.push_back(crossing((top + half) / frequency, 0, -1));
    } else {
      problem.events.push_back({top / frequency, EventKind::grazing, {0}, {}, -1});
    }
    dose += 4 * rate * half / frequency;
  }
  problem.final_state = {amplitude * std::sin(frequency * end),
                         frequency * amplitude * std::cos(frequency * end), dose};
  return problem;
}

// Each pass is above the surface for 0.0028 time units: both roots lie inside one step of any
// solver, since the motion is a slow sine. d x3 / d amplitude is 4e6, hence the tolerance.
Problem double_root_dose() {
  Problem problem = passes("double_root_dose", 1e-6, 1, 500, 20);
  // The excess that the double nearest to 1.000001 has.
  problem.state_tolerance = 1e-3;
  return problem;
}

// Passes of 0.014 time units of a faster oscillation.
Problem double_root_fast() {
  Problem problem = passes("double_root_fast", 1e-4, 2, 10, 7);
  problem.state_tolerance = 1e-5;
  return problem;
}

// The sine touches the surface and does not cross it: three grazing contacts. The distance to a
// crossing is zero, so that a solver may also say that it cannot decide.
Problem grazing_exact() {
  Problem problem = passes("grazing_exact", 0, 1, 500, 20);
  problem.time_tolerance = 1e-4;  // the top of a parabola
  return problem;
}

// Both coordinates reach their surfaces at t = 1/2: from (-0.75, -0.75) with speed 3/2, and on with
// speed 5/2, since x_i' = 2 + sign(x_i)/2. x3' = sign x1 sign x2 = 1 on both sides.
Problem corner_crossing() {
  return {.name = "corner_crossing",
          .inclusion = std::make_shared<FilippovMap>(
              VectorField(3,
                          [](auto, const auto& x) {
                            const auto first = sign(x[0]);
                            const auto second = sign(x[1]);
                            return vector(2 + 0.5 * first, 2 + 0.5 * second, first * second);
                          })),
          .value = {.t1 = 1, .x0 = {-0.75, -0.75, 0}},
          .events = {{0.5, EventKind::crossing, {0, 1}, {}, +1}},
          .final_state = {1.25, 1.25, 1}};
}

// x1' = select(x1 - 1, x1^2, 1) from 0: x1 = t until 1, then 1/(2 - t), which is infinite at t = 2.
Problem escape() {
  const double infinity = std::numeric_limits<double>::infinity();
  return {.name = "escape",
          .inclusion = std::make_shared<FilippovMap>(VectorField(
              1, [](auto, const auto& x) { return vector(select(x[0] - 1, x[0] * x[0], 1.0)); })),
          .value = {.t1 = 2, .x0 = {0}},
          .status = Status::escape,
          .events = {crossing(1, 0, +1)},
          .final_state = {infinity}};
}

}  // namespace

std::vector<Problem> crossings() {
  return {surface_never_reached(),  circle_crossing(),  circle_crossing_backward(),
          gene_negative_feedback(), double_root_dose(), double_root_fast(),
          grazing_exact(),          corner_crossing(),  escape()};
}

}  // namespace filippov::problems
