// Gradient flows of piecewise smooth functions, from the function alone.

#include <algorithm>
#include <cmath>

#include "filippov/inclusion/clarke.hpp"
#include "problem.hpp"

namespace filippov::problems {
namespace {

// Ascent of u1 |u2| from (-1, 1/2): u1 = -cosh t + sinh(t)/2, u2 = cosh(t)/2 - sinh t, which is 0
// at atanh(1/2), where u1 = -sqrt(3)/2. There the gradients are (0, +-u1): 0 is between them.
Problem ascent_u1absu2_stick() {
  return ascending(Function(2, [](const auto& u) { return u[0] * abs(u[1]); }),
                   {.name = "ascent_u1absu2_stick",
                    .value = {.t1 = 2, .x0 = {-1, 0.5}},
                    .status = Status::equilibrium,
                    .events = {entry(std::atanh(0.5), 0)},
                    .final_state = {-std::sqrt(0.75), 0}});
}

// Descent of (u1 |u2| - 1)^2 from (-3/2, 1/2): u1^2 - u2^2 = 2 is conserved, and p = u1 u2 obeys
// p' = 2 (1 - p) (u1^2 + u2^2) = 4 (1 - p) sqrt(1 + p^2) from -3/4 up to 0: the time is the
// integral of dp over that, with the antiderivative asinh((1 + p)/(1 - p)) / (4 sqrt 2). At u2 = 0
// with u1 < 0 the gradients are +-2 u1 in the second component: 0 is between them.
Problem descent_prod_stick() {
  const double on = (std::asinh(1.0) - std::asinh(0.25 / 1.75)) / (4 * std::sqrt(2.0));
  return descending(Function(2, [](const auto& u) { return pow(u[0] * abs(u[1]) - 1, 2.0); }),
                    {.name = "descent_prod_stick",
                     .value = {.t1 = 1, .x0 = {-1.5, 0.5}},
                     .status = Status::equilibrium,
                     .events = {entry(on, 0)},
                     .final_state = {-std::sqrt(2.0), 0}});
}

/// Descent of sum_i weight_i |x_i|: x_i moves with speed weight_i to 0 and stays there.
Problem weighted_l1(std::string name, const std::vector<double>& weights,
                    const std::vector<double>& start, double end) {
  const int n = static_cast<int>(weights.size());
  Problem problem = descending(Function(n,
                                        [&](const auto& x) {
                                          Expression sum = 0;
                                          for (std::size_t i = 0; i < weights.size(); ++i) {
                                            sum += weights[i] * abs(x[i]);
                                          }
                                          return sum;
                                        }),
                               {.name = std::move(name), .value = {.t1 = end, .x0 = start}});
  std::vector<std::pair<double, int>> arrivals;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const double arrival = std::abs(start[i]) / weights[i];
    if (arrival < end) arrivals.emplace_back(arrival, static_cast<int>(i));
    problem.final_state.push_back(
        std::copysign(std::max(0.0, std::abs(start[i]) - weights[i] * end), start[i]));
  }
  std::sort(arrivals.begin(), arrivals.end());
  std::vector<int> sliding;
  for (const auto& [t, i] : arrivals) {
    sliding.push_back(i);
    std::sort(sliding.begin(), sliding.end());
    if (!problem.events.empty() && problem.events.back().t == t) {
      problem.events.back().surfaces.push_back(i);
      problem.events.back().sliding = sliding;
    } else {
      problem.events.push_back(sliding.size() == 1 ? entry(t, i) : joined(t, i, sliding));
    }
  }
  if (arrivals.size() == weights.size()) problem.status = Status::equilibrium;
  return problem;
}

Problem flow_l1_weighted() { return weighted_l1("flow_l1_weighted", {1, 2}, {1, -1.5}, 2); }

Problem flow_l1_five() {
  return weighted_l1("flow_l1_five", {1, 2, 0.5, 1.5, 3}, {1, -1.5, 0.8, -0.3, 2.4}, 1.2);
}

// All three coordinates arrive at t = 1.
Problem flow_l1_together() {
  Problem problem = weighted_l1("flow_l1_together", {1, 2, 4}, {1, -2, 4}, 1.5);
  return problem;
}

// Descent of max(2 x1, x2, -x1 - x2) from (1, 1/2): (1 - 2t, 1/2) until 2 x1 = x2 at t = 3/8. Then
// minus the least-norm point of conv{(2,0), (0,1)}, (0.4, 0.8), to the origin at t = 1, where 0 is
// in the triangle of all three gradients. The outer switch is max(2 x1, x2) + x1 + x2.
Problem flow_max3() {
  return descending(
      Function(2, [](const auto& x) { return max(max(2 * x[0], x[1]), -x[0] - x[1]); }),
      {.name = "flow_max3",
       .value = {.t1 = 1.5, .x0 = {1, 0.5}},
       .status = Status::equilibrium,
       .events = {entry(0.375, 0), joined(1, 1, {0, 1})},
       .final_state = {0, 0}});
}

// Descent of max(x1, 2 x2, 3 x3) from (3, 1, 1/2): x1 falls alone to 2 at t = 1; then the least
// norm in conv{e1, 2 e2} is at (4, 2)/5, and the maximum falls at the rate 4/5 to 3/2 at t = 13/8;
// then the least norm in conv{e1, 2 e2, 3 e3} is at (36, 18, 12)/49.
Problem flow_max_in_space() {
  const double after = 3 - 1.625;
  return descending(
      Function(3, [](const auto& x) { return max(max(x[0], 2 * x[1]), 3 * x[2]); }),
      {.name = "flow_max_in_space",
       .value = {.t1 = 3, .x0 = {3, 1, 0.5}},
       .events = {entry(1, 0), joined(1.625, 1, {0, 1})},
       .final_state = {1.5 - 36 * after / 49, 0.75 - 18 * after / 49, 0.5 - 12 * after / 49}});
}

// Descent of ||x1| - x2| + x2/2 from (1, 2): gradient (-1, 3/2) until x1 = x2 = 1.4 at t = 0.4;
// there the least norm in conv{(-1, 3/2), (1, -1/2)} is (1, 1)/4, so along the kink to the origin
// at t = 6. The four gradients there, (+-1, -1/2) and (+-1, 3/2), have 0 between them.
Problem flow_nested_abs() {
  return descending(Function(2, [](const auto& x) { return abs(abs(x[0]) - x[1]) + 0.5 * x[1]; }),
                    {.name = "flow_nested_abs",
                     .value = {.t1 = 7, .x0 = {1, 2}},
                     .status = Status::equilibrium,
                     .events = {entry(0.4, 1), joined(6, 0, {0, 1})},
                     .final_state = {0, 0}});
}

// Descent of x1^2/2 + |x2 - x1^2|, a curved valley, from (e^(-1/4), 5/4): above the parabola x' =
// (x1, -1), so it is met at t = 1/4 at (1, 1). In it the least-norm gradient is the projection of
// (x1, 0) to the tangent (1, 2 x1): x1' = -x1/(1 + 4 x1^2), t = const - ln x1 - 2 x1^2. The end
// time is that of x1 = 1/2.
Problem flow_curved_valley() {
  return descending(
      Function(2, [](const auto& x) { return 0.5 * x[0] * x[0] + abs(x[1] - x[0] * x[0]); }),
      {.name = "flow_curved_valley",
       .value = {.t1 = 0.25 + std::log(2.0) + 1.5, .x0 = {std::exp(-0.25), 1.25}},
       .events = {entry(0.25, 0)},
       .final_state = {0.5, 0.25}});
}

// Ascent of -|x1| + x1 x2 (one kink, attracting where |x2| < 1) from (0.5, 0), so x1' = x2 - sign
// x1, x2' = x1. With x1 > 0: x1'' = x1, x1(0) = 1/2, x1'(0) = -1: x1 = cosh(t)/2 - sinh t reaches 0
// at atanh(1/2), where x2 = x1' + 1 = sinh(t)/2 - cosh t + 1 = 1 - sqrt(3)/2. Then x1 = 0 and x2' =
// 0.
Problem ascent_saddle_with_kink() {
  return ascending(Function(2, [](const auto& x) { return x[0] * x[1] - abs(x[0]); }),
                   {.name = "ascent_saddle_with_kink",
                    .value = {.t1 = 3, .x0 = {0.5, 0}},
                    .status = Status::equilibrium,
                    .events = {entry(std::atanh(0.5), 0)},
                    .final_state = {0, 1 - std::sqrt(0.75)}});
}

// Total variation flow, the descent of sum |x_i - x_{i+1}|: a plateau of k entries moves at the
// rate (signs of its two steps)/k; plateaus merge and never part. From (0, 3, 1, 4, 1, 5, 9, 2):
// x2, x3 meet at 1/2 (value 2), x4, x5 at 3/4 (2.5); at 2 both x1 joins the first plateau (2) and
// x6, x7 meet (5); at 5/2 x8 joins (4.5); at 7/2, the end, the first five meet (2.5).
Problem flow_tv8() {
  return descending(Function(8,
                             [](const auto& x) {
                               Expression sum = 0;
                               for (std::size_t i = 0; i < 7; ++i) sum += abs(x[i] - x[i + 1]);
                               return sum;
                             }),
                    {.name = "flow_tv8",
                     .value = {.t1 = 3.5, .x0 = {0, 3, 1, 4, 1, 5, 9, 2}},
                     .events = {entry(0.5, 1),
                                joined(0.75, 3, {1, 3}),
                                {2, EventKind::sliding_change, {0, 5}, {0, 1, 3, 5}, 0},
                                joined(2.5, 6, {0, 1, 3, 5, 6})},
                     .final_state = {2.5, 2.5, 2.5, 2.5, 2.5, 25 / 6., 25 / 6., 25 / 6.},
                     .at_end = {joined(3.5, 2, {0, 1, 2, 3, 5, 6})}});
}

// 2|x1| + 2|x2| + |x1 + x2| + x3 from (0.5, 0.3, 0): velocity (-3, -3, -1), x2 = 0 at 0.1; there
// the multiplier is -1/2 and x1' = -3 until x1 = 0.2 - 3 (t - 0.1) = 0 at 1/6. Then the three
// planes are slid on along the line in which they meet: their normals are dependent, the velocity
// (0, 0, -1) is not in doubt.
Problem flow_three_planes_in_a_line() {
  return descending(
      Function(
          3, [](const auto& x) { return 2 * abs(x[0]) + 2 * abs(x[1]) + abs(x[0] + x[1]) + x[2]; }),
      {.name = "flow_three_planes_in_a_line",
       .value = {.t1 = 2, .x0 = {0.5, 0.3, 0}},
       .events = {entry(0.1, 1), {1 / 6., EventKind::sliding_change, {0, 2}, {0, 1, 2}, 0}},
       .final_state = {0, 0, -2}});
}

// max(|x1|, |x2|) + x3^2/2 from (2, 1, 1): x1 = 2 - t meets x2 = 1 at 1, both fall at 1/2 each to 0
// at 3, where also the two inner switches are zero; x3 = e^-t throughout.
Problem flow_maximum_norm() {
  return descending(
      Function(3, [](const auto& x) { return max(abs(x[0]), abs(x[1])) + 0.5 * x[2] * x[2]; }),
      {.name = "flow_maximum_norm",
       .value = {.t1 = 5, .x0 = {2, 1, 1}},
       .events = {entry(1, 2), {3, EventKind::sliding_change, {0, 1}, {0, 1, 2}, 0}},
       .final_state = {0, 0, std::exp(-5.0)}});
}

}  // namespace

std::vector<Problem> gradient_flows() {
  return {ascent_u1absu2_stick(),
          descent_prod_stick(),
          flow_l1_weighted(),
          flow_l1_five(),
          flow_l1_together(),
          flow_max3(),
          flow_max_in_space(),
          flow_nested_abs(),
          flow_curved_valley(),
          ascent_saddle_with_kink(),
          flow_tv8(),
          flow_three_planes_in_a_line(),
          flow_maximum_norm()};
}

}  // namespace filippov::problems
