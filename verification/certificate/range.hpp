#pragma once

#include <mpfi.h>

#include <algorithm>
#include <stdexcept>
#include <string>
#include <vector>

namespace checker {

/// What a certificate claims and cannot be proved again, with the reason.
struct Refusal : std::runtime_error {
  using std::runtime_error::runtime_error;
};

inline std::string text(const std::string& words) { return words; }

/// Throws Refusal, with the texts of the parts in a row, unless it holds.
template <class... Parts>
void require(bool holds, const Parts&... otherwise) {
  if (!holds) throw Refusal((... + text(otherwise)));
}

/// The real numbers between two of 120 bits, by MPFI. Every operation returns a set that contains
/// all results. What is undefined somewhere throws Refusal at once.
///
/// That, and no memory on the heap, is what it adds to boost::multiprecision::mpfi_float_backend,
/// with which sums of products take a third longer.
class Range {
 public:
  Range() : limbs_{} {
    mpfr_custom_init_set(&value_->left, MPFR_ZERO_KIND, 0, 120, limbs_[0]);
    mpfr_custom_init_set(&value_->right, MPFR_ZERO_KIND, 0, 120, limbs_[1]);
  }
  Range(double value) : Range(value, value) {}  // NOLINT: implicit
  Range(double lower, double upper) : Range() { mpfi_interv_d(value_, lower, upper); }
  /// Around a number written in decimals, or pi.
  explicit Range(const std::string& digits) : Range() {
    const bool known =
        digits == "pi" ? mpfi_const_pi(value_) >= 0 : mpfi_set_str(value_, digits.c_str(), 10) == 0;
    require(known && mpfi_bounded_p(value_) != 0, "a number is not known: ", digits);
  }
  Range(const Range& other) { *this = other; }
  Range& operator=(const Range& other) {
    *value_ = *other.value_;
    for (const int end : {0, 1}) std::copy_n(other.limbs_[end], 2, limbs_[end]);
    mpfr_custom_move(&value_->left, limbs_[0]);
    mpfr_custom_move(&value_->right, limbs_[1]);
    return *this;
  }

  bool is_zero() const { return mpfr_zero_p(end(false)) && mpfr_zero_p(end(true)); }
  bool nonnegative() const { return mpfr_sgn(&value_->left) >= 0; }
  bool nonpositive() const { return mpfr_sgn(&value_->right) <= 0; }
  bool positive() const { return sign() > 0; }
  /// +1 or -1 when all numbers in it have that sign, else 0.
  int sign() const {
    return mpfr_sgn(&value_->left) > 0 ? 1 : mpfr_sgn(&value_->right) < 0 ? -1 : 0;
  }
  bool inside(const Range& b) const { return mpfi_is_inside(value_, b.value_) > 0; }
  bool strictly_inside(const Range& b) const {
    return mpfi_is_strictly_inside(value_, b.value_) > 0;
  }
  double lower() const { return mpfr_get_d(&value_->left, MPFR_RNDD); }
  double upper() const { return mpfr_get_d(&value_->right, MPFR_RNDU); }
  double middle() const { return 0.5 * lower() + 0.5 * upper(); }
  /// A number near the middle.
  Range point() const {
    Range result;
    mpfi_mid(&result.value_->left, value_);
    mpfr_set(&result.value_->right, &result.value_->left, MPFR_RNDN);
    return result;
  }
  std::string text() const {
    char digits[100];
    mpfr_snprintf(digits, sizeof digits, "[%.17RDg, %.17RUg]", &value_->left, &value_->right);
    const std::string result = digits;  // MPFI has -0 for an upper end 0
    return mpfr_zero_p(&value_->right) ? result.substr(0, result.find(',')) + ", 0]" : result;
  }
  friend std::string text(const Range& a) { return a.text(); }

  /// A function of MPFI.
  template <class Function, class... Ranges>
  static Range of(Function f, const Ranges&... arguments) {
    Range result;
    f(result.value_, arguments.value_...);
    require(result.is_bounded(), "a value is not defined or finite");
    return result;
  }
  Range operator-() const {
    Range result;
    mpfr_neg(&result.value_->left, end(true), MPFR_RNDD);
    mpfr_neg(&result.value_->right, end(false), MPFR_RNDU);
    return result;
  }
  Range& operator+=(const Range& b) {
    mpfr_add(&value_->left, &value_->left, b.end(false), MPFR_RNDD);
    mpfr_add(&value_->right, &value_->right, b.end(true), MPFR_RNDU);
    return *this;
  }
  Range& operator-=(const Range& b) { return *this += -b; }
  friend Range operator+(Range a, const Range& b) { return a += b; }
  friend Range operator-(Range a, const Range& b) { return a -= b; }
  /// By two products where a sign is known, else by four: MPFI would take memory from the heap.
  friend Range operator*(const Range& a, const Range& b) {
    if (a.is_zero() || b.is_zero()) return {};
    const int s = a.sign(), r = b.sign();
    if (s == 0 && r != 0) return b * a;
    Range result;
    if (s == 0) {
      Range other;
      mpfr_mul(&result.value_->left, a.end(false), b.end(true), MPFR_RNDD);
      mpfr_mul(&result.value_->right, a.end(false), b.end(false), MPFR_RNDU);
      mpfr_mul(&other.value_->left, a.end(true), b.end(false), MPFR_RNDD);
      mpfr_mul(&other.value_->right, a.end(true), b.end(true), MPFR_RNDU);
      return hull(result, other);
    }
    mpfr_mul(&result.value_->left, a.end(r == 0 ? s > 0 : r < 0), b.end(s < 0), MPFR_RNDD);
    mpfr_mul(&result.value_->right, a.end(r == 0 ? s > 0 : r > 0), b.end(s > 0), MPFR_RNDU);
    require(result.is_bounded(), "a product is not finite");
    return result;
  }
  friend Range operator/(const Range& a, const Range& b) {
    const int r = b.sign();
    require(r != 0, "division by ", b);
    const mpfr_srcptr low = a.end(r < 0), high = a.end(r > 0);  // of a r
    Range result;
    mpfr_div(&result.value_->left, low, b.end(mpfr_sgn(low) >= 0), MPFR_RNDD);
    mpfr_div(&result.value_->right, high, b.end(mpfr_sgn(high) < 0), MPFR_RNDU);
    require(result.is_bounded(), "a quotient is not finite");
    return result;
  }
  /// By a number above 0.
  Range divided_by(unsigned long k) const {
    Range result;
    mpfr_div_ui(&result.value_->left, end(false), k, MPFR_RNDD);
    mpfr_div_ui(&result.value_->right, end(true), k, MPFR_RNDU);
    require(result.is_bounded(), "division by 0");
    return result;
  }
  Range& add_product(const Range& a, const Range& b) {
    if (a.is_zero() || b.is_zero()) return *this;
    return is_zero() ? *this = a * b : *this += a * b;
  }
  friend Range hull(const Range& a, const Range& b) {
    Range result;
    mpfr_min(&result.value_->left, a.end(false), b.end(false), MPFR_RNDD);
    mpfr_max(&result.value_->right, a.end(true), b.end(true), MPFR_RNDU);
    require(result.is_bounded(), "a value is not finite");
    return result;
  }
  friend Range magnitude(const Range& a) { return of(mpfi_abs, a); }
  friend Range at_least_zero(Range a) {  // max(0, a)
    for (const mpfr_ptr end : {&a.value_->left, &a.value_->right})
      if (mpfr_sgn(end) < 0) mpfr_set_zero(end, 1);
    return a;
  }
  friend Range cosine(const Range& a) { return of(mpfi_cos, a); }
  /// An increasing function of MPFR.
  static Range increasing(int (*f)(mpfr_ptr, mpfr_srcptr, mpfr_rnd_t), const Range& a) {
    Range result;
    f(&result.value_->left, &a.value_->left, MPFR_RNDD);
    f(&result.value_->right, &a.value_->right, MPFR_RNDU);
    return hull(result, result);
  }

 private:
  bool is_bounded() const {
    return !mpfr_nan_p(end(false)) && !mpfr_nan_p(end(true)) && !mpfr_inf_p(end(false)) &&
           !mpfr_inf_p(end(true));
  }
  mpfr_srcptr end(bool upper) const { return upper ? &value_->right : &value_->left; }

  mpfi_t value_;
  mp_limb_t limbs_[2][2];
};

/// Functions of MPFI for Range::of, in the order of filippov::Operation from square_root on.
inline int (*const elementary[])(mpfi_ptr, mpfi_srcptr) = {
    mpfi_sqrt, mpfi_exp,  mpfi_log,  mpfi_sin,  mpfi_cos,
    mpfi_tan,  mpfi_atan, mpfi_sinh, mpfi_cosh, mpfi_tanh};

using Box = std::vector<Range>;

inline Range dot(const Box& a, const Box& b) {
  Range sum;
  for (std::size_t i = 0; i < a.size(); ++i) sum.add_product(a[i], b[i]);
  return sum;
}

/// a += b c, where a may have more entries.
inline void add_product(Box& a, const Box& b, const Range& c) {
  for (std::size_t i = 0; i < b.size(); ++i) a[i].add_product(b[i], c);
}

/// Makes ranges points, and returns what these leave out.
inline Box make_points(Box& ranges) {
  Box rest = ranges;
  for (std::size_t i = 0; i < ranges.size(); ++i) rest[i] -= ranges[i] = ranges[i].point();
  return rest;
}

/// The polynomial sum_k c_k t^k.
inline Range value(const Box& c, const Range& t) {
  Range sum;
  for (std::size_t k = c.size(); k-- > 0;) sum = sum * t + c[k];
  return sum;
}

inline void require_inside(const Box& a, const Box& b, bool strictly, const std::string& what) {
  for (std::size_t i = 0; i < a.size(); ++i) {
    require(strictly ? a[i].strictly_inside(b[i]) : a[i].inside(b[i]), what, ": entry ",
            std::to_string(i + 1), " is proved to be in ", a[i], ", not in ", b[i]);
  }
}

}  // namespace checker
