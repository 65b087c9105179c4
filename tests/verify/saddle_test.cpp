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
  CHECK(c.mu_2.value.contains(21.9669));
  CHECK(c.mu_2.value.width() < 3e-3);
  CHECK(c.M_2.value.contains(353.9957));
  CHECK(proof.ln_C.lower() > std::log(4.0));
  CHECK(proof.ln_delta_bar <= -proof.ln_C.lower() / 2);
  CHECK(proof.alignment.lower() >= proof.bound.upper());

  problem.saddle = {{1, 0}};
  CHECK(prove_at_saddle(problem).conclusion.proof == Proof::undecided);  // not stationary
  problem.saddle = {};
  CHECK_THROWS_AS(prove_at_saddle(problem), Error);
}
