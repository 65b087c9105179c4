#include "../../lib/tube/affine_set.hpp"

#include <doctest/doctest.h>

#include <cmath>

using namespace filippov;
using namespace filippov::detail;

// The centre is a double beside the set, not a member of it: mean values may be between them.
TEST_CASE("the hull for mean values holds the set and its centre") {
  const UpwardScope scope;
  AffineSet set(std::vector<Interval>{0.1, Interval(1, 2)});
  SmallIntervalMatrix slope(2, 2);
  for (const double stretch : {1.0, 0x1p-60, -0.3, 0.7, 1e-300}) {
    slope(0, 0) = slope(1, 1) = UpwardInterval(stretch);
    slope(0, 1) = UpwardInterval(1 - stretch);
    REQUIRE(set.map({UpwardInterval(0x1p-58), UpwardInterval(1e-3, 1.01e-3)}, slope));
    const IntervalVector wide = set.hull_with_center();
    for (std::size_t i = 0; i < 2; ++i) {
      CHECK(wide[i].contains(set.hull()[i]));
      CHECK(wide[i].contains(UpwardInterval(set.center()[i])));
    }
  }
}

// The states part quickly, at different rates, and the parameter moves them by more than its size.
TEST_CASE("a parameter stays what it is while the frame turns") {
  const UpwardScope scope;
  const double size = 1e-120;
  AffineSet set(std::vector<Interval>{1, 2, Interval(0, size)});
  SmallIntervalMatrix slope(3, 3);
  slope(0, 0) = UpwardInterval(1.9, 1.9 + 1e-14);
  slope(0, 1) = slope(1, 0) = UpwardInterval(0.7, 0.7 + 1e-14);
  slope(1, 1) = UpwardInterval(0.3);
  slope(0, 2) = slope(1, 2) = UpwardInterval(1e6);
  slope(2, 2) = UpwardInterval(1.0);
  for (int step = 0; step < 100; ++step) {
    REQUIRE(set.map({UpwardInterval(0.1), UpwardInterval(-0.1), UpwardInterval(0.0)}, slope));
  }
  CHECK(set.hull()[0].upper() - set.hull()[0].lower() > 1e-3);
  CHECK(set.hull()[2].lower() >= -1e-12 * size);
  CHECK(set.hull()[2].upper() <= (1 + 1e-12) * size);
}

// Two rotations, of which the second, not known exactly, grows to 10^15: a frame for both at once
// added its rounding errors to the first.
TEST_CASE("parts of different size do not blur each other") {
  const UpwardScope scope;
  const Interval part(0, 1e-14);
  AffineSet set(std::vector<Interval>{1 + part, 1, 1, 1 + part});
  SmallIntervalMatrix slope(4, 4);
  for (const int first : {0, 2}) {
    const double stretch = first == 0 ? 1 : 1.5;
    slope(first, first) = slope(first + 1, first + 1) = UpwardInterval(0.8 * stretch);
    slope(first, first + 1) = UpwardInterval(-0.6 * stretch);
    slope(first + 1, first) = UpwardInterval(0.6 * stretch);
  }
  slope(3, 0) = UpwardInterval(1e-30);
  for (int step = 0; step < 85; ++step) {
    const UpwardInterval far(std::pow(1.5, step), 1.000001 * std::pow(1.5, step));
    REQUIRE(set.map({UpwardInterval(0.1), UpwardInterval(0.1), far, far}, slope));
  }
  const IntervalVector hull = set.hull();
  CHECK(hull[2].magnitude() > 1e14);
  for (const int i : {0, 1}) CHECK(hull[i].upper() - hull[i].lower() < 1e-12);
}
