// Tubes against solutions with fifty digits and against many floating-point solutions.

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "filippov/solver/solve.hpp"
#include "filippov/tube/enclose.hpp"
#include "relay_oracle.hpp"

using namespace filippov;
using namespace filippov::oracle;

namespace {

struct Experiment {
  Relays system;
  EnclosureProblem problem;
  EnclosureOptions options;
};

Experiment experiment(unsigned seed, std::mt19937& random) {
  random.seed(seed);
  const auto number = [&](double low, double high) {
    return std::uniform_real_distribution<double>(low, high)(random);
  };
  Experiment e;
  const int dimension = 1 + static_cast<int>(random() % 3);
  e.system = random_relays(random, dimension, static_cast<int>(random() % 4));
  e.problem.t0 = number(-1, 1);
  e.problem.t1 = e.problem.t0 + number(0.5, 2.5);
  if (random() % 4 == 0) std::swap(e.problem.t0, e.problem.t1);
  const double radius = random() % 2 == 0 ? 0 : std::pow(10, number(-8, -2));
  for (int i = 0; i < dimension; ++i) {
    e.problem.x0.push_back(Interval::around(number(-1, 1), radius));
  }
  e.options.order = 4 + static_cast<int>(random() % 25);
  e.options.max_pieces = random() % 3 == 0 ? 8 : 1;
  if (random() % 3 == 0) e.options.max_step = number(0.01, 0.2);
  return e;
}

/// Every part of the tube that has segments.
std::vector<const Tube*> parts(const Tube& tube) {
  std::vector<const Tube*> list{&tube};
  for (const Tube& piece : tube.pieces) list.push_back(&piece);
  return list;
}

bool starts_in(const Tube& tube, const std::vector<double>& x) {
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (!tube.x0[i].contains(x[i])) return false;
  }
  return true;
}

/// The corner of the box, or a point inside it.
std::vector<double> point_of(const std::vector<Interval>& box, int k, std::mt19937& random) {
  std::vector<double> x;
  for (const Interval& entry : box) {
    const double part = std::uniform_real_distribution<double>(0, 1)(random);
    const bool corner = k % 2 == 0;
    const double value = entry.lower() + part * (entry.upper() - entry.lower());
    x.push_back(corner ? (random() % 2 == 0 ? entry.lower() : entry.upper())
                       : std::clamp(value, entry.lower(), entry.upper()));
  }
  return x;
}

/// Checks one solution against one part of the tube, exactly. Returns the number of checks made.
int check_exactly(const Experiment& e, const Tube& tube, const std::vector<double>& start) {
  const double t0 = e.problem.t0;
  std::vector<double> times;
  const std::size_t stride = std::max<std::size_t>(1, tube.segments.size() / 8);
  for (std::size_t k = 0; k < tube.segments.size(); ++k) {
    const bool window = tube.segments[k].kind == TubeSegment::Kind::window;
    if (window || k % stride == 0) times.push_back(tube.segments[k].t1);
  }
  if (times.empty() || times.back() != tube.t) times.push_back(tube.t);
  const ExactSolution exact = exact_solution(e.system, t0, start, times);
  int checks = 0;
  for (const ExactState& state : exact.states) {
    for (const TubeSegment& segment : tube.segments) {
      const bool at_end = segment.t1 == state.t;
      if (!at_end && segment.t0 != state.t) continue;
      for (std::size_t i = 0; i < start.size(); ++i) {
        CAPTURE(state.t);
        CAPTURE(i);
        CAPTURE(state.x[i]);
        CHECK(contains(segment.box[i], state.x[i]));
        if (at_end) CHECK(contains(segment.end[i], state.x[i]));
        ++checks;
      }
    }
    if (state.t != tube.t) continue;
    for (std::size_t i = 0; i < start.size(); ++i) {
      CAPTURE(state.x[i]);
      CHECK(contains(tube.box[i], state.x[i]));
    }
  }
  // Events of the tube are those of every solution, in this order.
  for (std::size_t k = 0; k < std::min(exact.events.size(), tube.events.size()); ++k) {
    const TubeEvent& event = tube.events[k];
    CAPTURE(k);
    CAPTURE(exact.events[k].t);
    CHECK_EQ(event.kind, exact.events[k].kind);
    CHECK(contains(event.window, exact.events[k].t));
    CHECK(std::count(event.surfaces.begin(), event.surfaces.end(), exact.events[k].surface) == 1);
    ++checks;
  }
  const bool whole = exact.end == tube.t && tube.status == TubeStatus::finished;
  if (whole) CHECK_EQ(tube.events.size(), exact.events.size());
  return checks;
}

void check_exactly(unsigned from, unsigned to, int points) {
  std::mt19937 random;
  int finished = 0;
  int checks = 0;
  for (unsigned seed = from; seed < to; ++seed) {
    const Experiment e = experiment(seed, random);
    CAPTURE(seed);
    const Tube tube = enclose(e.system.map(), e.problem, e.options);
    finished += tube.status == TubeStatus::finished ? 1 : 0;
    for (int k = 0; k < points; ++k) {
      const std::vector<double> start = point_of(e.problem.x0, k, random);
      for (const Tube* part : parts(tube)) {
        if (!part->segments.empty() && starts_in(*part, start)) {
          checks += check_exactly(e, *part, start);
        }
      }
    }
  }
  // The test is about something.
  CHECK_GE(finished, static_cast<int>(to - from) / 2);
  CHECK_GE(checks, 10 * static_cast<int>(to - from));
}

bool contains_all(const std::vector<Interval>& outer, const std::vector<Interval>& inner) {
  for (std::size_t i = 0; i < outer.size(); ++i) {
    if (!outer[i].contains(inner[i])) return false;
  }
  return true;
}

/// From a start on which backward uniqueness is lost (sliding) the way back is not unique, but the
/// tube, if there is one, holds all of them.
void check_there_and_back(unsigned from, unsigned to) {
  std::mt19937 random;
  int compared = 0;
  for (unsigned seed = from; seed < to; ++seed) {
    Experiment e = experiment(seed, random);
    CAPTURE(seed);
    e.options.max_pieces = 1;
    const FilippovMap map = e.system.map();
    const Tube there = enclose(map, e.problem, e.options);
    if (there.status != TubeStatus::finished) continue;
    const EnclosureProblem reversed{.t0 = e.problem.t1, .t1 = e.problem.t0, .x0 = there.box};
    const Tube back = enclose(map, reversed, e.options);
    if (back.status != TubeStatus::finished) continue;
    CHECK(contains_all(back.box, e.problem.x0));
    ++compared;
  }
  CHECK_GE(compared, static_cast<int>(to - from) / 6);
}

/// Whatever the order and the longest step, all tubes hold the same solutions: they meet.
void check_options(unsigned from, unsigned to) {
  std::mt19937 random;
  for (unsigned seed = from; seed < to; ++seed) {
    Experiment e = experiment(seed, random);
    CAPTURE(seed);
    const FilippovMap map = e.system.map();
    std::vector<Tube> tubes;
    for (const int order : {5, 12, 30}) {
      for (const double step : {1e300, 0.05}) {
        tubes.push_back(
            enclose(map, e.problem, {.order = order, .max_step = step, .max_pieces = 1}));
      }
    }
    for (const Tube& a : tubes) {
      for (const Tube& b : tubes) {
        for (std::size_t k = 0; k < std::min(a.events.size(), b.events.size()); ++k) {
          CHECK_EQ(a.events[k].kind, b.events[k].kind);
          CHECK(intersect(a.events[k].window, b.events[k].window).has_value());
        }
        if (a.status != TubeStatus::finished || b.status != TubeStatus::finished) continue;
        CHECK_EQ(a.events.size(), b.events.size());
        for (std::size_t i = 0; i < a.box.size(); ++i) {
          CHECK(intersect(a.box[i], b.box[i]).has_value());
        }
        const bool opposed = a.uniqueness.proof != b.uniqueness.proof &&
                             a.uniqueness.proof != Proof::undecided &&
                             b.uniqueness.proof != Proof::undecided;
        CHECK_FALSE(opposed);
      }
    }
  }
}

/// Floating-point solutions from `points` states of the box, at every segment and event.
void check_many_points(unsigned from, unsigned to, int points) {
  std::mt19937 random;
  constexpr double slack = 1e-8;
  int checks = 0;
  for (unsigned seed = from; seed < to; ++seed) {
    Experiment e = experiment(seed, random);
    for (Interval& entry : e.problem.x0) entry = Interval::around(entry.midpoint(), 3e-3);
    e.options.max_pieces = 1;
    CAPTURE(seed);
    const FilippovMap map = e.system.map();
    const Tube tube = enclose(map, e.problem, e.options);
    for (int k = 0; k < points; ++k) {
      const InitialValueProblem value{
          .t0 = e.problem.t0, .t1 = e.problem.t1, .x0 = point_of(e.problem.x0, k, random)};
      const Solution solution =
          solve(map, value, {.rtol = 1e-11, .atol = 1e-12, .max_steps = 20000});
      if (solution.status != Status::finished || solution.trajectory.empty()) continue;
      std::string where;
      for (const TubeSegment& segment : tube.segments) {
        // The trajectory may end one rounding before the final time.
        const double first = std::min(solution.trajectory.start(), solution.trajectory.end());
        const double last = std::max(solution.trajectory.start(), solution.trajectory.end());
        const std::vector<double> x = solution.trajectory(std::clamp(segment.t1, first, last));
        for (std::size_t i = 0; i < x.size(); ++i) {
          const double room = slack * std::max(1.0, std::abs(x[i]));
          for (const Interval box : {segment.box[i], segment.end[i]}) {
            if (x[i] >= box.lower() - room && x[i] <= box.upper() + room) continue;
            where = fmt::format("x{} = {} at t = {}", i + 1, x[i], segment.t1);
          }
        }
      }
      CHECK_EQ(where, "");
      for (std::size_t j = 0; j < std::min(tube.events.size(), solution.events.size()); ++j) {
        const Interval window = tube.events[j].window;
        CHECK_EQ(tube.events[j].kind, solution.events[j].kind);
        CHECK(solution.events[j].t >= window.lower() - slack);
        CHECK(solution.events[j].t <= window.upper() + slack);
      }
      ++checks;
    }
  }
  CHECK_GE(checks, static_cast<int>(to - from) * points / 2);
}

// The address sanitizer makes each trial ten times slower, and a few show what it looks for.
#ifdef __SANITIZE_ADDRESS__
constexpr int part = 5;
#else
constexpr int part = 1;
#endif

}  // namespace

TEST_CASE("tubes contain the solutions with fifty digits") { check_exactly(0, 60 / part, 2); }
TEST_CASE("there and back again contains the start") {
  check_there_and_back(1000, 1000 + 200 / part);
}
TEST_CASE("tubes with other steps and orders contain the same solutions") {
  check_options(2000, 2000 + 60 / part);
}
TEST_CASE("tubes of boxes contain floating-point solutions from them") {
  check_many_points(3000, 3000 + 20 / part, 40);
}

TEST_SUITE("slow") {
  TEST_CASE("many tubes contain the solutions with fifty digits") {
    check_exactly(10000, 11000, 3);
  }
  TEST_CASE("many tubes contain the start there and back again") {
    check_there_and_back(20000, 24000);
  }
  TEST_CASE("many tubes with other steps and orders agree") { check_options(30000, 31000); }
  TEST_CASE("tubes of boxes contain a thousand floating-point solutions each") {
    check_many_points(40000, 40100, 1000);
  }
}
