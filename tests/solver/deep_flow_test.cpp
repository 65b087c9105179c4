// Clarke's subdifferential of deep networks, and their flows, by what works for any inclusion.

#include "filippov/network/deep_flow.hpp"

#include <doctest/doctest.h>

#include "filippov/inclusion/clarke.hpp"
#include "filippov/solver/classify.hpp"
#include "filippov/solver/solve.hpp"

using namespace filippov;

namespace {

/// Weights on several surfaces at once, in two layers of the same example.
const DeepNetwork network{{(Eigen::MatrixXd(2, 2) << 1, 0, 0, 1).finished(),
                           (Eigen::MatrixXd(2, 2) << 1, -1, 0.5, 1).finished(),
                           (Eigen::MatrixXd(1, 2) << 1, -2).finished()},
                          0,
                          2,
                          0.25};
const DataSet& data() {
  static const DataSet set(2, {1, 0.5, -1, 1}, {1, -0.5});
  return set;
}
// x1: W_1 x1 = (0, 2); W_2 sigma = (-2, 2). x2: W_1 x2 = (-1.5, 1), W_2 sigma = (-1.375, 0.8125).
const std::vector<double> on_one{0.5, 1, -1, 2, 1, 1};
// x1: W_1 x1 = (1, 1): W_2 sigma = (0, 1.5): on the surface of the second layer.
const std::vector<double> on_second{1, 0.5, 0, 1, 1, 1};

}  // namespace

TEST_CASE("Euler's identity at every generator of the subdifferential of a deep network") {
  const DeepFlow flow(network, data(), {}, 0);
  const Eigen::VectorXd z = flow.residuals(Eigen::VectorXd::Zero(2));
  for (const std::vector<double>& s : {on_one, on_second, std::vector<double>(6, 0.0)}) {
    const Classification at = classify(flow, s);
    REQUIRE_FALSE(at.active.empty());
    const Eigen::Map<const Eigen::VectorXd> w(s.data(), 6);
    const double value = flow.combination(z, s);
    for (Eigen::Index k = 0; k < at.vertices.cols(); ++k) {
      CHECK(w.dot(at.vertices.col(k)) == doctest::Approx(2 * value).epsilon(1e-12));
    }
    for (Eigen::Index k = 0; k < at.generators.cols(); ++k) {
      CHECK(w.dot(at.generators.col(k)) == doctest::Approx(0).epsilon(1e-12));
    }
  }
}

TEST_CASE("the subdifferential and the flow are those of the recorded function") {
  const DeepFlow flow(network, data(), {}, 0);
  const FilippovMap recorded = ascent(correlation_function(network, data()));
  for (const std::vector<double>& s : {on_one, on_second}) {
    CHECK((classify(flow, s).minimum_norm - classify(recorded, s).minimum_norm).norm() <= 1e-12);
  }
  const std::vector<double> start{0.7, -0.2, 0.1, 0.9, 0.3, -0.4};
  const InitialValueProblem problem{.t1 = 0.8, .x0 = start};
  const Solution a = solve(flow, problem, {.rtol = 1e-10, .atol = 1e-12});
  const Solution b = solve(recorded, problem, {.rtol = 1e-10, .atol = 1e-12});
  REQUIRE(a.status == Status::finished);
  REQUIRE(b.status == Status::finished);
  for (std::size_t k = 0; k < start.size(); ++k) {
    CHECK(a.x[k] == doctest::Approx(b.x[k]).epsilon(1e-7));
  }
}
