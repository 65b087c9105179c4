// Global maxima: of a sublinear function over the sphere (100 random unit vectors), and of general
// expressions over boxes and the sphere.

#include <fmt/format.h>
#include <time.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include "filippov/function/parse.hpp"
#include "filippov/verify/box_maximum.hpp"
#include "filippov/verify/neuron_norm.hpp"

using namespace filippov;

namespace {

/// Processor time of this thread, the least of three runs.
template <class Callable>
double milliseconds(const Callable& call) {
  const auto used = [] {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return 1e3 * static_cast<double>(now.tv_sec) + 1e-6 * static_cast<double>(now.tv_nsec);
  };
  double least = INFINITY;
  for (int k = 0; k < 3; ++k) {
    const double start = used();
    call();
    least = std::min(least, used() - start);
  }
  return least;
}

DataSet unit_vectors(int size, int dimension) {
  std::mt19937_64 random(1);
  std::normal_distribution<double> normal;
  std::vector<Interval> inputs;
  for (int i = 0; i < size; ++i) {
    std::vector<double> x(static_cast<std::size_t>(dimension));
    double square = 0;
    for (double& entry : x) {
      entry = normal(random);
      square += entry * entry;
    }
    for (const double entry : x) inputs.emplace_back(entry / std::sqrt(square));
  }
  return DataSet(dimension, inputs, std::vector<Interval>(static_cast<std::size_t>(size), 1));
}

void sublinear(const char* network, int dimension, const char* goal) {
  const NeuronNorm g(parse_network(network), unit_vectors(100, dimension));
  SphereMaximum found;
  const double time = milliseconds([&] { found = maximize_on_sphere(g); });
  fmt::print("{:<14} d = {}  relative gap {:.1e}  {:>9} cones  {:>9.2f} ms  goal {}\n", network,
             dimension, found.value.width() / found.value.lower(), found.cones, time, goal);
}

void general(const char* text, int dimension, double radius) {
  std::vector<std::string> names{"x", "y", "z", "w"};
  names.resize(static_cast<std::size_t>(dimension));
  const Function f = parse(text, {names});
  BoxMaximum found;
  const double time = milliseconds([&] {
    found = radius > 0 ? maximize_on_box(f, Box(names.size(), Interval(-radius, radius)))
                       : maximize_on_sphere(f);
  });
  fmt::print("{:<58} {:<8} {}: gap {:.1e}, {} boxes, {} places, {:.2f} ms\n", text,
             radius > 0 ? fmt::format("|x|<={}", radius) : "sphere", name(found.status),
             found.value.width(), found.boxes, found.maximisers.size(), time);
}

}  // namespace

int main() {
  for (const char* network : {"relu", "squared-relu"}) {
    sublinear(network, 3, "10 ms");
    sublinear(network, 4, "-");
    sublinear(network, 5, "1900 ms");
  }
  general("-(x^2 + y - 11)^2 - (x + y^2 - 7)^2", 2, 5);
  general("-(4 - 2.1*x^2 + x^4/3)*x^2 - x*y + (4 - 4*y^2)*y^2", 2, 3);
  general("-100*(y - x^2)^2 - (1 - x)^2", 2, 5);
  general("-x^2 - y^2 - z^2 + 10*(cos(6*x) + cos(6*y) + cos(6*z))", 3, 5);
  general("sin(x + y) - (x - y)^2 - 1.5*x + 2.5*y - abs(x*y)", 2, 4);
  general("max(x*y, sin(4*x)) - relu(y - x^2)", 2, 2);
  general("x*abs(y)", 2, 0);
  general("x*y*z + 0.1*abs(x - y)", 3, 0);
  general("x*y*z*w", 4, 0);
}
