#pragma once

#include <cstdint>

namespace filippov {

/// The primitives of an expression graph. Every nonsmooth primitive (abs, max, min, relu, sign,
/// step ...) is recorded as `select` on the sign of a switching function.
enum class Operation : std::uint8_t {
  constant,
  variable,
  time,
  add,
  subtract,
  multiply,
  divide,
  negate,
  integer_power,  ///< first ^ index
  real_power,     ///< first ^ second = exp(second log(first)), first > 0
  square_root,
  exponential,
  logarithm,
  sine,
  cosine,
  tangent,
  arctangent,
  hyperbolic_sine,
  hyperbolic_cosine,
  hyperbolic_tangent,
  select,  ///< first where switching function `index` is positive, second where it is negative
};

}  // namespace filippov
