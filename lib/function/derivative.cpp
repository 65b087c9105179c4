#include <algorithm>

#include "filippov/function/directional_derivative.hpp"

namespace filippov {

namespace {

/// Nodes that `root` depends on, root included, in decreasing order.
std::vector<NodeId> reachable(const Graph& graph, NodeId root) {
  std::vector<NodeId> open{root};
  std::vector<NodeId> found;
  std::unordered_map<NodeId, bool> seen{{root, true}};
  while (!open.empty()) {
    const NodeId id = open.back();
    open.pop_back();
    found.push_back(id);
    for (const NodeId operand : {graph.node(id).first, graph.node(id).second}) {
      if (operand >= 0 && seen.try_emplace(operand, true).second) open.push_back(operand);
    }
  }
  std::sort(found.begin(), found.end(), std::greater<>());
  return found;
}

/// Of the node `id`, a function n, by its operand.
NodeId elementary_derivative(Graph& g, const Node& n, NodeId id) {
  const NodeId one = g.constant(1);
  switch (n.operation) {
    case Operation::square_root:
      return g.divide(one, g.multiply(g.constant(2), id));
    case Operation::exponential:
      return id;
    case Operation::logarithm:
      return g.divide(one, n.first);
    case Operation::sine:
      return g.unary(Operation::cosine, n.first);
    case Operation::cosine:
      return g.negate(g.unary(Operation::sine, n.first));
    case Operation::tangent:
      return g.add(one, g.multiply(id, id));
    case Operation::arctangent:
      return g.divide(one, g.add(one, g.multiply(n.first, n.first)));
    case Operation::hyperbolic_sine:
      return g.unary(Operation::hyperbolic_cosine, n.first);
    case Operation::hyperbolic_cosine:
      return g.unary(Operation::hyperbolic_sine, n.first);
    default:  // hyperbolic tangent
      return g.subtract(one, g.multiply(id, id));
  }
}

/// Reverse accumulation: the adjoint of each node is d root / d node.
class Adjoints {
 public:
  Adjoints(Graph& graph, NodeId root) : graph_(graph) { adjoint_[root] = graph.constant(1); }

  NodeId of(NodeId id) const {
    const auto place = adjoint_.find(id);
    return place == adjoint_.end() ? -1 : place->second;
  }

  void propagate(NodeId id) {
    const NodeId bar = of(id);
    if (bar < 0) return;
    const Node n = graph_.node(id);  // by value: the graph grows
    Graph& g = graph_;
    switch (n.operation) {
      case Operation::constant:
      case Operation::variable:
      case Operation::time:
        break;
      case Operation::add:
        push(n.first, bar);
        push(n.second, bar);
        break;
      case Operation::subtract:
        push(n.first, bar);
        push(n.second, g.negate(bar));
        break;
      case Operation::multiply:
        push(n.first, g.multiply(bar, n.second));
        push(n.second, g.multiply(bar, n.first));
        break;
      case Operation::divide:
        push(n.first, g.divide(bar, n.second));
        push(n.second, g.negate(g.divide(g.multiply(bar, id), n.second)));
        break;
      case Operation::negate:
        push(n.first, g.negate(bar));
        break;
      case Operation::integer_power:
        push(n.first, g.multiply(bar, g.multiply(g.constant(n.index),
                                                 g.integer_power(n.first, n.index - 1))));
        break;
      case Operation::real_power:
        push(n.first, g.multiply(bar, g.multiply(n.second, g.divide(id, n.first))));
        if (!g.is_constant(n.second)) {
          push(n.second, g.multiply(bar, g.multiply(id, g.unary(Operation::logarithm, n.first))));
        }
        break;
      case Operation::select:
        push(n.first, branch(n, bar, true));
        push(n.second, branch(n, bar, false));
        break;
      default:
        push(n.first, g.multiply(bar, elementary_derivative(g, n, id)));
    }
  }

 private:
  void push(NodeId operand, NodeId amount) {
    if (graph_.is_constant(amount, 0)) return;
    const auto [place, inserted] = adjoint_.try_emplace(operand, amount);
    if (!inserted) place->second = graph_.add(place->second, amount);
  }

  /// `bar` on the side where the branch is taken, 0 on the other.
  NodeId branch(const Node& n, NodeId bar, bool first) {
    const NodeId h = graph_.switches()[static_cast<std::size_t>(n.index)].node;
    const NodeId zero = graph_.constant(0);
    return first ? graph_.select(h, bar, zero) : graph_.select(h, zero, bar);
  }

  Graph& graph_;
  std::unordered_map<NodeId, NodeId> adjoint_;
};

}  // namespace

NodeGradient Graph::gradient(NodeId root) {
  Adjoints adjoints(*this, root);
  const std::vector<NodeId> order = reachable(*this, root);
  NodeGradient result;
  for (const NodeId id : order) {
    adjoints.propagate(id);
    const NodeId adjoint = adjoints.of(id);
    if (adjoint < 0) continue;
    if (node(id).operation == Operation::variable) {
      result.entries.emplace_back(node(id).index, adjoint);
    } else if (node(id).operation == Operation::time) {
      result.time = adjoint;
    }
  }
  std::sort(result.entries.begin(), result.entries.end());
  return result;
}

NodeId directional_derivative(Graph& g, NodeId root, std::span<const NodeId> direction,
                              NodeId time) {
  const NodeId zero = g.constant(0);
  std::unordered_map<NodeId, NodeId> known;
  const auto differentiate = [&](NodeId id) -> NodeId {
    const Node n = g.node(id);  // by value: the graph grows
    const NodeId da = n.first < 0 ? zero : known[n.first];
    const NodeId db = n.second < 0 ? zero : known[n.second];
    switch (n.operation) {
      case Operation::constant:
        return zero;
      case Operation::variable:
        return direction[static_cast<std::size_t>(n.index)];
      case Operation::time:
        return time;
      case Operation::add:
        return g.add(da, db);
      case Operation::subtract:
        return g.subtract(da, db);
      case Operation::negate:
        return g.negate(da);
      case Operation::multiply:
        if (n.first == n.second) return g.multiply(g.multiply(g.constant(2), n.first), da);
        return g.add(g.multiply(da, n.second), g.multiply(n.first, db));
      case Operation::divide:
        return g.divide(g.subtract(da, g.multiply(id, db)), n.second);
      case Operation::integer_power: {
        const NodeId power = g.integer_power(n.first, n.index - 1);
        return g.multiply(g.multiply(g.constant(n.index), power), da);
      }
      case Operation::real_power: {
        const NodeId logarithm = g.unary(Operation::logarithm, n.first);
        const NodeId by_base = g.divide(g.multiply(n.second, da), n.first);
        return g.multiply(id, g.add(by_base, g.multiply(db, logarithm)));
      }
      case Operation::square_root:
        return g.divide(da, g.multiply(g.constant(2), id));
      case Operation::logarithm:
        return g.divide(da, n.first);
      case Operation::arctangent:
        return g.divide(da, g.add(g.constant(1), g.multiply(n.first, n.first)));
      case Operation::select:
        return g.select(g.switches()[static_cast<std::size_t>(n.index)].node, da, db);
      default:
        return g.multiply(elementary_derivative(g, n, id), da);
    }
  };
  std::vector<NodeId> order = reachable(g, root);
  std::reverse(order.begin(), order.end());
  for (const NodeId id : order) known[id] = differentiate(id);
  return known[root];
}

}  // namespace filippov
