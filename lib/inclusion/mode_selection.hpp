#pragma once

#include <string>
#include <vector>

#include "filippov/function/graph.hpp"
#include "filippov/function/program.hpp"

namespace filippov::detail {

/// A switching function with a name.
struct NamedSwitch {
  std::string name;
  NodeId node;
};

/// A right-hand side and where it holds: the sign of each switch, 0 for either.
struct Mode {
  Signature where;
  std::vector<NodeId> rhs;
};

/// The right-hand side that is each mode's where the mode holds: nested selects on the switches.
/// Throws Error if a sign pattern belongs to no mode or to several.
std::vector<NodeId> select_modes(Graph& graph, const std::vector<NamedSwitch>& switches,
                                 const std::vector<Mode>& modes);

}  // namespace filippov::detail
