#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "filippov/arithmetic/interval.hpp"

namespace filippov::testing {

/// Random intervals that look for trouble: of every size from subnormal to the largest double, near
/// 0, 1 and multiples of pi/2, narrow and wide, points, with zero or infinite ends.
class IntervalSource {
 public:
  explicit IntervalSource(std::uint64_t seed) : random_(seed) {}
  double number();
  Interval next();

 private:
  std::mt19937_64 random_;
};

/// What a result should be, computed by MPFR from definitions, not from the library's case
/// analysis. Each returns an empty string, or how `result` is wrong. Their own file, so that the
/// tests can be compiled with flags under which a comparison with infinity or NaN means nothing.
enum class Binary { add, subtract, multiply, divide, minimum, maximum };
std::string check_tight(Binary operation, Interval x, Interval y, Interval result);

/// sqr, sqrt, abs: exactly the tightest.
enum class Unary { sqr, sqrt, abs };
std::string check_tight(Unary operation, Interval x, Interval result);

/// exp ... tanh: the tightest at the ends where the function is monotone or the argument a point,
/// at most one unit in the last place wide at points, and containing the values at the ends and at
/// random points between, computed with 80 bits.
enum class Elementary { exp, log, sin, cos, tan, atan, sinh, cosh, tanh };
std::string check_elementary(Elementary function, Interval x, Interval result, std::uint64_t seed);

/// Contains x^n at the ends and at random points between; the tightest if `x` is a point.
std::string check_power(Interval x, int n, Interval result, std::uint64_t seed);
/// Contains x^y at corners and at random points.
std::string check_power(Interval x, Interval y, Interval result, std::uint64_t seed);

/// Contains x_1 y_1 + ... + x_n y_n for all members, whose exact extremes are computed.
std::string check_sum_of_products(const std::vector<Interval>& x, const std::vector<Interval>& y,
                                  Interval result);

/// Whether f is defined anywhere on x.
bool defined(Unary operation, Interval x);
bool defined(Elementary function, Interval x);

/// How many random arguments a property is tried on: 10^5, or FILIPPOV_PROPERTY_COUNT.
int property_count();
/// In the suite `slow`: 10^7, or FILIPPOV_SLOW_COUNT.
long slow_count();

/// Makes the processor flush subnormal numbers to zero while it lives, as -ffast-math does.
class FlushToZero {
 public:
  FlushToZero();
  ~FlushToZero();

 private:
  unsigned saved_ = 0;
};

}  // namespace filippov::testing
