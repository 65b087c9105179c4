#pragma once

#include <optional>
#include <set>
#include <vector>

#include "filippov/function/program.hpp"

namespace filippov::detail {

/// d f_i / d s_j of one switch: where f jumps across h_j = 0, and how.
struct SignColumn {
  std::vector<std::pair<int, NodeId>> entries;  ///< (component, (f_i(+) - f_i(-)) / 2)
  bool exact = true;         ///< false: f depends on s_j in a way that is not affine
  std::set<int> depends_on;  ///< switches whose sign the entries depend on
};

/// The columns of all switches of the graph for the vector field `nodes`. Selects marked continuous
/// do not jump and are left alone. Adds nodes to the graph.
std::vector<SignColumn> sign_columns(Graph& graph, const std::vector<NodeId>& nodes);

/// Switches on whose sign the value of `node` depends discontinuously.
std::set<int> discontinuous_switches(const Graph& graph, NodeId node);

/// Switches whose signs `nodes` depend on in a mode, those that their switching functions depend on
/// included; increasing.
std::vector<int> live_switches(const Graph& graph, int dimension, const std::vector<NodeId>& nodes,
                               const Signature& signature);

/// All switches of `nodes`, increasing, if no select stands in another one's branch or switching
/// function: then all of them matter in every mode. Otherwise nothing.
std::optional<std::vector<int>> unconditional_switches(const Graph& graph,
                                                       const std::vector<NodeId>& nodes);

}  // namespace filippov::detail
