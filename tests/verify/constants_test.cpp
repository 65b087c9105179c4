#include "filippov/verify/constants.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <random>
#include <vector>

#include "filippov/arithmetic/error.hpp"

using namespace filippov;

namespace {

const Loss square{};
const Loss logistic{LossKind::logistic};

/// |H(X; w)| / |w|^2 for one neuron.
Interval relative_output(const Network& network, const DataSet& data,
                         const std::vector<double>& w) {
  Interval output = 0;
  for (const Interval& h :
       neuron_output(network, data, std::vector<Interval>(w.begin(), w.end()))) {
    output += sqr(h);
  }
  Interval norm = 0;
  for (const double x : w) norm += sqr(Interval(x));
  return sqrt(output) / norm;
}

void check_beta(const Network& network, const DataSet& data, const TheoremConstants& constants) {
  CHECK(relative_output(network, data, constants.beta_argument).lower() >= constants.beta.lower());
  std::mt19937_64 random(11);
  std::normal_distribution<double> normal;
  for (int k = 0; k < 1000; ++k) {
    std::vector<double> w(constants.beta_argument.size());
    for (double& x : w) x = normal(random);
    REQUIRE(relative_output(network, data, w).lower() <= constants.beta.upper());
  }
}

}  // namespace

TEST_CASE("equally spaced data, squared ReLU: every direction is a maximiser") {
  // Two antipodal points give max(0, c)^4 + max(0, -c)^4 = c^4 together, and equally spaced points
  // average cos(t - t_i)^4 to 3/8 for every t: the sum over 25 pairs is 75/8.
  const DataSet data = read_csv(FILIPPOV_DATA "/equally_spaced.csv");
  const Network network = parse_network("squared-relu:20");
  const TheoremConstants c = theorem_constants(network, data, square, {.relative_gap = 1e-9});
  CHECK(c.beta_tight);
  CHECK(c.beta.contains(3.06186217847897262));
  CHECK(c.beta.width() <= 3.1e-9);
  CHECK(identical(c.beta_hat, 1));
  CHECK(c.label_norm.contains(19.6054839266976524));
  CHECK(c.label_norm.width() < 1e-13);
  CHECK(c.beta_tilde.contains(22.6673461051766250));
  check_beta(network, data, c);

  // eps = 0.1 and 0.01 of the example of Theorem 5.1.
  CHECK(c.ln_C(Interval::from_decimal("0.030963919022573218354")).contains(8.5961152275719937969));
  CHECK(c.time(Interval::from_decimal("15.394176311901380956")).contains(0.055451098097432647994));
  CHECK_THROWS_AS(c.ln_C(-1), Error);
  CHECK_THROWS_AS(c.time(Interval(-1, 1)), Error);
}

TEST_CASE("equally spaced data, mean loss and two layers") {
  const DataSet data = read_csv(FILIPPOV_DATA "/equally_spaced.csv");
  const TheoremConstants mean =
      theorem_constants(parse_network("squared-relu"), data, {LossKind::square, true});
  CHECK(mean.beta_hat.contains(Interval::from_decimal("0.02")));
  CHECK(mean.beta_tilde.contains(0.453346922103532501));
  const Network network = parse_network("relu");
  const TheoremConstants c = theorem_constants(network, data, square);
  CHECK(c.beta_tight);
  CHECK(c.beta.contains(1.76776695296636881));
  check_beta(network, data, c);
}

TEST_CASE("four points, two layers") {
  const DataSet data(2, {1, .5, -.625, 1, -1, -.375, .25, -1}, {1, .5, -.75, .5});
  const TheoremConstants c = theorem_constants(parse_network("relu"), data, square);
  CHECK(c.beta_tight);
  CHECK(c.beta.contains(.6215169943749475));
}

TEST_CASE("iris") {
  const DataSet data = read_csv(FILIPPOV_DATA "/iris.csv");
  const Network squared = parse_network("squared-relu");
  const TheoremConstants c = theorem_constants(squared, data, logistic);
  CHECK(c.beta_tight);
  CHECK(c.beta.lower() >= 37.1549483648);
  CHECK(c.beta.upper() <= 37.1549483649 * (1 + 1.1e-6));
  CHECK(identical(c.beta_hat, 0.25));
  CHECK(c.label_norm.contains(std::sqrt(150.0) / 2));
  check_beta(squared, data, c);
  const Network two_layer = parse_network("relu");
  const TheoremConstants d = theorem_constants(two_layer, data, logistic);
  CHECK(d.beta_tight);
  CHECK(d.beta.lower() >= 7.98369842229);
  CHECK(d.beta.upper() <= 7.98369842230 * (1 + 1.1e-6));
  check_beta(two_layer, data, d);
}

TEST_CASE("in many dimensions there is a bound from each side") {
  std::mt19937_64 random(2);
  std::normal_distribution<double> normal;
  constexpr int dimension = 20;
  std::vector<Interval> inputs;
  for (int i = 0; i < 40 * dimension; ++i) inputs.push_back(normal(random));
  const DataSet data(dimension, inputs, std::vector<Interval>(40, 1));
  for (const char* name : {"squared-relu", "leaky-relu:0.2"}) {
    const Network network = parse_network(name);
    const TheoremConstants c = theorem_constants(network, data, square);
    CHECK(!c.beta_tight);
    CHECK(c.beta.lower() > 0);
    check_beta(network, data, c);
  }
}

TEST_CASE("labels must suit the loss") {
  const DataSet data(1, {1}, {0.5});
  CHECK_THROWS_AS(theorem_constants(parse_network("relu"), data, logistic), Error);
}
