#include "filippov/function/interval_reading.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "filippov/arithmetic/error.hpp"

using filippov::Domain;
using filippov::Error;
using filippov::Function;
using filippov::Interval;
using filippov::IntervalReading;
using filippov::NodeId;
using filippov::Program;

namespace {

IntervalReading reading(const Function& f) {
  const NodeId outputs[] = {f.node()};
  return IntervalReading(Program(*f.graph(), f.dimension(), outputs));
}

Interval over(const Function& f, std::vector<Interval> box) { return range(f, box); }

Domain domain(const Function& f, std::vector<Interval> box) {
  IntervalReading r = reading(f);
  r.evaluate(0, box);
  return r.domain(0);
}

}  // namespace

TEST_CASE("the range of a smooth formula") {
  const Function f(2, [](const auto& x) { return x[0] * x[0] - 3 * x[1] + 1; });
  CHECK(identical(over(f, {Interval(-1, 2), Interval(0, 1)}), Interval(-2, 5)));
  CHECK_THROWS_WITH_AS(over(f, {Interval(0, 1)}),
                       "the box has 1 entries, expected 2, one per coordinate", Error);
}

TEST_CASE("nonsmooth primitives are as tight as their arguments") {
  const Interval x(-1, 3);
  CHECK(identical(over(Function(1, [](const auto& u) { return abs(u[0]); }), {x}), Interval(0, 3)));
  CHECK(identical(over(Function(1, [](const auto& u) { return abs(2 * u[0]); }), {x}),
                  Interval(0, 6)));
  CHECK(
      identical(over(Function(1, [](const auto& u) { return relu(u[0]); }), {x}), Interval(0, 3)));
  CHECK(identical(over(Function(1, [](const auto& u) { return leaky_relu(0.25, u[0]); }), {x}),
                  Interval(-0.25, 3)));
  CHECK(
      identical(over(Function(1, [](const auto& u) { return sign(u[0]); }), {x}), Interval(-1, 1)));
  CHECK(
      identical(over(Function(1, [](const auto& u) { return step(u[0]); }), {Interval(1, 3)}), 1));
  const auto in_two = [](auto operation) { return Function(2, operation); };
  CHECK(identical(over(in_two([](const auto& u) { return max(u[0], u[1]); }), {x, Interval(0, 1)}),
                  Interval(0, 3)));
  CHECK(identical(over(in_two([](const auto& u) { return min(u[0], u[1]); }), {x, Interval(0, 1)}),
                  Interval(-1, 1)));
}

TEST_CASE("a discontinuous select is set-valued on its surface, a continuous one is not") {
  CHECK(identical(over(Function(1, [](const auto& u) { return sign(u[0]); }), {Interval(0, 1)}),
                  Interval(-1, 1)));
  CHECK(identical(over(Function(1, [](const auto& u) { return sign(u[0]); }), {Interval(0)}),
                  Interval(-1, 1)));
  CHECK(
      identical(over(Function(1, [](const auto& u) { return abs(u[0]) + u[0]; }), {Interval(0, 1)}),
                Interval(0, 2)));
}

TEST_CASE("signs may be held") {
  const Function f(1, [](const auto& u) { return abs(u[0]); });
  IntervalReading r = reading(f);
  const std::vector<Interval> box{Interval(-1, 3)};
  r.evaluate(0, box, {-1});
  CHECK(identical(r.output(0), Interval(-3, 1)));
  r.evaluate(0, box, {1});
  CHECK(identical(r.output(0), Interval(-1, 3)));
}

TEST_CASE("where a formula is defined") {
  const Function root(1, [](const auto& u) { return 1 + sqrt(u[0]); });
  CHECK(domain(root, {Interval(0, 1)}) == Domain::everywhere);
  CHECK(domain(root, {Interval(-1, 1)}) == Domain::partly);
  CHECK(domain(root, {Interval(-2, -1)}) == Domain::nowhere);
  CHECK_THROWS_AS(over(root, {Interval(-2, -1)}), Error);
  CHECK(identical(over(root, {Interval(-1, 4)}), Interval(1, 3)));
  CHECK(domain(Function(1, [](const auto& u) { return 1 / u[0]; }), {Interval(-1, 1)}) ==
        Domain::partly);
  CHECK(domain(Function(1, [](const auto& u) { return log(u[0]); }), {Interval(0, 1)}) ==
        Domain::partly);
  CHECK(domain(Function(1, [](const auto& u) { return tan(u[0]); }), {Interval(1, 2)}) ==
        Domain::partly);
  // A branch that is not taken need not be defined.
  const Function either(1, [](const auto& u) { return select(u[0], sqrt(u[0]), sqrt(-u[0])); });
  CHECK(domain(either, {Interval(1, 4)}) == Domain::everywhere);
  CHECK(identical(over(either, {Interval(1, 4)}), Interval(1, 2)));
  CHECK(identical(over(either, {Interval(-9, 4)}), Interval(0, 3)));
}

TEST_CASE("a decimal means the decimal, a double the double") {
  const auto graph = std::make_shared<filippov::Graph>();
  const Function tenth(1, graph, graph->constant(0.1, "0.1"));
  CHECK(identical(over(tenth, {0}), Interval::from_decimal("0.1")));
  const Function pi(1, graph, graph->constant(3.141592653589793, "pi"));
  CHECK(identical(over(pi, {0}), Interval::pi()));
  const Function number(1, [](const auto& u) { return 0 * u[0] + 0.1; });
  CHECK(identical(over(number, {0}), Interval(0.1)));
}
