#include <doctest/doctest.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "filippov/function/parse.hpp"
#include "filippov/solver/solve.hpp"
#include "filippov/tube/enclose.hpp"

using namespace filippov;

namespace {

/// Random systems x' = A x + b + smooth terms + sum_j g_j s(h_j), s = sign, abs or step of an
/// affine, circular or moving h_j.
class Systems {
 public:
  explicit Systems(unsigned seed) : random_(seed) {}

  double number(double low, double high) {
    return std::uniform_real_distribution<double>(low, high)(random_);
  }
  int choice(int count) { return static_cast<int>(random_() % static_cast<unsigned>(count)); }

  std::vector<std::string> rhs(int n, int surfaces) {
    std::vector<std::string> switches;
    for (int j = 0; j < surfaces; ++j) {
      std::string h = fmt::format("{:.2f}", number(-0.5, 0.5));
      for (int i = 0; i < n; ++i) h += fmt::format(" + ({:.2f})*x{}", number(-1, 1), i + 1);
      if (choice(4) == 0) h += fmt::format(" + ({:.2f})*x1^2", number(-0.5, 0.5));
      if (choice(5) == 0) h += fmt::format(" + ({:.2f})*sin(t)", number(-0.5, 0.5));
      const char* const kinds[] = {"sign", "sign", "sign", "step", "abs"};
      switches.push_back(fmt::format("{}({})", kinds[choice(5)], h));
    }
    std::vector<std::string> formulas;
    for (int i = 0; i < n; ++i) {
      std::string f = fmt::format("{:.2f}", number(-0.5, 0.5));
      for (int k = 0; k < n; ++k) f += fmt::format(" + ({:.2f})*x{}", number(-1, 1), k + 1);
      if (choice(3) == 0) f += fmt::format(" + ({:.2f})*sin(x{})", number(-1, 1), choice(n) + 1);
      if (choice(4) == 0)
        f += fmt::format(" + ({:.2f})*cos({:.1f}*t)", number(-1, 1), number(1, 3));
      if (choice(4) == 0) f += fmt::format(" + ({:.2f})*x1*x{}", number(-0.5, 0.5), choice(n) + 1);
      for (const std::string& s : switches)
        f += fmt::format(" + ({:.2f})*{}", number(-1.5, 1.5), s);
      formulas.push_back(f);
    }
    return formulas;
  }

 private:
  std::mt19937 random_;
};

std::vector<std::string> names(int n) {
  std::vector<std::string> list;
  for (int i = 1; i <= n; ++i) list.push_back(fmt::format("x{}", i));
  return list;
}

/// A floating-point solution far away is on its way to escape, and not accurate to `slack`.
bool contains(const std::vector<Interval>& box, const std::vector<double>& x, double slack) {
  constexpr double far = 1e4;
  if (std::any_of(x.begin(), x.end(), [](double entry) { return !(std::abs(entry) < far); })) {
    return true;
  }
  for (std::size_t i = 0; i < box.size(); ++i) {
    const double room = slack * std::max(1.0, std::abs(x[i]));
    if (x[i] < box[i].lower() - room || x[i] > box[i].upper() + room) return false;
  }
  return true;
}

/// The first segment, or the end, that a floating-point solution from the box leaves; empty when it
/// leaves none. Its own error allows for `slack`.
std::string escape_from(const Tube& tube, const Solution& solution, double slack) {
  for (const TubeSegment& segment : tube.segments) {
    for (const double part : {0.0, 0.3, 1.0}) {
      const double t = part == 1 ? segment.t1 : segment.t0 + part * (segment.t1 - segment.t0);
      if (std::abs(t - tube.segments.front().t0) >
          std::abs(solution.t - tube.segments.front().t0)) {
        return {};
      }
      if (solution.trajectory.empty()) return {};
      if (!contains(segment.box, solution.trajectory(t), slack)) {
        return fmt::format("outside the tube at t = {}", t);
      }
    }
    if (!contains(segment.end, solution.trajectory(segment.t1), slack)) {
      return fmt::format("outside the end of a segment at t = {}", segment.t1);
    }
  }
  return {};
}

constexpr double slack = 2e-8;
// Some of these systems escape in finite time, with smaller and smaller steps.
const SolverOptions accurate{.rtol = 1e-12, .atol = 1e-13, .max_steps = 2000};

void check_system(unsigned seed, int& finished, int& events) {
  Systems systems(seed);
  const int n = 1 + systems.choice(3);
  const std::vector<std::string> rhs = systems.rhs(n, systems.choice(4));
  CAPTURE(seed);
  CAPTURE(fmt::format("{}", fmt::join(rhs, "; ")));
  const FilippovMap map(parse_field(rhs, {names(n)}));
  const double radius = systems.choice(2) == 0 ? 0 : std::pow(10, systems.number(-6, -2));
  EnclosureProblem problem{.t0 = systems.number(-1, 1), .t1 = 0, .x0 = {}};
  problem.t1 = problem.t0 + systems.number(0.5, 3);
  std::vector<double> center;
  for (int i = 0; i < n; ++i) {
    center.push_back(systems.number(-1, 1));
    problem.x0.push_back(Interval::around(center.back(), radius));
  }
  EnclosureOptions options;
  options.max_pieces = 1;
  options.order = 6 + systems.choice(18);
  const Tube tube = enclose(map, problem, options);
  if (tube.status == TubeStatus::finished) ++finished;
  events += static_cast<int>(tube.events.size());

  for (int k = 0; k < 4; ++k) {
    std::vector<double> x = center;
    for (double& entry : x) entry += k == 0 ? 0 : 0.999 * radius * systems.number(-1, 1);
    const Solution solution = solve(map, {.t0 = problem.t0, .t1 = problem.t1, .x0 = x}, accurate);
    if (tube.segments.empty()) continue;
    CHECK_EQ(escape_from(tube, solution, slack), "");
    if (solution.status == Status::branching) {
      // What is certified up to a time has no branching before it.
      const bool claimed = tube.uniqueness.proof == Proof::certified && solution.t < tube.t - 1e-9;
      CHECK_FALSE(claimed);
    }
    if (solution.status != Status::finished || tube.status != TubeStatus::finished) continue;
    // Events of the tube are those of every solution. A box across a surface has none for that; of
    // several surfaces met together the tube makes one event.
    if (tube.segments.front().kind == TubeSegment::Kind::window) continue;
    const bool together = std::any_of(tube.events.begin(), tube.events.end(), [](const auto& e) {
      return e.kind == EventKind::crossing && e.surfaces.size() > 1;
    });
    if (together) continue;
    CHECK_EQ(tube.events.size(), solution.events.size());
    for (std::size_t e = 0; e < std::min(tube.events.size(), solution.events.size()); ++e) {
      const Interval window = tube.events[e].window;
      CHECK(solution.events[e].t >= window.lower() - slack);
      CHECK(solution.events[e].t <= window.upper() + slack);
      CHECK_EQ(tube.events[e].kind, solution.events[e].kind);
    }
  }
}

}  // namespace

TEST_CASE("tubes of random systems contain their solutions") {
  int finished = 0;
  int events = 0;
  const int count = 300;
  for (int seed = 0; seed < count; ++seed) {
    check_system(static_cast<unsigned>(seed), finished, events);
  }
  // The test is about something.
  CHECK_GE(finished, count / 2);
  CHECK_GE(events, count / 4);
}

TEST_CASE("forward and back again contains the start") {
  for (unsigned seed = 0; seed < 60; ++seed) {
    Systems systems(1000 + seed);
    const int n = 1 + systems.choice(3);
    const std::vector<std::string> rhs = systems.rhs(n, 0);
    CAPTURE(fmt::format("{}", fmt::join(rhs, "; ")));
    const FilippovMap map(parse_field(rhs, {names(n)}));
    std::vector<Interval> start;
    for (int i = 0; i < n; ++i) start.push_back(Interval::around(systems.number(-1, 1), 1e-4));
    const double end = systems.number(0.5, 2);
    const Tube there = enclose(map, {.t0 = 0, .t1 = end, .x0 = start});
    if (there.status != TubeStatus::finished) continue;
    const Tube back = enclose(map, {.t0 = end, .t1 = 0, .x0 = there.box});
    if (back.status != TubeStatus::finished) continue;
    for (int i = 0; i < n; ++i) {
      CHECK(back.box[static_cast<std::size_t>(i)].contains(start[static_cast<std::size_t>(i)]));
    }
  }
}
