#pragma once

#include <memory>
#include <vector>

#include "../arithmetic/precise_interval.hpp"
#include "../arithmetic/upward_interval.hpp"
#include "filippov/arithmetic/interval.hpp"
#include "filippov/function/program.hpp"
#include "taylor_code.hpp"

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
  /// Series up to `max_order`; `collects`: of long sums, like terms may be collected first. Throws
  /// Error when the program holds an unresolved select.
  IntervalTaylorReading(const Program& program, int max_order, bool collects = true);
  /// Another of the same program.
  IntervalTaylorReading(const IntervalTaylorReading& other, int max_order);

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
  UpwardInterval output(int i, int k) const;
  const PreciseInterval& precise_state(int i, int k) const {
    return precise_values_[static_cast<std::size_t>(i) * static_cast<std::size_t>(stride_) +
                           static_cast<std::size_t>(k)];
  }
  /// d coefficient k of coordinate i / d x0_j.
  UpwardInterval state_derivative(int i, int j, int k) const { return derivative(i, j, k); }
  UpwardInterval output_derivative(int i, int j, int k) const;
  /// All outputs are linear in the state, with constant coefficients.
  bool is_linear() const { return linear_; }

 private:
  using Kind = TaylorCode::Kind;
  using Step = TaylorCode::Step;

  void prepare(int max_order);
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
  bool is_constant(int r) const { return code_->is_constant(r); }
  const TaylorCode::Output& place(int output) const {
    return code_->outputs[static_cast<std::size_t>(output)];
  }

  void find_dependences();
  template <class Number>
  Number combination(const Number* values, int first, int last, int k) const;
  UpwardInterval derivative_combination(int first, int last, int j, int k) const;
  template <class Number>
  bool advance(Number* values, const Step& step, int k) const;
  void advance_derivatives(const Step& step, int k);

  std::shared_ptr<const TaylorCode> code_;
  int dimension_ = 0;
  int stride_ = 1;
  bool linear_ = false;
  int derivative_order_ = -1;  // of a linear field: up to which they are known, for ever
  std::vector<UpwardInterval> values_;
  std::vector<UpwardInterval> derivatives_;
  std::vector<PreciseInterval> precise_values_;
  std::vector<char> depends_;  // row x coordinate: does the row's series depend on x0_j?
};

}  // namespace filippov::detail
