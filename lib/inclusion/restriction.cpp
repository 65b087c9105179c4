#include "restriction.hpp"

#include <algorithm>
#include <unordered_map>

namespace filippov::detail {

namespace {

/// Copies nodes into a small graph, with most selects resolved. Iterative: sums are deep.
class Copy {
 public:
  Copy(const Graph& from, Graph& to, const Cluster& cluster, const std::vector<int>& free,
       const Signature& signature)
      : from_(from), to_(to), cluster_(cluster), free_(free), signature_(signature) {}

  NodeId operator()(NodeId root) {
    std::vector<std::pair<NodeId, bool>> open{{resolve(root), false}};
    while (!open.empty()) {
      const auto [id, operands_done] = open.back();
      open.pop_back();
      if (known_.contains(id)) continue;
      const Node& n = from_.node(id);
      if (operands_done) {
        known_[id] = make(n);
        continue;
      }
      open.emplace_back(id, true);
      for (const NodeId operand : {height(n), n.second, n.first}) {
        if (operand >= 0) open.emplace_back(resolve(operand), false);
      }
    }
    return known_.at(resolve(root));
  }

 private:
  bool is_free(int j) const { return std::find(free_.begin(), free_.end(), j) != free_.end(); }

  NodeId resolve(NodeId id) const {
    while (from_.node(id).operation == Operation::select && !is_free(from_.node(id).index)) {
      const Node& n = from_.node(id);
      id = signature_[static_cast<std::size_t>(n.index)] > 0 ? n.first : n.second;
    }
    return id;
  }

  NodeId height(const Node& n) const {
    return n.operation == Operation::select
               ? from_.switches()[static_cast<std::size_t>(n.index)].node
               : -1;
  }

  NodeId copied(NodeId id) const { return id < 0 ? -1 : known_.at(resolve(id)); }

  NodeId make(const Node& n) {
    switch (n.operation) {
      case Operation::constant: {
        const Constant& c = from_.constants()[static_cast<std::size_t>(n.index)];
        return c.decimal.empty() ? to_.constant(c.value) : to_.constant(c.value, c.decimal);
      }
      case Operation::variable: {
        const auto place =
            std::lower_bound(cluster_.coordinates.begin(), cluster_.coordinates.end(), n.index);
        return to_.variable(static_cast<int>(place - cluster_.coordinates.begin()));
      }
      case Operation::time:
        return to_.time();
      case Operation::select:
        return to_.select(copied(height(n)), copied(n.first), copied(n.second),
                          from_.switches()[static_cast<std::size_t>(n.index)].name, n.continuous);
      default:
        return to_.record(n.operation, copied(n.first), copied(n.second), n.index);
    }
  }

  const Graph& from_;
  Graph& to_;
  const Cluster& cluster_;
  const std::vector<int>& free_;
  const Signature& signature_;
  std::unordered_map<NodeId, NodeId> known_;
};

}  // namespace

FilippovMap restriction(const Separable& system, const Cluster& cluster,
                        const std::vector<int>& free, const Signature& signature) {
  const auto graph = std::make_shared<Graph>();
  Copy copy(system.graph(), *graph, cluster, free, signature);
  // In this order they get the numbers 0, 1, ...
  for (const int j : free) {
    const SwitchingFunction& h = system.graph().switches()[static_cast<std::size_t>(j)];
    graph->switch_of(copy(h.node), h.name);
  }
  std::vector<NodeId> field;
  for (const int i : cluster.coordinates) field.push_back(copy(system.right_hand_side(i)));
  field.resize(static_cast<std::size_t>(cluster.dimension()), graph->constant(0));
  for (const int i : cluster.coordinates) {
    for (const Separable::Term& term : system.terms_at(i)) {
      const auto place =
          std::lower_bound(cluster.passive.begin(), cluster.passive.end(), term.component);
      NodeId& sum = field[cluster.coordinates.size() +
                          static_cast<std::size_t>(place - cluster.passive.begin())];
      sum = graph->add(sum, graph->multiply(graph->constant(term.factor), copy(term.node)));
    }
  }
  return FilippovMap(VectorField(cluster.dimension(), graph, std::move(field)));
}

}  // namespace filippov::detail
