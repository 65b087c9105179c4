#pragma once

#include <cstdint>
#include <filesystem>
#include <string_view>
#include <vector>

#include "filippov/arithmetic/interval.hpp"
#include "filippov/network/data_set.hpp"
#include "filippov/network/network.hpp"

namespace filippov {

/// Reads the weights of neurons from a file of comma-separated decimal numbers, one neuron per line
/// with its `neuron_size` weights; a header line is optional. Each decimal becomes the tightest
/// interval around it; neuron after neuron. The number of lines is the number of neurons.
///
/// Throws Error, naming file, line and column, for what is no finite decimal number and for a line
/// that is not `neuron_size` long.
std::vector<Interval> read_neurons(const std::filesystem::path& file, const Network& network,
                                   const DataSet& data);

/// The same from text; `name` stands for the file's name in messages.
std::vector<Interval> parse_neurons(std::string_view text, std::string_view name,
                                    const Network& network, const DataSet& data);

/// Independent standard normal weights for all neurons of the network: the same on every machine,
/// up to rounding of the logarithm.
std::vector<double> random_neurons(std::uint64_t seed, const Network& network, const DataSet& data);

}  // namespace filippov
