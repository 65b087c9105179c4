// Sliding on curved and moving surfaces, and the ways in which it ends.

#include <cmath>
#include <numbers>

#include "filippov/inclusion/filippov_map.hpp"
#include "problem.hpp"

namespace filippov::problems {
namespace {

// f+ = (1, x1), f- = (1, 1), from (-1, 0.3): x2 = 0.3 - t + t^2/2 down to 0 at t = 1 - sqrt 0.4;
// then x1 = t - 1 slides to the fold of f+, which is the origin: no entry of the state has a size
// there.
Problem exit_at_the_origin() {
  return {.name = "exit_at_the_origin",
          .inclusion = std::make_shared<FilippovMap>(VectorField(
              2,
              [](auto, const auto& x) {
                return vector(1.0, 0.5 * (1 + sign(x[1])) * x[0] + 0.5 * (1 - sign(x[1])));
              })),
          .value = {.t1 = 2, .x0 = {-1, 0.3}},
          .events = {entry(1 - std::sqrt(0.4), 0), exit(1, 0, +1)},
          .final_state = {1, 0.5}};
}

// f+ = (1, x1 - 1), f- = (2, 1). From (-0.5, 0.4): x1 = t - 0.5, x2 = 0.4 - 1.5 t + t^2/2, down at
// t = (3 - sqrt 5.8)/2. Sliding is x1' = (3 - 2 x1)/(2 - x1), that is t = x1/2 - ln(3 - 2 x1)/4 +
// const, up to the fold of f+ at x1 = 1, left with x2' = 0: x2 = (x1 - 1)^2/2 afterwards.
Problem tangential_exit() {
  const double down = (3 - std::sqrt(5.8)) / 2;
  const auto clock = [](double x) { return x / 2 - std::log(3 - 2 * x) / 4; };
  const double fold = down + clock(1) - clock(down - 0.5);
  const double after = 3 - fold;
  return {.name = "tangential_exit",
          .inclusion = std::make_shared<FilippovMap>(VectorField(
              2,
              [](auto, const auto& x) {
                const auto s = sign(x[1]);
                return vector(1.5 - 0.5 * s, 0.5 * (1 + s) * (x[0] - 1) + 0.5 * (1 - s));
              })),
          .value = {.t1 = 3, .x0 = {-0.5, 0.4}},
          .events = {entry(down, 0), exit(fold, 0, +1)},
          .final_state = {1 + after, after * after / 2}};
}

// f+ = (1, (x1 - 1)^3), f- = (1, 1), as modes: x1 = t - 1/2, and x2 = 0.4 + ((x1-1)^4 - 1.5^4)/4
// reaches 0 where (1 - x1)^4 = 1.5^4 - 1.6. Sliding ends at x1 = 1, where f+ has a contact of order
// four with the surface: x2 = (x1 - 1)^4/4. The exit is a triple root of the exit function, known
// to the cube root of the errors.
Problem cubic_exit() {
  return {.name = "cubic_exit",
          .inclusion = std::make_shared<FilippovMap>(VectorField(
              2, [](auto,
                    const auto& x) { return vector(1.0, select(x[1], pow(x[0] - 1, 3.0), 1.0)); })),
          .value = {.t1 = 3, .x0 = {-0.5, 0.4}},
          .events = {entry(1.5 - std::pow(std::pow(1.5, 4) - 1.6, 0.25), 0), exit(1.5, 0, +1)},
          .final_state = {2.5, std::pow(1.5, 4) / 4},
          .time_tolerance = 1e-4};
}

// The exit condition is touched and not passed: x1' = sin t - sign x1 from x1 = 0 is stuck with the
// multiplier sin t, which reaches +-1 at pi/2 and 3 pi/2. x2' = u, so x2 = 1 - cos t.
Problem grazing_exit() {
  using std::numbers::pi;
  return {.name = "grazing_exit",
          .inclusion = std::make_shared<FilippovMap>(VectorField(2,
                                                                 [](auto t, const auto& x) {
                                                                   const auto u = sign(x[0]);
                                                                   return vector(sin(t) - u, u);
                                                                 })),
          .value = {.t1 = 6, .x0 = {0, 0}},
          .start_surfaces = {0},
          .events = {{pi / 2, EventKind::grazing, {0}, {0}, 0},
                     {3 * pi / 2, EventKind::grazing, {0}, {0}, 0}},
          .final_state = {0, 1 - std::cos(6)},
          .time_tolerance = 1e-4};
}

// In polar coordinates r' = r (p - s), angle' = 1 + s/2 with s = sign(r - 1), p = t/2 - 1/4. From
// r = 1/2: ln r = -ln 2 + 3t/4 + t^2/4 until it is 0; then s is replaced by u = p, up to p = 1 at
// t = 5/2; then ln r = (t - 5/2)^2/4. The angle: t/2, then 7t/8 + t^2/8 + const, then 3t/2 + const.
Problem circle_slide() {
  const double on = (-3 + std::sqrt(9 + 16 * std::log(2.0))) / 2;
  const double off = 2.5;
  const double end = 4;
  const double r = std::exp((end - off) * (end - off) / 4);
  const double angle = on / 2 + 7 * (off - on) / 8 + (off * off - on * on) / 8 + 1.5 * (end - off);
  return {.name = "circle_slide",
          .inclusion = std::make_shared<FilippovMap>(
              VectorField(2,
                          [](auto t, const auto& x) {
                            const auto s = sign(x[0] * x[0] + x[1] * x[1] - 1);
                            const auto radial = 0.5 * t - 0.25 - s;
                            const auto turn = 1 + 0.5 * s;
                            return vector(x[0] * radial - x[1] * turn, x[1] * radial + x[0] * turn);
                          })),
          .value = {.t1 = end, .x0 = {0.5, 0}},
          .events = {entry(on, 0), exit(off, 0, +1)},
          .final_state = {r * std::cos(angle), r * std::sin(angle)}};
}

// On the unit sphere, pulled upwards: x' = e3 - 2 s x + (1 + s) (-x2, x1, 0), s = sign(|x|^2 - 1).
// From (0.3, 0.4, -1/2) inside: x' = e3 + 2x, so x3 = -1/2 rests and (x1, x2) grows by e^2t up to
// sqrt(3)/2, at t = ln(3)/4. Sliding: u = x3/2, x3' = 1 - x3^2, so x3 = tanh(c), c = t - const, at
// distance 1/cosh(c) from the axis, turning by 1 + x3/2, whose integral is t + ln(cosh c)/2.
Problem sphere_slide() {
  const double end = 2;
  const double on = std::log(3.0) / 4;
  const double c0 = -std::atanh(0.5);
  const double c = c0 + end - on;
  const double angle = std::atan2(0.4, 0.3) + end - on + std::log(std::cosh(c) / std::cosh(c0)) / 2;
  return {.name = "sphere_slide",
          .inclusion = std::make_shared<FilippovMap>(
              VectorField(3,
                          [](auto, const auto& x) {
                            const auto s = sign(x[0] * x[0] + x[1] * x[1] + x[2] * x[2] - 1);
                            const auto turn = 1 + s;
                            return vector(-2 * s * x[0] - turn * x[1], -2 * s * x[1] + turn * x[0],
                                          1 - 2 * s * x[2]);
                          })),
          .value = {.t1 = end, .x0 = {0.3, 0.4, -0.5}},
          .events = {entry(on, 0)},
          .final_state = {std::cos(angle) / std::cosh(c), std::sin(angle) / std::cosh(c),
                          std::tanh(c)}};
}

// A surface that runs away: x1' = -3 s, x2' = s with s = sign(x1 - t^2), from (2, 0). On the
// surface when 2 - 3t = t^2; sliding needs 2t = -3u, possible until t = 3/2; then x1 grows by 3
// only.
Problem moving_parabola() {
  const double on = (-3 + std::sqrt(17.0)) / 2;
  const double off = 1.5;
  const double end = 2.5;
  return {
      .name = "moving_parabola",
      .inclusion = std::make_shared<FilippovMap>(VectorField(2,
                                                             [](auto t, const auto& x) {
                                                               const auto s = sign(x[0] - t * t);
                                                               return vector(-3 * s, s);
                                                             })),
      .value = {.t1 = end, .x0 = {2, 0}},
      .events = {entry(on, 0), exit(off, 0, -1)},
      .final_state = {off * off + 3 * (end - off), on - (off * off - on * on) / 3 - (end - off)}};
}

// Backward in time a repelling surface attracts: x1' = sign x1, x2' = 1 from (0.3, 0.7) at t = 0.7
// back to 0 is on x1 = 0 from t = 0.4 on.
Problem backward_slide() {
  return {.name = "backward_slide",
          .inclusion = std::make_shared<FilippovMap>(
              VectorField(2, [](auto, const auto& x) { return vector(sign(x[0]), 1.0); })),
          .value = {.t0 = 0.7, .t1 = 0, .x0 = {0.3, 0.7}},
          .events = {entry(0.4, 0)},
          .final_state = {0, 0}};
}

}  // namespace

std::vector<Problem> curved_sliding() {
  return {exit_at_the_origin(), tangential_exit(), cubic_exit(),      grazing_exit(),
          circle_slide(),       sphere_slide(),    moving_parabola(), backward_slide()};
}

}  // namespace filippov::problems
