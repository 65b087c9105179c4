// The elementary functions: at the middle by MPFR, with more bits than two doubles have, and from
// there by the mean value theorem.

#include "precise_interval.hpp"

#include <mpfr.h>

#include <limits>
#include <string>

#include "multiprecision.hpp"
#include "ordering.hpp"

namespace filippov::detail {

namespace {

constexpr int precision = 120;

/// The numbers between y, rounded downward with the ternary value given, and the one above y.
PreciseInterval split(Multiprecision<precision>& y, int ternary) {
  Multiprecision<precision> rest;
  const double middle = mpfr_get_d(y, MPFR_RNDN);
  mpfr_sub_d(rest, y, middle, MPFR_RNDD);
  const double lower = mpfr_get_d(rest, MPFR_RNDD);
  if (ternary != 0) mpfr_nextabove(y);
  mpfr_sub_d(rest, y, middle, MPFR_RNDU);
  return {middle, UpwardInterval(lower, mpfr_get_d(rest, MPFR_RNDU))};
}

using Function = int (*)(mpfr_ptr, mpfr_srcptr, mpfr_rnd_t);

PreciseInterval value(Function f, double x) {
  const MultiprecisionScope scope;
  Multiprecision<precision> argument(x);
  Multiprecision<precision> y;
  const int ternary = f(y, argument, MPFR_RNDD);
  return split(y, ternary);
}

PreciseInterval unknown() {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  return {0, UpwardInterval(-infinity, infinity)};
}

/// f over a set, with `derivative` a function of Interval.
template <class Derivative>
PreciseInterval extend(Function f, const PreciseInterval& set, Derivative derivative) {
  if (!set.is_bounded()) return unknown();
  const PreciseInterval x = set.centered();
  const PreciseInterval y = value(f, x.middle());
  if (is_zero(x.rest().magnitude())) return y;
  // Between the set and the middle, which need not be in it.
  const UpwardInterval all = x.interval();
  const Interval between(smaller(all.lower(), x.middle()), larger(all.upper(), x.middle()));
  return y + UpwardInterval(derivative(between)) * x.rest();
}

}  // namespace

PreciseInterval PreciseInterval::from_decimal(std::string_view text) {
  const MultiprecisionScope scope;
  Multiprecision<precision> y;
  const int ternary = text == "pi"
                          ? mpfr_const_pi(y, MPFR_RNDD)
                          : mpfr_strtofr(y, std::string(text).c_str(), nullptr, 10, MPFR_RNDD);
  return split(y, ternary);
}

PreciseInterval sqrt(const PreciseInterval& x) {
  return extend(mpfr_sqrt, x, [](Interval range) { return Interval(0.5) / sqrt(range); });
}

PreciseInterval exp(const PreciseInterval& x) {
  return extend(mpfr_exp, x, [](Interval range) { return exp(range); });
}

PreciseInterval log(const PreciseInterval& x) {
  return extend(mpfr_log, x, [](Interval range) { return Interval(1) / range; });
}

PreciseInterval sin(const PreciseInterval& x) {
  return extend(mpfr_sin, x, [](Interval range) { return cos(range); });
}

PreciseInterval cos(const PreciseInterval& x) {
  return extend(mpfr_cos, x, [](Interval range) { return -sin(range); });
}

PreciseInterval tan(const PreciseInterval& x) {
  return extend(mpfr_tan, x, [](Interval range) { return Interval(1) + sqr(tan(range)); });
}

PreciseInterval atan(const PreciseInterval& x) {
  return extend(mpfr_atan, x,
                [](Interval range) { return Interval(1) / (Interval(1) + sqr(range)); });
}

PreciseInterval sinh(const PreciseInterval& x) {
  return extend(mpfr_sinh, x, [](Interval range) { return cosh(range); });
}

PreciseInterval cosh(const PreciseInterval& x) {
  return extend(mpfr_cosh, x, [](Interval range) { return sinh(range); });
}

PreciseInterval tanh(const PreciseInterval& x) {
  return extend(mpfr_tanh, x, [](Interval range) { return Interval(1) - sqr(tanh(range)); });
}

PreciseInterval pow(const PreciseInterval& x, const UpwardInterval& exponent) {
  if (!x.is_bounded()) return unknown();
  return PreciseInterval(UpwardInterval(pow(x.interval().interval(), exponent.interval())));
}

}  // namespace filippov::detail
