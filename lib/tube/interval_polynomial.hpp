#pragma once

#include <optional>
#include <vector>

#include "../arithmetic/upward_interval.hpp"

namespace filippov::detail {

/// A polynomial with interval coefficients, in the elapsed time of a step. All members are to be
/// called inside one UpwardScope.
class IntervalPolynomial {
 public:
  IntervalPolynomial() = default;
  explicit IntervalPolynomial(std::vector<UpwardInterval> coefficients)
      : coefficients_(std::move(coefficients)) {}

  UpwardInterval operator()(UpwardInterval t) const;
  UpwardInterval slope(UpwardInterval t) const;

  /// The largest time found up to which the polynomial is proved to be positive on (0, time);
  /// `length` if that is all of it. `starts_at_zero`: what it encloses is known to be >= 0 at 0, so
  /// that a positive slope is enough there.
  double positive_until(double length, bool starts_at_zero) const;

  /// It is proved to be >= 0 on [0, length].
  bool nonnegative(double length) const;
  /// A time after `root` at which it seems to have become negative for good; nothing where the
  /// slope is not certainly negative after `root`. An estimate: the coefficients hold only within
  /// the step.
  std::optional<double> negative_from(double root, double resolution) const;

 private:
  std::vector<UpwardInterval> coefficients_;
};

}  // namespace filippov::detail
