#include "filippov/network/initialization.hpp"

#include <fmt/format.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>

#include "filippov/arithmetic/error.hpp"
#include "number_table.hpp"

namespace filippov {

namespace {

std::vector<std::string> weight_names(std::size_t width) {
  std::vector<std::string> names;
  for (std::size_t k = 1; k <= width; ++k) names.push_back(fmt::format("weight {}", k));
  return names;
}

/// Uniform in (0, 1), from the upper 53 bits.
double uniform(std::mt19937_64& generator) {
  return (static_cast<double>(generator() >> 11) + 0.5) * 0x1p-53;
}

}  // namespace

std::vector<Interval> parse_neurons(std::string_view text, std::string_view name,
                                    const Network& network, const DataSet& data) {
  const detail::NumberTable table =
      detail::parse_number_table(text, name, "the weights of a neuron in each line", weight_names);
  const auto size = static_cast<std::size_t>(neuron_size(network, data));
  if (table.width != size) {
    throw Error(
        fmt::format("{}: {} weights in a line, expected {} for each neuron of this network "
                    "with {} features",
                    name, table.width, size, data.dimension()));
  }
  std::vector<Interval> weights;
  for (const std::vector<Interval>& row : table.rows) {
    weights.insert(weights.end(), row.begin(), row.end());
  }
  return weights;
}

std::vector<Interval> read_neurons(const std::filesystem::path& file, const Network& network,
                                   const DataSet& data) {
  if (std::filesystem::is_directory(file)) {
    throw Error(fmt::format("{}: a directory, expected a CSV file", file.string()));
  }
  std::ifstream in(file, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  if (!in) throw Error(fmt::format("{}: cannot be read", file.string()));
  return parse_neurons(text, file.string(), network, data);
}

/// Box and Muller's transform of the generator that the standard defines to the bit.
std::vector<double> random_neurons(std::uint64_t seed, const Network& network,
                                   const DataSet& data) {
  std::mt19937_64 generator(seed);
  const int neurons = network.kind == NetworkKind::diagonal ? 1 : network.neurons;
  std::vector<double> weights(static_cast<std::size_t>(neurons) *
                              static_cast<std::size_t>(neuron_size(network, data)));
  for (double& weight : weights) {
    const double radius = std::sqrt(-2 * std::log(uniform(generator)));
    weight = radius * std::cos(2 * M_PI * uniform(generator));
  }
  return weights;
}

}  // namespace filippov
