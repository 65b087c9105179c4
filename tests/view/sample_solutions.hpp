#pragma once

#include "filippov/solution/solution.hpp"

/// Hand-made results in the plane (x, v), with one surface v = 0.

/// v runs down to 0 at t = 1, then slides there up to t = 3.
inline filippov::Solution braking() {
  using namespace filippov;
  Solution solution;
  solution.status = Status::finished;
  solution.message = "reached the final time";
  solution.t = 3;
  solution.x = {0.5, 0};
  solution.surface_names = {"v"};
  solution.events.push_back({.t = 1,
                             .kind = EventKind::sliding_entry,
                             .surfaces = {0},
                             .sliding = {0},
                             .signature = {1},
                             .x = {0.5, 0}});
  solution.statistics = {.rhs_evaluations = 20, .steps = 2, .events = 1};
  // x = t - t^2 / 2, v = 1 - t
  solution.trajectory.append(
      {.t0 = 0, .t1 = 1, .coefficients = Eigen::MatrixXd{{0, 1}, {1, -1}, {-0.5, 0}}});
  solution.trajectory.append({.t0 = 1, .t1 = 3, .coefficients = Eigen::MatrixXd{{0.5, 0}}});
  return solution;
}

/// At (1, 0) two branches part: v = +-t, one of which escapes.
inline filippov::Solution parting() {
  using namespace filippov;
  Solution trunk;
  trunk.status = Status::branching;
  trunk.message = "2 solutions continue from t = 0";
  trunk.x = {1, 0};
  trunk.surface_names = {"v"};
  trunk.start = {.active = {0}, .verdict = Verdict::branching};
  trunk.events.push_back(
      {.t = 0, .kind = EventKind::branching, .surfaces = {0}, .signature = {1}, .x = {1, 0}});
  for (const double sign : {1.0, -1.0}) {
    Solution branch;
    branch.status = sign > 0 ? Status::finished : Status::escape;
    branch.message = "";
    branch.t = 1;
    branch.x = {1, sign};
    branch.surface_names = {"v"};
    branch.trajectory.append(
        {.t0 = 0, .t1 = 1, .coefficients = Eigen::MatrixXd{{1, 0}, {0, sign}}});
    trunk.continuations.push_back({Continuation::Kind::leave,
                                   {{static_cast<signed char>(sign)}, {}},
                                   Eigen::Vector2d(0, sign)});
    trunk.branches.push_back(branch);
  }
  return trunk;
}
