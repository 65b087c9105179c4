// An open set of branching initializations of a two-layer ReLU neuron. After Theorem 5.1 the paper
// hopes that almost all points are non-branching for networks as they are for u1|u2|: they are not.
//
// One neuron (v, u), u in R^2, with N(v, u) = v sum_i z_i max(0, x_i.u) and the four rows below.
// From every start near (-0.8, (0.3, 0)) the ascent slides on u2 = 0 into u = 0 while v < 0, and
// from (v, 0), v < 0, several solutions leave.

#include <fmt/format.h>

#include <array>
#include <iostream>

#include "claims.hpp"
#include "filippov/arithmetic/interval_io.hpp"
#include "filippov/function/parse.hpp"
#include "filippov/inclusion/clarke.hpp"
#include "filippov/solver/solve.hpp"
#include "filippov/tube/enclose.hpp"
#include "filippov/view/plot.hpp"

using namespace filippov;

namespace {

struct Row {
  std::array<Interval, 2> x;
  Interval z;
};

const Interval fifth = Interval(1) / 5;
const std::array<Row, 4> rows{
    {{{0, 1}, 1}, {{1, -1}, Interval(0.5)}, {{-fifth, 1}, -3}, {{-fifth, -1}, -3}}};

constexpr const char* correlation =
    "v*(relu(u2) + 0.5*relu(u1 - u2) - 3*relu(-0.2*u1 + u2) - 3*relu(-0.2*u1 - u2))";

/// The boxes of starts are within 0.02 of (-0.8, 0.3, 0), entry by entry, and a little more.
std::vector<Interval> starts() {
  return {Interval(-0.8200001, -0.7799999), Interval(0.2799999, 0.3200001),
          Interval(-0.0200001, 0.0200001)};
}

/// Up to t = 0.2 every solution slides on u2 = 0, and is the only one from its start. After that
/// u2 = 0 and u1 = r > 0 with r' = v/2, v' = r/2 (row 1 alone is active; row 0, whose side is
/// u2, is on its kink): attracting as u2' = v/2 above and -v/2 below, and rows 2 and 3 stay at
/// -r/5 < 0. v^2 - r^2 is conserved.
void certify_arrival(const FilippovMap& flow, Claims& claims) {
  const Tube tube = enclose(flow, {.t1 = 0.2, .x0 = starts()});
  const bool slides = tube.status == TubeStatus::finished &&
                      tube.uniqueness.proof == Proof::certified && tube.box[2].contains(0) &&
                      tube.box[2].width() <= 1e-12;
  claims.add_proof("the ascent slides on x0.u = 0 from every (v, u) of a box around (-0.8, 0.3, 0)",
                   "(not in the paper)",
                   slides ? fmt::format("u2 = 0 at t = 0.2, v in {}, u1 in {}",
                                        to_string(tube.box[0]), to_string(tube.box[1]))
                          : tube.message + tube.uniqueness.reason,
                   slides);
  const Interval v = tube.box[0];
  const Interval r = tube.box[1];
  const Interval speed = sqrt(sqr(v) - sqr(r));  // |v| where u = 0, and the least |v| before
  const bool arrives = slides && v.upper() < 0 && r.lower() > 0 && speed.lower() > 0;
  const Interval latest = Interval(0.2) + 2 * r / speed;
  claims.add_proof(
      "and reaches u = 0 in finite time with v < 0", "(not in the paper)",
      fmt::format("before t = {}, at v in {}", decimal_above(latest.upper()), to_string(-speed)),
      arrives);
}

/// From (v, 0), v < 0: u = rho q, q = -a/|a|, a = sum of z_i x_i over the rows of `active`, solves
/// u' = v a, v' = a.u with rho' = |v| |a| in the open cell where exactly these rows are active.
bool leaves(const std::array<bool, 4>& active, std::string& direction) {
  std::array<Interval, 2> a{0, 0};
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (!active[i]) continue;
    for (std::size_t k = 0; k < 2; ++k) a[k] = a[k] + rows[i].z * rows[i].x[k];
  }
  const Interval length = sqrt(sqr(a[0]) + sqr(a[1]));
  if (!(length.lower() > 0)) return false;
  const std::array<Interval, 2> q{-a[0] / length, -a[1] / length};
  direction = fmt::format("along ({:.6f}, {:.6f})", q[0].midpoint(), q[1].midpoint());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const Interval side = rows[i].x[0] * q[0] + rows[i].x[1] * q[1];
    if (active[i] ? !(side.lower() > 0) : !(side.upper() < 0)) return false;
  }
  return true;
}

void certify_branching(Claims& claims) {
  std::string first;
  std::string second;
  const bool both =
      leaves({true, false, true, false}, first) && leaves({false, true, false, true}, second);
  claims.add_proof(
      "from (v, 0), v < 0, one solution leaves into the cell of rows 0, 2, one into "
      "that of rows 1, 3",
      "(not in the paper)", fmt::format("{} and {}", first, second), both);
  claims.add_refutation(
      "section 5.1: the hope that almost all points are non-branching, as for u1|u2|",
      "an open question",
      both ? "false for this neuron: a box of starts is branching" : "not decided", both);
}

/// The rows (0, 1) and (1, -.3), both with z = -1: N = -v (max(0, u2) + max(0, u1 - .3 u2)). Where
/// u1 > .3 u2 and v > 0 u2 = 0 attracts, u2' = -.7 v above and .3 v below, and on it u1' = -v and
/// v' = -u1: u1^2 - v^2 is conserved. v passes 0 if that is positive. From there on u2 = 0 drives
/// away, u2' = .7 |v| above and -.3 |v| below: both, and the sliding, are solutions.
void certify_second_set(Claims& claims) {
  const FilippovMap flow =
      ascent(parse("-v*(relu(u2) + relu(u1 - 0.3*u2))", {.variables = {"v", "u1", "u2"}}));
  const std::vector<Interval> box{Interval(0.4899999, 0.5100001), Interval(1.9899999, 2.0100001),
                                  Interval(-0.0100001, 0.0100001)};
  const Tube tube = enclose(flow, {.t1 = 0.1, .x0 = box});
  const bool slides = tube.status == TubeStatus::finished &&
                      tube.uniqueness.proof == Proof::certified && tube.box[2].contains(0) &&
                      tube.box[2].width() <= 1e-12;
  const Interval v = tube.box[0];
  const Interval r = tube.box[1];
  const Interval left = sqr(r) - sqr(v);
  const bool arrives = slides && v.lower() > 0 && left.lower() > 0 && r.lower() > 0;
  claims.add_proof(
      "another open set, |u| > |v|: from a box around (0.5, 2, 0) u slides on x0.u = 0 until v "
      "passes 0 at u != 0; there it may slide on or leave to either side",
      "(not in the paper)",
      arrives ? fmt::format("v > 0 at t = 0.1; v = 0 at u1 in {}", to_string(sqrt(left)))
              : tube.message + tube.uniqueness.reason,
      arrives);
}

void compute(const FilippovMap& flow, Claims& claims) {
  const Solution s = solve(flow, {.t1 = 2, .x0 = {-0.8, 0.3, 0.01}}, {.rtol = 1e-12});
  const bool branches = s.status == Status::branching && s.events.size() == 2 &&
                        s.events[0].kind == EventKind::sliding_entry &&
                        s.events[1].kind == EventKind::branching;
  claims.add("the solver, from (-0.8, 0.3, 0.01), stops at the branching point",
             "(not in the paper)", fmt::format("t = {:.9f}, {}", s.t, name(s.status)), branches);
}

}  // namespace

int main(int argc, char** argv) try {
  const Function f = parse(correlation, {.variables = {"v", "u1", "u2"}});
  const FilippovMap flow = ascent(f);
  Claims claims(argc, argv, "An open set of branching initializations (section 5.1)");
  compute(flow, claims);
  certify_arrival(flow, claims);
  certify_branching(claims);
  certify_second_set(claims);

  SolverOptions all{.rtol = 1e-12};
  all.branches = BranchPolicy::all;
  const std::array<std::string, 3> names{"v", "u1", "u2"};
  plot(claims.figure("branching_set.svg", "The solutions from (-0.8, 0.3, 0.01)"),
       solve(flow, {.t1 = 1.2, .x0 = {-0.8, 0.3, 0.01}}, all), flow, names);
  return claims.finish();
} catch (const std::exception& error) {
  std::cerr << "branching_set: " << error.what() << '\n';
  return 2;
}
