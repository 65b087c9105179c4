#include "../../lib/solver/inverse_root.hpp"

#include <doctest/doctest.h>

#include <cmath>

using filippov::detail::inverse_root;

TEST_CASE("inverse root: within 0.3 % of the power over the whole range of errors") {
  for (double x = 1e-30; x < 1e30; x *= 1.0137) {
    CAPTURE(x);
    CHECK(std::abs(inverse_root<4>(x) * std::pow(x, 0.25) - 1) < 3e-3);
    CHECK(std::abs(inverse_root<5>(x) * std::pow(x, 0.2) - 1) < 3e-3);
  }
}
