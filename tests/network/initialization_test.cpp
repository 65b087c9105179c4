#include "filippov/network/initialization.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "filippov/arithmetic/error.hpp"

using namespace filippov;

TEST_CASE("neurons are read line by line") {
  const DataSet data(2, {1, 0}, {1});
  const auto plain = parse_neurons("1, 2.5\n\n-3,0.1\n", "w", parse_network("squared-relu"), data);
  REQUIRE(plain.size() == 4);
  CHECK(identical(plain[1], 2.5));
  CHECK(identical(plain[3], Interval::from_decimal("0.1")));
  CHECK(parse_neurons("v,u1,u2\n1,2,3\n", "w", parse_network("relu"), data).size() == 3);
  CHECK(parse_neurons("1,2,3,4\n", "w", parse_network("diagonal"), data).size() == 4);
}

TEST_CASE("neurons that do not fit are refused with their place") {
  const DataSet data(2, {1, 0}, {1});
  const Network network = parse_network("relu");
  CHECK_THROWS_WITH_AS(parse_neurons("v,u1,u2\n1,2,3\n1,x,3\n", "w.csv", network, data),
                       "w.csv, line 3, column 2 (u1): expected a finite decimal number, got \"x\"",
                       Error);
  CHECK_THROWS_WITH_AS(parse_neurons("1,2\n", "w.csv", network, data),
                       "w.csv: 2 weights in a line, expected 3 for each neuron of this network "
                       "with 2 features",
                       Error);
  for (const char* text : {"", "v,u1,u2\n", "1,2,3\n1,2\n", "1,nan,3\n", "1,inf,3\n"}) {
    CHECK_THROWS_AS(parse_neurons(text, "w.csv", network, data), Error);
  }
}

TEST_CASE("random weights are standard normal and the same every time") {
  const DataSet data(4, {1, 2, 3, 4}, {1});
  const Network network = parse_network("relu:10000");
  const auto w = random_neurons(7, network, data);
  REQUIRE(w.size() == 50000);
  CHECK(random_neurons(7, network, data) == w);
  CHECK(random_neurons(8, network, data) != w);
  double mean = 0;
  double square = 0;
  double fourth = 0;
  for (const double x : w) {
    mean += x / 50000;
    square += x * x / 50000;
    fourth += x * x * x * x / 50000;
  }
  // Five standard deviations of each of these sums.
  CHECK(std::abs(mean) <= 5 / std::sqrt(50000.0));
  CHECK(std::abs(square - 1) <= 5 * std::sqrt(2 / 50000.0));
  CHECK(std::abs(fourth - 3) <= 5 * std::sqrt(96 / 50000.0));
}
