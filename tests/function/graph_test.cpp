#include "filippov/function/graph.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "filippov/arithmetic/error.hpp"
#include "filippov/function/common_factor.hpp"
#include "filippov/function/directional_derivative.hpp"
#include "filippov/function/double_reading.hpp"
#include "filippov/function/function.hpp"
#include "filippov/function/interval_reading.hpp"
#include "filippov/function/parse.hpp"

using namespace filippov;

TEST_CASE("a recorded function has its value") {
  const Function f(2, [](const auto& u) { return u[0] * abs(u[1]); });
  const double x[] = {3.0, -2.0};
  CHECK(f(x) == 6.0);
  CHECK(f.text() == "x1*abs(x2)");
  CHECK(f.graph()->switches().size() == 1);
  CHECK(f.graph()->switches()[0].name == "x2");
}

TEST_CASE("switching functions that agree up to a constant factor are one switch") {
  const Function difference(1, [](const auto& x) { return abs(x[0]) - abs(x[0]); });
  CHECK(difference.text() == "0");

  const Function sum(1, [](const auto& x) { return abs(x[0]) + abs(-x[0]); });
  CHECK(sum.graph()->switches().size() == 1);

  const Function doubled(1, [](const auto& x) { return abs(2 * x[0]) - 2 * abs(x[0]); });
  CHECK(doubled.graph()->switches().size() == 1);
  for (const double value : {-1.5, 0.0, 2.0}) CHECK(doubled(std::span(&value, 1)) == 0);

  const Function shifted(2, [](const auto& x) {
    return abs(x[0] - 2 * x[1] + 3) + abs(4 * x[1] - 2 * x[0] - 6) + abs(x[0] - 2 * x[1] + 2);
  });
  CHECK(shifted.graph()->switches().size() == 2);
}

TEST_CASE("collinear data points share their activation surface") {
  const Function f(2, [](const auto& u) {
    return relu(0.3 * u[0] + 0.6 * u[1]) + relu(-0.1 * u[0] - 0.2 * u[1]);
  });
  CHECK(f.graph()->switches().size() == 1);
  const double x[] = {1.0, 2.0};
  CHECK(f(x) == doctest::Approx(1.5));
  const double y[] = {-1.0, -2.0};
  CHECK(f(y) == doctest::Approx(0.5));
}

// As decimals 0.1 x + 0.3 y and 0.3 x + 0.9 y vanish together, as doubles they do not; the third
// differs from the second by less than any double near 0.9 can say.
TEST_CASE("switching functions are one switch only if they are exact multiples") {
  const auto count = [](const char* formula) {
    return parse(formula, {{"x", "y"}}).graph()->switches().size();
  };
  CHECK(count("abs(0.1*x + 0.3*y) + abs(0.3*x + 0.9*y)") == 1);
  CHECK(count("abs(0.1*x + 0.3*y) + abs(0.3*x + 0.90000000000000000000000001*y)") == 2);
  CHECK(count("abs(x/3 + 0.1*y) + abs(x + 0.3*y) + abs(-1e2*x - 30*y)") == 1);
  CHECK(count("abs(pi*x + y) + abs(2*(pi*x) + 2*y) + abs(3*x + y)") == 2);
  const Function doubles(2, [](const auto& x) {
    return abs(0.1 * x[0] + x[1]) + abs(3 * (0.1 * x[0] + x[1])) +
           abs(std::nextafter(0.1, 1) * x[0] + x[1]);
  });
  CHECK(doubles.graph()->switches().size() == 2);
}

TEST_CASE("a node that is a number is known to be one") {
  const auto number = [](const char* formula) {
    const Function f = parse(formula, {{"x", "y"}});
    return f.graph()->number(f.node());
  };
  CHECK(number("(x + 3*sin(y) - 2) - (x + 2) + sin(y)*3 - 6*sin(y)") == -4);
  CHECK(number("0.1*x + 0.25 - x/10") == 0.25);
  CHECK(number("x - x") == 0);
  CHECK_FALSE(number("0.1*x + 0.1 - x/10").has_value());  // 0.1 is no double
  CHECK_FALSE(number("x*y - x").has_value());
}

// 1e16 + 1 is no double: a sum in double says that this is identically 0, or negative.
TEST_CASE("a switching function is 0 only if it is so exactly") {
  const Function f = parse("abs(1e16*x + x - 1e16*x)", {{"x"}});
  const double one = 1;
  CHECK(f.graph()->switches().size() == 1);
  CHECK(f.graph()->switch_of(parse_into(*f.graph(), "x", {{"x"}}), "") == std::pair(0, 1));
  const Function zero = parse("abs(0.1*x + 0.2*x - 0.3*x)", {{"x"}});
  CHECK(zero(std::span(&one, 1)) == 0);
  CHECK(zero.graph()->switches().empty());
  CHECK(parse("select(0.1 + 0.2 - 0.3 - 1e-30, 1, 2)", {{"x"}})(std::span(&one, 1)) == 2);
  CHECK(parse("max(pi, 3)", {{"x"}}).graph()->switches().empty());
}

TEST_CASE("sign, step and select take their mean on the surface") {
  const VectorField f(1, [](auto t, const auto& x) {
    return vector(sign(x[0]), step(x[0]), select(x[0], 3.0, 7.0) + 0 * t);
  });
  const double zero = 0;
  CHECK(f(0, std::span(&zero, 1)) == std::vector<double>{0, 0.5, 5});
  const double minus = -2;
  CHECK(f(0, std::span(&minus, 1)) == std::vector<double>{-1, 0, 7});
}

TEST_CASE("the gradient agrees with central differences in every mode") {
  const Function f(3, [](const auto& x) {
    return x[0] * abs(x[1]) + sin(x[0] * x[2]) / (2 + cos(x[1])) + exp(x[0] - x[2]) +
           sqrt(1 + x[0] * x[0]) + log(3 + x[1]) + atan(x[2]) + tanh(x[0]) + pow(x[2], 3) +
           pow(2 + x[1], 1.5) + max(x[0], x[1]) + tan(x[0] / 3) + sinh(x[1]) * cosh(x[2]) +
           leaky_relu(0.1, x[2] - x[0]) + pow(x[0], -2);
  });
  Graph& graph = *f.graph();
  const NodeGradient gradient = graph.gradient(f.node());
  REQUIRE(gradient.entries.size() == 3);
  std::vector<NodeId> outputs;
  for (const auto& entry : gradient.entries) outputs.push_back(entry.second);
  const NodeId time = graph.time();
  const std::vector<NodeId> direction = {graph.constant(2), time, graph.constant(-1)};
  outputs.push_back(directional_derivative(graph, f.node(), direction, graph.constant(1)));
  outputs.push_back(directional_derivative(graph, graph.multiply(time, time), direction, time));
  DoubleReading reading(Program(graph, 3, outputs));
  for (const std::vector<double>& x :
       {std::vector{0.7, -1.1, 0.4}, std::vector{-0.9, 0.3, 1.2}, std::vector{1.3, 1.2, -0.8}}) {
    reading.evaluate(5, x);
    const double along = 2 * reading.output(0) + 5 * reading.output(1) - reading.output(2);
    CHECK(reading.output(3) == doctest::Approx(along).epsilon(1e-12));
    CHECK(reading.output(4) == 50);
    for (int i = 0; i < 3; ++i) {
      const double step = 1e-6;
      std::vector<double> up = x;
      std::vector<double> down = x;
      up[static_cast<std::size_t>(i)] += step;
      down[static_cast<std::size_t>(i)] -= step;
      CHECK(reading.output(i) == doctest::Approx((f(up) - f(down)) / (2 * step)).epsilon(1e-7));
    }
  }
}

TEST_CASE("a common factor is taken out of products, quotients and sums of like terms") {
  const auto taken = [](const std::vector<std::string>& formulas) {
    const auto field = parse_field(formulas, {{"x", "y", "z"}});
    Graph& graph = *field.graph();
    std::vector<NodeId> nodes(field.nodes().begin(), field.nodes().end());
    std::string result = graph.text(take_common_factor(graph, nodes)) + ":";
    for (const NodeId node : nodes) result += " " + graph.text(node);
    return result;
  };
  CHECK_EQ(taken({"3*(x*y)", "-(y*2)*x", "0"}), "x*y: 3 -2 0");
  CHECK_EQ(taken({"x*5/y + 2*x/y", "0.1*(x/y)", "x*4/(y*2)"}), "x/y: 7 0.1 4/2");
  CHECK_EQ(taken({"2*sin(x)", "sin(x)", "sin(x)*3"}), "sin(x): 2 1 3");
  CHECK_EQ(taken({"2", "0.5", "0"}), "1: 2 0.5 0");
  CHECK_EQ(taken({"x*(1 - 3)/sqrt(2/7)", "x", "x/sqrt(2)"}), "x: -2/sqrt(2/7) 1 1/sqrt(2)");
  CHECK_EQ(taken({"0", "0", "0"}), "1: 0 0 0");
  CHECK_EQ(taken({"x/(2*y - (y + y))", "0", "0"}), "x/(2*y - (y + y)): 1 0 0");
  // Not alike: a square, another variable, a sum.
  CHECK_EQ(taken({"x*x", "x", "0"}), "1: x^2 x 0");
  CHECK_EQ(taken({"x*y", "x*z", "x"}), "1: x*y x*z x");
  CHECK_EQ(taken({"x + y", "2*x", "0"}), "1: x + y 2*x 0");
  CHECK_EQ(taken({"2*(x + y)", "x + y", "0"}), "x + y: 2 1 0");
}

TEST_CASE("a mode drops dead branches and knows which switches are live") {
  const Function f(2, [](const auto& x) { return max(max(2 * x[0], x[1]), -x[0] - x[1]); });
  Graph& graph = *f.graph();
  REQUIRE(graph.switches().size() == 2);
  const NodeId outputs[] = {f.node()};
  CHECK(Program(graph, 2, outputs, {1, 1}).live_switches() == std::vector<int>{0, 1});
  const Program third(graph, 2, outputs, {1, -1});
  CHECK(third.live_switches() == std::vector<int>{1});
  CHECK(third.instructions().size() == 2);  // negate and subtract
}

TEST_CASE("numbers are recorded as they were written") {
  Graph graph;
  const NodeId tenth = graph.constant(0.1, "0.1");
  CHECK(tenth != graph.constant(0.1));
  CHECK(graph.text(graph.negate(tenth)) == "-0.1");
  CHECK(graph.negate(graph.negate(tenth)) == tenth);
  CHECK(graph.is_constant(graph.add(graph.constant(2), graph.constant(3)), 5));
  CHECK(!graph.is_constant(graph.add(tenth, tenth)));
}

TEST_CASE("numbers that are computed before they meet a coordinate") {
  const Function f(1, [](const auto& x) {
    const Expression third = Expression(1.0) / 3;
    return third * x[0] + (Expression(8) / 3 - third) * sqrt(Expression(4));
  });
  const double x[] = {3.0};
  CHECK(f(x) == doctest::Approx(1 + 14.0 / 3));
  // Not rounded on the way: the interval around 1/3 has a width.
  const Interval box[] = {Interval(3)};
  CHECK(range(f, box).width() > 0);
  CHECK_THROWS_AS(
      Function(1, [&](const auto& y) { return y[0] + Expression(f.graph(), f.node()); }), Error);
}

TEST_CASE("a select times its switching function does not jump") {
  const Function f(2, [](const auto& x) { return sign(x[0] - x[1]) * (x[0] - x[1]); });
  CHECK(f.text() == "abs(x1 - x2)");
  const Function squared(1, [](const auto& x) { return leaky_relu(0.5, x[0]) * relu(x[0]); });
  const NodeGradient gradient = squared.graph()->gradient(squared.node());
  REQUIRE(gradient.entries.size() == 1);
  CHECK(squared.graph()->node(gradient.entries[0].second).continuous);
}

TEST_CASE("numbers of which an enclosure is known") {
  const auto graph = std::make_shared<Graph>();
  const NodeId x = graph->variable(0);
  const NodeId a = graph->constant(Interval(1, 2));
  const NodeId b = graph->constant(Interval(1, 2));
  CHECK(a != b);  // not the same number
  CHECK_FALSE(graph->is_constant(graph->subtract(a, b), 0));
  CHECK(graph->is_constant(graph->subtract(a, a), 0));
  CHECK(graph->constant(Interval(3)) == graph->constant(3));
  CHECK(graph->text(graph->multiply(a, x)) == "[1, 2]*x1");
  CHECK_THROWS_AS(graph->constant(Interval::entire()), Error);

  const NodeId product = graph->multiply(a, x);
  const Function f(1, graph, product);
  const double point[] = {2};
  CHECK(f(point) == 3);
  const Interval box[] = {2};
  CHECK(identical(range(f, box), Interval(2, 4)));

  // Multiples by unknown factors have zero sets that need not agree, unless they are one node.
  const NodeId y = graph->variable(1);
  const auto form = [&](NodeId c, NodeId d) {
    return graph->add(graph->multiply(c, x), graph->multiply(d, y));
  };
  const NodeId one = graph->constant(1);
  CHECK(graph->switch_of(form(a, one), "").first != graph->switch_of(form(b, one), "").first);
  CHECK(graph->switch_of(form(a, b), "") == graph->switch_of(form(a, b), ""));
  CHECK(graph->switch_of(graph->negate(form(a, b)), "").second == -1);

  Graph copy;
  CHECK(copy.constant(graph->constants()[static_cast<std::size_t>(graph->node(a).index)]) ==
        copy.constant(graph->constants()[static_cast<std::size_t>(graph->node(a).index)]));
}
