#include "filippov/solver/classify.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "filippov/inclusion/clarke.hpp"
#include "filippov/solver/solve.hpp"

using namespace filippov;

namespace {

std::size_t count(const Classification& c, Continuation::Kind kind) {
  return static_cast<std::size_t>(
      std::count_if(c.continuations.begin(), c.continuations.end(),
                    [&](const Continuation& k) { return k.kind == kind; }));
}

}  // namespace

TEST_CASE("u1 |u2| branches exactly on its half-line (paper, Lemma E.2)") {
  const Function f(2, [](const auto& u) { return u[0] * abs(u[1]); });
  const FilippovMap flow = ascent(f);
  const double branching[] = {1.0, 0.0};
  const Classification c = classify(flow, branching);
  CHECK(c.verdict == Verdict::branching);
  CHECK(count(c, Continuation::Kind::rest) == 1);
  CHECK(count(c, Continuation::Kind::leave) == 2);
  for (const std::vector<double>& x :
       {std::vector{0.0, 0.0}, std::vector{-1.0, 0.0}, std::vector{1.0, 1.0},
        std::vector{-1.0, 1.0}, std::vector{0.0, -1.0}, std::vector{1.0, 1e-9}}) {
    CHECK(classify(flow, x).verdict == Verdict::unique);
  }
}

TEST_CASE("max(2 x1, x2, -x1 - x2) at the origin") {
  const Function f(2, [](const auto& x) { return max(max(2 * x[0], x[1]), -x[0] - x[1]); });
  const double origin[] = {0.0, 0.0};
  const Classification down = classify(descent(f), origin);
  CHECK(down.verdict == Verdict::unique);
  CHECK(down.vertices.cols() == 3);
  CHECK(down.minimum_norm.norm() < 1e-14);
  const Classification up = classify(ascent(f), origin);
  CHECK(up.verdict == Verdict::branching);
  CHECK(count(up, Continuation::Kind::leave) == 3);
}

TEST_CASE("three lines through a point have six cells, not eight") {
  const Function f(2, [](const auto& x) { return abs(x[0]) + abs(x[1]) + abs(x[0] + x[1]); });
  const double origin[] = {0.0, 0.0};
  const Classification c = classify(descent(f), origin);
  CHECK(c.active.size() == 3);
  CHECK(c.vertices.cols() == 6);
  CHECK(c.verdict == Verdict::unique);
}

TEST_CASE("nested absolute values") {
  const Function f(2, [](const auto& x) { return abs(abs(x[0]) - abs(x[1])); });
  const double origin[] = {0.0, 0.0};
  CHECK(classify(descent(f), origin).verdict == Verdict::unique);
  CHECK(classify(ascent(f), origin).verdict == Verdict::branching);
  const double ridge[] = {1.0, 1.0};
  CHECK(classify(descent(f), ridge).vertices.cols() == 2);
}

// The gradient of relu(x) relu(y) is 0 at the origin in all four quadrants: to rest is one
// solution, however many faces it lies on.
// x' = a sign x - 2 sign y, y' = 2 sign x + a sign y turns from quadrant to quadrant; a turn
// multiplies the distance by ((2 + a)/(2 - a))^4. For a > 0 solutions leave the origin through
// infinitely many crossings; for a < 0 they end there, and only rest goes on.
TEST_CASE("solutions that spiral out of two surfaces are not overlooked") {
  for (const double a : {-0.5, 0.0, 0.5}) {
    CAPTURE(a);
    const FilippovMap map(VectorField(2, [a](auto, const auto& x) {
      return vector(a * sign(x[0]) - 2 * sign(x[1]), 2 * sign(x[0]) + a * sign(x[1]));
    }));
    const double origin[] = {0.0, 0.0};
    const Classification c = classify(map, origin);
    CHECK(c.verdict == (a < 0 ? Verdict::unique : Verdict::undecided));
    CHECK((c.reason.find("spiral") != std::string::npos) == (a >= 0));
  }
}

// max(|x|, |y|, |z|) rises along the 26 directions whose entries are 0, 1, -1 over a common factor.
TEST_CASE("the maximum norm in space") {
  const Function f(3, [](const auto& x) { return max(max(abs(x[0]), abs(x[1])), abs(x[2])); });
  const double origin[] = {0.0, 0.0, 0.0};
  const Classification up = classify(ascent(f), origin);
  CHECK(up.vertices.cols() == 6);
  CHECK(up.continuations.size() == 27);
  CHECK(count(up, Continuation::Kind::rest) == 1);
  CHECK(classify(descent(f), origin).verdict == Verdict::unique);
}

// x' = sqrt|x|: x = 0 and x = t^2/4 both start at 0, where dF is infinite.
TEST_CASE("rest is not certain without a Lipschitz condition") {
  const FilippovMap map(
      VectorField(1, [](auto, const auto& x) { return vector(sqrt(abs(x[0]))); }));
  const double origin[] = {0.0};
  CHECK(classify(map, origin).verdict == Verdict::undecided);
}

TEST_CASE("a set of sliding velocities is not one solution") {
  // z' is any number in [-1, 1] while x = y = 0, and the multilinear selection 0 is no point of
  // rest.
  const FilippovMap product(VectorField(3, [](auto, const auto& x) {
    return vector(-sign(x[0]), -sign(x[1]), sign(x[0]) * sign(x[1]));
  }));
  const double origin[] = {0.0, 0.0, 0.0};
  CHECK(classify(product, origin).verdict == Verdict::branching);
  CHECK(solve(product, {.t1 = 1, .x0 = {0, 0, 0}}).status == Status::finished);
  CHECK(solve(product, {.t1 = 1, .x0 = {0, 0, 0}}).ambiguous.size() == 1);
  // The same on one surface, whose jump is tangent to it.
  const FilippovMap tangent(
      VectorField(2, [](auto, const auto& x) { return vector(-x[0], sign(x[0])); }));
  const double on_surface[] = {0.0, 0.0};
  CHECK(classify(tangent, on_surface).verdict == Verdict::branching);
}

TEST_CASE("rest is one continuation") {
  const Function f(2, [](const auto& x) { return relu(x[0]) * relu(x[1]); });
  const double origin[] = {0.0, 0.0};
  CHECK(classify(ascent(f), origin).verdict == Verdict::unique);
  CHECK(classify(descent(f), origin).verdict == Verdict::unique);
}

// min(max(x, y), max(x, -y)) = max(x, -|y|) is x where x > -|y|: there the outer switch is x - x.
TEST_CASE("a switch that vanishes in a whole cell") {
  const Function f(2, [](const auto& x) { return min(max(x[0], x[1]), max(x[0], -x[1])); });
  const double inside[] = {1.0, 0.0};
  CHECK(classify(ascent(f), inside).active.empty());
  CHECK(classify(ascent(f), inside).verdict == Verdict::unique);
  // x = y > 0: only the inner switch is zero, and the gradient is (1, 0) on both sides.
  const double edge[] = {1.0, 1.0};
  CHECK(classify(ascent(f), edge).verdict == Verdict::unique);
  CHECK(classify(ascent(f), edge).vertices.cols() == 1);
  // At the origin df = conv{(1, 0), (0, 1), (0, -1)} contains 0; (t, 0) is a solution as well.
  const double origin[] = {0.0, 0.0};
  const Classification up = classify(ascent(f), origin);
  CHECK(up.vertices.cols() == 3);
  CHECK(up.verdict == Verdict::branching);
  CHECK(count(up, Continuation::Kind::rest) == 1);
  CHECK(count(up, Continuation::Kind::leave) == 1);
}

TEST_CASE("surfaces that cancel or agree") {
  const double origin[] = {0.0};
  const Function none(1, [](const auto& x) { return abs(x[0]) - abs(x[0]); });
  CHECK(classify(ascent(none), origin).active.empty());
  const Function twice(1, [](const auto& x) { return abs(x[0]) + abs(-x[0]); });
  CHECK(classify(ascent(twice), origin).active.size() == 1);
  CHECK(classify(ascent(twice), origin).vertices.cols() == 2);
  CHECK(classify(ascent(twice), origin).verdict == Verdict::branching);
  const Function scaled(1, [](const auto& x) { return abs(2 * x[0]); });
  CHECK(classify(descent(scaled), origin).verdict == Verdict::unique);
}

// x1' = x2, x2' = -1 on both sides of x1 = 1: the rate of x1 is x2, and where it is 0 the second
// derivative -1 leads back below. Nothing slides, because no multiplier changes the rate.
TEST_CASE("a contact without a jump of the normal velocity is left to the side of its curvature") {
  const FilippovMap map(VectorField(
      3, [](auto, const auto& x) { return vector(x[1], -x[0], 500 * (1 + sign(x[0] - 1))); }));
  for (const double rate : {-1e-5, -1e-10, -1e-17, 0.0, 1e-10, 1e-5}) {
    CAPTURE(rate);
    const double x[] = {1.0, rate, 0.0};
    const Classification c = classify(map, x);
    REQUIRE(c.verdict == Verdict::unique);
    CHECK(c.continuations[0].kind == Continuation::Kind::leave);
    CHECK(c.continuations[0].face.signature[0] == (rate > 0 ? 1 : -1));
  }
}

// x and x e^y are one surface: only (+, +) and (-, -) are sign patterns next to it. Of the two
// selections (-1, 2) and (1, 0) one combination is tangent.
TEST_CASE("surfaces that coincide have no signs of their own") {
  const double x[] = {0.0, 2.0};
  const FilippovMap map(VectorField(
      2, [](auto, const auto& x) { return vector(-sign(x[0] * exp(x[1])), 1 + sign(x[0])); }));
  const Classification c = classify(map, x);
  CHECK(c.verdict == Verdict::unique);
  REQUIRE(c.continuations.size() == 1);
  CHECK((c.continuations[0].velocity - Eigen::Vector2d(0, 1)).norm() < 1e-14);
  const Solution s = solve(map, {.t1 = 3, .x0 = {1, 0}});
  CHECK(s.status == Status::finished);
  CHECK(s.ambiguous.empty());
  CHECK(s.x[1] == doctest::Approx(4));
  // y' = 1 whatever the sign is.
  const FilippovMap constant(VectorField(2, [](auto, const auto& x) {
    return vector(-sign(x[0]) - sign(x[0] * exp(x[1])), 1 + sign(x[0]) - sign(x[0] * exp(x[1])));
  }));
  CHECK(classify(constant, x).verdict == Verdict::unique);
  CHECK(solve(constant, {.t1 = 3, .x0 = {1, 0}}).ambiguous.empty());
}

// Four constant modes at the corner of two lines: 0 is in their hull, whether or not the bilinear
// combination of them vanishes anywhere.
TEST_CASE("rest at a corner is decided by the hull of the modes") {
  const FilippovMap map(VectorField(2, [](auto, const auto& x) {
    const auto mode = [&](double mm, double mp, double pm, double pp) {
      return select(x[0], select(x[1], Expression(pp), Expression(pm)),
                    select(x[1], Expression(mp), Expression(mm)));
    };
    return vector(mode(-0.06, 1.64, -1.15, -0.85), mode(-0.04, 0.21, 1.46, 0.17));
  }));
  const double origin[] = {0.0, 0.0};
  const Classification c = classify(map, origin);
  CHECK(c.verdict == Verdict::branching);
  CHECK(count(c, Continuation::Kind::rest) == 1);
  CHECK(count(c, Continuation::Kind::slide) == 1);
  CHECK(count(c, Continuation::Kind::leave) == 1);
}

TEST_CASE("relu of relu is zero on a whole side") {
  const double origin[] = {0.0};
  const Function twice(1, [](const auto& x) { return relu(relu(x[0])); });
  const Classification up = classify(ascent(twice), origin);
  CHECK(up.verdict == Verdict::branching);
  CHECK(up.continuations.size() == 2);
  CHECK(count(up, Continuation::Kind::rest) == 1);
  CHECK(classify(descent(twice), origin).verdict == Verdict::unique);
  const Solution s = solve(descent(twice), {.t1 = 5, .x0 = {1}});
  CHECK(s.status == Status::equilibrium);
  CHECK(std::abs(s.x[0]) < 1e-12);
  const Function tilted(1, [](const auto& x) { return relu(relu(-x[0])) + 0.5 * x[0]; });
  CHECK(solve(descent(tilted), {.t1 = 5, .x0 = {1}}).status == Status::equilibrium);
  const Function sum(1, [](const auto& x) { return relu(relu(x[0])) + x[0]; });
  const Classification down = classify(descent(sum), origin);
  CHECK(down.verdict == Verdict::unique);
  CHECK(down.continuations.size() == 1);

  const Function deep(3, [](const auto& x) { return x[1] * relu(x[2] * relu(x[0])); });
  const double x[] = {0.0, 1.0, 1.0};
  const Classification network = classify(ascent(deep), x);
  CHECK(network.verdict == Verdict::branching);
  CHECK(network.continuations.size() == 2);

  // x = 0, y = 1 + t is a solution; so is x = 4 t, y = 1 + t.
  const Function kink(2, [](const auto& x) { return relu(abs(2 * x[0])) + 2 * x[0] + x[1]; });
  const double on_kink[] = {0.0, 1.0};
  const Classification along = classify(ascent(kink), on_kink);
  CHECK(along.verdict == Verdict::branching);
  CHECK(along.continuations.size() == 2);
}

TEST_CASE("an argument of max that is given twice") {
  const Function f(1, [](const auto& x) { return max(max(x[0], -x[0]), -x[0]); });
  const Solution s = solve(descent(f), {.t1 = 3, .x0 = {1}});
  CHECK(s.status == Status::equilibrium);
  CHECK(std::abs(s.x[0]) < 1e-12);
}

// y = 0 and x + |y| = 0 meet in one point, and the only velocity that keeps both is 0.
TEST_CASE("nested absolute values that meet in a point rest there") {
  const Function f(2, [](const auto& x) { return abs(abs(x[1]) + x[0]) + x[1]; });
  const double origin[] = {0.0, 0.0};
  const Classification c = classify(descent(f), origin);
  CHECK(count(c, Continuation::Kind::rest) == 1);
  for (const Continuation& k : c.continuations) {
    if (k.kind == Continuation::Kind::slide) CHECK(k.face.sliding.size() == 1);
  }
}

// Slow and fast surfaces: the multipliers are 1/2 and 1/4, whatever the units are.
TEST_CASE("sliding on a slow and a fast surface is unique") {
  const FilippovMap map(VectorField(3, [](auto, const auto& x) {
    return vector(1e-6 * (0.5 - sign(x[0])), 1e6 * (0.25 - sign(x[1])), sign(x[0]) + sign(x[1]));
  }));
  const double origin[] = {0.0, 0.0, 0.0};
  const Classification c = classify(map, origin);
  CHECK(c.verdict == Verdict::unique);
  REQUIRE(c.continuations.size() == 1);
  CHECK(c.continuations[0].velocity(2) == doctest::Approx(0.75));
}

// x' = v, v' = -x - sign(v): from x = -1 on the mode v > 0 rests, and the state sticks at any x
// between -1 and 1. A rounding to either side of -1 makes no motion.
TEST_CASE("the border of sticking") {
  const FilippovMap map(
      VectorField(2, [](auto, const auto& x) { return vector(x[1], -x[0] - sign(x[1])); }));
  for (const double x1 : {-1.0, -0.9999999999999999, -1.0000000000000004}) {
    CAPTURE(x1);
    const double x[] = {x1, 0.0};
    const Classification c = classify(map, x);
    CHECK(c.verdict == Verdict::unique);
    CHECK(count(c, Continuation::Kind::rest) == 1);
  }
  // All of F = conv{2 + 1e-14, 1e-14} points up.
  const double beyond[] = {-1.00000000000001, 0.0};
  const Classification c = classify(map, beyond);
  CHECK(c.verdict == Verdict::unique);
  CHECK(count(c, Continuation::Kind::leave) == 1);
  for (const double rtol : {1e-8, 1e-11, 1e-12}) {
    CAPTURE(rtol);
    const Solution s = solve(map, {.t1 = 9, .x0 = {3, 0}},
                             {.rtol = rtol, .atol = 0.01 * rtol, .branches = BranchPolicy::all});
    CHECK(s.branches.empty());
    CHECK(s.x[0] == doctest::Approx(-1));
  }
}

// Of the four modes one is zero, and the point is all that both surfaces have in common.
TEST_CASE("a point that is all there is of a face is rest") {
  const Function f(2, [](const auto& x) {
    return min(-2 * x[0] - x[1], 3 * x[0] + x[1]) - max(3 * x[0] + x[1], x[0] - x[1]);
  });
  const double origin[] = {0.0, 0.0};
  const Classification c = classify(ascent(f), origin);
  CHECK(count(c, Continuation::Kind::rest) == 1);
  CHECK(count(c, Continuation::Kind::slide) == 0);
}

// x' = a+-, y' = b+- x above and below y = 0: at the origin both modes are tangent. Beside it y = 0
// is slid on where b+ x < 0 < b- x, with x' = (b- a+ - b+ a-) / (b- - b+); 0 is in F if a+ a- < 0.
TEST_CASE("two folds at one point") {
  struct Fold {
    double above, below, curve_above, curve_below;
    std::size_t rest, slide, leave;
  };
  for (const Fold& fold :
       {Fold{-2, -1, 2, -1.5, 0, 1, 0}, Fold{-2, 3, -1, -1.5, 1, 0, 2},
        Fold{-2, 3, 2, -1.5, 1, 1, 1}, Fold{-2, 3, 2, 1, 1, 0, 0}, Fold{1, 3, 2, -1.5, 0, 1, 2}}) {
    CAPTURE(fold.above);
    CAPTURE(fold.below);
    CAPTURE(fold.curve_above);
    const FilippovMap map(VectorField(2, [&fold](auto, const auto& x) {
      const auto side = sign(x[1]);
      return vector(
          0.5 * (1 + side) * fold.above + 0.5 * (1 - side) * fold.below,
          0.5 * (1 + side) * fold.curve_above * x[0] + 0.5 * (1 - side) * fold.curve_below * x[0]);
    }));
    const double origin[] = {0.0, 0.0};
    const Classification c = classify(map, origin);
    CHECK(count(c, Continuation::Kind::rest) == fold.rest);
    CHECK(count(c, Continuation::Kind::slide) == fold.slide);
    CHECK(count(c, Continuation::Kind::leave) == fold.leave);
    for (const Continuation& k : c.continuations) {
      if (k.kind != Continuation::Kind::slide) continue;
      CHECK(k.velocity(0) ==
            doctest::Approx((fold.curve_below * fold.above - fold.curve_above * fold.below) /
                            (fold.curve_below - fold.curve_above)));
    }
  }
}

// f+ = (1, -3, x1), f- = (0, 2, x2) on the sides of x3 = 0: above, the motion curves away from it,
// below it comes back. Sliding has the multiplier l = x2 / (x2 - x1) of f+; it leaves the origin
// along v = l f+ + (1 - l) f- where l x1 + (1 - l) x2 = 0 for x = v: l^2 - 3 l (1 - l) + 2 (1 -
// l)^2 = 0 has the roots 1/2 and 2/3. The field is constant along these rays; that of 2/3 attracts
// the others.
TEST_CASE("two solutions slide out of a two-fold") {
  const FilippovMap map(VectorField(3, [](auto, const auto& x) {
    return vector(select(x[2], 1.0, 0.0), select(x[2], -3.0, 2.0), select(x[2], x[0], x[1]));
  }));
  const double origin[] = {0.0, 0.0, 0.0};
  const Classification c = classify(map, origin);
  CHECK(c.verdict == Verdict::branching);
  REQUIRE(c.continuations.size() == 3);
  CHECK((c.continuations[0].velocity - Eigen::Vector3d(2.0 / 3, -4.0 / 3, 0)).norm() < 1e-8);
  CHECK((c.continuations[1].velocity - Eigen::Vector3d(0.5, -0.5, 0)).norm() < 1e-8);
  CHECK((c.continuations[2].velocity - Eigen::Vector3d(1, -3, 0)).norm() < 1e-14);
  const Solution s = solve(map, {.t1 = 1, .x0 = {0, 0, 0}}, {.branches = BranchPolicy::all});
  REQUIRE(s.branches.size() == 3);
  CHECK(s.branches[0].x[0] == doctest::Approx(2.0 / 3).epsilon(1e-9));
  CHECK(s.branches[0].x[1] == doctest::Approx(-4.0 / 3).epsilon(1e-9));
  CHECK(s.branches[2].x[2] == doctest::Approx(0.5).epsilon(1e-9));
  // A solution that leaves along the other ray stays between the two.
  CHECK(s.branches[1].x[1] / s.branches[1].x[0] > -2);
  CHECK(s.branches[1].x[1] / s.branches[1].x[0] < -0.5);
}

// (x', y') is (-1, 0), (1, -1), (1, 1), (-2, 0) where (x, y) has the signs --, +-, -+, ++. With
// weights (1 +- u)(1 +- v)/4 it vanishes for u = v only, and there x' = -1 + 4s - 5s^2 < 0 with s =
// (1 + u)/2. The mean of the last three is 0. The velocities in z are 1, 2, 4, 8.
TEST_CASE("sliding where the multilinear selection has no tangent velocity") {
  const FilippovMap map(VectorField(3, [](auto, const auto& x) {
    const auto four = [&](double mm, double pm, double mp, double pp) {
      return select(x[0], select(x[1], pp, pm), select(x[1], mp, mm));
    };
    return vector(four(-1, 1, 1, -2), four(0, -1, 1, 0), four(1, 2, 4, 8));
  }));
  const double origin[] = {0.0, 0.0, 0.0};
  const Classification c = classify(map, origin);
  REQUIRE(count(c, Continuation::Kind::slide) >= 1);
  CHECK(c.continuations[0].face.sliding.size() == 2);
  CHECK((c.continuations[0].velocity - Eigen::Vector3d(0, 0, 14.0 / 3)).norm() < 1e-12);
  for (const StepperKind stepper : {StepperKind::automatic, StepperKind::dopri5}) {
    const Solution s =
        solve(map, {.t1 = 1, .x0 = {0, 0, 0}}, {.stepper = stepper, .branches = BranchPolicy::all});
    REQUIRE(!s.branches.empty());
    const Solution& slides = s.branches[0];
    CHECK(slides.status == Status::finished);
    CHECK(slides.x[0] == 0);
    CHECK(slides.x[1] == 0);
    CHECK(slides.x[2] == doctest::Approx(14.0 / 3));
    REQUIRE(slides.ambiguous.size() == 1);
    CHECK(slides.ambiguous[0].selection == "simplex");
  }
}

// Each |x_i| may rise, rest or fall by itself: 3^13 ways in all.
TEST_CASE("very many continuations are counted, not listed") {
  const Function f(13, [](const auto& x) {
    Expression sum = abs(x[0]);
    for (std::size_t i = 1; i < 13; ++i) sum = sum + abs(x[i]);
    return sum;
  });
  const Classification c = classify(ascent(f), std::vector<double>(13, 0.0));
  CHECK(c.verdict == Verdict::branching);
  CHECK(c.continuations.size() == 1000);
  CHECK(c.reason.find("1000 of 1594323") != std::string::npos);
}

TEST_CASE("solutions that spiral out across position and velocity are not overlooked") {
  // x'' = -sign(x) + sign(v)/2: the speed at x = 0 grows by sqrt(3) every half turn, 3 every turn.
  const FilippovMap out(VectorField(
      2, [](auto, const auto& x) { return vector(x[1], -sign(x[0]) + 0.5 * sign(x[1])); }));
  CHECK(classify(out, std::vector<double>{0, 0}).verdict == Verdict::undecided);
  const FilippovMap in(VectorField(
      2, [](auto, const auto& x) { return vector(x[1], -sign(x[0]) - 0.5 * sign(x[1])); }));
  CHECK(classify(in, std::vector<double>{0, 0}).verdict == Verdict::unique);
  // Fuller's problem: all reach 0 in finite time; backward they leave it.
  const FilippovMap fuller(VectorField(
      2, [](auto, const auto& x) { return vector(x[1], -sign(x[0] + 0.4 * x[1] * abs(x[1]))); }));
  CHECK(classify(fuller, std::vector<double>{0, 0}).verdict == Verdict::unique);
  CHECK(classify(fuller, std::vector<double>{0, 0}, 0, -1).verdict == Verdict::undecided);
}

// With x = y = 0 the mean of sign(x) is 0 and that of sign(x) sign(y) is -1, so that z' = -1: the
// weights are on the boundary of what there is, but they are the same everywhere. The multilinear
// selection, which multiplies means, has no solution.
TEST_CASE("a sliding velocity that the selection does not have") {
  const FilippovMap map(VectorField(3, [](auto, const auto& x) {
    return vector(-sign(x[0]), -sign(x[1]) * sign(x[0]) - 1, sign(x[1]) * sign(x[0]));
  }));
  const double origin[] = {0.0, 0.0, 0.0};
  const Classification c = classify(map, origin);
  CHECK(c.verdict == Verdict::branching);
  REQUIRE(c.continuations.size() == 2);
  CHECK(c.continuations[0].face.sliding.size() == 2);
  CHECK((c.continuations[0].velocity - Eigen::Vector3d(0, 0, -1)).norm() < 1e-12);
  CHECK((c.continuations[1].velocity - Eigen::Vector3d(0, -1, 0)).norm() < 1e-12);
  const Solution s = solve(map, {.t1 = 3, .x0 = {0, 0, 0}}, {.branches = BranchPolicy::all});
  REQUIRE(s.branches.size() == 2);
  CHECK(s.branches[0].status == Status::undecided);
  CHECK(s.branches[1].x[1] == doctest::Approx(-3));
}

TEST_CASE("more than six lines through a point") {
  // Nine lines of the plane have 18 cells.
  const Function f(2, [](const auto& x) {
    auto sum = 2 * abs(x[0]) + abs(x[1]);
    for (int k = 1; k <= 7; ++k) sum = sum + abs(k * x[0] + (5 - k) * x[1]);
    return sum;
  });
  const double origin[] = {0.0, 0.0};
  const Classification c = classify(descent(f), origin);
  CHECK(c.active.size() == 8);  // 5 x0 is parallel to x0
  CHECK(c.vertices.cols() == 16);
  CHECK(c.verdict == Verdict::unique);
  REQUIRE(c.continuations.size() == 1);
  CHECK(c.continuations[0].kind == Continuation::Kind::rest);
  // Ascent stays, or leaves into a cell whose gradient points into it.
  const Classification up = classify(ascent(f), origin);
  CHECK(up.verdict == Verdict::branching);
  CHECK(count(up, Continuation::Kind::rest) == 1);
  CHECK(count(up, Continuation::Kind::leave) >= 2);
}

TEST_CASE("the maximum of nine functions at their common vertex") {
  const Function f(2, [](const auto& x) {
    const auto a = max(max(x[0], x[1]), max(-x[0], -x[1]));
    const auto b = max(max(x[0] + x[1], -x[0] - x[1]), max(x[0] - x[1], x[1] - x[0]));
    return max(max(a, b), 2 * x[0] - x[1]);
  });
  const double origin[] = {0.0, 0.0};
  const Classification c = classify(descent(f), origin);
  // conv{-(+-1, +-1), (-2, 1)} without (-1, 1), which is inside an edge no more.
  CHECK(c.vertices.cols() == 4);
  CHECK(c.verdict == Verdict::unique);
  CHECK(c.minimum_norm.norm() < 1e-14);
}

TEST_CASE("ten planes through a point of six dimensions are too many to list, not to decide") {
  const Function f(6, [](const auto& x) {
    auto sum = abs(x[0] + 2 * x[3]) + abs(x[1] - x[4]) + abs(x[2] + x[5] - x[0]);
    for (int i = 0; i < 5; ++i) {
      sum = sum + abs(x[static_cast<std::size_t>(i)] - x[static_cast<std::size_t>(i) + 1]);
    }
    return sum + 2 * abs(x[0] + x[1] + x[2]) + abs(x[3] + x[4] - 3 * x[5]);
  });
  const double origin[] = {0, 0, 0, 0, 0, 0};
  const Classification c = classify(descent(f), origin);
  CHECK(c.active.size() == 10);
  CHECK(c.verdict == Verdict::unique);
  CHECK(classify(ascent(f), origin).verdict != Verdict::unique);
}
