#include "sign_columns.hpp"

#include <map>
#include <unordered_map>
#include <unordered_set>

namespace filippov::detail {

namespace {

bool jumps(const Node& n) { return n.operation == Operation::select && !n.continuous; }

/// For every node: does its value depend on some sign discontinuously?
std::vector<bool> sign_dependence(const Graph& graph) {
  std::vector<bool> depends(static_cast<std::size_t>(graph.size()), false);
  for (NodeId id = 0; id < graph.size(); ++id) {
    const Node& n = graph.node(id);
    bool any = jumps(n);
    for (const NodeId operand : {n.first, n.second}) {
      any = any || (operand >= 0 && depends[static_cast<std::size_t>(operand)]);
    }
    depends[static_cast<std::size_t>(id)] = any;
  }
  return depends;
}

/// One reverse pass for one component of f: adjoint = d f_i / d node for changes of sign.
class ReversePass {
 public:
  ReversePass(Graph& graph, const std::vector<bool>& depends, int component,
              std::vector<SignColumn>& columns)
      : graph_(graph), depends_(depends), component_(component), columns_(columns) {}

  void run(NodeId root) {
    if (!depends(root)) return;
    adjoint_.emplace(root, graph_.constant(1));
    while (!adjoint_.empty()) {
      const auto last = std::prev(adjoint_.end());
      const auto [id, bar] = *last;
      adjoint_.erase(last);
      propagate(id, bar);
    }
    for (const auto& [j, node] : entries_) {
      if (!graph_.is_constant(node, 0)) column(j).entries.emplace_back(component_, node);
    }
  }

 private:
  bool depends(NodeId id) const {
    return static_cast<std::size_t>(id) < depends_.size() && depends_[static_cast<std::size_t>(id)];
  }

  SignColumn& column(int j) { return columns_[static_cast<std::size_t>(j)]; }

  void push(NodeId operand, NodeId amount) {
    if (!depends(operand)) return;
    const auto [place, inserted] = adjoint_.try_emplace(operand, amount);
    if (!inserted) place->second = graph_.add(place->second, amount);
  }

  void mark_inexact(const std::set<int>& switches) {
    for (const int j : switches) column(j).exact = false;
  }

  void propagate(NodeId id, NodeId bar) {
    const Node n = graph_.node(id);  // by value: the graph grows
    switch (n.operation) {
      case Operation::add:
        push(n.first, bar);
        push(n.second, bar);
        break;
      case Operation::subtract:
        push(n.first, bar);
        push(n.second, graph_.negate(bar));
        break;
      case Operation::negate:
        push(n.first, graph_.negate(bar));
        break;
      case Operation::multiply:
        if (depends(n.first) && depends(n.second)) mark_common(n.first, n.second);
        push(n.first, graph_.multiply(bar, n.second));
        push(n.second, graph_.multiply(bar, n.first));
        break;
      case Operation::divide:
        if (depends(n.second)) mark_inexact(discontinuous_switches(graph_, n.second));
        push(n.first, graph_.divide(bar, n.second));
        break;
      case Operation::select:
        propagate_select(n, bar);
        break;
      default:
        mark_inexact(discontinuous_switches(graph_, id));
    }
  }

  void mark_common(NodeId a, NodeId b) {
    const std::set<int> first = discontinuous_switches(graph_, a);
    for (const int j : discontinuous_switches(graph_, b)) {
      if (first.contains(j)) column(j).exact = false;
    }
  }

  void propagate_select(const Node& n, NodeId bar) {
    const NodeId h = graph_.switches()[static_cast<std::size_t>(n.index)].node;
    const NodeId zero = graph_.constant(0);
    if (depends(n.first)) push(n.first, graph_.select(h, bar, zero));
    if (depends(n.second)) push(n.second, graph_.select(h, zero, bar));
    if (n.continuous) return;
    const NodeId jump = graph_.subtract(n.first, n.second);
    const NodeId half =
        graph_.is_constant(jump) && graph_.is_constant(jump, graph_.constant_value(jump))
            ? graph_.constant(0.5 * graph_.constant_value(jump))
            : graph_.multiply(graph_.constant(0.5), jump);
    const NodeId entry = graph_.multiply(bar, half);
    const auto [place, inserted] = entries_.try_emplace(n.index, entry);
    if (!inserted) place->second = graph_.add(place->second, entry);
  }

  Graph& graph_;
  const std::vector<bool>& depends_;
  int component_;
  std::vector<SignColumn>& columns_;
  std::map<NodeId, NodeId> adjoint_;
  std::map<int, NodeId> entries_;
};

}  // namespace

std::set<int> discontinuous_switches(const Graph& graph, NodeId node) {
  std::set<int> found;
  std::vector<NodeId> open{node};
  std::unordered_set<NodeId> seen{node};
  while (!open.empty()) {
    const Node& n = graph.node(open.back());
    open.pop_back();
    if (jumps(n)) found.insert(n.index);
    for (const NodeId operand : {n.first, n.second}) {
      if (operand >= 0 && seen.insert(operand).second) open.push_back(operand);
    }
  }
  return found;
}

std::vector<SignColumn> sign_columns(Graph& graph, const std::vector<NodeId>& nodes) {
  std::vector<SignColumn> columns(graph.switches().size());
  const std::vector<bool> depends = sign_dependence(graph);
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    ReversePass(graph, depends, static_cast<int>(i), columns).run(nodes[i]);
  }
  for (SignColumn& column : columns) {
    for (const auto& [component, node] : column.entries) {
      column.depends_on.merge(discontinuous_switches(graph, node));
    }
  }
  return columns;
}

std::optional<std::vector<int>> unconditional_switches(const Graph& graph,
                                                       const std::vector<NodeId>& nodes) {
  // Operands come before the nodes that use them; of switching functions that is true as well.
  std::vector<bool> selects(static_cast<std::size_t>(graph.size()), false);
  std::vector<bool> nested = selects;
  for (NodeId id = 0; id < graph.size(); ++id) {
    const Node& n = graph.node(id);
    const bool is_select = n.operation == Operation::select;
    const NodeId condition =
        is_select ? graph.switches()[static_cast<std::size_t>(n.index)].node : -1;
    bool below = false;
    for (const NodeId operand : {n.first, n.second, condition}) {
      if (operand < 0) continue;
      if (operand >= id) return std::nullopt;
      below = below || selects[static_cast<std::size_t>(operand)];
      nested[static_cast<std::size_t>(id)] =
          nested[static_cast<std::size_t>(id)] || nested[static_cast<std::size_t>(operand)];
    }
    selects[static_cast<std::size_t>(id)] = is_select || below;
    if (is_select && below) nested[static_cast<std::size_t>(id)] = true;
  }
  for (const NodeId node : nodes) {
    if (nested[static_cast<std::size_t>(node)]) return std::nullopt;
  }
  return live_switches(graph, 0, nodes, {});
}

std::vector<int> live_switches(const Graph& graph, int dimension, const std::vector<NodeId>& nodes,
                               const Signature& signature) {
  std::set<int> live;
  std::vector<int> found = Program(graph, dimension, nodes, signature).live_switches();
  while (!found.empty()) {
    std::vector<NodeId> switching;
    for (const int j : found) {
      if (live.insert(j).second) {
        switching.push_back(graph.switches()[static_cast<std::size_t>(j)].node);
      }
    }
    found = switching.empty() ? std::vector<int>{}
                              : Program(graph, dimension, switching, signature).live_switches();
  }
  return {live.begin(), live.end()};
}

}  // namespace filippov::detail
