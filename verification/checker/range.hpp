#pragma once

#include <mpfr.h>

#include <stdexcept>
#include <string>
#include <vector>

namespace checker {

/// What the certificate claims and cannot be proved again, with the reason.
struct Refusal : std::runtime_error {
  using std::runtime_error::runtime_error;
};

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
  Range(double lower, double upper);
  explicit Range(const std::string& decimal);  ///< around a number written in decimals, or pi

  bool is_zero() const { return mpfr_zero_p(lo_) != 0 && mpfr_zero_p(hi_) != 0; }
  bool nonnegative() const { return mpfr_sgn(lo_) >= 0; }
  /// +1 or -1 when all numbers in it have that sign, else 0.
  int sign() const { return mpfr_sgn(lo_) > 0 ? 1 : mpfr_sgn(hi_) < 0 ? -1 : 0; }
  bool positive() const { return sign() > 0; }
  bool inside(const Range& other) const;           ///< a subset of `other`
  bool strictly_inside(const Range& other) const;  ///< of its interior
  double lower() const { return mpfr_get_d(lo_, MPFR_RNDD); }
  double upper() const { return mpfr_get_d(hi_, MPFR_RNDU); }
  double middle() const { return 0.5 * lower() + 0.5 * upper(); }
  std::string text() const;

  Range operator-() const;
  Range& operator+=(const Range& b);
  Range& operator-=(const Range& b) { return *this += -b; }
  friend Range operator+(Range a, const Range& b) { return a += b; }
  friend Range operator-(Range a, const Range& b) { return a -= b; }
  friend Range operator*(const Range& a, const Range& b);
  friend Range operator/(const Range& a, const Range& b);
  /// *this += a b
  void add_product(const Range& a, const Range& b);
  friend Range hull(const Range& a, const Range& b);
  friend Range magnitude(const Range& a);      ///< |a|
  friend Range square(const Range& a);         ///< a^2
  friend Range at_least_zero(const Range& a);  ///< max(0, a)
  friend Range cosine(const Range& a);
  /// An increasing function of MPFR.
  using Function = int (*)(mpfr_ptr, mpfr_srcptr, mpfr_rnd_t);
  static Range increasing(Function f, const Range& a);

 private:
  Real lo_;
  Real hi_;
};

using Box = std::vector<Range>;

}  // namespace checker
