// The paper's example g(u) = (u1 |u2| - 1)^2 near its saddle (1, 0) (Appendix I), gradient descent.

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <iostream>

#include "claims.hpp"
#include "filippov/arithmetic/interval_io.hpp"
#include "filippov/inclusion/clarke.hpp"
#include "filippov/solver/classify.hpp"
#include "filippov/solver/solve.hpp"
#include "filippov/tube/enclose.hpp"
#include "filippov/view/plot.hpp"

using namespace filippov;

namespace {

const SolverOptions tight{.rtol = 1e-13, .atol = 1e-15};

std::vector<double> after_a_tenth(const FilippovMap& flow, double delta) {
  return solve(flow, {.t1 = 0.1, .x0 = {1 + delta, delta}}, tight).x;
}

void check_lemma_i1(const FilippovMap& flow, Claims& claims) {
  const double saddle[] = {1, 0};
  const double least = classify(flow, saddle).minimum_norm.norm();
  claims.add("Lemma I.1: 0 in the subdifferential at (1, 0)", "yes",
             fmt::format("least norm {:.1e}", least), least <= 1e-15);
  double smallest = 10;
  for (int i = 1; i < 1000; ++i) {
    const double delta = 1e-4 * i;
    const double u[] = {1 + delta, delta};
    smallest = std::min(smallest, classify(flow, u).minimum_norm.norm());
  }
  claims.add("Lemma I.1: |s| at (1 + d, d), d in (0, 0.1)", ">= 1",
             fmt::format("smallest {:.6f} over 999 values of d", smallest), smallest >= 1);
}

void check_lemma_i2(const FilippovMap& flow, Claims& claims) {
  double smallest = 10;
  double place = 0;
  for (int i = 1; i < 1000; ++i) {
    const double delta = 1e-4 * i;
    const std::vector<double> u = after_a_tenth(flow, delta);
    const double d = std::hypot(u[0] - 1, u[1]);
    if (d < smallest) {
      smallest = d;
      place = delta;
    }
  }
  claims.add("Lemma I.2: distance from (1, 0) at t = 0.1", ">= 0.09",
             fmt::format("smallest {:.6f}, at d = {:.4f}", smallest, place), smallest >= 0.09);

  // From d -> 0 the limit solution starts in (1, 0) and leaves at once: the infimum.
  const double limit = [&] {
    const std::vector<double> u = after_a_tenth(flow, 1e-12);
    return std::hypot(u[0] - 1, u[1]);
  }();
  claims.add("its infimum, d -> 0", "not given", fmt::format("{:.7f}", limit),
             std::abs(limit - 0.1827980) <= 5e-8);

  // By quadrature of p = u1 u2 with 40 digits: u1^2 - u2^2 is conserved.
  const std::vector<double> u = after_a_tenth(flow, 0.1);
  const double error = std::hypot(u[0] - 1.129464463025675084771, u[1] - 0.2751181077971360297124);
  claims.add("the state at t = 0.1 for d = 0.1", "quadrature, 40 digits",
             fmt::format("error {:.1e}", error), error <= 1e-13);
}

/// Lemma I.1 in interval arithmetic: beside u2 = 0, grad g = 2 (u1 |u2| - 1) (|u2|, u1 sign u2).
void certify_lemma_i1(Claims& claims) {
  constexpr int pieces = 100;
  Interval least(10);
  for (int i = 0; i < pieces; ++i) {
    const Interval d = Interval(i, i + 1) / Interval(10 * pieces);
    const Interval u1 = 1 + d;
    const Interval norm = 2 * abs(u1 * d - 1) * sqrt(sqr(d) + sqr(u1));
    least = min(least, norm);
  }
  claims.add_proof("Lemma I.1: |s| at (1 + d, d), d in (0, 0.1)", ">= 1",
                   fmt::format("|s| >= {}", decimal_below(least.lower())), least.lower() >= 1);
}

/// Lemma I.2: from (1 + d, d), d > 0, u2 grows as long as u1 u2 < 1 (u2' = 2 (1 - u1 u2) u1), so
/// that the flow is that of (u1 u2 - 1)^2 without the absolute value, which is smooth and goes on
/// to d = 0: its limit there is a limit of solutions. The intervals of d grow like a geometric
/// sequence, as the distance does with d.
void certify_lemma_i2(Claims& claims) {
  const Function g(2, [](const auto& u) {
    const auto residual = u[0] * u[1] - 1;
    return residual * residual;
  });
  const FilippovMap flow = descent(g);
  const auto distance = [&](Interval d) {
    const Tube tube = enclose(flow, {.t1 = 0.1, .x0 = {1 + d, d}});
    if (tube.status != TubeStatus::finished) return Interval(0, 10);
    return sqrt(sqr(tube.box[0] - 1) + sqr(tube.box[1]));
  };
  const Interval limit = distance(0);
  double below = distance(Interval(0, 1e-9)).lower();
  for (double d = 1e-9; d < 0.1;) {
    const double next = std::min(0.1, 1.05 * d);
    below = std::min(below, distance(Interval(d, next)).lower());
    d = next;
  }
  // The distance is at least `below` for every d, and comes as near to the limit as one wants.
  const Interval infimum(below, limit.upper());
  claims.add_proof("Lemma I.2: distance from (1, 0) at t = 0.1, all d in (0, 0.1]", ">= 0.09",
                   fmt::format("infimum in {}", to_string(infimum)),
                   infimum.lower() >= 0.09 && infimum.width() <= 1e-12);
}

}  // namespace

int main(int argc, char** argv) try {
  const Function g(2, [](const auto& u) {
    const auto residual = u[0] * abs(u[1]) - 1;
    return residual * residual;
  });
  const FilippovMap flow = descent(g);
  Claims claims(argc, argv, "The example (u1 |u2| - 1)^2: leaving a saddle (Appendix I)");
  check_lemma_i1(flow, claims);
  check_lemma_i2(flow, claims);
  certify_lemma_i1(claims);
  certify_lemma_i2(claims);

  const std::array<std::string, 2> names{"u1", "u2"};
  plot(claims.figure("saddle_example.svg", "The flow from (1.001, 0.001)"),
       solve(flow, {.t1 = 1, .x0 = {1.001, 0.001}}, tight), flow, names);
  return claims.finish();
} catch (const std::exception& error) {
  std::cerr << "saddle_example: " << error.what() << '\n';
  return 2;
}
