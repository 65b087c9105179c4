#include "../../lib/solver/radau_stepper.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "filippov/inclusion/filippov_map.hpp"
#include "filippov/solver/solve.hpp"

using namespace filippov;
using namespace filippov::detail;

namespace {

/// x' = -x, one step from x0: x0 so small that every step is accepted.
double stability_function(double z) {
  const FilippovMap decay(VectorField(1, [](auto, const auto& x) { return vector(-1 * x[0]); }));
  const auto field = decay.face_field({}, 1);
  RadauStepper stepper(SolverOptions{});
  const std::vector<double> x0{1e-13};
  // The first step is short: growing steps of a motion that is below the tolerance.
  Step step;
  std::vector<double> x = x0;
  double t = 0;
  for (int i = 0; i < 40; ++i) {
    if (!stepper.step(*field, t, x, -z, step)) return NAN;
    if (step.length == -z) break;
  }
  CHECK(step.length == -z);
  stepper.state(*field, t, x, step, step.length, x);
  return x[0] / x0[0];
}

double factorial(int n) { return std::tgamma(n + 1.0); }

/// Pade approximation of e^z with numerator of degree 6 and denominator of degree 7.
double pade(double z) {
  const int j = 6;
  const int k = 7;
  double numerator = 0;
  double denominator = 0;
  for (int i = 0; i <= j; ++i) {
    numerator += factorial(j + k - i) * factorial(j) /
                 (factorial(j + k) * factorial(i) * factorial(j - i)) * std::pow(z, i);
  }
  for (int i = 0; i <= k; ++i) {
    denominator += factorial(j + k - i) * factorial(k) /
                   (factorial(j + k) * factorial(i) * factorial(k - i)) * std::pow(-z, i);
  }
  return numerator / denominator;
}

}  // namespace

TEST_CASE("the coefficients are those of a method of order 13") {
  const RadauCoefficients& method = RadauCoefficients::get();
  constexpr int s = RadauCoefficients::stages;
  CHECK(method.nodes(s - 1) == 1);
  // b = last row of A solves b A^-1 = e_7. Its order: sum_i b_i c_i^(k-1) = 1/k, k <= 13.
  const Eigen::Matrix<double, s, 1> b = method.inverse.transpose().inverse().col(s - 1);
  for (int k = 1; k <= 2 * s - 1; ++k) {
    CHECK(std::abs(b.dot(method.nodes.array().pow(k - 1).matrix()) - 1.0 / k) < 1e-13);
  }
  // Its stages: A c^(k-1) = c^k / k, k <= 7.
  for (int k = 1; k <= s; ++k) {
    const Eigen::Matrix<double, s, 1> power = method.nodes.array().pow(k - 1);
    const Eigen::Matrix<double, s, 1> next = method.nodes.array().pow(k) / k;
    CHECK((method.inverse * next - power).lpNorm<Eigen::Infinity>() < 1e-11);
  }
  RadauCoefficients::Square sum =
      method.real_eigenvalue * method.real_vector * method.real_row.transpose();
  for (std::size_t p = 0; p < method.eigenvalues.size(); ++p) {
    sum += 2 * (method.eigenvalues[p] * method.vectors[p] * method.rows[p].transpose()).real();
  }
  CHECK((sum - method.inverse).cwiseAbs().maxCoeff() < 1e-11);
}

TEST_CASE("the stability function is the Pade approximation (6, 7)") {
  for (const double z : {-0.5, -2.0, -4.0, -30.0, -1e3, -1e7}) {
    CAPTURE(z);
    CHECK(std::abs(stability_function(z) - pade(z)) < 1e-11);
  }
}

// x' = -a (x - cos t) - sin t, x(0) = 1: x = cos t. (Prothero & Robinson 1974)
TEST_CASE("a stiff motion costs no more than its smooth part and loses no order") {
  for (const double a : {1e2, 1e5, 1e8}) {
    CAPTURE(a);
    const FilippovMap stiff(VectorField(
        1, [a](auto t, const auto& x) { return vector(-a * (x[0] - cos(t)) - sin(t)); }));
    const Solution s = solve(stiff, {.t1 = 10, .x0 = {1}},
                             {.rtol = 1e-10, .atol = 1e-12, .stepper = StepperKind::radau13});
    CHECK(std::abs(s.x[0] - std::cos(10.0)) < 1e-10);
    CHECK(s.statistics.steps < 80);
    // The dense output too.
    for (int i = 1; i < 100; ++i) {
      CHECK(std::abs(s.trajectory(0.1 * i)[0] - std::cos(0.1 * i)) < 1e-8);
    }
  }
}

// Kaps' problem: x1 = e^-2t, x2 = e^-t for every epsilon. Forward, and backward from the end.
TEST_CASE("a stiff nonlinear motion, in both directions of time") {
  constexpr double epsilon = 1e-6;
  const FilippovMap forward(VectorField(2, [](auto, const auto& x) {
    return vector(-(1 / epsilon + 2) * x[0] + 1 / epsilon * (x[1] * x[1]),
                  x[0] - x[1] - x[1] * x[1]);
  }));
  const FilippovMap backward(VectorField(2, [](auto, const auto& x) {
    return vector((1 / epsilon + 2) * x[0] - 1 / epsilon * (x[1] * x[1]),
                  x[1] + x[1] * x[1] - x[0]);
  }));
  for (const StepperKind stepper : {StepperKind::radau13, StepperKind::automatic}) {
    const SolverOptions options{.rtol = 1e-10, .atol = 1e-12, .stepper = stepper};
    const Solution s = solve(forward, {.t1 = 2, .x0 = {1, 1}}, options);
    CHECK(std::abs(s.x[0] - std::exp(-4.0)) < 1e-9);
    CHECK(std::abs(s.x[1] - std::exp(-2.0)) < 1e-9);
    CHECK(s.statistics.steps < 200);
    const Solution r = solve(backward, {.t0 = 2, .t1 = 0, .x0 = {1, 1}}, options);
    CHECK(std::abs(r.x[0] - std::exp(-4.0)) < 1e-9);
    CHECK(std::abs(r.x[1] - std::exp(-2.0)) < 1e-9);
    CHECK(r.statistics.steps < 200);
  }
}

// Van der Pol's equation in stiff form, mu = 1000: long slow phases, and jumps during which it is
// not stiff. Two steppers without anything in common must agree.
TEST_CASE("relaxation oscillations") {
  const FilippovMap map(VectorField(2, [](auto, const auto& x) {
    return vector(x[1], 1000 * ((1 - x[0] * x[0]) * x[1]) - x[0]);
  }));
  const InitialValueProblem problem{.t1 = 1500, .x0 = {2, 0}};
  const Solution radau =
      solve(map, problem, {.rtol = 1e-10, .atol = 1e-12, .stepper = StepperKind::radau13});
  const Solution automatic = solve(map, problem, {.rtol = 1e-10, .atol = 1e-12});
  CHECK(radau.status == Status::finished);
  CHECK(std::abs(radau.x[0] - automatic.x[0]) < 1e-6);
  CHECK(radau.statistics.steps < 1500);
  CHECK(automatic.statistics.steps < 3000);
}

// x2 follows sin x1 at once and x1 is the time: x2 crosses 1/2, dips over 1 - 5e-7 for 2e-3 around
// pi/2, and touches 1.
TEST_CASE("crossings, double roots and contacts of a stiff component are found") {
  constexpr double depth = 5e-7;
  const FilippovMap map(VectorField(3, [](auto, const auto& x) {
    return vector(1 + 0 * x[0], -1e6 * (x[1] - sin(x[0])) + cos(x[0]),
                  sign(x[1] - 0.5) + sign(x[1] - (1 - depth)) + sign(x[1] - 1));
  }));
  const double pi = std::acos(-1.0);
  const double half_width = std::acos(1 - depth);
  const std::vector<double> times{pi / 6, pi / 2 - half_width, pi / 2, pi / 2 + half_width,
                                  5 * pi / 6};
  for (const StepperKind stepper : {StepperKind::radau13, StepperKind::automatic}) {
    const Solution s =
        solve(map, {.t1 = 6, .x0 = {0, 0, 0}}, {.rtol = 1e-10, .atol = 1e-12, .stepper = stepper});
    CHECK(s.status == Status::finished);
    REQUIRE(s.events.size() == times.size());
    for (std::size_t i = 0; i < times.size(); ++i) {
      const double accuracy = i == 2 ? 1e-4 : i == 1 || i == 3 ? 1e-7 : 1e-9;
      CHECK(std::abs(s.events[i].t - times[i]) < accuracy);
      CHECK(s.events[i].kind == (i == 2 ? EventKind::grazing : EventKind::crossing));
    }
  }
}
