#pragma once

#include <optional>
#include <vector>

#include "../arithmetic/precise_interval.hpp"
#include "../arithmetic/upward_interval.hpp"
#include "filippov/arithmetic/interval.hpp"
#include "filippov/function/program.hpp"

namespace filippov::detail {

/// What IntervalTaylorReading executes: steps on rows, each the series of one quantity. Rows [0, n)
/// are the coordinates, row n the time.
struct TaylorCode {
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
    combination,  // of rows with constant coefficients
  };
  static bool has_two_rows(Kind kind) {
    return Kind::sine_cosine <= kind && kind <= Kind::arctangent;
  }

  /// Row `a`, and `b` if there is one; of a combination the terms [a, b).
  struct Step {
    Kind kind;
    int to;
    int a;
    int b;
    UpwardInterval exponent;
  };
  /// coefficient * row; the coefficient alone where the row is -1.
  struct Term {
    int row;
    UpwardInterval coefficient;
    PreciseInterval precise_coefficient;
  };
  /// A row, or if that is -1 the combination of the terms [first, last), which no step computes.
  struct Output {
    int row;
    int first;
    int last;
  };
  struct Constant {
    Interval value;
    PreciseInterval precise_value;
  };

  int dimension = 0;
  int rows = 0;
  std::vector<Step> steps;
  std::vector<Term> terms;
  std::vector<Output> outputs;
  std::vector<std::optional<Constant>> constants;  // of the rows that are numbers

  bool is_constant(int row) const { return constants[static_cast<std::size_t>(row)].has_value(); }
  /// All steps are linear in the rows that are no constants.
  bool is_linear() const;
  /// About the time that the steps take, in linear operations.
  long cost() const;

  int new_row();
  int new_constant(Interval value, const PreciseInterval& precisely);
  int add_step(Kind kind, int a, int b = -1, UpwardInterval exponent = {});
  /// The instruction on rows. Throws Error for a select.
  int lower(const Instruction& instruction, int a, int b);
  int lower_integer_power(int a, int exponent);
};

/// The numbers that a program computes from constants alone, by slot.
class ProgramConstants {
 public:
  explicit ProgramConstants(const Program& program);
  /// Nothing for a slot that depends on the coordinates or the time.
  const std::optional<TaylorCode::Constant>& slot(int slot) const {
    return values_[static_cast<std::size_t>(slot)];
  }

 private:
  std::vector<std::optional<TaylorCode::Constant>> values_;
};

/// Code for a Program without selects, whose first n outputs are the velocities. To be called
/// inside an UpwardScope. `collects`: by collected_code, where that is much shorter. Throws Error
/// when the program holds an unresolved select.
TaylorCode taylor_code(const Program& program, bool collects = true);

/// The same with polynomials multiplied out and like terms collected, as in the sum over many data
/// rows of (x_i.u) x_i; outputs after the first n that are linear in the coordinates are
/// combinations that no step computes. Nothing where that becomes too long.
std::optional<TaylorCode> collected_code(const Program& program, const ProgramConstants& constants);

}  // namespace filippov::detail
