#include "filippov/inclusion/filippov_map.hpp"

#include <doctest/doctest.h>

using namespace filippov;

TEST_CASE("a switching function depends on signs where it contains an absolute value") {
  const FilippovMap map(VectorField(
      2, [](auto, const auto& x) { return vector(sign(abs(x[0]) - 1), sign(x[0] + x[1])); }));
  REQUIRE_EQ(map.switch_count(), 3);
  for (int j = 0; j < map.switch_count(); ++j) {
    CHECK_EQ(map.depends_on_signs(j), map.surface_name(j) == "abs(x1) - 1");
  }
}
