#include "../../lib/tube/interval_polynomial.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <random>

using namespace filippov;
using detail::IntervalPolynomial;
using detail::UpwardInterval;
using detail::UpwardScope;

namespace {

IntervalPolynomial exact(const std::vector<double>& coefficients) {
  return IntervalPolynomial({coefficients.begin(), coefficients.end()});
}

/// The polynomial at t, in tight intervals.
Interval value(const std::vector<Interval>& coefficients, Interval t) {
  Interval sum;
  for (std::size_t k = coefficients.size(); k-- > 0;) sum = coefficients[k] + sum * t;
  return sum;
}

}  // namespace

TEST_CASE("values and slopes contain those of every polynomial in it") {
  std::mt19937 random(20261124);
  std::uniform_real_distribution<double> number(-2, 2);
  const UpwardScope scope;
  for (int k = 0; k < 2000; ++k) {
    std::vector<UpwardInterval> intervals;
    std::vector<Interval> inside;
    std::vector<Interval> slopes;
    for (int i = 0; i <= 6; ++i) {
      const double a = number(random);
      const double b = a + std::abs(number(random)) * (k % 2);
      const double c = a + (b - a) * 0.4;
      intervals.emplace_back(a, b);
      inside.emplace_back(c);
      if (i > 0) slopes.push_back(Interval(c) * Interval(i));
    }
    const IntervalPolynomial p(intervals);
    const double low = number(random);
    const double high = low + std::abs(number(random)) * 0.3;
    const UpwardInterval range(low, high);
    for (const double t : {low, low + 0.5 * (high - low), high}) {
      CHECK(intersect(p(range).interval(), value(inside, t)).has_value());
      CHECK(intersect(p(UpwardInterval(t)).interval(), value(inside, t)).has_value());
      CHECK(intersect(p.slope(range).interval(), value(slopes, t)).has_value());
    }
  }
}

TEST_CASE("a polynomial is positive up to its first root, and not beyond") {
  const UpwardScope scope;
  CHECK_EQ(exact({1}).positive_until(3, false), 3);
  CHECK_EQ(exact({1, 1}).positive_until(3, false), 3);
  CHECK_EQ(exact({-1, 1}).positive_until(3, false), 0);
  // 1 - t
  const double line = exact({1, -1}).positive_until(3, false);
  CHECK(line <= 1);
  CHECK(line >= 1 - 1e-14);
  // (1 - t)(2 - t): the first of two roots
  const double first = exact({2, -3, 1}).positive_until(3, false);
  CHECK(first <= 1);
  CHECK(first >= 1 - 1e-13);
  // (1 - t)^2 + 1e-6 has no root
  CHECK_EQ(exact({1 + 1e-6, -2, 1}).positive_until(3, false), 3);
  // (1 - t)^2 - 1e-12: two roots 2e-6 apart
  const double pair = exact({1 - 1e-12, -2, 1}).positive_until(3, false);
  CHECK(pair <= 1 - 0.999e-6);
  CHECK(pair >= 1 - 2e-6);
}

TEST_CASE("what starts at zero is positive while it grows") {
  const UpwardScope scope;
  // t - t^2 / 2, with an enclosure of 0 at the start
  const IntervalPolynomial hump(
      {UpwardInterval(-1e-16, 1e-16), UpwardInterval(1), UpwardInterval(-0.5)});
  CHECK_EQ(hump.positive_until(1.5, false), 0);
  const double until = hump.positive_until(3, true);
  CHECK(until <= 2);
  CHECK(until >= 1.9);
  // -t leaves at once
  CHECK_EQ(exact({0, -1}).positive_until(1, true), 0);
  CHECK(hump.nonnegative(1) == false);
  CHECK(exact({0, 1}).nonnegative(1));
}

// Roots as products of linear factors: what is called positive is positive, at many times.
TEST_CASE("random polynomials are positive where it says so") {
  std::mt19937 random(7);
  std::uniform_real_distribution<double> number(0, 1);
  const UpwardScope scope;
  int reached = 0;
  for (int k = 0; k < 3000; ++k) {
    std::vector<double> coefficients{1};
    const int degree = 1 + k % 6;
    for (int i = 0; i < degree; ++i) {
      const double root = 0.05 + 2 * number(random);
      coefficients.push_back(0);
      for (std::size_t j = coefficients.size() - 1; j > 0; --j) {
        coefficients[j] = coefficients[j] - coefficients[j - 1] / root;
      }
    }
    const double length = 0.5 + number(random);
    const double until = exact(coefficients).positive_until(length, false);
    const std::vector<Interval> points(coefficients.begin(), coefficients.end());
    for (int i = 0; i <= 50; ++i) {
      CAPTURE(k);
      CHECK(value(points, until * (i / 50.0)).upper() >= 0);
    }
    // It finds where it ends: there, or a little later, is a root, or nothing could be decided.
    const double later = std::min(length, until * (1 + 1e-5) + 1e-9);
    if (until == length || value(points, later).lower() <= 0) ++reached;
  }
  CHECK(reached >= 2900);
}

TEST_CASE("the time after which it is negative for good") {
  const UpwardScope scope;
  const auto after = exact({1, -1}).negative_from(1 - 1e-12, 1e-15);
  REQUIRE(after.has_value());
  CHECK(*after >= 1 - 1e-12);
  CHECK(*after <= 1 + 1e-9);
  CHECK_FALSE(exact({1, 1}).negative_from(0, 1e-15).has_value());
}
