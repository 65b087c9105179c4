#include "filippov/function/common_factor.hpp"

#include <algorithm>
#include <unordered_map>
#include <vector>

namespace filippov {

namespace {

/// A constant times a product of nodes that are no constants, divided by another such product.
struct Monomial {
  NodeId constant;
  std::vector<NodeId> above;  // increasing, as the next
  std::vector<NodeId> below;

  bool is_constant() const { return above.empty() && below.empty(); }
  bool is_like(const Monomial& other) const { return above == other.above && below == other.below; }
};

std::vector<NodeId> merged(const std::vector<NodeId>& a, const std::vector<NodeId>& b) {
  std::vector<NodeId> both;
  std::merge(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(both));
  return both;
}

class MonomialReading {
 public:
  explicit MonomialReading(Graph& graph) : graph_(graph) {}

  const Monomial& of(NodeId id, int depth = 0) {
    if (const auto known = known_.find(id); known != known_.end()) return known->second;
    return known_.emplace(id, read(id, depth)).first->second;
  }

 private:
  Monomial read(NodeId id, int depth) {
    constexpr int deepest = 50;      // long sums are none
    const Node n = graph_.node(id);  // by value: the graph grows
    if (n.operation == Operation::constant) return {id, {}, {}};
    Monomial itself{graph_.constant(1), {id}, {}};
    if (depth == deepest) return itself;
    const auto operand = [&](NodeId node) { return of(node, depth + 1); };
    switch (n.operation) {
      case Operation::negate: {
        Monomial m = operand(n.first);
        m.constant = graph_.negate(m.constant);
        return m;
      }
      case Operation::multiply: {
        const Monomial a = operand(n.first);
        const Monomial b = operand(n.second);
        return {graph_.multiply(a.constant, b.constant), merged(a.above, b.above),
                merged(a.below, b.below)};
      }
      case Operation::divide: {
        const Monomial a = operand(n.first);
        const Monomial b = operand(n.second);
        if (graph_.is_constant(b.constant, 0)) return itself;
        return {graph_.divide(a.constant, b.constant), merged(a.above, b.below),
                merged(a.below, b.above)};
      }
      case Operation::add:
      case Operation::subtract: {
        Monomial a = operand(n.first);
        const Monomial b = operand(n.second);
        if (!a.is_like(b)) return itself;
        a.constant = n.operation == Operation::add ? graph_.add(a.constant, b.constant)
                                                   : graph_.subtract(a.constant, b.constant);
        return a;
      }
      case Operation::variable:
      case Operation::time:
      case Operation::select:
        return itself;
      default:
        if (!operand(n.first).is_constant()) return itself;
        if (n.second >= 0 && !operand(n.second).is_constant()) return itself;
        return {id, {}, {}};
    }
  }

  Graph& graph_;
  std::unordered_map<NodeId, Monomial> known_;
};

}  // namespace

NodeId take_common_factor(Graph& graph, std::span<NodeId> nodes) {
  MonomialReading monomials(graph);
  const auto is_zero = [&](NodeId node) { return graph.is_constant(node, 0); };
  const auto first = std::ranges::find_if_not(nodes, is_zero);
  const NodeId one = graph.constant(1);
  if (first == nodes.end()) return one;
  const Monomial common = monomials.of(*first);
  const auto is_multiple = [&](NodeId node) {
    return is_zero(node) || monomials.of(node).is_like(common);
  };
  if (!std::ranges::all_of(nodes, is_multiple)) return one;
  for (NodeId& node : nodes) {
    if (!is_zero(node)) node = monomials.of(node).constant;
  }
  const auto product = [&](const std::vector<NodeId>& factors) {
    NodeId result = one;
    for (const NodeId factor : factors) result = graph.multiply(result, factor);
    return result;
  };
  return graph.divide(product(common.above), product(common.below));
}

}  // namespace filippov
