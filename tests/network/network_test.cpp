#include "filippov/network/network.hpp"

#include <doctest/doctest.h>

#include <vector>

#include "filippov/arithmetic/error.hpp"

using namespace filippov;

TEST_CASE("networks by name") {
  CHECK(parse_network("squared-relu").kind == NetworkKind::squared_relu);
  CHECK(identical(parse_network("squared-relu").leak, 0));
  CHECK(parse_network("squared-relu:20").neurons == 20);
  const Network signs = parse_network("leaky-squared-relu:0.5:3-4");
  CHECK(signs.neurons == 7);
  CHECK(signs.negative_neurons == 4);
  CHECK(parse_network("squared-relu:0-2").neurons == 2);
  CHECK(parse_network("relu").kind == NetworkKind::two_layer);
  const Network leaky = parse_network("leaky-relu:0.1:3");
  CHECK(leaky.kind == NetworkKind::two_layer);
  CHECK(identical(leaky.leak, Interval::from_decimal("0.1")));
  CHECK(leaky.neurons == 3);
  CHECK(identical(parse_network("leaky-squared-relu:.25").leak, 0.25));
  CHECK_THROWS_WITH_AS(parse_network("tanh"),
                       "network \"tanh\": unknown kind; expected squared-relu[:H], "
                       "leaky-squared-relu:A[:H], relu[:H], leaky-relu:A[:H] or diagonal",
                       Error);
  for (const char* bad : {"", "relu:", "relu:0", "relu:-1", "relu:1.5", "relu:1:2", "leaky-relu",
                          "leaky-relu:x", "leaky-relu:1.5", "leaky-relu:-0.1", "leaky-relu:.1:",
                          "relu:2-1", "squared-relu:0-0", "squared-relu:2-", "squared-relu:-2"}) {
    CAPTURE(bad);
    CHECK_THROWS_AS(parse_network(bad), Error);
  }
}

TEST_CASE("the output of one neuron") {
  const DataSet data(2, {1, 0, 0, 1, -1, -1}, {0, 0, 0});
  const std::vector<Interval> u{2, -4};
  const auto squared = neuron_output(parse_network("leaky-squared-relu:0.5"), data, u);
  CHECK(identical(squared[0], 4));
  CHECK(identical(squared[1], 4));
  CHECK(identical(squared[2], 4));
  const std::vector<Interval> w{3, 2, -4};
  const auto two_layer = neuron_output(parse_network("relu"), data, w);
  CHECK(identical(two_layer[0], 6));
  CHECK(identical(two_layer[1], 0));
  CHECK(identical(two_layer[2], 6));
  CHECK_THROWS_WITH_AS(neuron_output(parse_network("relu"), data, u),
                       "a neuron has 2 weights, expected 3", Error);
}

TEST_CASE("diagonal networks") {
  const Network network = parse_network("diagonal");
  CHECK(network.kind == NetworkKind::diagonal);
  CHECK_THROWS_AS(parse_network("diagonal:2"), Error);
  const DataSet data(2, {1, 2, 3, 4}, {0, 0});
  CHECK(neuron_size(network, data) == 4);
  const std::vector<Interval> w{1, 2, 3, 4};  // u = (1, 2), v = (3, 4)
  const std::vector<Interval> output = neuron_output(network, data, w);
  CHECK(identical(output[0], 1 * 3 + 2 * 8));
  CHECK(identical(output[1], 3 * 3 + 4 * 8));
}
