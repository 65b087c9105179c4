#pragma once

#include <span>

#include "filippov/function/graph.hpp"

namespace filippov {

/// Takes out what nodes have in common: where all that are not 0 are constant multiples of one
/// product or quotient of nodes, as v z x_1, ..., v z x_d are of v z, the nodes become these
/// constants, and the product is returned. Otherwise they stay as they are, and 1 is returned. What
/// is a constant multiple is seen from products, quotients and sums of like terms, without
/// rounding.
NodeId take_common_factor(Graph& graph, std::span<NodeId> nodes);

}  // namespace filippov
