#include "filippov/network/deep_flow.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <random>

#include "filippov/arithmetic/error.hpp"
#include "filippov/inclusion/clarke.hpp"
#include "filippov/network/training_flow.hpp"

using namespace filippov;

namespace {

Eigen::MatrixXd random_matrix(std::mt19937& generator, int rows, int columns) {
  std::normal_distribution<double> normal;
  return Eigen::MatrixXd::NullaryExpr(rows, columns, [&] { return normal(generator); });
}

std::vector<double> random_weights(std::mt19937& generator, int size) {
  const Eigen::MatrixXd m = random_matrix(generator, size, 1);
  return {m.data(), m.data() + m.size()};
}

DataSet random_examples(std::mt19937& generator, int n, int d) {
  std::vector<Interval> inputs;
  std::vector<Interval> labels;
  for (const double x : random_weights(generator, n * d)) inputs.emplace_back(x);
  for (const double y : random_weights(generator, n)) labels.emplace_back(y);
  return DataSet(d, std::move(inputs), std::move(labels));
}

DeepNetwork random_network(std::mt19937& generator, int first, int second, double leak) {
  return {{random_matrix(generator, 4, 3), random_matrix(generator, 3, 4),
           random_matrix(generator, 5, 3), random_matrix(generator, 1, 5)},
          first,
          second,
          leak};
}

Signature signs_at(const Inclusion& flow, const std::vector<double>& s) {
  Signature signs(static_cast<std::size_t>(flow.switch_count()), 1);
  for (std::size_t j = 0; j < signs.size(); ++j) {
    signs[j] = flow.switching(static_cast<int>(j), 0, s, signs) > 0 ? 1 : -1;
  }
  return signs;
}

Eigen::VectorXd velocity(const Inclusion& flow, const std::vector<double>& s) {
  Eigen::VectorXd f(flow.dimension());
  flow.selection(0, s, signs_at(flow, s), {f.data(), s.size()});
  return f;
}

}  // namespace

TEST_CASE(
    "every choice of two layers: two-homogeneous, the velocity a gradient, Euler's identity") {
  std::mt19937 generator(3);
  const DataSet data = random_examples(generator, 6, 3);
  for (int first = 0; first < 4; ++first) {
    for (int second = first + 1; second < 4; ++second) {
      CAPTURE(first);
      CAPTURE(second);
      const DeepFlow flow(random_network(generator, first, second, 0.25), data, {}, 0);
      const Eigen::VectorXd z = flow.residuals(Eigen::VectorXd::Zero(6));
      std::vector<double> s = random_weights(generator, flow.dimension());
      const Eigen::VectorXd f = velocity(flow, s);
      const double value = flow.combination(z, s);
      std::vector<double> longer = s;
      for (double& entry : longer) entry *= 3;
      CHECK(flow.combination(z, longer) == doctest::Approx(9 * value));
      CHECK(f.dot(Eigen::Map<Eigen::VectorXd>(s.data(), f.size())) == doctest::Approx(2 * value));
      for (int k = 0; k < flow.dimension(); ++k) {
        constexpr double h = 1e-6;
        std::vector<double> right = s;
        std::vector<double> left = s;
        right[static_cast<std::size_t>(k)] += h;
        left[static_cast<std::size_t>(k)] -= h;
        const double slope = (flow.combination(z, right) - flow.combination(z, left)) / (2 * h);
        CHECK(f(k) == doctest::Approx(slope).epsilon(1e-6));
      }
    }
  }
}

TEST_CASE("the surfaces' gradients, and agreement with the recorded function") {
  std::mt19937 generator(4);
  const DataSet data = random_examples(generator, 4, 3);
  const DeepNetwork network = random_network(generator, 1, 3, 0.5);
  const DeepFlow flow(network, data, {}, 0);
  CHECK(flow.switch_count() == 4 * (3 + 5));
  CHECK(flow.surface_name(0) == "z2.1(x1)");
  CHECK(flow.surface_name(4 * 3 + 5) == "z3.1(x2)");
  CHECK_FALSE(flow.depends_on_signs(11));
  CHECK(flow.depends_on_signs(12));
  const std::vector<double> s = random_weights(generator, flow.dimension());
  const Signature signs = signs_at(flow, s);
  for (const int j : {0, 7, 13, 30}) {
    const Eigen::VectorXd gradient = flow.switching_gradient(j, 0, s, signs).x;
    const Eigen::VectorXd by_differences = flow.Inclusion::switching_gradient(j, 0, s, signs).x;
    CHECK((gradient - by_differences).norm() <= 1e-6 * (1 + gradient.norm()));
  }
  const Function recorded = correlation_function(network, data);
  const Eigen::VectorXd z = flow.residuals(Eigen::VectorXd::Zero(4));
  CHECK(recorded(s) == doctest::Approx(flow.combination(z, s)));
  const FilippovMap map = ascent(recorded);
  CHECK((velocity(map, s) - velocity(flow, s)).norm() <= 1e-12 * velocity(flow, s).norm());
}

TEST_CASE("with two layers it is the two-layer network") {
  std::mt19937 generator(5);
  const DataSet data = random_examples(generator, 10, 3);
  const Loss mean{.mean = true};
  const DeepNetwork network{
      {random_matrix(generator, 2, 3), random_matrix(generator, 1, 2)}, 0, 1, 0.1};
  const DeepFlow deep(network, data, mean, 0.5);
  const TrainingField field(parse_network("leaky-relu:0.1:2"), data, mean, 0.5);
  const std::vector<double> s = random_weights(generator, 8);  // W (2 x 3), then v
  const std::vector<double> t{s[6], s[0], s[2], s[4], s[7], s[1], s[3], s[5]};
  CHECK((deep.outputs(s) - field.outputs(t)).norm() <= 1e-14);
  std::vector<double> expected(8);
  field.velocity(t, expected);
  const Eigen::VectorXd f = velocity(deep, s);
  const int place[] = {6, 0, 2, 4, 7, 1, 3, 5};
  for (std::size_t k = 0; k < 8; ++k) CHECK(f(place[k]) == doctest::Approx(expected[k]));
}

TEST_CASE("columns of the signs of one layer are affine, those of two layers are not") {
  std::mt19937 generator(6);
  const DataSet data = random_examples(generator, 2, 3);
  const DeepFlow flow(random_network(generator, 0, 2, 0), data, {}, 0);
  // All weights of the first layer zero: every neuron of it is on its surface.
  std::vector<double> s = random_weights(generator, flow.dimension());
  std::fill(s.begin(), s.begin() + 12, 0.0);
  Signature signs(static_cast<std::size_t>(flow.switch_count()), 1);
  const std::vector<int> layer{0, 1, 2, 3, 4, 5, 6, 7};
  const auto columns = flow.affine_columns(layer, 0, s, signs);
  REQUIRE(columns);
  Eigen::VectorXd all_on(flow.dimension());
  flow.selection(0, s, signs, {all_on.data(), s.size()});
  for (const int j : {1, 2, 6}) signs[static_cast<std::size_t>(j)] = -1;
  Eigen::VectorXd mixed(flow.dimension());
  flow.selection(0, s, signs, {mixed.data(), s.size()});
  for (const std::size_t j : {1U, 2U, 6U}) {
    for (const auto& [k, value] : (*columns)[j]) all_on(k) -= 2 * value;
  }
  CHECK((all_on - mixed).norm() <= 1e-12 * (1 + mixed.norm()));
  CHECK_FALSE(flow.affine_columns(std::vector<int>{0, 8}, 0, s, signs));
  CHECK(flow.affine_columns(std::vector<int>{0, 8 + 3}, 0, s, signs));  // another example
}

TEST_CASE("networks that make no sense are refused") {
  std::mt19937 generator(7);
  const DataSet data = random_examples(generator, 2, 3);
  const auto refused = [&](int first, int second, double leak) {
    CHECK_THROWS_AS(DeepFlow(random_network(generator, first, second, leak), data), Error);
  };
  refused(1, 1, 0);
  refused(2, 1, 0);
  refused(0, 4, 0);
  refused(0, 1, 1.5);
  DeepNetwork network = random_network(generator, 0, 1, 0);
  network.layers[2] = random_matrix(generator, 5, 4);
  CHECK_THROWS_WITH_AS(DeepFlow(network, data), doctest::Contains("layer 2"), Error);
  CHECK_THROWS_AS(DeepFlow(random_network(generator, 0, 1, 0), data, {}, -1), Error);
  CHECK_THROWS_AS(DeepFlow(random_network(generator, 0, 1, 0), random_examples(generator, 2, 4)),
                  Error);
}
