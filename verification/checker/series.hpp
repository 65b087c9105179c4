#pragma once

#include <vector>

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
 public:
  Series() = default;
  Series(const filippov::Program& program, int order, bool derivatives);

  bool empty() const { return outputs_.empty(); }
  /// The values, with t and x anywhere in the ranges. A select whose switching function is not of
  /// one sign takes the hull of both branches.
  void evaluate(const Range& t, const Box& x);
  /// Coefficients 0 .. order along the solutions from (t, x), with t' = direction; the first
  /// outputs are f.
  void follow(const Range& t, const Box& x, int direction);

  /// Coefficient k of output i, or its derivative with respect to coordinate c - 1 if c > 0.
  const Range& output(int i, int k, int c = 0) const { return at(outputs_[i], k, c); }
  /// The same for coordinate i of the state.
  const Range& state(int i, int k, int c = 0) const { return at(i, k, c); }

 private:
  /// An operation on series. Functions are given by an equation for their derivative with the
  /// series `second`: exp, sin, cos by r' = a' g; log, atan by r' = a' / g.
  struct Step {
    filippov::Operation operation;
    int result;
    int first;
    int second;
    int condition;  ///< of a select
  };
  Range& at(int slot, int k, int c) { return data_[(slot * (order_ + 1) + k) * width_ + c]; }
  const Range& at(int slot, int k, int c) const {
    return data_[(slot * (order_ + 1) + k) * width_ + c];
  }
  /// Appends steps, and returns the slot of the result.
  int add(filippov::Operation operation, int a, int b = -1, int condition = -1);
  int constant(const Range& value);
  int power(int base, int exponent);
  void run(const Step& step, int k);
  /// r_k += factor a_i b_j (factor 1 if null) and r_k /= b_0, derivatives included
  void add_product(int r, int k, int a, int i, int b, int j, const Range* factor = nullptr);
  void divide(int r, int k, int b);

  int dimension_ = 0;
  int order_ = 0;
  int width_ = 1;  ///< of a coefficient: 1, and with derivatives the dimension besides
  int slots_ = 0;
  int zero_ = 0;  ///< the slot of the number 0
  std::vector<Step> steps_;
  std::vector<std::pair<int, Range>> constants_;
  std::vector<int> outputs_;
  Box data_;
};

}  // namespace checker
