#pragma once

#include <concepts>
#include <limits>
#include <optional>
#include <string_view>
#include <type_traits>

namespace filippov {

/// A closed interval of real numbers, [lower, upper] = {x in R : lower <= x <= upper}.
///
/// The ends are doubles; either may be infinite, which means unbounded on that side. An interval is
/// never empty, never NaN, never [inf, inf] or [-inf, -inf].
///
/// Guarantee. For every function f below, f(X, Y) contains {f(x, y) : x in X, y in Y, f defined}.
///  - +, -, *, /, sqr, sqrt, abs, min, max, hull, intersect: the tightest such interval of doubles.
///  - exp, log, sin, cos, tan, atan, sinh, cosh, tanh, pow: each end is the tightest double, and
///  the
///    value at a point interval is at most one unit in the last place wide.
/// Where f is undefined on part of the argument, it is evaluated on the rest (sqrt([-1, 4]) = [0,
/// 2]); where it is defined nowhere on the argument it throws Error. Division is the exception that
/// never throws: see operator/.
///
/// What it rests on. No arithmetic on the ends happens in this header: every operation is compiled
/// in the library, under flags that the caller's compiler options cannot change. + - * / sqrt sqr
/// are Boost.Interval with a rounding policy of our own, in which each operand and each result
/// passes an optimisation barrier and the processor's control word is set (and the caller's
/// restored) by each operation, so neither the caller's rounding mode nor flush-to-zero matters.
/// The elementary functions are MPFR's, which are correctly rounded. Directed rounding is checked
/// when the library is loaded: see verify_rounding(). lib/arithmetic/README.md has the reasons and
/// the measurements behind them.
///
/// There is no operator< or operator==, because two intervals seldom answer them with one truth
/// value: say certainly_less or possibly_less, identical or intersect.
class Interval {
 public:
  /// The point 0.
  constexpr Interval() noexcept : lower_(0), upper_(0) {}
  /// The point x, exactly the double: Interval(0.1) does not contain one tenth, from_decimal("0.1")
  /// does. Throws Error if x is NaN or infinite.
  Interval(double x);
  /// The integer n: the point itself if it is a double, else the tightest interval around it.
  template <std::integral Integer>
  requires(!std::same_as<Integer, bool>) Interval(Integer n) : Interval(from_integer(n)) {}
  /// A long double is seldom a double: convert it, rounding outward, before coming here.
  Interval(long double) = delete;
  /// [lower, upper]. Throws Error unless lower <= upper, lower < inf and upper > -inf.
  Interval(double lower, double upper);

  /// The tightest interval of doubles that contains the number written as `text`, such as "0.1",
  /// "-3", ".5" or "6.02e23". Throws Error if `text` is not one finite decimal number.
  static Interval from_decimal(std::string_view text);
  /// The tightest interval that contains the ball [midpoint - radius, midpoint + radius].
  /// Throws Error if the midpoint is not finite or the radius is negative or NaN.
  static Interval around(double midpoint, double radius);
  /// The real line.
  static constexpr Interval entire() noexcept {
    return {-std::numeric_limits<double>::infinity(), std::numeric_limits<double>::infinity(),
            Unchecked()};
  }
  /// The tightest interval of doubles around pi.
  static Interval pi();

  double lower() const noexcept { return lower_; }
  double upper() const noexcept { return upper_; }
  /// upper - lower, rounded upward.
  double width() const;
  /// A finite double in the interval, the nearest to its centre; 0 for the real line, the largest
  /// finite number of the right sign for a half line.
  double midpoint() const;
  /// The smallest double r with [lower, upper] inside [midpoint - r, midpoint + r].
  double radius() const;
  /// max |x| over the interval.
  double magnitude() const;
  /// min |x| over the interval.
  double mignitude() const;

  bool contains(double x) const;
  bool contains(Interval other) const;
  /// other is a subset of the interior, that of [lower, inf) being (lower, inf).
  bool contains_in_interior(Interval other) const;
  bool contains_zero() const;
  /// lower == upper
  bool is_point() const;
  /// Neither end is infinite.
  bool is_bounded() const;

  friend Interval operator-(Interval x);
  friend Interval operator+(Interval x, Interval y);
  friend Interval operator-(Interval x, Interval y);
  friend Interval operator*(Interval x, Interval y);
  /// {x / y : x in X, y in Y, y != 0}, closed. If 0 is an end of Y that may be a half line, if it
  /// is inside Y the real line; X / [0, 0], an empty set of quotients, is the real line too, so
  /// that a division never throws and what follows from it stays true. [0, 0] / Y is [0, 0] for
  /// other Y.
  friend Interval operator/(Interval x, Interval y);
  Interval& operator+=(Interval other) { return *this = *this + other; }
  Interval& operator-=(Interval other) { return *this = *this - other; }
  Interval& operator*=(Interval other) { return *this = *this * other; }
  Interval& operator/=(Interval other) { return *this = *this / other; }

  // Found by argument-dependent lookup alone, so that they never capture a call with doubles.
  friend Interval sqr(Interval x);
  friend Interval sqrt(Interval x);
  friend Interval abs(Interval x);
  friend Interval min(Interval x, Interval y);
  friend Interval max(Interval x, Interval y);
  friend Interval exp(Interval x);
  /// Natural logarithm.
  friend Interval log(Interval x);
  friend Interval sin(Interval x);
  friend Interval cos(Interval x);
  /// The real line if a pole lies in x.
  friend Interval tan(Interval x);
  friend Interval atan(Interval x);
  friend Interval sinh(Interval x);
  friend Interval cosh(Interval x);
  friend Interval tanh(Interval x);
  /// x^n, with x^0 = 1. For n < 0 like 1 / x^-n: a pole in x gives a half line or the real line.
  friend Interval pow(Interval x, int n);
  /// x^y for x > 0, and 0^y = 0 for y > 0; if y is a point that is an int, the same as pow(x, int).
  /// Throws Error if it is defined nowhere.
  friend Interval pow(Interval x, Interval y);
  friend Interval pow(Interval x, double y) { return pow(x, Interval(y)); }

  /// The tightest interval that contains both.
  friend Interval hull(Interval x, Interval y);
  /// The common part, or nothing.
  friend std::optional<Interval> intersect(Interval x, Interval y);

  /// x < y for all x in X, y in Y.
  friend bool certainly_less(Interval x, Interval y);
  /// x <= y for all x in X, y in Y.
  friend bool certainly_less_equal(Interval x, Interval y);
  /// x < y for some x in X, y in Y.
  friend bool possibly_less(Interval x, Interval y);
  /// x <= y for some x in X, y in Y.
  friend bool possibly_less_equal(Interval x, Interval y);
  friend bool certainly_positive(Interval x);
  friend bool certainly_negative(Interval x);
  friend bool certainly_nonzero(Interval x);
  /// The ends agree: the same set, not the same real number.
  friend bool identical(Interval x, Interval y);

 private:
  struct Unchecked {};
  constexpr Interval(double lower, double upper, Unchecked) noexcept
      : lower_(lower), upper_(upper) {}
  /// [lower, upper] where the library knows that the ends are in order.
  static constexpr Interval ordered(double lower, double upper) noexcept {
    return {lower, upper, Unchecked()};
  }

  static Interval from_signed(long long n);
  static Interval from_unsigned(unsigned long long n);
  template <std::integral Integer>
  static Interval from_integer(Integer n) {
    if constexpr (std::signed_integral<Integer>) {
      return from_signed(n);
    } else {
      return from_unsigned(n);
    }
  }

  double lower_;
  double upper_;
};

static_assert(std::is_trivially_copyable_v<Interval>);  // passed and returned in registers

/// Computes sums, products, quotients and square roots whose roundings are known and compares.
/// Called when the library is loaded, where a failure ends the program with the message: nothing
/// proved on such a machine would be true. Throws Error if a result is not the correctly rounded
/// one.
void verify_rounding();

}  // namespace filippov
