#pragma once

#include <span>
#include <vector>

#include "filippov/function/program.hpp"

namespace filippov {

/// Reads a Program in double precision. Holds the slots, so one object per thread.
///
/// A select left in the program takes its first branch where the switching function is positive,
/// its second where it is negative, and their mean on the surface.
class DoubleReading {
 public:
  DoubleReading() = default;
  explicit DoubleReading(Program program);

  const Program& program() const { return program_; }
  /// Runs the program at (t, x), x of dimension() entries.
  void evaluate(double t, std::span<const double> x);
  /// Runs the program with the signs of the switching functions taken from `signature` (entries 0:
  /// from their values).
  void evaluate(double t, std::span<const double> x, const Signature& signature);
  double slot(int i) const { return slots_[static_cast<std::size_t>(i)]; }
  /// Value of output i after `evaluate`.
  double output(int i) const {
    return slots_[static_cast<std::size_t>(program_.outputs()[static_cast<std::size_t>(i)])];
  }
  /// Values of the first outputs, as many as `values` has entries.
  void outputs(std::span<double> values) const {
    const int* place = program_.outputs().data();
    for (double& value : values) value = slots_[static_cast<std::size_t>(*place++)];
  }

 private:
  void run(int from, int to, const Signature* signature);

  Program program_;
  std::vector<double> slots_;
};

}  // namespace filippov
