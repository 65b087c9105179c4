#include "filippov/verify/sphere_maximum.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <random>
#include <vector>

#include "filippov/arithmetic/error.hpp"
#include "filippov/network/data_set.hpp"
#include "filippov/network/network.hpp"
#include "filippov/verify/neuron_norm.hpp"

using namespace filippov;

namespace {

DataSet gaussian_data(int size, int dimension, unsigned seed) {
  std::mt19937_64 random(seed);
  std::normal_distribution<double> normal;
  std::vector<Interval> inputs;
  for (int i = 0; i < size * dimension; ++i) inputs.push_back(normal(random));
  return DataSet(dimension, inputs, std::vector<Interval>(static_cast<std::size_t>(size), 1));
}

}  // namespace

TEST_CASE("the largest singular value, when there is no kink") {
  // sigma(z) = z for leak 1: max |X u|_2 over |u| = 1 with orthogonal columns of lengths 5 and 2.
  const Network linear{NetworkKind::two_layer, 1, 1};
  const NeuronNorm g(linear, DataSet(2, {3, -1.6, 4, 1.2}, {1, 1}));
  const SphereMaximum maximum = maximize_on_sphere(g, {.relative_gap = 1e-9});
  CHECK(maximum.reached);
  CHECK(maximum.value.contains(5.0));
  CHECK(maximum.value.width() <= 5e-9);
}

TEST_CASE("in one dimension the sphere is two points") {
  const NeuronNorm g(parse_network("relu"), DataSet(1, {3, 4, -12}, {1, 1, 1}));
  const SphereMaximum maximum = maximize_on_sphere(g, {.relative_gap = 1e-12});
  CHECK(maximum.reached);
  CHECK(maximum.value.contains(12.0));
  CHECK(maximum.argument == std::vector<double>{-1});
}

TEST_CASE("no point of the sphere beats the upper end; the lower end is attained") {
  std::mt19937_64 random(5);
  std::normal_distribution<double> normal;
  for (int dimension = 1; dimension <= 4; ++dimension) {
    for (const char* name : {"squared-relu", "leaky-squared-relu:0.3", "relu", "leaky-relu:0.1"}) {
      CAPTURE(dimension);
      CAPTURE(name);
      const DataSet data = gaussian_data(20, dimension, static_cast<unsigned>(dimension));
      const NeuronNorm g(parse_network(name), data);
      const SphereMaximum maximum = maximize_on_sphere(g, {.relative_gap = 1e-4});
      CHECK(maximum.reached);
      CHECK(maximum.value.width() <= 1.001e-4 * maximum.value.lower());
      Interval square = 0;
      for (const double x : maximum.argument) square += sqr(Interval(x));
      CHECK((g.value(maximum.argument) / sqrt(square)).lower() >= maximum.value.lower());
      for (int k = 0; k < 2000; ++k) {
        std::vector<double> u(static_cast<std::size_t>(dimension));
        Interval norm = 0;
        for (double& x : u) {
          x = normal(random);
          norm += sqr(Interval(x));
        }
        const Interval value = g.value(u);
        REQUIRE(value.lower() <= g.upper(u));
        REQUIRE(g.upper(u) <= value.upper() * (1 + 1e-12));
        REQUIRE((value / sqrt(norm)).lower() <= maximum.value.upper());
      }
    }
  }
}

TEST_CASE("the bound on a cone holds in it, and is attained where no example changes its sign") {
  std::mt19937_64 random(7);
  std::normal_distribution<double> normal;
  constexpr int dimension = 3;
  for (const char* name : {"squared-relu", "leaky-squared-relu:0.3", "relu", "leaky-relu:0.1"}) {
    CAPTURE(name);
    const NeuronNorm g(parse_network(name), gaussian_data(12, dimension, 9));
    for (int k = 0; k < 500; ++k) {
      std::vector<double> points(dimension * dimension);
      // Wide cones and narrow ones.
      const double width = k % 2 == 0 ? 1 : 1e-6;
      for (double& x : points) x = width * normal(random);
      std::vector<double> axis(dimension);
      for (double& x : axis) x = (1 - width) * normal(random);
      for (std::size_t i = 0; i < points.size(); ++i) points[i] += axis[i % dimension];
      std::vector<double> bound(dimension * dimension);
      constexpr double unit = 0.25;
      g.bound_on_cone(points, unit, bound);
      std::vector<double> u(dimension, 0.0);
      std::vector<double> shares(dimension);
      for (int i = 0; i < dimension; ++i) {
        // Powers of two, so that u is exact but for the sum.
        shares[static_cast<std::size_t>(i)] = std::ldexp(1.0, -static_cast<int>(random() % 5));
        for (int j = 0; j < dimension; ++j) {
          u[static_cast<std::size_t>(j)] += shares[static_cast<std::size_t>(i)] *
                                            points[static_cast<std::size_t>(dimension * i + j)];
        }
      }
      double above = 0;
      for (int i = 0; i < dimension * dimension; ++i) {
        above += shares[static_cast<std::size_t>(i / dimension)] *
                 shares[static_cast<std::size_t>(i % dimension)] *
                 bound[static_cast<std::size_t>(i)] * unit * unit;
      }
      const double square = sqr(g.value(u)).upper();
      REQUIRE(square <= above * (1 + 1e-14));
      if (k % 2 != 0) CHECK(above == doctest::Approx(square).epsilon(1e-5));
    }
  }
}

TEST_CASE("eight features") {
  // The largest singular value, as the kinks do nothing where leak is 1.
  const DataSet data = gaussian_data(14, 8, 4);
  const SphereMaximum linear = maximize_on_sphere(NeuronNorm({NetworkKind::two_layer, 1, 1}, data));
  CHECK(linear.reached);
  CHECK(linear.cones == 1 << 8);
  for (const char* name : {"squared-relu", "relu"}) {
    CAPTURE(name);
    const NeuronNorm g(parse_network(name), data);
    const SphereMaximum maximum = maximize_on_sphere(g);
    CHECK(maximum.reached);
    CHECK(maximum.value.upper() <= linear.value.upper());
    // Twice the effort to find a better point finds none.
    std::mt19937_64 random(12);
    std::normal_distribution<double> normal;
    std::vector<std::vector<double>> directions(200, std::vector<double>(8));
    for (auto& direction : directions) {
      for (double& x : direction) x = normal(random);
    }
    CHECK(search_sphere(g, directions).value.lower() <= maximum.value.upper());
  }
}

TEST_CASE("a maximum that the search has missed is found on the way") {
  const NeuronNorm g(parse_network("squared-relu"), gaussian_data(12, 4, 2));
  const SphereMaximum maximum = maximize_on_sphere(g);
  const std::vector<double> poor{1, 0, 0, 0};
  const SphereMaximum found = maximize_on_sphere(g, {}, SphereMaximum{g.value(poor), poor});
  CHECK(found.reached);
  CHECK(found.value.lower() >= maximum.value.lower() * (1 - 1e-12));
}

TEST_CASE("what was found is reported when the effort runs out") {
  const NeuronNorm g(parse_network("relu"), gaussian_data(50, 4, 3));
  const SphereMaximum maximum = maximize_on_sphere(g, {.relative_gap = 1e-9, .max_cones = 100});
  CHECK(!maximum.reached);
  CHECK(maximum.value.width() > 0);
  const SphereMaximum better = maximize_on_sphere(g, {.relative_gap = 1e-9, .max_cones = 10000});
  CHECK(maximum.value.contains(better.value));
}

TEST_CASE("large and small data do not overflow") {
  for (const double size : {1e-150, 1e-80, 1e80, 1e150}) {
    const NeuronNorm g(parse_network("squared-relu"),
                       DataSet(2, {3 * size, 0, 0, 4 * size}, {1, 1}));
    CHECK(g.upper(std::vector<double>{0, 1}) == doctest::Approx(4 * size));
  }
  const NeuronNorm zero(parse_network("relu"), DataSet(2, {0, 0}, {1}));
  CHECK(maximize_on_sphere(zero).value.upper() < 1e-60);
}

TEST_CASE("a dimension too large is refused") {
  const NeuronNorm g(parse_network("relu"), gaussian_data(20, 13, 1));
  CHECK_THROWS_WITH_AS(maximize_on_sphere(g), "maximize_on_sphere: dimension 13, expected 1 to 12",
                       Error);
}
