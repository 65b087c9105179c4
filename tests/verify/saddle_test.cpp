#include "filippov/verify/saddle.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
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

TEST_CASE("a small neuron turns to the direction of the saddle's own, where N = 0") {
  // y_bar = (-1/2, -1/2, 1) at (1, 0), whose gradient is -(1, 1) - (1, -1) + 2 (1, 0) = 0. While
  // all rows are active N = -u_2^2: u_1 stays, u_2 = e^(-2 t)/2.
  SaddleProblem problem{parse_network("squared-relu"),
                        parse_csv("1,1,.5\n1,-1,.5\n1,0,2\n", "rows"),
                        {{1, 0}},
                        {{1, 0.5}},
                        Interval::from_decimal("0.01")};
  const double u_2 = std::sqrt(1 / (0.99 * 0.99) - 1);
  for (const double off : {0.0, 1e-6}) {
    problem.saddle = {{1 + off, off}};
    const SaddleProof proof = prove_at_saddle(problem);
    REQUIRE(proof.conclusion.proof == Proof::certified);
    CHECK(proof.which == AlignmentCase::aligned);
    const NeuronAlignment& neuron = proof.neurons.front();
    CHECK(neuron.limit.saddle_neuron == 0);
    CHECK(identical(neuron.limit.objective, 0));
    CHECK(neuron.limit.box[0].contains(1));
    CHECK(neuron.limit.box[1].contains(0));
    CHECK(neuron.turns_to_limit.proof == Proof::certified);
    CHECK(std::abs(proof.T_bar.midpoint() - 0.5 * std::log(0.5 / u_2)) < 1e-9);
    // |u| falls from sqrt(5/4) to 1.
    CHECK(proof.eta.contains(1 / std::sqrt(5.0)));
    CHECK(proof.eta.width() < 0.02);
  }
  // N = u_2^2 instead: it turns away.
  problem.data = parse_csv("1,1,1.5\n1,-1,1.5\n1,0,0\n", "rows");
  problem.saddle = {{1, 0}};
  const SaddleProof away = prove_at_saddle(problem);
  CHECK(away.neurons.front().limit.saddle_neuron == -1);
  CHECK(away.neurons.front().limit.objective.lower() > 0.1);
}

TEST_CASE("a saddle with fewer conditions than weights") {
  // One row is active: (x.w)^2 = 1 is all that has to hold, w_1 + w_2 / 2 = 1.
  SaddleProblem problem{parse_network("squared-relu"),
                        parse_csv("1,.5,1\n-1,.2,.7\n.3,-2,1.5\n", "rows"),
                        {{0.8, 0.4000001}},
                        {{-1, 1}},
                        Interval::from_decimal("0.1")};
  const SaddlePoint point = nearby_saddle(problem);
  REQUIRE(point.exists.proof == Proof::certified);
  CHECK(point.fitted == std::vector{0});
  const std::vector<Interval>& w = point.neurons.front();
  CHECK((w[0] + w[1] / 2).contains(1));
  CHECK(w[0].width() + w[1].width() < 1e-12);
  CHECK(std::abs(w[1].midpoint() - 0.4) < 2e-7);
  CHECK(prove_at_saddle(problem).conclusion.proof == Proof::certified);

  // Two layers: the same for v (x.u) = 1.
  problem.network = parse_network("relu");
  problem.saddle = {{1, 0.8, 0.4000001}};
  problem.neurons = {{0.5, -1, 1}};
  const SaddlePoint layers = nearby_saddle(problem);
  REQUIRE(layers.exists.proof == Proof::certified);
  CHECK(layers.fitted == std::vector{0});
  CHECK((layers.neurons[0][1] + layers.neurons[0][2] / 2).contains(1));
  CHECK(prove_at_saddle(problem).conclusion.proof == Proof::certified);

  // Four weights for three rows, two of which are active for either neuron: all are fitted.
  problem.network = parse_network("squared-relu");
  problem.data = parse_csv("1,0,1\n1,1,4.000001\n0,1,1\n-1,-1,1\n", "rows");
  problem.saddle = {{1, -0.25}, {-0.5, 1}};
  // (x.w)^2: 1, .5625, 0 and 0, .25, 1, so that the second row has to be .8125.
  problem.data = parse_csv("1,0,1\n1,1,.8125001\n0,1,1\n-1,-1,1\n", "rows");
  const SaddlePoint all = nearby_saddle(problem);
  REQUIRE(all.exists.proof == Proof::certified);
  CHECK(all.fitted == std::vector{0, 1, 2});

  // A component that is not small is no saddle, whatever the rank.
  problem.data = parse_csv("1,0,1\n1,1,4\n0,1,1\n-1,-1,1\n", "rows");
  CHECK_THROWS_WITH_AS(nearby_saddle(problem), doctest::Contains("not a saddle"), Error);
}

TEST_CASE("a saddle where descent only just leaves a row behind") {
  // All (1/2, a) with a <= 0 are saddles: the first row is fitted, the second has r = -1. Descent
  // ends at a = 0, coming from a > 0.
  SaddleProblem problem{parse_network("squared-relu"),
                        parse_csv("2,0,1\n3,5,-1\n-1,.5,2\n", "rows"),
                        {{0.5, -0.3 + 1e-11}},
                        {{-1, 1}},
                        Interval::from_decimal("0.1")};
  SaddlePoint point = nearby_saddle(problem);
  REQUIRE(point.exists.proof == Proof::certified);
  CHECK(point.neurons[0][0].contains(0.5));
  CHECK(certainly_less(3 * point.neurons[0][0] + 5 * point.neurons[0][1], 0));
  CHECK(std::abs(point.neurons[0][1].midpoint() + 0.3) < 1e-5);
  CHECK(prove_at_saddle(problem).conclusion.proof == Proof::certified);

  // With r > 0 for the second row it is a saddle, too: the gradient is the same.
  problem.data = parse_csv("2,0,1\n3,5,1\n-1,.5,2\n", "rows");
  CHECK(nearby_saddle(problem).exists.proof == Proof::certified);

  // One that is exact stays as it was given.
  problem.data = parse_csv("2,0,1\n0,5,-1\n-1,.5,2\n", "rows");
  problem.saddle = {{0.5, 0}};
  point = nearby_saddle(problem);
  REQUIRE(point.exists.proof == Proof::certified);
  CHECK(identical(point.neurons[0][1], 0));

  // Where both rows are needed to hold the neuron, it cannot turn.
  problem.data = parse_csv("2,0,1\n4,1e-9,-1\n", "rows");
  CHECK_THROWS_AS(nearby_saddle(problem), Error);
}

TEST_CASE("two layers: a saddle in two cells that differ by one row") {
  // sigma'(x_i.u) = 1, .2, .2 and 1, 1, .2: the equations of one cell are those of the other, and
  // r_1 = 0. x_1 = (0, 1): q_1 = (a, b), q_2 = (c, d) have r_1 = .3 - .2 b - d, and r_0 = 1 - a - c
  // and r_2 = -.2 + .2 (a + c) + .1 (b + d) with r_0 (1, 0) + .2 r_2 (-1, -.5) = 0: all vanish.
  SaddleProblem problem{parse_network("leaky-relu:0.2"),
                        parse_csv("1,0,1\n0,1,.3\n-1,-.5,-.2\n", "rows"),
                        {{1, 0.25, -0.375}, {1, 0.75000001, 0.375}},
                        {{1, -1, 0.5}},
                        Interval::from_decimal("0.1")};
  const SaddlePoint point = nearby_saddle(problem);
  REQUIRE(point.exists.proof == Proof::certified);
  CHECK((point.neurons[0][1] + point.neurons[1][1]).contains(1));
  CHECK((point.neurons[0][2] / 5 + point.neurons[1][2]).contains(0.3));

  // All rows active for one neuron and none for the other: q_1 + .2 q_2 = (.86, 4.12/7) is the
  // least squares fit of all.
  problem.data = parse_csv("1,.2,1\n.8,-.3,.5\n1,.6,1.2\n", "rows");
  problem.saddle = {{1, 0.96, 0.6085714}, {1, -0.5, -0.1}};
  const SaddlePoint opposite = nearby_saddle(problem);
  REQUIRE(opposite.exists.proof == Proof::certified);
  CHECK(opposite.fitted.empty());
  CHECK((opposite.neurons[0][1] + opposite.neurons[1][1] / 5).contains(0.86));
  const Interval second = opposite.neurons[0][2] + opposite.neurons[1][2] / 5;
  CHECK((7 * second).contains(4.12));
  CHECK(second.width() < 1e-12);
}

namespace {

/// The first two examples are fitted by the neuron (1; 1, 0), where the others are not active.
SaddleProblem two_layers(const char* network = "relu") {
  return {parse_network(network),
          parse_csv("1,.25,1\n1,-.25,1\n-1,.5,.7\n-.8,-.6,.4\n", "rows"),
          {{1, 1, 0}},
          {{0.5, -0.25, 0.5}},
          Interval::from_decimal("0.1")};
}

/// Gradient flow of the square loss of a network of two layers, by small steps.
struct Flow {
  std::vector<std::array<double, 2>> x;
  std::vector<double> y;

  using State = std::array<double, 6>;  ///< v, u of w_n, and of w_z

  State velocity(const State& w) const {
    State result{};
    for (std::size_t i = 0; i < x.size(); ++i) {
      double residual = y[i];
      std::array<double, 2> h{};
      for (std::size_t k = 0; k < 2; ++k) {
        h.at(k) = x[i][0] * w.at(3 * k + 1) + x[i][1] * w.at(3 * k + 2);
        residual -= w.at(3 * k) * std::max(h.at(k), 0.0);
      }
      for (std::size_t k = 0; k < 2; ++k) {
        if (h.at(k) <= 0) continue;
        result.at(3 * k) += residual * h.at(k);
        for (std::size_t t = 0; t < 2; ++t) {
          result.at(3 * k + 1 + t) += residual * w.at(3 * k) * x[i].at(t);
        }
      }
    }
    return result;
  }

  State run(State w, double time) const {
    constexpr int steps = 4000;
    for (int step = 0; step < steps; ++step) {
      const State slope = velocity(w);
      State middle = w;
      for (std::size_t k = 0; k < 6; ++k) middle.at(k) += 0.5 * time / steps * slope.at(k);
      const State better = velocity(middle);
      for (std::size_t k = 0; k < 6; ++k) w.at(k) += time / steps * better.at(k);
    }
    return w;
  }
};

}  // namespace

TEST_CASE("two layers: aligned at a saddle off the hyperplanes, as the flow itself is") {
  const SaddleProblem problem = two_layers();
  const SaddleProof proof = prove_at_saddle(problem);
  CHECK(proof.stationary.proof == Proof::certified);
  REQUIRE(proof.conclusion.proof == Proof::certified);
  CHECK(proof.alignment.lower() >= proof.bound.upper());
  // y_bar = (0, 0, .7, .4); |X|_2^2 is the largest eigenvalue of ((3.64, -.02), (-.02, .735)).
  const SaddleConstants& c = proof.constants;
  CHECK(sqr(c.residual_norm).contains(0.65));
  const double square = 2.1875 + std::hypot(1.4525, 0.02);
  CHECK(std::abs(sqr(c.slope).midpoint() - square) < 1e-12);
  CHECK(identical(c.mu_2.value, 0));
  CHECK(c.gamma.value.upper() < 0.8);  // the distance from the hyperplane of the last row
  CHECK(c.gamma.value.lower() > 0.79);
  CHECK(c.mu_3.value.contains(std::sqrt(square) * (std::sqrt(2.0) + c.gamma.value.midpoint())));
  CHECK(proof.ln_C.lower() >= std::log(4.0));

  const Flow flow{{{1, .25}, {1, -.25}, {-1, .5}, {-.8, -.6}}, {1, 1, .7, .4}};
  const double delta = std::exp(proof.ln_delta_bar);
  const double length = std::sqrt(0.375);
  const auto& limit = proof.neurons.front().limit.box;
  for (int direction = 0; direction < 6; ++direction) {
    Flow::State w{1, 1, 0, delta * 0.5 / length, delta * -0.25 / length, delta * 0.5 / length};
    w.at(static_cast<std::size_t>(direction / 2)) += direction % 2 == 0 ? delta : -delta;
    const Flow::State end = flow.run(w, proof.T_bar.midpoint());
    double along = 0;
    double size = 0;
    double distance = 0;
    for (std::size_t k = 0; k < 3; ++k) {
      along += end.at(k + 3) * limit[k].midpoint();
      size += end.at(k + 3) * end.at(k + 3);
      distance += std::pow(end.at(k) - (k < 2 ? 1 : 0), 2);
    }
    CHECK(along / std::sqrt(size) >= proof.alignment.lower());
    CHECK(std::log((distance + size) / (delta * delta)) <= proof.ln_C.upper());
  }
}

TEST_CASE("two layers: a saddle near rounded weights of two neurons in one cell; kinks") {
  SaddleProblem problem = two_layers();
  problem.data = parse_csv("1,.25,1.1\n1,-.25,1\n.8,.3,.7\n-1,.5,.7\n-.8,-.6,.4\n-.5,1,-.8\n", "r");
  // Least squares on the first three rows, ((2.64, .24), (.24, .215)) q = (2.66, .235).
  problem.saddle = {{1, 0.404314, -0.0141176}, {1, 0.606471, -0.0211765}};
  const SaddlePoint point = nearby_saddle(problem);
  REQUIRE(point.exists.proof == Proof::certified);
  CHECK(identical(point.neurons[0][0], 1));
  const double q[] = {1.0107843137254902, -0.03529411764705882};
  for (std::size_t t = 0; t < 2; ++t) {
    const Interval sum = point.neurons[0][t + 1] + point.neurons[1][t + 1];
    CHECK(std::abs(sum.midpoint() - q[t]) < 1e-12);
    CHECK(sum.width() < 1e-10);
  }
  // Both neurons end on kinks.
  problem.neurons = {{-0.4, 0.2, 0.3}, {0.4, -0.5, -0.2}};
  const SaddleProof proof = prove_at_saddle(problem);
  CHECK(proof.conclusion.proof == Proof::certified);
  for (const NeuronAlignment& neuron : proof.neurons) CHECK(neuron.limit.kinks.size() == 1);
  // Until much later, when they slide on these.
  problem.epsilon = Interval::from_decimal("0.0001");
  const SaddleProof late = prove_at_saddle(problem);
  CHECK(late.conclusion.proof == Proof::certified);
  for (const NeuronAlignment& neuron : late.neurons) {
    REQUIRE(neuron.events.size() == 1);
    CHECK(neuron.events[0].kind == EventKind::sliding_entry);
    CHECK(neuron.events[0].window.upper() < late.T_bar.lower());
  }
}

TEST_CASE("two layers: in the cell of a saddle's neuron others rest") {
  SaddleProblem problem = two_layers();
  problem.neurons = {{0.5, 1, 0.1}, {0.5, -0.25, 0.5}};
  const SaddleProof proof = prove_at_saddle(problem);
  CHECK(proof.conclusion.proof == Proof::certified);
  const LimitDirection& limit = proof.neurons[0].limit;
  CHECK(identical(limit.objective, 0));
  CHECK(limit.box[1].contains(1 / std::sqrt(1.26)));
  CHECK(limit.rest == std::vector{0.5, 1.0, 0.1});
  CHECK(proof.neurons[1].limit.rest.empty());
  // Where Krawczyk's operator proves the saddle, the gradient in the cell is an enclosure of 0.
  problem.data = parse_csv("1,.25,1.1\n1,-.25,1\n.8,.3,.7\n-1,.5,.7\n-.8,-.6,.4\n", "rows");
  problem.saddle = {{1, 1.01078431, -0.03529412}};
  CHECK(prove_at_saddle(problem).conclusion.proof == Proof::certified);
}

TEST_CASE(
    "two layers: one neuron rests on a hyperplane of the saddle's cell, another still turns") {
  // All rows are active at the saddle, y_bar = (.78, -.4, -.46)/35. The first neuron has x_2.u < 0
  // and is driven along x_2 alone until x_2.u = 0, about .16/(1.36 .8 (.46/35)) = 11.2 later: at
  // u = (5.4, -9)/17, v^2 = |u|^2 + .6. The second one turns to where it slides on x_0.u = 0.
  SaddleProblem problem{parse_network("leaky-relu:0.2"),
                        parse_csv("1,.2,1\n.8,-.3,.5\n1,.6,1.2\n", "rows"),
                        {{1, 0.86, 0.5885714}},
                        {{1, 0.2, -0.6}, {-0.5, 0.5, 1.5}},
                        Interval::from_decimal("0.01")};
  const SaddleProof proof = prove_at_saddle(problem);
  REQUIRE(proof.conclusion.proof == Proof::certified);
  CHECK(proof.T_bar.lower() > 12);
  const LimitDirection& rest = proof.neurons[0].limit;
  CHECK(identical(rest.objective, 0));
  const double square = 110.16 / 289;
  const double size = std::sqrt(2 * square + 0.6);
  CHECK(std::abs(rest.box[0].midpoint() - std::sqrt(square + 0.6) / size) < 1e-9);
  CHECK(std::abs(rest.box[1].midpoint() - 5.4 / 17 / size) < 1e-9);
  CHECK(std::abs(rest.box[2].midpoint() + 9.0 / 17 / size) < 1e-9);
  CHECK(rest.box[1].width() < 1e-9);
  CHECK(proof.neurons[0].nonbranching.proof == Proof::certified);
  const LimitDirection& kink = proof.neurons[1].limit;
  CHECK(kink.kinks == std::vector{0});
  // 35 x_0.a_- = .2 .78 1.04 - .2 .4 .74 - .46 1.12 and 35 x_0.(a_+ - a_-) = .8 .78 1.04.
  REQUIRE(kink.multipliers.size() == 1);
  CHECK(std::abs(kink.multipliers[0].midpoint() - 0.41216 / 0.64896) < 1e-9);
  CHECK(std::abs(kink.box[1].midpoint() + 0.2 * kink.box[2].midpoint()) < 1e-12);
}

TEST_CASE("two layers: on a hyperplane (15) may fail, nothing is proved") {
  SaddleProblem problem = two_layers();
  problem.data = parse_csv("1,0,1\n0,1,2\n", "axes");
  const SaddleProof proof = prove_at_saddle(problem);
  CHECK(proof.conclusion.proof == Proof::undecided);
  CHECK(proof.conclusion.reason.find("(15)") != std::string::npos);
  problem = two_layers();
  problem.saddle = {{1, 2, 0}};
  CHECK_THROWS_WITH_AS(prove_at_saddle(problem), doctest::Contains("not a saddle"), Error);
}

TEST_CASE("a long time at a saddle: delta is far below all doubles") {
  // y_bar = (0, .001), so that u_2 grows by e^(.002 t) while u_1 stays: u_2 >= 2.06 u_1 takes 1500.
  // kappa >= mu_1 mu_3 = 30, and e^(kappa T) is no double.
  SaddleProblem problem{parse_network("squared-relu"),
                        parse_csv("1,0,4\n0,1,0.001\n", "axes"),
                        {{2, 0}},
                        {{1, 0.1}},
                        Interval::from_decimal("0.1")};
  const SaddleProof single = prove_at_saddle(problem);
  CHECK(single.conclusion.proof == Proof::certified);
  CHECK(single.T_bar.contains(500 * std::log(20 * 0.9 / std::sqrt(0.76))));
  CHECK(single.ln_delta_bar < -30 * single.T_bar.lower());
  CHECK(single.ln_delta_bar > -1e6);
  problem = two_layers();
  problem.data = parse_csv("1,.25,1\n1,-.25,1\n-1,.5,.0007\n-.8,-.6,.0004\n", "rows");
  const SaddleProof layers = prove_at_saddle(problem);
  CHECK(layers.conclusion.proof == Proof::certified);
  CHECK(layers.ln_delta_bar < -1000);
}
