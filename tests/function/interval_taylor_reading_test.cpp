#include "../../lib/function/interval_taylor_reading.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "filippov/arithmetic/error.hpp"
#include "filippov/function/parse.hpp"
#include "filippov/function/taylor_reading.hpp"

using namespace filippov;
using detail::IntervalTaylorReading;
using detail::UpwardInterval;
using detail::UpwardScope;

namespace {

constexpr int order = 12;
constexpr double t0 = 0.3;

/// Coefficients of the solution of (x1, x2)' = (x2 - t/3, f) and of f, by the double reading:
/// columns x1, x2, f.
std::vector<std::vector<double>> coefficients(const VectorField& field, double x1, double x2) {
  const Program program(*field.graph(), 2, field.nodes());
  TaylorReading reading(program, order);
  reading.set_time(t0, 1);
  reading.coordinate(0)[0] = x1;
  reading.coordinate(1)[0] = x2;
  std::vector<std::vector<double>> result(3);
  for (int k = 0; k <= order; ++k) {
    reading.advance(k);
    for (int i = 0; i < 2; ++i) {
      result[static_cast<std::size_t>(i)].push_back(
          reading.coordinate(i)[static_cast<std::size_t>(k)]);
      if (k < order) {
        reading.coordinate(i)[static_cast<std::size_t>(k + 1)] =
            reading.output(i)[static_cast<std::size_t>(k)] / (k + 1);
      }
    }
    result[2].push_back(reading.output(1)[static_cast<std::size_t>(k)]);
  }
  return result;
}

bool near(UpwardInterval found, double expected, double tolerance) {
  const double room = tolerance * std::max(1.0, std::abs(expected));
  return found.lower() - room <= expected && expected <= found.upper() + room;
}

const char* const formulas[] = {
    "x1 + x2",       "x1 - 2*x2",      "-x1*x2",        "x1^2 - x2^3",     "x1/x2",
    "1/(2 + x1)",    "sqrt(x1 + 2)",   "exp(-x1)",      "log(3 + x1*x2)",  "sin(x1 + t)",
    "cos(x1*x2)",    "tan(x1/3)",      "atan(x1 - x2)", "sinh(x1/2)",      "cosh(x2/2)",
    "tanh(x1 + x2)", "(x1 + 2)^1.5",   "(x1 + 2)^(-3)", "(x1 + 2)^(x2/4)", "x1*cos(2*t)/(1 + x2^2)",
    "pi*x1 + 0.1",   "exp(sin(x1)*x2)"};

}  // namespace

TEST_CASE("interval Taylor coefficients and their derivatives enclose the floating-point ones") {
  const double x1 = 0.7;
  const double x2 = 1.3;
  for (const char* const formula : formulas) {
    CAPTURE(formula);
    const VectorField field = parse_field({"x2 - t/3", formula}, {{"x1", "x2"}});
    const auto exact = coefficients(field, x1, x2);
    const double step = 1e-5;
    const auto right = coefficients(field, x1 + step, x2);
    const auto left = coefficients(field, x1 - step, x2);
    const auto above = coefficients(field, x1, x2 + step);
    const auto below = coefficients(field, x1, x2 - step);

    const UpwardScope scope;
    IntervalTaylorReading reading(Program(*field.graph(), 2, field.nodes()), order);
    const UpwardInterval point[] = {x1, x2};
    REQUIRE(reading.evaluate(Interval(t0), 1, point, order, true));
    IntervalTaylorReading over(Program(*field.graph(), 2, field.nodes()), order);
    const UpwardInterval box[] = {UpwardInterval(x1 - 0.01, x1 + 0.02),
                                  UpwardInterval(x2 - 0.02, x2 + 0.01)};
    REQUIRE(over.evaluate(Interval(t0 - 0.01, t0 + 0.01), 1, box, order, true));
    for (int k = 0; k <= order; ++k) {
      CAPTURE(k);
      const auto place = static_cast<std::size_t>(k);
      for (int i = 0; i < 3; ++i) {
        const auto& column = exact[static_cast<std::size_t>(i)];
        const UpwardInterval found = i < 2 ? reading.state(i, k) : reading.output(1, k);
        CHECK(near(found, column[place], 1e-11));
        CHECK(found.upper() - found.lower() <= 1e-9 * std::max(1.0, std::abs(column[place])));
        const UpwardInterval wide = i < 2 ? over.state(i, k) : over.output(1, k);
        CHECK(wide.contains(found));
        for (int j = 0; j < 2; ++j) {
          const auto& plus = (j == 0 ? right : above)[static_cast<std::size_t>(i)];
          const auto& minus = (j == 0 ? left : below)[static_cast<std::size_t>(i)];
          const double slope = (plus[place] - minus[place]) / (2 * step);
          const UpwardInterval derivative =
              i < 2 ? reading.state_derivative(i, j, k) : reading.output_derivative(1, j, k);
          CHECK(near(derivative, slope, 1e-4));
          const UpwardInterval spread =
              i < 2 ? over.state_derivative(i, j, k) : over.output_derivative(1, j, k);
          CHECK(spread.contains(derivative));
        }
      }
    }
  }
}

TEST_CASE("precise coefficients agree with the others and are narrow") {
  for (const char* const formula : formulas) {
    CAPTURE(formula);
    const VectorField field = parse_field({"x2 - t/3", formula}, {{"x1", "x2"}});
    const UpwardScope scope;
    IntervalTaylorReading reading(Program(*field.graph(), 2, field.nodes()), order);
    const double point[] = {0.7, 1.3};
    const UpwardInterval box[] = {point[0], point[1]};
    REQUIRE(reading.evaluate(Interval(t0), 1, box, order, false));
    REQUIRE(reading.evaluate_precisely(t0, 1, point, order));
    const bool is_power = std::string(formula).find("1.5") != std::string::npos;
    for (int k = 0; k <= order; ++k) {
      for (int i = 0; i < 2; ++i) {
        CAPTURE(k);
        const auto& precise = reading.precise_state(i, k);
        CHECK(reading.state(i, k).contains(precise.interval()));
        const double width = precise.rest().upper() - precise.rest().lower();
        CHECK(width <= (is_power ? 1e-10 : 1e-26) * std::max(1.0, precise.interval().magnitude()));
      }
    }
  }
}

TEST_CASE("precise coefficients of x' = x^2 are powers of the start") {
  const VectorField field = parse_field({"x1^2"}, {{"x1"}});
  const UpwardScope scope;
  IntervalTaylorReading reading(Program(*field.graph(), 1, field.nodes()), order);
  const double point = 3;
  REQUIRE(reading.evaluate_precisely(0, 1, &point, order));
  double power = point;
  for (int k = 0; k <= order; ++k, power *= point) {
    CHECK(reading.precise_state(0, k).middle() == power);
    CHECK(reading.precise_state(0, k).rest().magnitude() == 0);
  }
}

TEST_CASE("series that are not defined on the box are refused") {
  for (const char* const formula : {"1/x1", "sqrt(x1)", "log(x1)", "x1^0.5", "tan(x1*100)"}) {
    CAPTURE(formula);
    const VectorField field = parse_field({formula}, {{"x1"}});
    const UpwardScope scope;
    IntervalTaylorReading reading(Program(*field.graph(), 1, field.nodes()), 4);
    const UpwardInterval box[] = {UpwardInterval(-0.1, 0.1)};
    CHECK_FALSE(reading.evaluate(Interval(0), 1, box, 4, false));
  }
  const VectorField jump = parse_field({"sign(x1)"}, {{"x1"}});
  CHECK_THROWS_AS(IntervalTaylorReading(Program(*jump.graph(), 1, jump.nodes()), 4), Error);
}

namespace {

/// Rows of numbers in [-1, 1], three in each.
std::vector<std::vector<double>> many_rows(int count) {
  std::vector<std::vector<double>> rows;
  double seed = 0.37;
  for (int i = 0; i < count; ++i) {
    rows.emplace_back();
    for (int k = 0; k < 3; ++k) {
      seed = 3.99 * seed * (1 - seed);
      rows.back().push_back(2 * seed - 1);
    }
  }
  return rows;
}

/// x1' and x2' sums over rows a of g(a1 x1 + a2 x2) (a1, a2) with a few outputs beside, in double
/// and interval readings.
template <class Link>
void compare_many_rows(const Link& link, bool is_linear) {
  const auto rows = many_rows(90);
  const VectorField field(2, [&](auto t, const auto& x) {
    auto first = 0 * t;
    auto second = 0 * t;
    for (const auto& row : rows) {
      const auto h = row[0] * x[0] + row[1] * x[1];
      first = first + link(h, row[2]) * row[0];
      second = second + link(h, row[2]) * row[1];
    }
    return vector(first, second);
  });
  std::vector<NodeId> outputs = field.nodes();
  Graph& graph = *field.graph();
  const NodeId u1 = graph.variable(0);
  const NodeId u2 = graph.variable(1);
  outputs.push_back(graph.subtract(graph.multiply(graph.constant(0.1, "0.1"), u1), u2));
  outputs.push_back(graph.add(graph.multiply(u1, u2), graph.constant(3)));
  outputs.push_back(graph.subtract(graph.time(), graph.multiply(u1, graph.constant(2))));
  const Program program(graph, 2, outputs);

  TaylorReading exact(program, order);
  const double point[] = {0.7, -0.4};
  exact.set_time(t0, 1);
  for (int i = 0; i < 2; ++i) exact.coordinate(i)[0] = point[i];
  for (int k = 0; k < order; ++k) {
    exact.advance(k);
    for (int i = 0; i < 2; ++i) {
      exact.coordinate(i)[static_cast<std::size_t>(k + 1)] =
          exact.output(i)[static_cast<std::size_t>(k)] / (k + 1);
    }
  }
  exact.advance(order);

  const UpwardScope scope;
  IntervalTaylorReading reading(program, order);
  CHECK(reading.is_linear() == is_linear);
  CHECK(detail::taylor_code(program).cost() < 200);
  const UpwardInterval box[] = {point[0], point[1]};
  REQUIRE(reading.evaluate(Interval(t0), 1, box, order, true));
  REQUIRE(reading.evaluate_precisely(t0, 1, point, order));
  IntervalTaylorReading over(reading, order);
  const UpwardInterval wide[] = {UpwardInterval(0.69, 0.71), UpwardInterval(-0.4, -0.38)};
  REQUIRE(over.evaluate(Interval(t0), 1, wide, order, true));
  for (int k = 0; k <= order; ++k) {
    CAPTURE(k);
    for (int i = 0; i < 5; ++i) {
      const double expected = exact.output(i)[static_cast<std::size_t>(k)];
      CHECK(near(reading.output(i, k), expected, 1e-9));
      CHECK(reading.output(i, k).upper() - reading.output(i, k).lower() <=
            1e-9 * std::max(1.0, std::abs(expected)));
      CHECK(over.output(i, k).contains(reading.output(i, k)));
      for (int j = 0; j < 2; ++j) {
        CHECK(over.output_derivative(i, j, k).contains(reading.output_derivative(i, j, k)));
      }
    }
    for (int i = 0; i < 2; ++i) {
      const auto& precise = reading.precise_state(i, k);
      CHECK(reading.state(i, k).contains(precise.interval()));
      CHECK(precise.rest().upper() - precise.rest().lower() <=
            1e-24 * std::max(1.0, precise.interval().magnitude()));
    }
  }
  // The product rule, of the output x1 x2 + 3, says what its derivatives are.
  for (int k = 0; k <= order; ++k) {
    for (int j = 0; j < 2; ++j) {
      UpwardInterval sum;
      for (int l = 0; l <= k; ++l) {
        sum = sum + reading.state_derivative(0, j, l) * reading.state(1, k - l) +
              reading.state(0, l) * reading.state_derivative(1, j, k - l);
      }
      CHECK(near(reading.output_derivative(3, j, k), sum.midpoint(), 1e-9));
    }
  }
}

}  // namespace

TEST_CASE("sums over many rows are collected") {
  SUBCASE("linear, but for an output") {
    compare_many_rows([](const auto& h, double z) { return z * h; }, false);
  }
  SUBCASE("cubic") {
    compare_many_rows([](const auto& h, double z) { return z * h - 0.3 * h * h * h; }, false);
  }
}

TEST_CASE("derivatives of a linear field do not depend on the box") {
  const VectorField field = parse_field({"x2", "-x1/3 - x2 + t"}, {{"x1", "x2"}});
  const UpwardScope scope;
  IntervalTaylorReading reading(Program(*field.graph(), 2, field.nodes()), 6);
  CHECK(reading.is_linear());
  const UpwardInterval box[] = {UpwardInterval(1, 2), UpwardInterval(3, 4)};
  REQUIRE(reading.evaluate(Interval(0), 1, box, 4, true));
  // The second derivative of x2 by x2(0) is (-1)^2 - 1/3.
  CHECK(near(reading.state_derivative(1, 1, 2) * 2.0, 2.0 / 3, 1e-14));
  const UpwardInterval other[] = {UpwardInterval(-2), UpwardInterval(5)};
  REQUIRE(reading.evaluate(Interval(1), 1, other, 6, true));
  // x(s) = e^{As}: order 6 of the trace of it from powers of A, by the recurrence of its
  // characteristic polynomial, tr A^k = -tr A^{k-1} - tr A^{k-2} / 3.
  double before = 2;
  double trace = -1;
  double factorial = 1;
  for (int k = 1; k <= 6; ++k) {
    factorial *= k;
    const UpwardInterval sum =
        reading.state_derivative(0, 0, k) + reading.state_derivative(1, 1, k);
    CHECK(near(sum, trace / factorial, 1e-14));
    const double next = -trace - before / 3;
    before = trace;
    trace = next;
  }
}
