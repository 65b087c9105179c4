#pragma once

// Directed rounding. Every operation of the library whose rounding direction matters goes through
// this file.
//
// A compiler may evaluate, merge or move floating-point operations on the assumption that the mode
// is to nearest, and with or without -frounding-math g++ and clang do. Two measures stop them: each
// operand and each result passes through opaque(), which the compiler cannot see through, and the
// mode is changed by volatile assembly, which keeps its order with respect to opaque().

#if defined(__FAST_MATH__) || defined(__ASSOCIATIVE_MATH__) || defined(__RECIPROCAL_MATH__) || \
    defined(__NO_SIGNED_ZEROS__) || (defined(__FINITE_MATH_ONLY__) && __FINITE_MATH_ONLY__)
#error "filippov's arithmetic cannot be compiled with -ffast-math or a part of it"
#endif

#include <cfenv>
#include <cfloat>
#include <cmath>
#include <cstdint>

#if FLT_EVAL_METHOD != 0
#error "filippov's arithmetic needs doubles that are evaluated as doubles (no x87)"
#endif

namespace filippov::detail {

/// x itself, but the compiler neither knows its value nor moves its computation past this point.
inline double opaque(double x) noexcept {
#if defined(__x86_64__)
  asm volatile("" : "+x"(x));
#elif defined(__aarch64__)
  asm volatile("" : "+w"(x));
#else
  asm volatile("" : "+m"(x));
#endif
  return x;
}

enum class RoundingMode { nearest, downward, upward };

/// While it lives: the given rounding mode, subnormal numbers intact, floating-point traps masked.
/// Then whatever the caller had.
class RoundingScope {
 public:
  explicit RoundingScope(RoundingMode mode) noexcept;
  ~RoundingScope();
  RoundingScope(const RoundingScope&) = delete;
  RoundingScope& operator=(const RoundingScope&) = delete;

 private:
#if defined(__x86_64__)
  std::uint32_t saved_;
  bool changed_;
#else
  std::fenv_t saved_;
#endif
};

#if defined(__x86_64__)

inline RoundingScope::RoundingScope(RoundingMode mode) noexcept {
  constexpr std::uint32_t traps_masked = 0x1F80;
  constexpr std::uint32_t exception_flags = 0x3F;
  const std::uint32_t wanted = traps_masked | (mode == RoundingMode::downward ? 0x2000u
                                               : mode == RoundingMode::upward ? 0x4000u
                                                                              : 0u);
  asm volatile("stmxcsr %0" : "=m"(saved_) : : "memory");
  changed_ = (saved_ & ~exception_flags) != wanted;
  if (changed_) asm volatile("ldmxcsr %0" : : "m"(wanted) : "memory");
}

inline RoundingScope::~RoundingScope() {
  if (changed_) asm volatile("ldmxcsr %0" : : "m"(saved_) : "memory");
}

#else

inline RoundingScope::RoundingScope(RoundingMode mode) noexcept {
  std::fegetenv(&saved_);
  std::fesetenv(FE_DFL_ENV);
  std::fesetround(mode == RoundingMode::downward ? FE_DOWNWARD
                  : mode == RoundingMode::upward ? FE_UPWARD
                                                 : FE_TONEAREST);
}

inline RoundingScope::~RoundingScope() { std::fesetenv(&saved_); }

#endif

/// The operations rounded to one side, all in the upward mode: x rounded down is -(-x rounded up),
/// so that the mode is set once per operation on intervals.
class UpwardRounding : private RoundingScope {
 public:
  UpwardRounding() noexcept : RoundingScope(RoundingMode::upward) {}

  double add_up(double x, double y) const { return opaque(opaque(x) + opaque(y)); }
  double add_down(double x, double y) const { return -opaque(opaque(-x) - opaque(y)); }
  double sub_up(double x, double y) const { return opaque(opaque(x) - opaque(y)); }
  double sub_down(double x, double y) const { return -opaque(opaque(y) - opaque(x)); }
  double mul_up(double x, double y) const { return opaque(opaque(x) * opaque(y)); }
  double mul_down(double x, double y) const { return -opaque(opaque(-x) * opaque(y)); }
  double div_up(double x, double y) const { return opaque(opaque(x) / opaque(y)); }
  double div_down(double x, double y) const { return -opaque(opaque(-x) / opaque(y)); }
  double sqrt_up(double x) const { return opaque(std::sqrt(opaque(x))); }
  double sqrt_down(double x) const {
    const RoundingScope downward(RoundingMode::downward);
    return opaque(std::sqrt(opaque(x)));
  }
};

}  // namespace filippov::detail
