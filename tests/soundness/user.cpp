// What Interval promises, as a user's program meets it: each operation on random arguments, checked
// by MPFR. Compiled by soundness.py with many compilers and flags, -ffast-math among them; so there
// is no arithmetic here, and the oracle is compiled apart. Prints what is wrong; exits with 1 then.

#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

#include "../properties/interval_oracle.hpp"
#include "filippov/arithmetic/interval_matrix.hpp"
#include "inner.hpp"

namespace {

using namespace filippov::testing;
using filippov::Box;
using filippov::Interval;
using filippov::IntervalMatrix;
using filippov::point_box;

int violations = 0;

void report(const char* operation, const std::string& problem) {
  if (problem.empty()) return;
  if (++violations <= 20) std::printf("%s: %s\n", operation, problem.c_str());
}

/// Said of long runs, operation by operation.
void finished(const char* operation) {
  if (property_count() < 1000000) return;
  std::printf("%s: %d evaluations, %d violations so far\n", operation, property_count(),
              violations);
  std::fflush(stdout);
}

template <class Operation>
void binary(const char* name, Binary which, const Operation& operation) {
  IntervalSource source(101 + static_cast<std::uint64_t>(which));
  for (int k = 0; k < property_count(); ++k) {
    const Interval x = source.next();
    const Interval y = source.next();
    report(name, check_tight(which, x, y, operation(x, y)));
  }
  finished(name);
}

template <class Operation>
void unary(const char* name, Unary which, const Operation& operation) {
  IntervalSource source(111 + static_cast<std::uint64_t>(which));
  for (int k = 0; k < property_count(); ++k) {
    const Interval x = source.next();
    if (defined(which, x)) report(name, check_tight(which, x, operation(x)));
  }
  finished(name);
}

template <class Operation>
void elementary(const char* name, Elementary which, const Operation& operation) {
  IntervalSource source(121 + static_cast<std::uint64_t>(which));
  for (int k = 0; k < property_count(); ++k) {
    const Interval x = source.next();
    if (!defined(which, x)) continue;
    report(name, check_elementary(which, x, operation(x), static_cast<std::uint64_t>(k)));
  }
  finished(name);
}

void powers() {
  IntervalSource source(131);
  for (int k = 0; k < property_count(); ++k) {
    const auto seed = static_cast<std::uint64_t>(k);
    const Interval x = source.next();
    const int n = k % 23 - 11;
    report("pown", check_power(x, n, pow(x, n), seed));
    const Interval base = abs(x);
    const Interval exponent = source.next();
    if (certainly_nonzero(base)) {
      report("pow", check_power(base, exponent, pow(base, exponent), seed));
    }
  }
  finished("powers");
}

/// A product with one row and one column is a dot product, and a sum of one term a product.
void products() {
  IntervalSource source(141);
  for (int k = 0; k < property_count() / 100; ++k) {
    Box x;
    Box y;
    for (int i = 0; i < 12; ++i) {
      x.push_back(source.next());
      y.push_back(source.next());
    }
    Interval sum = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
      sum += x[i] * y[i];
      const Interval alone = filippov::dot({&x[i], 1}, {&y[i], 1});
      report("dot of one", check_tight(Binary::multiply, x[i], y[i], alone));
    }
    // Other orders of summation differ by roundings; both contain every sum of members.
    report("dot", check_sum_of_products(x, y, filippov::dot(x, y)));
    IntervalMatrix row(12, 12);
    IntervalMatrix column(12, 12);
    for (std::size_t i = 0; i < x.size(); ++i) {
      const auto place = static_cast<Eigen::Index>(i);
      row.set(3, place, x[i]);
      column.set(place, 5, y[i]);
    }
    report("product", check_sum_of_products(x, y, (row * column)(3, 5)));
    const IntervalMatrix points =
        IntervalMatrix(row.midpoint()) * IntervalMatrix(column.midpoint());
    report("product of points",
           check_sum_of_products(point_box(midpoint(x)), point_box(midpoint(y)), points(3, 5)));
  }
}

void inner() {
  IntervalSource source(151);
  for (int k = 0; k < property_count(); ++k) {
    const Interval x = source.next();
    const Interval y = source.next();
    report("in hot loops", check_inner(x, y));
  }
  finished("in hot loops");
}

}  // namespace

int main() {
  binary("+", Binary::add, [](Interval x, Interval y) { return x + y; });
  binary("-", Binary::subtract, [](Interval x, Interval y) { return x - y; });
  binary("*", Binary::multiply, [](Interval x, Interval y) { return x * y; });
  binary("/", Binary::divide, [](Interval x, Interval y) { return x / y; });
  binary("min", Binary::minimum, [](Interval x, Interval y) { return min(x, y); });
  binary("max", Binary::maximum, [](Interval x, Interval y) { return max(x, y); });
  unary("sqr", Unary::sqr, [](Interval x) { return sqr(x); });
  unary("sqrt", Unary::sqrt, [](Interval x) { return sqrt(x); });
  unary("abs", Unary::abs, [](Interval x) { return abs(x); });
  elementary("exp", Elementary::exp, [](Interval x) { return exp(x); });
  elementary("log", Elementary::log, [](Interval x) { return log(x); });
  elementary("sin", Elementary::sin, [](Interval x) { return sin(x); });
  elementary("cos", Elementary::cos, [](Interval x) { return cos(x); });
  elementary("tan", Elementary::tan, [](Interval x) { return tan(x); });
  elementary("atan", Elementary::atan, [](Interval x) { return atan(x); });
  elementary("sinh", Elementary::sinh, [](Interval x) { return sinh(x); });
  elementary("cosh", Elementary::cosh, [](Interval x) { return cosh(x); });
  elementary("tanh", Elementary::tanh, [](Interval x) { return tanh(x); });
  powers();
  products();
  inner();
  std::printf("%d evaluations of each operation, %d violations\n", property_count(), violations);
  return violations == 0 ? 0 : 1;
}
