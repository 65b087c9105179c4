#pragma once

#include <string>
#include <vector>

#include "filippov/arithmetic/interval.hpp"
#include "network_options.hpp"

namespace filippov::apps {

/// The weights of --init, one row per neuron: from a file, as many neurons as it has, or
/// random:SEED, as many as the network has. Throws Error if they do not suit the network.
std::vector<std::vector<Interval>> initial_neurons(const std::string& init,
                                                   const NetworkProblem& problem);

/// The rows of a file of neurons. Throws Error if they do not suit the network.
std::vector<std::vector<Interval>> neuron_rows(const std::string& file,
                                               const NetworkProblem& problem);

}  // namespace filippov::apps
