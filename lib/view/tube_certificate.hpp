#pragma once

#include <string>
#include <vector>

#include "filippov/view/certificate.hpp"

namespace filippov::detail {

/// The certificate of a tube with the formulas from which its map was parsed: one per coordinate,
/// or one whose gradient flow it is.
std::string tube_certificate(const FilippovMap& map, const EnclosureProblem& problem,
                             const Tube& tube, const std::vector<std::string>& variables,
                             const std::vector<std::string>& formulas, bool is_gradient = false);

}  // namespace filippov::detail
