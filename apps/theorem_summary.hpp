#pragma once

#include <optional>
#include <string>
#include <vector>

#include "filippov/verify/alignment.hpp"

namespace filippov::apps {

/// --epsilon. Throws Error unless it is there and a positive number.
Interval read_epsilon(const std::optional<std::string>& text);

/// One line per neuron: where it tends to, and whether it branches.
std::string neuron_table(const std::vector<NeuronAlignment>& neurons);

}  // namespace filippov::apps
