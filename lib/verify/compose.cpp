#include "compose.hpp"

namespace filippov::detail {

Expression compose(const Function& f, const std::vector<Expression>& inner,
                   const std::shared_ptr<Graph>& graph) {
  const Graph& source = *f.graph();
  const auto place = [](NodeId id) { return static_cast<std::size_t>(id); };
  // What f depends on; operands come before what uses them.
  std::vector<bool> needed(place(f.node()) + 1, false);
  needed.back() = true;
  for (NodeId id = f.node(); id >= 0; --id) {
    if (!needed[place(id)]) continue;
    const Node& node = source.node(id);
    if (node.first >= 0) needed[place(node.first)] = true;
    if (node.second >= 0) needed[place(node.second)] = true;
    if (node.operation == Operation::select) {
      needed[place(source.switches()[place(node.index)].node)] = true;
    }
  }
  std::vector<NodeId> image(needed.size(), -1);
  for (NodeId id = 0; id <= f.node(); ++id) {
    if (!needed[place(id)]) continue;
    const Node& node = source.node(id);
    const NodeId first = node.first >= 0 ? image[place(node.first)] : -1;
    const NodeId second = node.second >= 0 ? image[place(node.second)] : -1;
    NodeId& result = image[place(id)];
    switch (node.operation) {
      case Operation::constant: {
        const Constant& constant = source.constants()[place(node.index)];
        result = constant.decimal.empty() ? graph->constant(constant.value)
                                          : graph->constant(constant.value, constant.decimal);
        break;
      }
      case Operation::variable:
        result = inner[place(node.index)].node_in(*graph);
        break;
      case Operation::time:
        result = graph->time();
        break;
      case Operation::select: {
        const SwitchingFunction& surface = source.switches()[place(node.index)];
        result =
            graph->select(image[place(surface.node)], first, second, surface.name, node.continuous);
        break;
      }
      default:
        result = graph->record(node.operation, first, second, node.index);
    }
  }
  return {graph, image.back()};
}

}  // namespace filippov::detail
