// Points from which several solutions leave. `branches` lists those that leave at once and those
// that never do; each may also leave at any time in between.

#include <cmath>
#include <numbers>

#include "filippov/inclusion/clarke.hpp"
#include "problem.hpp"

namespace filippov::problems {
namespace {

ExpectedEvent branch(double t, std::vector<int> surfaces) {
  return {t, EventKind::branching, std::move(surfaces), {}, 0};
}

// x1' = sign x1, x2' = 1 from the origin: x1 may be 0, t or -t.
Problem repelling_start() {
  return {.name = "repelling_start",
          .inclusion = std::make_shared<FilippovMap>(
              VectorField(2, [](auto, const auto& x) { return vector(sign(x[0]), 1.0); })),
          .value = {.t1 = 1, .x0 = {0, 0}},
          .start_surfaces = {0},
          .status = Status::branching,
          .events = {branch(0, {0})},
          .final_state = {0, 0},
          .branches = {{0, 1}, {1, 1}, {-1, 1}}};
}

// Ascent of u1 |u2| from (1, 0): stay, or (cosh t, +-sinh t).
Problem ascent_u1absu2_branch() {
  return ascending(
      Function(2, [](const auto& u) { return u[0] * abs(u[1]); }),
      {.name = "ascent_u1absu2_branch",
       .value = {.t1 = 1, .x0 = {1, 0}},
       .start_surfaces = {0},
       .status = Status::branching,
       .events = {branch(0, {0})},
       .final_state = {1, 0},
       .branches = {{1, 0}, {std::cosh(1.0), std::sinh(1.0)}, {std::cosh(1.0), -std::sinh(1.0)}}});
}

// x1' = x2 sign x1, x2' = 1 from (1/4, -1): x1 = 1/4 - t + t^2/2 is 0 at 1 - sqrt(1/2); x1 = 0
// attracts until t = 1 and repels afterwards. Then x1 is 0 or +-(t - 1)^2/2.
Problem attract_to_repel() {
  return {.name = "attract_to_repel",
          .inclusion = std::make_shared<FilippovMap>(
              VectorField(2, [](auto, const auto& x) { return vector(x[1] * sign(x[0]), 1.0); })),
          .value = {.t1 = 2, .x0 = {0.25, -1}},
          .status = Status::branching,
          .events = {entry(1 - std::sqrt(0.5), 0), branch(1, {0})},
          .final_state = {0, 0},
          .branches = {{0, 1}, {0.5, 1}, {-0.5, 1}}};
}

// x' = -cos t sign x from 1/2: x = 1/2 - sin t is 0 at pi/6; x = 0 attracts until pi/2 and repels
// afterwards, when x is 0 or +-(1 - sin t). There both rates vanish and cos(pi/2) rounds to 6e-17.
Problem attraction_ends_at_an_irrational_time() {
  using std::numbers::pi;
  const double away = 1 - std::sin(2.5);
  return {.name = "attraction_ends_at_an_irrational_time",
          .inclusion = std::make_shared<FilippovMap>(
              VectorField(1, [](auto t, const auto& x) { return vector(-cos(t) * sign(x[0])); })),
          .value = {.t1 = 2.5, .x0 = {0.5}},
          .status = Status::branching,
          .events = {entry(pi / 6, 0), branch(pi / 2, {0})},
          .final_state = {0},
          .branches = {{0}, {away}, {-away}}};
}

// x1' = (t - 1) sign x1, x2' = -sign x2 from the origin: both multipliers are 0 all the time, but
// x1 = 0 attracts until t = 1 and repels afterwards, when x1 is 0 or +-(t - 1)^2/2.
Problem attraction_ends_on_two_surfaces() {
  return {.name = "attraction_ends_on_two_surfaces",
          .inclusion = std::make_shared<FilippovMap>(VectorField(
              2, [](auto t, const auto& x) { return vector((t - 1) * sign(x[0]), -sign(x[1])); })),
          .value = {.t1 = 2, .x0 = {0, 0}},
          .start_surfaces = {0, 1},
          .status = Status::branching,
          .events = {branch(1, {0, 1})},
          .final_state = {0, 0},
          .branches = {{0, 0}, {0.5, 0}, {-0.5, 0}}};
}

// The same with coupled surfaces, M = -[[1, t], [t, 1]]: -M is a P-matrix until its determinant
// 1 - t^2 is zero. Then h1 = x1 and h2 = x2 may leave with opposite signs: at (+1, -1) the rates
// are (t - 1, 1 - t), so x1 = -x2 = (t - 1)^2/2; at (1, 1) they would be -1 - t.
Problem determinant_changes_sign() {
  return {.name = "determinant_changes_sign",
          .inclusion = std::make_shared<FilippovMap>(
              VectorField(2,
                          [](auto t, const auto& x) {
                            const auto first = sign(x[0]);
                            const auto second = sign(x[1]);
                            return vector(-first - t * second, -t * first - second);
                          })),
          .value = {.t1 = 2, .x0 = {0, 0}},
          .start_surfaces = {0, 1},
          .status = Status::branching,
          .events = {branch(1, {0, 1})},
          .final_state = {0, 0},
          .branches = {{0, 0}, {0.5, -0.5}, {-0.5, 0.5}}};
}

// The first with x2 in its rate, x1' = (t - 1) sign x1 (2 + sign x2), x2' = -sign x2: not affine in
// the signs. On x2 = 0 the multiplier of x2 is 0, so x1 is 0 or +-(t - 1)^2 after t = 1.
Problem attraction_ends_on_two_surfaces_product() {
  return {.name = "attraction_ends_on_two_surfaces_product",
          .inclusion = std::make_shared<FilippovMap>(
              VectorField(2,
                          [](auto t, const auto& x) {
                            return vector((t - 1) * sign(x[0]) * (2 + sign(x[1])), -sign(x[1]));
                          })),
          .value = {.t1 = 2, .x0 = {0, 0}},
          .start_surfaces = {0, 1},
          .status = Status::branching,
          .events = {branch(1, {0, 1})},
          .final_state = {0, 0},
          .branches = {{0, 0}, {1, 0}, {-1, 0}}};
}

// Ascent of |x1| + |x2| from the origin: rest, follow one of the four half axes for ever, or leave
// into one of the four quadrants.
Problem ascent_l1_origin() {
  return ascending(
      Function(2, [](const auto& x) { return abs(x[0]) + abs(x[1]); }),
      {.name = "ascent_l1_origin",
       .value = {.t1 = 1, .x0 = {0, 0}},
       .start_surfaces = {0, 1},
       .status = Status::branching,
       .events = {branch(0, {0, 1})},
       .final_state = {0, 0},
       .branches = {{0, 0}, {1, 0}, {-1, 0}, {0, 1}, {0, -1}, {1, 1}, {1, -1}, {-1, 1}, {-1, -1}}});
}

/// f+ = (1, 0, x1), f- = (0, 1, -x2) on the sides of x3 = 0: both are tangent to it at the origin,
/// and curve away from it (a visible two-fold). Attracting where x1, x2 < 0, repelling where both
/// are positive; sliding is (x2, x1)/(x1 + x2). From the origin: slide along (t, t)/2, or leave
/// along (t, 0, t^2/2) or (0, t, -t^2/2).
VectorField visible_two_fold() {
  return {3, [](auto, const auto& x) {
            return vector(select(x[2], 1.0, 0.0), select(x[2], 0.0, 1.0),
                          select(x[2], x[0], -x[1]));
          }};
}

Problem two_fold_start() {
  return {.name = "two_fold_start",
          .inclusion = std::make_shared<FilippovMap>(visible_two_fold()),
          .value = {.t1 = 1, .x0 = {0, 0, 0}},
          .start_surfaces = {0},
          .status = Status::branching,
          .events = {branch(0, {0})},
          .final_state = {0, 0, 0},
          .branches = {{0.5, 0.5, 0}, {1, 0, 0.5}, {0, 1, -0.5}}};
}

// From (-1, -1/2, 3/8) down: x3 = 3/8 - t + t^2/2 is 0 at t = 1/2 in (-1/2, -1/2), from where
// sliding follows the diagonal into the two-fold at t = 3/2.
Problem two_fold_reached() {
  return {.name = "two_fold_reached",
          .inclusion = std::make_shared<FilippovMap>(visible_two_fold()),
          .value = {.t1 = 2.5, .x0 = {-1, -0.5, 0.375}},
          .status = Status::branching,
          .events = {entry(0.5, 0), branch(1.5, {0})},
          .final_state = {0, 0, 0},
          .branches = {{0.5, 0.5, 0}, {1, 0, 0.5}, {0, 1, -0.5}}};
}

}  // namespace

std::vector<Problem> branchings() {
  return {repelling_start(),
          ascent_u1absu2_branch(),
          attract_to_repel(),
          attraction_ends_at_an_irrational_time(),
          attraction_ends_on_two_surfaces(),
          determinant_changes_sign(),
          attraction_ends_on_two_surfaces_product(),
          ascent_l1_origin(),
          two_fold_start(),
          two_fold_reached()};
}

}  // namespace filippov::problems
