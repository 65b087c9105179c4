#pragma once

#include <initializer_list>
#include <vector>

#include "filippov/arithmetic/interval.hpp"

namespace filippov {

inline Interval decimal(const char* text) { return Interval::from_decimal(text); }

inline std::vector<Interval> weights(std::initializer_list<const char*> texts) {
  std::vector<Interval> result;
  for (const char* text : texts) result.push_back(decimal(text));
  return result;
}

}  // namespace filippov
