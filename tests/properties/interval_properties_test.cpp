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

/// Tries `check`, which returns what is wrong or nothing, with the numbers 0, 1, ...; slow checks
/// less often.
template <class Check>
void try_often(Check check, int slowness = 1) {
  const int count = property_count() / slowness;
  for (int k = 0; k < count; ++k) {
    const std::string problem = check(static_cast<std::uint64_t>(k));
    if (!problem.empty()) FAIL(problem);
  }
}

template <class Operation>
void tight(Binary which, Operation operation) {
  IntervalSource source(1 + static_cast<std::uint64_t>(which));
  try_often([&](std::uint64_t) {
    const Interval x = source.next();
    const Interval y = source.next();
    return check_tight(which, x, y, operation(x, y));
  });
}

template <class Operation>
void tight(Unary which, Operation operation) {
  IntervalSource source(11 + static_cast<std::uint64_t>(which));
  try_often([&](std::uint64_t) {
    const Interval x = source.next();
    return defined(which, x) ? check_tight(which, x, operation(x)) : std::string();
  });
}

template <class Function>
void elementary(Elementary which, Function function) {
  IntervalSource source(21 + static_cast<std::uint64_t>(which));
  try_often(
      [&](std::uint64_t k) {
        const Interval x = source.next();
        return defined(which, x) ? check_elementary(which, x, function(x), k) : std::string();
      },
      5);
}

}  // namespace

TEST_CASE("+ - * / min max are the tightest intervals") {
  tight(Binary::add, [](Interval x, Interval y) { return x + y; });
  tight(Binary::subtract, [](Interval x, Interval y) { return x - y; });
  tight(Binary::multiply, [](Interval x, Interval y) { return x * y; });
  tight(Binary::divide, [](Interval x, Interval y) { return x / y; });
  tight(Binary::minimum, [](Interval x, Interval y) { return min(x, y); });
  tight(Binary::maximum, [](Interval x, Interval y) { return max(x, y); });
}

TEST_CASE("so they are when the processor flushes subnormal numbers to zero") {
  const FlushToZero flush;
  tight(Binary::add, [](Interval x, Interval y) { return x + y; });
  tight(Binary::multiply, [](Interval x, Interval y) { return x * y; });
  tight(Binary::divide, [](Interval x, Interval y) { return x / y; });
}

TEST_CASE("sqr sqrt abs are the tightest intervals") {
  tight(Unary::sqr, [](Interval x) { return sqr(x); });
  tight(Unary::sqrt, [](Interval x) { return sqrt(x); });
  tight(Unary::abs, [](Interval x) { return abs(x); });
}

TEST_CASE("elementary functions enclose and are tight") {
  elementary(Elementary::exp, [](Interval x) { return exp(x); });
  elementary(Elementary::log, [](Interval x) { return log(x); });
  elementary(Elementary::sin, [](Interval x) { return sin(x); });
  elementary(Elementary::cos, [](Interval x) { return cos(x); });
  elementary(Elementary::tan, [](Interval x) { return tan(x); });
  elementary(Elementary::atan, [](Interval x) { return atan(x); });
  elementary(Elementary::sinh, [](Interval x) { return sinh(x); });
  elementary(Elementary::cosh, [](Interval x) { return cosh(x); });
  elementary(Elementary::tanh, [](Interval x) { return tanh(x); });
}

TEST_CASE("powers enclose") {
  IntervalSource source(31);
  try_often(
      [&](std::uint64_t k) {
        const Interval x = source.next();
        const int n = static_cast<int>(k % 23) - 11;
        return check_power(x, n, pow(x, n), k);
      },
      5);
  try_often(
      [&](std::uint64_t k) {
        const Interval x = abs(source.next());
        const Interval y = source.next();
        if (x.upper() == 0) return std::string();
        return check_power(x, y, pow(x, y), k);
      },
      5);
}
