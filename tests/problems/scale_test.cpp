#include "scale.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "filippov/inclusion/clarke.hpp"
#include "filippov/solver/solve.hpp"

using namespace filippov;
using namespace filippov::problems;

namespace {

void check_relays(int count) {
  const FilippovMap map(many_relays(count));
  const Solution solution = solve(map, {.t1 = 8, .x0 = many_relays_start(count)},
                                  {.rtol = 1e-9, .atol = 1e-11, .keep_trajectory = false});
  CHECK(solution.status == Status::finished);
  CHECK(solution.events.size() == static_cast<std::size_t>(count));
  CHECK(std::abs(solution.x.back() - many_relays_sum(count, 8)) < 1e-6);
  for (int i = 0; i < count; ++i) CHECK(std::abs(solution.x[static_cast<std::size_t>(i)]) < 1e-9);
}

Solution denoise(int count, double time) {
  const auto map = descent(total_variation(count));
  return solve(map, {.t1 = time, .x0 = wavy_start(count)},
               {.rtol = 1e-9, .atol = 1e-11, .keep_trajectory = false});
}

}  // namespace

TEST_CASE("hundreds of relays") { check_relays(300); }

TEST_CASE("total variation flow of hundreds of values minimises the denoising functional") {
  const Solution solution = denoise(500, 1);
  CHECK(solution.status == Status::finished);
  CHECK(total_variation_defect(wavy_start(500), solution.x, 1, 1e-9) < 1e-9);
}

TEST_SUITE_BEGIN("slow");

TEST_CASE("ten thousand relays") {
  CHECK(std::abs(many_relays_sum(10000, 8) - 2891.771512759399827047) < 1e-9);  // digits.py
  check_relays(10000);
}

TEST_CASE("total variation flow of twenty thousand values") {
  const Solution solution = denoise(20001, 1);
  CHECK(solution.status == Status::finished);
  CHECK(total_variation_defect(wavy_start(20001), solution.x, 1, 1e-9) < 1e-8);
  // Merging plateaus in 40 digits.
  CHECK(std::abs(solution.x[0] - 0.14093174945407691647) < 1e-9);
  CHECK(std::abs(solution.x[1] - 0.14093174945407691647) < 1e-9);
  CHECK(std::abs(solution.x[10000] + 0.51097267066244304659) < 1e-9);
  CHECK(std::abs(solution.x[19999] + 0.93637891034200508819) < 1e-9);
  CHECK(std::abs(solution.x[20000] + 0.93637891034200508819) < 1e-9);
}

TEST_SUITE_END();
