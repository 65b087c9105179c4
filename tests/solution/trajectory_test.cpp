#include "filippov/solution/trajectory.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "filippov/arithmetic/error.hpp"

using namespace filippov;

namespace {

/// x(t) = (t^2, |t - 1|) on [0, 3], in two pieces that meet at t = 1.
Trajectory parabola_and_kink() {
  Trajectory trajectory;
  trajectory.append({.t0 = 0, .t1 = 1, .coefficients = Eigen::MatrixXd{{0, 1}, {0, -1}, {1, 0}}});
  trajectory.append({.t0 = 1, .t1 = 3, .coefficients = Eigen::MatrixXd{{1, 0}, {2, 1}, {1, 0}}});
  return trajectory;
}

}  // namespace

TEST_CASE("a trajectory is evaluated anywhere between its ends") {
  const Trajectory trajectory = parabola_and_kink();
  for (const double t : {0.0, 0.25, 1.0, 1.5, 3.0}) {
    const std::vector<double> x = trajectory(t);
    CHECK(x == std::vector<double>{t * t, std::abs(t - 1)});
  }
}

TEST_CASE("a trajectory that runs backward in time is evaluated at the same times") {
  // x(t) = t on [-2, 1], integrated from t = 1 down.
  Trajectory trajectory;
  trajectory.append({.t0 = 1, .t1 = -1, .coefficients = Eigen::MatrixXd{{1}, {-1}}});
  trajectory.append({.t0 = -1, .t1 = -2, .coefficients = Eigen::MatrixXd{{-1}, {-1}}});
  for (const double t : {1.0, 0.5, -1.0, -1.75, -2.0}) CHECK(trajectory(t)[0] == t);
  CHECK_THROWS_AS(trajectory(1.5), Error);
  CHECK_THROWS_AS(trajectory(-2.5), Error);
}

TEST_CASE("many pieces: the binary search finds the right one") {
  Trajectory trajectory;
  for (int k = 0; k < 1000; ++k) {
    const double t = 0.125 * k;
    trajectory.append({.t0 = t, .t1 = t + 0.125, .coefficients = Eigen::MatrixXd{{t}, {1}}});
  }
  for (int k = 0; k <= 8000; ++k) {
    const double t = k / 64.0;
    CHECK(trajectory(t)[0] == t);
  }
}

TEST_CASE("components with pieces of their own, one of which records the others") {
  // x1 = t up to 1, then 2 - t; x2 = t^2; x3 = 5 + the integrals of x1 and of 1/2.
  for (const double direction : {1.0, -1.0}) {
    Trajectory trajectory;
    trajectory.append_piece({.t0 = 0,
                             .t1 = direction,
                             .components = {0},
                             .coefficients = Eigen::MatrixXd{{0}, {1}},
                             .recorded = {2},
                             .contributions = Eigen::MatrixXd{{0}, {0}, {0.5}}});
    trajectory.append_piece({.t0 = direction,
                             .t1 = 2 * direction,
                             .components = {0},
                             .coefficients = Eigen::MatrixXd{{1}, {-1}},
                             .recorded = {2},
                             .contributions = Eigen::MatrixXd{{0}, {1}, {-0.5}}});
    trajectory.append_piece({.t0 = 0,
                             .t1 = 2 * direction,
                             .components = {1, 2},
                             .coefficients = Eigen::MatrixXd{{0, 5}, {0, 0.5}, {1, 0}}});
    CHECK(trajectory.start() == 0);
    CHECK(trajectory.end() == 2 * direction);
    for (const double tau : {0.0, 0.25, 1.0, 1.5, 2.0}) {
      CAPTURE(tau);
      const std::vector<double> x = trajectory(direction * tau);
      REQUIRE(x.size() == 3);
      CHECK(x[0] == (tau <= 1 ? tau : 2 - tau));
      CHECK(x[1] == tau * tau);
      const double integral = tau <= 1 ? tau * tau / 2 : 1 - (2 - tau) * (2 - tau) / 2;
      CHECK(x[2] == 5 + tau / 2 + integral);
    }
    CHECK_THROWS_AS(trajectory(2.5 * direction), Error);
  }
}

TEST_CASE("outside its time interval a trajectory has no state") {
  const Trajectory trajectory = parabola_and_kink();
  CHECK_THROWS_WITH_AS(trajectory(3.5),
                       "the trajectory has no state at t = 3.5: expected a time in [0, 3]", Error);
  CHECK_THROWS_AS(trajectory(-1e-300), Error);
  CHECK_THROWS_AS(trajectory(std::numeric_limits<double>::quiet_NaN()), Error);
  CHECK_THROWS_WITH_AS(Trajectory()(0), "the trajectory has no pieces: no state at t = 0", Error);
}
