#include "filippov/verify/saddle.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "filippov/arithmetic/error.hpp"

using namespace filippov;

TEST_CASE("the saddle of the paper's appendix D.3") {
  // Ten neurons at (sqrt(1/2), 0) fit the examples with x1 >= 0, the others are zero.
  const Interval half = sqrt(Interval(1) / 2);
  SaddleProblem problem{parse_network("squared-relu"),
                        read_csv(FILIPPOV_DATA "/equally_spaced.csv"),
                        std::vector<std::vector<Interval>>(10, {half, 0}),
                        {{std::cos(2.0), std::sin(2.0)}},
                        Interval::from_decimal("0.1")};
  const SaddleProof proof = prove_at_saddle(problem);
  CHECK(proof.stationary.proof == Proof::certified);
  CHECK(proof.conclusion.proof == Proof::certified);
  // |w_n| = sqrt 5, beta = sqrt(75/8): mu_1 = beta (2 sqrt 5 + 1), mu_3 = 2 beta (sqrt 5 + 1).
  const SaddleConstants& c = proof.constants;
  CHECK(c.residual_norm.contains(12.2474487139159));
  CHECK(c.mu_1.value.contains(16.7549261161081));
  CHECK(c.mu_3.value.contains(19.8167882945871));
  CHECK(c.M_1.value.contains(32.0642370085030));
  CHECK(c.slope.contains(2 * 3.06186217847897262));  // beta_S = beta here
  CHECK(c.mu_2.value.contains(21.9669));
  CHECK(c.mu_2.value.width() < 3e-3);
  CHECK(c.M_2.value.contains(353.9957));
  CHECK(proof.ln_C.lower() > std::log(4.0));
  CHECK(proof.ln_delta_bar <= -proof.ln_C.lower() / 2);
  CHECK(proof.alignment.lower() >= proof.bound.upper());

  problem.saddle = {{1, 0}};
  CHECK_THROWS_WITH_AS(prove_at_saddle(problem), doctest::Contains("not a saddle"), Error);
  problem.saddle = {{0, 0}};
  CHECK_THROWS_AS(prove_at_saddle(problem), Error);
  problem.saddle = {};
  CHECK_THROWS_AS(prove_at_saddle(problem), Error);
}

TEST_CASE("an exact saddle is found near rounded weights, however they are shared out") {
  // Weights (a_k, 0) with sum a_k^2 = 5 fit the examples with x1 >= 0.
  SaddleProblem problem{parse_network("squared-relu"),
                        read_csv(FILIPPOV_DATA "/equally_spaced.csv"),
                        {{1, 0}, {2, 0}},
                        {{1, 1}},
                        Interval::from_decimal("0.1")};
  SaddlePoint point = nearby_saddle(problem);
  CHECK(point.exists.proof == Proof::certified);
  CHECK(point.neurons[0][0].contains(1));
  CHECK(point.neurons[1][0].contains(2));
  CHECK(point.neurons[1][1].contains(0));
  CHECK(point.neurons[1][0].width() < 1e-10);
  REQUIRE(point.rays.size() == 1);
  CHECK(point.rays[0].neurons == std::vector{0, 1});
  CHECK(point.rays[0].shares[1] == 2);
  CHECK(sqr(point.rays[0].box[0]).contains(5));
  problem.saddle = {{Interval::from_decimal("0.70711"), 0}, {Interval::from_decimal("2.12132"), 0}};
  point = nearby_saddle(problem);
  CHECK(point.exists.proof == Proof::certified);
  Interval square = 0;
  for (const auto& w : point.neurons) square += sqr(w[0]);
  CHECK(square.contains(5));
  CHECK(square.width() < 1e-3);
}
