#include "filippov/network/training_field.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <random>
#include <string>
#include <vector>

#include "filippov/arithmetic/error.hpp"

using namespace filippov;

namespace {

std::vector<double> random_vector(std::mt19937& generator, int size) {
  std::normal_distribution<double> normal;
  std::vector<double> x(static_cast<std::size_t>(size));
  for (double& entry : x) entry = normal(generator);
  return x;
}

/// n random examples in R^d with labels of both signs, +-1 where asked for.
DataSet random_examples(std::mt19937& generator, int n, int d, bool signs) {
  std::vector<Interval> inputs;
  std::vector<Interval> labels;
  for (const double x : random_vector(generator, n * d)) inputs.emplace_back(x);
  for (const double y : random_vector(generator, n))
    labels.emplace_back(signs ? (y > 0 ? 1 : -1) : y);
  return DataSet(d, std::move(inputs), std::move(labels));
}

struct Case {
  const char* network;
  Loss loss;
};

const Case cases[] = {
    {"squared-relu:5", {}},
    {"leaky-squared-relu:0.25:3-2", {LossKind::square, true}},
    {"squared-relu:3-4", {LossKind::logistic, false}},
    {"relu:6", {}},
    {"leaky-relu:0.1:4", {LossKind::logistic, true}},
    {"diagonal", {LossKind::square, true}},
    {"diagonal", {LossKind::logistic, false}},
};

std::vector<double> velocity(const TrainingField& field, const std::vector<double>& s) {
  std::vector<double> f(s.size());
  field.velocity(s, f);
  return f;
}

}  // namespace

TEST_CASE("the velocity is minus the gradient of the loss") {
  std::mt19937 generator(1);
  for (const Case& c : cases) {
    CAPTURE(c.network);
    const DataSet data = random_examples(generator, 40, 3, c.loss.kind == LossKind::logistic);
    const TrainingField field(parse_network(c.network), data, c.loss);
    std::vector<double> w = random_vector(generator, field.dimension());
    for (double& x : w) x *= 0.3;
    const std::vector<double> f = velocity(field, w);
    for (std::size_t k = 0; k < w.size(); ++k) {
      constexpr double h = 1e-6;
      std::vector<double> shifted = w;
      shifted[k] += h;
      const double up = field.loss(shifted);
      shifted[k] -= 2 * h;
      const double slope = (up - field.loss(shifted)) / (2 * h);
      CHECK(f[k] == doctest::Approx(-slope).epsilon(1e-5).scale(1));
    }
  }
}

TEST_CASE("outputs are those of the neurons, enclosed") {
  std::mt19937 generator(2);
  for (const Case& c : cases) {
    CAPTURE(c.network);
    const DataSet data = random_examples(generator, 70, 4, c.loss.kind == LossKind::logistic);
    const TrainingField field(parse_network(c.network), data, c.loss);
    const std::vector<double> w = random_vector(generator, field.dimension());
    std::vector<Interval> sum(70, Interval(0));
    for (int k = 0; k < field.neurons(); ++k) {
      const auto size = static_cast<std::size_t>(field.neuron_size());
      std::vector<Interval> neuron;
      for (std::size_t i = 0; i < size; ++i) {
        neuron.emplace_back(w[static_cast<std::size_t>(k) * size + i]);
      }
      const std::vector<Interval> output = neuron_output(field.network(), data, neuron);
      for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += field.sign(k) * output[i];
    }
    const Eigen::VectorXd z = field.outputs(w);
    for (std::size_t i = 0; i < sum.size(); ++i) {
      const double here = z[static_cast<Eigen::Index>(i)];
      CHECK(std::abs(here - sum[i].midpoint()) <= 1e-13 * (1 + std::abs(here)));
    }
  }
}

TEST_CASE("two-homogeneous: in scaled weights the flow is the same") {
  std::mt19937 generator(3);
  for (const Case& c : cases) {
    CAPTURE(c.network);
    const DataSet data = random_examples(generator, 30, 3, c.loss.kind == LossKind::logistic);
    const Network network = parse_network(c.network);
    const TrainingField plain(network, data, c.loss);
    const std::vector<double> w = random_vector(generator, plain.dimension());
    const std::vector<double> f = velocity(plain, w);
    // 2^-1000 and its inverse are exact, and so is what they are multiplied with.
    for (const int exponent : {-3, -400, -1000}) {
      CAPTURE(exponent);
      const TrainingField scaled(network, data, c.loss, std::ldexp(1, exponent));
      std::vector<double> s = w;
      for (double& x : s) x = std::ldexp(x, -exponent);
      const std::vector<double> g = velocity(scaled, s);
      for (std::size_t k = 0; k < s.size(); ++k) {
        CHECK(std::ldexp(g[k], exponent) == doctest::Approx(f[k]).epsilon(1e-13));
      }
      CHECK(scaled.loss(s) == doctest::Approx(plain.loss(w)).epsilon(1e-14));
    }
    // The flow of the neural correlation function is of degree one.
    const TrainingField limit(network, data, c.loss, 0);
    const std::vector<double> g = velocity(limit, w);
    std::vector<double> twice = w;
    for (double& x : twice) x *= 2;
    const std::vector<double> g2 = velocity(limit, twice);
    const std::vector<double> tiny = velocity(TrainingField(network, data, c.loss, 1e-300), w);
    for (std::size_t k = 0; k < w.size(); ++k) {
      CHECK(g2[k] == 2 * g[k]);
      CHECK(tiny[k] == g[k]);
    }
  }
}

TEST_CASE("Euler's identity: s.s' is twice the correlation") {
  std::mt19937 generator(4);
  for (const Case& c : cases) {
    CAPTURE(c.network);
    const DataSet data = random_examples(generator, 30, 3, c.loss.kind == LossKind::logistic);
    const TrainingField field(parse_network(c.network), data, c.loss);
    const std::vector<double> s = random_vector(generator, field.dimension());
    const std::vector<double> f = velocity(field, s);
    double product = 0;
    for (std::size_t k = 0; k < s.size(); ++k) product += s[k] * f[k];
    const Eigen::VectorXd z = field.outputs(s);
    CHECK(product == doctest::Approx(2 * z.dot(field.residuals(z))).epsilon(1e-12));
  }
}

TEST_CASE("blocks of examples make no difference") {
  // With 5000 neurons a block has 16 examples, the last one less.
  std::mt19937 generator(5);
  const DataSet data = random_examples(generator, 41, 3, false);
  const TrainingField field(parse_network("relu:5000"), data, {});
  const std::vector<double> w = random_vector(generator, field.dimension());
  const std::vector<double> f = velocity(field, w);
  const Eigen::Map<const Eigen::MatrixXd> weights(w.data(), 4, 5000);
  const Eigen::MatrixXd z = field.inputs().transpose() * weights.bottomRows(3);
  const Eigen::VectorXd r = field.labels() - z.cwiseMax(0) * weights.row(0).transpose();
  for (const Eigen::Index k : {0, 1, 4999}) {
    const Eigen::VectorXd on = (z.col(k).array() > 0).cast<double>();
    const Eigen::VectorXd u = field.inputs() * (weights(0, k) * r.cwiseProduct(on));
    CHECK(f[static_cast<std::size_t>(4 * k)] ==
          doctest::Approx(r.dot(z.col(k).cwiseMax(0))).epsilon(1e-10));
    for (Eigen::Index i = 0; i < 3; ++i) {
      CHECK(f[static_cast<std::size_t>(4 * k + 1 + i)] == doctest::Approx(u[i]).epsilon(1e-10));
    }
  }
}

TEST_CASE("a scale that makes no sense is refused") {
  const DataSet data(1, {1}, {1});
  for (const double delta : {-1.0, std::nan(""), HUGE_VAL}) {
    CHECK_THROWS_AS(TrainingField(parse_network("relu"), data, {}, delta), Error);
  }
  const DataSet labels(1, {1}, {2});
  CHECK_THROWS_AS(TrainingField(parse_network("relu"), labels, {LossKind::logistic}), Error);
}
