#pragma once

#include <span>
#include <vector>

#include "filippov/verify/alignment.hpp"
#include "network_json.hpp"

namespace filippov::detail {

/// What Theorems 5.1 and 5.5 claim of the neurons at T_bar, for a certificate: `which` of the cases
/// each is, and its KKT point.
Json neurons_json(const std::vector<NeuronAlignment>& neurons);

/// Whether that is so of a neuron s = w |rows| / delta, with `norm` = |rows|.
bool concluded(const NeuronAlignment& neuron, std::span<const Interval> s, Interval norm,
               double eta, Interval epsilon);

}  // namespace filippov::detail
