// The paper's example f(u1, u2) = u1 |u2| (section 5.1, Figure 2, Appendix E), gradient ascent.

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <iostream>

#include "along_tube.hpp"
#include "claims.hpp"
#include "filippov/arithmetic/interval_io.hpp"
#include "filippov/geometry/polytope.hpp"
#include "filippov/inclusion/clarke.hpp"
#include "filippov/solver/classify.hpp"
#include "filippov/solver/solve.hpp"
#include "filippov/tube/enclose.hpp"
#include "filippov/view/plot.hpp"

using namespace filippov;

namespace {

using Point = std::array<double, 2>;

const SolverOptions tight{.rtol = 1e-13, .atol = 1e-15};

double distance(const std::vector<double>& x, const Point& y) {
  return std::hypot(x[0] - y[0], x[1] - y[1]);
}

/// Closed form from (z1, z2) outside the branching half-line. While u2 != 0, with s = sign(z2) and
/// a = |z2|, u1 = z1 cosh t + a sinh t and s u2 = a cosh t + z1 sinh t; once u2 = 0 (which needs
/// z1 < -a) the state rests.
Point closed_form(double z1, double z2, double t) {
  const double a = std::abs(z2);
  if (a == 0) return {z1, 0};
  if (z1 < -a) t = std::min(t, std::atanh(-a / z1));
  const double u2 = a * std::cosh(t) + z1 * std::sinh(t);
  return {z1 * std::cosh(t) + a * std::sinh(t), std::copysign(std::max(u2, 0.0), z2)};
}

/// Lemma E.1: u_T stays at (1, 0) up to T and then moves along (cosh, sinh)(t - T), eq. (79). The
/// distance of its velocity from the Clarke subdifferential, over a grid of T and t.
double velocity_outside_subdifferential(const FilippovMap& flow) {
  double largest = 0;
  for (const double stay : {0.1, 0.5, 1.0, 2.0, 10.0}) {
    for (int i = 0; i <= 400; ++i) {
      const double t = stay + 3.0 * (i - 100) / 100.0;
      if (t == stay || t < 0) continue;
      const double s = t - stay;
      const Point u = s < 0 ? Point{1, 0} : Point{std::cosh(s), std::sinh(s)};
      const Eigen::Vector2d velocity =
          s < 0 ? Eigen::Vector2d(0, 0) : Eigen::Vector2d(std::sinh(s), std::cosh(s));
      const Polytope values(classify(flow, u).vertices);
      largest =
          std::max(largest, values.contains(velocity).distance / std::max(1.0, velocity.norm()));
    }
  }
  return largest;
}

/// Figure 2 shows the field (|u2|, u1 sign u2).
void check_field(const FilippovMap& flow, Claims& claims) {
  double largest = 0;
  for (int i = -10; i <= 10; ++i) {
    for (int j = -10; j <= 10; ++j) {
      if (j == 0) continue;
      const Point u{i / 5.0, j / 5.0};
      const Eigen::Vector2d drawn(std::abs(u[1]), u[1] > 0 ? u[0] : -u[0]);
      largest = std::max(largest, (classify(flow, u).minimum_norm - drawn).norm());
    }
  }
  claims.add("Figure 2: the gradient field is (|u2|, u1 sign u2) off u2 = 0", "drawn",
             fmt::format("largest difference {:.1e} on a grid", largest), largest <= 1e-15);
}

void check_lemma_e1(const FilippovMap& flow, Claims& claims) {
  const double outside = velocity_outside_subdifferential(flow);
  claims.add("Lemma E.1: u_T' in the subdifferential along u_T", "for a.e. t >= 0",
             fmt::format("largest distance {:.1e}", outside), outside <= 1e-14);

  SolverOptions all = tight;
  all.branches = BranchPolicy::all;
  const Solution s = solve(flow, {.t1 = 1, .x0 = {1, 0}}, all);
  const Point expected[] = {{1, 0}, {std::cosh(1), std::sinh(1)}, {std::cosh(1), -std::sinh(1)}};
  double largest = s.branches.size() == 3 ? 0 : 1;
  for (const Point& e : expected) {
    double nearest = 1;
    for (const Solution& b : s.branches) nearest = std::min(nearest, distance(b.x, e));
    largest = std::max(largest, nearest);
  }
  claims.add("(1, 0) is branching: stays, or leaves up or down", "several solutions",
             fmt::format("{} continuations, error {:.1e} at t = 1", s.branches.size(), largest),
             s.status == Status::branching && largest <= 1e-12);
}

void check_lemma_e2(const FilippovMap& flow, Claims& claims) {
  int points = 0;
  int wrong = 0;
  double largest = 0;
  constexpr int half = 40;
  for (int i = -half; i <= half; ++i) {
    for (int j = -half; j <= half; ++j) {
      const double z[] = {i / 20.0, j / 20.0};
      const bool on_half_line = j == 0 && i > 0;
      ++points;
      const Verdict verdict = classify(flow, z).verdict;
      if (verdict != (on_half_line ? Verdict::branching : Verdict::unique)) ++wrong;
      if (on_half_line) continue;
      const Solution s = solve(flow, {.t1 = 2, .x0 = {z[0], z[1]}}, tight);
      const bool solved = s.status == Status::finished || s.status == Status::equilibrium;
      const Point exact = closed_form(z[0], z[1], 2);
      largest = std::max(
          largest,
          solved ? distance(s.x, exact) / std::max(1.0, std::hypot(exact[0], exact[1])) : 1.0);
    }
  }
  claims.add("Lemma E.2: non-branching except on {u2 = 0, u1 > 0}", "all other points",
             fmt::format("{} grid points, {} against", points, wrong), wrong == 0);
  claims.add("its closed form, up to t = 2 (cases 1, 2, 3, 3')",
             "cosh, sinh; rest on {u2=0, u1<=0}",
             fmt::format("largest relative error {:.1e}", largest), largest <= 1e-11);
}

/// The same by enclosure of all solutions.
void certify(const FilippovMap& flow, Claims& claims) {
  const Tube from_half_line = enclose(flow, {.t1 = 1, .x0 = {Interval(0.5, 2), 0}});
  claims.add_proof("Lemma E.1, Definition 4.1: every (a, 0), a in [0.5, 2], is branching", "a > 0",
                   from_half_line.uniqueness.reason,
                   from_half_line.uniqueness.proof == Proof::refuted);
  struct Region {
    const char* name;
    std::vector<Interval> box;
  };
  const Region regions[] = {
      {"u1 >= 0, off the half-line", {Interval(0, 1), Interval(0.05, 1)}},
      {"and below it", {Interval(0, 1), Interval(-1, -0.05)}},
      {"around |u2| = -u1", {Interval(-1, -0.5), Interval(0.25, 1)}},
      {"across {u2 = 0, u1 < 0}", {Interval(-2, -1), Interval(-0.1, 0.1)}},
      {"the origin", {0, 0}},
  };
  for (const Region& region : regions) {
    const Tube tube = enclose(flow, {.t1 = 1, .x0 = region.box});
    std::string computed = fmt::format("unique up to t = {}", tube.t);
    if (!tube.pieces.empty()) computed += fmt::format(", in {} pieces", tube.pieces.size());
    if (!tube.uniqueness.reason.empty()) computed = tube.uniqueness.reason;
    claims.add_proof(
        fmt::format("Lemma E.2: non-branching, {} x {}: {}", to_string(region.box[0]),
                    to_string(region.box[1]), region.name),
        "all other points", computed,
        tube.status == TubeStatus::finished && tube.uniqueness.proof == Proof::certified);
  }
}

/// Two slips of Appendix E. After (80): "for any eps > 0 we can choose T_bar such that" the
/// distance of u_T/|u_T| from (1, 1)/sqrt 2 is ">= eps". At T + s the direction is that of (1, r),
/// r = tanh s in [0, 1), before T it is that of r = 0: never farther than 2 sin(pi/8). It is within
/// eps: the distance is at most the angle, pi/4 - atan r <= 1 - r = 2/(e^(2s) + 1) <= eps from s =
/// ln(2/eps)/2 on.
void refute_distance(Claims& claims) {
  constexpr int pieces = 64;
  const Interval diagonal = 1 / sqrt(Interval(2));
  Interval farthest = 0;
  for (int i = 0; i < pieces; ++i) {
    const Interval r = Interval(i, i + 1) / pieces;
    const Interval length = sqrt(1 + sqr(r));
    farthest = max(farthest, sqrt(sqr(1 / length - diagonal) + sqr(r / length - diagonal)));
  }
  claims.add_refutation(
      "after (80): for any eps some T_bar has |u_T/|u_T| - (1, 1)/sqrt 2| >= eps", "any eps > 0",
      fmt::format("never above {}", decimal_above(farthest.upper())), certainly_less(farthest, 1));
  bool within = true;
  for (int digits = 1; digits <= 12; ++digits) {
    const Interval eps = pow(Interval(10), -digits);
    const Interval s = log(2 / eps) / 2;
    const Interval length = sqrt(sqr(cosh(s)) + sqr(sinh(s)));
    const Interval distance =
        sqrt(sqr(cosh(s) / length - diagonal) + sqr(sinh(s) / length - diagonal));
    within = within && certainly_less(distance, eps);
  }
  const Interval slope = 1 / (1 + sqr(Interval(0, 1)));
  claims.add_proof("after (80), corrected: <= eps from T_bar = T + ln(2/eps)/2 on", ">= eps",
                   fmt::format("by the angle: atan r has a slope in {}; checked for eps = 1e-1 .. "
                               "1e-12",
                               to_string(slope)),
                   within && certainly_less_equal(slope, 1));
}

/// Case 1 of Lemma E.2: with |z2| > |z1|, (82) keeps |u2| > 0, but u2 > 0 only for z2 > 0.
void refute_sign(const FilippovMap& flow, Claims& claims) {
  const Tube below = enclose(flow, {.t1 = 1, .x0 = {Interval(-0.5, 0.5), Interval(-1, -0.75)}});
  const double highest = largest(below, [](const auto& box) { return box[1]; });
  claims.add_refutation(
      "(82), Case 1: |z2| > |z1| gives u2(t) > 0 for all t >= 0", "yes",
      fmt::format("u2 <= {} up to t = 1 from [-0.5, 0.5] x [-1, -0.75]", decimal_above(highest)),
      highest < 0);
  claims.add_proof("(82), Case 1 corrected: |u2(t)| > 0, from these starts up to t = 1", "u2 > 0",
                   fmt::format("|u2| >= {}, unique", decimal_below(-highest)),
                   highest < 0 && below.uniqueness.proof == Proof::certified);
}

}  // namespace

int main(int argc, char** argv) try {
  const Function f(2, [](const auto& u) { return u[0] * abs(u[1]); });
  f.graph()->set_variable_names({"u1", "u2"});
  const FilippovMap flow = ascent(f);

  Claims claims(argc, argv, "The example u1 |u2|: branching (section 5.1, Figure 2, Appendix E)");
  check_field(flow, claims);
  check_lemma_e1(flow, claims);
  check_lemma_e2(flow, claims);
  certify(flow, claims);
  refute_distance(claims);
  refute_sign(flow, claims);

  SolverOptions all = tight;
  all.branches = BranchPolicy::all;
  const std::array<std::string, 2> names{"u1", "u2"};
  plot(claims.figure("branching_example.svg", "Figure 2, with the solutions from (1, 0)"),
       solve(flow, {.t1 = 1.5, .x0 = {1, 0}}, all), flow, names);
  return claims.finish();
} catch (const std::exception& error) {
  std::cerr << "branching_example: " << error.what() << '\n';
  return 2;
}
