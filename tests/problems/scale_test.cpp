// Thousands of surfaces, with the answers of scale.cpp.

#include "scale.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "filippov/inclusion/clarke.hpp"
#include "filippov/solver/solve.hpp"

using namespace filippov;
using namespace filippov::problems;

TEST_CASE("two thousand relays, each of which comes to slide, and the record of them all") {
  const int count = 2000;
  const Solution s = solve(FilippovMap(many_relays(count)),
                           {.t1 = 8, .x0 = many_relays_start(count)}, {.rtol = 1e-9});
  CHECK(s.status == Status::finished);
  REQUIRE(s.events.size() == static_cast<std::size_t>(count));
  std::vector<int> reached;
  for (const Event& event : s.events) {
    CHECK((event.kind == EventKind::sliding_entry || event.kind == EventKind::sliding_change));
    CHECK(event.x.empty());  // more than 1000 components
    CHECK(event.sliding.empty());
    REQUIRE(event.surfaces.size() == 1);
    reached.push_back(event.surfaces[0]);
  }
  CHECK(s.events[0].kind == EventKind::sliding_entry);
  std::sort(reached.begin(), reached.end());
  for (int i = 0; i < count; ++i) CHECK(reached[static_cast<std::size_t>(i)] == i);
  for (int i = 0; i < count; ++i) CHECK(std::abs(s.x[static_cast<std::size_t>(i)]) < 1e-12);
  CHECK(std::abs(s.x.back() - many_relays_sum(count, 8)) < 1e-9);

  // From t = 2 on all slide: the record grows by sum (i/count) cos t / (2 a_i).
  for (const double t : {2.0, 3.3, 5.0, 7.9}) {
    const std::vector<double> x = s.trajectory(t);
    CHECK(std::abs(x.back() - many_relays_sum(count, t)) < 1e-9);
    CHECK(std::abs(x[0]) < 1e-12);
  }
  CHECK(s.trajectory(0) == many_relays_start(count));
}

TEST_CASE("a total variation flow of two thousand values is the minimum it must be, at any time") {
  const int count = 2001;
  const std::vector<double> start = wavy_start(count);
  const Solution s = solve(descent(total_variation(count)), {.t1 = 1, .x0 = start}, {});
  CHECK(s.status == Status::finished);
  CHECK(s.events.size() > 1500);
  CHECK(total_variation_defect(start, s.x, 1, 1e-9) < 1e-12);
  for (const double t : {0.001, 0.1, 0.25, 0.7}) {
    CHECK(total_variation_defect(start, s.trajectory(t), t, 1e-9) < 1e-12);
  }
  CHECK(s.trajectory(1) == s.x);
}

TEST_CASE("a total variation flow comes to rest at the mean of its start") {
  const int count = 301;
  const std::vector<double> start = wavy_start(count);
  double mean = 0;
  for (const double value : start) mean += value / count;
  const Solution s = solve(descent(total_variation(count)), {.t1 = 1000, .x0 = start}, {});
  CHECK(s.status == Status::equilibrium);
  CHECK(s.t == 1000);
  CHECK(s.events.size() == static_cast<std::size_t>(count - 1));
  for (const double value : s.x) CHECK(std::abs(value - mean) < 1e-12);
}

TEST_CASE("a flow that starts on thousands of surfaces") {
  // Steps of ten equal values each, like an image: 0, 1, 0, 2, 0, 3, ...
  const int count = 3000;
  std::vector<double> start;
  for (int i = 0; i < count; ++i) {
    const int step = i / 10;
    start.push_back(step % 2 == 0 ? 0 : (step + 1) / 2);
  }
  const Solution s = solve(descent(total_variation(count)), {.t1 = 1, .x0 = start}, {});
  CHECK(s.status == Status::finished);
  CHECK(s.start.active.size() == 2700);
  CHECK(s.start.verdict == Verdict::unique);
  CHECK(total_variation_defect(start, s.x, 1, 1e-9) < 1e-11);
}

TEST_CASE("where solutions branch a large system stops or follows them all") {
  // x_1' = sign x_1 from 0, beside eighty relays that reach 0 by t = 1.
  const int count = 80;
  const VectorField field(count + 1, [&](auto, const auto& x) {
    std::vector<Expression> f{sign(x[0])};
    for (std::size_t i = 1; i < x.size(); ++i) f.push_back(-sign(x[i]));
    return f;
  });
  std::vector<double> start{0};
  for (int i = 1; i <= count; ++i) start.push_back((i % 2 ? 1 : -1) * i / 100.0);
  const FilippovMap map(field);
  const Solution stopped = solve(map, {.t1 = 1, .x0 = start}, {});
  CHECK(stopped.status == Status::branching);
  CHECK(stopped.start.verdict == Verdict::branching);
  REQUIRE(stopped.events.size() == 1);
  CHECK(stopped.events[0].kind == EventKind::branching);
  const Solution all = solve(map, {.t1 = 1, .x0 = start}, {.branches = BranchPolicy::all});
  REQUIRE(all.branches.size() == 3);
  std::vector<double> ends;
  for (const Solution& branch : all.branches) {
    CHECK(branch.events.size() == static_cast<std::size_t>(count));
    ends.push_back(branch.x[0]);
  }
  std::sort(ends.begin(), ends.end());
  CHECK(std::abs(ends[0] + 1) < 1e-12);
  CHECK(ends[1] == 0);
  CHECK(std::abs(ends[2] - 1) < 1e-12);
}
