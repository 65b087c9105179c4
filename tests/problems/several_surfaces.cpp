// Sliding on several surfaces: codimension two, changes, and where the velocity is not unique.

#include <cmath>

#include "filippov/inclusion/filippov_map.hpp"
#include "problem.hpp"

namespace filippov::problems {
namespace {

// x1' = 1/2 - s1, x2' = 1/4 - s2, x3' = s1 s2: x2 slides from 0.6 on (multiplier 1/4), x1 from 1 on
// (multiplier 1/2). With both, x3' = E[s1 s2] over all laws on {-1,1}^2 with means 1/2 and 1/4: any
// number in [-1/4, 3/4], 1/8 if the signs are independent. x3 is -0.6 at 0.6 and -0.5 at 1.
Problem codim2_ambiguous_product() {
  return {
      .name = "codim2_ambiguous_product",
      .inclusion = std::make_shared<FilippovMap>(
          VectorField(3,
                      [](auto, const auto& x) {
                        const auto first = sign(x[0]);
                        const auto second = sign(x[1]);
                        return vector(0.5 - first, 0.25 - second, first * second);
                      })),
      .value = {.t1 = 3, .x0 = {0.5, -0.75, 0}},
      .events = {entry(0.6, 1), joined(1, 0, {0, 1})},
      .final_state = {0, 0, -0.25},
      .ambiguous = {
          {.from = 1, .to = 3, .surfaces = {0, 1}, .dimension = 1, .selection = "multilinear"}}};
}

// x1' = t/2 - s1, x2' = -t/3 - s2, x3' = s1 + 2 s2 from (1/2, -1/4, 0): x2 = -1/4 + t - t^2/6 = 0
// at 3 - sqrt 7.5, x1 = 1/2 - t + t^2/4 = 0 at 2 - sqrt 2. On both, u = (t/2, -t/3): x1 is left
// upwards at t = 2, x2 downwards at t = 3; they grow by (t - 2)^2/4 and -(t - 3)^2/6.
Problem down_to_two_and_up_again() {
  const double a = 3 - std::sqrt(7.5);
  const double b = 2 - std::sqrt(2.0);
  const double end = 4;
  const double x3 = -a                               // s = (1, -1)
                    + (b - a) - (b * b - a * a) / 3  // s1 = 1, u2 = -t/3
                    - (4 - b * b) / 12               // t/2 - 2t/3
                    + 1 - (9. - 4) / 3               // s1 = 1, u2 = -t/3
                    - (end - 3);                     // s = (1, -1)
  return {.name = "down_to_two_and_up_again",
          .inclusion = std::make_shared<FilippovMap>(
              VectorField(3,
                          [](auto t, const auto& x) {
                            const auto first = sign(x[0]);
                            const auto second = sign(x[1]);
                            return vector(t / 2 - first, -t / 3 - second, first + 2 * second);
                          })),
          .value = {.t1 = end, .x0 = {0.5, -0.25, 0}},
          .events = {entry(a, 1), joined(b, 0, {0, 1}), left(2, 0, +1, {1}), exit(3, 1, -1)},
          .final_state = {(end - 2) * (end - 2) / 4, -(end - 3) * (end - 3) / 6, x3}};
}

// x1' = -2 s1 + s2, x2' = 1 + s1/2, x3' = s1 + s2 from (1/2, -1, 0): on x1 = 0 from 1/6 on with
// u1 = s2/2, so x2' = 3/4 up to x2 = 0 at 7/6, where x2 is crossed while x1 = 0 is slid on: then
// u1 = 1/2, x2' = 5/4. x3' = 0, then -3/2, then 3/2.
Problem crossing_while_sliding() {
  return {.name = "crossing_while_sliding",
          .inclusion = std::make_shared<FilippovMap>(
              VectorField(3,
                          [](auto, const auto& x) {
                            const auto first = sign(x[0]);
                            const auto second = sign(x[1]);
                            return vector(-2 * first + second, 1 + 0.5 * first, first + second);
                          })),
          .value = {.t1 = 2, .x0 = {0.5, -1, 0}},
          .events = {entry(1 / 6., 0), crossing(7 / 6., 1, +1, {0})},
          .final_state = {0, 1.25 * 5 / 6, -1.5 + 1.5 * 5 / 6}};
}

// The same change of surface, but the second one takes over: x1' = -s1 + 3 (1 + s2)/2,
// x2' = 1 - (1 + s2) x2 from (1/2, -1): x1 is slid on from 1/2 on (u1 = 0); x2 = t - 1 is crossed
// at t = 1, where x1' becomes 3 - s1 > 0 and sliding ends at once. Then x1 = 2 (t - 1) and
// x2 = (1 - e^(-2 (t-1)))/2.
Problem exit_by_another_surface() {
  const double end = 2;
  return {.name = "exit_by_another_surface",
          .inclusion = std::make_shared<FilippovMap>(
              VectorField(2,
                          [](auto, const auto& x) {
                            const auto first = sign(x[0]);
                            const auto above = step(x[1]);
                            return vector(-first + 3 * above, 1 - 2 * above * x[1]);
                          })),
          .value = {.t1 = end, .x0 = {0.5, -1}},
          .events = {entry(0.5, 0), {1, EventKind::sliding_exit, {0, 1}, {}, +1}},
          .final_state = {2 * (end - 1), (1 - std::exp(-2 * (end - 1))) / 2}};
}

// A constant field in each quadrant, as modes: (+,+): (-1,-2), (-,+): (1,-1), (+,-): (-2,1), (-,-):
// (2,2), which is not affine in the two signs. From (1, 1): x2 = 0 at t = 1/2 at (1/2, 0); sliding
// with weights 1/3 and 2/3, x1' = -5/3, so the corner is reached at t = 4/5. All half-lines lead
// there, so it is kept. The inner switch is recorded first: surface 0 is x2 = 0.
Problem four_modes() {
  return {.name = "four_modes",
          .inclusion = std::make_shared<FilippovMap>(VectorField(
              2,
              [](auto, const auto& x) {
                const auto first = select(x[0], select(x[1], -1.0, -2.0), select(x[1], 1.0, 2.0));
                const auto second = select(x[0], select(x[1], -2.0, 1.0), select(x[1], -1.0, 2.0));
                return vector(first, second);
              })),
          .value = {.t1 = 2, .x0 = {1, 1}},
          .status = Status::equilibrium,
          .events = {entry(0.5, 0), joined(0.8, 1, {0, 1})},
          .final_state = {0, 0}};
}

// Sliding on the moving intersection of two curved surfaces in R^4: the circle x1^2 + x2^2 = 1 and
// x3 = x1 x2. x1' = -x2 - s1 x1, x2' = x1 - s1 x2, x3' = -2 s2, x4' = s2 from (0, 1/2, 0, 0):
// inside, r' = r and the angle is pi/2 + t, so the circle is reached at ln 2. x1 x2 = r^2 sin(2
// angle)/2 = -r^2 sin(2t)/2 falls at a rate below 2 in the beginning: e^2t (sin 2t + cos 2t)/4 < 2
// up to ln 2. So x3 slides from t = 0 on: a start on its surface. On the circle x3' = cos(2 angle)
// = -cos 2t, u2 = cos(2t)/2 there, and -(x1 x2)'/2 = e^2t (sin 2t + cos 2t)/8 before, whose
// integral is e^2t sin(2t)/16. u1 = 0 on the circle.
Problem curved_intersection() {
  const double on = std::log(2.0);
  const double end = 3;
  const double angle = std::acos(0.0) + end;
  return {.name = "curved_intersection",
          .inclusion = std::make_shared<FilippovMap>(VectorField(
              4,
              [](auto, const auto& x) {
                const auto first = sign(x[0] * x[0] + x[1] * x[1] - 1);
                const auto second = sign(x[2] - x[0] * x[1]);
                return vector(-x[1] - first * x[0], x[0] - first * x[1], -2 * second, second);
              })),
          .value = {.t1 = end, .x0 = {0, 0.5, 0, 0}},
          .start_surfaces = {1},
          .events = {joined(on, 0, {0, 1})},
          .final_state = {std::cos(angle), std::sin(angle), std::sin(2 * angle) / 2,
                          4 * std::sin(2 * on) / 16 + (std::sin(2 * end) - std::sin(2 * on)) / 4}};
}

}  // namespace

std::vector<Problem> several_surfaces() {
  return {codim2_ambiguous_product(),
          down_to_two_and_up_again(),
          crossing_while_sliding(),
          exit_by_another_surface(),
          four_modes(),
          curved_intersection()};
}

}  // namespace filippov::problems
