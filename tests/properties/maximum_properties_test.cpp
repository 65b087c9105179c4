// What maximize_on_box and maximize_on_sphere say of random functions that are even in the first
// coordinate.

#include <doctest/doctest.h>

#include <cmath>
#include <random>
#include <vector>

#include "filippov/function/interval_reading.hpp"
#include "filippov/verify/box_maximum.hpp"

using namespace filippov;

namespace {

using Random = std::mt19937_64;

Expression random_partial_function(Random& random, const std::vector<Expression>& x, int depth) {
  const auto smaller = [&] { return random_partial_function(random, x, depth - 1); };
  if (depth == 0) {
    const auto which = random() % (x.size() + 1);
    if (which < x.size()) return x[which];
    return 0 * x[0] + (static_cast<double>(random() % 9) / 4 - 1);
  }
  switch (random() % 16) {
    case 0:
    case 1:
      return smaller() + smaller();
    case 2:
    case 3:
      return smaller() - smaller();
    case 4:
    case 5:
      return smaller() * smaller();
    case 6:
      return smaller() / (2 + sin(smaller()));
    case 7:
      return sqrt(abs(smaller()));
    case 8:
      return exp(tanh(smaller()));
    case 9:
      return sin(3 * smaller());
    case 10:
      return cos(smaller());
    case 11:
      return log(smaller());
    case 12:
      return abs(smaller());
    case 13:
      return max(smaller(), smaller());
    case 14:
      return leaky_relu(0.125, smaller());
    default:
      return select(x[0] - x[1], smaller(), smaller());
  }
}

/// The first coordinate only through an even function.
Function even_function(Random& random, int depth) {
  return Function(2, [&](const auto& x) {
    const auto which = random() % 3;
    const Expression even = which == 0 ? abs(x[0]) : which == 1 ? x[0] * x[0] : cos(2 * x[0]);
    return random_partial_function(random, {even, x[1]}, depth);
  });
}

/// The function is not larger at the point, if it is defined there.
void check(const Function& f, const BoxMaximum& found, const std::vector<double>& point) {
  const NodeId outputs[] = {f.node()};
  IntervalReading value(Program(*f.graph(), 2, outputs));
  value.evaluate(0, point_box(point));
  if (value.domain(0) == Domain::everywhere) {
    REQUIRE(value.output(0).lower() <= found.value.upper());
  }
}

}  // namespace

// If an even function has one maximiser, that is at 0.
TEST_CASE("suprema of random even functions") {
  Random random(7);
  std::uniform_real_distribution<double> uniform(-1, 1);
  for (int trial = 0; trial < 150; ++trial) {
    const Function f = even_function(random, 1 + trial % 4);
    CAPTURE(f.text());
    BoxMaximum found;
    try {
      found = maximize_on_box(f, {Interval(-2, 2), Interval(-1, 3)}, {.max_boxes = 1000});
    } catch (const std::exception&) {
      continue;  // defined nowhere
    }
    for (int k = 0; k < 100; ++k) check(f, found, {2 * uniform(random), 1 + 2 * uniform(random)});
    if (!found.argument.empty()) check(f, found, found.argument);
    if (found.unique.proof == Proof::certified) {
      REQUIRE_EQ(found.maximisers.size(), 1);
      REQUIRE(found.maximisers[0][0].contains_zero());
    }
  }
}

TEST_CASE("suprema of random even functions over the circle") {
  Random random(8);
  std::uniform_real_distribution<double> uniform(-4, 4);
  for (int trial = 0; trial < 100; ++trial) {
    const Function f = even_function(random, 1 + trial % 4);
    CAPTURE(f.text());
    BoxMaximum found;
    try {
      found = maximize_on_sphere(f, {.max_boxes = 1000});
    } catch (const std::exception&) {
      continue;
    }
    const NodeId outputs[] = {f.node()};
    IntervalReading value(Program(*f.graph(), 2, outputs));
    for (int k = 0; k < 100; ++k) {
      const Interval angle = uniform(random);
      value.evaluate(0, Box{sin(angle), cos(angle)});
      if (value.domain(0) == Domain::everywhere) {
        REQUIRE(value.output(0).lower() <= found.value.upper());
      }
    }
    if (found.unique.proof == Proof::certified) {
      REQUIRE_EQ(found.maximisers.size(), 1);
      REQUIRE(found.maximisers[0][0].contains_zero());
    }
  }
}
