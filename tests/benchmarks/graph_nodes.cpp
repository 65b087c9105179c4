// Cost of a node of the graph: value and gradient of recorded functions against the same formula
// compiled, with its gradient by hand.

#include <fmt/format.h>

#include <cmath>

#include "filippov/function/double_reading.hpp"
#include "filippov/function/function.hpp"
#include "measurement.hpp"

using namespace filippov;
using namespace filippov::benchmarks;

namespace {

using std::abs;
using std::sin;

double relu(double a) { return a > 0 ? a : 0; }

/// sum_i (1 - x_i)^2 + 100 (x_{i+1} - x_i^2)^2
struct Rosenbrock {
  static constexpr const char* name = "Rosenbrock";
  static constexpr int dimension = 40;
  template <class Vector>
  auto operator()(const Vector& x) const {
    auto sum = 0 * x[0];
    for (std::size_t i = 0; i + 1 < dimension; ++i) {
      const auto a = 1 - x[i];
      const auto b = x[i + 1] - x[i] * x[i];
      sum += a * a + 100 * (b * b);
    }
    return sum;
  }
  static void gradient(const double* x, double* g) {
    for (int i = 0; i < dimension; ++i) g[i] = 0;
    for (int i = 0; i + 1 < dimension; ++i) {
      const double b = x[i + 1] - x[i] * x[i];
      g[i] += -2 * (1 - x[i]) - 400 * b * x[i];
      g[i + 1] += 200 * b;
    }
  }
};

/// sum_k sigma(x . a_k)^2, sigma = relu: the neural correlation function of squared neurons.
struct Neurons {
  static constexpr const char* name = "squared ReLU";
  static constexpr int dimension = 10;
  static constexpr int count = 30;
  static double weight(int k, int i) { return std::cos(1.7 * k + 0.9 * i * i); }
  template <class Vector>
  auto operator()(const Vector& x) const {
    auto sum = 0 * x[0];
    for (int k = 0; k < count; ++k) {
      auto inner = weights[k][0] * x[0];
      for (std::size_t i = 1; i < dimension; ++i) inner += weights[k][i] * x[i];
      const auto active = relu(inner);
      sum += active * active;
    }
    return sum;
  }
  void gradient(const double* x, double* g) const {
    for (int i = 0; i < dimension; ++i) g[i] = 0;
    for (int k = 0; k < count; ++k) {
      double inner = 0;
      for (int i = 0; i < dimension; ++i) inner += weights[k][i] * x[i];
      const double active = 2 * relu(inner);
      for (int i = 0; i < dimension; ++i) g[i] += active * weights[k][i];
    }
  }
  double weights[count][dimension];
  Neurons() {
    for (int k = 0; k < count; ++k) {
      for (int i = 0; i < dimension; ++i) weights[k][i] = weight(k, i);
    }
  }
};

/// sum_i x_i sin(x_{i+1}) + |x_i - x_{i+1}|
struct Waves {
  static constexpr const char* name = "sines and moduli";
  static constexpr int dimension = 40;
  template <class Vector>
  auto operator()(const Vector& x) const {
    auto sum = 0 * x[0];
    for (std::size_t i = 0; i + 1 < dimension; ++i) {
      sum += x[i] * sin(x[i + 1]) + abs(x[i] - x[i + 1]);
    }
    return sum;
  }
  static void gradient(const double* x, double* g) {
    for (int i = 0; i < dimension; ++i) g[i] = 0;
    for (int i = 0; i + 1 < dimension; ++i) {
      const double s = x[i] > x[i + 1] ? 1 : -1;
      g[i] += std::sin(x[i + 1]) + s;
      g[i + 1] += x[i] * std::cos(x[i + 1]) - s;
    }
  }
};

/// Median time of a call among many that change one entry of x, so that none can be left out.
template <class Callable>
double nanoseconds(std::vector<double>& x, const Callable& call) {
  constexpr int calls = 2000;
  double sink = 0;
  const double seconds = median_seconds([&] {
    for (int k = 0; k < calls; ++k) {
      x[0] += 1e-9;
      sink += call();
    }
  });
  if (!std::isfinite(sink)) fmt::print("not finite\n");
  return 1e9 * seconds / calls;
}

template <class Formula>
void compare() {
  const Formula formula;
  const Function recorded(Formula::dimension, formula);
  std::vector<double> x;
  for (int i = 0; i < Formula::dimension; ++i) x.push_back(std::sin(1.3 * i));
  std::vector<double> g(x.size());

  DoubleReading value(Program(*recorded.graph(), Formula::dimension, std::vector{recorded.node()}));
  const NodeGradient derivative = recorded.graph()->gradient(recorded.node());
  std::vector<NodeId> outputs{recorded.node()};
  for (const auto& [coordinate, node] : derivative.entries) outputs.push_back(node);
  DoubleReading gradient(Program(*recorded.graph(), Formula::dimension, outputs));

  const auto print = [](const char* what, const DoubleReading& reading, double ours,
                        double native) {
    const auto nodes = reading.program().instructions().size();
    fmt::print(
        "  {:10} {:6} nodes {:9.1f} ns, {:5.2f} ns a node; native {:9.1f} ns; ratio {:.2f}\n", what,
        nodes, ours, ours / static_cast<double>(nodes), native, ours / native);
  };
  fmt::print("{}\n", Formula::name);
  const double native_value = nanoseconds(x, [&] { return formula(x); });
  const double our_value = nanoseconds(x, [&] {
    value.evaluate(0, x);
    return value.output(0);
  });
  print("value", value, our_value, native_value);
  const double native_gradient = nanoseconds(x, [&] {
    formula.gradient(x.data(), g.data());
    return formula(x) + g[0];
  });
  const double our_gradient = nanoseconds(x, [&] {
    gradient.evaluate(0, x);
    return gradient.output(0) + gradient.output(1);
  });
  print("+ gradient", gradient, our_gradient, native_gradient);

  formula.gradient(x.data(), g.data());
  gradient.evaluate(0, x);
  double difference = std::abs(gradient.output(0) - formula(x));
  for (std::size_t k = 0; k < derivative.entries.size(); ++k) {
    difference =
        std::max(difference, std::abs(gradient.output(static_cast<int>(k) + 1) -
                                      g[static_cast<std::size_t>(derivative.entries[k].first)]));
  }
  fmt::print("  largest difference {:.1e}\n\n", difference);
}

}  // namespace

int main() {
  compare<Rosenbrock>();
  compare<Neurons>();
  compare<Waves>();
}
