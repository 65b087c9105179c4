#pragma once

#include <span>

#include "filippov/function/graph.hpp"

namespace filippov {

/// The derivative of a node in a direction (v, s), as a node: sum_i v_i d/dx_i + s d/dt with the
/// signs of all switching functions held, by the forward mode, which keeps quotients together:
/// (a/b)' = (a' - (a/b) b') / b. `direction` holds v for all coordinates that the node reads,
/// `time` is s.
///
/// Cost: proportional to the nodes that `node` depends on.
NodeId directional_derivative(Graph& graph, NodeId node, std::span<const NodeId> direction,
                              NodeId time);

}  // namespace filippov
