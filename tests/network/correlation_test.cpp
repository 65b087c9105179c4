#include "filippov/network/correlation.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "filippov/arithmetic/error.hpp"
#include "filippov/function/interval_reading.hpp"
#include "filippov/inclusion/clarke.hpp"
#include "filippov/network/network.hpp"

using namespace filippov;

namespace {

const char* const three_rows = "1,0.5,0.1\n-0.625,1,0.5\n0.3,-1,-0.75\n";

/// N by the definition: sum_i z_i H(x_i; w).
Interval by_definition(const Network& network, const DataSet& data, const Loss& loss,
                       const std::vector<Interval>& w) {
  const std::vector<Interval> outputs = neuron_output(network, data, w);
  Interval sum = 0;
  for (int i = 0; i < data.size(); ++i) {
    sum -= loss_derivative(loss.kind, 0, data.label(i)) * outputs[static_cast<std::size_t>(i)];
  }
  return loss.mean ? sum / data.size() : sum;
}

}  // namespace

TEST_CASE("the neural correlation function is the sum in its definition") {
  const DataSet data = parse_csv(three_rows, "data");
  for (const char* name :
       {"squared-relu", "leaky-squared-relu:0.1", "relu", "leaky-relu:0.3", "diagonal"}) {
    CAPTURE(name);
    const Network network = parse_network(name);
    for (const bool mean : {false, true}) {
      const Function n = correlation_function(network, data, {.mean = mean});
      const std::vector<Interval> w = n.dimension() == 2 ? std::vector<Interval>{0.25, -0.75}
                                      : n.dimension() == 3
                                          ? std::vector<Interval>{-1.5, 0.25, -0.75}
                                          : std::vector<Interval>{0.25, -0.75, 2, 0.125};
      const Interval defined = by_definition(network, data, {.mean = mean}, w);
      const Interval value = range(n, w);
      CHECK(intersect(defined, value));
      CHECK(value.width() < 1e-14);
      std::vector<double> point;
      for (const Interval& x : w) point.push_back(x.midpoint());
      CHECK(std::abs(n(point) - value.midpoint()) < 1e-14);
    }
  }
}

TEST_CASE("the correlation function of the logistic loss has half the labels") {
  const DataSet data = parse_csv("1,0.5,1\n-0.625,1,-1\n", "data");
  const Function n =
      correlation_function(parse_network("relu"), data, {.kind = LossKind::logistic});
  const double w[] = {2, 1, 1};
  CHECK(n(w) == 2 * (0.5 * 1.5 - 0.5 * 0.375));
  CHECK_THROWS_AS(correlation_function(parse_network("relu"), parse_csv(three_rows, "data"),
                                       {.kind = LossKind::logistic}),
                  Error);
}

TEST_CASE("the correlation function knows the decimals that were written") {
  const Function n = correlation_function(parse_network("relu"), parse_csv("0.1,0.2,0.3\n", "d"));
  CHECK(n.text() == "v*(0.3*relu(0.1*u1 + 0.2*u2))");
  const DataSet computed = parse_csv("1,2,0.3\n1,2,-0.3\n2,3,1\n", "d", {.normalize_rows = true});
  const Function m = correlation_function(parse_network("relu"), computed);
  CHECK(m.graph()->switches().size() == 2);  // rows with the same enclosures are equal
  const Interval w[] = {1, 0.5, 0.25};
  CHECK(range(m, w).contains(range(m, w).midpoint()));
  CHECK(range(m, w).width() > 0);
}

TEST_CASE("parallel, antipodal and equal rows share surfaces; opposite terms cancel") {
  const auto surfaces = [](const char* text) {
    return correlation_function(parse_network("relu"), parse_csv(text, "d"))
        .graph()
        ->switches()
        .size();
  };
  CHECK(surfaces("0.1,0.3,1\n0.2,0.6,1\n-0.4,-1.2,-1\n1,1,1\n") == 2);
  const Function zero =
      correlation_function(parse_network("relu"), parse_csv("0.1,0.3,1\n0.1,0.3,-1\n", "d"));
  CHECK(ascent(zero).live_switches({1}).empty());
}

TEST_CASE("the flow of a squared network does not jump") {
  const FilippovMap flow = ascent(
      correlation_function(parse_network("leaky-squared-relu:0.1"), parse_csv(three_rows, "data")));
  for (int j = 0; j < flow.switch_count(); ++j) CHECK_FALSE(flow.jumps_across(j));
  const FilippovMap kinked =
      ascent(correlation_function(parse_network("relu"), parse_csv(three_rows, "data")));
  for (int j = 0; j < kinked.switch_count(); ++j) CHECK(kinked.jumps_across(j));
}
