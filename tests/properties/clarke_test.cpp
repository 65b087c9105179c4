#include "filippov/inclusion/clarke.hpp"

#include <doctest/doctest.h>

#include <random>

#include "filippov/geometry/polytope.hpp"
#include "filippov/solver/classify.hpp"

using namespace filippov;

namespace {

/// Random two-homogeneous piecewise smooth functions in 2 or 3 variables: sums of products of
/// linear forms l with |l|, max(l, l'), relu, and of nested absolute values.
class RandomFunctions {
 public:
  explicit RandomFunctions(unsigned seed) : engine_(seed) {}

  int integer(int from, int to) { return std::uniform_int_distribution<int>(from, to)(engine_); }
  double normal() { return std::normal_distribution<double>()(engine_); }

  Function function(int dimension) {
    return Function(dimension, [&](const auto& x) {
      Expression sum = form(x) * nonsmooth(x);
      for (int term = integer(0, 2); term > 0; --term) sum += form(x) * nonsmooth(x);
      return sum;
    });
  }

 private:
  /// Small integer coefficients, so that parallel and dependent surfaces are common.
  Expression form(const std::vector<Expression>& x) {
    Expression sum = x[static_cast<std::size_t>(integer(0, static_cast<int>(x.size()) - 1))];
    for (const Expression& coordinate : x) sum += integer(-2, 2) * coordinate;
    return sum;
  }
  Expression nonsmooth(const std::vector<Expression>& x) {
    switch (integer(0, 4)) {
      case 0:
        return abs(form(x));
      case 1:
        return max(form(x), form(x));
      case 2:
        return relu(form(x));
      case 3:
        return leaky_relu(0.25, form(x));
      default:
        return abs(abs(form(x)) - abs(form(x)));
    }
  }

  std::mt19937 engine_;
};

/// A point on some surfaces of f, small integers: 0, or on an axis, or anywhere.
std::vector<double> lattice_point(RandomFunctions& random, int dimension) {
  std::vector<double> x;
  for (int i = 0; i < dimension; ++i) x.push_back(random.integer(-1, 1));
  return x;
}

}  // namespace

TEST_CASE("the Clarke subdifferential is the hull of the gradients nearby") {
  RandomFunctions random(20260401);
  constexpr int functions = 10000;
  constexpr int samples = 1500;
  constexpr int tested = 40;
  for (int k = 0; k < functions; ++k) {
    const int dimension = random.integer(2, 3);
    const Function f = random.function(dimension);
    const FilippovMap flow = ascent(f);
    const std::vector<double> x = lattice_point(random, dimension);
    const Classification c = classify(flow, x);
    if (c.active.size() > 6) continue;
    CAPTURE(f.text());
    CAPTURE(k);
    const double scale = 1 + c.vertices.cwiseAbs().maxCoeff();
    const Polytope hull(c.vertices);
    // Every gradient nearby is in the hull, up to the distance it was sampled at.
    constexpr double radius = 1e-7;
    Eigen::MatrixXd sampled(dimension, samples);
    std::vector<double> y(x.size());
    Signature signs(static_cast<std::size_t>(flow.switch_count()), 0);
    for (int s = 0; s < samples; ++s) {
      for (std::size_t i = 0; i < y.size(); ++i) y[i] = x[i] + radius * random.normal();
      double* const column = sampled.col(s).data();
      flow.selection(0, y, signs, {column, y.size()});
      if (s < tested) CHECK(hull.contains(sampled.col(s)).distance < 1e-4 * scale);
    }
    // Euler's identity (paper, Lemma B.1): <s, x> = 2 f(x) at every vertex.
    const double twice = 2 * f(x);
    for (Eigen::Index v = 0; v < c.vertices.cols(); ++v) {
      double product = 0;
      for (int i = 0; i < dimension; ++i) {
        product += c.vertices(i, v) * x[static_cast<std::size_t>(i)];
      }
      CHECK(product == doctest::Approx(twice).epsilon(1e-10).scale(scale));
    }
    // Every vertex is the gradient of a cell that touches x, so the samples come near it.
    const Polytope nearby(sampled);
    for (Eigen::Index v = 0; v < c.vertices.cols(); ++v) {
      CHECK(nearby.contains(c.vertices.col(v)).distance < 1e-4 * scale);
    }
  }
}
