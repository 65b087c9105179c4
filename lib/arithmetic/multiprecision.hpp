#pragma once

#include <mpfr.h>

#include "rounding.hpp"

namespace filippov::detail {

/// An MPFR number of a fixed precision in bits, kept on the stack.
template <int precision>
class Multiprecision {
 public:
  Multiprecision() {
    mpfr_custom_init(limbs_, precision);
    mpfr_custom_init_set(value_, MPFR_NAN_KIND, 0, precision, limbs_);
  }
  /// The double x; exact if precision >= 53.
  explicit Multiprecision(double x) : Multiprecision() { mpfr_set_d(value_, x, MPFR_RNDN); }
  Multiprecision(const Multiprecision&) = delete;
  Multiprecision& operator=(const Multiprecision&) = delete;

  operator mpfr_ptr() { return value_; }

 private:
  mp_limb_t limbs_[(precision + GMP_NUMB_BITS - 1) / GMP_NUMB_BITS];
  mpfr_t value_;
};

/// While it lives, MPFR has its full exponent range and the processor the default floating-point
/// mode, whatever the caller has made of either.
class MultiprecisionScope {
 public:
  MultiprecisionScope()
      : mode_(RoundingMode::nearest), emin_(mpfr_get_emin()), emax_(mpfr_get_emax()) {
    mpfr_set_emin(mpfr_get_emin_min());
    mpfr_set_emax(mpfr_get_emax_max());
  }
  ~MultiprecisionScope() {
    mpfr_set_emin(emin_);
    mpfr_set_emax(emax_);
  }
  MultiprecisionScope(const MultiprecisionScope&) = delete;
  MultiprecisionScope& operator=(const MultiprecisionScope&) = delete;

 private:
  RoundingScope mode_;
  mpfr_exp_t emin_;
  mpfr_exp_t emax_;
};

}  // namespace filippov::detail
