#include "filippov/verify/homogeneity.hpp"

#include <doctest/doctest.h>

#include "filippov/arithmetic/error.hpp"
#include "filippov/inclusion/clarke.hpp"
#include "filippov/network/correlation.hpp"
#include "filippov/solver/classify.hpp"

using namespace filippov;

namespace {

Proof proof(const Function& f, double degree) { return homogeneous(f, degree).proof; }

DataSet four_rows() {
  return parse_csv("1,.5,1\n-.625,1,.5\n-1,-.375,-.75\n.25,-1,.5\n", "four rows");
}

/// The two-layer neuron, written by hand.
const RecordedNetwork neuron(2, 3, [](const auto& x, const auto& w) {
  return w[0] * relu(x[0] * w[1] + x[1] * w[2]);
});

}  // namespace

TEST_CASE("degrees are read off the formula") {
  CHECK(proof(Function(2, [](const auto& u) { return u[0] * abs(u[1]); }), 2) == Proof::certified);
  CHECK(proof(Function(2, [](const auto& u) { return max(u[0], u[1] - 2 * u[0]); }), 1) ==
        Proof::certified);
  CHECK(proof(Function(2, [](const auto& u) { return sqrt(u[0] * u[0] + u[1] * u[1]) * u[1]; }),
              2) == Proof::certified);
  CHECK(
      proof(Function(
                2, [](const auto& u) { return u[0] * u[0] * exp(u[1] / (abs(u[0]) + abs(u[1]))); }),
            2) == Proof::certified);
  CHECK(proof(Function(2, [](const auto& u) { return pow(abs(u[0]) + abs(u[1]), 2.5) / u[0]; }),
              1.5) == Proof::certified);
  CHECK(proof(Function(1, [](const auto&) { return Expression(0); }), 2) == Proof::certified);
}

TEST_CASE("what is not homogeneous is refuted at a point") {
  CHECK(proof(Function(2, [](const auto& u) { return u[0] * abs(u[1]) + u[0]; }), 2) ==
        Proof::refuted);
  CHECK(proof(Function(2, [](const auto& u) { return u[0] * u[1] * u[1]; }), 2) == Proof::refuted);
  CHECK(proof(Function(2, [](const auto& u) { return u[0] * relu(u[1] - 1); }), 2) ==
        Proof::refuted);
  CHECK(homogeneous(Function(1, [](const auto& u) { return sin(u[0]); }), 2).reason.find("w = (") !=
        std::string::npos);
  // Homogeneous, but not by its operations: not refuted, not certified.
  CHECK(proof(Function(1, [](const auto& u) { return exp(2 * log(abs(u[0]) + 1e-300)); }), 2) ==
        Proof::undecided);
}

TEST_CASE("Euler's identity on boxes, and at every vertex of a subdifferential") {
  const Function n = neuron.correlation(four_rows());
  const std::vector<Interval> box{Interval(0.5), Interval(0.25), Interval(-0.75)};
  const Interval defect = euler_defect(n, 2, box);
  CHECK(defect.contains(0));
  CHECK(defect.width() < 1e-14);
  CHECK_FALSE(euler_defect(Function(3, [](const auto& u) { return u[0] * u[1] + u[2]; }), 2, box)
                  .contains(0));
  // On x0.u = 0: w.g = 2 N for both vertices.
  const std::vector<double> w{0.5, 0.5, -1};
  const Classification at = classify(ascent(n), w);
  REQUIRE(at.vertices.cols() == 2);
  const Eigen::Map<const Eigen::VectorXd> weights(w.data(), 3);
  for (Eigen::Index k = 0; k < 2; ++k) {
    CHECK(weights.dot(at.vertices.col(k)) == doctest::Approx(2 * n(w)).epsilon(1e-14));
  }
}

TEST_CASE("a network and a loss of one's own give the constants of those that are built in") {
  const DataSet data = four_rows();
  CHECK(two_homogeneous(neuron, data).proof == Proof::certified);
  const RecordedLoss square([](auto z, auto y) { return (z - y) * (z - y) / 2; });
  const TheoremConstants own = theorem_constants(neuron, data, square);
  const TheoremConstants built_in = theorem_constants(parse_network("relu"), data, {});
  CHECK(own.beta.lower() <= built_in.beta.upper());
  CHECK(built_in.beta.lower() <= own.beta.upper());
  CHECK(own.beta.width() <= 1e-6);
  CHECK(own.beta_hat.contains(1));
  CHECK(own.label_norm.contains(std::sqrt(2.0625)));
  const std::vector<double> w{0.3, -0.7, 0.2};
  CHECK(neuron.correlation(data)(w) ==
        doctest::Approx(correlation_function(parse_network("relu"), data)(w)));
  CHECK(neuron.combination(data, square.pulls(data))(w) ==
        doctest::Approx(neuron.correlation(data)(w)));
  const Function loss = square.training_loss(neuron, data);
  CHECK(loss(std::vector<double>{0, 0, 0}) == doctest::Approx(2.0625 / 2));
}

TEST_CASE("losses of one's own: derivatives, and what is refused") {
  const DataSet data = four_rows();
  // l = sqrt(1 + (z - y)^2): l' = (z - y)/l, l'' = 1/l^3 <= 1, at z = y.
  const RecordedLoss smooth([](auto z, auto y) { return sqrt(1 + (z - y) * (z - y)); });
  CHECK(smooth.derivative(0, 1).contains(-1 / std::sqrt(2.0)));
  CHECK(smooth.second_derivative(1, 1).contains(1));
  const Interval beta_hat = theorem_constants(neuron, data, smooth).beta_hat;
  CHECK(beta_hat.lower() <= 1);
  CHECK(beta_hat.upper() >= 1);
  CHECK(beta_hat.upper() < 1.1);
  const RecordedLoss absolute([](auto z, auto y) { return abs(z - y); });
  CHECK_FALSE(absolute.has_continuous_derivative());
  CHECK_THROWS_AS(theorem_constants(neuron, data, absolute), Error);
  const RecordedNetwork cubic(2, 1,
                              [](const auto& x, const auto& w) { return x[0] * pow(w[0], 3); });
  CHECK(two_homogeneous(cubic, data).proof == Proof::refuted);
  CHECK_THROWS_AS(theorem_constants(cubic, data, smooth), Error);
  const RecordedNetwork three(3, 1,
                              [](const auto& x, const auto& w) { return x[2] * w[0] * w[0]; });
  CHECK_THROWS_WITH_AS(three.correlation(data), doctest::Contains("2 features, expected 3"), Error);
}
