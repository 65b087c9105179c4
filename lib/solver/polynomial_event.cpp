#include "polynomial_event.hpp"

#include <algorithm>
#include <boost/container/small_vector.hpp>
#include <boost/math/tools/minima.hpp>
#include <boost/math/tools/toms748_solve.hpp>
#include <cmath>
#include <functional>
#include <optional>

namespace filippov::detail {

namespace {

/// Value and first two derivatives by Horner's rule.
struct Jet {
  double value = 0;
  double first = 0;
  double second = 0;
};

Jet evaluate_jet(std::span<const double> a, double theta) {
  Jet jet;
  for (std::size_t k = a.size(); k-- > 0;) {
    jet.second = jet.second * theta + 2 * jet.first;
    jet.first = jet.first * theta + jet.value;
    jet.value = jet.value * theta + a[k];
  }
  return jet;
}

/// Short polynomials stay off the heap: there are many.
using Coefficients = boost::container::small_vector<double, 32>;

/// Coefficients in the Bernstein basis of [0, 1]: b_i = sum_{k<=i} C(i,k)/C(p,k) a_k. The c_k = a_k
/// / C(p,k) are the differences of order k of the b_i, which are summed up by additions alone;
/// C(i,l) C(p-i,k) <= C(p,k+l) keeps their rounding below that of sum |a_k|.
Coefficients bernstein(std::span<const double> a) {
  const std::size_t p = a.size() - 1;
  Coefficients differences(p + 1);
  double binomial = 1;
  for (std::size_t k = 0; k <= p; ++k) {
    differences[k] = a[k] / binomial;
    binomial = binomial * static_cast<double>(p - k) / static_cast<double>(k + 1);
  }
  Coefficients b(p + 1);
  double* const d = differences.data();
  for (std::size_t i = 0; i <= p; ++i) {
    b[i] = d[0];
    for (std::size_t k = 0; k < p - i; ++k) d[k] += d[k + 1];
  }
  return b;
}

/// de Casteljau at 1/2: `b` becomes the right half, the left half is returned.
Coefficients split(Coefficients& b) {
  const std::size_t n = b.size();
  Coefficients left(n);
  double* const d = b.data();
  for (std::size_t i = 0; i < n; ++i) {
    left[i] = d[0];
    for (std::size_t k = 0; k + 1 < n - i; ++k) d[k] = 0.5 * (d[k] + d[k + 1]);
  }
  return left;
}

/// Whether the polynomial with these control points decreases on the interval.
bool is_decreasing(const Coefficients& b) {
  return std::is_sorted(b.begin(), b.end(), std::greater<>());
}

/// The zero of a function between places where its signs differ, to rounding.
template <class Function>
double zero_between(const Function& value, double left, double right, double left_value,
                    double right_value) {
  boost::uintmax_t iterations = 100;
  const auto [a, b] =
      boost::math::tools::toms748_solve(value, left, right, left_value, right_value,
                                        boost::math::tools::eps_tolerance<double>(52), iterations);
  return 0.5 * (a + b);
}

/// Coefficients in powers of theta - place.
Coefficients shifted(std::span<const double> a, double place) {
  Coefficients c(a.begin(), a.end());
  for (std::size_t i = 0; i + 1 < c.size(); ++i) {
    for (std::size_t k = c.size() - 1; k-- > i;) c[k] += place * c[k + 1];
  }
  return c;
}

/// A zero of multiplicity k > 1 is known from values to within rounding^(1/k) only, but the
/// derivative of order k - 1 has a simple zero there. The better place, for the largest k for which
/// the polynomial near `place` is a c (theta - place)^k to within rounding; else `place` itself.
double multiple_zero(std::span<const double> a, double place) {
  constexpr std::size_t largest = 6;
  constexpr double farthest = 1e-2;
  double size = 0;
  for (const double coefficient : a) size += std::abs(coefficient);
  const double rounding = 1e-14 * size;
  double best = place;
  for (std::size_t k = 2; k <= largest && k < a.size(); ++k) {
    double at = place;
    Coefficients c = shifted(a, at);
    constexpr int iterations = 4;
    for (int i = 0; i < iterations && std::abs(at - place) < farthest; ++i) {
      if (c[k] == 0) break;
      at -= c[k - 1] / (static_cast<double>(k) * c[k]);
      c = shifted(a, at);
    }
    if (!(std::abs(at - place) < farthest) || !(std::abs(c[k]) > 1e-6 * size)) continue;
    const double radius = std::pow(rounding / std::abs(c[k]), 1.0 / static_cast<double>(k));
    bool multiple = true;
    double power = 1;
    for (std::size_t j = 0; j < k; ++j, power *= radius) {
      multiple = multiple && std::abs(c[j]) * power <= rounding;
    }
    if (multiple) best = at;
  }
  return best;
}

/// The same for a zero where the polynomial is flat; any other is as sharp as it can be.
double sharpened(std::span<const double> a, double zero) {
  constexpr double flat = 1e-4;
  double size = 0;
  for (const double coefficient : a) size += std::abs(coefficient);
  if (std::abs(evaluate_jet(a, zero).first) > flat * size) return zero;
  return std::clamp(multiple_zero(a, zero), 0.0, 1.0);
}

/// Where a function that falls at `left` and is higher at `right` is least.
template <class Function>
double lowest_between(const Function& value, double left, double right) {
  constexpr int bits = 40;
  return boost::math::tools::brent_find_minima(value, left, right, bits).first;
}

/// First place in [from, to] where q may be below the threshold tolerance / theta^multiplicity,
/// which near 0, where q is known to be positive, is at most a quarter of q(0).
class FirstDip {
 public:
  FirstDip(double tolerance, int multiplicity, double start)
      : tolerance_(tolerance), r_(multiplicity), start_(start) {}

  std::optional<double> search(Coefficients& b, double from, double to) const {
    double threshold = 0.25 * start_;
    if (r_ == 0) {
      threshold = std::min(tolerance_, threshold);
    } else {
      threshold = std::min(tolerance_ / std::pow(to, r_), threshold);
    }
    const double least = *std::min_element(b.begin(), b.end());
    if (least > threshold) return std::nullopt;
    if (to - from < 1e-9 * to || to < 1e-15) {
      return b.front() <= threshold || b.back() <= threshold ? std::optional(from) : std::nullopt;
    }
    Coefficients left = split(b);
    const double middle = 0.5 * (from + to);
    if (const auto found = search(left, from, middle)) return found;
    return search(b, middle, to);
  }

 private:
  double tolerance_;
  int r_;
  double start_;
};

}  // namespace

double evaluate_polynomial(std::span<const double> coefficients, double tau) {
  double value = 0;
  for (std::size_t k = coefficients.size(); k-- > 0;) value = value * tau + coefficients[k];
  return value;
}

double evaluate_slope(std::span<const double> coefficients, double tau) {
  double slope = 0;
  for (std::size_t k = coefficients.size(); k-- > 1;) {
    slope = slope * tau + static_cast<double>(k) * coefficients[k];
  }
  return slope;
}

double variation(std::span<const double> a, double length) {
  double sum = 0;
  double power = 1;
  for (const double coefficient : a) {
    sum += std::abs(coefficient) * power;
    power *= length;
  }
  return sum;
}

int leading_order(std::span<const double> coefficients, int from, double length, double threshold,
                  double negative_threshold) {
  double power = std::pow(length, from);
  for (int k = from; k < static_cast<int>(coefficients.size()); ++k) {
    const double term = coefficients[static_cast<std::size_t>(k)] * power;
    if (term > threshold || term < -negative_threshold) return k;
    power *= length;
  }
  return static_cast<int>(coefficients.size());
}

PolynomialEvent first_event(std::span<const double> coefficients, double length, int multiplicity,
                            double tolerance) {
  const auto r = static_cast<std::size_t>(multiplicity);
  if (r >= coefficients.size()) return {};
  // Scaled to theta = tau / length in [0, 1]; q has the factor theta^r removed.
  Coefficients m(coefficients.size(), 0.0);
  double power = std::pow(length, multiplicity);
  double others = 0;
  for (std::size_t k = r; k < m.size(); ++k) {
    m[k] = coefficients[k] * power;
    power *= length;
    if (k > r) others += std::abs(m[k]);
  }
  // Of a step that escapes nothing can be said.
  if (!std::isfinite(others) || !std::isfinite(m[r])) return {};
  if (m[r] - others > tolerance) return {};
  const std::span<const double> q(m.data() + r, m.size() - r);
  if (q.size() == 1) return {};
  if (!(q[0] > 0)) return {PolynomialEvent::Kind::crossing, 0};
  Coefficients control = bernstein(q);
  // The rule: one zero, well passed, and nothing before it.
  if (control.back() < -10 * tolerance && is_decreasing(control)) {
    const auto value = [&](double place) { return evaluate_polynomial(q, place); };
    const double zero = zero_between(value, 0.0, 1.0, control.front(), control.back());
    return {PolynomialEvent::Kind::crossing, length * sharpened(q, zero)};
  }
  const auto dip = FirstDip(tolerance, multiplicity, q[0]).search(control, 0, 1);
  if (!dip) return {};

  const double theta = *dip;
  const std::span<const double> whole(m.data(), m.size());
  const Jet at = evaluate_jet(whole, theta);
  if (at.value > 0 && at.second > 0 && at.first * at.first <= 4 * tolerance * at.second) {
    // The parabola through here stays above -tolerance.
    const double bottom = theta - at.first / at.second;
    if (bottom > 1) return {PolynomialEvent::Kind::beyond, theta * length};
    // A flat crossing looks the same from here: m must come back.
    const double mirror = 2 * bottom - theta;
    if (mirror > 1 || evaluate_polynomial(whole, mirror) > 0.25 * at.value) {
      return {PolynomialEvent::Kind::touching, std::max(bottom, theta) * length};
    }
  }
  // A true crossing: bracket it to the right of theta.
  const auto value = [&](double place) { return evaluate_polynomial(whole, place); };
  double left = theta;
  double left_value = value(left);
  if (left_value <= 0) {
    // Noise put the dip behind the zero: step back.
    double back = std::max(1e-9 * theta, 1e-15);
    while (left_value <= 0 && left > 0) {
      left = std::max(0.0, left - back);
      left_value = left > 0 ? value(left) : q[0];
      back *= 4;
    }
  }
  double advance = std::max(1e-9 * theta, 1e-15);
  double right = left;
  double right_value = left_value;
  while (right < 1 && right_value > 0) {
    left = right;
    left_value = right_value;
    right = std::min(1.0, right + advance);
    right_value = value(right);
    advance *= 4;
  }
  if (right_value > 10 * tolerance) {
    // Flatter than a parabola, and back.
    const double lowest = multiple_zero(whole, lowest_between(value, theta, right));
    const double least = value(lowest);
    if (lowest > theta && lowest < 1 && least <= tolerance) {
      if (least >= -tolerance) return {PolynomialEvent::Kind::touching, lowest * length};
      return {PolynomialEvent::Kind::crossing,
              length * zero_between(value, theta, lowest, value(theta), least)};
    }
  }
  if (right_value > 0) return {PolynomialEvent::Kind::beyond, theta * length};
  if (right_value == 0) return {PolynomialEvent::Kind::crossing, right * length};
  if (left == 0) {  // multiplicity > 0: m(0) = 0, but m > 0 just after
    left = 0.5 * right;
    while (left > 1e-300 && value(left) <= 0) left *= 0.5;
    left_value = value(left);
  }
  const double zero = zero_between(value, left, right, left_value, right_value);
  return {PolynomialEvent::Kind::crossing, length * sharpened(whole, zero)};
}

}  // namespace filippov::detail
