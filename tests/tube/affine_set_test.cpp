#include "../../lib/tube/affine_set.hpp"

#include <doctest/doctest.h>

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
