#include "filippov/inclusion/clarke.hpp"

namespace filippov {

namespace {

FilippovMap gradient_flow(const Function& f, bool ascending) {
  const std::shared_ptr<Graph>& graph = f.graph();
  const NodeGradient gradient = graph->gradient(f.node());
  std::vector<NodeId> nodes(static_cast<std::size_t>(f.dimension()), graph->constant(0));
  for (const auto& [coordinate, node] : gradient.entries) {
    nodes[static_cast<std::size_t>(coordinate)] = ascending ? node : graph->negate(node);
  }
  return FilippovMap(VectorField(f.dimension(), graph, std::move(nodes)), true);
}

}  // namespace

FilippovMap ascent(const Function& f) { return gradient_flow(f, true); }

FilippovMap descent(const Function& f) { return gradient_flow(f, false); }

}  // namespace filippov
