#include "filippov/verify/root.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "filippov/arithmetic/error.hpp"
#include "filippov/function/parse.hpp"

using namespace filippov;

namespace {

RootEnclosure root(const std::vector<std::string>& formulas, const std::vector<Interval>& box) {
  const std::vector<std::string> names{"x", "y", "z"};
  return enclose_root(
      parse_field(formulas, {{names.begin(), names.begin() + static_cast<long>(box.size())}}), box);
}

}  // namespace

TEST_CASE("one root is enclosed to some units in the last place") {
  const RootEnclosure found = root({"x^2 - 2"}, {Interval(1, 2)});
  CHECK_EQ(found.unique_root.proof, Proof::certified);
  CHECK(found.box[0].width() <= 1e-15);
  CHECK(certainly_less_equal(sqr(Interval(found.box[0].lower())), 2));
  CHECK(certainly_less_equal(2, sqr(Interval(found.box[0].upper()))));

  // The circle and the hyperbola: x^2 = (4 + sqrt 12) / 2.
  const RootEnclosure pair =
      root({"x^2 + y^2 - 4", "x*y - 1"}, {Interval(1.8, 2.1), Interval(0.4, 0.6)});
  CHECK_EQ(pair.unique_root.proof, Proof::certified);
  CHECK(intersect(pair.box[0], sqrt(2 + sqrt(Interval(3)))).has_value());
  CHECK(pair.box[0].width() <= 1e-14);
}

TEST_CASE("no root is proved as well") {
  CHECK_EQ(root({"x^2 - 2"}, {Interval(2, 3)}).unique_root.proof, Proof::refuted);
  CHECK_EQ(root({"exp(x)"}, {Interval(-1, 1)}).unique_root.proof, Proof::refuted);
}

TEST_CASE("kinks are allowed, jumps are not") {
  // 2 x + |x| - 1: slopes 1 and 3, the root 1/3.
  const RootEnclosure kink = root({"2*x + abs(x) - 1"}, {Interval(-1, 2)});
  CHECK_EQ(kink.unique_root.proof, Proof::certified);
  CHECK(kink.box[0].contains(Interval(1) / 3));
  // At the kink itself.
  CHECK_EQ(root({"2*x + abs(x)"}, {Interval(-1, 2)}).unique_root.proof, Proof::certified);
  // |x| - 1/2 has two roots, |x| a singular one: the slopes are of both signs.
  CHECK_EQ(root({"abs(x) - 0.5"}, {Interval(-1, 1)}).unique_root.proof, Proof::undecided);
  CHECK_EQ(root({"abs(x)"}, {Interval(-1, 1)}).unique_root.proof, Proof::undecided);
  CHECK_EQ(root({"x + 0.5*sign(x)"}, {Interval(-1, 1)}).unique_root.proof, Proof::undecided);
}

TEST_CASE("what cannot be decided is said to be so") {
  const RootEnclosure two = root({"x^2 - 2"}, {Interval(-2, 2)});
  CHECK_EQ(two.unique_root.proof, Proof::undecided);
  CHECK(two.box[0].contains(Interval(-1.41421357, 1.41421357)));
  CHECK_EQ(root({"x^2"}, {Interval(-1, 1)}).unique_root.proof, Proof::undecided);
  CHECK_EQ(root({"sqrt(x) - 1"}, {Interval(0, 2)}).unique_root.proof, Proof::undecided);
  CHECK_THROWS_AS(root({"x", "y"}, {Interval(0, 1)}), Error);
  CHECK_THROWS_AS(root({"x"}, {Interval::entire()}), Error);
}
