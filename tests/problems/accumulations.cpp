// Infinitely many crossings in finite time.

#include <cmath>

#include "filippov/inclusion/filippov_map.hpp"
#include "problem.hpp"

namespace filippov::problems {
namespace {

/// x1'' = -sign(x1 + k x1' |x1'|) from (1, 0), 0 < k < 1/2. The first arc meets the switching curve
/// with the speed v = 1/sqrt(k + 1/2) at that time; from speed v it comes back to the curve on the
/// other side with speed r v, r^2 = (1/2 - k)/(1/2 + k), after v (1 + r). So the crossings
/// accumulate at v + v (1 + r)/(1 - r), in the origin, where 0 is in F.
Problem fuller(std::string name, double k, double end, int listed) {
  const double r = std::sqrt((0.5 - k) / (0.5 + k));
  double v = 1 / std::sqrt(k + 0.5);
  const double limit = v + v * (1 + r) / (1 - r);
  Problem problem{
      .name = std::move(name),
      .inclusion = std::make_shared<FilippovMap>(VectorField(
          2,
          [=](auto, const auto& x) { return vector(x[1], -sign(x[0] + k * x[1] * abs(x[1]))); })),
      .value = {.t1 = end, .x0 = {1, 0}},
      .accumulates = true,
      .state_tolerance = 1e-5};
  double t = v;
  for (int i = 0; i < listed; ++i) {
    problem.events.push_back(crossing(t, 1, i % 2 == 0 ? -1 : +1));
    t += v * (1 + r);
    v *= r;
  }
  problem.events.push_back({limit, EventKind::accumulation, {1}, {1}, 0});
  problem.final_state = {0, 0};
  return problem;
}

// Fuller's problem: r = 1/3, limit sqrt(10).
Problem fuller_zeno() { return fuller("fuller_zeno", 0.4, 4, 12); }

// r = 1/2, limit sqrt(20).
Problem fuller_half() { return fuller("fuller_half", 0.3, 6, 12); }

/// x1' = -a s1 + b s2, x2' = -b s1 - a s2, x3' = 1 + s1, b > a > 0: a spiral around the origin of
/// the (x1, x2) plane through the quadrants (+,+), (+,-), (-,-), (-,+). It leaves the first on x2 =
/// 0 after x2/(a + b), at x1 = p. A quadrant takes p/(a + b) and multiplies p by r = (b - a)/(b +
/// a). So it ends after p/(2a); then x1 = x2 = 0 with multipliers 0, x3' = 1.
Problem spiral(std::string name, double a, double b, std::vector<double> start, double end,
               int listed) {
  const double r = (b - a) / (b + a);
  double t = start[1] / (a + b);
  double p = start[0] + (b - a) * t;
  const double limit = t + p / (2 * a);
  Problem problem{.name = std::move(name),
                  .inclusion = std::make_shared<FilippovMap>(VectorField(
                      3,
                      [=](auto, const auto& x) {
                        const auto first = sign(x[0]);
                        const auto second = sign(x[1]);
                        return vector(-a * first + b * second, -b * first - a * second, 1 + first);
                      })),
                  .value = {.t1 = end, .x0 = std::move(start)},
                  .accumulates = true,
                  .state_tolerance = 1e-5};
  // The time with s1 = 1 minus that with s1 = -1: quadrants after the first alternate + - - +, and
  // four of them sum to a geometric series.
  const double sum = t + p / (a + b) * (1 - r - r * r + r * r * r) / (1 - std::pow(r, 4));
  for (int i = 0; i < listed; ++i) {
    problem.events.push_back(crossing(t, i % 2 == 0 ? 1 : 0, i % 4 < 2 ? -1 : +1));
    t += p / (a + b);
    p *= r;
  }
  problem.events.push_back({limit, EventKind::accumulation, {0, 1}, {0, 1}, 0});
  problem.final_state = {0, 0, end + sum};
  return problem;
}

// r = 1/3, limit 3/4, x3(2) = 2.52.
Problem codim2_spiral_zeno() { return spiral("codim2_spiral_zeno", 1, 2, {0.4, 1.1, 0}, 2, 13); }

// r = 1/2, limit 0.6, x3(2) = 2.28.
Problem codim2_spiral_half() { return spiral("codim2_spiral_half", 1, 3, {0.4, 0.8, 0}, 2, 12); }

}  // namespace

std::vector<Problem> accumulations() {
  return {fuller_zeno(), fuller_half(), codim2_spiral_zeno(), codim2_spiral_half()};
}

}  // namespace filippov::problems
