#pragma once

#include <array>
#include <optional>
#include <vector>

#include "problem.hpp"

namespace network_checker {

/// A vector of the plane, exactly.
using Direction = std::array<mpq_class, 2>;

/// A point of the unit circle, or an arc of it, where F is critical along the circle: F = sum_i z_i
/// sigma(x_i.u) or, for squared ReLU, with sigma^2.
struct CriticalDirection {
  Box u;  ///< encloses the point; of an arc, the two ends after each other
  bool arc = false;
  Box box = {};             ///< of an arc: encloses it
  Range value;              ///< F there
  bool zero = false;        ///< F = 0 exactly; of an arc, with two layers
  bool everywhere = false;  ///< on the whole circle
  int extremum = 0;         ///< 1 a strict maximum, -1 a minimum, 0 neither (of an arc: beside it)
  std::vector<int> kinks = {};  ///< rows with x_i.u = 0 across which the gradient of F jumps
};

struct CriticalDirections {
  std::vector<CriticalDirection> points;
  /// Isolated zeros of F that are not critical, for two layers.
  std::vector<Box> zeros;
  /// For two layers: 0 is in dF(0).
  bool at_zero = false;
};

/// All of them, by a walk around the circle from one hyperplane x_i.u = 0 to the next, with signs
/// decided in rational arithmetic. Throws Refusal unless d = 2 and the data are exact.
CriticalDirections critical_directions(const Problem& problem);

}  // namespace network_checker
