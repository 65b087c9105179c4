#pragma once

#include <span>
#include <vector>

#include "filippov/arithmetic/interval.hpp"
#include "filippov/function/function.hpp"
#include "filippov/function/program.hpp"

namespace filippov {

/// Where on a box an expression is defined. Only `everywhere` allows the conclusion that the
/// expression is continuous on the box (up to selects that jump).
enum class Domain : unsigned char { nowhere, partly, everywhere };

/// Reads a Program over boxes: the enclosure of each output contains its value at every point of
/// the box where it is defined. Holds the slots, so one object per thread.
///
/// A number written as a decimal is the tightest interval around that decimal. A select takes one
/// branch where its switching function has one sign on the box, else the hull of both: sign(h) is
/// [-1, 1] where the range of h meets 0, which covers the set-valued sign. abs, min, max, relu and
/// leaky_relu are as tight as their arguments' enclosures allow.
class IntervalReading {
 public:
  IntervalReading() = default;
  explicit IntervalReading(Program program);

  const Program& program() const { return program_; }
  /// Runs the program over t x box. Throws Error unless the box has dimension() entries.
  void evaluate(Interval t, std::span<const Interval> box);
  /// The same with the signs of the switching functions held as in `signature` (entries 0: from
  /// their ranges): the smooth extension of one mode.
  void evaluate(Interval t, std::span<const Interval> box, const Signature& signature);

  /// Enclosure of output i after `evaluate`. Throws Error if it is defined nowhere on the box.
  Interval output(int i) const;
  Domain domain(int i) const { return domains_[place(i)]; }
  /// The enclosure in slot i of the program; meaningless where it is defined nowhere.
  Interval slot(int i) const { return slots_[static_cast<std::size_t>(i)]; }

 private:
  std::size_t place(int output) const {
    return static_cast<std::size_t>(program_.outputs()[static_cast<std::size_t>(output)]);
  }
  void evaluate(Interval t, std::span<const Interval> box, const Signature* signature);
  void run(int from, int to, const Signature* signature);
  void execute(const Instruction& instruction, std::size_t to, const Signature* signature);
  void select(const Instruction& instruction, std::size_t to, int sign);
  Interval on_half_line(int slot, int condition, Interval half) const;

  Program program_;
  std::vector<Interval> slots_;
  std::vector<Domain> domains_;
};

/// An interval that contains f(x) for every x in the box where f is defined. Throws Error if the
/// box has another dimension than f, or f is defined nowhere on it.
Interval range(const Function& f, std::span<const Interval> box);

}  // namespace filippov
