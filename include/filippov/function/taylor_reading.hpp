#pragma once

#include <span>
#include <vector>

#include "filippov/function/program.hpp"

namespace filippov {

/// Reads a Program in Taylor series: given x(tau) = sum_k x_k tau^k and t(tau) = t0 + rate tau, the
/// coefficients of every output, one order at a time.
///
/// One order at a time is what an ordinary differential equation needs: x_{k+1} follows from the
/// coefficients of order k of its right-hand side. Order k of one product costs k + 1
/// multiply-adds, so a sweep to order p costs O(p^2) per nonlinear instruction. All selects of the
/// program must be resolved (a mode). Source: Griewank & Walther, Evaluating Derivatives, ch. 13.
class TaylorReading {
 public:
  TaylorReading() = default;
  /// Series up to `max_order`. Throws Error when the program holds an unresolved select.
  TaylorReading(const Program& program, int max_order);

  int max_order() const { return stride_ - 1; }
  /// Coefficients of coordinate i, order 0 .. max_order; set order k before `advance(k)`.
  std::span<double> coordinate(int i) { return row(i); }
  void set_time(double t0, double rate);
  /// Computes the coefficients of order k; those of smaller order must be there.
  void advance(int k);
  std::span<const double> output(int i) const { return row(outputs_[static_cast<std::size_t>(i)]); }
  /// The output is a number: its series is constant whatever x and t are.
  bool output_is_constant(int i) const {
    return outputs_[static_cast<std::size_t>(i)] >= dimension_ + 1 &&
           is_constant_[static_cast<std::size_t>(outputs_[static_cast<std::size_t>(i)])];
  }

 private:
  enum class Kind : unsigned char {
    add,
    add_constant,
    subtract,
    negate,
    scale,
    multiply,
    square,
    divide,
    square_root,
    exponential,
    logarithm,
    sine_cosine,  // destination and the next row
    hyperbolic_sine_cosine,
    tangent,  // destination, and 1 + square in the next row
    hyperbolic_tangent,
    arctangent,
    constant_power,
  };
  struct Step {
    Kind kind;
    int to;
    int a;
    int b;
    double factor;
  };

  std::span<double> row(int slot) {
    return {data_.data() + static_cast<std::ptrdiff_t>(slot) * stride_,
            static_cast<std::size_t>(stride_)};
  }
  std::span<const double> row(int slot) const {
    return {data_.data() + static_cast<std::ptrdiff_t>(slot) * stride_,
            static_cast<std::size_t>(stride_)};
  }
  int add_step(Kind kind, int a, int b = -1, double factor = 0);
  int lower(const Instruction& instruction, int a, int b);
  int lower_multiply(int a, int b);
  int lower_integer_power(int a, int exponent);
  int constant_row(double value);

  int dimension_ = 0;
  int stride_ = 1;
  int rows_ = 0;
  std::vector<double> data_;
  std::vector<Step> steps_;
  std::vector<int> outputs_;
  std::vector<bool> is_constant_;
  std::vector<double> constant_value_;
};

}  // namespace filippov
