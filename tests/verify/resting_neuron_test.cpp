#include <doctest/doctest.h>

#include <cmath>
#include <string>

#include "decimal_weights.hpp"
#include "filippov/verify/alignment.hpp"

using namespace filippov;

namespace {

/// A neuron of two layers on rows that all pull u towards 0 when v < 0.
AlignmentProof pulled_back(const char* network, const std::string& rows,
                           std::initializer_list<const char*> start) {
  return align(
      {parse_network(network), parse_csv(rows, "rows"), {}, {weights(start)}, decimal("0.01")});
}

}  // namespace

TEST_CASE("a neuron that vanishes") {
  // u1' = -2 u1 on one example (1, 0) with the label -1, until |u| <= eps: from (1, 0) at ln(1/eps)
  // / 2.
  const AlignmentProblem problem{parse_network("squared-relu"),
                                 parse_csv("1,0,-1\n", "one row"),
                                 {},
                                 {{1, 0}},
                                 decimal("0.1")};
  const AlignmentProof result = align(problem);
  CHECK(result.conclusion.proof == Proof::certified);
  CHECK(result.which == AlignmentCase::vanishing);
  CHECK(result.T_bar.contains(std::log(10.0) / 2));
  CHECK(identical(result.eta, 1));
  CHECK(result.alignment.upper() <= 0.2);
}

TEST_CASE("a neuron that comes to rest at the edge of the set N = 0") {
  // u = (e^(-2 t), 1): aligned with (0, 1) to 0.1 once e^(-2 t) <= sqrt(1 / .81 - 1).
  const AlignmentProof one = align({parse_network("squared-relu"),
                                    parse_csv("1,0,-1\n", "one row"),
                                    {},
                                    {weights({"1", "1"})},
                                    decimal("0.1")});
  CHECK(one.conclusion.proof == Proof::certified);
  const NeuronAlignment& neuron = one.neurons.front();
  CHECK(neuron.turns_to_limit.proof == Proof::certified);
  CHECK(identical(neuron.limit.objective, 0));
  CHECK(neuron.limit.box[1].contains(1));
  CHECK(neuron.limit.rest.size() == 2);
  CHECK(std::abs(one.T_bar.midpoint() + 0.25 * std::log(1 / 0.81 - 1)) < 1e-8);
  CHECK(one.eta.contains(std::sqrt(0.125)));
  CHECK(one.eta.width() < 1e-8);
  // Two rows hold it back, a third that would push it is never active.
  const AlignmentProof two = align({parse_network("squared-relu"),
                                    parse_csv("1,.25,-1\n1,-.25,-1\n-1,-1,2\n", "rows"),
                                    {},
                                    {weights({"1", "0.8"})},
                                    decimal("0.05")});
  CHECK(two.conclusion.proof == Proof::certified);
  CHECK(two.neurons.front().limit.box[0].contains(-0.25 / std::sqrt(1.0625)));
  CHECK(two.neurons.front().limit.box[0].width() < 1e-8);
}

TEST_CASE("two layers, a neuron held back on its last hyperplane") {
  // v^2 - u^2 = c: u = sqrt(c) sinh(a - s), v = -sqrt(c) cosh(a - s), s = t; u is 0 at s = a, where
  // the row x = 1 is not active any more.
  const AlignmentProof line = pulled_back("relu", "1,1\n", {"-1", ".6"});
  CHECK(line.conclusion.proof == Proof::certified);
  const LimitDirection& limit = line.neurons.front().limit;
  CHECK(identical(limit.objective, 0));
  CHECK(limit.box[0].contains(-1));
  CHECK(limit.box[1].contains(0));
  CHECK(limit.box[1].width() < 1e-8);
  CHECK(line.neurons.front().for_all_time);
  // |w| falls from sqrt(1.36) to .8.
  CHECK(line.eta.contains(0.4 / std::sqrt(1.36)));
  CHECK(line.eta.width() < 1e-8);
  // tanh(a - T_bar) = tan(angle), cos(angle) = 1 - eps; tanh a = .6.
  const double angle = std::acos(0.99);
  const double time = std::atanh(0.6) - std::atanh(std::tan(angle));
  CHECK(std::abs(line.T_bar.midpoint() - time) < 1e-8);

  // Three rows (8, i): the last hyperplane met is 8 u1 - u2 = 0, which is not u = 0.
  const AlignmentProof plane = pulled_back("relu", "8,1,1\n8,2,1\n8,-1,1\n", {"-1", ".9", ".1"});
  CHECK(plane.conclusion.proof == Proof::certified);
  const NeuronAlignment& neuron = plane.neurons.front();
  CHECK(neuron.for_all_time);
  CHECK(neuron.turns_to_limit.proof == Proof::certified);
  CHECK(identical(neuron.limit.objective, 0));
  // Not beyond any hyperplane, to rounding errors on the last one met.
  const std::vector<Interval>& w = neuron.limit.box;
  const Interval last = max(8 * w[1] + 2 * w[2], 8 * w[1] - w[2]);
  CHECK(last.contains(0));
  CHECK(last.width() < 1e-8);
}

TEST_CASE("two layers, input weights that come to 0") {
  // v < 0: u1' = -|v| sign u1, u2' the same; u2 = .1 is 0 first.
  const std::string axes = "1,0,1\n-1,0,1\n0,1,1\n0,-1,1\n";
  const AlignmentProof result = pulled_back("relu", axes, {"-1", ".5", ".1"});
  CHECK(result.conclusion.proof == Proof::certified);
  const NeuronAlignment& neuron = result.neurons.front();
  CHECK(identical(neuron.limit.objective, 0));
  CHECK(neuron.limit.box[0].contains(-1));
  CHECK(neuron.limit.box[1].width() < 1e-8);
  CHECK(neuron.for_all_time);
  // v^2 - |u|^2 = .74 is conserved.
  CHECK(result.eta.contains(0.5 * std::sqrt(0.74 / 1.26)));
  // One row drives u away: it is outweighed in every direction, which is proved on the circle.
  const AlignmentProof outweighed = pulled_back(
      "leaky-relu:.25", "1,.2,1\n-1,.1,1\n.1,1,.5\n.2,-1,.5\n.5,.5,-.25\n", {"-1", ".5", ".3"});
  CHECK(outweighed.conclusion.proof == Proof::certified);
  CHECK(identical(outweighed.neurons.front().limit.box[0], -1));
  CHECK(identical(outweighed.neurons.front().limit.box[1], 0));
  CHECK(outweighed.neurons.front().for_all_time);
  CHECK(outweighed.neurons.front().limit.around.size() == 3);
  // Where it is not, other solutions leave u = 0.
  const AlignmentProof branching = pulled_back("relu", axes + "1,1,-3\n", {"-1", "-.5", "-.1"});
  CHECK(branching.conclusion.proof != Proof::certified);
}

TEST_CASE("two layers, input weights that come to 0, where a cell of directions is at rest") {
  // v < 0: -v F(u) = max(0, u1 + u2) + max(0, u1 - u2) - max(0, u1) >= 0, and 0 where u1 <= -|u2|.
  // u slides on u1 = -u2, which the first row drives it from and the second and third to, to 0.
  const AlignmentProof result = pulled_back("relu", "1,1,1\n1,-1,1\n1,0,-1\n", {"-2", "1", "-1.2"});
  CHECK(result.conclusion.proof == Proof::certified);
  const NeuronAlignment& neuron = result.neurons.front();
  CHECK(identical(neuron.limit.objective, 0));
  CHECK(neuron.limit.box[1].contains(0));
  CHECK(neuron.for_all_time);
  REQUIRE(neuron.events.size() == 1);
  CHECK(neuron.events.front().kind == EventKind::sliding_entry);
  // Between two planes that doubles do not tell apart u may leave 0.
  const AlignmentProof between =
      pulled_back("relu", "1,1,1\n1,-1,1\n1,0,-1\n.1,.3,2\n.1,.30000000000000000000001,-1\n",
                  {"-2", "1", "-1.2"});
  CHECK(between.conclusion.proof != Proof::certified);
  CHECK(between.neurons.front().nonbranching.proof != Proof::certified);
  // v^2 - |u|^2 = 1.56
  CHECK(result.eta.contains(0.5 * std::sqrt(1.56 / 6.44)));
}

TEST_CASE("two layers, flows that branch where the weights vanish") {
  const auto refuted = [](const char* rows, std::initializer_list<const char*> start) {
    const AlignmentProof result = pulled_back("relu", rows, start);
    CHECK(result.conclusion.proof == Proof::undecided);
    CHECK(result.T_bar.upper() > 1e300);
    const Statement& branching = result.neurons.front().nonbranching;
    CHECK(branching.proof == Proof::refuted);
    return branching.reason;
  };
  // u slides on u2 = 0 to 0, from where it may leave between the first and third hyperplane, or the
  // second and fourth.
  CHECK(refuted("0,1,1\n1,-1,.5\n-.2,1,-3\n-.2,-1,-3\n", {"-.8", ".3", "0"})
            .ends_with("leave in several directions"));
  // The drive (-1, 0) along u2 = 0, with the share .3 of row 0: v' = -u1, u1' = -v from (1/2, 2): v
  // is 0 at u1 = sqrt(15)/2, where row 0 begins to drive u away.
  const char* const rows = "0,1,-1\n1,-.3,-1\n";
  const std::string reason = refuted(rows, {".5", "2", "0"});
  CHECK(reason.starts_with("v comes to 0 with u near (1.93649, "));
  // v > |u|: u comes to 0 first, and stays.
  const AlignmentProof rests = pulled_back("relu", rows, {"3", "2", "0"});
  CHECK(rests.conclusion.proof == Proof::certified);
  CHECK(rests.neurons.front().limit.box[0].contains(1));
}
