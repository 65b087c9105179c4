#pragma once

#include <mpfr.h>

#include <cmath>
#include <string>
#include <vector>

#include "check.hpp"

namespace checker {

inline std::string text(const std::string& words) { return words; }

/// Throws Refusal, with the texts of the parts in a row, unless it holds.
template <class... Parts>
void require(bool holds, const Parts&... otherwise) {
  if (!holds) throw Refusal((... + text(otherwise)));
}

/// A binary number of 120 bits, without memory of its own on the heap.
class Real {
 public:
  Real() { mpfr_custom_init_set(value_, MPFR_ZERO_KIND, 0, 120, limbs_); }
  Real(const Real& other) : Real() { *this = other; }
  Real& operator=(const Real& other) {
    value_->_mpfr_sign = other.value_->_mpfr_sign;
    value_->_mpfr_exp = other.value_->_mpfr_exp;
    limbs_[0] = other.limbs_[0];
    limbs_[1] = other.limbs_[1];
    return *this;
  }
  operator mpfr_ptr() { return value_; }           // NOLINT: implicit
  operator mpfr_srcptr() const { return value_; }  // NOLINT: implicit
  mpfr_srcptr operator->() const { return value_; }

 private:
  mpfr_t value_;
  mp_limb_t limbs_[2];
};

/// The real numbers in [lo, hi]. Every operation returns a set that contains all results: lower
/// ends are rounded down, upper ends up. What is undefined somewhere throws Refusal.
class Range {
 public:
  Range() = default;
  Range(double value) : Range(value, value) {}  // NOLINT: implicit
  Range(double lower, double upper) {
    mpfr_set_d(lo_, lower, MPFR_RNDD);
    mpfr_set_d(hi_, upper, MPFR_RNDU);
  }
  /// Around a number written in decimals, or pi.
  explicit Range(const std::string& digits) {
    for (const mpfr_rnd_t round : {MPFR_RNDD, MPFR_RNDU}) {
      Real& end = round == MPFR_RNDD ? lo_ : hi_;
      char* rest = nullptr;
      digits == "pi" ? mpfr_const_pi(end, round)
                     : mpfr_strtofr(end, digits.c_str(), &rest, 10, round);
      require(!rest || *rest == '\0', "a number is not known: ", digits);
    }
  }

  bool is_zero() const { return mpfr_zero_p(lo_) != 0 && mpfr_zero_p(hi_) != 0; }
  bool nonnegative() const { return mpfr_sgn(lo_) >= 0; }
  bool nonpositive() const { return mpfr_sgn(hi_) <= 0; }
  bool positive() const { return mpfr_sgn(lo_) > 0; }
  /// +1 or -1 when all numbers in it have that sign, else 0.
  int sign() const { return positive() ? 1 : mpfr_sgn(hi_) < 0 ? -1 : 0; }
  bool inside(const Range& b) const {
    return mpfr_greaterequal_p(lo_, b.lo_) != 0 && mpfr_lessequal_p(hi_, b.hi_) != 0;
  }
  bool strictly_inside(const Range& b) const {
    return mpfr_greater_p(lo_, b.lo_) != 0 && mpfr_less_p(hi_, b.hi_) != 0;
  }
  double lower() const { return mpfr_get_d(lo_, MPFR_RNDD); }
  double upper() const { return mpfr_get_d(hi_, MPFR_RNDU); }
  double middle() const { return 0.5 * lower() + 0.5 * upper(); }
  std::string text() const {
    char digits[100];
    mpfr_snprintf(digits, sizeof digits, "[%.17RDg, %.17RUg]", static_cast<mpfr_srcptr>(lo_),
                  static_cast<mpfr_srcptr>(hi_));
    return digits;
  }
  friend std::string text(const Range& a) { return a.text(); }

  Range operator-() const {
    Range result;
    mpfr_neg(result.lo_, hi_, MPFR_RNDD);
    mpfr_neg(result.hi_, lo_, MPFR_RNDU);
    return result;
  }
  Range& operator+=(const Range& b) {
    mpfr_add(lo_, lo_, b.lo_, MPFR_RNDD);
    mpfr_add(hi_, hi_, b.hi_, MPFR_RNDU);
    return *this;
  }
  void add_product(const Range& a, const Range& b) {
    if (!a.is_zero() && !b.is_zero()) *this += a * b;
  }
  Range& operator-=(const Range& b) { return *this += -b; }
  friend Range operator+(Range a, const Range& b) { return a += b; }
  friend Range operator-(Range a, const Range& b) { return a -= b; }
  friend Range operator*(const Range& a, const Range& b) {
    if (a.is_zero() || b.is_zero()) return {};
    if (!a.nonnegative() && a.nonpositive()) return -(-a * b);
    if (!a.nonnegative() && (b.nonnegative() || b.nonpositive())) return b * a;
    Range result;
    if (a.nonnegative()) {
      mpfr_mul(result.lo_, b.nonnegative() ? a.lo_ : a.hi_, b.lo_, MPFR_RNDD);
      mpfr_mul(result.hi_, b.nonpositive() ? a.lo_ : a.hi_, b.hi_, MPFR_RNDU);
    } else {
      Range other;
      mpfr_mul(result.lo_, a.lo_, b.hi_, MPFR_RNDD);
      mpfr_mul(other.lo_, a.hi_, b.lo_, MPFR_RNDD);
      mpfr_mul(result.hi_, a.lo_, b.lo_, MPFR_RNDU);
      mpfr_mul(other.hi_, a.hi_, b.hi_, MPFR_RNDU);
      result = hull(result, other);
    }
    return result.checked();
  }
  friend Range operator/(const Range& a, const Range& b) {
    require(b.sign() != 0, "division by ", b);
    Range inverse;
    mpfr_ui_div(inverse.lo_, 1, b.hi_, MPFR_RNDD);
    mpfr_ui_div(inverse.hi_, 1, b.lo_, MPFR_RNDU);
    return a * inverse;
  }
  friend Range hull(const Range& a, const Range& b) {
    Range result;
    mpfr_min(result.lo_, a.lo_, b.lo_, MPFR_RNDD);
    mpfr_max(result.hi_, a.hi_, b.hi_, MPFR_RNDU);
    return result;
  }
  friend Range at_least_zero(const Range& a) {  // max(0, a)
    Range result;
    mpfr_max(result.lo_, a.lo_, result.lo_, MPFR_RNDD);
    mpfr_max(result.hi_, a.hi_, result.hi_, MPFR_RNDU);
    return result;
  }
  friend Range magnitude(const Range& a) {  // |a|
    return a.nonnegative() ? a : a.nonpositive() ? -a : at_least_zero(hull(a, -a));
  }
  /// An increasing function of MPFR.
  static Range increasing(int (*f)(mpfr_ptr, mpfr_srcptr, mpfr_rnd_t), const Range& a) {
    Range result;
    f(result.lo_, a.lo_, MPFR_RNDD);
    f(result.hi_, a.hi_, MPFR_RNDU);
    return result.checked();
  }
  friend Range cosine(const Range& a) {
    const auto holds_integer = [](const Range& x) { return std::floor(x.upper()) >= x.lower(); };
    const Range turns = a / (Range(2) * Range(std::string("pi")));
    Range ends[2];
    for (int i = 0; i < 2; ++i) {
      mpfr_cos(ends[i].lo_, i == 0 ? a.lo_ : a.hi_, MPFR_RNDD);
      mpfr_cos(ends[i].hi_, i == 0 ? a.lo_ : a.hi_, MPFR_RNDU);
    }
    const Range result = hull(ends[0], holds_integer(turns) ? Range(1) : ends[1]);
    return hull(hull(result, ends[1]), holds_integer(turns + Range(0.5)) ? Range(-1) : result);
  }

 private:
  const Range& checked() const {
    require(mpfr_number_p(lo_) != 0 && mpfr_number_p(hi_) != 0, "a value is not defined or finite");
    return *this;
  }

  Real lo_;
  Real hi_;
};

using Box = std::vector<Range>;
using Matrix = std::vector<Box>;  ///< of rows

inline Range dot(const Box& a, const Box& b) {
  Range sum;
  for (std::size_t i = 0; i < a.size(); ++i) sum.add_product(a[i], b[i]);
  return sum;
}

inline Matrix operator*(const Matrix& a, const Matrix& b) {
  Matrix result(a.size(), Box(b.empty() ? 0 : b.front().size()));
  for (std::size_t i = 0; i < a.size(); ++i) {
    for (std::size_t k = 0; k < b.size(); ++k) {
      if (a[i][k].is_zero()) continue;
      for (std::size_t j = 0; j < b[k].size(); ++j) result[i][j].add_product(a[i][k], b[k][j]);
    }
  }
  return result;
}

inline void require_inside(const Box& a, const Box& b, bool strictly, const std::string& what) {
  for (std::size_t i = 0; i < a.size(); ++i) {
    require(strictly ? a[i].strictly_inside(b[i]) : a[i].inside(b[i]), what, ": entry ",
            std::to_string(i + 1), " is proved to be in ", a[i], ", not in ", b[i]);
  }
}

}  // namespace checker
