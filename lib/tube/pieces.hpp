#pragma once

#include "filippov/tube/enclose.hpp"

namespace filippov::detail {

/// The tube from the initial box; where that stops or grows too wide, from its halves, and so on.
Tube enclose_in_pieces(const FilippovMap& map, const EnclosureProblem& problem,
                       const EnclosureOptions& options);

}  // namespace filippov::detail
