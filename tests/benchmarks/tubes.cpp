// Validated integration: width of the end box and time, beside what CAPD 6.1 and kv 0.4.61 reach on
// a machine of the same class (2 cores, Debian 12, g++ 12; one thread).

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "filippov/tube/enclose.hpp"
#include "measurement.hpp"

using namespace filippov;

namespace {

double widest(const std::vector<Interval>& box) {
  double width = 0;
  for (const Interval& entry : box) width = std::max(width, entry.width());
  return width;
}

template <class Field>
void row(const char* name, int dimension, const Field& field, const EnclosureProblem& problem,
         int order, const char* peers) {
  const FilippovMap map{VectorField(dimension, field)};
  EnclosureOptions options;
  options.order = order;
  Tube tube;
  const double seconds = benchmarks::median_seconds([&] { tube = enclose(map, problem, options); });
  double window = 0;
  for (const TubeEvent& event : tube.events) window = std::max(window, event.window.width());
  fmt::print("{:<34} order {}  width {:.2e}  {:>9.3f} ms{}{}\n{:<36}{}\n", name, order,
             widest(tube.box), 1e3 * seconds,
             tube.events.empty() ? "" : fmt::format("  widest event window {:.1e}", window),
             tube.status == TubeStatus::finished ? "" : "  " + tube.message, "", peers);
}

std::vector<Interval> around(std::vector<double> center, double radius) {
  std::vector<Interval> box;
  for (const double x : center) box.push_back(Interval::around(x, radius));
  return box;
}

}  // namespace

int main() {
  const auto hyperbolic = [](auto, const auto& x) { return vector(x[1], x[0]); };
  const auto van_der_pol = [](auto, const auto& x) {
    return vector(x[1], (1 - x[0] * x[0]) * x[1] - x[0]);
  };
  const auto lorenz = [](auto, const auto& x) {
    return vector(10 * (x[1] - x[0]), x[0] * (28 - x[2]) - x[1], x[0] * x[1] - 8 * x[2] / 3);
  };
  const auto gradient_cell = [](auto, const auto& x) {
    return vector(2.68 * x[0] + 0.72 * x[1], 0.72 * x[0] + 0.82 * x[1]);
  };
  row("x1' = x2, x2' = x1 to T = 5", 2, hyperbolic, {.t1 = 5, .x0 = {1, 0.5}}, 20,
      "CAPD 1.7e-13, 0.021 ms; kv 2.8e-13, 0.66 ms");
  row("Van der Pol from (2, 0) to T = 10", 2, van_der_pol, {.t1 = 10, .x0 = {2, 0}}, 20,
      "CAPD 2.3e-13, 10.6 ms; kv 6.4e-14, 56 ms");
  row("Lorenz from (1, 1, 1) to T = 5", 3, lorenz, {.t1 = 5, .x0 = {1, 1, 1}}, 20,
      "CAPD 1.7e-11, 38-49 ms; kv 1.75e-12, 223 ms");
  row("Lorenz, box +-1e-6", 3, lorenz, {.t1 = 5, .x0 = around({1, 1, 1}, 1e-6)}, 25,
      "CAPD 5.015e-6, 56 ms; kv 5.011e-6, 268 ms; true image 5.010e-6");
  row("Van der Pol, box +-1e-2", 2, van_der_pol, {.t1 = 10, .x0 = around({2, 0}, 1e-2)}, 20,
      "CAPD throws; kv 4.24; true image about 0.071");
  row("a gradient cell to T = 2", 2, gradient_cell, {.t1 = 2, .x0 = {1, 0.5}}, 20,
      "CAPD 2.3e-12, 0.081 ms; kv 1.8e-12, 2.7 ms");
  row(
      "rotation, |xi| <= 1e-4, to T = 5", 2,
      [](auto, const auto& x) { return vector(x[1], -x[0]); },
      {.t1 = 5, .x0 = {1, 0}, .disturbance = {1e-4, 1e-4}}, 20,
      "CAPD 1.318e-3, 4 ms; optimum 1.265e-3");
  row(
      "pendulum, |xi| <= 1e-4, to T = 5", 2,
      [](auto, const auto& x) { return vector(x[1], -sin(x[0])); },
      {.t1 = 5, .x0 = {1, 0}, .disturbance = {1e-4, 1e-4}}, 20,
      "CAPD 1.576e-3, 3.9 ms; optimum 1.436e-3");
  row(
      "Van der Pol through x1 = 0", 3,
      [](auto, const auto& x) { return vector(x[1], (1 - x[0] * x[0]) * x[1] - x[0], step(x[0])); },
      {.t1 = 3, .x0 = {2, 0, 0}}, 20, "CAPD, a section: time 1.6e-14, 3.0 ms");
  row(
      "relay x'' = -x - sign(x)/2, to T = 25", 2,
      [](auto, const auto& x) { return vector(x[1], -x[0] - 0.5 * sign(x[0])); },
      {.t1 = 25, .x0 = {1, 0}}, 20,
      "CAPD, modes switched by hand: x 3.9e-14, time 1.1e-13, 4.1 ms");
  row(
      "stiff relay, rate 1e4, to T = 10", 2,
      [](auto t, const auto& x) {
        const auto u = sign(x[0]);
        return vector(x[1] - 2 * u, -10000 * (x[1] - 3 * sin(t) - 0.5 * u));
      },
      {.t1 = 10, .x0 = {0.3, 0}}, 20, "55 700 steps of the Taylor series");
  row(
      "relay, |xi| <= 1e-4, to T = 6", 2,
      [](auto, const auto& x) { return vector(x[1], -x[0] - 0.5 * sign(x[0])); },
      {.t1 = 6, .x0 = {1, 0}, .disturbance = {1e-4, 1e-4}}, 20, "two crossings");
}
