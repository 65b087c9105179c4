#pragma once

#include <vector>

#include "filippov/function/program.hpp"

namespace filippov {

/// A piece of phase space on which the motion is smooth: the state slides on the surfaces `sliding`
/// and is on side `signature[j]` of every other surface j.
///
/// sliding = {} is a mode. Of a surface slid on, `signature` keeps the side the state came from.
struct Face {
  Signature signature;       ///< +1 or -1 per switching function
  std::vector<int> sliding;  ///< increasing

  bool slides_on(int surface) const;
  friend auto operator<=>(const Face&, const Face&) = default;  // NOLINT: no null pointer
};

}  // namespace filippov
