#include "filippov/solution/solution.hpp"

#include <doctest/doctest.h>

using namespace filippov;

TEST_CASE("statuses and verdicts have the names used in JSON") {
  CHECK(name(Status::finished) == "finished");
  CHECK(name(Status::branching) == "branching");
  CHECK(name(Status::equilibrium) == "equilibrium");
  CHECK(name(Status::accumulation) == "accumulation");
  CHECK(name(Status::escape) == "escape");
  CHECK(name(Status::undecided) == "undecided");
  CHECK(name(Status::failed) == "failed");
  CHECK(name(Verdict::unique) == "unique");
  CHECK(name(Verdict::branching) == "branching");
  CHECK(name(Verdict::undecided) == "undecided");
}

TEST_CASE("a solution that was never solved says so") {
  CHECK(name(Solution().status) == "not-solved");
  CHECK(Solution().message == "not solved yet");
}
