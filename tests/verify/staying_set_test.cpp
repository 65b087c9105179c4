#include "filippov/verify/staying_set.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "filippov/arithmetic/error.hpp"

using namespace filippov;

namespace {

// x_i.u at u* = -(2, 1)/sqrt(10): -2.5, .25, 2.375, .5 times 1/sqrt(10); |x|^2 <= 1.390625.
DataSet four_rows() {
  return parse_csv("1,.5,1\n-.625,1,.5\n-1,-.375,-.75\n.25,-1,.5\n", "four rows");
}

const std::vector<double> point{-std::sqrt(0.5), -2 / std::sqrt(10.0), -1 / std::sqrt(10.0)};

std::vector<Interval> start(double v, double u1, double u2) { return {v, u1, u2}; }

}  // namespace

TEST_CASE("Lemma 5.4 at a KKT point of four examples") {
  const Network relu = parse_network("relu");
  const StayingSet set = staying_set(relu, four_rows(), {}, point);
  CHECK(set.holds.proof == Proof::certified);
  CHECK(set.eta_1.contains(0.25 / std::sqrt(10.0)));
  CHECK(set.eta_2.contains(std::sqrt(1.390625)));
  CHECK(set.gamma.contains(0.125 / std::sqrt(13.90625)));
  const double gamma = set.gamma.lower();
  const std::vector<Interval> inside = start(-0.8, point[1], point[2] + 0.99 * gamma);
  CHECK(set.contains(inside));
  CHECK(meets_no_hyperplane(relu, four_rows(), {}, inside).proof == Proof::certified);
  CHECK_FALSE(set.contains(start(-0.8, point[1], point[2] + 1.01 * gamma)));
  CHECK_FALSE(set.contains(start(0.8, point[1], point[2])));
  // v of the right sign, or 0, is enough.
  for (const double v : {0.0, -0.1}) {
    CHECK_FALSE(set.contains(start(v, point[1], point[2])));
    CHECK(set.contains(start(v, point[1], point[2]), true));
    CHECK(meets_no_hyperplane(relu, four_rows(), {}, start(v, point[1], point[2])).proof ==
          Proof::certified);
  }
  // The start of instance A crosses three hyperplanes; with v > 0 u moves to the other side.
  CHECK(meets_no_hyperplane(relu, four_rows(), {}, start(-0.8, .168, .576)).proof ==
        Proof::undecided);
  CHECK(meets_no_hyperplane(relu, four_rows(), {}, start(0.8, point[1], point[2])).proof ==
        Proof::undecided);
}

TEST_CASE("no staying set at a point on a kink, or for another network") {
  const Network relu = parse_network("relu");
  // The limit of instance B is on the hyperplane of row 2.
  const double v = std::sqrt(0.5);
  const std::vector<double> kink{v, v * 0.35112344158839, -v * 0.93632917756904};
  CHECK(staying_set(relu, four_rows(), {}, kink).holds.proof == Proof::undecided);
  CHECK_THROWS_AS(staying_set(parse_network("squared-relu"), four_rows(), {}, point), Error);
  CHECK_THROWS_AS(staying_set(relu, four_rows(), {}, std::vector<double>{1, 0}), Error);
}
