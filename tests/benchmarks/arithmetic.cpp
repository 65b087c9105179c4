// Interval arithmetic beside the same computation in plain double, in one run.

#include <fmt/format.h>
#include <time.h>

#include <Eigen/Core>
#include <algorithm>
#include <functional>
#include <limits>
#include <random>
#include <vector>

#include "filippov/arithmetic/interval_matrix.hpp"

using namespace filippov;

namespace {

volatile double sink = 0;

/// Processor time of this thread.
double seconds_used() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

struct Candidate {
  const char* name;
  double goal;  ///< times the first one; 0: none
  std::function<double()> compute;
  double seconds = std::numeric_limits<double>::infinity();
};

/// Prints the shortest time of each, of runs taken in turn: so that the ratios to the first one do
/// not depend on who else uses the machine.
void compare(std::vector<Candidate> candidates, int repetitions) {
  constexpr double budget = 2;
  const double begin = seconds_used();
  while (seconds_used() - begin < budget) {
    for (Candidate& candidate : candidates) {
      const double start = seconds_used();
      for (int k = 0; k < repetitions; ++k) {
        asm volatile("" : : : "memory");
        sink = candidate.compute();
      }
      candidate.seconds = std::min(candidate.seconds, (seconds_used() - start) / repetitions);
    }
  }
  for (const Candidate& candidate : candidates) {
    fmt::print("  {:<32}{:>12.3f} us{:>8.2f} x double", candidate.name, 1e6 * candidate.seconds,
               candidate.seconds / candidates[0].seconds);
    if (candidate.goal > 0) fmt::print("   goal {}", candidate.goal);
    fmt::print("\n");
  }
}

void dot_products(std::size_t n) {
  std::mt19937_64 random(1);
  std::uniform_real_distribution<double> uniform(-1, 1);
  std::vector<double> a(n);
  std::vector<double> b(n);
  Box x(n);
  Box y(n);
  for (std::size_t i = 0; i < n; ++i) {
    a[i] = uniform(random);
    b[i] = uniform(random);
    x[i] = Interval::around(a[i], 1e-3);
    y[i] = Interval::around(b[i], 1e-3);
  }
  const Eigen::Map<const Eigen::VectorXd> left(a.data(), static_cast<Eigen::Index>(n));
  const Eigen::Map<const Eigen::VectorXd> right(b.data(), static_cast<Eigen::Index>(n));
  fmt::print("dot product, n = {}\n", n);
  compare({{"double, Eigen", 0, [&] { return left.dot(right); }},
           {"double, a loop", 0,
            [&] {
              double sum = 0;
              for (std::size_t i = 0; i < n; ++i) sum += a[i] * b[i];
              return sum;
            }},
           {"intervals", 6, [&] { return dot(x, y).upper(); }},
           {"points, enclosed", 0, [&] { return dot(a, b).upper(); }}},
          1000);
}

void matrix_products(Eigen::Index n) {
  std::srand(1);
  const Eigen::MatrixXd a = Eigen::MatrixXd::Random(n, n);
  const Eigen::MatrixXd b = Eigen::MatrixXd::Random(n, n);
  const Eigen::MatrixXd radius = Eigen::MatrixXd::Constant(n, n, 1e-6);
  const IntervalMatrix wide_a = IntervalMatrix::around(a, radius);
  const IntervalMatrix wide_b = IntervalMatrix::around(b, radius);
  const IntervalMatrix point_a(a);
  const IntervalMatrix point_b(b);
  const bool counts = n >= 256;  // below, what is linear in the size is not yet small
  fmt::print("matrix product, n = {}\n", n);
  compare(
      {{"double, Eigen", 0,
        [&] {
          const Eigen::MatrixXd c = a * b;  // new, as the others are
          return c(0, 0);
        }},
       {"intervals", counts ? 4.0 : 0, [&] { return (wide_a * wide_b).upper()(0, 0); }},
       {"points by intervals", 0, [&] { return (point_a * wide_b).upper()(0, 0); }},
       {"points, enclosed", counts ? 2.2 : 0, [&] { return (point_a * point_b).upper()(0, 0); }}},
      1);
}

/// One operation at a time, over many arguments; the first is one of double.
void scalar_operations() {
  constexpr std::size_t n = 1000;
  std::mt19937_64 random(1);
  std::uniform_real_distribution<double> uniform(0.5, 3);
  std::vector<double> a(n);
  Box x;
  for (double& entry : a) entry = uniform(random);
  for (const double entry : a) x.push_back(Interval::around(entry, 1e-9));
  const auto over = [&x](const auto& operation) {
    return [&x, operation] {
      Interval last;
      for (std::size_t k = 1; k < n; ++k) last = operation(x[k - 1], x[k]);
      return last.upper();
    };
  };
  fmt::print("{} operations on scalars\n", n);
  compare({{"double: x y + x", 0,
            [&] {
              double sum = 0;
              for (std::size_t k = 1; k < n; ++k) sum += a[k - 1] * a[k];
              return sum;
            }},
           {"x + y", 0, over([](Interval p, Interval q) { return p + q; })},
           {"x y", 0, over([](Interval p, Interval q) { return p * q; })},
           {"x / y", 0, over([](Interval p, Interval q) { return p / q; })},
           {"sqrt", 0, over([](Interval p, Interval) { return sqrt(p); })},
           {"exp", 0, over([](Interval p, Interval) { return exp(p); })},
           {"sin", 0, over([](Interval p, Interval) { return sin(p); })}},
          1);
}

}  // namespace

int main() {
  scalar_operations();
  for (const std::size_t n : {100, 1000}) dot_products(n);
  for (const Eigen::Index n : {64, 256, 512}) matrix_products(n);
}
