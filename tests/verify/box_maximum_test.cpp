#include "filippov/verify/box_maximum.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <numbers>
#include <random>

#include "filippov/arithmetic/error.hpp"
#include "filippov/function/parse.hpp"

using namespace filippov;

namespace {

Function formula(const char* text, int dimension) {
  const std::vector<std::string> names{"x", "y", "z"};
  return parse(text, {{names.begin(), names.begin() + dimension}});
}

BoxMaximum maximum(const char* text, const Box& box, const BoxMaximumOptions& options = {}) {
  return maximize_on_box(formula(text, static_cast<int>(box.size())), box, options);
}

/// The point is in one of the boxes.
bool among(const std::vector<double>& point, const std::vector<Box>& boxes) {
  for (const Box& box : boxes) {
    if (contains(box, point)) return true;
  }
  return false;
}

}  // namespace

TEST_CASE("a parabola has one maximum") {
  const BoxMaximum found = maximum("x*(1 - x)", {Interval(0, 1)});
  CHECK_EQ(found.status, SearchStatus::reached);
  CHECK(found.value.contains(0.25));
  CHECK(found.value.width() <= 1e-9);
  CHECK_EQ(found.unique.proof, Proof::certified);
  CHECK(among({0.5}, found.maximisers));
  CHECK(width(found.maximisers[0]) <= 1e-12);
}

TEST_CASE("a maximum at a corner, by monotonicity alone") {
  const BoxMaximum found = maximum("x*y + exp(x)", {Interval(0, 2), Interval(1, 3)});
  CHECK((found.value - exp(Interval(2))).contains(6.0));
  CHECK_EQ(found.unique.proof, Proof::certified);
  CHECK_EQ(found.argument, std::vector<double>{2, 3});
  CHECK_EQ(found.boxes, 1);
}

TEST_CASE("several maximisers are all enclosed") {
  // Himmelblau's function, turned over: the maximum 0 at (3, 2) and three more points.
  const BoxMaximum four =
      maximum("-(x^2 + y - 11)^2 - (x + y^2 - 7)^2", {Interval(-5, 5), Interval(-5, 5)});
  CHECK_EQ(four.status, SearchStatus::reached);
  CHECK(four.value.contains(0.0));
  CHECK_EQ(four.maximisers.size(), 4);
  CHECK(among({3, 2}, four.maximisers));
  CHECK_EQ(four.unique.proof, Proof::undecided);

  // The six-hump camel: 1.0316284534898774 at +-(0.0898420131, -0.7126564030).
  const BoxMaximum camel = maximum("-(4 - 2.1*x^2 + x^4/3)*x^2 - x*y + (4 - 4*y^2)*y^2",
                                   {Interval(-3, 3), Interval(-2, 2)});
  CHECK(camel.value.contains(1.0316284534898774));
  CHECK_EQ(camel.maximisers.size(), 2);
}

TEST_CASE("many local maxima") {
  // Problem 02 of the usual list: the minimum -1.899599349152114 of sin x + sin(10 x / 3).
  const BoxMaximum found = maximum("-sin(x) - sin(10*x/3)", {Interval(2.7, 7.5)});
  CHECK(found.value.contains(1.899599349152114));
  CHECK_EQ(found.unique.proof, Proof::certified);
}

TEST_CASE("kinks are allowed") {
  const BoxMaximum found =
      maximum("1 - abs(x - 1/3) - 2*abs(y + 0.25 + x)", {Interval(-1, 1), Interval(-1, 1)});
  CHECK_EQ(found.status, SearchStatus::reached);
  CHECK(found.value.contains(1.0));
  CHECK_EQ(found.maximisers.size(), 1);
  CHECK(among({1.0 / 3, -0.25 - 1.0 / 3}, found.maximisers));
  // max(x, -x) with its greatest value at both ends.
  const BoxMaximum ends = maximum("abs(x)", {Interval(-1, 1)});
  CHECK(identical(ends.value, 1));
  CHECK_EQ(ends.maximisers.size(), 2);
  // relu(x)^2 has a continuous gradient.
  const BoxMaximum smooth = maximum("relu(x)^2 - 2*x^2 + x", {Interval(-1, 1)});
  CHECK(smooth.value.contains(0.25));
  CHECK_EQ(smooth.unique.proof, Proof::certified);
}

TEST_CASE("a jump has the values of both sides") {
  const BoxMaximum found = maximum("sign(x)*(1 - x^2)", {Interval(-1, 1)});
  CHECK(found.value.upper() >= 1);
  CHECK(found.value.lower() <= 1);
  CHECK(found.value.width() <= 1e-6);
}

TEST_CASE("points where the function is not defined do not count") {
  const BoxMaximum found = maximum("sqrt(x) - x", {Interval(-1, 4)});
  CHECK(found.value.contains(0.25));
  CHECK(found.value.width() <= 1e-8);
  CHECK(among({0.25}, found.maximisers));
  CHECK_THROWS_AS(maximum("sqrt(x)", {Interval(-2, -1)}), Error);
}

TEST_CASE("what is flat takes effort, and that is bounded") {
  const BoxMaximum found = maximum("-(x - y)^2", {Interval(0, 1), Interval(0, 1)});
  CHECK(found.value.contains(0.0));
  CHECK_EQ(found.maximisers.size(), 1);
  CHECK(among({0.25, 0.25}, found.maximisers));
  CHECK_EQ(found.unique.proof, Proof::undecided);
  const BoxMaximum cut = maximum("sin(5*x)*cos(7*y)*exp(x*y) + x*y",
                                 {Interval(-3, 3), Interval(-3, 3)}, {.max_boxes = 20});
  CHECK_EQ(cut.status, SearchStatus::exhausted);
  CHECK(cut.value.width() > 1e-3);
}

TEST_CASE("no point of the box beats the upper end") {
  const char* formulas[] = {"sin(3*x)*cos(2*y) + 0.3*x*y", "x*exp(-x^2 - y^2) + 0.1*abs(x - y)",
                            "max(x*y, sin(4*x)) - relu(y - x^2)", "tanh(5*x)*(1 - y^2) - x^2/3"};
  std::mt19937_64 random(1);
  std::uniform_real_distribution<double> uniform(-2, 2);
  for (const char* text : formulas) {
    CAPTURE(text);
    const Function f = formula(text, 2);
    const BoxMaximum found = maximize_on_box(f, {Interval(-2, 2), Interval(-2, 2)});
    CHECK_EQ(found.status, SearchStatus::reached);
    CHECK(found.value.width() <= 1.1e-9 * (1 + found.value.magnitude()));
    CHECK(f(found.argument) >= found.value.lower() - 1e-13);
    for (int k = 0; k < 5000; ++k) {
      const std::vector<double> x{uniform(random), uniform(random)};
      REQUIRE(f(x) <= found.value.upper() + 1e-13);
    }
  }
}

TEST_CASE("maxima over the unit sphere") {
  const BoxMaximum eigenvalue = maximize_on_sphere(formula("2*x^2 + 2*x*y + 2*y^2", 2));
  CHECK(eigenvalue.value.contains(3.0));
  CHECK(eigenvalue.value.width() <= 1e-8);
  CHECK(among({std::sqrt(0.5), std::sqrt(0.5)}, eigenvalue.maximisers));

  // x |y| is 1/2 at x = |y| = 1 / sqrt 2.
  const BoxMaximum kink = maximize_on_sphere(formula("x*abs(y)", 2));
  CHECK(kink.value.contains(0.5));
  CHECK_EQ(kink.maximisers.size(), 2);

  // x y z is 1 / (3 sqrt 3) at four points.
  const BoxMaximum product = maximize_on_sphere(formula("x*y*z", 3));
  CHECK_EQ(product.status, SearchStatus::reached);
  CHECK(intersect(product.value, 1 / (3 * sqrt(Interval(3)))).has_value());
  CHECK(product.value.width() <= 1e-8);
  CHECK_EQ(product.maximisers.size(), 4);

  // A linear function has its maximum, the norm of its coefficients, at one point.
  const BoxMaximum linear = maximize_on_sphere(formula("2*x + 3*y + 6*z", 3));
  CHECK(linear.value.contains(7.0));
  CHECK_EQ(linear.unique.proof, Proof::certified);
  CHECK(among({2.0 / 7, 3.0 / 7, 6.0 / 7}, linear.maximisers));

  const BoxMaximum line = maximize_on_sphere(formula("x + x^2", 1));
  CHECK(identical(line.value, 2));
}

TEST_CASE("a box that does not fit is refused") {
  CHECK_THROWS_AS(maximum("x", {Interval::entire()}), Error);
  CHECK_THROWS_AS(maximize_on_box(formula("x + y", 2), {Interval(0, 1)}), Error);
}
