// The operations that Boost.Interval does: + - * / sqr sqrt.
//
// Of its policies, only UpwardRounding of our own is used. The ones that come with Boost are right
// or wrong depending on compiler flags, and its elementary functions are not rigorous for double
// under any of them; those are in elementary.cpp.

#include <fmt/format.h>

#include <boost/numeric/interval/arith.hpp>
#include <boost/numeric/interval/arith2.hpp>
#include <boost/numeric/interval/interval.hpp>
#include <boost/numeric/interval/policies.hpp>
#include <boost/numeric/interval/utility.hpp>
#include <limits>

#include "filippov/arithmetic/error.hpp"
#include "filippov/arithmetic/interval.hpp"
#include "rounding.hpp"

namespace filippov {
namespace {

/// Boost.Interval's questions about its arguments, all answered by Interval's invariant.
struct AlreadyChecked {
  static double pos_inf() { return std::numeric_limits<double>::infinity(); }
  static double neg_inf() { return -std::numeric_limits<double>::infinity(); }
  static bool is_nan(double) { return false; }
  static bool is_empty(double, double) { return false; }
  static double nan() { throw Error("interval arithmetic: an empty interval arose"); }
  static double empty_lower() { return nan(); }
  static double empty_upper() { return nan(); }
};

using Policies = boost::numeric::interval_lib::policies<detail::UpwardRounding, AlreadyChecked>;
using BoostInterval = boost::numeric::interval<double, Policies>;

BoostInterval to_boost(Interval x) { return {x.lower(), x.upper(), true}; }

}  // namespace

Interval operator+(Interval x, Interval y) {
  const BoostInterval sum = to_boost(x) + to_boost(y);
  return Interval::ordered(sum.lower(), sum.upper());
}

Interval operator-(Interval x, Interval y) {
  const BoostInterval difference = to_boost(x) - to_boost(y);
  return Interval::ordered(difference.lower(), difference.upper());
}

Interval operator*(Interval x, Interval y) {
  const BoostInterval product = to_boost(x) * to_boost(y);
  return Interval::ordered(product.lower(), product.upper());
}

Interval operator/(Interval x, Interval y) {
  if (y.lower_ == 0 && y.upper_ == 0) return Interval::entire();
  const BoostInterval quotient = to_boost(x) / to_boost(y);
  return Interval::ordered(quotient.lower(), quotient.upper());
}

Interval sqr(Interval x) {
  const BoostInterval result = square(to_boost(x));
  return Interval::ordered(result.lower(), result.upper());
}

Interval sqrt(Interval x) {
  if (x.upper_ < 0) {
    throw Error(fmt::format("sqrt: the argument is negative, at most {}", x.upper_));
  }
  const BoostInterval root = sqrt(to_boost(x));
  return Interval::ordered(root.lower(), root.upper());
}

}  // namespace filippov
