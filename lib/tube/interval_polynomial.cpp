#include "interval_polynomial.hpp"

#include <algorithm>
#include <cmath>

namespace filippov::detail {

UpwardInterval IntervalPolynomial::operator()(UpwardInterval t) const {
  UpwardInterval sum;
  for (std::size_t k = coefficients_.size(); k-- > 0;) sum = add_product(coefficients_[k], sum, t);
  return sum;
}

UpwardInterval IntervalPolynomial::slope(UpwardInterval t) const {
  UpwardInterval sum;
  for (std::size_t k = coefficients_.size(); k-- > 1;) {
    sum = add_product(coefficients_[k] * static_cast<double>(k), sum, t);
  }
  return sum;
}

bool IntervalPolynomial::nonnegative(double length) const {
  return (*this)(UpwardInterval(0, length)).lower() >= 0;
}

/// Marches: on [a, b] the value falls at most with the lowest slope there, so it stays positive for
/// value(a) / -slope after a. Intervals shrink towards a root, so that the march converges to it
/// like Newton's method.
double IntervalPolynomial::positive_until(double length, bool starts_at_zero) const {
  if (!starts_at_zero && (*this)(UpwardInterval(0, length)).is_positive()) return length;
  double a = 0;
  double known = 0;  // lower bound of the value at a
  double step = length;
  const double smallest = length * 0x1p-50;
  while (a < length) {
    const double b = std::min(length, a + step);
    known = std::max(known, (*this)(UpwardInterval(a)).lower());
    const double lowest_slope = slope(UpwardInterval(a, b)).lower();
    if (!std::isfinite(lowest_slope) || !std::isfinite(known)) return a;
    const bool at_start = a == 0 && starts_at_zero;
    if (!(known > 0) && !(at_start && lowest_slope > 0)) {
      if (!at_start || b - a < smallest) return a;
      step *= 0.25;
      continue;
    }
    if (lowest_slope >= 0) {
      // Outward: the product rounded down, one step of rounding removed.
      known = std::max(0.0, known + 0.999 * (b - a) * lowest_slope);
      a = b;
      step *= 2;
      continue;
    }
    const double reach = 0.999999 * (known / -lowest_slope);
    if (reach >= b - a) {  // the difference is rounded up
      known = std::max(0.0, 0.999 * (known + (b - a) * lowest_slope));
      a = b;
      step *= 2;
    } else if (reach > 0.5 * (b - a) || b - a <= 4 * smallest) {
      const double next = (a + reach) * (1 - 0x1p-50);  // the sum may have been rounded up
      if (next <= a || reach < smallest) return a;
      a = next;
      known = 0;
      step = std::max(reach, smallest);
    } else {
      step = std::max(1.5 * reach, smallest);
    }
  }
  return length;
}

std::optional<double> IntervalPolynomial::negative_from(double root, double resolution) const {
  double reach = resolution;
  for (int attempt = 0; attempt < 60; ++attempt, reach *= 2) {
    const double highest_slope = slope(UpwardInterval(root, root + reach)).upper();
    if (!(highest_slope < 0)) return std::nullopt;
    const double wait = (*this)(UpwardInterval(root)).upper() / -highest_slope;
    if (wait <= reach) return root + std::max(wait, 0.0);
  }
  return std::nullopt;
}

}  // namespace filippov::detail
