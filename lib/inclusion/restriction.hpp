#pragma once

#include <vector>

#include "flat_face_field.hpp"
#include "separable.hpp"

namespace filippov::detail {

/// The inclusion of a cluster's local state (see Cluster::dimension) with the switches `free`, in
/// that order, and the signs of all others fixed as in `signature`. Costs the size of the formulas.
FilippovMap restriction(const Separable& system, const Cluster& cluster,
                        const std::vector<int>& free, const Signature& signature);

}  // namespace filippov::detail
