#pragma once

#include <functional>
#include <map>
#include <set>

#include "filippov/function/graph.hpp"
#include "range.hpp"

namespace checker {

using filippov::Graph;
using filippov::NodeId;
using filippov::Operation;
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

/// Reads nodes of a graph over ranges: their values, or their Taylor coefficients in time along a
/// motion. Integer powers are to be products.
///
/// What is not made by + - * / of others is a state s: a coordinate, the time, a number, exp, sin
/// ... Its coefficients are those of the node of its time derivative, s_{k+1} = s'_k / (k + 1).
/// Throws Refusal where something is not defined.
class Reading {
 public:
  /// `rate` makes the node of the time derivative of a node; without it there are values alone.
  Reading(Graph& graph, const Nodes& outputs, const std::function<NodeId(NodeId)>& rate = {})
      : graph_(graph), outputs_(outputs) {
    for (Nodes open = outputs; !open.empty();) {
      const NodeId id = open.back();
      open.pop_back();
      if (id < 0 || steps_.contains(id)) continue;
      const filippov::Node n = graph.node(id);
      const bool moves = n.operation == Operation::variable || n.operation == Operation::time;
      const bool is_function =
          n.operation == Operation::real_power || functions.contains(n.operation);
      is_constant_ = is_constant_ && !moves;
      if (n.operation == Operation::select) open_.insert(n.index);
      jumps_ = jumps_ || (n.operation == Operation::select && !n.continuous);
      Step& step = steps_[id];
      step = {n, moves || is_function || n.operation == Operation::constant};
      if (rate && (moves || is_function)) open.push_back(step.rate = rate(id));
      open.insert(open.end(), {n.first, n.second});
    }
  }

  const std::set<int>& open_switches() const { return open_; }  ///< whose sign would matter
  bool jumps() const { return jumps_; }                         ///< with one of these
  bool is_constant() const { return is_constant_; }             ///< reads no coordinate, nor t

  /// Coefficients 0 .. order of the outputs for the motion from (t, x), which may be anywhere in
  /// the ranges. With order 0 a select is the hull of both branches.
  std::vector<Box> follow(const Range& t, const Box& x, int order) {
    series_.resize(graph_.size());
    for (const auto& [id, step] : steps_) series_[id].assign(order + 1, Range());
    for (int k = 0; k <= order; ++k) {
      for (const auto& [id, step] : steps_) {
        if (k == 0 || !step.is_state) {
          series_[id][k] = coefficient(id, step.node, k, t, x);
        } else if (step.rate >= 0) {
          series_[id][k] = series_[step.rate][k - 1] / k;
        }
      }
    }
    std::vector<Box> result;
    for (const NodeId node : outputs_) result.push_back(series_[node]);
    return result;
  }

 private:
  struct Step {
    filippov::Node node;
    bool is_state = false;
    NodeId rate = -1;
  };

  Range coefficient(NodeId id, const filippov::Node& n, int k, const Range& t, const Box& x) const {
    const auto a = [&](int i) -> const Range& { return series_[n.first][i]; };
    const auto b = [&](int i) -> const Range& { return series_[n.second][i]; };
    Range sum;
    switch (n.operation) {
      case Operation::constant: {
        const filippov::Constant& number = graph_.constants()[n.index];
        require(number.unknown == 0, "a number is not known");
        return number.decimal.empty() ? Range(number.value) : Range(number.decimal);
      }
      case Operation::variable:
        return x[n.index];
      case Operation::time:
        return t;
      case Operation::add:
        return a(k) + b(k);
      case Operation::subtract:
        return a(k) - b(k);
      case Operation::negate:
        return -a(k);
      case Operation::multiply:
        if (k == 0 && n.first == n.second) return Range::of(mpfi_sqr, a(0));
        for (int i = 0; i <= k; ++i) sum.add_product(a(i), b(k - i));
        return sum;
      case Operation::divide:
        for (int i = 1; i <= k; ++i) sum.add_product(b(i), series_[id][k - i]);
        return (a(k) - sum) / b(0);
      case Operation::real_power:
        return Range::of(mpfi_exp, b(0) * Range::of(mpfi_log, a(0)));
      case Operation::select:
        require(k == 0, "a smooth motion depends on a sign that is not known");
        if (n.first == graph_.switches()[n.index].node && graph_.is_negation(n.first, n.second))
          return magnitude(a(0));
        return hull(a(0), b(0));
      default:
        return Range::of(functions.at(n.operation), a(0));
    }
  }

  Graph& graph_;
  Nodes outputs_;
  std::map<NodeId, Step> steps_;  ///< by increasing node: operands before what they make
  std::set<int> open_;
  bool jumps_ = false;
  bool is_constant_ = true;
  std::vector<Box> series_;
};

}  // namespace checker
