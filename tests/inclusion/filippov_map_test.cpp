#include "filippov/inclusion/filippov_map.hpp"

#include <doctest/doctest.h>

#include "filippov/function/parse.hpp"

using namespace filippov;

TEST_CASE("a switching function depends on signs where it contains an absolute value") {
  const FilippovMap map(VectorField(
      2, [](auto, const auto& x) { return vector(sign(abs(x[0]) - 1), sign(x[0] + x[1])); }));
  REQUIRE_EQ(map.switch_count(), 3);
  for (int j = 0; j < map.switch_count(); ++j) {
    CHECK_EQ(map.depends_on_signs(j), map.surface_name(j) == "abs(x1) - 1");
  }
}

TEST_CASE("jumps along the normals are seen where terms have factors of their own") {
  const auto along = [](const std::vector<std::string>& formulas) {
    const FilippovMap map(parse_field(formulas, {{"x", "y"}}));
    std::vector<bool> result;
    for (int j = 0; j < map.switch_count(); ++j) result.push_back(map.jumps_along_normal(j));
    return result;
  };
  using Answers = std::vector<bool>;
  const std::string skew = "sign(0.3*x + 0.7*y)";
  CHECK(along({"-0.3*(1 + x*x)*" + skew, "y - 0.7*" + skew + "*(1 + x*x)"}) == Answers{true});
  CHECK(along({"6*y*" + skew + "/x", "y*14*" + skew + "/x"}) == Answers{true});
  CHECK(along({"x*sign(x)", "y*sign(x)"}) == Answers{false});
  CHECK(along({"x*sign(x - 1)", "0"}) == Answers{true});
  // The decimals are not proportional, in the last place; factors differ; not affine.
  CHECK(along({"0.3*" + skew, "0.70000000000000000001*" + skew}) == Answers{false});
  CHECK(along({"0.3*x*" + skew, "0.7*y*" + skew}) == Answers{false});
  CHECK(along({"exp(sign(x))", "0"}) == Answers{false});
}
