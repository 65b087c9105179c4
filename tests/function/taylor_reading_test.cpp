#include "filippov/function/taylor_reading.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "filippov/function/function.hpp"

using namespace filippov;

namespace {

TaylorReading read(const VectorField& f, int order, const Signature& signature = {}) {
  return TaylorReading(Program(*f.graph(), f.dimension(), f.nodes(), signature), order);
}

/// Compares the series of every output along x(tau) = x0 + x1 tau + x2 tau^2 with the function's
/// values at a few tau inside the radius of convergence.
void check_against_values(const VectorField& f, std::vector<double> x0, std::vector<double> x1,
                          std::vector<double> x2) {
  constexpr int order = 24;
  TaylorReading reading = read(f, order);
  for (int i = 0; i < f.dimension(); ++i) {
    const auto k = static_cast<std::size_t>(i);
    reading.coordinate(i)[0] = x0[k];
    reading.coordinate(i)[1] = x1[k];
    reading.coordinate(i)[2] = x2[k];
  }
  reading.set_time(0.3, 1);
  for (int k = 0; k <= order; ++k) reading.advance(k);
  for (const double tau : {-0.05, 0.02, 0.1}) {
    std::vector<double> x(x0.size());
    for (std::size_t i = 0; i < x.size(); ++i) x[i] = x0[i] + tau * (x1[i] + tau * x2[i]);
    const std::vector<double> value = f(0.3 + tau, x);
    for (std::size_t i = 0; i < value.size(); ++i) {
      double sum = 0;
      for (int k = order; k >= 0; --k) {
        sum = sum * tau + reading.output(static_cast<int>(i))[static_cast<std::size_t>(k)];
      }
      CHECK(sum == doctest::Approx(value[i]).epsilon(1e-12));
    }
  }
}

}  // namespace

TEST_CASE("the series of every primitive sums to its value") {
  const VectorField f(2, [](auto t, const auto& x) {
    const auto a = x[0];
    const auto b = x[1];
    return vector(a + b, a - b, a * b, a / b, a * a, pow(a, 3), pow(b, -2), pow(a, 2.5), pow(a, b),
                  sqrt(a), exp(a), log(b), sin(a), cos(b), tan(a / 2), atan(b), sinh(a), cosh(b),
                  tanh(a), t * a, 2 * t - 3 / (a + 1), sin(t) * cos(t), pow(a, 7), -a);
  });
  check_against_values(f, {1.2, 0.8}, {0.7, -0.4}, {-0.3, 0.5});
}

TEST_CASE("powers of a series that starts at zero") {
  const VectorField f(1, [](auto t, const auto& x) { return vector(pow(x[0], 3) + 0 * t); });
  check_against_values(f, {0.0}, {1.5}, {-0.5});
}

TEST_CASE("a mode differentiates the branch that it fixes") {
  const VectorField f(1, [](auto t, const auto& x) { return vector(abs(x[0]) + 0 * t); });
  TaylorReading reading = read(f, 2, {-1});
  reading.coordinate(0)[0] = 0.0;
  reading.coordinate(0)[1] = 3.0;
  for (int k = 0; k <= 2; ++k) reading.advance(k);
  CHECK(reading.output(0)[0] == 0);
  CHECK(reading.output(0)[1] == -3);
  CHECK_THROWS(read(f, 2));
}
