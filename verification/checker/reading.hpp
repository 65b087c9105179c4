#pragma once

#include <functional>
#include <map>
#include <set>

#include "filippov/function/program.hpp"
#include "range.hpp"

namespace checker {

using filippov::Graph;
using filippov::NodeId;
using filippov::Operation;
using filippov::Signature;
using Nodes = std::vector<NodeId>;

inline const std::map<Operation, int (*)(mpfi_ptr, mpfi_srcptr)> functions{
    {Operation::square_root, mpfi_sqrt},
    {Operation::exponential, mpfi_exp},
    {Operation::logarithm, mpfi_log},
    {Operation::sine, mpfi_sin},
    {Operation::cosine, mpfi_cos},
    {Operation::tangent, mpfi_tan},
    {Operation::arctangent, mpfi_atan},
    {Operation::hyperbolic_sine, mpfi_sinh},
    {Operation::hyperbolic_cosine, mpfi_cosh},
    {Operation::hyperbolic_tangent, mpfi_tanh}};

/// Reads nodes of a graph over ranges in a mode, without the branches that are not taken there:
/// their values, or their Taylor coefficients in time along a motion.
///
/// What is not made by + - * / of others is a state s: a coordinate, the time, a number, exp, sin
/// ... Its coefficients are those of the node of its time derivative, s_{k+1} = s'_k / (k + 1).
/// Throws Refusal where something is not defined.
class Reading {
 public:
  /// `rate` makes the node of the time derivative of a node; without it there are values alone.
  Reading(Graph& graph, const Signature& signature, const Nodes& outputs,
          const std::function<NodeId(NodeId)>& rate = {})
      : graph_(graph), signature_(signature) {
    for (const NodeId node : outputs) outputs_.push_back(slot(node));
    for (std::size_t i = 0; rate && i < states_.size(); ++i) {  // more are found on the way
      const auto [state, node] = states_[i];
      rates_.emplace_back(state, slot(rate(node)));
    }
  }

  const std::set<int>& open_switches() const { return open_; }  ///< whose sign is read
  bool jumps() const { return jumps_; }                         ///< with one of these
  bool is_constant() const { return is_constant_; }             ///< reads no coordinate, nor t

  /// Coefficients 0 .. order of the outputs for the motion from (t, x), which may be anywhere in
  /// the ranges. With order 0 a select whose sign is not known takes the hull of both branches.
  std::vector<Box> follow(const Range& t, const Box& x, int order) {
    series_.assign(steps_.size(), Box(order + 1));
    for (int k = 0; k <= order; ++k) {
      for (std::size_t i = 0; i < steps_.size(); ++i)
        if (k == 0 || !steps_[i].is_state) series_[i][k] = coefficient(steps_[i], k, i, t, x);
      for (const auto& [state, rate] : rates_)
        if (k < order) series_[state][k + 1] = series_[rate][k] / (k + 1);
    }
    std::vector<Box> result;
    for (const int slot : outputs_) result.push_back(series_[slot]);
    return result;
  }

 private:
  /// An operation on slots. `first` of a coordinate or a number says which.
  struct Step {
    Operation operation;
    int first = 0;
    int second = -1;
    int condition = -1;
    bool is_state = false;
  };

  int push(const Step& step) {
    steps_.push_back(step);
    return static_cast<int>(steps_.size()) - 1;
  }
  /// What a node is made of; -1: nothing.
  Nodes operands(NodeId id) const {
    const filippov::Node n = graph_.node(id);
    if (n.operation != Operation::select) return {n.first, n.second};
    if (signature_[n.index] != 0) return {signature_[n.index] > 0 ? n.first : n.second};
    return {n.first, n.second, graph_.switches()[n.index].node};
  }
  /// The slot of a node; appends the steps for it, behind those for its operands.
  int slot(NodeId root) {
    for (Nodes open{root}; !open.empty();) {
      const NodeId id = open.back();
      for (const NodeId operand : operands(id))
        if (operand >= 0 && !slots_.contains(operand)) open.push_back(operand);
      if (open.back() != id) continue;
      if (!slots_.contains(id)) slots_[id] = append(id);
      open.pop_back();
    }
    return slots_[root];
  }
  int append(NodeId id) {
    const filippov::Node n = graph_.node(id);
    if (n.operation == Operation::select && signature_[n.index] != 0) return slot(operands(id)[0]);
    if (n.operation == Operation::integer_power) {
      const int half = slot(graph_.integer_power(n.first, std::abs(n.index) / 2));
      int power = push({Operation::multiply, half, half});
      if (n.index % 2 != 0) power = push({Operation::multiply, power, slot(n.first)});
      return n.index > 0 ? power : push({Operation::divide, slot(graph_.constant(1)), power});
    }
    Step step{n.operation, n.first < 0 ? n.index : slot(n.first)};
    if (n.second >= 0) step.second = slot(n.second);
    const bool moves = n.operation == Operation::variable || n.operation == Operation::time;
    const bool is_function =
        n.operation == Operation::real_power || functions.contains(n.operation);
    is_constant_ = is_constant_ && !moves;
    step.is_state = moves || is_function || n.operation == Operation::constant;
    if (moves || is_function) states_.emplace_back(steps_.size(), id);
    if (n.operation == Operation::select) {
      const NodeId h = graph_.switches()[n.index].node;
      step.condition = slot(h);
      if (n.first == h && graph_.is_negation(n.first, n.second)) step.second = -1;  // |h|
      open_.insert(n.index);
      jumps_ = jumps_ || !n.continuous;
    }
    return push(step);
  }

  Range coefficient(const Step& step, int k, std::size_t own, const Range& t, const Box& x) const {
    const auto a = [&](int i) -> const Range& { return series_[step.first][i]; };
    const auto b = [&](int i) -> const Range& { return series_[step.second][i]; };
    Range sum;
    switch (step.operation) {
      case Operation::constant: {
        const filippov::Constant& number = graph_.constants()[step.first];
        require(number.unknown == 0, "a number is not known");
        return number.decimal.empty() ? Range(number.value) : Range(number.decimal);
      }
      case Operation::variable:
        return x[step.first];
      case Operation::time:
        return t;
      case Operation::add:
        return a(k) + b(k);
      case Operation::subtract:
        return a(k) - b(k);
      case Operation::negate:
        return -a(k);
      case Operation::multiply:
        for (int i = 0; i <= k; ++i) {
          const bool is_square = step.first == step.second && i == k - i;
          is_square ? sum += Range::of(mpfi_sqr, a(i)) : sum.add_product(a(i), b(k - i));
        }
        return sum;
      case Operation::divide:
        for (int i = 1; i <= k; ++i) sum.add_product(b(i), series_[own][k - i]);
        return (a(k) - sum) / b(0);
      case Operation::real_power:
        return Range::of(mpfi_exp, b(0) * Range::of(mpfi_log, a(0)));
      case Operation::select: {
        require(k == 0, "a smooth motion depends on a sign that is not known");
        if (step.second < 0) return magnitude(a(0));
        const int sign = series_[step.condition][0].sign();
        return sign > 0 ? a(0) : sign < 0 ? b(0) : hull(a(0), b(0));
      }
      default:
        return Range::of(functions.at(step.operation), a(0));
    }
  }

  Graph& graph_;
  Signature signature_;
  std::map<NodeId, int> slots_;
  std::vector<Step> steps_;
  std::vector<int> outputs_;
  std::vector<std::pair<int, NodeId>> states_;  ///< with their slots
  std::vector<std::pair<int, int>> rates_;      ///< the slots of states and of their derivatives
  std::set<int> open_;
  bool jumps_ = false;
  bool is_constant_ = true;
  std::vector<Box> series_;
};

}  // namespace checker
