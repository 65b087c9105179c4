#pragma once

#include <span>
#include <string>

#include "filippov/solution/solution.hpp"
#include "filippov/solver/classify.hpp"

namespace filippov {

/// The result of a solve as JSON text (UTF-8, ends with a newline):
///
///     { "status", "message", "final": {"t", "x"}, "start": {"active", "sliding", "verdict"},
///       "events": [{"t", "kind", "surfaces", "x", "sliding", "signature"}],
///       "ambiguous": [{"t": [from, to], "surfaces", "dimension", "selection"}],
///       "statistics": {"rhs_evaluations", "jacobian_evaluations", "steps", "rejected_steps",
///                      "events"},
///       "surfaces": [names], "branches": [the same object for each continuation] }
///
/// Surfaces are given by name. `signature` has one entry per name in `surfaces`: 1 or -1 for the
/// side, 0 for a surface slid on. Numbers read back exactly; what is not finite is null.
std::string to_json(const Solution& solution);

/// A classification as JSON text:
///
///     { "verdict", "reason", "active": [names],
///       "vertices": [points] or "center": point and "generators": [vectors],
///       "minimum_norm": vector,
///       "continuations": [{"kind", "signature", "sliding": [names], "velocity"}],
///       "surfaces": [names] }
///
/// `surface_names`: the names of all surfaces of the inclusion. `signature` as above.
std::string to_json(const Classification& classification,
                    std::span<const std::string> surface_names);

}  // namespace filippov
