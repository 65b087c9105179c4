#pragma once

#include <span>
#include <vector>

#include "filippov/function/graph.hpp"

namespace filippov {

/// Signs of all switching functions: +1 or -1 per switch of a graph; 0 means "not fixed".
using Signature = std::vector<signed char>;

/// One step of a Program: `operation` on earlier slots, the result in the next slot. The fields
/// mean what they mean in Node, with slots for nodes. A select reads the sign of slot `condition`.
struct Instruction {
  Operation operation;
  bool continuous;
  int first;
  int second;
  int index;
  int condition;
};

/// Straight-line code that evaluates some nodes of a graph, in a mode or with all its selects.
///
/// A switch whose sign is fixed by the signature is resolved: dead branches are not part of the
/// program. The readings (double, interval, Taylor series) interpret the same program.
///
/// Slots: [0, n) the coordinates, n the time, then the constants, then one slot per instruction.
/// The first `constant_instructions()` instructions depend on neither x nor t.
class Program {
 public:
  Program() = default;
  /// Code for `outputs` in the mode `signature` (entries 0 stay selects; empty: nothing is fixed).
  /// `dimension` = n.
  Program(const Graph& graph, int dimension, std::span<const NodeId> outputs,
          const Signature& signature = {});
  /// Code that reads only some coordinates: coordinate i of the graph is in slot `slots[i]`, which
  /// must be in [0, n) for every coordinate that the outputs read. Signs keep their numbers.
  Program(const Graph& graph, int dimension, std::span<const NodeId> outputs,
          const Signature& signature, std::span<const int> slots);

  int dimension() const { return dimension_; }
  int slot_count() const {
    return dimension_ + 1 + static_cast<int>(constants_.size() + instructions_.size());
  }
  int first_constant_slot() const { return dimension_ + 1; }
  int first_instruction_slot() const {
    return dimension_ + 1 + static_cast<int>(constants_.size());
  }
  const std::vector<Constant>& constants() const { return constants_; }
  const std::vector<Instruction>& instructions() const { return instructions_; }
  int constant_instructions() const { return constant_instructions_; }
  /// The slot of each output, in the order given.
  const std::vector<int>& outputs() const { return outputs_; }
  /// Switches whose sign the outputs depend on in this mode (fixed or not), increasing.
  const std::vector<int>& live_switches() const { return live_; }

 private:
  int dimension_ = 0;
  std::vector<Constant> constants_;
  std::vector<Instruction> instructions_;
  int constant_instructions_ = 0;
  std::vector<int> outputs_;
  std::vector<int> live_;
};

/// The outputs of a program as nodes of a graph, with these nodes in place of the coordinates. The
/// program is to be without selects, all of their signs fixed.
std::vector<NodeId> record(Graph& graph, const Program& program, std::vector<NodeId> coordinates);

}  // namespace filippov
