#include "network_checker/perturbed_neuron.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <vector>

#include "filippov/inclusion/clarke.hpp"
#include "filippov/network/correlation.hpp"
#include "filippov/solver/solve.hpp"

using namespace filippov;

using network_checker::PerturbedNeuron;
using network_checker::Problem;

namespace {

/// Rows of d inputs and a label, entries with three decimals.
std::vector<std::vector<std::string>> random_rows(std::mt19937& random, int d, int n) {
  std::uniform_int_distribution<int> thousandths(-1500, 1500);
  std::vector<std::vector<std::string>> rows;
  for (int i = 0; i < n; ++i) {
    rows.emplace_back();
    for (int k = 0; k <= d; ++k) {
      rows.back().push_back(std::to_string(thousandths(random) / 1000.0).substr(0, 6));
    }
  }
  return rows;
}

nlohmann::json problem_json(const std::vector<std::vector<std::string>>& rows, int d,
                            const std::string& leak) {
  return {{"network", {{"kind", "two_layer"}, {"leak", leak}}},
          {"loss", "square"},
          {"mean", false},
          {"standardize", false},
          {"normalize_rows", false},
          {"features", d},
          {"rows", rows}};
}

}  // namespace

// All labels differ by `shift`: with `error` the checker knows that they may.
TEST_CASE("the checker's flow of one neuron of two layers holds what the solver finds") {
  std::mt19937 random(20261127);
  std::uniform_int_distribution<int> thousandths(-1000, 1000);
  int followed = 0;
  int slid = 0;
  int left = 0;
  for (int instance = 0; instance < 600; ++instance) {
    CAPTURE(instance);
    const int d = instance % 2 + 2;
    const int n = 3 + instance % 6;
    const std::string leak = instance % 3 == 0 ? "0" : "0.25";
    const double shift = instance % 4 == 0 ? 1e-6 : 0;
    const std::vector<std::vector<std::string>> rows = random_rows(random, d, n);
    const nlohmann::json json = problem_json(rows, d, leak);
    const Problem problem(checker::Value{json, "problem"});
    std::vector<Interval> inputs;
    std::vector<Interval> labels;
    double error = 0;
    for (const checker::Box& x : problem.x) {
      for (const checker::Range& entry : x) inputs.emplace_back(entry.lower(), entry.upper());
      error += 1.001 * shift * network_checker::root(network_checker::scalar_product(x, x)).upper();
    }
    for (const checker::Range& y : problem.y) labels.emplace_back(y.middle() + shift);
    std::vector<double> start;
    checker::Box from;
    for (int k = 0; k <= d; ++k) start.push_back(thousandths(random) / 1000.0);
    for (const double entry : start) from.emplace_back(entry);
    const Network network = parse_network(leak == "0" ? "relu" : "leaky-relu:" + leak);
    const FilippovMap map =
        ascent(correlation_function(network, DataSet(d, std::move(inputs), std::move(labels)), {}));
    const double time = 1.5;
    const Solution solution = solve(map, {.t1 = time, .x0 = start}, {.rtol = 1e-11, .atol = 1e-12});
    if (solution.status != Status::finished) continue;
    checker::Box end;
    try {
      end = PerturbedNeuron(problem, problem.z, error).end(from, time);
    } catch (const checker::Refusal&) {
      continue;
    }
    ++followed;
    for (const Event& event : solution.events) {
      slid += event.kind == EventKind::sliding_entry ? 1 : 0;
      left += event.kind == EventKind::sliding_exit ? 1 : 0;
    }
    for (std::size_t k = 0; k < end.size(); ++k) {
      CAPTURE(end[k].text());
      CHECK(end[k].upper() - end[k].lower() < (shift > 0 ? 1 : 1e-6));
      CHECK(solution.x[k] > end[k].lower() - 1e-8);
      CHECK(solution.x[k] < end[k].upper() + 1e-8);
    }
  }
  CHECK(followed > 500);
  CHECK(slid > 90);
  CHECK(left > 5);
}
