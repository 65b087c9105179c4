#pragma once

#include <vector>

#include "../arithmetic/precise_interval.hpp"
#include "../arithmetic/upward_interval.hpp"
#include "filippov/arithmetic/interval.hpp"
#include "filippov/function/program.hpp"

namespace filippov::detail {

/// Reads a Program without selects in interval Taylor series, with or without the derivatives of
/// every coefficient with respect to the initial state.
///
/// With x(tau) the solution of x' = f(t, x), t = t0 + rate tau, x(0) = x0, and f the first n
/// outputs, coefficient k of an output g encloses (1/k!) d^k/dtau^k g(t, x(tau)) at tau = 0 for all
/// x0 in the box and all t0 in the interval given; its derivatives enclose the gradient of that
/// with respect to x0. Source: Griewank & Walther, Evaluating Derivatives, ch. 13; Nedialkov,
/// Jackson & Corliss (1999).
///
/// All members are to be called inside one UpwardScope.
class IntervalTaylorReading {
 public:
  IntervalTaylorReading() = default;
  /// Series up to `max_order`. Throws Error when the program holds an unresolved select.
  IntervalTaylorReading(const Program& program, int max_order);

  int dimension() const { return dimension_; }
  int max_order() const { return stride_ - 1; }

  /// Coefficients 0 .. order of all outputs along solutions from the box. False if some operation
  /// is not defined on all of it (division by an interval with 0, logarithm of one that is not
  /// positive ...).
  bool evaluate(Interval t0, double rate, const UpwardInterval* box, int order, bool derivatives);

  /// Coefficients 0 .. order of the state along the solution from a point, in twice the digits and
  /// many times the time; those of `evaluate` stay what they are. False if something is not
  /// defined.
  bool evaluate_precisely(double t0, double rate, const double* point, int order);

  UpwardInterval state(int i, int k) const { return value(i, k); }
  UpwardInterval output(int i, int k) const {
    return value(outputs_[static_cast<std::size_t>(i)], k);
  }
  const PreciseInterval& precise_state(int i, int k) const {
    return precise_values_[static_cast<std::size_t>(i) * static_cast<std::size_t>(stride_) +
                           static_cast<std::size_t>(k)];
  }
  /// d coefficient k of coordinate i / d x0_j.
  UpwardInterval state_derivative(int i, int j, int k) const { return derivative(i, j, k); }
  UpwardInterval output_derivative(int i, int j, int k) const {
    return derivative(outputs_[static_cast<std::size_t>(i)], j, k);
  }

 private:
  enum class Kind : unsigned char {
    add,
    subtract,
    negate,
    multiply,
    square,
    divide,
    square_root,
    exponential,
    logarithm,
    sine_cosine,             // and the cosine in the next row
    hyperbolic_sine_cosine,  // and the hyperbolic cosine in the next row
    tangent,                 // 1 + square in the next row
    hyperbolic_tangent,      // 1 - square in the next row
    arctangent,              // 1 + argument squared in the next row
    constant_power,
  };
  struct Step {
    Kind kind;
    int to;
    int a;
    int b;
    UpwardInterval exponent;
  };

  UpwardInterval* row(int r) { return values_.data() + static_cast<std::ptrdiff_t>(r) * stride_; }
  const UpwardInterval* row(int r) const {
    return values_.data() + static_cast<std::ptrdiff_t>(r) * stride_;
  }
  UpwardInterval* row(int r, int j) {
    return derivatives_.data() + (static_cast<std::ptrdiff_t>(r) * dimension_ + j) * stride_;
  }
  const UpwardInterval* row(int r, int j) const {
    return derivatives_.data() + (static_cast<std::ptrdiff_t>(r) * dimension_ + j) * stride_;
  }
  UpwardInterval value(int r, int k) const { return row(r)[k]; }
  UpwardInterval derivative(int r, int j, int k) const {
    return depends(r, j) ? row(r, j)[k] : UpwardInterval();
  }
  bool depends(int r, int j) const {
    return depends_[static_cast<std::size_t>(r) * static_cast<std::size_t>(dimension_) +
                    static_cast<std::size_t>(j)] != 0;
  }
  bool is_constant(int r) const { return constant_[static_cast<std::size_t>(r)] != 0; }

  int new_row();
  int new_constant(Interval value, const PreciseInterval& precisely);
  int add_step(Kind kind, int a, int b = -1, UpwardInterval exponent = {});
  int lower(const Instruction& instruction, int a, int b);
  int lower_integer_power(int a, int exponent);
  void find_dependences();
  template <class Number>
  bool advance(Number* values, const Step& step, int k) const;
  void advance_derivatives(const Step& step, int k);

  int dimension_ = 0;
  int stride_ = 1;
  int rows_ = 0;
  std::vector<UpwardInterval> values_;
  std::vector<UpwardInterval> derivatives_;
  std::vector<PreciseInterval> precise_values_;
  std::vector<Step> steps_;
  std::vector<int> outputs_;
  std::vector<char> constant_;
  std::vector<Interval> constant_value_;
  std::vector<PreciseInterval> precise_constant_;
  std::vector<char> depends_;  // row x coordinate: does the row's series depend on x0_j?
};

}  // namespace filippov::detail
