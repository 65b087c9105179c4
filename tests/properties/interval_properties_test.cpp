// What Interval promises, on random arguments, against MPFR. This file is compiled twice: as the
// rest of the tests, and with -O3 -ffast-math, as a careless user would.

#include <doctest/doctest.h>

#include <cstdint>
#include <string>
#include <utility>

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

/// Tries `check` with the numbers 0, 1, ... until it was `count` times defined. It returns what is
/// wrong, nothing, or `undefined`. Says of long runs what they did.
const std::string undefined = "undefined";
template <class Check>
void try_often(const std::string& name, long count, Check check) {
  long done = 0;
  long violations = 0;
  std::string first;
  for (std::uint64_t k = 0; done < count; ++k) {
    std::string problem = check(k);
    if (problem == undefined) continue;
    ++done;
    if (!problem.empty() && ++violations == 1) first = std::move(problem);
  }
  if (count >= 1000000) MESSAGE(name, ": ", done, " evaluations, ", violations, " violations");
  INFO(name, ": ", first);
  CHECK(violations == 0);
}

template <class Operation>
void tight(const std::string& name, Volume volume, Binary which, Operation operation) {
  IntervalSource source(volume.seed + 1 + static_cast<std::uint64_t>(which));
  try_often(name, volume.count, [&](std::uint64_t) {
    const Interval x = source.next();
    const Interval y = source.next();
    return check_tight(which, x, y, operation(x, y));
  });
}

template <class Operation>
void tight(const std::string& name, Volume volume, Unary which, Operation operation) {
  IntervalSource source(volume.seed + 11 + static_cast<std::uint64_t>(which));
  try_often(name, volume.count, [&](std::uint64_t) {
    const Interval x = source.next();
    return defined(which, x) ? check_tight(which, x, operation(x)) : undefined;
  });
}

template <class Function>
void elementary(const std::string& name, Volume volume, Elementary which, Function function) {
  IntervalSource source(volume.seed + 21 + static_cast<std::uint64_t>(which));
  try_often(name, volume.count, [&](std::uint64_t k) {
    const Interval x = source.next();
    return defined(which, x) ? check_elementary(which, x, function(x), k) : undefined;
  });
}

void add(Volume volume) {
  tight("+", volume, Binary::add, [](Interval x, Interval y) { return x + y; });
}
void subtract(Volume volume) {
  tight("-", volume, Binary::subtract, [](Interval x, Interval y) { return x - y; });
}
void multiply(Volume volume) {
  tight("*", volume, Binary::multiply, [](Interval x, Interval y) { return x * y; });
}
void divide(Volume volume) {
  tight("/", volume, Binary::divide, [](Interval x, Interval y) { return x / y; });
}
void minimum(Volume volume) {
  tight("min", volume, Binary::minimum, [](Interval x, Interval y) { return min(x, y); });
}
void maximum(Volume volume) {
  tight("max", volume, Binary::maximum, [](Interval x, Interval y) { return max(x, y); });
}
void squares(Volume volume) {
  tight("sqr", volume, Unary::sqr, [](Interval x) { return sqr(x); });
}
void square_roots(Volume volume) {
  tight("sqrt", volume, Unary::sqrt, [](Interval x) { return sqrt(x); });
}
void absolute_values(Volume volume) {
  tight("abs", volume, Unary::abs, [](Interval x) { return abs(x); });
}
void exponentials(Volume volume) {
  elementary("exp", volume, Elementary::exp, [](Interval x) { return exp(x); });
}
void logarithms(Volume volume) {
  elementary("log", volume, Elementary::log, [](Interval x) { return log(x); });
}
void sines(Volume volume) {
  elementary("sin", volume, Elementary::sin, [](Interval x) { return sin(x); });
}
void cosines(Volume volume) {
  elementary("cos", volume, Elementary::cos, [](Interval x) { return cos(x); });
}
void tangents(Volume volume) {
  elementary("tan", volume, Elementary::tan, [](Interval x) { return tan(x); });
}
void arctangents(Volume volume) {
  elementary("atan", volume, Elementary::atan, [](Interval x) { return atan(x); });
}
void hyperbolic_sines(Volume volume) {
  elementary("sinh", volume, Elementary::sinh, [](Interval x) { return sinh(x); });
}
void hyperbolic_cosines(Volume volume) {
  elementary("cosh", volume, Elementary::cosh, [](Interval x) { return cosh(x); });
}
void hyperbolic_tangents(Volume volume) {
  elementary("tanh", volume, Elementary::tanh, [](Interval x) { return tanh(x); });
}

void integer_powers(Volume volume) {
  IntervalSource source(volume.seed + 31);
  try_often("integer powers", volume.count, [&](std::uint64_t k) {
    const Interval x = source.next();
    const int n = static_cast<int>(k % 23) - 11;
    return check_power(x, n, pow(x, n), k);
  });
}

void real_powers(Volume volume) {
  IntervalSource source(volume.seed + 32);
  try_often("real powers", volume.count, [&](std::uint64_t k) {
    const Interval x = abs(source.next());
    const Interval y = source.next();
    return x.upper() == 0 ? undefined : check_power(x, y, pow(x, y), k);
  });
}

Volume a_fifth() { return {property_count() / 5, 0}; }

}  // namespace

TEST_CASE("+ - * / min max are the tightest intervals") {
  for (const auto operation : {add, subtract, multiply, divide, minimum, maximum}) operation({});
}

TEST_CASE("so they are when the processor flushes subnormal numbers to zero") {
  const FlushToZero flush;
  for (const auto operation : {add, multiply, divide}) operation({});
}

TEST_CASE("sqr sqrt abs are the tightest intervals") {
  for (const auto operation : {squares, square_roots, absolute_values}) operation({});
}

TEST_CASE("elementary functions enclose and are tight") {
  for (const auto function : {exponentials, logarithms, sines, cosines, tangents, arctangents,
                              hyperbolic_sines, hyperbolic_cosines, hyperbolic_tangents}) {
    function(a_fifth());
  }
}

TEST_CASE("powers enclose") {
  integer_powers(a_fifth());
  real_powers(a_fifth());
}

// One case an operation, to be run one by one: -ts=slow -tc='ten million exp'.
TEST_SUITE_BEGIN("slow");
TEST_CASE("ten million add") { add(large_volume()); }
TEST_CASE("ten million subtract") { subtract(large_volume()); }
TEST_CASE("ten million multiply") { multiply(large_volume()); }
TEST_CASE("ten million divide") { divide(large_volume()); }
TEST_CASE("ten million minimum") { minimum(large_volume()); }
TEST_CASE("ten million maximum") { maximum(large_volume()); }
TEST_CASE("ten million sqr") { squares(large_volume()); }
TEST_CASE("ten million sqrt") { square_roots(large_volume()); }
TEST_CASE("ten million abs") { absolute_values(large_volume()); }
TEST_CASE("ten million exp") { exponentials(large_volume()); }
TEST_CASE("ten million log") { logarithms(large_volume()); }
TEST_CASE("ten million sin") { sines(large_volume()); }
TEST_CASE("ten million cos") { cosines(large_volume()); }
TEST_CASE("ten million tan") { tangents(large_volume()); }
TEST_CASE("ten million atan") { arctangents(large_volume()); }
TEST_CASE("ten million sinh") { hyperbolic_sines(large_volume()); }
TEST_CASE("ten million cosh") { hyperbolic_cosines(large_volume()); }
TEST_CASE("ten million tanh") { hyperbolic_tangents(large_volume()); }
TEST_CASE("ten million integer powers") { integer_powers(large_volume()); }
TEST_CASE("ten million real powers") { real_powers(large_volume()); }
TEST_SUITE_END();
