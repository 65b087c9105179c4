#include "filippov/solver/solve.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "filippov/arithmetic/error.hpp"
#include "filippov/inclusion/clarke.hpp"
#include "filippov/inclusion/filippov_map.hpp"
#include "filippov/solver/classify.hpp"

using namespace filippov;

namespace {

FilippovMap dry_friction() {
  return FilippovMap(
      VectorField(2, [](auto, const auto& x) { return vector(x[1], -x[0] - 0.4 * sign(x[1])); }));
}

/// The same system written by hand.
class DryFriction : public Inclusion {
 public:
  int dimension() const override { return 2; }
  int switch_count() const override { return 1; }
  void selection(double, std::span<const double> x, const Signature& s,
                 std::span<double> f) const override {
    f[0] = x[1];
    f[1] = -x[0] - 0.4 * s[0];
  }
  double switching(int, double, std::span<const double> x, const Signature&) const override {
    return x[1];
  }
  bool is_autonomous() const override { return true; }
};

/// Half swings of length pi whose amplitude falls by 0.8, from 3 to -0.2, where it sticks.
void check_dry_friction(const Solution& s, double tolerance) {
  REQUIRE(s.events.size() == 4);
  for (int i = 0; i < 4; ++i) {
    const Event& e = s.events[static_cast<std::size_t>(i)];
    CHECK(std::abs(e.t - (i + 1) * 3.14159265358979323846) < tolerance);
    CHECK(e.kind == (i < 3 ? EventKind::crossing : EventKind::sliding_entry));
  }
  CHECK(s.status == Status::equilibrium);
  CHECK(std::abs(s.x[0] + 0.2) < tolerance);
  CHECK(s.x[1] == 0);
}

}  // namespace

TEST_CASE("sliding on a surface across which another one jumps is not followed") {
  // At y = 0 the side of x + sign(y) / 2 is another one above and below, from x = -1/2 to 1/2.
  const FilippovMap map(VectorField(3, [](auto, const auto& x) {
    return vector(1, -sign(x[1]), sign(x[0] + 0.5 * sign(x[1])));
  }));
  const Solution solution = solve(map, {.t1 = 2, .x0 = {-2, 1, 0}});
  CHECK(solution.status == Status::undecided);
  CHECK(solution.t == doctest::Approx(1));
}

// y = x^2 / 2 touches 0 at t = 1 whatever sign(y) is, and leaves it, because y'' = x' = 1: no
// element of F stays. Meanwhile w = 0 is slid on.
TEST_CASE("a surface touched while another one is slid on is left again") {
  const FilippovMap map(VectorField(
      4, [](auto, const auto& x) { return vector(1, x[0], 1 + sign(x[1]), -sign(x[3])); }));
  for (const StepperKind stepper :
       {StepperKind::taylor, StepperKind::dopri5, StepperKind::rosenbrock4, StepperKind::radau13}) {
    CAPTURE(static_cast<int>(stepper));
    const Solution s = solve(map, {.t1 = 2, .x0 = {-1, 0.5, 0, 0.5}}, {.stepper = stepper});
    CHECK(s.status == Status::finished);
    REQUIRE(s.events.size() == 2);
    CHECK(s.events[0].kind == EventKind::sliding_entry);
    CHECK(s.events[1].kind == EventKind::grazing);
    CHECK(s.events[1].t == doctest::Approx(1));
    CHECK(s.x[1] == doctest::Approx(0.5));
    CHECK(s.x[2] == doctest::Approx(4));
  }
  const double touching[] = {0.0, 0.0, 0.0, 0.0};
  CHECK(classify(map, touching).verdict == Verdict::unique);
}

TEST_CASE("two surfaces touched at once") {
  const FilippovMap map(VectorField(
      4, [](auto, const auto& x) { return vector(1, x[0], -x[0], sign(x[1]) + sign(x[2])); }));
  const Solution s = solve(map, {.t1 = 2, .x0 = {-1, 0.5, -0.5, 0}});
  CHECK(s.status == Status::finished);
  REQUIRE(s.events.size() == 1);
  CHECK(s.events[0].kind == EventKind::grazing);
  CHECK(s.events[0].surfaces.size() == 2);
  CHECK(s.x[1] == doctest::Approx(0.5));
  CHECK(s.x[2] == doctest::Approx(-0.5));
  CHECK(s.x[3] == doctest::Approx(0));
  const double touching[] = {0.0, 0.0, 0.0, 0.0};
  CHECK(classify(map, touching).verdict == Verdict::unique);
}

// Both bend the same way only for one of them: sliding on y needs x = 0, and x' = sign(y) / 2 + 1.
TEST_CASE("a contact that every element of F ends, though their curvatures differ") {
  const FilippovMap map(VectorField(
      3, [](auto, const auto& x) { return vector(1 + 0.5 * sign(x[1]), x[0], -sign(x[2])); }));
  const double touching[] = {0.0, 0.0, 0.0};
  const Classification c = classify(map, touching);
  CHECK(c.verdict == Verdict::unique);
  REQUIRE(c.continuations.size() == 1);
  REQUIRE(c.continuations[0].face.sliding.size() == 1);
  CHECK(map.surface_name(c.continuations[0].face.sliding[0]) == "x3");
  // With x' = 2 sign(y) - 1 some bend up and some down: to slide with x' = 0 is a solution.
  const FilippovMap both(VectorField(
      3, [](auto, const auto& x) { return vector(2 * sign(x[1]) - 1, x[0], -sign(x[2])); }));
  CHECK(classify(both, touching).verdict != Verdict::unique);
}

// y = x^4 / 4 touches 0 at t = 1 from either side; y = x^3 / 3 crosses it there.
TEST_CASE("contacts and crossings of higher order") {
  for (const double rtol : {1e-6, 1e-8, 1e-11, 1e-12}) {
    CAPTURE(rtol);
    const SolverOptions options{.rtol = rtol, .atol = 0.01 * rtol};
    for (const double side : {1.0, -1.0}) {
      const FilippovMap touching(VectorField(3, [side](auto, const auto& x) {
        return vector(1, side * pow(x[0], 3), 1 + sign(x[1]));
      }));
      const Solution s = solve(touching, {.t1 = 2, .x0 = {-1, side / 4, 0}}, options);
      CHECK(s.status == Status::finished);
      REQUIRE(s.events.size() == 1);
      CHECK(s.events[0].kind == EventKind::grazing);
      CHECK(s.events[0].t == doctest::Approx(1));
      CHECK(s.x[2] == doctest::Approx(2 * (1 + side)));
    }
    const FilippovMap crossing(
        VectorField(3, [](auto, const auto& x) { return vector(1, x[0] * x[0], 1 + sign(x[1])); }));
    const Solution s = solve(crossing, {.t1 = 2, .x0 = {-1, -1. / 3, 0}}, options);
    CHECK(s.status == Status::finished);
    REQUIRE(s.events.size() == 1);
    CHECK(s.events[0].kind == EventKind::crossing);
    CHECK(s.x[2] == doctest::Approx(2).epsilon(1e-4));
  }
}

// From (-1.2, -2) the largest of 2x, y and -x - y is the last, until it meets y at 1.4; 2x = y is
// crossed at 0.4, where it does not matter.
TEST_CASE("a switch that does not matter is no event") {
  const Function f(2, [](const auto& x) { return max(max(2 * x[0], x[1]), -x[0] - x[1]); });
  const Solution s = solve(descent(f), {.t1 = 4, .x0 = {-1.2, -2}});
  REQUIRE(!s.events.empty());
  CHECK(s.events[0].kind == EventKind::sliding_entry);
  CHECK(s.events[0].t == doctest::Approx(1.4));
  for (const Event& e : s.events) CHECK(e.kind != EventKind::crossing);
}

// x is crossed where y = x^2 / 2 is touched.
TEST_CASE("a surface touched where another one is crossed") {
  const FilippovMap map(
      VectorField(3, [](auto, const auto& x) { return vector(1, x[0], sign(x[1]) + sign(x[0])); }));
  const Solution s = solve(map, {.t1 = 2, .x0 = {-1, 0.5, 0}}, {.rtol = 1e-11, .atol = 1e-13});
  REQUIRE(s.events.size() == 2);
  CHECK(s.events[0].kind == EventKind::crossing);
  CHECK(s.events[0].surfaces.size() == 1);
  CHECK(s.events[1].kind == EventKind::grazing);
  CHECK(s.events[1].surfaces.size() == 1);
  CHECK(s.x[2] == doctest::Approx(2));
}

TEST_CASE("dry friction with every stepper, recorded and written by hand") {
  const InitialValueProblem problem{.t1 = 15, .x0 = {3, 0}};
  check_dry_friction(solve(dry_friction(), problem, {.rtol = 1e-11, .atol = 1e-13}), 1e-10);
  for (const StepperKind stepper : {StepperKind::dopri5, StepperKind::rosenbrock4}) {
    const SolverOptions options{.rtol = 1e-9, .atol = 1e-11, .stepper = stepper};
    check_dry_friction(solve(dry_friction(), problem, options), 1e-6);
    check_dry_friction(solve(DryFriction(), problem, options), 1e-6);
  }
  CHECK_THROWS_AS(solve(DryFriction(), problem, {.stepper = StepperKind::taylor}), Error);
}

// x' = rate (cos t - x) tends to (rate^2 cos t + rate sin t) / (1 + rate^2) within 1e-4.
class Relaxation : public Inclusion {
 public:
  int dimension() const override { return 1; }
  int switch_count() const override { return 0; }
  void selection(double t, std::span<const double> x, const Signature&,
                 std::span<double> f) const override {
    f[0] = rate * (std::cos(t) - x[0]);
  }
  double switching(int, double, std::span<const double>, const Signature&) const override {
    return 0;
  }
  static constexpr double rate = 1e5;
};

TEST_CASE("a stiff system written by hand goes to the Radau stepper by itself") {
  const InitialValueProblem problem{.t1 = 2, .x0 = {0}};
  const Solution s = solve(Relaxation(), problem);
  const double r = Relaxation::rate;
  CHECK(s.x[0] == doctest::Approx((r * r * std::cos(2) + r * std::sin(2)) / (1 + r * r)));
  // Dormand & Prince's stepper alone takes some 60 000 steps.
  CHECK(s.statistics.steps < 1000);
}

TEST_CASE("steps are the same whether the trajectory is kept or not") {
  const FilippovMap van_der_pol(VectorField(
      2, [](auto, const auto& x) { return vector(x[1], 2 * (1 - x[0] * x[0]) * x[1] - x[0]); }));
  const InitialValueProblem problem{.t1 = 20, .x0 = {2, 0}};
  for (const StepperKind stepper : {StepperKind::dopri5, StepperKind::rosenbrock4}) {
    for (const double max_step : {std::numeric_limits<double>::infinity(), 0.05}) {
      CAPTURE(max_step);
      SolverOptions options{.rtol = 1e-7, .atol = 1e-7, .stepper = stepper, .max_step = max_step};
      const Solution kept = solve(van_der_pol, problem, options);
      options.keep_trajectory = false;
      const Solution not_kept = solve(van_der_pol, problem, options);
      // Times are summed up in another order.
      CHECK(std::abs(not_kept.x[0] - kept.x[0]) < 1e-12);
      CHECK(std::abs(not_kept.x[1] - kept.x[1]) < 1e-12);
      CHECK(not_kept.statistics.steps == kept.statistics.steps);
      CHECK(not_kept.statistics.rejected_steps == kept.statistics.rejected_steps);
      CHECK(not_kept.statistics.steps >= problem.t1 / max_step);
    }
  }
  const FilippovMap growing(VectorField(1, [](auto, const auto& x) { return vector(x[0]); }));
  const Solution s =
      solve(growing, {.t1 = 100, .x0 = {1}},
            {.stepper = StepperKind::dopri5, .escape_norm = 1e3, .keep_trajectory = false});
  CHECK(s.status == Status::escape);
  CHECK(s.x[0] > 1e3);
  CHECK(s.x[0] < 2e3);
}

// x' = t - g sign x - sign(x + y), y' = -t/2 - g sign y - sign(x + y) with g = 1 + t/4 rests at the
// origin as long as g u1 + u3 = t and g u2 + u3 = -t/2 have a solution with |u_j| <= 1: up to t =
// 2, where u = (1, -1, 1/2). The solution of least norm has u1 > 1 before. Then x + y = 0 is slid
// on with u3 = t/4 and x' = t/2 - 1.
TEST_CASE("dependent surfaces whose jumps change are slid on as long as some multipliers exist") {
  const FilippovMap map(VectorField(2, [](auto t, const auto& x) {
    const auto g = 1 + 0.25 * t;
    const auto s = sign(x[0] + x[1]);
    return vector(t - g * sign(x[0]) - s, -0.5 * t - g * sign(x[1]) - s);
  }));
  for (const double rtol : {1e-6, 1e-9, 1e-12}) {
    CAPTURE(rtol);
    const Solution s = solve(map, {.t1 = 3, .x0 = {0, 0}}, {.rtol = rtol, .atol = rtol});
    CAPTURE(s.message);
    CHECK(s.status == Status::finished);
    CHECK(s.start.sliding.size() == 3);
    REQUIRE(s.events.size() == 1);
    CHECK(s.events[0].kind == EventKind::sliding_change);
    CHECK(std::abs(s.events[0].t - 2) < 1e-10);
    REQUIRE(s.events[0].sliding.size() == 1);
    CHECK(map.surface_name(s.events[0].sliding[0]) == "x1 + x2");
    CHECK(std::abs(s.x[0] - 0.25) < 1e-9);
    CHECK(std::abs(s.x[1] + 0.25) < 1e-9);
  }
}

// x' = t - (1 + t/4) sign x rests at 0 up to t = 4/3, from where x' = 3t/4 - 1.
TEST_CASE("rest at the origin under a force that grows, where no state says what is small") {
  const FilippovMap map(VectorField(2, [](auto t, const auto& x) {
    const auto friction = 1 + 0.25 * t;
    return vector(t - friction * sign(x[0]), -0.5 * t - friction * sign(x[1]) - 0.1 * sign(x[0]));
  }));
  const Solution s = solve(map, {.t1 = 3, .x0 = {0, 0}});
  CHECK(s.status == Status::finished);
  REQUIRE(s.events.size() == 1);
  CHECK(std::abs(s.events[0].t - 4.0 / 3) < 1e-12);
  CHECK(std::abs(s.x[0] - 25.0 / 24) < 1e-12);
  CHECK(s.x[1] == 0);
  CHECK(s.statistics.steps < 20);
}

TEST_CASE("backward in time a smooth motion returns to its start") {
  const FilippovMap f(VectorField(2, [](auto t, const auto& x) {
    return vector(x[1], -sin(x[0]) + 0.3 * cos(t) - 0.2 * sign(x[0]));
  }));
  const Solution there = solve(f, {.t0 = 0, .t1 = 7, .x0 = {0.4, 1.1}}, {.rtol = 1e-12});
  const Solution back = solve(f, {.t0 = 7, .t1 = 0, .x0 = there.x}, {.rtol = 1e-12});
  CHECK(there.events.size() >= 2);
  CHECK(back.events.size() == there.events.size());
  CHECK(back.x[0] == doctest::Approx(0.4).epsilon(1e-9));
  CHECK(back.x[1] == doctest::Approx(1.1).epsilon(1e-9));
}

TEST_CASE("escape in finite time is a result") {
  const FilippovMap f(VectorField(1, [](auto, const auto& x) { return vector(x[0] * x[0]); }));
  const Solution s = solve(f, {.t1 = 2, .x0 = {1}});
  CHECK(s.status == Status::escape);
  CHECK(s.t == doctest::Approx(1).epsilon(1e-6));
}

TEST_CASE("bad input throws, with what was expected") {
  const FilippovMap f = dry_friction();
  CHECK_THROWS_AS(solve(f, {.t1 = 1, .x0 = {1}}), Error);
  CHECK_THROWS_AS(solve(f, {.t1 = 1, .x0 = {1, std::nan("")}}), Error);
  CHECK_THROWS_AS(solve(f, {.t1 = 1, .x0 = {1, 0}}, {.rtol = -1}), Error);
  const FilippovMap g(VectorField(1, [](auto, const auto& x) { return vector(log(x[0])); }));
  CHECK_THROWS_AS(solve(g, {.t1 = 1, .x0 = {-1}}), Error);
}

TEST_CASE("a start outside the domain of a switching function is refused") {
  const FilippovMap map(
      VectorField(1, [](auto, const auto& x) { return vector(sign(log(x[0]))); }));
  CHECK_THROWS_WITH_AS(solve(map, {.t1 = 1, .x0 = {-2}}), doctest::Contains("log(x1)"), Error);
  const double outside[] = {-2.0};
  CHECK_THROWS_AS(classify(map, outside), Error);
  CHECK(solve(map, {.t1 = 1, .x0 = {2}}).status == Status::finished);
}

TEST_CASE("the trajectory is the motion at any time") {
  const FilippovMap f(VectorField(2, [](auto, const auto& x) { return vector(x[1], -x[0]); }));
  const Solution s = solve(f, {.t1 = 5, .x0 = {0, 1}}, {.rtol = 1e-12});
  for (const double t : {0.0, 0.1, 1.7, 3.3, 5.0}) {
    CHECK(s.trajectory(t)[0] == doctest::Approx(std::sin(t)).epsilon(1e-11));
  }
}

TEST_CASE("a surface that begins to matter after it was passed unnoticed") {
  // x2 = 0 is passed at t = 1/2 and matters where x1 > 0, from t = 1 on.
  const FilippovMap nested(VectorField(3, [](auto, const auto& x) {
    return vector(1.0, 1.0, select(x[0], select(x[1], 1.0, -1.0), 0.0));
  }));
  const Solution forward = solve(nested, {.t1 = 2, .x0 = {-1, -0.5, 0}});
  REQUIRE(forward.status == Status::finished);
  REQUIRE(forward.events.size() == 1);
  CHECK(forward.events[0].surfaces.size() == 1);
  CHECK(forward.x[1] == doctest::Approx(1.5));
  CHECK(forward.x[2] == doctest::Approx(1));
}

TEST_CASE("surfaces that nearly coincide are crossed together") {
  // They meet at the origin alone, where landing on both must not lead.
  const VectorField f(2, [](auto, const auto& x) {
    const auto a = x[1] - 0.3 * x[0];
    const auto b = x[1] - 0.30000000000000004 * x[0];
    return vector(1.0, relu(a) - 2 * relu(-b) - 1);
  });
  // a = b = h, h' = h - 1.3 for h > 0 and 2 h - 1.3 for h < 0.
  const Solution s = solve(FilippovMap(f), {.t1 = 1, .x0 = {4, 1.7}}, {.rtol = 1e-12});
  REQUIRE(s.status == Status::finished);
  CHECK(s.x[0] == doctest::Approx(5).epsilon(1e-12));
  const double crossing = std::log(1.3 / 0.8);
  const double h = 0.65 * (1 - std::exp(2 * (1 - crossing)));
  CHECK(s.x[1] == doctest::Approx(0.3 * 5 + h).epsilon(1e-10));
}

TEST_CASE("the solution of x' = -sqrt(x) is not followed up the other branch of the root") {
  // (1 - t/2)^2 until t = 2, then 0; the Taylor polynomial rises again.
  const FilippovMap f(VectorField(1, [](auto, const auto& x) { return vector(-sqrt(x[0])); }));
  const Solution s = solve(f, {.t1 = 3, .x0 = {1}});
  CHECK(s.status != Status::finished);
  CHECK(s.t == doctest::Approx(2).epsilon(0.02));
  CHECK(std::abs(s.x[0]) < 1e-8);
}

TEST_CASE("where the right-hand side is not defined any more the last finite state is reported") {
  // x = 1 - t, y = t - 1 - (1 - t)(log(1 - t) - 1) - ... is -1 at t = 1, where log(x) ends.
  const FilippovMap f(VectorField(2, [](auto, const auto& x) { return vector(-1, log(x[0])); }));
  const Solution s = solve(f, {.t1 = 3, .x0 = {1, 0}});
  CHECK(s.status == Status::failed);
  CHECK(s.t == doctest::Approx(1));
  CHECK(s.x[1] == doctest::Approx(-1));
}

TEST_CASE("a right-hand side whose third derivative is infinite is followed") {
  // y(2) = 4/7 from y' = |t - 1|^2.5.
  const FilippovMap f(
      VectorField(2, [](auto, const auto& x) { return vector(1, pow(abs(x[0]), 2.5)); }));
  const Solution s = solve(f, {.t1 = 2, .x0 = {-1, 0}});
  CHECK(s.status == Status::finished);
  CHECK(s.x[1] == doctest::Approx(4.0 / 7).epsilon(1e-9));
}

TEST_CASE("what grows without end but not in finite time does not escape") {
  const FilippovMap f(VectorField(1, [](auto, const auto& x) { return vector(x[0]); }));
  const Solution s = solve(f, {.t1 = 30, .x0 = {1}});
  CHECK(s.status == Status::finished);
  CHECK(s.x[0] == doctest::Approx(std::exp(30.0)).epsilon(1e-6));
  const FilippovMap pole(VectorField(1, [](auto, const auto& x) { return vector(exp(x[0])); }));
  CHECK(solve(pole, {.t1 = 3, .x0 = {0}}).status == Status::escape);  // -log(1 - t)
}

TEST_CASE("events are told apart however long the steps are") {
  const FilippovMap f(
      VectorField(3, [](auto, const auto& x) { return vector(-sign(x[0]), -sign(x[1]), 1e-3); }));
  const Solution s = solve(f, {.t1 = 1e9, .x0 = {1, 2, 0}});
  REQUIRE(s.events.size() == 2);
  CHECK(s.events[0].t == doctest::Approx(1));
  CHECK(s.events[1].t == doctest::Approx(2));

  // x passes 0 at t = 1; y at 0.9999999 with velocity 2, after which nothing is at 0.
  const FilippovMap g(
      VectorField(2, [](auto, const auto& x) { return vector(1, sign(x[1]) + 1 - sign(x[0])); }));
  const Solution late = solve(g, {.t1 = 1000, .x0 = {-1, -1.0000001}});
  CHECK(late.status == Status::finished);  // y is at -1e-7 when x passes, and turns
  REQUIRE(late.events.size() == 1);
  CHECK(late.x[1] == doctest::Approx(-999.0000001));
}

TEST_CASE("a slow component does not rest with the fast ones") {
  // Events of x and v accumulate; z' = 1e-6 goes on.
  const FilippovMap f(VectorField(
      3, [](auto, const auto& x) { return vector(x[1], -sign(x[0]) - 0.5 * sign(x[1]), 1e-6); }));
  CHECK(solve(f, {.t1 = 9, .x0 = {1, 0, 0}}).x[2] == doctest::Approx(9e-6));
  const FilippovMap spiral(VectorField(3, [](auto, const auto& x) {
    const auto first = sign(x[0]);
    const auto second = sign(x[1]);
    return vector(-1e15 * first + 2e15 * second, -2e15 * first - 1e15 * second, 1);
  }));
  CHECK(solve(spiral, {.t1 = 9, .x0 = {0, 0, 0}}).x[2] == doctest::Approx(9));
}

TEST_CASE("an event at the final time stops no stepper") {
  const FilippovMap f(
      VectorField(1, [](auto t, const auto& x) { return vector(sign(t - 1) * x[0]); }));
  for (const StepperKind kind : {StepperKind::automatic, StepperKind::radau13, StepperKind::dopri5,
                                 StepperKind::rosenbrock4}) {
    const Solution s =
        solve(f, {.t1 = 1, .x0 = {1}}, {.rtol = 1e-6, .atol = 1e-8, .stepper = kind});
    CHECK(s.status == Status::finished);
  }
}

TEST_CASE("a short visit beyond a surface is two crossings with every stepper") {
  // x = (1 + 1e-9) sin t is above 1 for 8.9e-5 around pi/2.
  const FilippovMap f(VectorField(
      3, [](auto, const auto& x) { return vector(x[1], -x[0], 500 * (1 + sign(x[0] - 1))); }));
  for (const StepperKind kind :
       {StepperKind::automatic, StepperKind::radau13, StepperKind::dopri5}) {
    const Solution s = solve(f, {.t1 = 20, .x0 = {0, 1.000000001, 0}},
                             {.rtol = 1e-11, .atol = 1e-13, .stepper = kind});
    CHECK(s.events.size() == 6);
  }
}
