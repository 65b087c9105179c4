#include "../../lib/solver/polynomial_event.hpp"

#include <doctest/doctest.h>

#include <vector>

using filippov::detail::first_event;
using filippov::detail::PolynomialEvent;

TEST_CASE("no zero, found by coefficient sizes or by halving") {
  CHECK(first_event(std::vector<double>{1, 0.1, -0.2}, 1, 0, 1e-12).kind ==
        PolynomialEvent::Kind::none);
  CHECK(first_event(std::vector<double>{1, -2, 1.01}, 2, 0, 1e-12).kind ==
        PolynomialEvent::Kind::none);
}

TEST_CASE("a pair of close zeros is not missed") {
  // (tau - 1)^2 - 1e-10: zeros at 1 -+ 1e-5
  const PolynomialEvent e = first_event(std::vector<double>{1 - 1e-10, -2, 1}, 3, 0, 1e-13);
  CHECK(e.kind == PolynomialEvent::Kind::crossing);
  CHECK(e.place == doctest::Approx(1 - 1e-5).epsilon(1e-11));
}

TEST_CASE("a double zero touches") {
  for (const double gap : {0.0, 1e-13, -1e-13}) {
    const PolynomialEvent e = first_event(std::vector<double>{1 + gap, -2, 1}, 3, 0, 1e-10);
    CHECK(e.kind == PolynomialEvent::Kind::touching);
    CHECK(e.place == doctest::Approx(1).epsilon(1e-8));
  }
}

TEST_CASE("zeros of higher order") {
  // (tau - 1)^4 touches, (1 - tau)^3 crosses, -(tau - 1)^5 as well; their places are known from
  // derivatives to more than the root of the rounding.
  const PolynomialEvent four = first_event(std::vector<double>{1, -4, 6, -4, 1}, 3, 0, 1e-10);
  CHECK(four.kind == PolynomialEvent::Kind::touching);
  CHECK(four.place == doctest::Approx(1).epsilon(1e-12));
  const PolynomialEvent three = first_event(std::vector<double>{1, -3, 3, -1}, 3, 0, 1e-10);
  CHECK(three.kind == PolynomialEvent::Kind::crossing);
  CHECK(three.place == doctest::Approx(1).epsilon(1e-12));
  const PolynomialEvent five = first_event(std::vector<double>{1, -5, 10, -10, 5, -1}, 3, 0, 1e-10);
  CHECK(five.kind == PolynomialEvent::Kind::crossing);
  CHECK(five.place == doctest::Approx(1).epsilon(1e-12));
}

TEST_CASE("a zero at the start is not found again") {
  // tau (1 - tau) and tau^2 (1 - tau)
  for (const int multiplicity : {1, 2}) {
    std::vector<double> a{0, 0, 0, 0};
    a[static_cast<std::size_t>(multiplicity)] = 1;
    a[static_cast<std::size_t>(multiplicity) + 1] = -1;
    const PolynomialEvent e = first_event(a, 2, multiplicity, 1e-12);
    CHECK(e.kind == PolynomialEvent::Kind::crossing);
    CHECK(e.place == doctest::Approx(1).epsilon(1e-14));
  }
}

TEST_CASE("a step that overflowed has no event") {
  const double huge = 1e308;
  const double coefficients[] = {1, -huge, huge, huge};
  CHECK(first_event(coefficients, 10, 0, 1e-12).kind == PolynomialEvent::Kind::none);
}
