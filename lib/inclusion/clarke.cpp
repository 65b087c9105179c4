#include "filippov/inclusion/clarke.hpp"

namespace filippov {

namespace {

FilippovMap gradient_flow(const Function& f, int parameters, bool ascending) {
  const std::shared_ptr<Graph>& graph = f.graph();
  const NodeGradient gradient = graph->gradient(f.node());
  std::vector<NodeId> nodes(static_cast<std::size_t>(f.dimension()), graph->constant(0));
  for (const auto& [coordinate, node] : gradient.entries) {
    if (coordinate >= f.dimension() - parameters) continue;
    nodes[static_cast<std::size_t>(coordinate)] = ascending ? node : graph->negate(node);
  }
  return FilippovMap(VectorField(f.dimension(), graph, std::move(nodes)), parameters == 0);
}

}  // namespace

FilippovMap ascent(const Function& f, int parameters) { return gradient_flow(f, parameters, true); }

FilippovMap descent(const Function& f, int parameters) {
  return gradient_flow(f, parameters, false);
}

}  // namespace filippov
