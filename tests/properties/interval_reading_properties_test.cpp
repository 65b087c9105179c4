// The enclosure of a random formula over a random box contains its values at points of the box.

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include "filippov/function/double_reading.hpp"
#include "filippov/function/interval_reading.hpp"

namespace {

using namespace filippov;

using Random = std::mt19937_64;

Expression random_total_function(Random& random, const std::vector<Expression>& x, int depth) {
  const auto smaller = [&] { return random_total_function(random, x, depth - 1); };
  if (depth == 0) {
    const auto which = random() % (x.size() + 1);
    if (which < x.size()) return x[which];
    return 0 * x[0] + (static_cast<double>(random() % 9) / 4 - 1);
  }
  switch (random() % 20) {
    case 0:
    case 1:
      return smaller() + smaller();
    case 2:
    case 3:
      return smaller() - smaller();
    case 4:
    case 5:
    case 6:
      return smaller() * smaller();
    case 7:
      return smaller() / (2 + sin(smaller()));
    case 8:
      return sqrt(1 + abs(smaller()));
    case 9:
      return exp(tanh(smaller()));
    case 10:
      return sin(smaller());
    case 11:
      return cos(smaller());
    case 12:
      return atan(smaller());
    case 13:
      return log(2 + cos(smaller()));
    case 14:
      return abs(smaller());
    case 15:
      return max(smaller(), smaller());
    case 16:
      return min(smaller(), smaller());
    case 17:
      return leaky_relu(0.125, smaller());
    case 18:
      return select(x[0] + 3 * x[1] - 0.5, smaller(), smaller());
    default:
      return pow(smaller(), 3);
  }
}

}  // namespace

TEST_CASE("the enclosure over a box contains the values at its points") {
  Random random(41);
  const auto uniform = [&](double low, double high) {
    return std::uniform_real_distribution<double>(low, high)(random);
  };
  constexpr int dimension = 3;
  for (int trial = 0; trial < 3000; ++trial) {
    const Function f(
        dimension, [&](const auto& x) { return random_total_function(random, x, 1 + trial % 5); });
    CAPTURE(f.text());
    const NodeId outputs[] = {f.node()};
    const Program program(*f.graph(), dimension, outputs);
    IntervalReading enclosure(program);
    DoubleReading value(program);
    const double size = std::ldexp(1.0, -static_cast<int>(random() % 12));
    std::vector<Interval> box;
    for (int i = 0; i < dimension; ++i) {
      const double centre = random() % 8 == 0 ? 0 : uniform(-2, 2);
      box.push_back(Interval(centre - size, centre + size));
    }
    enclosure.evaluate(0, box);
    if (enclosure.domain(0) != Domain::everywhere) continue;
    const Interval whole = enclosure.output(0);
    IntervalReading at_point(program);
    for (int k = 0; k < 10; ++k) {
      std::vector<double> x;
      for (const Interval& side : box) {
        x.push_back(std::clamp(uniform(side.lower(), side.upper()), side.lower(), side.upper()));
      }
      // In interval arithmetic the value at a point is known, and narrow.
      at_point.evaluate(0, std::vector<Interval>(x.begin(), x.end()));
      const Interval point = at_point.output(0);
      REQUIRE(whole.contains(point));
      // And what double precision makes of it lies near, far from jumps.
      value.evaluate(0, x);
      const double slack = 1e-9 * (1 + whole.magnitude());
      REQUIRE(value.output(0) >= point.lower() - slack);
      REQUIRE(value.output(0) <= point.upper() + slack);
    }
  }
}
