#include "range.hpp"

#include <cmath>

namespace checker {

Range::Range(double lower, double upper) {
  mpfr_set_d(lo_, lower, MPFR_RNDD);
  mpfr_set_d(hi_, upper, MPFR_RNDU);
}

Range::Range(const std::string& decimal) {
  if (decimal == "pi") {
    mpfr_const_pi(lo_, MPFR_RNDD);
    mpfr_const_pi(hi_, MPFR_RNDU);
    return;
  }
  char* end = nullptr;
  mpfr_strtofr(lo_, decimal.c_str(), &end, 10, MPFR_RNDD);
  mpfr_strtofr(hi_, decimal.c_str(), &end, 10, MPFR_RNDU);
  if (*end != '\0') throw Refusal("the number '" + decimal + "' is not known");
}

bool Range::inside(const Range& other) const {
  return mpfr_greaterequal_p(lo_, other.lo_) != 0 && mpfr_lessequal_p(hi_, other.hi_) != 0;
}

bool Range::strictly_inside(const Range& other) const {
  return mpfr_greater_p(lo_, other.lo_) != 0 && mpfr_less_p(hi_, other.hi_) != 0;
}

std::string Range::text() const {
  char* written = nullptr;
  mpfr_asprintf(&written, "[%.17RDg, %.17RUg]", static_cast<mpfr_srcptr>(lo_),
                static_cast<mpfr_srcptr>(hi_));
  std::string result(written);
  mpfr_free_str(written);
  return result;
}

Range Range::operator-() const {
  Range result;
  mpfr_neg(result.lo_, hi_, MPFR_RNDD);
  mpfr_neg(result.hi_, lo_, MPFR_RNDU);
  return result;
}

Range& Range::operator+=(const Range& b) {
  mpfr_add(lo_, lo_, b.lo_, MPFR_RNDD);
  mpfr_add(hi_, hi_, b.hi_, MPFR_RNDU);
  return *this;
}

Range operator*(const Range& a, const Range& b) {
  Range result;
  if (a.nonnegative()) {
    mpfr_mul(result.lo_, b.nonnegative() ? a.lo_ : a.hi_, b.lo_, MPFR_RNDD);
    mpfr_mul(result.hi_, mpfr_sgn(b.hi_) < 0 ? a.lo_ : a.hi_, b.hi_, MPFR_RNDU);
    return result;
  }
  if (mpfr_sgn(a.hi_) <= 0) return -(-a * b);
  if (b.nonnegative() || mpfr_sgn(b.hi_) <= 0) return b * a;
  Range other;
  mpfr_mul(result.lo_, a.lo_, b.hi_, MPFR_RNDD);
  mpfr_mul(other.lo_, a.hi_, b.lo_, MPFR_RNDD);
  mpfr_mul(result.hi_, a.lo_, b.lo_, MPFR_RNDU);
  mpfr_mul(other.hi_, a.hi_, b.hi_, MPFR_RNDU);
  return hull(result, other);
}

void Range::add_product(const Range& a, const Range& b) {
  if (!a.is_zero() && !b.is_zero()) *this += a * b;
}

Range operator/(const Range& a, const Range& b) {
  if (b.sign() == 0) throw Refusal("division by " + b.text());
  Range inverse;
  mpfr_ui_div(inverse.lo_, 1, b.hi_, MPFR_RNDD);
  mpfr_ui_div(inverse.hi_, 1, b.lo_, MPFR_RNDU);
  return a * inverse;
}

Range hull(const Range& a, const Range& b) {
  Range result;
  mpfr_min(result.lo_, a.lo_, b.lo_, MPFR_RNDD);
  mpfr_max(result.hi_, a.hi_, b.hi_, MPFR_RNDU);
  return result;
}

Range at_least_zero(const Range& a) {
  Range result;
  mpfr_max(result.lo_, a.lo_, result.lo_, MPFR_RNDD);
  mpfr_max(result.hi_, a.hi_, result.hi_, MPFR_RNDU);
  return result;
}

Range magnitude(const Range& a) {
  return a.nonnegative() ? a : mpfr_sgn(a.hi_) <= 0 ? -a : at_least_zero(hull(a, -a));
}

Range square(const Range& a) { return magnitude(a) * magnitude(a); }

Range Range::increasing(Function f, const Range& a) {
  Range result;
  f(result.lo_, a.lo_, MPFR_RNDD);
  f(result.hi_, a.hi_, MPFR_RNDU);
  if (mpfr_number_p(result.lo_) == 0 || mpfr_number_p(result.hi_) == 0) {
    throw Refusal("a function is not defined on all of " + a.text());
  }
  return result;
}

Range cosine(const Range& a) {
  const auto holds_integer = [](const Range& x) { return std::floor(x.upper()) >= x.lower(); };
  const Range turns = a / (Range(2) * Range(std::string("pi")));
  Range result;
  Range other;
  mpfr_cos(result.lo_, a.lo_, MPFR_RNDD);
  mpfr_cos(result.hi_, a.lo_, MPFR_RNDU);
  mpfr_cos(other.lo_, a.hi_, MPFR_RNDD);
  mpfr_cos(other.hi_, a.hi_, MPFR_RNDU);
  result = hull(result, other);
  if (holds_integer(turns)) result = hull(result, 1.0);
  return holds_integer(turns + Range(0.5)) ? hull(result, -1.0) : result;
}

}  // namespace checker
