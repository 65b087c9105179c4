#pragma once

#include <utility>

#include "filippov/function/program.hpp"
#include "range.hpp"

namespace checker {

/// Reads a Program over ranges: the values of its outputs, or their Taylor coefficients in the time
/// since the start along the solutions of x' = f(t, x), with the derivatives of all these with
/// respect to the state at the start (by forward differentiation).
///
/// The coefficients follow from the differential equations of the operations (Griewank & Walther,
/// Evaluating Derivatives, 2nd ed., section 13.2). Throws Refusal where one is not defined.
class Series {
  using Operation = filippov::Operation;

 public:
  Series() = default;
  Series(const filippov::Program& program, int order, bool derivatives)
      : dimension_(program.dimension()),
        order_(order),
        width_(derivatives ? 1 + program.dimension() : 1),
        slots_(program.dimension() + 1) {
    std::vector<int> slot_of;
    for (int i = 0; i <= dimension_; ++i) slot_of.push_back(i);
    zero_ = constant(0);
    for (const filippov::Constant& number : program.constants()) {
      require(number.unknown == 0, "a number is not known");
      slot_of.push_back(constant(number.decimal.empty() ? number.value : Range(number.decimal)));
    }
    for (const filippov::Instruction& code : program.instructions()) {
      const int a = slot_of[code.first];
      const int b = code.second < 0 ? -1 : slot_of[code.second];
      slot_of.push_back(code.operation == Operation::integer_power ? power(a, code.index)
                        : code.condition < 0                       ? add(code.operation, a, b)
                                             : add(code.operation, a, b, slot_of[code.condition]));
    }
    for (const int slot : program.outputs()) outputs_.push_back(slot_of[slot]);
    for (int k = 0; k <= order_; ++k) inverses_.push_back(Range(1) / Range(k == 0 ? 1 : k));
    data_.resize(slots_ * (order_ + 1) * width_);
  }

  bool empty() const { return outputs_.empty(); }
  /// The values, with t and x anywhere in the ranges (order 0). A select whose switching function
  /// is not of one sign takes the hull of both branches.
  void evaluate(const Range& t, const Box& x) { follow(t, x, 0); }
  /// Coefficients 0 .. order along the solutions from (t, x), with t' = direction; the first
  /// outputs are f.
  void follow(const Range& t, const Box& x, int direction) {
    for (const auto& [slot, value] : constants_) at(slot, 0, 0) = value;
    for (int i = 0; i < dimension_; ++i) {
      at(i, 0, 0) = x[i];
      if (width_ > 1) at(i, 0, 1 + i) = 1;
    }
    at(dimension_, 0, 0) = t;
    if (order_ > 0) at(dimension_, 1, 0) = direction;
    for (int k = 0; k <= order_; ++k) {
      for (const Step& step : steps_) run(step, k);
      for (int i = 0; i < dimension_ && k < order_; ++i) {
        for (int c = 0; c < width_; ++c) at(i, k + 1, c) = at(outputs_[i], k, c);
        scale(i, k + 1, inverses_[k + 1]);
      }
    }
  }

  /// Coefficient k of output i, or its derivative with respect to coordinate c - 1 if c > 0.
  const Range& output(int i, int k, int c = 0) const { return at(outputs_[i], k, c); }
  /// Coefficients 0 .. order of coordinate i of the state, or of its derivative, and `last`.
  Box state(int i, int c, const Range& last) const {
    Box coefficients;
    for (int k = 0; k <= order_; ++k) coefficients.push_back(at(i, k, c));
    coefficients.push_back(last);
    return coefficients;
  }
  const Range& last(int i) const { return at(i, order_, 0); }

 private:
  /// An operation on series. Functions are given by an equation for their derivative with the
  /// series `second`: exp, sin, cos by r' = a' g; log, atan by r' = a' / g.
  struct Step {
    Operation operation;
    int result;
    int first;
    int second;
    int third;  ///< condition of a select; of exp, sin, cos the place of the series i a_i
  };
  Range& at(int slot, int k, int c) { return data_[(slot * (order_ + 1) + k) * width_ + c]; }
  const Range& at(int slot, int k, int c) const {
    return data_[(slot * (order_ + 1) + k) * width_ + c];
  }

  int push(Operation operation, int a, int b, int condition = -1) {
    steps_.push_back({operation, slots_, a, b, condition});
    return slots_++;
  }
  int constant(const Range& value) {
    constants_.emplace_back(slots_, value);
    return slots_++;
  }
  int power(int base, int exponent) {
    if (exponent < 0) return push(Operation::divide, constant(1), power(base, -exponent));
    if (exponent < 2) return exponent == 0 ? constant(1) : base;
    const int half = power(base, exponent / 2);
    const int even = push(Operation::multiply, half, half);
    return exponent % 2 == 0 ? even : push(Operation::multiply, even, base);
  }
  /// Appends the steps of an operation, and returns the slot of the result.
  int add(Operation operation, int a, int b = -1, int condition = -1) {
    // r' = a' g, with g in the slot that many after that of r
    const auto function = [&](Operation o, int argument, int after) {
      const int scaled = slots_++;
      return push(o, argument, slots_ + after, scaled);
    };
    switch (operation) {
      case Operation::negate:
        return push(Operation::subtract, zero_, a);
      case Operation::real_power: {
        const int logarithm = push(Operation::logarithm, a, a);
        return function(Operation::exponential, push(Operation::multiply, b, logarithm), 0);
      }
      case Operation::exponential:
        return function(operation, a, 0);
      case Operation::logarithm:
        return push(operation, a, a);
      case Operation::sine:
      case Operation::cosine: {
        const int sine = function(Operation::sine, a, 2);
        const int cosine = function(Operation::cosine, a, -2);
        return operation == Operation::sine ? sine : cosine;
      }
      case Operation::hyperbolic_sine:
      case Operation::hyperbolic_cosine: {
        const int sine = function(Operation::hyperbolic_sine, a, 2);
        const int cosine = function(Operation::hyperbolic_cosine, a, -2);
        return operation == Operation::hyperbolic_sine ? sine : cosine;
      }
      case Operation::tangent:
      case Operation::hyperbolic_tangent: {  // 1 +- r^2
        const int one = constant(1);
        const int result = function(operation, a, 2);
        const int square = push(Operation::multiply, result, result);
        push(operation == Operation::tangent ? Operation::add : Operation::subtract, one, square);
        return result;
      }
      case Operation::arctangent: {
        const int square = power(a, 2);
        return push(operation, a, push(Operation::add, constant(1), square));
      }
      case Operation::select: {  // where h > 0 it is h, where h < 0 it is -h: |h|
        for (const Step& step : steps_) {
          if (a == condition && step.result == b && step.operation == Operation::subtract &&
              step.first == zero_ && step.second == condition) {
            return push(operation, a, -1, condition);
          }
        }
        return push(operation, a, b, condition);
      }
      default:
        return push(operation, a, b);
    }
  }

  /// r_k += factor a_i b_j, derivatives included
  void add_product(int r, int k, int a, int i, int b, int j, int factor = 1) {
    const Range* const x = &at(a, i, 0);
    const Range* const y = &at(b, j, 0);
    if (width_ == 1 && (x->is_zero() || y->is_zero())) return;
    const auto scaled = [&](const Range& z) {
      return factor == 1 || z.is_zero() ? z : Range(factor) * z;
    };
    const bool is_square = a == b && i == j;
    at(r, k, 0).add_product(scaled(is_square ? magnitude(*x) : *x), is_square ? magnitude(*y) : *y);
    if (width_ == 1) return;
    const Range left = scaled(*x);
    const Range right = scaled(*y);
    for (int c = 1; c < width_; ++c) {
      at(r, k, c).add_product(left, y[c]);
      at(r, k, c).add_product(right, x[c]);
    }
  }
  void divide(int r, int k, int b) {  // r_k /= b_0
    at(r, k, 0) = at(r, k, 0) / at(b, 0, 0);
    for (int c = 1; c < width_; ++c) {
      at(r, k, c) = (at(r, k, c) - at(r, k, 0) * at(b, 0, c)) / at(b, 0, 0);
    }
  }
  void scale(int r, int k, const Range& factor) {
    for (int c = 0; c < width_; ++c) at(r, k, c) = at(r, k, c) * factor;
  }

  void run(const Step& step, int k) {
    const auto [operation, r, a, b, third] = step;
    for (int c = 0; c < width_; ++c) at(r, k, c) = Range();
    const Range& x = at(a, 0, 0);
    switch (operation) {
      case Operation::add:
      case Operation::subtract:
        for (int c = 0; c < width_; ++c) {
          at(r, k, c) = at(a, k, c);
          if (at(b, k, c).is_zero()) continue;
          at(r, k, c) += operation == Operation::add ? at(b, k, c) : -at(b, k, c);
        }
        return;
      case Operation::multiply:
        for (int i = 0; i <= k; ++i) add_product(r, k, a, i, b, k - i);
        return;
      case Operation::divide:
        for (int i = 1; i <= k; ++i) add_product(r, k, b, i, r, k - i, -1);
        for (int c = 0; c < width_; ++c) at(r, k, c) += at(a, k, c);
        return divide(r, k, b);
      case Operation::square_root:  // 2 r_0 r_k = a_k - sum_{0<i<k} r_i r_{k-i}
        for (int i = 1; i < k; ++i) add_product(r, k, r, i, r, k - i, -1);
        for (int c = 0; c < width_; ++c) at(r, k, c) += at(a, k, c);
        if (k > 0) {
          divide(r, k, r);
          return scale(r, k, 0.5);
        }
        at(r, 0, 0) = Range::increasing(mpfr_sqrt, x);
        for (int c = 1; c < width_; ++c) at(r, 0, c) = at(a, 0, c) / (Range(2) * at(r, 0, 0));
        return;
      case Operation::logarithm:
      case Operation::arctangent: {  // k g_0 r_k = k a_k - sum_{0<i<k} i r_i g_{k-i}
        for (int i = 1; i < k; ++i) add_product(r, k, r, i, b, k - i, -i);
        scale(r, k, inverses_[k]);
        for (int c = 0; c < width_; ++c) at(r, k, c) += at(a, k, c);
        if (k > 0) return divide(r, k, b);
        for (int c = 1; c < width_; ++c) at(r, 0, c) = at(a, 0, c) / at(b, 0, 0);
        at(r, 0, 0) =
            Range::increasing(operation == Operation::logarithm ? mpfr_log : mpfr_atan, x);
        return;
      }
      case Operation::select: {
        require(order_ == 0, "a smooth motion depends on a sign that is not known");
        const int sign = at(third, 0, 0).sign();
        at(r, 0, 0) = b < 0      ? magnitude(x)
                      : sign > 0 ? x
                      : sign < 0 ? at(b, 0, 0)
                                 : hull(x, at(b, 0, 0));
        return;
      }
      default: {  // k r_k = sum_{0<i<=k} i a_i g_{k-i}
        for (int c = 0; c < width_; ++c) at(third, k, c) = Range(k) * at(a, k, c);
        for (int i = 1; i <= k; ++i) add_product(r, k, third, i, b, k - i);
        if (k > 0) {
          return scale(r, k, operation == Operation::cosine ? -inverses_[k] : inverses_[k]);
        }
        const auto [result, slope] = value_and_slope(operation, x);
        at(r, 0, 0) = result;
        for (int c = 1; c < width_; ++c) at(r, 0, c) = slope * at(a, 0, c);
      }
    }
  }

  static std::pair<Range, Range> value_and_slope(Operation operation, const Range& x) {
    const Range shifted = x - Range(std::string("pi")) / Range(2);  // sin x = cos(x - pi/2)
    const Range size = magnitude(x);
    Range r;
    switch (operation) {
      case Operation::exponential:
        r = Range::increasing(mpfr_exp, x);
        return {r, r};
      case Operation::sine:
        return {cosine(shifted), cosine(x)};
      case Operation::cosine:
        return {cosine(x), -cosine(shifted)};
      case Operation::tangent:
        require(cosine(x).sign() != 0, "a tangent is not defined on all of ", x);
        r = magnitude(Range::increasing(mpfr_tan, x));
        return {Range::increasing(mpfr_tan, x), Range(1) + r * r};
      case Operation::hyperbolic_sine:
        return {Range::increasing(mpfr_sinh, x), Range::increasing(mpfr_cosh, size)};
      case Operation::hyperbolic_cosine:
        return {Range::increasing(mpfr_cosh, size), Range::increasing(mpfr_sinh, x)};
      case Operation::hyperbolic_tangent:
        r = magnitude(Range::increasing(mpfr_tanh, x));
        return {Range::increasing(mpfr_tanh, x), Range(1) - r * r};
      default:
        throw Refusal("a formula contains an operation that is not known");
    }
  }

  int dimension_ = 0;
  int order_ = 0;
  int width_ = 1;  ///< of a coefficient: 1, and with derivatives the dimension besides
  int slots_ = 0;
  int zero_ = 0;  ///< the slot of the number 0
  std::vector<Step> steps_;
  std::vector<std::pair<int, Range>> constants_;
  std::vector<int> outputs_;
  Box inverses_;  ///< 1/k
  Box data_;
};

}  // namespace checker
