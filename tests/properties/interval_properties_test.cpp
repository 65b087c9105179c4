// What Interval promises, on random arguments, against MPFR. This file is compiled twice: as the
// rest of the tests, and with -O3 -ffast-math, as a careless user would.

#include <doctest/doctest.h>

#include <cstdint>
#include <string>

#include "filippov/arithmetic/interval.hpp"
#include "interval_oracle.hpp"

namespace {

using namespace filippov::testing;
using filippov::Interval;

/// How many random arguments each operation is tried on, and with which ones.
struct Volume {
  long count = property_count();
  std::uint64_t seed = 0;
};

/// Of what only the suite `slow` does: 10^7, or FILIPPOV_SLOW_COUNT.
Volume large_volume() { return {slow_count(), 1000}; }

/// Tries `check`, which returns what is wrong or nothing, with the numbers 0, 1, ...
template <class Check>
void try_often(long count, Check check) {
  for (long k = 0; k < count; ++k) {
    const std::string problem = check(static_cast<std::uint64_t>(k));
    if (!problem.empty()) FAIL(problem);
  }
}

template <class Operation>
void tight(Volume volume, Binary which, Operation operation) {
  IntervalSource source(volume.seed + 1 + static_cast<std::uint64_t>(which));
  try_often(volume.count, [&](std::uint64_t) {
    const Interval x = source.next();
    const Interval y = source.next();
    return check_tight(which, x, y, operation(x, y));
  });
}

template <class Operation>
void tight(Volume volume, Unary which, Operation operation) {
  IntervalSource source(volume.seed + 11 + static_cast<std::uint64_t>(which));
  try_often(volume.count, [&](std::uint64_t) {
    const Interval x = source.next();
    return defined(which, x) ? check_tight(which, x, operation(x)) : std::string();
  });
}

template <class Function>
void elementary(Volume volume, Elementary which, Function function) {
  IntervalSource source(volume.seed + 21 + static_cast<std::uint64_t>(which));
  try_often(volume.count, [&](std::uint64_t k) {
    const Interval x = source.next();
    return defined(which, x) ? check_elementary(which, x, function(x), k) : std::string();
  });
}

void arithmetic(Volume volume) {
  tight(volume, Binary::add, [](Interval x, Interval y) { return x + y; });
  tight(volume, Binary::subtract, [](Interval x, Interval y) { return x - y; });
  tight(volume, Binary::multiply, [](Interval x, Interval y) { return x * y; });
  tight(volume, Binary::divide, [](Interval x, Interval y) { return x / y; });
  tight(volume, Binary::minimum, [](Interval x, Interval y) { return min(x, y); });
  tight(volume, Binary::maximum, [](Interval x, Interval y) { return max(x, y); });
}

void squares_and_roots(Volume volume) {
  tight(volume, Unary::sqr, [](Interval x) { return sqr(x); });
  tight(volume, Unary::sqrt, [](Interval x) { return sqrt(x); });
  tight(volume, Unary::abs, [](Interval x) { return abs(x); });
}

void exponentials(Volume volume) {
  elementary(volume, Elementary::exp, [](Interval x) { return exp(x); });
  elementary(volume, Elementary::log, [](Interval x) { return log(x); });
}

void circular_functions(Volume volume) {
  elementary(volume, Elementary::sin, [](Interval x) { return sin(x); });
  elementary(volume, Elementary::cos, [](Interval x) { return cos(x); });
  elementary(volume, Elementary::tan, [](Interval x) { return tan(x); });
  elementary(volume, Elementary::atan, [](Interval x) { return atan(x); });
}

void hyperbolic_functions(Volume volume) {
  elementary(volume, Elementary::sinh, [](Interval x) { return sinh(x); });
  elementary(volume, Elementary::cosh, [](Interval x) { return cosh(x); });
  elementary(volume, Elementary::tanh, [](Interval x) { return tanh(x); });
}

void integer_powers(Volume volume) {
  IntervalSource source(volume.seed + 31);
  try_often(volume.count, [&](std::uint64_t k) {
    const Interval x = source.next();
    const int n = static_cast<int>(k % 23) - 11;
    return check_power(x, n, pow(x, n), k);
  });
}

void real_powers(Volume volume) {
  IntervalSource source(volume.seed + 32);
  try_often(volume.count, [&](std::uint64_t k) {
    const Interval x = abs(source.next());
    const Interval y = source.next();
    if (x.upper() == 0) return std::string();
    return check_power(x, y, pow(x, y), k);
  });
}

Volume a_fifth() { return {property_count() / 5, 0}; }

}  // namespace

TEST_CASE("+ - * / min max are the tightest intervals") { arithmetic({}); }

TEST_CASE("so they are when the processor flushes subnormal numbers to zero") {
  const FlushToZero flush;
  tight({}, Binary::add, [](Interval x, Interval y) { return x + y; });
  tight({}, Binary::multiply, [](Interval x, Interval y) { return x * y; });
  tight({}, Binary::divide, [](Interval x, Interval y) { return x / y; });
}

TEST_CASE("sqr sqrt abs are the tightest intervals") { squares_and_roots({}); }

TEST_CASE("elementary functions enclose and are tight") {
  exponentials(a_fifth());
  circular_functions(a_fifth());
  hyperbolic_functions(a_fifth());
}

TEST_CASE("powers enclose") {
  integer_powers(a_fifth());
  real_powers(a_fifth());
}

TEST_SUITE_BEGIN("slow");
TEST_CASE("ten million times + - * / min max") { arithmetic(large_volume()); }
TEST_CASE("ten million times sqr sqrt abs") { squares_and_roots(large_volume()); }
TEST_CASE("ten million times exp log") { exponentials(large_volume()); }
TEST_CASE("ten million times sin cos tan atan") { circular_functions(large_volume()); }
TEST_CASE("ten million times sinh cosh tanh") { hyperbolic_functions(large_volume()); }
TEST_CASE("ten million integer powers") { integer_powers(large_volume()); }
TEST_CASE("ten million real powers") { real_powers(large_volume()); }
TEST_SUITE_END();
