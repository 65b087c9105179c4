#pragma once

#include <functional>
#include <map>

#include "certificate/range.hpp"
#include "filippov/function/program.hpp"

namespace checker {

using filippov::Graph;
using filippov::NodeId;
using filippov::Operation;
using filippov::Signature;
using Nodes = std::vector<NodeId>;

/// Times, and states at these.
struct Place {
  Range t;
  Box x;
};

/// Reads nodes of a graph over ranges in a mode, without the branches that are not taken there:
/// their values, or their Taylor coefficients in time along a motion.
///
/// What is not made by + - * / of others is a state s: a coordinate, the time, a number, exp, sin
/// ... Its coefficients are those of the node of its time derivative, s_{k+1} = s'_k / (k + 1).
/// Throws Refusal where something is not defined.
class Reading {
 public:
  /// `rate` makes the node of the time derivative of a node; without it there are values alone.
  Reading(Graph& graph, const Signature& mode, const std::function<NodeId(NodeId)>& rate = {})
      : graph_(graph), mode_(mode), rate_(rate) {}

  /// Coefficients 0 .. order of nodes for the motion from anywhere in a place. With order 0 a
  /// select whose sign is not known takes the hull of both branches.
  std::vector<Box> follow(const Nodes& nodes, const Place& from, int order) {
    from_ = from;
    for (Box& series : series_) series.clear();
    std::vector<Box> result;
    for (const NodeId node : nodes) {
      at(node, order);
      result.push_back(series_[node]);
    }
    return result;
  }

 private:
  /// It stays where it is, as no series becomes longer than this.
  const Range& at(NodeId id, std::size_t k) {
    require(++depth_ < 10000, "the formulas are nested too deeply");
    if (series_.size() <= static_cast<std::size_t>(id)) series_.resize(graph_.size());
    while (series_[id].size() <= k) {
      const Range next = coefficient(id, series_[id].size());
      series_[id].push_back(next);
    }
    --depth_;
    return series_[id][k];
  }

  Range coefficient(NodeId id, std::size_t k) {
    const filippov::Node n = graph_.node(id);  // by value: the graph grows
    const bool is_state = n.operation == Operation::variable || n.operation == Operation::time ||
                          (n.operation >= Operation::real_power && n.operation < Operation::select);
    if (k > 0 && is_state) {
      if (!rates_.contains(id)) rates_[id] = rate_(id);
      return at(rates_[id], k - 1).divided_by(k);
    }
    Range sum;
    switch (n.operation) {
      case Operation::constant: {
        const filippov::Constant& number = graph_.constants()[n.index];
        require(number.unknown == 0, "a number is not known");
        return k > 0 ? sum : number.decimal.empty() ? Range(number.value) : Range(number.decimal);
      }
      case Operation::variable:
        return from_.x[n.index];
      case Operation::time:
        return from_.t;
      case Operation::add:
        return at(n.first, k) + at(n.second, k);
      case Operation::subtract:
        return at(n.first, k) - at(n.second, k);
      case Operation::negate:
        return -at(n.first, k);
      case Operation::multiply:
        if (k == 0 && n.first == n.second) return Range::of(mpfi_sqr, at(n.first, 0));
        at(n.first, k);  // so that the series are there
        at(n.second, k);
        for (std::size_t i = 0; i <= k; ++i)
          sum.add_product(series_[n.first][i], series_[n.second][k - i]);
        return sum;
      case Operation::divide:
        at(n.second, k);
        for (std::size_t i = 1; i <= k; ++i)
          sum.add_product(series_[n.second][i], series_[id][k - i]);
        return (at(n.first, k) - sum) / at(n.second, 0);
      case Operation::integer_power:
        return at(power(n.first, n.index), k);
      case Operation::real_power:
        return Range::of(mpfi_exp, at(n.second, 0) * Range::of(mpfi_log, at(n.first, 0)));
      case Operation::select:
        if (mode_[n.index] != 0) return at(mode_[n.index] > 0 ? n.first : n.second, k);
        require(k == 0, "a smooth motion depends on a sign that is not known");
        if (n.first == graph_.switches()[n.index].node && graph_.is_negation(n.first, n.second))
          return magnitude(at(n.first, 0));
        return hull(at(n.first, 0), at(n.second, 0));
      default:
        return Range::of(elementary[int(n.operation) - int(Operation::square_root)],
                         at(n.first, 0));
    }
  }
  /// By products and quotients.
  NodeId power(NodeId base, int exponent) {
    if (exponent < 0) return graph_.divide(graph_.constant(1), power(base, -exponent));
    if (exponent == 1) return base;
    const NodeId half = power(base, exponent / 2);
    return graph_.multiply(half, exponent % 2 == 0 ? half : graph_.multiply(half, base));
  }

  Graph& graph_;
  Signature mode_;
  std::function<NodeId(NodeId)> rate_;
  std::map<NodeId, NodeId> rates_;
  Place from_;
  std::vector<Box> series_;
  int depth_ = 0;
};

}  // namespace checker
