// The operations that Boost.Interval does: + - * / sqr sqrt.
//
// Its case analysis is used with ends, rounding and checking of our own. The rounding policies that
// come with Boost are right or wrong depending on compiler flags, and its elementary functions are
// not rigorous for double under any of them; those are in elementary.cpp.

#include <fmt/format.h>

#include <boost/numeric/interval/arith.hpp>
#include <boost/numeric/interval/arith2.hpp>
#include <boost/numeric/interval/interval.hpp>
#include <boost/numeric/interval/policies.hpp>
#include <boost/numeric/interval/utility.hpp>
#include <limits>

#include "filippov/arithmetic/error.hpp"
#include "filippov/arithmetic/interval.hpp"
#include "ordering.hpp"
#include "rounding.hpp"

namespace filippov {
namespace {

/// An end of an interval: a double that is compared by its bits (see ordering.hpp).
struct End {
  End(double x) : value(x) {}
  double value;

  End operator-() const { return -value; }
  friend bool operator<(End x, End y) { return detail::less(x.value, y.value); }
  friend bool operator>(End x, End y) { return detail::less(y.value, x.value); }
  friend bool operator==(End x, End y) { return detail::equal(x.value, y.value); }
};

/// UpwardRounding as Boost.Interval wants it: made anew by every operation on intervals.
class Rounding {
 public:
  End add_down(End x, End y) const { return rounding_.add_down(x.value, y.value); }
  End add_up(End x, End y) const { return rounding_.add_up(x.value, y.value); }
  End sub_down(End x, End y) const { return rounding_.sub_down(x.value, y.value); }
  End sub_up(End x, End y) const { return rounding_.sub_up(x.value, y.value); }
  End mul_down(End x, End y) const { return rounding_.mul_down(x.value, y.value); }
  End mul_up(End x, End y) const { return rounding_.mul_up(x.value, y.value); }
  End div_down(End x, End y) const { return rounding_.div_down(x.value, y.value); }
  End div_up(End x, End y) const { return rounding_.div_up(x.value, y.value); }
  End sqrt_down(End x) const { return rounding_.sqrt_down(x.value); }
  End sqrt_up(End x) const { return rounding_.sqrt_up(x.value); }
  using unprotected_rounding = Rounding;

 private:
  detail::UpwardRounding rounding_;
};

/// Boost.Interval's questions about its arguments, all answered by Interval's invariant.
struct AlreadyChecked {
  static End pos_inf() { return std::numeric_limits<double>::infinity(); }
  static End neg_inf() { return -std::numeric_limits<double>::infinity(); }
  static bool is_nan(End) { return false; }
  static bool is_empty(End, End) { return false; }
  static End nan() { throw Error("interval arithmetic: an empty interval arose"); }
  static End empty_lower() { return nan(); }
  static End empty_upper() { return nan(); }
};

using Policies = boost::numeric::interval_lib::policies<Rounding, AlreadyChecked>;
using BoostInterval = boost::numeric::interval<End, Policies>;

BoostInterval to_boost(Interval x) { return {End(x.lower()), End(x.upper()), true}; }

}  // namespace

Interval operator+(Interval x, Interval y) {
  const BoostInterval sum = to_boost(x) + to_boost(y);
  return Interval::ordered(sum.lower().value, sum.upper().value);
}

Interval operator-(Interval x, Interval y) {
  const BoostInterval difference = to_boost(x) - to_boost(y);
  return Interval::ordered(difference.lower().value, difference.upper().value);
}

Interval operator*(Interval x, Interval y) {
  const BoostInterval product = to_boost(x) * to_boost(y);
  return Interval::ordered(product.lower().value, product.upper().value);
}

Interval operator/(Interval x, Interval y) {
  if (detail::is_zero(y.lower_) && detail::is_zero(y.upper_)) return Interval::entire();
  // Boost.Interval finds the half line for x >= 0 and x < 0, but not for x <= 0 touching 0.
  if (detail::is_zero(x.upper_) && detail::is_negative(x.lower_) && y.contains_zero())
    return -(-x / y);
  const BoostInterval quotient = to_boost(x) / to_boost(y);
  return Interval::ordered(quotient.lower().value, quotient.upper().value);
}

Interval sqr(Interval x) {
  const BoostInterval result = square(to_boost(x));
  return Interval::ordered(result.lower().value, result.upper().value);
}

Interval sqrt(Interval x) {
  if (detail::is_negative(x.upper_)) {
    throw Error(fmt::format("sqrt: the argument is negative, at most {}", x.upper_));
  }
  const BoostInterval root = sqrt(to_boost(x));
  return Interval::ordered(root.lower().value, root.upper().value);
}

}  // namespace filippov
