#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "filippov/arithmetic/interval.hpp"
#include "filippov/function/operation.hpp"

namespace filippov {

/// Position of a node in a Graph. Operands come before the nodes that use them.
using NodeId = int;

/// One node: an operation on earlier nodes.
struct Node {
  Operation operation = Operation::constant;
  /// Of a select: both operands agree on the surface (abs, max, min, relu), so the value is
  /// continuous across it and only its gradient jumps.
  bool continuous = false;
  NodeId first = -1;
  NodeId second = -1;
  /// Constant: place in `constants()`. Variable: coordinate. Integer power: exponent. Select: place
  /// in `switches()`.
  int index = 0;

  bool operator==(const Node&) const = default;
};

/// A number as it was written. `decimal` is the exact decimal text ("0.1", "pi"), empty when the
/// double itself is meant or only an enclosure is known.
struct Constant {
  double value = 0;
  std::string decimal;
  /// Of a number of which no more is known: an interval that contains it, and its place among all
  /// such numbers, counted from 1 (0: the number is known). Two of them may differ though their
  /// enclosures do not.
  Interval enclosure = 0;
  long unknown = 0;

  /// The double itself is meant.
  bool is_double() const { return decimal.empty() && unknown == 0; }
  /// The tightest interval known to contain the number.
  Interval range() const;
};

/// A switching function h: its zero set is a switching surface. h may itself depend on the signs of
/// switching functions with smaller position (abs-normal form).
struct SwitchingFunction {
  NodeId node = -1;
  std::string name;  ///< as the user wrote it
};

/// First derivatives of one node with the signs of all switching functions held.
struct NodeGradient {
  std::vector<std::pair<int, NodeId>> entries;  ///< (coordinate, derivative), structural nonzeros
  NodeId time = -1;                             ///< derivative with respect to t, or -1 when zero
};

/// A directed acyclic graph of expressions in the coordinates x[0..n-1] and the time t.
///
/// Equal subexpressions are one node, and switching functions that are proved to agree up to a
/// nonzero rational factor, in exact arithmetic, are one switch: |x| - |x| records as 0, and |2x|,
/// |x| + |-x| have the switch x alone. 0.3 x + 0.9 y and 0.1 x + 0.3 y are one switch as decimals,
/// but two, which nearly coincide, as doubles.
/// Constants fold only where the result is exact in double, so that a verified reading of the graph
/// sees the numbers that were written.
class Graph {
 public:
  Graph();

  NodeId constant(double value);
  /// The number written as `decimal` (nearest double `value`), or the name "pi".
  NodeId constant(double value, std::string_view decimal);
  /// A number of which only an enclosure is known, such as one that was computed. Readings in
  /// double take its midpoint. Each call is about another number: two of the same enclosure are not
  /// taken to be equal. An interval of one point is that double. Throws Error if it is not bounded.
  NodeId constant(Interval enclosure);
  /// The same number as a constant of another graph.
  NodeId constant(const Constant& number);
  NodeId variable(int coordinate);
  NodeId time();

  NodeId add(NodeId a, NodeId b);
  NodeId subtract(NodeId a, NodeId b);
  NodeId multiply(NodeId a, NodeId b);
  NodeId divide(NodeId a, NodeId b);
  NodeId negate(NodeId a);
  NodeId integer_power(NodeId a, int exponent);
  /// a ^ b; recorded as an integer power when b is an integer constant.
  NodeId power(NodeId a, NodeId b);
  /// square_root .. hyperbolic_tangent.
  NodeId unary(Operation operation, NodeId a);
  /// Any operation but constant, variable, time and select; `index` is an integer power's exponent.
  NodeId record(Operation operation, NodeId first, NodeId second, int index);

  /// a where h > 0, b where h < 0. `name` names the surface h = 0 (default: its text).
  NodeId select(NodeId h, NodeId a, NodeId b, std::string_view name = {}, bool continuous = false);
  NodeId sign(NodeId h, std::string_view name = {});
  NodeId step(NodeId h, std::string_view name = {});
  NodeId absolute(NodeId h, std::string_view name = {});
  NodeId relu(NodeId h, std::string_view name = {});
  NodeId leaky_relu(NodeId slope, NodeId h, std::string_view name = {});
  NodeId maximum(NodeId a, NodeId b);
  NodeId minimum(NodeId a, NodeId b);

  /// Gradient of a node, symbolically, by the reverse mode; a select differentiates branch by
  /// branch. Cost: proportional to the nodes that `node` depends on.
  NodeGradient gradient(NodeId node);

  int size() const { return static_cast<int>(nodes_.size()); }
  const Node& node(NodeId id) const { return nodes_[static_cast<std::size_t>(id)]; }
  const std::vector<Constant>& constants() const { return constants_; }
  const std::vector<SwitchingFunction>& switches() const { return switches_; }
  bool is_constant(NodeId id) const { return node(id).operation == Operation::constant; }
  bool is_constant(NodeId id, double value) const;
  double constant_value(NodeId id) const;
  /// The double that the node is equal to, whatever the coordinates and the time, where sums and
  /// rational multiples of what it is made of show that in exact arithmetic: 2 of (x + 3) - (x +
  /// 1).
  std::optional<double> number(NodeId id) const;
  /// Whether b is recorded as -a. False does not mean that it differs from -a.
  bool is_negation(NodeId a, NodeId b) const;

  /// Names of the coordinates, used when printing; x1, x2, ... by default.
  void set_variable_names(std::vector<std::string> names) { names_ = std::move(names); }
  std::string variable_name(int coordinate) const;
  const std::vector<std::string>& variable_names() const { return names_; }
  /// The expression as text that parses back to the same function, unless it has numbers of which
  /// only an enclosure is known, "[0.1, 0.2]". Shared subexpressions are printed wherever they are
  /// used; throws Error if that takes more than 10^7 characters.
  std::string text(NodeId id) const;

  /// Declares the switch of h (as `select` does) and returns (position, orientation): the recorded
  /// switching function is a positive (+1) or negative (-1) multiple of h.
  std::pair<int, int> switch_of(NodeId h, std::string_view name);
  /// Names the surface of switch j anew.
  void set_switch_name(int j, std::string_view name) {
    switches_[static_cast<std::size_t>(j)].name = name;
  }

 private:
  struct NodeHash {
    std::size_t operator()(const Node& n) const;
  };

  NodeId insert(Node node);
  /// A constant that is an integer of less than 2^53, so that sums and products can be exact.
  bool is_integer(NodeId id) const;
  /// The text of h, cut short where it is very long.
  std::string surface_name(NodeId h) const;
  NodeId insert_select(int switch_index, NodeId a, NodeId b, bool continuous);
  bool same_switch(NodeId a, NodeId b) const;
  /// `jumping` is a select on h, and `factor` is h or a constant multiple of it.
  bool vanishes_on_switch(NodeId jumping, NodeId factor) const;
  /// The product of such two, branch by branch: sign(h) h = |h| does not jump.
  NodeId multiply_select(NodeId jumping, NodeId factor);
  /// Both selects are on one switch: operates branch by branch.
  NodeId combine(Operation operation, NodeId a, NodeId b);

  std::vector<Node> nodes_;
  std::unordered_map<Node, NodeId, NodeHash> ids_;
  /// Operations on selects, done branch by branch, with their results: selects that share their
  /// branches would otherwise be rewritten once per path.
  std::unordered_map<Node, NodeId, NodeHash> rewritten_;
  std::vector<Constant> constants_;
  std::map<std::pair<double, std::string>, int> constant_ids_;
  std::map<long, int> unknown_ids_;
  std::vector<SwitchingFunction> switches_;
  /// The text of sum_k c_k atom_k, divided by c_1 so that it is the same for all multiples: the
  /// switch, and the sign of its own c_1.
  std::unordered_map<std::string, std::pair<int, int>> switches_by_form_;
  std::vector<std::string> names_;
};

}  // namespace filippov
