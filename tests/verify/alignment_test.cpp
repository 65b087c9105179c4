#include "filippov/verify/alignment.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "decimal_weights.hpp"
#include "filippov/arithmetic/error.hpp"

using namespace filippov;

namespace {

/// One squared ReLU neuron on the equally spaced data, from the angle 2.
AlignmentProblem one_neuron(const char* epsilon) {
  return {parse_network("squared-relu"),
          read_csv(FILIPPOV_DATA "/equally_spaced.csv"),
          {},
          {weights({"-0.416146836547142387", "0.909297426825681695"})},
          decimal(epsilon)};
}

/// A two-layer neuron on four rows, whose flow is in closed form: within a cell (v, a.u) is a
/// hyperbolic rotation with the rate |a|.
AlignmentProblem two_layers(std::vector<Interval> start, const char* epsilon) {
  return {parse_network("relu"),
          parse_csv("1,.5,1\n-.625,1,.5\n-1,-.375,-.75\n.25,-1,.5\n", "four rows"),
          {},
          {std::move(start)},
          decimal(epsilon)};
}

void check_relative(Interval found, const char* exact, double width) {
  CHECK(intersect(found, decimal(exact)).has_value());
  CHECK(found.width() <= width * found.magnitude());
}

}  // namespace

TEST_CASE("one squared ReLU neuron, equally spaced data, eps = 0.1") {
  // Numbers by mp integration with 40 digits; delta by bisection in double precision.
  const AlignmentProof result = align(one_neuron("0.1"));
  CHECK(result.conclusion.proof == Proof::certified);
  CHECK(result.which == AlignmentCase::aligned);
  check_relative(result.T_bar, "0.030963919022573218354", 1e-9);
  check_relative(result.ln_C, "8.5961152275719937969", 1e-9);
  CHECK(result.eta.contains(0.5));
  const double known = 0.0819274918;
  CHECK(std::exp(result.ln_delta_tube) < known);
  CHECK(std::exp(result.ln_delta_tube) > 0.95 * known);
  CHECK(result.ln_delta_bar <= -result.ln_C.lower() / 2);
  REQUIRE(result.neurons.size() == 1);
  const NeuronAlignment& neuron = result.neurons.front();
  CHECK(neuron.limit.certified.proof == Proof::certified);
  CHECK(neuron.limit.box[0].contains(-1));
  CHECK(neuron.limit.box[1].contains(0));
  CHECK(neuron.limit.objective.contains(37.5));
  CHECK(neuron.nonbranching.proof == Proof::certified);
  CHECK(neuron.for_all_time);
  // Opposite points of the data differ in the last digit: their surfaces are crossed one by one.
  for (const double time : {0.0039474704085680, 0.0097945368340328}) {
    CHECK(std::any_of(neuron.events.begin(), neuron.events.end(), [&](const NeuronEvent& event) {
      return intersect(event.window, Interval::around(time, 1e-15)).has_value();
    }));
  }
  CHECK(result.bound.contains(decimal("0.6")));
  CHECK(result.alignment.lower() > 0.88);
}

TEST_CASE("a mean loss rescales time only") {
  AlignmentProblem problem = one_neuron("0.1");
  problem.loss.mean = true;
  const AlignmentProof result = align(problem, {.delta_gap = 0.3});
  CHECK(result.conclusion.proof == Proof::certified);
  CHECK((result.T_bar / 50).contains(decimal("0.030963919022573218354")));
  CHECK(result.ln_C.contains(decimal("8.5961152275719937969")));
  CHECK(std::exp(result.ln_delta_tube) > 0.5 * 0.0819274918);
}

TEST_CASE("two layers, a flow that crosses three hyperplanes") {
  const AlignmentProof result = align(two_layers(weights({"-.8", ".168", ".576"}), "0.01"));
  CHECK(result.conclusion.proof == Proof::certified);
  check_relative(result.T_bar, "2.0489020909969806", 1e-9);
  check_relative(result.ln_C, "10.481111126846455", 1e-9);
  // In closed form: N = 0 at t0 = 0.8125828752782904 where |u(t0)|/2 is this.
  check_relative(result.eta, "0.2945764648681395", 1e-9);
  const double known = 0.153283579;
  CHECK(std::exp(result.ln_delta_tube) < known);
  CHECK(std::exp(result.ln_delta_tube) > 0.95 * known);
  const NeuronAlignment& neuron = result.neurons.front();
  REQUIRE(neuron.events.size() == 3);
  const int rows[] = {2, 0, 3};
  const char* times[] = {"0.5439915932708819293721", "0.5664379498706522073578",
                         "1.151441000296550853857"};
  for (std::size_t k = 0; k < 3; ++k) {
    CHECK(neuron.events[k].kind == EventKind::crossing);
    CHECK(neuron.events[k].row == rows[k]);
    CHECK(neuron.events[k].window.contains(decimal(times[k])));
    CHECK(neuron.events[k].window.width() <= 1e-10);
  }
  CHECK(neuron.nonbranching.proof == Proof::certified);
  CHECK(neuron.for_all_time);
  CHECK(neuron.limit.box[0].contains(-std::sqrt(0.5)));
  CHECK(neuron.limit.kinks.empty());
}

TEST_CASE("more hyperplanes than the solver follows in one piece") {
  // 65 rows (8, i), all with z = 1. In a cell (v, a.u) is a hyperbolic rotation with the rate |a|,
  // a the sum of the active rows; each crossing adds its row. T_bar from that, with 40 digits.
  std::string rows;
  for (int i = -32; i <= 32; ++i) rows += "8," + std::to_string(i) + ",1\n";
  const AlignmentProof result = align({parse_network("relu"),
                                       parse_csv(rows, "65 rows"),
                                       {},
                                       {weights({"1", "-.3", ".9"})},
                                       decimal("0.1")},
                                      {.delta_gap = 0.3});
  CHECK(result.conclusion.proof == Proof::certified);
  check_relative(result.T_bar, "0.00052021632304839834", 1e-9);
  const NeuronAlignment& neuron = result.neurons.front();
  REQUIRE(neuron.events.size() == 7);
  for (int k = 0; k < 7; ++k) CHECK(neuron.events[static_cast<std::size_t>(k)].row == 34 - k);
  CHECK(neuron.nonbranching.proof == Proof::certified);
}

TEST_CASE("two layers, a flow that slides for ever on a kink") {
  const AlignmentProof result = align(two_layers(weights({".28", "-.2688", "-.9216"}), "0.01"));
  CHECK(result.conclusion.proof == Proof::certified);
  const NeuronAlignment& neuron = result.neurons.front();
  REQUIRE(neuron.events.size() == 1);
  CHECK(neuron.events[0].kind == EventKind::sliding_entry);
  CHECK(neuron.events[0].row == 2);
  CHECK(neuron.events[0].window.contains(decimal("1.925967892503709186078")));
  CHECK(neuron.nonbranching.proof == Proof::certified);
  CHECK(neuron.for_all_time);
  CHECK(neuron.limit.kinks == std::vector<int>{2});
  REQUIRE(neuron.limit.multipliers.size() == 1);
  CHECK(neuron.limit.multipliers.front().contains((Interval(16) / 219).midpoint()));
  CHECK(neuron.limit.multipliers.front().width() < 1e-14);
  // The direction of the input weights.
  CHECK((neuron.limit.box[1] * sqrt(Interval(2))).contains(0.3511234415883916918));
  CHECK((neuron.limit.box[2] * sqrt(Interval(2))).contains(-0.9363291775690445115));
}

TEST_CASE("two layers, a flow that slides for ever on two kinks") {
  // The drive (.3, .4, 1) less 1 from each coordinate that is positive: shares .3 and .4, (0, 0, 1)
  // along both planes.
  const AlignmentProof result = align({parse_network("relu"),
                                       parse_csv("1,0,0,-1\n0,1,0,-1\n.3,.4,1,1\n", "three rows"),
                                       {},
                                       {weights({"1", ".1", ".2", ".5"})},
                                       decimal("0.01")});
  CHECK(result.conclusion.proof == Proof::certified);
  const NeuronAlignment& neuron = result.neurons.front();
  CHECK(neuron.for_all_time);
  CHECK(neuron.turns_to_limit.proof == Proof::certified);
  const LimitDirection& limit = neuron.limit;
  CHECK(limit.kinks == std::vector<int>{0, 1});
  REQUIRE(limit.multipliers.size() == 2);
  CHECK(limit.multipliers[0].contains(0.3));
  CHECK(limit.multipliers[1].contains(0.4));
  CHECK(limit.objective.contains(0.5));
  CHECK(limit.box[1].magnitude() < 1e-15);
  CHECK(limit.box[2].magnitude() < 1e-15);
  CHECK(limit.box[3].contains(std::sqrt(0.5)));
}

TEST_CASE("two layers, a crossing that drives apart while sliding") {
  // u slides on the hyperplane of row 0 from t = 11.588 on and crosses that of row 2 at 12.332,
  // beyond which it is driven on.
  const AlignmentProof result =
      align({parse_network("relu"),
             parse_csv(".12,.42,1.07,-1\n-.26,-.71,.52,1\n-1.25,.49,.82,1\n", "three rows"),
             {LossKind::logistic, false},
             {weights({"-.54", ".83", "-1.34", "-.39"})},
             decimal("0.1")});
  CHECK(result.conclusion.proof == Proof::certified);
  const std::vector<NeuronEvent>& events = result.neurons.front().events;
  REQUIRE(events.size() == 2);
  CHECK(events[1].kind == EventKind::crossing);
  CHECK(events[1].row == 2);
}

TEST_CASE("several neurons: Corollary 5.4.1") {
  AlignmentProblem problem = one_neuron("0.1");
  problem.neurons.clear();
  // Angles 0.1, 1.2, 2.3, 4: towards 0, 0, pi and pi.
  for (const double angle : {0.1, 1.2, 2.3, 4.0}) {
    problem.neurons.push_back({std::cos(angle), std::sin(angle)});
  }
  const AlignmentProof result = align(problem);
  CHECK(result.conclusion.proof == Proof::certified);
  CHECK(result.eta.contains(0.25));
  CHECK(std::isfinite(result.ln_delta_bar));
  REQUIRE(result.neurons.size() == 4);
  CHECK(result.neurons[1].limit.box[0].contains(1));
  CHECK(result.neurons[2].limit.box[0].contains(-1));
  CHECK(result.alignment.lower() >= result.bound.upper());
}

TEST_CASE("five coupled two-layer neurons, one of which slides for ever") {
  AlignmentProblem problem = two_layers(weights({"-.8", ".168", ".576"}), "0.01");
  for (const auto& row : {weights({".6", ".3", "-.2"}), weights({".28", "-.2688", "-.9216"}),
                          weights({".5", ".4", ".2"}), weights({"-.4", ".1", "-.3"})}) {
    problem.neurons.push_back(row);
  }
  const AlignmentProof result = align(problem);
  CHECK(result.conclusion.proof == Proof::certified);
  CHECK(std::isfinite(result.ln_delta_bar));
  CHECK(result.neurons.size() == 5);
  CHECK(result.neurons[2].limit.kinks == std::vector<int>{2});
  for (const NeuronAlignment& neuron : result.neurons) CHECK(neuron.for_all_time);
}

TEST_CASE("a start beside an unstable direction") {
  // u1' = 2 u1, u2' = u2 in the first quadrant: (0, 1) is a KKT point, from beside which the
  // direction goes to (1, 0).
  AlignmentProblem problem{parse_network("squared-relu"),
                           parse_csv("1,0,1\n0,1,0.5\n", "two rows"),
                           {},
                           {{decimal("0.000000000001"), 1}},
                           decimal("0.1")};
  const AlignmentProof result = align(problem);
  CHECK(result.conclusion.proof == Proof::certified);
  CHECK(result.neurons.front().limit.box[0].contains(1));
  CHECK(result.neurons.front().turns_to_limit.proof == Proof::certified);
  // u1/u2 = 1e-12 e^t, and u1/|u| = 0.9 at u1/u2 = 0.9 / sqrt(0.19).
  CHECK(result.T_bar.contains(std::log(0.9 / std::sqrt(0.19) * 1e12)));
  // Exactly on it nothing else is near, but that it stays is not proved.
  problem.neurons = {{0, 1}};
  const AlignmentProof unstable = align(problem);
  CHECK(unstable.neurons.front().turns_to_limit.proof == Proof::undecided);
}

TEST_CASE("a long time until alignment") {
  // The bounds of Gronwall's inequality overflow, and C^(-1) is less than any double.
  const AlignmentProblem problem{
      parse_network("squared-relu"),
      parse_csv("-1.2,-0.2,1\n-0.9,0.3,1\n-0.3,0.2,-1\n1.0,-0.5,-1\n-1.1,-1.2,-1\n", "five rows"),
      {LossKind::logistic, false},
      {{decimal("0.96"), decimal("-0.32")}},
      decimal("0.05")};
  const AlignmentProof result = align(problem);
  CHECK(result.conclusion.proof == Proof::certified);
  CHECK(result.which == AlignmentCase::vanishing);
  CHECK(result.ln_C.lower() > 1000);
  CHECK(result.ln_delta_bar <= (-result.ln_C / 2).lower());
}

TEST_CASE("a direction that turns slowly while the norm grows fast") {
  // u_k' = q_k v_k, v_k' = q_k u_k with q = sum y_i x_i = (0.927577, -0.899438): hyperbolic motions
  // that grow nearly alike. (u_1 + v_1) / sqrt 2 = 0.95 |(u, v)| at the time below, by the closed
  // form in 30 digits; the norm grows to 4.6e18 until then.
  const AlignmentProblem problem{
      parse_network("diagonal"),
      parse_csv("-0.887,0.998,-0.078\n0.194,0.253,1.226\n-0.074,0.122,-0.925\n0.521,0.098,0.149\n"
                "-0.247,0.866,-0.804\n-0.836,1.022,-0.33\n",
                "six rows"),
      {},
      {{decimal("0.343"), decimal("-0.872"), decimal("0.516"), decimal("0.182")}},
      decimal("0.05")};
  const AlignmentProof result = align(problem);
  CHECK(result.conclusion.proof == Proof::certified);
  CHECK(result.neurons.front().turns_to_limit.proof == Proof::certified);
  CHECK(result.T_bar.contains(46.8117901566747046));
  CHECK(result.T_bar.width() < 1e-10);
}

TEST_CASE("the logistic loss, and a diagonal network") {
  AlignmentProblem problem{parse_network("squared-relu"),
                           parse_csv("1,0,1\n0.6,0.8,-1\n", "two rows"),
                           {LossKind::logistic, false},
                           {{1, 0}},
                           decimal("0.05")};
  const AlignmentProof logistic = align(problem);
  CHECK(logistic.conclusion.proof == Proof::certified);
  problem.network = parse_network("diagonal");
  problem.loss = {};
  problem.neurons = {{decimal("0.6"), 0, decimal("0.64"), decimal("0.48")}};
  const AlignmentProof diagonal = align(problem);
  CHECK(diagonal.conclusion.proof == Proof::certified);
  CHECK(diagonal.neurons.front().for_all_time);
}

TEST_CASE("bad instances") {
  const auto message = [](const AlignmentProblem& problem) -> std::string {
    try {
      align(problem);
    } catch (const Error& error) {
      return error.what();
    }
    return "none";
  };
  AlignmentProblem problem = one_neuron("0.5");
  CHECK(message(problem).find("less than eta") != std::string::npos);
  CHECK(message(problem).find("0.5") != std::string::npos);
  problem.neurons = {{0, 0}};
  CHECK(message(problem).find("zero") != std::string::npos);
  problem.neurons = {{1, 0, 0}};
  CHECK(message(problem).find("3 weights, expected 2") != std::string::npos);
  problem.neurons = {};
  CHECK_THROWS_AS(align(problem), Error);
  problem = one_neuron("-0.1");
  CHECK_THROWS_AS(align(problem), Error);
  problem = one_neuron("0.1");
  problem.loss.kind = LossKind::logistic;
  CHECK(message(problem).find("-1 or 1") != std::string::npos);
}
