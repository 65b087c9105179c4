#pragma once

#include <fmt/format.h>

#include <limits>

#include "filippov/arithmetic/error.hpp"
#include "ordering.hpp"

namespace filippov::detail {

/// What verify_rounding promises, for `rounding` with the members of UpwardRounding.
template <class Rounding>
void verify_rounding(const Rounding& rounding) {
  const double tiny = std::numeric_limits<double>::denorm_min();
  const double below_one = 1 - std::numeric_limits<double>::epsilon() / 2;
  const double above_one = 1 + std::numeric_limits<double>::epsilon();
  const double largest = std::numeric_limits<double>::max();
  struct Case {
    const char* operation;
    double computed;
    double expected;
  };
  const Case cases[] = {
      {"1 + tiny rounded up", rounding.add_up(1, tiny), above_one},
      {"1 + tiny rounded down", rounding.add_down(1, tiny), 1},
      {"1 - tiny rounded up", rounding.sub_up(1, tiny), 1},
      {"1 - tiny rounded down", rounding.sub_down(1, tiny), below_one},
      {"(1 + eps)^2 rounded down", rounding.mul_down(above_one, above_one),
       1 + 2 * std::numeric_limits<double>::epsilon()},
      {"(1 + eps)^2 rounded up", rounding.mul_up(above_one, above_one),
       1 + 3 * std::numeric_limits<double>::epsilon()},
      {"tiny * tiny rounded up", rounding.mul_up(tiny, tiny), tiny},
      {"tiny * tiny rounded down", rounding.mul_down(tiny, tiny), 0},
      {"largest * 2 rounded down", rounding.mul_down(largest, 2), largest},
      {"1 / 3 rounded down", rounding.div_down(1, 3), 0x1.5555555555555p-2},
      {"1 / 3 rounded up", rounding.div_up(1, 3), 0x1.5555555555556p-2},
      {"sqrt(2) rounded down", rounding.sqrt_down(2), 0x1.6a09e667f3bccp+0},
      {"sqrt(2) rounded up", rounding.sqrt_up(2), 0x1.6a09e667f3bcdp+0},
      {"tiny + tiny rounded up", rounding.add_up(tiny, tiny), 2 * tiny},
  };
  for (const Case& c : cases) {
    if (!equal(c.computed, c.expected)) {
      throw Error(fmt::format("directed rounding does not work here: {} gave {:a}, expected {:a}",
                              c.operation, c.computed, c.expected));
    }
  }
}

}  // namespace filippov::detail
